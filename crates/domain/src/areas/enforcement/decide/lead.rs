//! Enforcement, judging: from the lead to the opening of a case.

use std::collections::BTreeSet;

use super::{Matter, coded, refuse, word};
use crate::actor::Capacity;
use crate::areas::enforcement::{Decline, LeadSource, Open, ReceiveLead, Stage};
use crate::areas::registration;
use crate::day::Day;
use crate::decide::{Draft, Drafts};
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::compute_due;
use crate::world::operator_subject;

/// The deadline for verifying a lead.
const VERIFY: &str = "enforcement.verify";

pub(super) fn received(matter: &Matter<'_>, p: &ReceiveLead) -> Result<Drafts, Refusal> {
    let rule = matter.rule(VERIFY)?;
    if (p.source == LeadSource::Transfer) == p.from_authority.trim().is_empty() {
        return Err(refuse(
            "enforcement.sender",
            "a transferred lead names the authority that sent it, and no other lead does",
            "name it, or choose another source",
            "data.from_authority",
        ));
    }
    let mut draft = matter.draft();
    if let Some(code) = p.operator {
        registration::registered(matter.world, code)?;
        draft = draft.about(operator_subject(code));
    }
    let clock = matter.clock(&rule, VERIFY, "verify", matter.asked.on)?;
    Ok(vec![draft.under(&rule).clock(clock)])
}

pub(super) fn extended(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Lead])?;
    let rule = matter.rule(VERIFY)?;
    if matter.case.verification_extended {
        return Err(matter
            .order("the term of verification was extended already")
            .by_rule(&rule));
    }
    let mut draft = matter.draft().under(&rule);
    if let Some(mut clock) = matter.case.clocks.get(VERIFY).cloned() {
        matter.prolong(&mut clock, rule.amount("extension_working_days")?);
        draft = draft.clock(clock);
    }
    Ok(vec![draft])
}

pub(super) fn declined(matter: &Matter<'_>, p: &Decline) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Lead])?;
    let grounds = matter.rule("enforcement.not_opened")?;
    coded(&grounds, &p.code, "data.code")?;
    let draft = matter.draft().under(&grounds);
    Ok(vec![matter.late(draft, &matter.rule(VERIFY)?, VERIFY)])
}

pub(super) fn opened(matter: &Matter<'_>, p: &Open) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Lead])?;
    word("data.cause", &p.cause)?;
    officers(matter, &p.officers)?;
    let operator = match (matter.case.operator, p.operator) {
        (Some(known), Some(named)) if known != named => {
            return Err(refuse(
                "enforcement.party",
                "the lead names another operator",
                "leave it out here, or receive a lead of its own",
                "data.operator",
            ));
        }
        (known, named) => known.or(named),
    };
    party(operator.is_some(), p.person.is_some())?;
    let mut draft = matter.draft();
    if let Some(code) = operator {
        registration::registered(matter.world, code)?;
        draft = draft.about(operator_subject(code));
    }
    let found = matter.case.lead.unwrap_or(matter.asked.on);
    let draft = not_prescribed(matter, draft, p.breach_ended, found, p.harms_safety)?;
    let rule = matter.rule("enforcement.decide")?;
    let clock = matter.clock(&rule, "enforcement.decide", "decide", matter.asked.on)?;
    let draft = draft.under(&rule).clock(clock);
    Ok(vec![matter.late(draft, &matter.rule(VERIFY)?, VERIFY)])
}

/// Exactly one party is named.
pub(super) fn party(operator: bool, person: bool) -> Result<(), Refusal> {
    if operator != person {
        return Ok(());
    }
    Err(refuse(
        "enforcement.party",
        "a case is against one party: an operator, or a natural person without registration",
        "name exactly one of operator and person",
        "data.operator",
    ))
}

/// Enough officers, each in office with the capacity of enforcement.
pub(super) fn officers(matter: &Matter<'_>, officers: &BTreeSet<String>) -> Result<(), Refusal> {
    let rule = matter.rule("enforcement.officers")?;
    let least = rule.amount("officers_min")?.unsigned_abs();
    if (officers.len() as u64) < least {
        return Err(refuse(
            "enforcement.officers",
            format!("a case is handled by at least {least} officers"),
            "name them all",
            "data.officers",
        )
        .by_rule(&rule));
    }
    for number in officers {
        matter.officer(number, Capacity::Enforcer, "data.officers")?;
    }
    Ok(())
}

/// Refuses a breach that was found after the prescription; notes on which day it falls.
pub(super) fn not_prescribed(
    matter: &Matter<'_>,
    draft: Draft,
    ended: Day,
    found: Day,
    harms_safety: bool,
) -> Result<Draft, Refusal> {
    if ended > matter.asked.on {
        return Err(refuse(
            "enforcement.breach_in_future",
            "the breach would end after the case is opened",
            "give the last day on which it was found to last",
            "data.breach_ended",
        ));
    }
    let rule: RuleRef<'_> = matter.rule("enforcement.prescription")?;
    let term = rule.term(if harms_safety { "safety" } else { "ordinary" })?;
    let last = compute_due(ended, &term, matter.world.book().calendar(), &[]).day;
    if found > last {
        return Err(refuse(
            "enforcement.prescribed",
            format!("the breach ended on {ended} and could be punished if found by {last}"),
            "open no case; correct the date if the breach lasted longer",
            "data.breach_ended",
        )
        .by_rule(&rule));
    }
    Ok(draft.day(&rule, "prescribed_after", last))
}
