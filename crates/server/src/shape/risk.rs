//! Shapes: risks (风险), how they were assessed, and plans (处置预案).

use domain::areas::risk;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, Rule, word_of};

/// One risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Risk {
    /// Its number.
    pub risk: String,
    /// Where it was seen, in a word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub risk_source: String,
    /// What it rests on, `kind:id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests_upon: Option<String>,
    /// The operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Address of the site or shop, or the trade concerned.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// What it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Day on which it was collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Day>,
    /// The department that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Where it stands: `collected`, `assessed`, `warned`, `disposed`.
    pub stage: String,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The level of the last assessment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub risk_level: String,
    /// Assessments, each down to its weights.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assessments: Vec<Assessment>,
    /// The departments that were warned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<String>,
    /// Leads that came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// The lead or case that its disposal led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub led_to: Option<String>,
    /// The plan that was followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_plan: Option<String>,
    /// Code of the outcome.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The deadline for disposal, once warned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// One assessment (评估).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assessment {
    /// Day of assessment.
    pub on: Day,
    /// The level.
    pub risk_level: String,
    /// The sum of points.
    pub points: i64,
    /// Points from which the level is medium.
    pub medium_from_points: i64,
    /// Points from which it is high.
    pub high_from_points: i64,
    /// Its factors.
    pub factors: Vec<AssessedFactor>,
    /// The method with its version.
    pub rule: Rule,
}

/// One factor of an assessment: value times weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssessedFactor {
    /// Its name in the method.
    pub factor: String,
    /// What was found.
    pub value: u32,
    /// Points for each unit of it.
    pub weight_points: i64,
    /// Value times weight.
    pub points: i64,
}

/// A risk on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RiskLine {
    /// Its number.
    pub risk: String,
    /// Where it stands.
    pub stage: String,
    /// The level of the last assessment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub risk_level: String,
    /// Day of the warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warned_on: Option<Day>,
    /// Last day for disposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Day of disposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposed: Option<Day>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RiskPlan {
    /// Its number.
    pub risk_plan: String,
    /// What it is called.
    pub title: String,
    /// The levels for which it is made.
    pub for_levels: Vec<String>,
    /// What is done, in order.
    pub measures_in_order: Vec<String>,
    /// Departments that have a part in it.
    pub taking_part: Vec<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted_from: Option<Day>,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_from: Option<Day>,
    /// Risks in whose disposal it was followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub followed_in: Vec<String>,
}

impl Risk {
    /// The shape of a risk.
    #[must_use]
    pub fn of(number: &str, state: &risk::Risk, lens: &Lens<'_>) -> Self {
        let assessments = state.assessments.iter();
        Self {
            risk: number.to_owned(),
            risk_source: state.source.as_ref().map_or_else(String::new, word_of),
            rests_upon: state.from.as_ref().map(ToString::to_string),
            operator: state.operator.map(|code| code.to_string()),
            site: state.site.clone(),
            what: state.what.clone(),
            known_since: state.collected,
            handler: state.handler.map(|code| code.to_string()),
            stage: state.stage.name().to_owned(),
            since: state.since,
            risk_level: level(state.level()),
            assessments: assessments.map(|a| Assessment::of(a, lens)).collect(),
            warned: state.warned.iter().map(ToString::to_string).collect(),
            leads: state.leads.clone(),
            led_to: state.led_to.as_ref().map(ToString::to_string),
            risk_plan: state.plan.clone(),
            code: state.code.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl Assessment {
    fn of(state: &risk::Assessment, lens: &Lens<'_>) -> Self {
        let (medium, high) = state.thresholds_points;
        let factors = state.factors.iter().map(|f| AssessedFactor {
            factor: f.factor.clone(),
            value: f.value,
            weight_points: f.weight_points,
            points: f.points,
        });
        Self {
            on: state.on,
            risk_level: state.level.name().to_owned(),
            points: state.score_points,
            medium_from_points: medium,
            high_from_points: high,
            factors: factors.collect(),
            rule: lens.rule(&state.method, state.on),
        }
    }
}

impl RiskLine {
    /// The lines of an operator's risks.
    pub(super) fn all(state: &risk::Risks) -> Vec<Self> {
        let shape = |mark: &risk::RiskMark| Self {
            risk: mark.risk.clone(),
            stage: mark.stage.name().to_owned(),
            risk_level: level(mark.level),
            warned_on: mark.warned,
            due: mark.due,
            disposed: mark.disposed,
        };
        state.marks.iter().map(shape).collect()
    }
}

impl RiskPlan {
    /// The shape of a plan.
    #[must_use]
    pub fn of(number: &str, state: &risk::Plan) -> Self {
        Self {
            risk_plan: number.to_owned(),
            title: state.title.clone(),
            for_levels: state.levels.iter().map(|l| l.name().to_owned()).collect(),
            measures_in_order: state.steps.clone(),
            taking_part: state.departments.iter().map(ToString::to_string).collect(),
            adopted_from: state.adopted,
            retired_from: state.retired,
            followed_in: state.followed_in.clone(),
        }
    }
}

fn level(level: Option<risk::Level>) -> String {
    level.map_or_else(String::new, |level| level.name().to_owned())
}

pub(super) const LABELS: &[Label] = &[
    Label::new("assessments", "评估", "assessments"),
    Label::new("disposed", "处置日", "disposed of"),
    Label::new("factor", "因素", "factor"),
    Label::new("factors", "因素", "factors"),
    Label::new("followed_in", "用于", "followed in"),
    Label::new("for_levels", "适用等级", "for levels"),
    Label::new("high_from_points", "高风险起点", "high from"),
    Label::new("led_to", "转为", "led to"),
    Label::new("measures_in_order", "处置步骤", "measures in order"),
    Label::new("medium_from_points", "中风险起点", "medium from"),
    Label::new("risk", "风险编号", "risk"),
    Label::new("risk_level", "风险等级", "level"),
    Label::new("risk_plan", "处置预案", "plan"),
    Label::new("risk_source", "风险来源", "seen in"),
    Label::new("risks", "风险", "risks"),
    Label::new("value", "取值", "value"),
    Label::new("warned", "预警部门", "warned"),
    Label::new("warned_on", "预警日", "warned on"),
    Label::word("risk_level", "high", "高"),
    Label::word("risk_level", "low", "低"),
    Label::word("risk_level", "medium", "中"),
    Label::word("risk_source", "complaints", "投诉"),
    Label::word("risk_source", "department", "部门通报"),
    Label::word("risk_source", "monitor_hit", "监测命中"),
    Label::word("risk_source", "public", "舆情"),
    Label::word("risk_source", "report", "举报"),
    Label::word("risk_source", "test", "抽检不合格"),
    Label::word("stage", "assessed", "已评估"),
    Label::word("stage", "collected", "已采集"),
    Label::word("stage", "disposed", "已处置"),
    Label::word("stage", "warned", "已预警"),
];
