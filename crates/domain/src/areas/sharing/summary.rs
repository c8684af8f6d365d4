//! Sharing: its events in sentences.

use super::SharingEvent;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &SharingEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let (zh, en) = match payload {
        SharingEvent::Sent(p) => {
            let kind = telling.code(p.kind.name());
            (
                format!("发出{}（{}）：{}{}", kind.zh, p.exchange, p.title, due.zh),
                format!("{} sent ({}): {}{}", kind.en, p.exchange, p.title, due.en),
            )
        }
        SharingEvent::Received(p) => {
            let kind = telling.code(p.kind.name());
            (
                format!(
                    "收到{}来{}（{}）：{}{}",
                    p.from.name, kind.zh, p.exchange, p.title, due.zh
                ),
                format!(
                    "{} received from {} ({}): {}{}",
                    kind.en, p.from.name, p.exchange, p.title, due.en
                ),
            )
        }
        SharingEvent::Acknowledged(p) => (
            format!("签收{}{}", p.exchange, due.zh),
            format!("{} acknowledged{}", p.exchange, due.en),
        ),
        SharingEvent::Extended(p) => (
            format!("延长{}的答复期限：{}{}", p.exchange, p.reason, due.zh),
            format!(
                "term for answering {} lengthened: {}{}",
                p.exchange, p.reason, due.en
            ),
        ),
        SharingEvent::Answered(p) => {
            let outcome = telling.code(&p.code);
            (
                format!("答复{}：{}，{}", p.exchange, outcome.zh, p.reply),
                format!("{} answered: {}, {}", p.exchange, outcome.en, p.reply),
            )
        }
        SharingEvent::Reminded(p) => (
            format!("催办{}", p.exchange),
            format!("asked again for {}", p.exchange),
        ),
        SharingEvent::FellOverdue(p) => (
            format!("{}逾期未办", p.exchange),
            format!("{} fell overdue", p.exchange),
        ),
        SharingEvent::Withdrawn(p) => (
            format!("撤回{}：{}", p.exchange, p.reason),
            format!("{} taken back: {}", p.exchange, p.reason),
        ),
        SharingEvent::MeetingHeld(p) => (
            format!(
                "召开联席会议{}：{}，议定{}项",
                p.meeting,
                p.title,
                p.resolutions.len()
            ),
            format!(
                "joint meeting {} held: {}, {} resolutions",
                p.meeting,
                p.title,
                p.resolutions.len()
            ),
        ),
        SharingEvent::Resolved(p) => (
            format!("联席会议{}议定：{}{}", p.meeting, p.resolve.title, due.zh),
            format!(
                "meeting {} resolved: {}{}",
                p.meeting, p.resolve.title, due.en
            ),
        ),
        SharingEvent::ResolutionPerformed(p) => (
            format!(
                "办结议定事项{}（{}）：{}",
                p.resolution, p.meeting, p.report
            ),
            format!(
                "resolution {} of {} carried out: {}",
                p.resolution, p.meeting, p.report
            ),
        ),
        SharingEvent::HandedOver(p) => (
            format!("{}的{}项事务移交{}", p.from, p.duties.len(), p.to),
            format!("{} duties of {} went to {}", p.duties.len(), p.from, p.to),
        ),
    };
    say(format!("{zh}{}", late.zh), format!("{en}{}", late.en))
}
