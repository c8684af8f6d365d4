//! Shop: the deadlines of shops and platforms, what ends them, and what the calendar brings about.

use super::platform::{CLOCK, month_of};
use super::{NoteSilence, Platform, ShopEvent as S};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::event::Event;
use crate::lapse::Lapse;
use crate::subject::{Kind, Subject};

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        CLOCK,
        Kind::Platform,
        Whose::Party,
        &[
            "shop.platform_reported",
            "shop.platform_silent",
            "shop.platform_left",
        ],
    )
    .of_part(month),
    ClockKind::new(
        "shop.verify_again",
        Kind::Shop,
        Whose::Party,
        &["shop.closed"],
    ),
    ClockKind::new(
        "shop.mark",
        Kind::Shop,
        Whose::Effect,
        &["shop.mark_revoked"],
    )
    .of_part(mark)
    .by_itself(),
    // Over when it is told: the closing says whether the notice was long enough.
    ClockKind::new(
        "shop.end_notice",
        Kind::Shop,
        Whose::Party,
        &["shop.closed"],
    ),
];

fn month(event: &Event, me: &Subject, turn: Turn) -> Part {
    if *me == Subject::platform_register() {
        return Part::None;
    }
    if turn == Turn::Starts {
        let begun = event.derived.clock(CLOCK);
        return begun.map_or(Part::None, |clock| Part::of(month_of(clock.due)));
    }
    match &event.payload {
        Payload::Shop(S::PlatformReported(p)) => Part::of(&p.period),
        Payload::Shop(S::PlatformSilent(p)) => Part::of(&p.period),
        Payload::Shop(S::PlatformLeft(_)) => Part::All,
        _ => Part::None,
    }
}

fn mark(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Shop(S::MarkIssued(p)) => Part::of(&p.mark),
        Payload::Shop(S::MarkRevoked(p)) => Part::of(&p.mark),
        _ => Part::None,
    }
}

/// A month that passed without a report is noted, so that the next one begins.
pub(crate) fn lapses(state: &Platform, me: &Subject, out: &mut Vec<Lapse>) {
    if let Some((month, clock)) = state.open_duty() {
        let silent = S::PlatformSilent(NoteSilence {
            period: month.to_owned(),
            platform: me.id().to_owned(),
        });
        out.push(Lapse::after(clock, me, Payload::Shop(silent), None));
    }
}
