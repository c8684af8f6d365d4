//! Listing: who stays on the list of abnormal operations for long (长期未移出), and what follows.
//!
//! Under the text of 2014 three years on it led to the serious list; since 2024-05-01 the licence
//! may be revoked instead, where reports are missing and the operator can't be reached.

use super::decide::{drafted, standing};
use super::{ListingEvent, Outstay};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Drafts};
use crate::event::Visibility;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::row::List;
use crate::term::Clock;
use crate::world::World;

const SLOT: &str = "listing.outstay";

/// Judges that an entry has stood for long enough to have its consequence.
///
/// # Errors
/// `listing.no_consequence`, `listing.outstay_known`, `listing.not_due`,
/// `listing.conditions_unmet`, `listing.entry_unknown`, `listing.entry_ended`.
pub(super) fn outstayed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Outstay,
) -> Result<Drafts, Refusal> {
    let capacities = [Capacity::Clock, Capacity::CreditOfficer];
    world.register().may(asked.by, asked.on, &capacities)?;
    let entry = standing(world, asked.on, p.operator, &p.entry)?;
    if entry.list != List::Abnormal {
        return Err(Refusal::new(
            "listing.no_consequence",
            "only a long stay on the list of abnormal operations has a consequence",
            "nothing follows from this entry",
        )
        .at("data.entry"));
    }
    if entry.consequence.is_some() {
        return Err(Refusal::new(
            "listing.outstay_known",
            "what follows from this entry is recorded already",
            "act on it, or remove the entry once it is cured",
        )
        .at("data.entry"));
    }
    let rule = world.book().rule(SLOT, asked.on)?;
    let mut draft = drafted(payload, asked, p.operator).seen_by(Visibility::Departments);
    if let Some(clock) = clock(world, &rule, entry.from)? {
        if asked.on < clock.due {
            return Err(Refusal::new(
                "listing.not_due",
                format!("the entry has stood for its term on {} only", clock.due),
                "wait for the day",
            )
            .by_rule(&rule)
            .at("on"));
        }
        draft = draft.clock(clock);
    }
    conditions(&rule, p)?;
    let days = entry.from.days_until(asked.on);
    draft = draft.number(&rule, "listed_days", days);
    if let Some(code) = rule.rule().codes.keys().next() {
        draft = draft.word(&rule, "consequence", code);
    }
    Ok(vec![draft])
}

/// The deadline that an entry of a day runs into, where the rule in force then has a term.
pub(super) fn ahead(world: &dyn World, from: Day) -> Result<Option<Clock>, Refusal> {
    clock(world, &world.book().rule(SLOT, from)?, from)
}

/// What the text asks for besides, or instead of, a term.
fn conditions(rule: &RuleRef<'_>, p: &Outstay) -> Result<(), Refusal> {
    let unmet = |what: String, field: &str| {
        Err(Refusal::new(
            "listing.conditions_unmet",
            what,
            "the entry stays on the list; ask again once the conditions are found met",
        )
        .by_rule(rule)
        .at(field))
    };
    let years = rule.rule().amounts.get("reports_missed_years");
    if let Some(years) = years.filter(|years| i64::from(p.reports_missed_years) < **years) {
        let what = format!("the rule asks for reports missed and not made up for {years} years");
        return unmet(what, "data.reports_missed_years");
    }
    if rule.flag("unreachable") && !p.unreachable {
        let what = "the rule asks for an operator that can't be reached".to_owned();
        return unmet(what, "data.unreachable");
    }
    Ok(())
}

fn clock(world: &dyn World, rule: &RuleRef<'_>, from: Day) -> Result<Option<Clock>, Refusal> {
    if !rule.rule().terms.contains_key("stay") {
        return Ok(None);
    }
    Ok(Some(Clock::begin(
        SLOT,
        &rule.to_string(),
        rule.article(),
        from,
        rule.term("stay")?,
        world.book().calendar(),
    )))
}
