//! Plan: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::areas::sharing::HandOver;
use crate::day::Day;
use crate::ident::CreditCode;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a task of a plan.
    pub enum PlanEvent {
        /// A task goes to those who lead it and those who cooperate.
        TaskAssigned(AssignTask): "plan.assign_task" => "plan.task_assigned.v1",
        /// A target is set within a task (目标).
        TargetSet(SetTarget): "plan.set_target" => "plan.target_set.v1",
        /// What was reached of a target by the legal date.
        TargetReported(ReportTarget): "plan.report_target" => "plan.target_reported.v1",
        /// A department's part in tasks goes to its successor.
        HandedOver(HandOver): _ => "plan.handed_over.v1",
        /// The task is at its end, done or given up.
        TaskEnded(EndTask): "plan.end_task" => "plan.task_ended.v1",
    }
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignTask {
    /// Departments that cooperate (配合单位).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cooperating: BTreeSet<CreditCode>,
    /// Departments that lead (牵头单位).
    pub lead: BTreeSet<CreditCode>,
    /// Number of the plan's document, as `郯政办字〔2017〕85号`.
    pub plan: String,
    /// Section of the plan, as `三（一）1`.
    pub section: String,
    /// The task's number: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub task: String,
    /// What is to be done.
    pub title: String,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTarget {
    /// Division (GB/T 2260) in which it is to be reached, where that is not the whole county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// By when.
    pub due: Day,
    /// At least this many units; of a share or growth in basis points.
    pub number: u64,
    /// The target's id within the task: 1 to 32 of `A-Z a-z 0-9 _ -`.
    pub target: String,
    /// The task's number.
    pub task: String,
    /// What is to be reached.
    pub title: String,
    /// What is counted: 家, 个, or `bp` for basis points.
    pub unit: String,
}

/// What was reached; the legal date is the day for which it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportTarget {
    /// How many units.
    pub number: u64,
    /// Where the number comes from.
    pub source: String,
    /// The target's id.
    pub target: String,
    /// The task's number.
    pub task: String,
}

/// The task ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndTask {
    /// Why, or with what result.
    pub reason: String,
    /// The task's number.
    pub task: String,
}
