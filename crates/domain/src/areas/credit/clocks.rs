//! Credit: its deadlines, what ends them, and what the calendar brings about.

use super::{AssignClass, Credit, CreditEvent as C};
use crate::areas::Payload;
use crate::areas::registration::Registration;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::day::Day;
use crate::event::Event;
use crate::ident::{CreditCode, OperatorKind};
use crate::lapse::Lapse;
use crate::policy::Book;
use crate::subject::{Kind, Subject};

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        "credit.counts",
        Kind::Operator,
        Whose::Effect,
        &["credit.score_reversed"],
    )
    .of_part(change)
    .by_itself(),
    ClockKind::new("credit.class_held", Kind::Operator, Whose::Effect, &[]).by_itself(),
];

/// A change of the score goes by its position.
fn change(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Credit(C::ScoreReversed(p)) => Part::of(p.change.seq),
        _ => Part::of(event.seq),
    }
}

/// Enterprises and cooperatives (企业信用风险分类 does not take in individual businesses) are classed
/// on the first day of each month: here the next one, after the last that was, or after the rules
/// that class them were adopted.
pub(crate) fn lapses(
    state: &Credit,
    registration: &Registration,
    operator: CreditCode,
    me: &Subject,
    book: &Book,
    out: &mut Vec<Lapse>,
) {
    let Some(from) = registration.from else {
        return;
    };
    if operator.kind() == OperatorKind::Individual {
        return;
    }
    let slots = ["credit.classes", "credit.class_score"];
    let begins = slots.map(|slot| begins(book, slot));
    let [Some(classes), Some(scores)] = begins else {
        return;
    };
    let classed = state.classes.iter().map(|class| class.from).max();
    let last = state.assigned.max(classed).max(Some(from));
    let last = last.map_or(classes, |last| last.max(classes).max(scores));
    let first = last.plus_days(1 - i64::from(last.day())).plus_months(1);
    if registration.stands_on(first) {
        let assign = Payload::Credit(C::ClassAssigned(AssignClass { operator }));
        out.push(Lapse::on(first, me, assign, None));
    }
}

/// The first day on which a slot is filled by an adopted pack.
fn begins(book: &Book, slot: &str) -> Option<Day> {
    let of_pack = |(pack, adopted, _): (&crate::policy::Pack, Day, Option<Day>)| {
        let rules = pack.rules.iter().filter(|rule| rule.id == slot);
        rules.map(|rule| rule.from.max(adopted)).min()
    };
    book.packs().filter_map(of_pack).min()
}
