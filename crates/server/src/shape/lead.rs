//! Shapes: leads (线索), campaigns (专项行动), and an operator's line through both and its cases.

use domain::areas::lead;
use domain::day::Day;
use domain::entity;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// One lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lead {
    /// Its number.
    pub lead_number: String,
    /// Where it comes from, in a word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lead_source: String,
    /// What it rests on, `kind:id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests_upon: Option<String>,
    /// The authority that sent it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from_authority: String,
    /// The operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Address of the site or shop.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// What it says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Day on which it came to be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Day>,
    /// The department that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The unit within it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub assigned_to: String,
    /// The officer's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// Where it stands: `recorded`, `assigned`, `verified`, `case_opened`, `closed`.
    pub stage: String,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Whether the term for verifying was extended.
    pub extended: bool,
    /// Day of the last verification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
    /// What it found: `indicated`, `not_indicated`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub finding: String,
    /// Days of interviews.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interviews: Vec<Day>,
    /// Warnings given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<DayCode>,
    /// Day by which the operator has to correct what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correct_by: Option<Day>,
    /// The case that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Code of the outcome with which it was closed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Revisits, with `corrected` or `not_corrected`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisits: Vec<DayCode>,
    /// Leads that came of this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// Analyses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub analyses: Vec<Analysis>,
    /// The deadline for assigning or verifying that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// The deadline for looking again, until that is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisit: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Something that happened on a day, with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayCode {
    /// The legal date.
    pub on: Day,
    /// Its code.
    pub code: String,
}

/// What was learned of a lead or campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Analysis {
    /// Day of filing.
    pub on: Day,
    /// What was learned.
    pub findings: String,
    /// What is to be mended at the source.
    pub remedies: String,
}

/// One campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Campaign {
    /// Its number.
    pub campaign: String,
    /// What it is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it rests on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// The department that leads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Departments that take part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taking_part: Vec<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// Last day, as planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
    /// `open` or `closed`.
    pub stage: String,
    /// Targets in all.
    pub targets_total: u64,
    /// Targets checked.
    pub targets_checked: u64,
    /// The targets with their results, by operator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaign_targets: Vec<Target>,
    /// Leads that came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// What was learned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub analyses: Vec<Analysis>,
    /// The deadline for the analysis, until it is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// One target of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Target {
    /// The operator.
    pub operator: String,
    /// Day of the last check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
    /// Code of its result; empty while unchecked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The lead that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_number: Option<String>,
    /// The department that checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_by: Option<String>,
}

/// One link of an operator's line: before, during and after (事前、事中、事后).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChainLink {
    /// `before`, `during` or `after`.
    pub phase: String,
    /// The legal date.
    pub on: Day,
    /// What happened, in a word.
    pub happened: String,
    /// What it belongs to, `kind:id`.
    pub about: String,
    /// Code or word of its outcome.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
}

