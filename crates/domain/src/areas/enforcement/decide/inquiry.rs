//! Enforcement, judging: evidence, measures, terms and legal review.

use super::{Matter, coded, refuse, text, word};
use crate::actor::Capacity;
use crate::areas::enforcement::{
    AddEvidence, ExcludeTime, ExtendTerm, LiftMeasure, Measure, MeasureId, MeasureKind, Stage,
    TakeMeasure, TermExtension,
};
use crate::day::Day;
use crate::decide::Drafts;
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::term::{Exclusion, TERM_MAX};

/// The deadline for the decision.
pub(super) const DECIDE: &str = "enforcement.decide";
/// Until when evidence is added and measures are taken.
const OPEN: [Stage; 2] = [Stage::Investigation, Stage::Noticed];

pub(super) fn evidence(matter: &Matter<'_>, p: &AddEvidence) -> Result<Drafts, Refusal> {
    matter.must(&OPEN)?;
    let rule = matter.rule("enforcement.evidence")?;
    coded(&rule, &p.kind, "data.kind")?;
    word("data.evidence.media_type", &p.evidence.media_type)?;
    if matter
        .case
        .evidence
        .contains_key(&p.evidence.blake3.to_string())
    {
        return Err(refuse(
            "enforcement.evidence_known",
            "this file is in the case already",
            "nothing is left to do",
            "data.evidence",
        ));
    }
    Ok(vec![matter.draft().under(&rule)])
}

pub(super) fn measure_taken(matter: &Matter<'_>, p: &TakeMeasure) -> Result<Drafts, Refusal> {
    matter.must(&OPEN)?;
    word("data.measure", &p.measure)?;
    text("data.what", &p.what)?;
    if matter.case.measures.iter().any(|m| m.id == p.measure) {
        return Err(refuse(
            "enforcement.measure_exists",
            "the case has a measure of this id already",
            "choose another id",
            "data.measure",
        ));
    }
    matter.officer(&p.approved_by, Capacity::Head, "data.approved_by")?;
    let rule = measure_rule(matter, p.kind)?;
    let clock = matter.clock(&rule, rule.rule().id.as_str(), "keep", matter.asked.on)?;
    Ok(vec![matter.draft().under(&rule).clock(clock)])
}

pub(super) fn measure_extended(matter: &Matter<'_>, p: &MeasureId) -> Result<Drafts, Refusal> {
    let measure = standing(matter, &p.measure)?;
    let rule = measure_rule(matter, measure.kind)?;
    let (Ok(more), Some(mut clock)) = (rule.amount("extension_days"), measure.clock.clone()) else {
        return Err(refuse(
            "enforcement.no_extension",
            "the rule knows no extension of this measure",
            "lift it in time, or take another measure",
            "data.measure",
        )
        .by_rule(&rule));
    };
    if measure.extended {
        return Err(matter
            .order("the measure was extended already")
            .by_rule(&rule));
    }
    if matter.asked.on > clock.due {
        return Err(refuse(
            "enforcement.term_over",
            format!("the measure's term ended on {}", clock.due),
            "lift the measure",
            "on",
        )
        .by_rule(&rule));
    }
    matter.prolong(&mut clock, more);
    Ok(vec![matter.draft().under(&rule).clock(clock)])
}

pub(super) fn measure_lifted(matter: &Matter<'_>, p: &LiftMeasure) -> Result<Drafts, Refusal> {
    let measure = standing(matter, &p.measure)?;
    let codes = matter.rule("enforcement.measure_end")?;
    coded(&codes, &p.code, "data.code")?;
    let due = measure.clock.as_ref().map_or(matter.asked.on, |c| c.due);
    let late = due.days_until(matter.asked.on).max(0);
    let rule = measure_rule(matter, measure.kind)?;
    let draft = matter.draft().under(&codes);
    Ok(vec![draft.number(&rule, "late_days", late)])
}

pub(super) fn measure_lapsed(matter: &Matter<'_>, p: &MeasureId) -> Result<Drafts, Refusal> {
    let measure = standing(matter, &p.measure)?;
    let rule = measure_rule(matter, measure.kind)?;
    if !rule.flag("lapses_by_itself") {
        return Err(refuse(
            "enforcement.does_not_lapse",
            "this measure ends by a decision only",
            "lift it (enforcement.lift_measure)",
            "data.measure",
        )
        .by_rule(&rule));
    }
    let due = measure.clock.as_ref().map_or(Day::MAX, |c| c.due);
    not_before_end(matter, due, &rule)?;
    Ok(vec![matter.draft().under(&rule)])
}

