//! Complaint: its events in sentences, and its part of an operator's standing.

use super::{ComplaintEvent, Tally};
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &ComplaintEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let (zh, en) = match payload {
        ComplaintEvent::Filed(p) => (
            format!("收到投诉{}（{}）", p.complaint, p.cause),
            format!("complaint {} received ({})", p.complaint, p.cause),
        ),
        ComplaintEvent::Accepted(p) => (
            format!("受理投诉{}", p.complaint),
            format!("complaint {} accepted", p.complaint),
        ),
        ComplaintEvent::Refused(p) => {
            let ground = telling.code(&p.code);
            (
                format!("不予受理投诉{}：{}", p.complaint, ground.zh),
                format!("complaint {} refused: {}", p.complaint, ground.en),
            )
        }
        ComplaintEvent::TimeExcluded(p) => (
            format!("投诉{}的期限扣除{}至{}", p.complaint, p.from, p.to),
            format!(
                "{} to {} not counted in complaint {}",
                p.from, p.to, p.complaint
            ),
        ),
        ComplaintEvent::Agreed(p) => (
            format!("投诉{}达成调解协议", p.complaint),
            format!("complaint {} settled by agreement", p.complaint),
        ),
        ComplaintEvent::Terminated(p) => {
            let ground = telling.code(&p.code);
            (
                format!("终止调解投诉{}：{}", p.complaint, ground.zh),
                format!(
                    "mediation of complaint {} terminated: {}",
                    p.complaint, ground.en
                ),
            )
        }
        ComplaintEvent::Withdrawn(p) => (
            format!("投诉{}撤回", p.complaint),
            format!("complaint {} withdrawn", p.complaint),
        ),
    };
    say(
        format!("{zh}{}{}", late.zh, due.zh),
        format!("{en}{}{}", late.en, due.en),
    )
}

impl Tally {
    /// How many complaints are open.
    pub(crate) fn in_words(&self, out: &mut Vec<Text>) {
        let closed = self.refused + self.agreed + self.terminated + self.withdrawn;
        match self.received.saturating_sub(closed) {
            0 => {}
            1 => out.push(say("1件投诉未结", "1 open complaint")),
            open => out.push(say(
                format!("{open}件投诉未结"),
                format!("{open} open complaints"),
            )),
        }
    }
}
