//! Report: its deadlines, and what ends them.

use super::{Report, ReportEvent};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind(
        "report.decide",
        &[
            "report.case_opened",
            "report.not_opened",
            "report.merged",
            "report.transferred",
        ],
    )
    .of_part(deciding),
    kind("report.tell", &["report.told"]).of_part(telling),
];

const fn kind(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Report, Whose::Authority, ended_by).held_by(|event, _| match &event
        .payload
    {
        Payload::Report(ReportEvent::Assigned(p)) => p.department,
        _ => None,
    })
}

/// Of two that are merged, the term of the one that goes on may begin anew; the other's ends.
fn deciding(event: &Event, me: &Subject, turn: Turn) -> Part {
    match &event.payload {
        Payload::Report(ReportEvent::Merged(p)) => {
            Part::whole_if((me.id() == p.into) == (turn == Turn::Starts))
        }
        _ => Part::Whole,
    }
}

/// What is decided on several reports is told to those who gave a name.
fn telling(event: &Event, me: &Subject, turn: Turn) -> Part {
    Part::whole_if(turn == Turn::Ends || is_to_tell(event, me))
}

/// Whether an outcome has to be told to the reporter of `me`.
pub(super) fn is_to_tell(event: &Event, me: &Subject) -> bool {
    let mut facts = event.derived.facts.iter();
    facts.any(|f| f.name == "tell" && f.word.as_deref() == Some(me.id()))
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Report, clock: &Clock) {
    entity::retime(&mut state.clock, clock);
    entity::retime(&mut state.tell, clock);
}
