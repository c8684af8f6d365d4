//! Exposure: its events in sentences, and its part of an operator's standing.

use super::{ExposureEvent, Exposures, ReviewOutcome};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &ExposureEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let (zh, en) = match payload {
        ExposureEvent::Drafted(p) => (
            format!("起草曝光公告{}：{}", p.bulletin, p.title.zh),
            format!("bulletin {} drafted: {}", p.bulletin, p.title.en),
        ),
        ExposureEvent::EntryAdded(p) => (
            format!("曝光公告{}增加条目{}", p.bulletin, p.entry.entry),
            format!("entry {} added to bulletin {}", p.entry.entry, p.bulletin),
        ),
        ExposureEvent::EntryDropped(p) => (
            format!("曝光公告{}删去条目{}", p.bulletin, p.entry),
            format!("entry {} dropped from bulletin {}", p.entry, p.bulletin),
        ),
        ExposureEvent::Submitted(p) => (
            format!("曝光公告{}提交法制审核", p.bulletin),
            format!("bulletin {} handed in for legal review", p.bulletin),
        ),
        ExposureEvent::Reviewed(p) => match p.outcome {
            ReviewOutcome::Passed => (
                format!("曝光公告{}通过法制审核", p.bulletin),
                format!("bulletin {} passed legal review", p.bulletin),
            ),
            ReviewOutcome::Returned => returned(&p.bulletin, &p.reasons),
        },
        ExposureEvent::Approved(p) => (
            format!("批准曝光公告{}", p.bulletin),
            format!("bulletin {} approved", p.bulletin),
        ),
        ExposureEvent::Returned(p) => returned(&p.bulletin, &p.reasons),
        ExposureEvent::Released(p) => (
            format!("发布曝光公告{}", p.bulletin),
            format!("bulletin {} released", p.bulletin),
        ),
        ExposureEvent::Published(p) => (
            format!("曝光公告{}公布：{}", p.bulletin, p.title.zh),
            format!("bulletin {} published: {}", p.bulletin, p.title.en),
        ),
        ExposureEvent::Shown(p) if p.correction.is_empty() => (
            format!("在曝光公告{}中公布：{}", p.bulletin, p.breach.zh),
            format!("shown in bulletin {}: {}", p.bulletin, p.breach.en),
        ),
        ExposureEvent::Shown(p) => (
            format!(
                "曝光公告{}条目更正（{}）：{}",
                p.bulletin, p.correction, p.breach.zh
            ),
            format!(
                "entry of bulletin {} corrected ({}): {}",
                p.bulletin, p.correction, p.breach.en
            ),
        ),
        ExposureEvent::Corrected(p) => (
            format!("更正曝光公告{}条目{}", p.bulletin, p.entry.entry),
            format!(
                "entry {} of bulletin {} corrected",
                p.entry.entry, p.bulletin
            ),
        ),
        ExposureEvent::EntryWithdrawn(p) => {
            let reason = telling.code(&p.code);
            (
                format!("撤下曝光公告{}条目{}：{}", p.bulletin, p.entry, reason.zh),
                format!(
                    "entry {} of bulletin {} withdrawn: {}",
                    p.entry, p.bulletin, reason.en
                ),
            )
        }
        ExposureEvent::Expired(p) => (
            format!("曝光公告{}条目{}公布期满", p.bulletin, p.entry),
            format!(
                "entry {} of bulletin {}: its term is over",
                p.entry, p.bulletin
            ),
        ),
        ExposureEvent::Withdrawn(p) => {
            let reason = telling.code(&p.code);
            (
                format!("撤回曝光公告{}：{}", p.bulletin, reason.zh),
                format!("bulletin {} withdrawn: {}", p.bulletin, reason.en),
            )
        }
    };
    say(
        format!("{zh}{}{}", late.zh, due.zh),
        format!("{en}{}{}", late.en, due.en),
    )
}

fn returned(bulletin: &str, reasons: &str) -> (String, String) {
    (
        format!("曝光公告{bulletin}退回修改：{reasons}"),
        format!("bulletin {bulletin} returned: {reasons}"),
    )
}

impl Exposures {
    /// In how many bulletins the operator is shown.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        match self.entries.iter().filter(|e| e.stands_on(day)).count() {
            0 => {}
            1 => out.push(say("曝光1次", "shown in 1 bulletin")),
            n => out.push(say(format!("曝光{n}次"), format!("shown in {n} bulletins"))),
        }
    }
}
