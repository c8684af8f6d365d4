//! Plan: its events in sentences.

use super::PlanEvent;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &PlanEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let (zh, en) = match payload {
        PlanEvent::TaskAssigned(p) => (
            format!("{} {}：{}", p.plan, p.section, p.title),
            format!(
                "task {} assigned ({} {}): {}",
                p.task, p.plan, p.section, p.title
            ),
        ),
        PlanEvent::TargetSet(p) => (
            format!("目标：{}{}{}{}", p.title, p.number, p.unit, due.zh),
            format!("target set: {} {} {}{}", p.title, p.number, p.unit, due.en),
        ),
        PlanEvent::TargetReported(p) => {
            let standing = telling.event.derived.word("standing").unwrap_or("");
            let standing = telling.code(standing);
            (
                format!(
                    "任务{}目标{}报告{}：{}",
                    p.task, p.target, p.number, standing.zh
                ),
                format!(
                    "target {} of task {} reported as {}: {}",
                    p.target, p.task, p.number, standing.en
                ),
            )
        }
        PlanEvent::HandedOver(p) => (
            format!("{}在方案中的{}项职责移交{}", p.from, p.duties.len(), p.to),
            format!(
                "{} duties of {} under the plan went to {}",
                p.duties.len(),
                p.from,
                p.to
            ),
        ),
        PlanEvent::TaskEnded(p) => (
            format!("任务{}结束：{}", p.task, p.reason),
            format!("task {} ended: {}", p.task, p.reason),
        ),
    };
    say(format!("{zh}{}", late.zh), format!("{en}{}", late.en))
}
