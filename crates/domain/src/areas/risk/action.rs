//! Risk: what can be asked and what can have happened.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;
use crate::sealed::Evidence;
use crate::subject::Subject;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a risk or a plan.
    pub enum RiskEvent {
        /// Collected (采集); a hit of monitoring among them.
        Collected(Collect): "risk.collect" => "risk.collected.v1",
        /// Assessed by the method in force (评估).
        Assessed(Assess): "risk.assess" => "risk.assessed.v1",
        /// Departments are warned (预警).
        Warned(Warn): "risk.warn" => "risk.warned.v1",
        /// Disposed of, with a coded outcome (处置).
        Disposed(Dispose): "risk.dispose" => "risk.disposed.v1",
        /// A plan is adopted (处置预案).
        PlanAdopted(AdoptPlan): "risk.adopt_plan" => "risk.plan_adopted.v1",
        /// A plan is retired.
        PlanRetired(RetirePlan): "risk.retire_plan" => "risk.plan_retired.v1",
    }
}

/// Where a risk was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RiskSource {
    /// A hit of monitoring (监测命中).
    MonitorHit,
    /// Complaints (投诉).
    Complaints,
    /// A report (举报).
    Report,
    /// A failed test (抽检不合格).
    Test,
    /// Another department (部门通报).
    Department,
    /// The press or other public sources (舆情).
    Public,
}

/// How grave a risk is (风险等级).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Low (低).
    Low,
    /// Medium (中).
    Medium,
    /// High (高).
    High,
}

impl Level {
    /// The level's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A risk is collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collect {
    /// What was seen, kept outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What it rests on, `kind:id`, where that is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Subject>,
    /// The operator, where the risk is one operator's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// The risk's number: `A-Z a-z 0-9 . _ -`.
    pub risk: String,
    /// Address of the site or shop, or the trade concerned, where it is no operator's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// Where it was seen.
    pub source: RiskSource,
    /// What it is, without a person's name.
    pub what: String,
}

/// A risk is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assess {
    /// The risk's number.
    pub risk: String,
    /// What was found for each factor of the method, from 0 up to the method's scale.
    pub values: BTreeMap<String, u32>,
}

/// Departments are warned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warn {
    /// The risk's number.
    pub risk: String,
    /// The departments that have to act.
    pub to: BTreeSet<CreditCode>,
    /// What they have to do.
    pub what: String,
}

/// A risk is disposed of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispose {
    /// Code of the outcome, from the rule in force.
    pub code: String,
    /// The lead or case that came of it, `kind:id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub led_to: Option<Subject>,
    /// The plan that was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The risk's number.
    pub risk: String,
    /// What was done, without a person's name.
    pub what: String,
}

/// A plan is adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptPlan {
    /// Departments that have a part in it.
    pub departments: BTreeSet<CreditCode>,
    /// The levels for which it is made.
    pub levels: BTreeSet<Level>,
    /// The plan's number: `A-Z a-z 0-9 . _ -`.
    pub plan: String,
    /// What is done, in order.
    pub steps: Vec<String>,
    /// What it is called.
    pub title: String,
}

/// A plan is retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetirePlan {
    /// The plan's number.
    pub plan: String,
    /// Why.
    pub reason: String,
}

impl RiskEvent {
    /// The number of the risk that it is about; of a plan none.
    #[must_use]
    pub fn risk(&self) -> Option<&str> {
        match self {
            Self::Collected(p) => Some(&p.risk),
            Self::Assessed(p) => Some(&p.risk),
            Self::Warned(p) => Some(&p.risk),
            Self::Disposed(p) => Some(&p.risk),
            Self::PlanAdopted(_) | Self::PlanRetired(_) => None,
        }
    }
}
