//! Enforcement, judging: transfer and closing.

use super::inquiry::DECIDE;
use super::payment::owed;
use super::{Matter, coded, refuse, text};
use crate::areas::enforcement::summary::closing;
use crate::areas::enforcement::{Close, Closing, Stage, Transfer};
use crate::decide::Drafts;
use crate::refusal::Refusal;
use crate::term::Exclusion;

pub(super) fn transferred(matter: &Matter<'_>, p: &Transfer) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Lead, Stage::Investigation, Stage::Noticed])?;
    text("data.to", &p.to)?;
    let rule = matter.rule("enforcement.transfer")?;
    Ok(vec![matter.draft().under(&rule)])
}

pub(super) fn taken_back(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Transferred])?;
    let rule = matter.rule("enforcement.transfer")?;
    let draft = matter.draft().under(&rule);
    let clock = matter.case.clocks.get(DECIDE).cloned();
    let (Some(mut clock), Some((_, from))) = (clock, &matter.case.transferred) else {
        return Ok(vec![draft]);
    };
    // The days with the other authority follow all that was left out before.
    let last = clock.excluded.iter().map(|e| e.to.plus_days(1)).max();
    let from = last.map_or(from.plus_days(1), |last| last.max(from.plus_days(1)));
    if from <= matter.asked.on {
        let exclusion = Exclusion {
            from,
            reason: "transfer".to_owned(),
            to: matter.asked.on,
        };
        clock.exclude(exclusion, matter.world.book().calendar());
    }
    Ok(vec![draft.clock(clock)])
}

pub(super) fn closed(matter: &Matter<'_>, p: &Close) -> Result<Drafts, Refusal> {
    let rule = matter.rule("enforcement.closing")?;
    coded(&rule, closing(p.closing), "data.closing")?;
    if !p.reason.is_empty() {
        text("data.reason", &p.reason)?;
    }
    if matter.case.measures.iter().any(|m| m.ended.is_none()) {
        return Err(refuse(
            "enforcement.measure_stands",
            "a measure of the case still stands",
            "lift it first (enforcement.lift_measure)",
            "type",
        )
        .by_rule(&rule));
    }
    let draft = matter.draft().under(&rule);
    match p.closing {
        Closing::Executed => {
            matter.must(&[Stage::Decided])?;
            let decision = matter.decision()?;
            let left = owed(matter, decision)?;
            if decision.served.is_none() || left > 0 || decision.appeal.is_some() {
                return Err(refuse(
                    "enforcement.not_performed",
                    format!("the decision is not served, contested, or {left} fen are owed"),
                    "close the case once it is executed",
                    "data.closing",
                )
                .by_rule(&rule));
            }
        }
        Closing::NoPenalty | Closing::Unfounded => {
            matter.must(&[Stage::Investigation, Stage::Noticed])?;
            text("data.reason", &p.reason)?;
            let term = matter.rule(DECIDE)?;
            return Ok(vec![matter.late(draft, &term, DECIDE)]);
        }
        Closing::Transferred => matter.must(&[Stage::Transferred])?,
        Closing::PartyGone => {
            matter.must(&[Stage::Investigation, Stage::Noticed, Stage::Decided])?;
        }
        Closing::DecisionRevoked => {
            matter.must(&[Stage::Decided])?;
            let decision = matter.case.decision.as_ref();
            if decision.is_none_or(|d| d.revoked.is_none()) {
                return Err(matter.order("the decision was not revoked"));
            }
        }
    }
    Ok(vec![draft])
}
