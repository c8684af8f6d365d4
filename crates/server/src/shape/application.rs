//! Shapes: an application for registration and the departments' parallel steps (并联审批).

use domain::areas::registration;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// An application for registration (登记申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Application {
    /// Its number.
    pub application: String,
    /// `setup`, `change`, `suspension`, `cancellation`.
    pub applied_for: String,
    /// The operator: from the beginning, or once granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Name asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Handed in electronically.
    pub online: bool,
    /// Where it stands.
    pub stage: String,
    /// Day of receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The department that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The departments' steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The deadline for deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// The deadline was lengthened.
    pub extended: bool,
    /// Code of the refusal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Words of the refusal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Days by which the decision came late.
    pub late_days: i64,
}

/// One department's step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// The department routed to.
    pub department: String,
    /// `waiting`, `opened`, `returned`, `approved`.
    pub stage: String,
    /// Day on which it was routed, or handed in again.
    pub routed: Day,
    /// Day on which the department began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<Day>,
    /// Day of the last outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// How often it was returned.
    pub returns: u32,
    /// Why it was returned last.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Natural days that it lay with the department.
    pub days: i64,
    /// The deadline of the round, where the county has set one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which outcomes came late, added up.
    pub late_days: i64,
}

impl Application {
    /// The shape of an application.
    #[must_use]
    pub fn of(number: &str, state: &registration::Application, lens: &Lens<'_>) -> Self {
        let (code, reason) = state.refusal.clone().unwrap_or_default();
        let steps = state.steps.iter().map(|(department, step)| Step {
            department: department.to_string(),
            stage: step.stage.name().to_owned(),
            routed: step.routed,
            opened: step.opened,
            ended: step.ended,
            returns: step.returns,
            reason: step.reason.clone(),
            days: step.days,
            clock: step.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: step.late_days,
        });
        Self {
            application: number.to_owned(),
            applied_for: word_of(&state.kind),
            operator: state.operator.map(|code| code.to_string()),
            name: state.name.clone(),
            online: state.online,
            stage: state.stage.name().to_owned(),
            applied: state.applied,
            since: state.since,
            handler: state.handler.map(|code| code.to_string()),
            steps: steps.collect(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            extended: state.extended,
            code,
            reason,
            late_days: state.late_days,
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("application", "申请编号", "application"),
    Label::new("applied", "申请日", "applied"),
    Label::new("applied_for", "申请事项", "applied for"),
    Label::new("extended", "已延长", "extended"),
    Label::new("handler", "承办部门", "handled by"),
    Label::new("online", "网上提交", "online"),
    Label::new("returns", "退回次数", "times returned"),
    Label::new("steps", "审批环节", "steps"),
    Label::word("applied_for", "setup", "设立登记"),
    Label::word("applied_for", "change", "变更登记"),
    Label::word("applied_for", "suspension", "歇业备案"),
    Label::word("applied_for", "cancellation", "注销登记"),
    Label::word("stage", "open", "办理中"),
    Label::word("stage", "waiting", "待办"),
    Label::word("stage", "opened", "办理中"),
    Label::word("stage", "returned", "已退回"),
    Label::word("stage", "approved", "已同意"),
    Label::word("stage", "granted", "准予"),
];
