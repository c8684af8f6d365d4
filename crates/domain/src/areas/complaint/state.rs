//! Complaint: its state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AwardOutcome, ComplaintEvent, File, OnPlatform, Party};
use crate::areas::lead::LeadEvent;
use crate::areas::report::ReportEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The operator complained of.
    pub operator: Option<CreditCode>,
    /// What went wrong.
    pub cause: String,
    /// What was bought; empty where nobody said.
    pub product: String,
    /// What is claimed, in fen.
    pub claim_fen: u64,
    /// What the operator pays back, in fen, by settlement, agreement or award.
    pub refund_fen: u64,
    /// Day on which the consumer learned of the harm.
    pub harm_known: Option<Day>,
    /// Where the operator trades inside a platform.
    pub platform: Option<OnPlatform>,
    /// Whether the handling department is the competent one; absent where no rule asks.
    pub competent: Option<bool>,
    /// The report that the same material made (投诉举报混合材料).
    pub report: Option<String>,
    /// Leads that came of it (线索).
    pub leads: Vec<String>,
    /// Day of receipt.
    pub received: Option<Day>,
    /// The department that handles it.
    pub handler: Option<CreditCode>,
    /// The unit within it.
    pub unit: String,
    /// The officer's number.
    pub officer: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Code of refusal or termination.
    pub code: String,
    /// The complaint by which the same facts are handled: named at a refusal, or merged into.
    pub handled_by: Option<String>,
    /// Complaints merged into this one.
    pub merged: Vec<String>,
    /// The deadline that runs, or ran last, for deciding or mediating.
    pub clock: Option<Clock>,
    /// The deadline for telling the parties, until all are told.
    pub tell: Option<Clock>,
    /// Who has been told of the last decision or termination.
    pub told: BTreeSet<Party>,
    /// Day of the offer to settle that stands.
    pub negotiating: Option<Day>,
    /// Day on which mediation was opened.
    pub mediation_opened: Option<Day>,
    /// Sessions held.
    pub sessions: u32,
    /// Day by which the agreement is to be performed, as agreed.
    pub perform_by: Option<Day>,
    /// Whether agreement or settlement was performed; absent while unknown.
    pub performed: Option<bool>,
    /// What became of it before arbitrators.
    pub arbitration: Option<Arbitration>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// A dispute before arbitrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arbitration {
    /// The commission.
    pub commission: String,
    /// Day of the referral.
    pub referred: Day,
    /// Day and outcome of the award.
    pub award: Option<(Day, AwardOutcome)>,
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
    /// Merged into another.
    Merged,
    /// Settled between the parties.
    Settled,
    /// Settled by agreement in mediation.
    Agreed,
    /// Terminated.
    Terminated,
    /// Before arbitrators.
    Arbitration,
    /// Arbitrators have decided.
    Awarded,
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
            Self::Merged => "merged",
            Self::Settled => "settled",
            Self::Agreed => "agreed",
            Self::Terminated => "terminated",
            Self::Arbitration => "arbitration",
            Self::Awarded => "awarded",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Complaint {
    /// Whether the authority still has to bring it to an end.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Received | Stage::Mediation)
    }

    /// Who must be told of what was decided last.
    #[must_use]
    pub fn to_tell(&self) -> BTreeSet<Party> {
        let all = match self.stage {
            Stage::Terminated => BTreeSet::from([Party::Consumer, Party::Operator]),
            _ => BTreeSet::from([Party::Consumer]),
        };
        all.difference(&self.told).copied().collect()
    }

    fn step(&mut self, event: &Event, stage: Stage) {
        self.stage = stage;
        self.since = self.since.max(Some(event.on));
        for clock in &event.derived.clocks {
            match clock.name.as_str() {
                "complaint.decide" | "complaint.mediation" => self.clock = Some(clock.clone()),
                _ => {
                    self.tell = Some(clock.clone());
                    self.told.clear();
                }
            }
        }
    }
}

