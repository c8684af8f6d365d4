//! Guidance: its events in sentences.

use super::GuidanceEvent;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &GuidanceEvent, telling: &Telling<'_>) -> Text {
    match payload {
        GuidanceEvent::Given(p) => {
            let (kind, due) = (telling.code(&p.kind), telling.due());
            say(
                format!("行政指导（{}）：{}{}", kind.zh, p.text, due.zh),
                format!("guidance ({}): {}{}", kind.en, p.text, due.en),
            )
        }
        GuidanceEvent::FollowedUp(p) => {
            let late = telling.late();
            let (zh, en) = match p.followed {
                true => ("已采纳", "followed"),
                false => ("未采纳", "not followed"),
            };
            say(
                format!("行政指导{}回访：{zh}，{}{}", p.guidance, p.note, late.zh),
                format!("guidance {} {en}: {}{}", p.guidance, p.note, late.en),
            )
        }
        GuidanceEvent::AlertPublished(p) => say(
            format!("发布消费警示{}：{}", p.alert, p.title.zh),
            format!("consumer alert {} published: {}", p.alert, p.title.en),
        ),
        GuidanceEvent::AlertWithdrawn(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("撤下消费警示{}：{}", p.alert, ground.zh),
                format!("consumer alert {} withdrawn: {}", p.alert, ground.en),
            )
        }
        GuidanceEvent::AlertExpired(p) => say(
            format!("消费警示{}期满", p.alert),
            format!("consumer alert {} expired", p.alert),
        ),
    }
}
