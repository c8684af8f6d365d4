//! Report: judging what is done with one that was received.

use super::decide::{Step, TEXT_CHARS_MAX, WORD_CHARS_MAX, files, report, subject, text, unknown};
use super::{
    Assign, Check, Decline, ExcludeTime, Finding, Merge, OpenCase, ReportEvent, Stage, Transfer,
};
use crate::actor::Capacity;
use crate::areas::{enforcement, registration};
use crate::decide::Draft;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Exclusion, TERM_MAX};
use crate::world::operator_subject;

/// How many reports may be merged into one: what is decided on it names them all.
const MERGED_MAX: usize = 200;

/// Judges a step.
pub(super) fn decide(step: Step<'_>, payload: &ReportEvent) -> Result<Draft, Refusal> {
    match payload {
        ReportEvent::Filed(_) => Err(step.order()),
        ReportEvent::Assigned(p) => assigned(step, p),
        ReportEvent::CheckExtended(_) => extended(step),
        ReportEvent::TimeExcluded(p) => time_excluded(step, p),
        ReportEvent::Checked(p) => checked(step, p),
        ReportEvent::CaseOpened(p) => case_opened(step, p),
        ReportEvent::NotOpened(p) => not_opened(step, p),
        ReportEvent::Merged(p) => merged(step, p),
        ReportEvent::Transferred(p) => transferred(step, p),
        ReportEvent::Told(_) => told(step),
    }
}

fn assigned(step: Step<'_>, p: &Assign) -> Result<Draft, Refusal> {
    step.open()?;
    text("data.unit", &p.unit, 0, WORD_CHARS_MAX)?;
    let wrong = |what: &str, field: &str| {
        let remedy = "name a department, officer or unit that can handle reports on that day";
        Refusal::new("report.assignment", what, remedy).at(field)
    };
    if p.unit.trim().is_empty() && p.officer.is_none() && p.department.is_none() {
        return Err(wrong("nobody is named", "data"));
    }
    let on = step.asked.on;
    let handler = p.department.or(step.known.handler);
    let department = handler.and_then(|code| step.world.register().departments.get(&code));
    let able = |d: &&crate::areas::department::Department| {
        d.stands_on(on) && d.holds(Capacity::ComplaintDesk, on)
    };
    let Some(department) = department.filter(able) else {
        let what = "the department receives no reports on that day";
        return Err(wrong(what, "data.department"));
    };
    let posted = |officer: &str| {
        let capacities = [Capacity::ComplaintDesk, Capacity::Enforcer];
        let mut capacities = capacities.into_iter();
        capacities.any(|capacity| department.posted(officer, capacity, on))
    };
    if p.officer.as_deref().is_some_and(|officer| !posted(officer)) {
        let what = "this officer holds no post that handles reports on that day";
        return Err(wrong(what, "data.officer"));
    }
    Ok(step.draft)
}

fn extended(step: Step<'_>) -> Result<Draft, Refusal> {
    step.open()?;
    let rule = step.rule("report.decide")?;
    let more = rule.amount("extension_working_days")?;
    let Some(mut clock) = step.known.clock.clone().filter(|_| !step.known.extended) else {
        return Err(Refusal::new(
            "report.extended_before",
            "the term was extended already",
            "decide on the report",
        )
        .by_rule(&rule)
        .at("type"));
    };
    let more = u32::try_from(more).unwrap_or_default();
    clock.term.n = clock.term.n.saturating_add(more).min(TERM_MAX);
    clock.compute(step.world.book().calendar());
    Ok(step.draft.under(&rule).clock(clock))
}

fn time_excluded(step: Step<'_>, p: &ExcludeTime) -> Result<Draft, Refusal> {
    step.open()?;
    let rule = step.rule("report.excluded_time")?;
    let mut clock = step.known.clock.clone().ok_or_else(|| step.order())?;
    let overlaps = clock
        .excluded
        .iter()
        .any(|e| p.from <= e.to && e.from <= p.to);
    if p.to < p.from || p.from <= clock.start || p.from > clock.due || overlaps {
        return Err(Refusal::new(
            "report.exclusion_dates",
            format!(
                "the days left out lie between {} and {}, and are left out once",
                clock.start, clock.due
            ),
            "correct the dates",
        )
        .by_rule(&rule)
        .at("data.from"));
    }
    let exclusion = Exclusion {
        from: p.from,
        reason: "appraisal or testing".to_owned(),
        to: p.to,
    };
    clock.exclude(exclusion, step.world.book().calendar());
    Ok(step.draft.under(&rule).clock(clock))
}

fn checked(step: Step<'_>, p: &Check) -> Result<Draft, Refusal> {
    step.open()?;
    files("data.evidence", p.evidence.len())?;
    let Some(code) = p.operator else {
        return Ok(step.draft);
    };
    if step.known.operator.is_some() {
        return Err(Refusal::new(
            "report.other_operator",
            "the report names its operator already",
            "leave it out here; file another report where another operator is meant",
        )
        .at("data.operator"));
    }
    registration::registered(step.world, code)?;
    Ok(step.draft.about(operator_subject(code)))
}

fn case_opened(step: Step<'_>, p: &OpenCase) -> Result<Draft, Refusal> {
    step.open()?;
    let rule = step.rule("report.decide")?;
    match step.known.checked {
        Some((_, Finding::Indicated)) => {}
        Some((_, Finding::NotIndicated)) => {
            return Err(Refusal::new(
                "report.no_signs",
                "the last check found no sign of a breach",
                "check again and record the finding, or decline",
            )
            .by_rule(&rule)
            .at("type"));
        }
        None => return Err(not_checked().by_rule(&rule)),
    }
    let subject =
        enforcement::opened_case(step.world, &p.case, step.known.operator).map_err(|what| {
            Refusal::new(
                "report.case_not_open",
                what,
                "open the case first (enforcement.open), then name it here",
            )
            .by_rule(&rule)
            .at("data.case")
        })?;
    let draft = outcome(step)?;
    Ok(draft.about(subject))
}

