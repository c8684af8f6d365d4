//! Report: its events in sentences, and its part of an operator's standing.

use super::{Finding, ReportEvent, Tally};
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &ReportEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let number = payload.number();
    let of = |zh: &str, en: &str| say(format!("举报{number}{zh}"), format!("report {number} {en}"));
    let said = match payload {
        ReportEvent::Filed(p) => say(
            format!("收到举报{number}（{}）", p.cause),
            format!("report {number} received ({})", p.cause),
        ),
        ReportEvent::Assigned(_) => of("已分派", "assigned"),
        ReportEvent::CheckExtended(_) => of("延长核查期限", "given more time for checking"),
        ReportEvent::TimeExcluded(p) => say(
            format!("举报{number}的期限扣除{}至{}", p.from, p.to),
            format!("{} to {} not counted in report {number}", p.from, p.to),
        ),
        ReportEvent::Checked(p) => match p.finding {
            Finding::Indicated => of("核查发现违法线索", "checked: signs of a breach"),
            Finding::NotIndicated => of("核查未发现违法线索", "checked: no sign of a breach"),
        },
        ReportEvent::CaseOpened(p) => say(
            format!("举报{number}立案：{}", p.case),
            format!("case {} opened on report {number}", p.case),
        ),
        ReportEvent::NotOpened(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("举报{number}不予立案：{}", ground.zh),
                format!("no case opened on report {number}: {}", ground.en),
            )
        }
        ReportEvent::Merged(p) => say(
            format!("举报{number}并入举报{}", p.into),
            format!("report {number} merged into {}", p.into),
        ),
        ReportEvent::Transferred(p) => say(
            format!("举报{number}移送{}", p.to),
            format!("report {number} transferred to {}", p.to),
        ),
        ReportEvent::Told(_) => of("已告知举报人处理结果", "answered: its reporter was told"),
    };
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

impl Tally {
    /// How many reports are open.
    pub(crate) fn in_words(&self, out: &mut Vec<Text>) {
        match self.open() {
            0 => {}
            1 => out.push(say("1件举报未结", "1 open report")),
            open => out.push(say(
                format!("{open}件举报未结"),
                format!("{open} open reports"),
            )),
        }
    }
}
