//! Lead: the deadlines of leads and campaigns, and what ends them.

use super::{Lead, LeadEvent};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind("lead.assign", &["lead.assigned"]).of_part(own),
    kind("lead.verify", &["lead.verified"]).of_part(own),
    // What is not corrected yet is looked at once more: the revisit sets the next term going.
    kind("lead.revisit", &["lead.revisited"]).of_part(|event, _, turn| {
        let again = event.derived.clock("lead.revisit").is_some();
        Part::whole_if(turn == Turn::Starts || !again)
    }),
    ClockKind::new(
        "lead.analysis",
        Kind::Campaign,
        Whose::Authority,
        &["lead.analysis_filed"],
    ),
];

/// A relapse is recorded about the earlier lead too, whose deadlines it does not start.
fn own(event: &Event, subject: &Subject, turn: Turn) -> Part {
    let other = match &event.payload {
        Payload::Lead(LeadEvent::Recorded(lead)) => lead.lead != subject.id(),
        _ => false,
    };
    Part::whole_if(turn != Turn::Starts || !other)
}

const fn kind(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Lead, Whose::Authority, ended_by)
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Lead, clock: &Clock) {
    entity::retime(&mut state.clock, clock);
    entity::retime(&mut state.revisit, clock);
}
