//! Award: its events in sentences, and its part of an operator's standing.

use super::{AwardEvent, Awards};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &AwardEvent, telling: &Telling<'_>) -> Text {
    match payload {
        AwardEvent::Nominated(p) => {
            let kind = telling.code(&p.kind);
            say(
                format!("推荐为{}（{}）：{}", kind.zh, p.award, p.reason),
                format!("nominated as {} ({}): {}", kind.en, p.award, p.reason),
            )
        }
        AwardEvent::Granted(p) => {
            let kind = telling.code(telling.event.derived.word("kind").unwrap_or(""));
            let due = telling.due();
            say(
                format!("授予{}（{}）{}", kind.zh, p.award, due.zh),
                format!("awarded {} ({}){}", kind.en, p.award, due.en),
            )
        }
        AwardEvent::Revoked(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("撤销表彰（{}）：{}，{}", p.award, ground.zh, p.reason),
                format!("award {} revoked: {}, {}", p.award, ground.en, p.reason),
            )
        }
        AwardEvent::Ended(p) => say(
            format!("表彰期满（{}）", p.award),
            format!("term of award {} over", p.award),
        ),
        AwardEvent::IncentiveGiven(p) => {
            let incentive = telling.code(&p.code);
            say(
                format!("给予守信激励（{}）：{}", p.award, incentive.zh),
                format!("credit incentive given for {}: {}", p.award, incentive.en),
            )
        }
    }
}

impl Awards {
    /// The awards that stand.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        let standing = self.awards.iter().filter(|a| a.stands_on(day)).count();
        if standing > 0 {
            out.push(say(
                format!("红名单：{standing}项表彰"),
                format!("red list: {standing} awards"),
            ));
        }
    }
}
