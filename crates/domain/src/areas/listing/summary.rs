//! Listing: its events in sentences, and its part of an operator's standing.

use super::{ListingEvent, Listings, Outcome, Statement};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;
use crate::row::List;

#[expect(
    clippy::too_many_lines,
    reason = "a table: one arm an event, no arm knows of another"
)]
pub(crate) fn summary(payload: &ListingEvent, telling: &Telling<'_>) -> Text {
    let late = telling.late();
    let (zh, en) = match payload {
        ListingEvent::Noticed(p) => {
            let ground = telling.code(&p.ground);
            (
                format!("告知拟列入严重违法失信名单：{}", ground.zh),
                format!("told that it would be listed as serious: {}", ground.en),
            )
        }
        ListingEvent::Entered(p) => {
            let (list, ground) = (p.list.title(), telling.code(&p.ground));
            (
                format!("列入{}：{}", list.zh, ground.zh),
                format!("put on the {}: {}", list.en, ground.en),
            )
        }
        ListingEvent::CureFound(p) => {
            let due = telling.due();
            (
                format!("列入情形已消除（{}）{}", p.entry, due.zh),
                format!("ground of entry {} found cured{}", p.entry, due.en),
            )
        }
        ListingEvent::Removed(p) => {
            let reason = telling.code(&p.code);
            (
                format!("移出名录（{}）：{}", p.entry, reason.zh),
                format!("taken off a list ({}): {}", p.entry, reason.en),
            )
        }
        ListingEvent::Lapsed(p) => (
            format!("列入期限届满移出（{}）", p.entry),
            format!("taken off as the term is over ({})", p.entry),
        ),
        ListingEvent::Corrected(p) => match &p.ground {
            None => (
                format!("更正：撤销列入（{}），{}", p.entry, p.reason),
                format!("corrected: entry {} struck out, {}", p.entry, p.reason),
            ),
            Some(ground) => {
                let ground = telling.code(ground);
                (
                    format!("更正列入事由（{}）：{}", p.entry, ground.zh),
                    format!("ground of entry {} corrected: {}", p.entry, ground.en),
                )
            }
        },
        ListingEvent::Heard(p) => match p.statement {
            Statement::Made => (
                format!("听取陈述申辩（{}）：{}", p.entry, p.answer),
                format!("statement on {} heard: {}", p.entry, p.answer),
            ),
            Statement::Waived => (
                format!("放弃陈述申辩（{}）", p.entry),
                format!("statement on {} waived", p.entry),
            ),
            Statement::Silent => (
                format!("逾期未陈述申辩（{}）", p.entry),
                format!("no statement on {} in time", p.entry),
            ),
        },
        ListingEvent::Outstayed(p) => {
            let word = telling.event.derived.word("consequence").unwrap_or("");
            let consequence = telling.code(word);
            (
                format!("长期未移出（{}）：{}", p.entry, consequence.zh),
                format!("entry {} outstayed: {}", p.entry, consequence.en),
            )
        }
        ListingEvent::Objected(p) => (
            format!("收到对列入（{}）的异议", p.entry),
            format!("objection to entry {} received", p.entry),
        ),
        ListingEvent::ObjectionAccepted(p) => {
            let due = telling.due();
            (
                format!("受理对列入（{}）的异议{}", p.entry, due.zh),
                format!("objection to entry {} accepted{}", p.entry, due.en),
            )
        }
        ListingEvent::ObjectionRefused(p) => {
            let reason = telling.code(&p.code);
            (
                format!("不予受理对列入（{}）的异议：{}", p.entry, reason.zh),
                format!("objection to entry {} not accepted: {}", p.entry, reason.en),
            )
        }
        ListingEvent::ObjectionDecided(p) => match p.outcome {
            Outcome::Upheld => (
                format!("异议核实：维持列入（{}），{}", p.entry, p.reason),
                format!("objection checked: entry {} upheld, {}", p.entry, p.reason),
            ),
            Outcome::Struck => (
                format!("异议核实：列入有误（{}），{}", p.entry, p.reason),
                format!(
                    "objection checked: entry {} was wrong, {}",
                    p.entry, p.reason
                ),
            ),
        },
        ListingEvent::EndImported(p) => (
            format!("归集移出信息（{}）", p.entry),
            format!("end of entry {} imported", p.entry),
        ),
        ListingEvent::Imported(p) => {
            let list = p.list.title();
            (
                format!("归集{}信息：{}", list.zh, p.reason),
                format!("entry of the {} imported: {}", list.en, p.reason),
            )
        }
    };
    say(format!("{zh}{}", late.zh), format!("{en}{}", late.en))
}

impl Listings {
    /// The lists that the operator is on.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        for list in List::ALL {
            if self.on_list(list, day) {
                out.push(list.title());
            }
        }
    }
}
