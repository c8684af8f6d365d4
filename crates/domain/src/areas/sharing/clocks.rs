//! Sharing: its deadlines, and what ends each.

use super::{SharingEvent, Side};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        "sharing.acknowledge",
        Kind::Exchange,
        Whose::Authority,
        &[
            "sharing.acknowledged",
            "sharing.answered",
            "sharing.withdrawn",
        ],
    )
    .held_by(holder),
    ClockKind::new(
        "sharing.answer",
        Kind::Exchange,
        Whose::Authority,
        &["sharing.answered", "sharing.withdrawn"],
    )
    .held_by(holder),
    ClockKind::new(
        "sharing.resolution",
        Kind::Meeting,
        Whose::Authority,
        &["sharing.resolution_performed"],
    )
    .of_part(resolution)
    .held_by(holder),
];

fn resolution(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Sharing(SharingEvent::Resolved(p)) => {
            Part::of(part(&p.meeting, &p.resolve.resolution))
        }
        Payload::Sharing(SharingEvent::ResolutionPerformed(p)) => {
            Part::of(part(&p.meeting, &p.resolution))
        }
        _ => Part::None,
    }
}

/// The part of a matter by which its deadline is known. It names the matter too, so that one event
/// can tell of several; the part's own id is what stands behind the last dot.
pub(crate) fn part(matter: &str, id: &str) -> String {
    match id {
        "" => String::new(),
        id => format!("{matter}.{id}"),
    }
}

/// Whoever it was sent to, resolved for, or handed over to.
fn holder(event: &Event, of: &str) -> Option<CreditCode> {
    match &event.payload {
        Payload::Sharing(SharingEvent::Sent(p)) => p.to,
        Payload::Sharing(SharingEvent::Resolved(p)) => Some(p.resolve.owner),
        Payload::Sharing(SharingEvent::HandedOver(p)) => {
            // The duties of one event are all of one side.
            let owes = |d: &super::Duty| d.side == Side::Owes && d.clock_part() == of;
            p.duties.iter().any(owes).then_some(p.to)
        }
        _ => None,
    }
}