pub(crate) fn evolve(state: &mut Complaint, me: &Subject, event: &Event, payload: &ComplaintEvent) {
    if let ComplaintEvent::Merged(p) = payload
        && me.id() == p.into
    {
        state.merged.push(p.complaint.clone());
        return state.step(event, state.stage);
    }
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    if let Some(word) = event.derived.word("competence") {
        state.competent = Some(word == "here");
    }
    let stage = match payload {
        ComplaintEvent::Filed(p) => {
            file(state, event, p);
            Stage::Received
        }
        ComplaintEvent::Assigned(p) => {
            if let Some(department) = p.department {
                state.handler = Some(department);
            }
            state.unit.clone_from(&p.unit);
            state.officer.clone_from(&p.officer);
            state.stage
        }
        ComplaintEvent::Accepted(_) => Stage::Mediation,
        ComplaintEvent::Refused(p) => {
            state.code.clone_from(&p.code);
            state.handled_by.clone_from(&p.duplicate_of);
            Stage::Refused
        }
        ComplaintEvent::Merged(p) => {
            state.handled_by = Some(p.into.clone());
            Stage::Merged
        }
        ComplaintEvent::Told(p) => {
            state.told.extend(&p.parties);
            if state.to_tell().is_empty() {
                state.tell = None;
            }
            return;
        }
        ComplaintEvent::NegotiationOffered(_) => {
            state.negotiating = Some(event.on);
            state.stage
        }
        ComplaintEvent::Settled(p) => {
            state.negotiating = None;
            state.refund_fen = p.refund_fen;
            Stage::Settled
        }
        ComplaintEvent::NegotiationFailed(_) => {
            state.negotiating = None;
            state.stage
        }
        ComplaintEvent::MediationOpened(_) => {
            state.mediation_opened = Some(event.on);
            state.stage
        }
        ComplaintEvent::MediationHeld(_) => {
            state.sessions += 1;
            state.stage
        }
        ComplaintEvent::TimeExcluded(_) => {
            if let Some(clock) = event.derived.clock("complaint.mediation") {
                state.clock = Some(clock.clone());
            }
            return;
        }
        ComplaintEvent::Agreed(p) => {
            state.refund_fen = p.refund_fen;
            state.perform_by = p.perform_by;
            Stage::Agreed
        }
        ComplaintEvent::Performed(p) => {
            state.performed = Some(p.performed);
            state.stage
        }
        ComplaintEvent::Terminated(p) => {
            state.code.clone_from(&p.code);
            Stage::Terminated
        }
        ComplaintEvent::ArbitrationReferred(p) => {
            state.arbitration = Some(Arbitration {
                commission: p.commission.clone(),
                referred: event.on,
                award: None,
            });
            Stage::Arbitration
        }
        ComplaintEvent::Awarded(p) => {
            if let Some(arbitration) = &mut state.arbitration {
                arbitration.award = Some((event.on, p.outcome));
            }
            state.refund_fen = p.award_fen;
            Stage::Awarded
        }
        ComplaintEvent::Withdrawn(_) => Stage::Withdrawn,
    };
    state.step(event, stage);
}

/// Notes a lead that came of the complaint.
pub(crate) fn note_lead(state: &mut Complaint, payload: &LeadEvent) {
    if let LeadEvent::Recorded(p) = payload {
        state.leads.push(p.lead.clone());
    }
}

/// Notes the report into which a part of the complaint's material was split.
pub(crate) fn note_report(state: &mut Complaint, payload: &ReportEvent) {
    if let ReportEvent::Filed(p) = payload {
        state.report = Some(p.report.clone());
    }
}

fn file(state: &mut Complaint, event: &Event, p: &File) {
    state.operator = Some(p.operator);
    state.cause.clone_from(&p.cause);
    state.product.clone_from(&p.product);
    state.claim_fen = p.claim_fen;
    state.harm_known = p.harm_known;
    state.platform.clone_from(&p.platform);
    state.received = Some(event.on);
    state.handler = Some(event.by.department);
}
