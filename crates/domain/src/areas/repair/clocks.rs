//! Repair: the deadlines of an application, and what ends them.

use crate::clocks::{ClockKind, Whose};
use crate::subject::Kind;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind("repair.accept", &["repair.accepted", "repair.declined"]),
    kind("repair.decide", &["repair.granted", "repair.refused"]),
    kind("repair.pass_on", &["repair.passed_on", "repair.revoked"]),
];

const fn kind(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Repair, Whose::Authority, ended_by)
}