impl Lead {
    /// The shape of a lead.
    #[must_use]
    pub fn of(number: &str, state: &lead::Lead, lens: &Lens<'_>) -> Self {
        let verified = state.verified.as_ref();
        Self {
            lead_number: number.to_owned(),
            lead_source: state.source.as_ref().map_or_else(String::new, word_of),
            rests_upon: state.from.as_ref().map(ToString::to_string),
            from_authority: state.from_authority.clone(),
            operator: state.operator.map(|code| code.to_string()),
            site: state.site.clone(),
            what: state.what.clone(),
            known_since: state.recorded,
            handler: state.handler.map(|code| code.to_string()),
            assigned_to: state.unit.clone(),
            officer: state.officer.clone(),
            stage: state.stage.name().to_owned(),
            since: state.since,
            extended: state.extended,
            checked_on: verified.map(|(day, _)| *day),
            finding: verified.map_or_else(String::new, |(_, finding)| word_of(finding)),
            interviews: state.interviews.iter().map(|(day, _)| *day).collect(),
            warnings: state.warnings.iter().map(DayCode::of).collect(),
            correct_by: state.correct_by,
            case: state.case.clone(),
            code: state.code.clone(),
            revisits: state.revisits.iter().map(DayCode::of_revisit).collect(),
            leads: state.leads.clone(),
            analyses: Analysis::all(&state.analyses),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            revisit: state.revisit.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl DayCode {
    fn of((on, code): &(Day, String)) -> Self {
        let (on, code) = (*on, code.clone());
        Self { on, code }
    }

    fn of_revisit((on, corrected): &(Day, bool)) -> Self {
        let code = if *corrected {
            "corrected"
        } else {
            "not_corrected"
        };
        Self::of(&(*on, code.to_owned()))
    }
}

impl Analysis {
    fn all(state: &[lead::Analysis]) -> Vec<Self> {
        let shape = |analysis: &lead::Analysis| Self {
            on: analysis.on,
            findings: analysis.findings.clone(),
            remedies: analysis.measures.clone(),
        };
        state.iter().map(shape).collect()
    }
}

impl Campaign {
    /// The shape of a campaign.
    #[must_use]
    pub fn of(number: &str, state: &lead::Campaign, lens: &Lens<'_>) -> Self {
        let target = |(code, target): (&domain::ident::CreditCode, &lead::Target)| Target {
            operator: code.to_string(),
            checked_on: target.result.as_ref().map(|(day, _)| *day),
            code: match &target.result {
                Some((_, code)) => code.clone(),
                None => String::new(),
            },
            lead_number: target.lead.clone(),
            checked_by: target.checked_by.map(|code| code.to_string()),
        };
        Self {
            campaign: number.to_owned(),
            title: state.title.clone(),
            basis: state.basis.clone(),
            handler: state.handler.map(|code| code.to_string()),
            taking_part: state.with.iter().map(ToString::to_string).collect(),
            period_from: state.period.map(|(from, _)| from),
            period_to: state.period.map(|(_, to)| to),
            stage: state.stage.name().to_owned(),
            targets_total: state.targets.len() as u64,
            targets_checked: state.checked() as u64,
            campaign_targets: state.targets.iter().map(target).collect(),
            leads: state.leads.clone(),
            analyses: Analysis::all(&state.analyses),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl ChainLink {
    /// The line of an operator; empty where no lead, interview, warning or campaign is part of it.
    pub(super) fn all(operator: &entity::Operator) -> Vec<Self> {
        if operator.chain.links.is_empty() {
            return Vec::new();
        }
        let shape = |link: lead::Link| Self {
            phase: word_of(&link.phase),
            on: link.on,
            happened: link.step,
            about: link.about,
            code: link.code,
        };
        lead::Chain::whole(operator)
            .into_iter()
            .map(shape)
            .collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("analyses", "分析", "analyses"),
    Label::new("campaign", "专项行动", "campaign"),
    Label::new("campaign_targets", "检查对象", "targets"),
    Label::new("chain", "事前事中事后", "before, during, after"),
    Label::new("checked_by", "检查部门", "checked by"),
    Label::new("correct_by", "改正期限", "to correct by"),
    Label::new("findings", "发现", "findings"),
    Label::new("from_authority", "来源机关", "sent by"),
    Label::new("happened", "事项", "what happened"),
    Label::new("interviews", "约谈", "interviews"),
    Label::new("known_since", "发现日", "known since"),
    Label::new("lead_number", "线索编号", "lead"),
    Label::new("lead_source", "线索来源", "source"),
    Label::new("leads", "线索", "leads"),
    Label::new("phase", "环节", "phase"),
    Label::new("remedies", "源头治理", "mended at the source"),
    Label::new("rests_upon", "来自", "rests on"),
    Label::new("revisit", "回访期限", "to look again by"),
    Label::new("revisits", "回访", "revisits"),
    Label::new("taking_part", "配合部门", "taking part"),
    Label::new("targets_checked", "已检查", "checked"),
    Label::new("targets_total", "检查对象数", "number of targets"),
    Label::new("warnings", "提醒告诫", "warnings"),
    Label::word("happened", "campaign", "专项检查"),
    Label::word("happened", "case", "案件"),
    Label::word("happened", "closed", "办结"),
    Label::word("happened", "interview", "约谈"),
    Label::word("happened", "lead", "线索"),
    Label::word("happened", "lead_to_case", "转为案件"),
    Label::word("happened", "penalty", "行政处罚"),
    Label::word("happened", "report", "举报"),
    Label::word("happened", "revisit", "回访"),
    Label::word("happened", "target", "列为检查对象"),
    Label::word("happened", "verified", "核查"),
    Label::word("happened", "warning", "提醒告诫"),
    Label::word("lead_source", "campaign", "专项行动"),
    Label::word("lead_source", "complaint", "投诉"),
    Label::word("lead_source", "department", "部门移送"),
    Label::word("lead_source", "inspection", "监督检查"),
    Label::word("lead_source", "monitoring", "网络监测"),
    Label::word("lead_source", "relapse", "复发"),
    Label::word("lead_source", "report", "举报"),
    Label::word("lead_source", "risk", "风险监测"),
    Label::word("lead_source", "upper_level", "上级交办"),
    Label::word("phase", "after", "事后"),
    Label::word("phase", "before", "事前"),
    Label::word("phase", "during", "事中"),
    Label::word("stage", "assigned", "已分派"),
    Label::word("stage", "recorded", "已登记"),
    Label::word("stage", "verified", "已核查"),
];