/// Refuses the clock's action while a term still runs.
pub(super) fn not_before_end(
    matter: &Matter<'_>,
    due: Day,
    rule: &RuleRef<'_>,
) -> Result<(), Refusal> {
    if matter.asked.on > due {
        return Ok(());
    }
    Err(refuse(
        "enforcement.not_due",
        format!("the term runs until {due}"),
        "wait for the day after",
        "on",
    )
    .by_rule(rule))
}

pub(super) fn time_excluded(matter: &Matter<'_>, p: &ExcludeTime) -> Result<Drafts, Refusal> {
    matter.must(&OPEN)?;
    let (rule, clock) = match &p.measure {
        None => {
            let rule = matter.rule("enforcement.excluded_time")?;
            (rule, matter.case.clocks.get(DECIDE).cloned())
        }
        Some(id) => {
            let rule = matter.rule("enforcement.excluded_from_measure")?;
            (rule, standing(matter, id)?.clock.clone())
        }
    };
    coded(&rule, &p.code, "data.code")?;
    let Some(mut clock) = clock else {
        return Err(matter.order("no term runs that could leave days out"));
    };
    let overlaps = |e: &Exclusion| p.from <= e.to && e.from <= p.to;
    let apart = !clock.excluded.iter().any(overlaps);
    if p.to < p.from || p.from <= clock.start || p.from > clock.due || !apart {
        return Err(refuse(
            "enforcement.exclusion_dates",
            format!(
                "the days left out begin after {}, by {}, and are left out once",
                clock.start, clock.due
            ),
            "correct the dates",
            "data.from",
        )
        .by_rule(&rule));
    }
    let exclusion = Exclusion {
        from: p.from,
        reason: p.code.clone(),
        to: p.to,
    };
    clock.exclude(exclusion, matter.world.book().calendar());
    Ok(vec![matter.draft().under(&rule).clock(clock)])
}

pub(super) fn term_extended(matter: &Matter<'_>, p: &ExtendTerm) -> Result<Drafts, Refusal> {
    matter.must(&OPEN)?;
    let rule = matter.rule(DECIDE)?;
    let more = match (p.extension, matter.case.extensions.as_slice()) {
        (TermExtension::Head, []) => rule.amount("extension_days")?,
        (TermExtension::Collective { days }, [TermExtension::Head]) => i64::from(days),
        _ => {
            return Err(matter
                .order("the head extends the term once, then the heads together once")
                .by_rule(&rule));
        }
    };
    let Some(mut clock) = matter.case.clocks.get(DECIDE).cloned() else {
        return Err(matter.order("no term runs that could be extended"));
    };
    if more == 0 || more > i64::from(TERM_MAX) {
        return Err(refuse(
            "enforcement.extension_days",
            "an extension gives a reasonable number of days",
            "correct it",
            "data.extension.days",
        )
        .by_rule(&rule));
    }
    matter.prolong(&mut clock, more);
    Ok(vec![matter.draft().under(&rule).clock(clock)])
}

pub(super) fn reviewed(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    matter.must(&OPEN)?;
    let rule = matter.rule("enforcement.review")?;
    matter.is_another(&rule)?;
    Ok(vec![matter.draft().under(&rule)])
}

/// The measure of an id, which has not ended.
fn standing<'m>(matter: &'m Matter<'_>, id: &str) -> Result<&'m Measure, Refusal> {
    let measure = matter.case.measures.iter().find(|m| m.id == id);
    match measure {
        Some(measure) if measure.ended.is_none() => Ok(measure),
        Some(_) => Err(matter.order("the measure has ended")),
        None => Err(refuse(
            "enforcement.measure_unknown",
            "the case has no measure of this id",
            "name a measure that `show` lists",
            "data.measure",
        )),
    }
}

fn measure_rule<'a>(matter: &Matter<'a>, kind: MeasureKind) -> Result<RuleRef<'a>, NoRule> {
    matter.rule(match kind {
        MeasureKind::Preservation => "enforcement.preservation",
        MeasureKind::SealUp | MeasureKind::Seizure => "enforcement.seizure",
    })
}
