//! Repair: its events in sentences, and its part of an operator's standing.

use super::{RepairEvent, Repairs, Track};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &RepairEvent, telling: &Telling<'_>) -> Text {
    let (late, due) = (telling.late(), telling.due());
    let (zh, en) = match payload {
        RepairEvent::Applied(p) => {
            let (about, conflict) = (p.target.about(), conflict(telling));
            (
                format!("申请信用修复（{}）：{about}{}", p.repair, conflict.zh),
                format!("repair {} applied for: {about}{}", p.repair, conflict.en),
            )
        }
        RepairEvent::Accepted(p) => (
            format!("受理信用修复（{}）", p.repair),
            format!("repair {} accepted", p.repair),
        ),
        RepairEvent::Declined(p) => {
            let ground = telling.code(&p.code);
            (
                format!("不予受理信用修复（{}）：{}", p.repair, ground.zh),
                format!("repair {} not accepted: {}", p.repair, ground.en),
            )
        }
        RepairEvent::Checked(p) => {
            let (zh, en) = match (p.performed, p.harm_removed) {
                (true, true) => ("已履行义务并消除影响", "duties performed, harm removed"),
                (true, false) => (
                    "已履行义务，影响未消除",
                    "duties performed, harm not removed",
                ),
                (false, _) => ("未履行义务", "duties not performed"),
            };
            (
                format!("信用修复核实（{}）：{zh}", p.repair),
                format!("repair {} checked: {en}", p.repair),
            )
        }
        RepairEvent::Granted(p) => {
            let zh: Vec<&str> = p.tracks.iter().map(|t| track(*t)).collect();
            let en: Vec<&str> = p.tracks.iter().map(|t| t.name()).collect();
            (
                format!("准予信用修复（{}）：{}", p.repair, zh.join("、")),
                format!("repair {} granted on {}", p.repair, en.join(" and ")),
            )
        }
        RepairEvent::Refused(p) => {
            let ground = telling.code(&p.code);
            (
                format!("不予信用修复（{}）：{}", p.repair, ground.zh),
                format!("repair {} refused: {}", p.repair, ground.en),
            )
        }
        RepairEvent::PassedOn(p) => (
            format!("信用修复信息共享至{}个部门（{}）", p.to.len(), p.repair),
            format!(
                "repair {} passed on to {} departments",
                p.repair,
                p.to.len()
            ),
        ),
        RepairEvent::Revoked(p) => {
            let ground = telling.code(&p.code);
            (
                format!("撤销信用修复（{}）：{}", p.repair, ground.zh),
                format!("repair {} revoked: {}", p.repair, ground.en),
            )
        }
    };
    say(
        format!("{zh}{}{}", late.zh, due.zh),
        format!("{en}{}{}", late.en, due.en),
    )
}

const fn track(track: Track) -> &'static str {
    match track {
        Track::Samr => "市场监管",
        Track::Ndrc => "信用中国",
    }
}

/// That the two tracks disagree, where they do.
fn conflict(telling: &Telling<'_>) -> Text {
    let facts = &telling.event.derived.facts;
    if facts.iter().any(|f| f.name.starts_with("conflict_")) {
        return say("（两套规则结果不一致）", " (the two tracks disagree)");
    }
    say("", "")
}

impl Repairs {
    /// Applications that are open, and repairs that hold.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        for a in &self.applications {
            if a.stage.open() {
                out.push(say(
                    format!("信用修复申请中（{}）", a.number),
                    format!("repair {} applied for", a.number),
                ));
            } else if self.granted(&a.about, day) && a.revoked.is_none() && a.granted.is_some() {
                out.push(say(
                    format!("已信用修复（{}）", a.about),
                    format!("repaired: {}", a.about),
                ));
            }
        }
    }
}
