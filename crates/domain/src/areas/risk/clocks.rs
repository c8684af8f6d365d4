//! Risk: the deadline of disposal, and what ends it.

use super::Risk;
use crate::clocks::{ClockKind, Whose};
use crate::entity;
use crate::subject::Kind;
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[ClockKind::new(
    "risk.dispose",
    Kind::Risk,
    Whose::Authority,
    &["risk.disposed"],
)];

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Risk, clock: &Clock) {
    entity::retime(&mut state.clock, clock);
}
