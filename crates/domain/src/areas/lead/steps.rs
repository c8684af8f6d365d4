//! Lead: judging what is done with one that was recorded.

use std::collections::BTreeSet;

use super::decide::{Step, TEXT_CHARS_MAX, WORD_CHARS_MAX, files, text};
use super::{Assign, Close, HoldInterview, LeadEvent, OpenCase, Revisit, Stage, Verify, Warn};
use crate::actor::Capacity;
use crate::areas::report::Finding;
use crate::areas::{enforcement, registration};
use crate::day::Day;
use crate::decide::Draft;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::TERM_MAX;
use crate::world::operator_subject;

/// The deadline for verifying.
const VERIFY: &str = "lead.verify";
/// Stages of a lead that is not at its end.
const OPEN: [Stage; 3] = [Stage::Recorded, Stage::Assigned, Stage::Verified];

/// Judges a step.
pub(super) fn decide(step: Step<'_>, payload: &LeadEvent) -> Result<Draft, Refusal> {
    match payload {
        LeadEvent::Assigned(p) => assigned(step, p),
        LeadEvent::TermExtended(_) => extended(step),
        LeadEvent::Verified(p) => verified(step, p),
        LeadEvent::InterviewHeld(p) => interview(step, p),
        LeadEvent::WarningGiven(p) => warning(step, p),
        LeadEvent::CaseOpened(p) => case_opened(step, p),
        LeadEvent::Closed(p) => closed(step, p),
        LeadEvent::Revisited(p) => revisited(step, p),
        // Recording and campaigns are judged beside this.
        _ => Err(step.order()),
    }
}

fn assigned(step: Step<'_>, p: &Assign) -> Result<Draft, Refusal> {
    step.must(&OPEN)?;
    text("data.unit", &p.unit, 0, WORD_CHARS_MAX)?;
    posted(&step, &p.officer, "data.officer")?;
    if step.known.stage != Stage::Recorded {
        return Ok(step.draft);
    }
    let assign = step.rule("lead.assign")?;
    let due = step.known.clock.as_ref().map(|clock| clock.due);
    // Verifying runs from the day on which the lead came to be known.
    let verify = step.rule("enforcement.verify")?;
    let began = step.known.recorded.unwrap_or(step.asked.on);
    let clock = step.world.clock(&verify, VERIFY, "verify", began)?;
    let days = due.map_or(0, |due| due.days_until(step.asked.on).max(0));
    let draft = step.draft.under(&verify).clock(clock);
    Ok(draft.number(&assign, "late_days", days))
}

fn extended(step: Step<'_>) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assigned])?;
    let rule = step.rule("enforcement.verify")?;
    let more = rule.amount("extension_working_days")?;
    let Some(mut clock) = step.known.clock.clone().filter(|_| !step.known.extended) else {
        return Err(Refusal::new(
            "lead.extended_before",
            "the term of verification was extended already",
            "verify the lead",
        )
        .by_rule(&rule)
        .at("type"));
    };
    let more = u32::try_from(more).unwrap_or_default();
    clock.term.n = clock.term.n.saturating_add(more).min(TERM_MAX);
    clock.compute(step.world.book().calendar());
    Ok(step.draft.under(&rule).clock(clock))
}

fn verified(step: Step<'_>, p: &Verify) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assigned, Stage::Verified])?;
    files("data.evidence", p.evidence.len())?;
    let first = step.known.stage == Stage::Assigned;
    let due = step.known.clock.as_ref().map(|clock| clock.due);
    let rule = step.rule("enforcement.verify")?;
    let mut draft = step.draft.under(&rule);
    if let Some(code) = p.operator {
        if step.known.operator.is_some() {
            return Err(Refusal::new(
                "lead.other_operator",
                "the lead names its operator already",
                "leave it out here; record another lead where another operator is meant",
            )
            .at("data.operator"));
        }
        registration::registered(step.world, code)?;
        draft = draft.about(operator_subject(code));
    }
    if first {
        let days = due.map_or(0, |due| due.days_until(step.asked.on).max(0));
        draft = draft.number(&rule, "late_days", days);
    }
    Ok(draft)
}

fn interview(step: Step<'_>, p: &HoldInterview) -> Result<Draft, Refusal> {
    spoken_to(&step)?;
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    correct_by(&step, p.correct_by)?;
    let rule = step.rule("lead.interview")?;
    officers(&step, &rule, &p.officers)?;
    // From 2021-05-01 the law itself provides for interviews in network trading.
    let law = step.rule("trading.interview").ok();
    let draft = look_again(step, p.correct_by)?.under(&rule);
    Ok(match &law {
        Some(law) => draft.under(law),
        None => draft,
    })
}

fn warning(step: Step<'_>, p: &Warn) -> Result<Draft, Refusal> {
    spoken_to(&step)?;
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    correct_by(&step, p.correct_by)?;
    let rule = step.rule("lead.warning")?;
    Refusal::unless_coded("lead.code_unknown", &rule, &p.code)?;
    Ok(look_again(step, p.correct_by)?.under(&rule))
}

