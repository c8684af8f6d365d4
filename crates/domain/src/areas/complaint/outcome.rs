//! Complaint: judging what comes of it: negotiation, mediation, arbitration.

use super::decide::{Step, begin, coded, word};
use super::{ComplaintEvent, ExcludeTime, Stage, Terminate};
use crate::actor::Capacity;
use crate::decide::Draft;
use crate::refusal::Refusal;
use crate::term::Exclusion;

/// Judges a step towards an end, and what follows it.
pub(super) fn decide(step: Step<'_>, payload: &ComplaintEvent) -> Result<Draft, Refusal> {
    let open = [Stage::Received, Stage::Mediation];
    match payload {
        ComplaintEvent::NegotiationOffered(_) => {
            step.must(&open)?;
            negotiating(&step, false)?;
            Ok(step.draft)
        }
        ComplaintEvent::Settled(_) => {
            step.must(&open)?;
            negotiating(&step, true)?;
            match step.known.stage {
                Stage::Received => step.late("complaint.decide"),
                _ => step.late("complaint.mediation"),
            }
        }
        ComplaintEvent::NegotiationFailed(_) => {
            step.must(&open)?;
            negotiating(&step, true)?;
            Ok(step.draft)
        }
        ComplaintEvent::MediationOpened(_) => {
            step.must(&[Stage::Mediation])?;
            if step.known.mediation_opened.is_some() {
                return Err(step.order());
            }
            Ok(step.draft)
        }
        ComplaintEvent::MediationHeld(_) => {
            step.must(&[Stage::Mediation])?;
            if step.known.mediation_opened.is_none() {
                return Err(Refusal::new(
                    "complaint.mediation_not_open",
                    "no mediation is open in which a session could be held",
                    "open it first (complaint.open_mediation)",
                )
                .at("type"));
            }
            Ok(step.draft)
        }
        ComplaintEvent::TimeExcluded(p) => time_excluded(step, p),
        ComplaintEvent::Agreed(p) => {
            step.must(&[Stage::Mediation])?;
            if p.perform_by.is_some_and(|day| day < step.asked.on) {
                return Err(Refusal::new(
                    "complaint.perform_by",
                    "the agreement would have to be performed before it was made",
                    "correct one of the two dates",
                )
                .at("data.perform_by"));
            }
            step.late("complaint.mediation")
        }
        ComplaintEvent::Performed(_) => {
            step.must(&[Stage::Agreed, Stage::Settled])?;
            if step.known.performed == Some(true) {
                return Err(step.order());
            }
            Ok(step.draft)
        }
        ComplaintEvent::Terminated(p) => terminated(step, p),
        ComplaintEvent::ArbitrationReferred(p) => {
            word(&p.commission, 1, "data.commission")?;
            let broken = step.known.performed == Some(false);
            match step.known.stage {
                Stage::Refused | Stage::Terminated => Ok(step.draft),
                Stage::Agreed | Stage::Settled if broken => Ok(step.draft),
                _ => Err(step.order()),
            }
        }
        ComplaintEvent::Awarded(_) => {
            step.must(&[Stage::Arbitration])?;
            Ok(step.draft)
        }
        ComplaintEvent::Withdrawn(_) => {
            step.must(&open)?;
            Ok(step.draft)
        }
        // Filing and deciding are judged where complaints come in.
        _ => Err(step.order()),
    }
}

fn negotiating(step: &Step<'_>, must: bool) -> Result<(), Refusal> {
    if step.known.negotiating.is_some() == must {
        return Ok(());
    }
    let (what, remedy) = if must {
        (
            "no offer to settle stands",
            "record the offer first (complaint.offer_negotiation)",
        )
    } else {
        (
            "an offer to settle stands already",
            "record first what became of it",
        )
    };
    Err(Refusal::new("complaint.negotiation", what, remedy).at("type"))
}

fn time_excluded(step: Step<'_>, p: &ExcludeTime) -> Result<Draft, Refusal> {
    step.must(&[Stage::Mediation])?;
    let excluded = step.rule("complaint.excluded_time")?;
    if !excluded.flag("testing_excluded") {
        return Err(Refusal::new(
            "complaint.exclusion_not_provided",
            "the rule in force leaves no time out",
            "go on without",
        )
        .by_rule(&excluded));
    }
    let mut clock = step.known.clock.clone().ok_or_else(|| step.order())?;
    let overlaps = clock
        .excluded
        .iter()
        .any(|e| p.from <= e.to && e.from <= p.to);
    if p.to < p.from || p.from <= clock.start || p.from > clock.due || overlaps {
        return Err(Refusal::new(
            "complaint.exclusion_dates",
            format!(
                "the days left out lie between {} and {}, and are left out once",
                clock.start, clock.due
            ),
            "correct the dates",
        )
        .by_rule(&excluded)
        .at("data.from"));
    }
    let exclusion = Exclusion {
        from: p.from,
        reason: "appraisal or testing".to_owned(),
        to: p.to,
    };
    clock.exclude(exclusion, step.world.book().calendar());
    let draft = step.draft.under(&excluded);
    Ok(draft.clock(clock))
}

fn terminated(step: Step<'_>, p: &Terminate) -> Result<Draft, Refusal> {
    step.must(&[Stage::Mediation])?;
    let grounds = step.rule("complaint.termination_grounds")?;
    coded(&grounds, &p.code)?;
    let over = grounds.amount("term_over_code")?.to_string() == p.code;
    if step.asked.by.capacity == Capacity::Clock && !over {
        return Err(Refusal::new(
            "complaint.clock_code",
            "the clock terminates a mediation only because its term is over",
            "let the complaint desk act on another ground",
        )
        .by_rule(&grounds)
        .at("data.code"));
    }
    let mediation = step.rule("complaint.mediation")?;
    let due = step.known.clock.as_ref().map(|c| c.due);
    if let Some(due) = due.filter(|due| over && step.asked.on <= *due) {
        return Err(Refusal::new(
            "complaint.term_not_over",
            format!("the term of mediation runs until {due}"),
            "wait for the day after, or terminate on another ground",
        )
        .by_rule(&mediation)
        .at("data.code"));
    }
    let tell = step.rule("complaint.tell_parties")?;
    let clock = begin(
        step.world,
        &tell,
        "complaint.tell_parties",
        "tell",
        step.asked.on,
    )?;
    // That the term is over is the ground here; on another one it may have been missed.
    let days = due.map_or(0, |due| due.days_until(step.asked.on).max(0));
    let draft = step.draft.under(&grounds).under(&tell).clock(clock);
    let late = if over { (days - 1).max(0) } else { days };
    Ok(draft.number(&mediation, "late_days", late))
}
