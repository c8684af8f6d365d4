//! Listing: objections (异议) to an entry or a mark, from receipt to the answer.

use super::decide::{drafted, find, late, reasoned, unknown};
use super::{
    AcceptObjection, Correct, DecideObjection, Entry, ListingEvent, Object, Objection,
    ObjectionStage, Outcome, RefuseObjection,
};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::row::List;
use crate::term::Clock;
use crate::world::World;

const OFFICERS: [Capacity; 2] = [Capacity::CreditOfficer, Capacity::Head];

/// Judges the receipt of an objection. One that comes too late is received with its lateness.
///
/// # Errors
/// `listing.no_objection`, `listing.objection_open`, `listing.objection_answered`,
/// `listing.before_entry`, `listing.entry_void`, `listing.not_the_decider`.
pub(super) fn objected(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Object,
) -> Result<Drafts, Refusal> {
    let entry = contested(world, asked, &OFFICERS, p.operator, &p.entry)?;
    if asked.on < entry.from {
        return Err(Refusal::new(
            "listing.before_entry",
            format!("the entry is made public on {} only", entry.from),
            "correct the day on which the objection came in",
        )
        .at("on"));
    }
    let taken = match entry.objections.last().map(|o| o.stage) {
        None | Some(ObjectionStage::Refused) => None,
        Some(ObjectionStage::Received | ObjectionStage::Accepted) => Some((
            "listing.objection_open",
            "an objection to this entry is open already",
            "answer that one",
        )),
        Some(ObjectionStage::Upheld | ObjectionStage::Struck) => Some((
            "listing.objection_answered",
            "an objection to this entry was checked and answered already",
            "tell the operator of reconsideration and court",
        )),
    };
    if let Some((code, message, remedy)) = taken {
        return Err(Refusal::new(code, message, remedy).at("data.entry"));
    }
    let rule = rule_of(world, entry.list, asked.on)?;
    let draft = drafted(payload, asked, p.operator).seen_by(Visibility::Departments);
    let draft = late(
        world,
        draft.under(&rule),
        &rule,
        "object",
        entry.from,
        asked.on,
    )?;
    Ok(vec![draft.clock(clock(
        world,
        &rule,
        "accept",
        "listing.accept_objection",
        asked.on,
    )?)])
}

/// Judges the acceptance of an objection.
///
/// # Errors
/// `listing.objection_missing`, `listing.objection_stage`, `listing.before_objection`,
/// `listing.objection_late`, `listing.entry_void`, `listing.not_the_decider`.
pub(super) fn accepted(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &AcceptObjection,
) -> Result<Drafts, Refusal> {
    let entry = contested(world, asked, &OFFICERS, p.operator, &p.entry)?;
    let objection = open(&entry, asked.on, ObjectionStage::Received)?;
    let rule = rule_of(world, entry.list, objection.on)?;
    if objection.late_days > 0 {
        return Err(Refusal::new(
            "listing.objection_late",
            format!(
                "the objection came {} days after its term was over",
                objection.late_days
            ),
            "refuse it for that reason (listing.refuse_objection)",
        )
        .by_rule(&rule)
        .at("data.entry"));
    }
    let draft = answered(payload, asked, p.operator, &rule, objection);
    Ok(vec![draft.clock(clock(
        world,
        &rule,
        "check",
        "listing.check_objection",
        asked.on,
    )?)])
}

/// Judges the refusal to take up an objection.
///
/// # Errors
/// `listing.reason_unknown`, `listing.reason_missing`, and those of [`accepted`] but the lateness.
pub(super) fn refused(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &RefuseObjection,
) -> Result<Drafts, Refusal> {
    let entry = contested(world, asked, &OFFICERS, p.operator, &p.entry)?;
    let objection = open(&entry, asked.on, ObjectionStage::Received)?;
    let rule = rule_of(world, entry.list, objection.on)?;
    if rule.code(&p.code).is_err() {
        return Err(unknown("listing.reason_unknown", &p.code, &rule).at("data.code"));
    }
    reasoned(&p.reason)?;
    Ok(vec![answered(payload, asked, p.operator, &rule, objection)])
}

