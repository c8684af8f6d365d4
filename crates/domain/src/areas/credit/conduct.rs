//! Credit: judging the negative list (负面清单) and commitments (信用承诺).

use super::decide::{coded, credit, drafted, said, well_formed};
use super::{
    AdoptNegativeItem, CreditEvent, FindCommitmentFalse, MakeCommitment, MatchNegativeItem,
    NegativeItem, RetireNegativeItem,
};
use crate::actor::Capacity;
use crate::areas::{Payload, repair};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::World;

const OFFICERS: [Capacity; 3] = [Capacity::CreditOfficer, Capacity::Enforcer, Capacity::Head];

pub(super) fn item_adopted(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &AdoptNegativeItem,
) -> Result<Drafts, Refusal> {
    let heads = [Capacity::Head];
    world.register().may(asked.by, asked.on, &heads)?;
    let (me, known) = item(world, &p.item)?;
    said(&p.title, "data.title")?;
    said(&p.basis, "data.basis")?;
    if known.from.is_some() {
        return Err(Refusal::new(
            "credit.item_exists",
            "the negative list has or had an item of this code",
            "choose another code; a change is a new item beside the retired one",
        )
        .at("data.item"));
    }
    Ok(vec![public(payload, asked, me)])
}

pub(super) fn item_retired(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &RetireNegativeItem,
) -> Result<Drafts, Refusal> {
    let heads = [Capacity::Head];
    world.register().may(asked.by, asked.on, &heads)?;
    let (me, known) = item(world, &p.item)?;
    said(&p.reason, "data.reason")?;
    in_force(&known, asked)?;
    Ok(vec![public(payload, asked, me)])
}

pub(super) fn item_matched(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &MatchNegativeItem,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let (me, known) = item(world, &p.item)?;
    in_force(&known, asked)?;
    well_formed(&p.record, "data.record")?;
    said(&p.finding, "data.finding")?;
    if credit(world, p.operator)?
        .matches
        .iter()
        .any(|m| m.record == p.record)
    {
        return Err(Refusal::new(
            "credit.record_exists",
            "the operator has a finding of this id already",
            "choose another id",
        )
        .at("data.record"));
    }
    Ok(vec![drafted(payload, asked, p.operator).about(me)])
}

pub(super) fn commitment_made(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &MakeCommitment,
) -> Result<Drafts, Refusal> {
    let who = [Capacity::CreditOfficer, Capacity::Registrar, Capacity::Head];
    world.register().may(asked.by, asked.on, &who)?;
    well_formed(&p.commitment, "data.commitment")?;
    if credit(world, p.operator)?
        .commitment(&p.commitment)
        .is_some()
    {
        return Err(Refusal::new(
            "credit.commitment_exists",
            "the operator has a commitment of this id already",
            "choose another id",
        )
        .at("data.commitment"));
    }
    let rule = world.book().rule("credit.commitments", asked.on)?;
    coded(&rule, &p.purpose, "data.purpose")?;
    let draft = drafted(payload, asked, p.operator).under(&rule);
    let seen = if p.public {
        Visibility::Public
    } else {
        Visibility::Departments
    };
    Ok(vec![draft.seen_by(seen)])
}

/// A commitment is found false. Repairs that rest on it and that this department granted fall with
/// it, in the same group.
pub(super) fn found_false(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &FindCommitmentFalse,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    said(&p.finding, "data.finding")?;
    let credit = credit(world, p.operator)?;
    let commitment = credit.commitment(&p.commitment).ok_or_else(|| {
        Refusal::new(
            "credit.commitment_unknown",
            "the operator has no commitment of this id",
            "name a commitment that `show` lists",
        )
        .at("data.commitment")
    })?;
    if let Some((seq, _)) = commitment.found_false {
        return Err(Refusal::new(
            "credit.commitment_false",
            format!("event {seq} has found it false already"),
            "nothing is left to find",
        )
        .at("data.commitment"));
    }
    if asked.on < commitment.on {
        return Err(Refusal::new(
            "credit.before_commitment",
            format!("the commitment is of {}", commitment.on),
            "correct the date",
        )
        .at("on"));
    }
    let mut drafts = vec![drafted(payload, asked, p.operator)];
    drafts.extend(repair::revoked_with(
        world,
        asked,
        p.operator,
        &p.commitment,
    )?);
    Ok(drafts)
}

/// The item of a code, and its subject.
fn item(world: &dyn World, code: &str) -> Result<(Subject, NegativeItem), Refusal> {
    well_formed(code, "data.item")?;
    let me = Subject::new(Kind::NegativeItem, code).map_err(|e| {
        Refusal::new("credit.id", e.to_string(), "choose such a code").at("data.item")
    })?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::NegativeItem(item)) => (**item).clone(),
        _ => NegativeItem::default(),
    };
    Ok((me, known))
}

fn in_force(item: &NegativeItem, asked: &Asked<'_>) -> Result<(), Refusal> {
    if item.stands_on(asked.on) {
        return Ok(());
    }
    let (code, what) = match item.from {
        None => (
            "credit.item_unknown",
            "the negative list has no item of this code",
        ),
        Some(_) => (
            "credit.item_not_in_force",
            "the item is not in force on that day",
        ),
    };
    Err(Refusal::new(code, what, "name an item in force on the day").at("data.item"))
}

fn public(payload: &CreditEvent, asked: &Asked<'_>, me: Subject) -> Draft {
    Draft::new(Payload::Credit(payload.clone()), asked.on)
        .about(me)
        .seen_by(Visibility::Public)
}
