//! Risk: its events in sentences, and its part of an operator's standing.

use super::{RiskEvent, Risks};
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &RiskEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let derived = &telling.event.derived;
    let level = || match derived.word("level") {
        Some("high") => say("高风险", "high"),
        Some("medium") => say("中风险", "medium"),
        _ => say("低风险", "low"),
    };
    let said = match payload {
        RiskEvent::Collected(p) => say(
            format!("采集风险{}：{}", p.risk, p.what),
            format!("risk {} collected: {}", p.risk, p.what),
        ),
        RiskEvent::Assessed(p) => {
            let (level, points) = (level(), derived.number("score_points").unwrap_or(0));
            say(
                format!("评估风险{}：{}（{points}分）", p.risk, level.zh),
                format!("risk {} assessed: {} ({points} points)", p.risk, level.en),
            )
        }
        RiskEvent::Warned(p) => {
            let level = level();
            say(
                format!("风险预警{}（{}）：{}", p.risk, level.zh, p.what),
                format!("warning of risk {} ({}): {}", p.risk, level.en, p.what),
            )
        }
        RiskEvent::Disposed(p) => {
            let outcome = telling.code(&p.code);
            say(
                format!("处置风险{}：{}", p.risk, outcome.zh),
                format!("risk {} disposed of: {}", p.risk, outcome.en),
            )
        }
        RiskEvent::PlanAdopted(p) => say(
            format!("制定处置预案{}：{}", p.plan, p.title),
            format!("plan {} adopted: {}", p.plan, p.title),
        ),
        RiskEvent::PlanRetired(p) => say(
            format!("停用处置预案{}", p.plan),
            format!("plan {} retired", p.plan),
        ),
    };
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

impl Risks {
    /// Warnings without disposal; those past their term stand out.
    pub(crate) fn in_words(&self, day: crate::day::Day, out: &mut Vec<Text>) {
        for mark in self.marks.iter().filter(|mark| mark.is_open()) {
            let over = mark.due.is_some_and(|due| due < day);
            out.push(if over {
                say(
                    format!("风险预警{}逾期未处置", mark.risk),
                    format!("warning {} overdue", mark.risk),
                )
            } else {
                say(
                    format!("风险预警{}未处置", mark.risk),
                    format!("warning {} open", mark.risk),
                )
            });
        }
    }
}
