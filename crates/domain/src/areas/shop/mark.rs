//! Shop: judging identity marks (电子标识).

use super::decide::{locate, seen};
use super::{IssueMark, RevokeMark, ShopEvent};
use crate::actor::Capacity;
use crate::decide::{Asked, Drafts};
use crate::entity::Entity;
use crate::refusal::Refusal;
use crate::row::List;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::World;

pub(super) fn issued(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &IssueMark,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::CreditOfficer];
    world.register().may(asked.by, asked.on, &may)?;
    if Subject::new(Kind::Shop, &p.mark).is_err() {
        return Err(Refusal::new(
            "shop.mark_number",
            "a mark's number has 1 to 119 characters of A-Z a-z 0-9 . _ -",
            "choose such a number",
        )
        .at("data.mark"));
    }
    let located = locate(world, &p.address)?;
    let holder = located.holder(asked)?;
    let known = located.open(asked)?;
    if let Some(mark) = known.marks.iter().find(|m| m.stands_on(asked.on)) {
        return Err(Refusal::new(
            "shop.mark_known",
            format!("the shop bears the mark {} until {}", mark.number, mark.to),
            "revoke it first, or wait for its end",
        )
        .at("data.mark"));
    }
    let rule = world.book().rule("shop.mark", asked.on)?;
    let serious = match world.entity(&holder).as_deref() {
        Some(Entity::Operator(operator)) => operator.listing.on_list(List::Serious, asked.on),
        _ => false,
    };
    let conditions = [
        (
            "registered",
            holder.kind() == Kind::Operator,
            "its holder is not registered",
        ),
        (
            "verified",
            known.is_verified_on(asked.on),
            "the real name was not verified",
        ),
        (
            "not_serious",
            !serious,
            "its holder is on the list of serious violators",
        ),
    ];
    let missed = conditions
        .iter()
        .find(|(flag, met, _)| rule.flag(flag) && !met);
    if let Some((_, _, what)) = missed {
        return Err(Refusal::new(
            "shop.mark_conditions",
            format!("no mark is issued: {what}"),
            "clear that up first",
        )
        .by_rule(&rule)
        .at("data.address"));
    }
    let (text, term) = (rule.to_string(), rule.term("valid")?);
    let calendar = world.book().calendar();
    let clock = Clock::begin("shop.mark", &text, rule.article(), asked.on, term, calendar);
    let draft = located.draft(world, asked, payload).about(holder.clone());
    Ok(vec![seen(draft.under(&rule).clock(clock), &holder)])
}

pub(super) fn revoked(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &RevokeMark,
) -> Result<Drafts, Refusal> {
    let may = [
        Capacity::Registrar,
        Capacity::CreditOfficer,
        Capacity::Enforcer,
    ];
    world.register().may(asked.by, asked.on, &may)?;
    let located = locate(world, &p.address)?;
    let marks = located
        .known
        .as_ref()
        .map_or(&[][..], |k| k.marks.as_slice());
    let standing = marks
        .iter()
        .find(|m| m.number == p.mark && m.stands_on(asked.on));
    if standing.is_none() {
        return Err(Refusal::new(
            "shop.mark_unknown",
            "the shop does not bear this mark on that day",
            "name the mark that `show` gives for the shop",
        )
        .at("data.mark"));
    }
    let rule = world.book().rule("shop.mark_revocation", asked.on)?;
    Refusal::unless_coded("shop.code_unknown", &rule, &p.code)?;
    let draft = located.draft(world, asked, payload).under(&rule);
    let holder = located.known.as_ref().and_then(|k| k.holder_on(asked.on));
    Ok(vec![match holder {
        Some(holder) => seen(draft.about(holder.clone()), holder),
        None => draft,
    }])
}
