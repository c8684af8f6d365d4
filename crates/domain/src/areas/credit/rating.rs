//! Credit: judging ratings and their recognition (互评互认).

use super::decide::{coded, credit, drafted, said, well_formed};
use super::{CreditEvent, GiveRating, ImportRating, Rating};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Drafts};
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::world::World;

const RATERS: [Capacity; 2] = [Capacity::CreditOfficer, Capacity::Head];

pub(super) fn given(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &GiveRating,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &RATERS)?;
    rated(
        world,
        asked,
        payload,
        (p.operator, &p.rating, &p.method, &p.level),
        p.until,
    )
}

pub(super) fn imported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &ImportRating,
) -> Result<Drafts, Refusal> {
    let importers = [Capacity::Importer];
    world.register().may(asked.by, asked.on, &importers)?;
    rated(
        world,
        asked,
        payload,
        (p.operator, &p.rating, &p.method, &p.level),
        p.until,
    )
}

fn rated(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    (operator, id, method, level): (CreditCode, &str, &str, &str),
    until: Option<Day>,
) -> Result<Drafts, Refusal> {
    well_formed(id, "data.rating")?;
    if credit(world, operator)?.rating(id).is_some() {
        return Err(Refusal::new(
            "credit.rating_exists",
            "the operator has a rating of this id already",
            "choose another id; a new rating of the same department stands beside the older one",
        )
        .at("data.rating"));
    }
    if until.is_some_and(|until| until < asked.on) {
        return Err(Refusal::new(
            "credit.rating_dates",
            "the rating would end before it begins",
            "correct one of the two dates",
        )
        .at("data.until"));
    }
    let rule = world.book().rule("credit.rating_levels", asked.on)?;
    coded(&rule, &format!("{method}_{level}"), "data.level")?;
    Ok(vec![drafted(payload, asked, operator).under(&rule)])
}

/// A department's answer to another's rating: recognised or not.
pub(super) fn answered(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    (operator, id, reason): (CreditCode, &str, &str),
    recognised: bool,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &RATERS)?;
    let credit = credit(world, operator)?;
    let rating = credit.rating(id).ok_or_else(|| {
        Refusal::new(
            "credit.rating_unknown",
            "the operator has no rating of this id",
            "name a rating that `show` lists",
        )
        .at("data.rating")
    })?;
    said(reason, "data.reason")?;
    if !rating.valid_on(asked.on) {
        return Err(Refusal::new(
            "credit.rating_not_valid",
            format!("the rating is not valid on {}", asked.on),
            "wait for a new rating, or correct the date",
        )
        .at("data.rating"));
    }
    own(world, asked, rating)?;
    let before = rating
        .recognitions
        .iter()
        .find(|r| r.department == asked.by.department);
    if before.is_some_and(|r| r.recognised == recognised) {
        return Err(Refusal::new(
            "credit.rating_answered",
            "the department has given this answer to this rating before",
            "nothing is left to say, unless the answer changes",
        )
        .at("data.rating"));
    }
    Ok(vec![drafted(payload, asked, operator)])
}

/// A department does not answer its own rating, nor that of one whose work it took over.
fn own(world: &dyn World, asked: &Asked<'_>, rating: &Rating) -> Result<(), Refusal> {
    if !world
        .register()
        .stands_for(asked.by, asked.on, &rating.rater)
    {
        return Ok(());
    }
    Err(Refusal::new(
        "credit.rating_own",
        "the rating is this department's own, or of one whose work it took over",
        "let another department recognise it",
    )
    .at("by.department"))
}
