//! Shapes: tasks and targets of a plan (任务与目标).

use domain::areas::plan;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::sharing::late;
use super::{Clock, Lens};

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Task {
    /// Its number.
    pub plan_task: String,
    /// Number of the plan's document.
    pub plan: String,
    /// Section of the plan.
    pub section: String,
    /// What is to be done.
    pub title: String,
    /// Day of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_on: Option<Day>,
    /// Who assigned it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_by: Option<String>,
    /// Who leads, and who did.
    pub leading: Vec<Seat>,
    /// Who cooperates, and who did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cooperating: Vec<Seat>,
    /// Its targets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Goal>,
    /// Day of its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Why it ended.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A department's place in a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seat {
    /// The department.
    pub department: String,
    /// First day.
    pub from: Day,
    /// First day after it went over to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether it has the place on the day looked at.
    pub stands: bool,
    /// Whose place it took.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_from: Vec<String>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Goal {
    /// Its id within the task.
    pub target: String,
    /// What is to be reached.
    pub title: String,
    /// At least this many.
    pub goal: u64,
    /// What is counted; `bp` for basis points.
    pub goal_unit: String,
    /// Where, when not in the whole county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Its deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// What was reported, by day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goal_reports: Vec<GoalReport>,
    /// First day for which a report reached it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached_on: Option<Day>,
    /// Days by which it is late on the day looked at, where it is not reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by_days: Option<i64>,
}

/// One report on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GoalReport {
    /// The day for which it was counted.
    pub counted_on: Day,
    /// How many.
    pub achieved: u64,
    /// How much of the target, in basis points.
    pub achieved_bp: i64,
    /// Where the number comes from.
    pub counted_from: String,
    /// Who reported.
    pub reported_by: String,
}

impl Task {
    /// The shape of a task.
    #[must_use]
    pub fn of(number: &str, state: &plan::Task, lens: &Lens<'_>) -> Self {
        let seats = |seats: &[plan::Seat]| seats.iter().map(|s| Seat::of(s, lens)).collect();
        let ended = state.ended.clone();
        Self {
            plan_task: number.to_owned(),
            plan: state.plan.clone(),
            section: state.section.clone(),
            title: state.title.clone(),
            assigned_on: state.assigned,
            assigned_by: state.assigned_by.map(|c| c.to_string()),
            leading: seats(&state.lead),
            cooperating: seats(&state.cooperating),
            goals: state.targets.iter().map(|t| Goal::of(t, lens)).collect(),
            ended: ended.as_ref().map(|(on, _)| *on),
            reason: ended.map(|(_, reason)| reason).unwrap_or_default(),
        }
    }
}

impl Seat {
    fn of(seat: &plan::Seat, lens: &Lens<'_>) -> Self {
        Self {
            department: seat.department.to_string(),
            from: seat.from,
            until: seat.until,
            stands: lens.stands(seat.from, seat.until),
            taken_from: seat.taken_from.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Goal {
    fn of(target: &plan::Target, lens: &Lens<'_>) -> Self {
        let open = target.clock.as_ref().filter(|_| target.reached().is_none());
        let reports = target.reports.iter().map(|(counted_on, r)| GoalReport {
            counted_on,
            achieved: r.number,
            achieved_bp: r.achieved_bp,
            counted_from: r.source.clone(),
            reported_by: r.by.to_string(),
        });
        Self {
            target: target.id.clone(),
            title: target.title.clone(),
            goal: target.number,
            goal_unit: target.unit.clone(),
            division: target.division.clone(),
            clock: target.clock.as_ref().map(|c| Clock::of(c, lens)),
            goal_reports: reports.collect(),
            reached_on: target.reached(),
            late_by_days: late(lens, |day| open.map(|c| c.due.days_until(day))),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("achieved", "完成数", "achieved"),
    Label::new("achieved_bp", "完成比例（万分之）", "achieved (bp)"),
    Label::new("assigned_by", "下达部门", "assigned by"),
    Label::new("assigned_on", "下达日", "assigned on"),
    Label::new("cooperating", "配合单位", "cooperating"),
    Label::new("counted_from", "数据来源", "counted from"),
    Label::new("counted_on", "统计日", "counted on"),
    Label::new("goal", "目标数", "goal"),
    Label::new("goal_unit", "计量单位", "counted in"),
    Label::new("leading", "牵头单位", "leading"),
    Label::new("plan", "方案文号", "plan"),
    Label::new("reached_on", "完成日", "reached on"),
    Label::new("reported_by", "报告部门", "reported by"),
    Label::new("goal_reports", "完成情况", "reports on it"),
    Label::new("section", "条款位置", "section"),
    Label::new("target", "目标", "target"),
    Label::new("goals", "目标", "goals"),
];