fn not_opened(step: Step<'_>, p: &Decline) -> Result<Draft, Refusal> {
    step.open()?;
    if step.known.checked.is_none() {
        return Err(not_checked().by_rule(&step.rule("report.decide")?));
    }
    // The grounds are those of penalty procedure, as on any other lead.
    let grounds = step
        .world
        .book()
        .rule("enforcement.not_opened", step.asked.on)?;
    Refusal::unless_coded("report.code_unknown", &grounds, &p.code)?;
    Ok(outcome(step)?.under(&grounds))
}

fn not_checked() -> Refusal {
    Refusal::new(
        "report.not_checked",
        "nothing was checked yet",
        "record the check first (report.check)",
    )
    .at("type")
}

/// What is decided on a report is decided on those merged into it; each named reporter among them
/// has to be told where the regime says by when.
fn outcome(step: Step<'_>) -> Result<Draft, Refusal> {
    let me = step
        .draft
        .subjects
        .iter()
        .find(|s| s.kind() == Kind::Report);
    let mut named: Vec<Subject> = me
        .filter(|_| step.known.named)
        .cloned()
        .into_iter()
        .collect();
    let mut others = Vec::new();
    for number in &step.known.merged {
        let other = subject(number, "data.report")?;
        if report(step.world, &other).named {
            named.push(other.clone());
        }
        others.push(other);
    }
    // Order 20 alone gives a term for telling.
    let tell = step.rule("report.tell").ok().filter(|_| !named.is_empty());
    let clock = match &tell {
        Some(rule) => Some(
            step.world
                .clock(rule, "report.tell", "tell", step.asked.on)?,
        ),
        None => None,
    };
    let mut draft = step.late()?;
    for other in others {
        draft = draft.about(other);
    }
    let (Some(rule), Some(clock)) = (tell, clock) else {
        return Ok(draft);
    };
    for one in named {
        draft = draft.word(&rule, "tell", one.id());
    }
    Ok(draft.clock(clock))
}

fn merged(step: Step<'_>, p: &Merge) -> Result<Draft, Refusal> {
    step.open()?;
    let other = subject(&p.into, "data.into")?;
    let into = report(step.world, &other);
    if into.received.is_none() {
        return Err(unknown("data.into"));
    }
    let wrong = |what: &str| {
        let remedy = "name an open report about the same operator or site";
        Refusal::new("report.not_the_same", what, remedy).at("data.into")
    };
    if step.draft.subjects.contains(&other) {
        return Err(wrong("a report cannot go up in itself"));
    }
    if into.stage != Stage::Received {
        return Err(wrong("the other report is decided on already"));
    }
    let same_site = !into.site.is_empty() && into.site == step.known.site;
    if into.operator != step.known.operator || (into.operator.is_none() && !same_site) {
        return Err(wrong("the reports are about different operators or sites"));
    }
    if into.merged.len() + step.known.merged.len() >= MERGED_MAX || !step.known.merged.is_empty() {
        return Err(Refusal::new(
            "report.too_many_merged",
            format!("a report takes in up to {MERGED_MAX} others, none with its own merged ones"),
            "decide on it, and merge later reports into another",
        )
        .at("data.into"));
    }
    // Order 121: the same facts are not handled again; new ones let the term run from the last
    // receipt. Order 20 says nothing of it.
    let rule = step.rule("report.merging").ok();
    let received = step.received;
    let restarts = p.new_facts && rule.is_some_and(|rule| rule.flag("restarts"));
    let mut draft = step.draft.about(other);
    if let Some(rule) = &rule {
        draft = draft.under(rule);
    }
    let began = |clock: &crate::term::Clock| clock.restarts.iter().copied().max();
    if let Some(mut clock) = into.clock.filter(|_| restarts)
        && began(&clock).unwrap_or(clock.start) < received
    {
        clock.restart(received, step.world.book().calendar());
        draft = draft.clock(clock);
    }
    Ok(draft)
}

fn transferred(step: Step<'_>, p: &Transfer) -> Result<Draft, Refusal> {
    step.open()?;
    text("data.to", &p.to, 1, TEXT_CHARS_MAX)?;
    text("data.reason", &p.reason, 1, TEXT_CHARS_MAX)?;
    if !step.known.merged.is_empty() {
        return Err(step.order());
    }
    let rule = step.rule("report.transfer")?;
    let draft = step.late()?;
    Ok(draft.under(&rule))
}

fn told(step: Step<'_>) -> Result<Draft, Refusal> {
    if !step.known.named {
        return Err(Refusal::new(
            "report.anonymous",
            "the report came without a name: nobody can be told",
            "leave it; what came of it stands on record",
        )
        .at("data.report"));
    }
    if !step.known.has_outcome() || step.known.told.is_some() {
        return Err(Refusal::new(
            "report.nothing_to_tell",
            "the reporter has been told, or nothing is decided yet",
            "decide on the report first",
        )
        .at("type"));
    }
    let Some(clock) = &step.known.tell else {
        return Ok(step.draft);
    };
    let rule = step.rule("report.tell")?;
    let days = clock.due.days_until(step.asked.on).max(0);
    Ok(step.draft.number(&rule, "late_days", days))
}