/// An operator is spoken to about a lead that is with somebody, or has been verified.
fn spoken_to(step: &Step<'_>) -> Result<(), Refusal> {
    step.must(&[Stage::Assigned, Stage::Verified, Stage::CaseOpened])?;
    if step.known.operator.is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        "lead.operator_unknown",
        "nobody knows yet which operator the lead is about",
        "verify the lead and name the operator first",
    )
    .at("data.lead"))
}

fn correct_by(step: &Step<'_>, day: Option<Day>) -> Result<(), Refusal> {
    if day.is_none_or(|day| step.asked.on <= day) {
        return Ok(());
    }
    Err(Refusal::new(
        "lead.correct_by",
        "the operator would have to correct it before it was told",
        "correct one of the two dates",
    )
    .at("data.correct_by"))
}

/// What was said is looked at again within the term, from the day by which it has to be corrected.
fn look_again(step: Step<'_>, correct_by: Option<Day>) -> Result<Draft, Refusal> {
    let rule = step.rule("lead.revisit")?;
    let from = correct_by.unwrap_or(step.asked.on);
    let clock = step.world.clock(&rule, "lead.revisit", "revisit", from)?;
    Ok(step.draft.under(&rule).clock(clock))
}

fn case_opened(step: Step<'_>, p: &OpenCase) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assigned, Stage::Verified])?;
    let rule = step.rule("enforcement.verify")?;
    verified_before(&step, &rule)?;
    if let Some((_, Finding::NotIndicated)) = step.known.verified {
        return Err(Refusal::new(
            "lead.no_signs",
            "the last verification found no sign of a breach",
            "verify again and record the finding, or close the lead",
        )
        .by_rule(&rule)
        .at("type"));
    }
    let case = enforcement::opened_case(step.world, &p.case, step.known.operator);
    let case = case.map_err(|what| {
        Refusal::new(
            "lead.case_not_open",
            what,
            "open the case first (enforcement.open), then name it here",
        )
        .by_rule(&rule)
        .at("data.case")
    })?;
    Ok(step.draft.under(&rule).about(case))
}

fn closed(step: Step<'_>, p: &Close) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assigned, Stage::Verified, Stage::CaseOpened])?;
    verified_before(&step, &step.rule("enforcement.verify")?)?;
    let rule = step.rule("lead.outcome")?;
    Refusal::unless_coded("lead.code_unknown", &rule, &p.code)?;
    Ok(step.draft.under(&rule))
}

fn verified_before(step: &Step<'_>, rule: &RuleRef<'_>) -> Result<(), Refusal> {
    if step.known.verified.is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        "lead.not_verified",
        "the lead was not verified yet",
        "record the verification first (lead.verify)",
    )
    .by_rule(rule)
    .at("type"))
}

fn revisited(step: Step<'_>, p: &Revisit) -> Result<Draft, Refusal> {
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    let Some(clock) = step.known.revisit.clone() else {
        return Err(Refusal::new(
            "lead.nothing_to_revisit",
            "nothing was said to the operator that would have to be looked at again",
            "hold an interview or give a warning first; record a new lead for a relapse",
        )
        .at("type"));
    };
    let rule = step.rule("lead.revisit")?;
    let days = clock.due.days_until(step.asked.on).max(0);
    let again = step
        .world
        .clock(&rule, "lead.revisit", "revisit", step.asked.on)?;
    let draft = step.draft.number(&rule, "late_days", days);
    Ok(if p.corrected {
        draft
    } else {
        draft.clock(again)
    })
}

/// Enough officers, each in office with the capacity of enforcement.
fn officers(
    step: &Step<'_>,
    rule: &RuleRef<'_>,
    officers: &BTreeSet<String>,
) -> Result<(), Refusal> {
    let least = rule.amount("officers_min")?.unsigned_abs();
    if (officers.len() as u64) < least {
        return Err(Refusal::new(
            "lead.officers",
            format!("an interview is held by at least {least} officers"),
            "name them all",
        )
        .by_rule(rule)
        .at("data.officers"));
    }
    let mut all = officers.iter();
    all.try_for_each(|officer| posted(step, officer, "data.officers"))
}

/// The officer holds a post of enforcement in the acting department on the day of the step.
fn posted(step: &Step<'_>, officer: &str, field: &str) -> Result<(), Refusal> {
    let departments = &step.world.register().departments;
    let department = departments.get(&step.asked.by.department);
    if department.is_some_and(|d| d.posted(officer, Capacity::Enforcer, step.asked.on)) {
        return Ok(());
    }
    Err(Refusal::new(
        "lead.officer",
        "this officer holds no post of enforcement on that day",
        "name an officer who does, or post the officer first",
    )
    .at(field))
}
