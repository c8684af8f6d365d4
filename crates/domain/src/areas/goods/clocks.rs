//! Goods: the deadlines of samples and recalls, and what ends them.

use super::{Batch, GoodsEvent};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind("goods.test", Whose::Authority, &["goods.tested"]),
    kind(
        "goods.tell_result",
        Whose::Authority,
        &["goods.result_told"],
    ),
    // The right to a retest is over after its last day, whatever anybody does.
    kind("goods.retest", Whose::Party, &["goods.retest_asked"]).by_itself(),
    kind("goods.recall", Whose::Party, &["goods.recall_closed"]),
];

const fn kind(name: &'static str, whose: Whose, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Batch, whose, ended_by).of_part(part)
}

/// A sample's id, or the operator who recalls.
fn part(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Goods(GoodsEvent::Sampled(p)) => Part::of(&p.sample),
        Payload::Goods(GoodsEvent::Tested(p)) => Part::of(&p.sample),
        Payload::Goods(GoodsEvent::ResultTold(p)) => Part::of(&p.sample),
        Payload::Goods(GoodsEvent::RetestAsked(p)) => Part::of(&p.sample),
        Payload::Goods(GoodsEvent::RecallOrdered(p)) => Part::of(p.operator),
        Payload::Goods(GoodsEvent::RecallReported(p)) => Part::of(p.operator),
        Payload::Goods(GoodsEvent::RecallClosed(p)) => Part::of(p.operator),
        _ => Part::None,
    }
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Batch, clock: &Clock, part: &str) {
    if let Some(sample) = state.samples.get_mut(part) {
        entity::retime(&mut sample.clock, clock);
    }
    let mut recalls = state.recalls.iter_mut();
    if let Some((_, recall)) = recalls.find(|(operator, _)| operator.as_str() == part) {
        entity::retime(&mut recall.clock, clock);
    }
}
