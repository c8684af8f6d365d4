//! Credit: its events in sentences, and its part of an operator's standing.

use super::{Credit, CreditEvent};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &CreditEvent, telling: &Telling<'_>) -> Text {
    match payload {
        CreditEvent::RatingGiven(p) => {
            let level = telling.code(&format!("{}_{}", p.method, p.level));
            say(
                format!("信用评价（{}）：{}", p.rating, level.zh),
                format!("rated ({}): {}", p.rating, level.en),
            )
        }
        CreditEvent::RatingImported(p) => {
            let level = telling.code(&format!("{}_{}", p.method, p.level));
            say(
                format!("归集信用评价（{}）：{}", p.rating, level.zh),
                format!("rating imported ({}): {}", p.rating, level.en),
            )
        }
        CreditEvent::RatingRecognised(p) => say(
            format!("认可信用评价（{}）：{}", p.rating, p.reason),
            format!("rating {} recognised: {}", p.rating, p.reason),
        ),
        CreditEvent::RatingDeclined(p) => say(
            format!("不认可信用评价（{}）：{}", p.rating, p.reason),
            format!("rating {} not recognised: {}", p.rating, p.reason),
        ),
        CreditEvent::ScoreChanged(p) => {
            let (points, score) = points(telling);
            let cause = p.cause.seq;
            say(
                format!("信用计分{points:+}分，现为{score}分（依据第{cause}号事件）"),
                format!("score {points:+} points, now {score}, for event {cause}"),
            )
        }
        CreditEvent::ScoreReversed(p) => {
            let ((points, score), ground) = (points(telling), telling.code(&p.code));
            let (zh, en) = (ground.zh, ground.en);
            say(
                format!("撤销计分，{points:+}分，现为{score}分：{zh}"),
                format!("a change undone, {points:+} points, now {score}: {en}"),
            )
        }
        CreditEvent::ClassAssigned(_) => class(telling, "信用风险分类", "classed"),
        CreditEvent::ClassChanged(_) => class(telling, "人工调整信用风险分类", "class changed to"),
        CreditEvent::ClassProposed(p) => {
            let class = p.class.name();
            say(
                format!("拟调整为{class}类：{}", p.reason),
                format!("class {class} proposed: {}", p.reason),
            )
        }
        CreditEvent::NegativeItemAdopted(_)
        | CreditEvent::NegativeItemRetired(_)
        | CreditEvent::NegativeItemMatched(_)
        | CreditEvent::CommitmentMade(_)
        | CreditEvent::CommitmentFoundFalse(_) => conduct(payload, telling),
    }
}

fn conduct(payload: &CreditEvent, telling: &Telling<'_>) -> Text {
    match payload {
        CreditEvent::NegativeItemAdopted(p) => say(
            format!("列入负面清单事项（{}）：{}", p.item, p.title),
            format!("item {} of the negative list: {}", p.item, p.title),
        ),
        CreditEvent::NegativeItemRetired(p) => say(
            format!("负面清单事项废止（{}）：{}", p.item, p.reason),
            format!("item {} of the negative list retired: {}", p.item, p.reason),
        ),
        CreditEvent::NegativeItemMatched(p) => say(
            format!("触及负面清单（{}）：{}", p.item, p.finding),
            format!(
                "found under item {} of the negative list: {}",
                p.item, p.finding
            ),
        ),
        CreditEvent::CommitmentMade(p) => {
            let purpose = telling.code(&p.purpose);
            say(
                format!("作出信用承诺（{}）：{}", p.commitment, purpose.zh),
                format!("commitment {} made: {}", p.commitment, purpose.en),
            )
        }
        CreditEvent::CommitmentFoundFalse(p) => say(
            format!("信用承诺不实（{}）：{}", p.commitment, p.finding),
            format!("commitment {} found false: {}", p.commitment, p.finding),
        ),
        _ => say("", ""),
    }
}

fn points(telling: &Telling<'_>) -> (i64, i64) {
    let number = |name| telling.event.derived.number(name).unwrap_or(0);
    (number("score_change_points"), number("score_points"))
}

fn class(telling: &Telling<'_>, zh: &str, en: &str) -> Text {
    let class = telling.event.derived.word("class").unwrap_or_default();
    match telling.event.derived.number("score_points") {
        Some(score) => say(
            format!("{zh}：{class}类（{score}分）"),
            format!("{en} {class} at {score} points"),
        ),
        None => say(format!("{zh}：{class}类"), format!("{en} {class}")),
    }
}

impl Credit {
    /// The class, and what the score has gained or lost.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        if let Some(class) = self.class_on(day) {
            let name = class.class.name();
            out.push(say(
                format!("信用风险{name}类"),
                format!("risk class {name}"),
            ));
        }
        let points = self.points_on(day);
        if points != 0 {
            out.push(say(
                format!("信用计分{points:+}分"),
                format!("score changed by {points:+} points"),
            ));
        }
    }
}
