//! Complaint: its state, and the operator's tally.

use serde::{Deserialize, Serialize};

use super::ComplaintEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::term::Clock;

/// One complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The operator complained of.
    pub operator: Option<CreditCode>,
    /// Day of receipt.
    pub received: Option<Day>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Code of refusal or termination.
    pub code: String,
    /// The deadline that runs, or ran last.
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Where a complaint stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Received, to be accepted or refused.
    Received,
    /// Accepted, in mediation.
    Mediation,
    /// Refused.
    Refused,
    /// Settled by agreement.
    Agreed,
    /// Terminated.
    Terminated,
    /// Withdrawn.
    Withdrawn,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Received => "received",
            Self::Mediation => "mediation",
            Self::Refused => "refused",
            Self::Agreed => "agreed",
            Self::Terminated => "terminated",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Complaints about one operator, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Received.
    pub received: u64,
    /// Accepted.
    pub accepted: u64,
    /// Refused.
    pub refused: u64,
    /// Settled by agreement.
    pub agreed: u64,
    /// Terminated without agreement.
    pub terminated: u64,
    /// Withdrawn.
    pub withdrawn: u64,
}

pub(crate) fn evolve(state: &mut Complaint, event: &Event, payload: &ComplaintEvent) {
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    match payload {
        ComplaintEvent::Filed(p) => {
            state.operator = Some(p.operator);
            state.received = Some(event.on);
            state.stage = Stage::Received;
        }
        ComplaintEvent::Accepted(_) => state.stage = Stage::Mediation,
        ComplaintEvent::Refused(p) => {
            state.stage = Stage::Refused;
            state.code.clone_from(&p.code);
        }
        ComplaintEvent::TimeExcluded(_) => {}
        ComplaintEvent::Agreed(_) => state.stage = Stage::Agreed,
        ComplaintEvent::Terminated(p) => {
            state.stage = Stage::Terminated;
            state.code.clone_from(&p.code);
        }
        ComplaintEvent::Withdrawn(_) => state.stage = Stage::Withdrawn,
    }
    if !matches!(payload, ComplaintEvent::TimeExcluded(_)) {
        state.since = Some(event.on);
    }
    if let Some(clock) = event.derived.clocks.last() {
        state.clock = Some(clock.clone());
    }
}

pub(crate) fn tally(state: &mut Tally, _: &Event, payload: &ComplaintEvent) {
    match payload {
        ComplaintEvent::Filed(_) => state.received += 1,
        ComplaintEvent::Accepted(_) => state.accepted += 1,
        ComplaintEvent::Refused(_) => state.refused += 1,
        ComplaintEvent::TimeExcluded(_) => {}
        ComplaintEvent::Agreed(_) => state.agreed += 1,
        ComplaintEvent::Terminated(_) => state.terminated += 1,
        ComplaintEvent::Withdrawn(_) => state.withdrawn += 1,
    }
}
