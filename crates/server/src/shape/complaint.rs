//! Shapes: complaints (投诉), one and counted.

use domain::areas::complaint;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens};

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Complaint {
    /// Its number.
    pub complaint: String,
    /// The operator complained of (被投诉人).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Where it stands: `received`, `mediation`, `refused`, `agreed`, `terminated`, `withdrawn`.
    pub stage: String,
    /// Day of receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Code of the ground of refusal or termination.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The deadline that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Complaints about one operator, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

impl Complaint {
    /// The shape of a complaint.
    #[must_use]
    pub fn of(number: &str, state: &complaint::Complaint, lens: &Lens<'_>) -> Self {
        Self {
            complaint: number.to_owned(),
            operator: state.operator.map(|code| code.to_string()),
            stage: state.stage.name().to_owned(),
            received: state.received,
            since: state.since,
            code: state.code.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl Tally {
    /// The shape of a count; `None` where nothing was counted.
    #[must_use]
    pub fn of(state: &complaint::Tally) -> Option<Self> {
        (*state != complaint::Tally::default()).then_some(Self {
            received: state.received,
            accepted: state.accepted,
            refused: state.refused,
            agreed: state.agreed,
            terminated: state.terminated,
            withdrawn: state.withdrawn,
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("accepted", "受理", "accepted"),
    Label::new("agreed", "达成协议", "agreed"),
    Label::new("clock", "期限", "deadline"),
    Label::new("complaint", "投诉编号", "complaint"),
    Label::new("late_days", "逾期天数", "days late"),
    Label::new("received", "收到", "received"),
    Label::new("refused", "不予受理", "refused"),
    Label::new("since", "自", "since"),
    Label::new("stage", "阶段", "stage"),
    Label::new("terminated", "终止调解", "terminated"),
    Label::new("withdrawn", "撤回", "withdrawn"),
    Label::word("stage", "received", "已收到"),
    Label::word("stage", "mediation", "调解中"),
    Label::word("stage", "refused", "不予受理"),
    Label::word("stage", "agreed", "达成协议"),
    Label::word("stage", "terminated", "终止调解"),
    Label::word("stage", "withdrawn", "已撤回"),
];
