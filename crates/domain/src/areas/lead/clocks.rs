//! Lead: the deadlines of leads and campaigns, and what ends them.

use super::Lead;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::subject::Kind;
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind("lead.assign", &["lead.assigned"]),
    kind("lead.verify", &["lead.verified"]),
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

const fn kind(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Lead, Whose::Authority, ended_by)
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Lead, clock: &Clock) {
    entity::retime(&mut state.clock, clock);
    entity::retime(&mut state.revisit, clock);
}