/// Judges the answer after the check. An entry that does not hold is struck out in the same group,
/// as of its own first day.
///
/// # Errors
/// `listing.reason_missing`, and those of [`accepted`] but the lateness.
pub(super) fn decided(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &DecideObjection,
) -> Result<Drafts, Refusal> {
    let entry = contested(world, asked, &[Capacity::Head], p.operator, &p.entry)?;
    let objection = open(&entry, asked.on, ObjectionStage::Accepted)?;
    let rule = rule_of(world, entry.list, objection.on)?;
    reasoned(&p.reason)?;
    let mut drafts = vec![answered(payload, asked, p.operator, &rule, objection)];
    if p.outcome == Outcome::Struck {
        let correction = ListingEvent::Corrected(Correct {
            entry: p.entry.clone(),
            ground: None,
            operator: p.operator,
            reason: p.reason.clone(),
        });
        let mut draft = drafted(&correction, asked, p.operator).under(&rule);
        draft.on = entry.from;
        drafts.push(draft);
    }
    Ok(drafts)
}

/// The entry that an objection is about: not struck out, and decided by whoever acts.
fn contested(
    world: &dyn World,
    asked: &Asked<'_>,
    allowed: &[Capacity],
    operator: CreditCode,
    id: &str,
) -> Result<Entry, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, allowed)?;
    let entry = find(world, operator, id)?;
    if !register.stands_for(asked.by, asked.on, &entry.authority) {
        return Err(Refusal::new(
            "listing.not_the_decider",
            "an objection is answered by whoever made the entry",
            "pass it on to that department",
        )
        .at("by.department"));
    }
    if entry.void {
        return Err(Refusal::new(
            "listing.entry_void",
            "the entry was struck out as if it had never been",
            "nothing is left to contest",
        )
        .at("data.entry"));
    }
    Ok(entry)
}

/// The entry's last objection, which must stand at `stage` by a day.
fn open(entry: &Entry, on: Day, stage: ObjectionStage) -> Result<&Objection, Refusal> {
    let Some(objection) = entry.objections.last() else {
        return Err(Refusal::new(
            "listing.objection_missing",
            "nobody has objected to this entry",
            "record the objection first (listing.object)",
        )
        .at("data.entry"));
    };
    if objection.stage != stage {
        return Err(Refusal::new(
            "listing.objection_stage",
            format!(
                "the objection is {} already or still",
                objection.stage.name()
            ),
            "an objection is received, then accepted or refused, then decided",
        )
        .at("data.entry"));
    }
    if on < objection.since {
        return Err(Refusal::new(
            "listing.before_objection",
            format!("the step before was taken on {}", objection.since),
            "give that day or a later one",
        )
        .at("on"));
    }
    Ok(objection)
}

/// An answer, with the days by which it comes after the deadline that ran.
fn answered(
    payload: &ListingEvent,
    asked: &Asked<'_>,
    operator: CreditCode,
    rule: &RuleRef<'_>,
    objection: &Objection,
) -> Draft {
    let due = objection.clock.as_ref().map(|clock| clock.due);
    let days = due.map_or(0, |due| due.days_until(asked.on).max(0));
    drafted(payload, asked, operator)
        .seen_by(Visibility::Departments)
        .number(rule, "late_days", days)
}

/// The rule on objections to a list's entries.
fn rule_of(world: &dyn World, list: List, on: Day) -> Result<RuleRef<'_>, Refusal> {
    let slot = match list {
        List::Abnormal => "listing.abnormal_objection",
        List::Marks => "listing.marks_objection",
        _ => {
            return Err(Refusal::new(
                "listing.no_objection",
                "this list knows no objection",
                "tell the operator of reconsideration and court",
            )
            .at("data.entry"));
        }
    };
    Ok(world.book().rule(slot, on)?)
}

fn clock(
    world: &dyn World,
    rule: &RuleRef<'_>,
    term: &str,
    name: &str,
    start: Day,
) -> Result<Clock, Refusal> {
    let (cited, term) = (rule.to_string(), rule.term(term)?);
    let calendar = world.book().calendar();
    Ok(Clock::begin(
        name,
        &cited,
        rule.article(),
        start,
        term,
        calendar,
    ))
}
