//! Application: its state, and what a department did in the parallel approval.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ApplicationKind;
use crate::areas::registration::RegistrationEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// What is applied for.
    pub kind: ApplicationKind,
    /// The operator: from the beginning, or once granted.
    pub operator: Option<CreditCode>,
    /// Name asked for.
    pub name: String,
    /// Handed in electronically.
    pub online: bool,
    /// Day of receipt.
    pub applied: Option<Day>,
    /// The department that received it and decides.
    pub handler: Option<CreditCode>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// The departments' steps, by the department routed to.
    pub steps: BTreeMap<CreditCode, Step>,
    /// The deadline for deciding.
    pub clock: Option<Clock>,
    /// The deadline for deciding was lengthened.
    pub extended: bool,
    /// Code and words of the refusal.
    pub refusal: Option<(String, String)>,
    /// Days by which the decision came late.
    pub late_days: i64,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Received, to be decided.
    Open,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Withdrawn.
    Withdrawn,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One department's step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it stands.
    pub stage: StepStage,
    /// Day on which it was routed, or handed in again.
    pub routed: Day,
    /// Day on which the department began.
    pub opened: Option<Day>,
    /// Day of the last outcome.
    pub ended: Option<Day>,
    /// Who acted last: the department itself, or a successor.
    pub by: Option<CreditCode>,
    /// Why it was returned last.
    pub reason: String,
    /// How often it was returned.
    pub returns: u32,
    /// Natural days that it lay with the department, all rounds added up.
    pub days: i64,
    /// The deadline of the round, where the county has set one.
    pub clock: Option<Clock>,
    /// Days by which outcomes came late, added up.
    pub late_days: i64,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStage {
    /// Routed, not begun.
    Waiting,
    /// Begun.
    Opened,
    /// Returned to be mended.
    Returned,
    /// Approved.
    Approved,
}

impl StepStage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened => "opened",
            Self::Returned => "returned",
            Self::Approved => "approved",
        }
    }
}

/// What one department did in the parallel approval, and how long it took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// Applications routed to it, rounds after a return among them.
    pub routed: u64,
    /// Steps begun by it.
    pub opened: u64,
    /// Steps approved by it.
    pub approved: u64,
    /// Steps returned by it.
    pub returned: u64,
    /// Natural days from routing to outcome, added up over its outcomes.
    pub days: i64,
    /// Outcomes after the county's term.
    pub late: u64,
}

impl Application {
    /// Departments whose step is not approved.
    pub fn waiting_for(&self) -> impl Iterator<Item = CreditCode> + '_ {
        let open = |step: &Step| step.stage != StepStage::Approved;
        self.steps
            .iter()
            .filter(move |(_, s)| open(s))
            .map(|(c, _)| *c)
    }

    fn step(&mut self, department: CreditCode, event: &Event, stage: StepStage) {
        let Some(step) = self.steps.get_mut(&department) else {
            return;
        };
        step.stage = stage;
        step.by = Some(event.by.department);
        step.late_days += event.derived.number("late_days").unwrap_or(0);
        step.days += event.derived.number("step_days").unwrap_or(0);
        match stage {
            StepStage::Opened => step.opened = Some(event.on),
            StepStage::Approved => step.ended = Some(event.on),
            StepStage::Returned => {
                step.ended = Some(event.on);
                step.returns += 1;
            }
            StepStage::Waiting => {
                step.routed = event.on;
                step.opened = None;
                step.ended = None;
                step.clock = event.derived.clock("registration.step").cloned();
            }
        }
    }

    fn end(&mut self, event: &Event, stage: Stage) {
        self.stage = stage;
        self.late_days = event.derived.number("late_days").unwrap_or(0);
    }
}

pub(crate) fn evolve(state: &mut Application, event: &Event, payload: &RegistrationEvent) {
    if let Some(clock) = event.derived.clock("registration.decide") {
        state.clock = Some(clock.clone());
    }
    match payload {
        RegistrationEvent::Applied(p) => {
            state.kind = p.kind;
            state.operator = p.code;
            state.name.clone_from(&p.name);
            state.online = p.online;
            state.applied = Some(event.on);
            state.handler = Some(event.by.department);
            state.stage = Stage::Open;
        }
        RegistrationEvent::Routed(p) => {
            for department in &p.departments {
                let step = Step {
                    stage: StepStage::Waiting,
                    routed: event.on,
                    opened: None,
                    ended: None,
                    by: None,
                    reason: String::new(),
                    returns: 0,
                    days: 0,
                    clock: event.derived.clock("registration.step").cloned(),
                    late_days: 0,
                };
                state.steps.insert(*department, step);
            }
        }
        RegistrationEvent::StepOpened(p) => state.step(p.department, event, StepStage::Opened),
        RegistrationEvent::StepApproved(p) => state.step(p.department, event, StepStage::Approved),
        RegistrationEvent::StepReturned(p) => {
            state.step(p.department, event, StepStage::Returned);
            if let Some(step) = state.steps.get_mut(&p.department) {
                step.reason.clone_from(&p.reason);
            }
        }
        RegistrationEvent::StepResubmitted(p) => {
            state.step(p.department, event, StepStage::Waiting);
        }
        RegistrationEvent::Extended(_) => state.extended = true,
        RegistrationEvent::Refused(p) => {
            state.end(event, Stage::Refused);
            state.refusal = Some((p.code.clone(), p.reason.clone()));
        }
        RegistrationEvent::Withdrawn(_) => state.end(event, Stage::Withdrawn),
        RegistrationEvent::Granted(p) => {
            state.end(event, Stage::Granted);
            state.operator = Some(p.code);
        }
        RegistrationEvent::Changed(_)
        | RegistrationEvent::Suspended(_)
        | RegistrationEvent::Ended(_) => state.end(event, Stage::Granted),
        RegistrationEvent::Imported(_)
        | RegistrationEvent::ChangeShown(_)
        | RegistrationEvent::Resumed(_)
        | RegistrationEvent::AddressAttached(_)
        | RegistrationEvent::AddressDetached(_)
        | RegistrationEvent::ChangeImported(_) => return,
    }
    state.since = Some(event.on);
}

/// Counts at a department what was routed to it and what it did, for whomever it acted.
pub(crate) fn evolve_approvals(
    state: &mut Approvals,
    me: &Subject,
    event: &Event,
    payload: &RegistrationEvent,
) {
    let acted = me.id() == event.by.department.as_str();
    let outcome = |state: &mut Approvals| {
        state.days += event.derived.number("step_days").unwrap_or(0);
        state.late += u64::from(event.derived.number("late_days").is_some_and(|d| d > 0));
    };
    match payload {
        RegistrationEvent::Routed(p) => {
            let mine = p.departments.iter().any(|d| d.as_str() == me.id());
            state.routed += u64::from(mine);
        }
        RegistrationEvent::StepResubmitted(p) => {
            state.routed += u64::from(p.department.as_str() == me.id());
        }
        RegistrationEvent::StepOpened(_) if acted => state.opened += 1,
        RegistrationEvent::StepApproved(_) if acted => {
            state.approved += 1;
            outcome(state);
        }
        RegistrationEvent::StepReturned(_) if acted => {
            state.returned += 1;
            outcome(state);
        }
        _ => {}
    }
}
