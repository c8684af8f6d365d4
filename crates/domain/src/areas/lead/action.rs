//! Lead: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::areas::report::Finding;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::{Evidence, Sealed};
use crate::subject::Subject;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a lead or a campaign.
    pub enum LeadEvent {
        /// Recorded (线索登记); the legal date is the day on which it came to be known.
        Recorded(Record): "lead.record" => "lead.recorded.v1",
        /// Given to an officer (分派).
        Assigned(Assign): "lead.assign" => "lead.assigned.v1",
        /// The term for verifying is extended by the head.
        TermExtended(OfLead): "lead.extend" => "lead.term_extended.v1",
        /// Verified (核查): what was found.
        Verified(Verify): "lead.verify" => "lead.verified.v1",
        /// The operator was called to an interview (约谈).
        InterviewHeld(HoldInterview): "lead.hold_interview" => "lead.interview_held.v1",
        /// The operator was reminded, admonished or ordered to correct (提醒、告诫、责令改正).
        WarningGiven(Warn): "lead.give_warning" => "lead.warning_given.v1",
        /// A case is opened on it (立案).
        CaseOpened(OpenCase): "lead.open_case" => "lead.case_opened.v1",
        /// Closed with a coded outcome (办结).
        Closed(Close): "lead.close" => "lead.closed.v1",
        /// Looked at again afterwards (回访).
        Revisited(Revisit): "lead.revisit" => "lead.revisited.v1",
        /// A campaign begins (专项行动).
        CampaignOpened(OpenCampaign): "lead.open_campaign" => "lead.campaign_opened.v1",
        /// Operators are made its targets.
        TargetsAdded(AddTargets): "lead.add_targets" => "lead.targets_added.v1",
        /// One target was checked, with a coded result.
        TargetChecked(CheckTarget): "lead.check_target" => "lead.target_checked.v1",
        /// A campaign ends.
        CampaignClosed(CloseCampaign): "lead.close_campaign" => "lead.campaign_closed.v1",
        /// What was learned, and what is to be mended at the source (分析规范、源头治理).
        AnalysisFiled(FileAnalysis): "lead.file_analysis" => "lead.analysis_filed.v1",
    }
}

/// Where a lead comes from (线索来源).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Monitoring of the network (网络监测).
    Monitoring,
    /// Inspection on site (监督检查).
    Inspection,
    /// A complaint (投诉).
    Complaint,
    /// A report (举报).
    Report,
    /// Another department (部门移送).
    Department,
    /// The upper level (上级交办).
    UpperLevel,
    /// A campaign (专项行动).
    Campaign,
    /// A risk that was assessed (风险监测).
    Risk,
    /// An earlier lead that came up again (复发).
    Relapse,
}

/// A lead is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What was seen, kept outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What it rests on, `kind:id`: the complaint, report, campaign, risk or earlier lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Subject>,
    /// The authority that sent it, for leads of departments and of the upper level.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_authority: String,
    /// The lead's number: `A-Z a-z 0-9 . _ -`.
    pub lead: String,
    /// The operator, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// Address of the site or shop, where no operator is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// Where it comes from.
    pub source: Source,
    /// What it says, without a person's name.
    pub what: String,
}

/// An action that says nothing but which lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfLead {
    /// The lead's number.
    pub lead: String,
}

/// A lead is given to an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The lead's number.
    pub lead: String,
    /// The officer's number within the department (工号), never a name.
    pub officer: String,
    /// The unit within it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// A lead was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Records of it, kept outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What was found.
    pub finding: Finding,
    /// The lead's number.
    pub lead: String,
    /// The operator, where the lead did not name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
}

/// An interview was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldInterview {
    /// Whether nobody came for the operator.
    #[serde(default)]
    pub absent: bool,
    /// Day by which the operator undertook to correct what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_by: Option<Day>,
    /// The lead's number.
    pub lead: String,
    /// Numbers of the officers who held it (工号).
    pub officers: BTreeSet<String>,
    /// The name of who came for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Sealed>,
    /// The record of the interview (约谈笔录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Evidence>,
    /// What was said, without a person's name.
    pub what: String,
}

/// A warning was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warn {
    /// Code of its kind, from the rule in force.
    pub code: String,
    /// Day by which the operator has to correct it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_by: Option<Day>,
    /// The lead's number.
    pub lead: String,
    /// What the operator is warned of.
    pub what: String,
}

/// A case is opened on a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// The case's number; it was opened already.
    pub case: String,
    /// The lead's number.
    pub lead: String,
}

/// A lead is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Code of the outcome, from the rule in force.
    pub code: String,
    /// The lead's number.
    pub lead: String,
}

/// An operator was looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revisit {
    /// Whether what was found had been corrected.
    pub corrected: bool,
    /// The lead's number.
    pub lead: String,
    /// What was seen, without a person's name.
    pub what: String,
}

/// A campaign begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCampaign {
    /// The instrument or notice that it rests on.
    pub basis: String,
    /// The campaign's number: `A-Z a-z 0-9 . _ -`.
    pub campaign: String,
    /// Its last day, as planned.
    pub to: Day,
    /// What it is called.
    pub title: String,
    /// Departments that take part beside the one that leads.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub with: BTreeSet<CreditCode>,
}

/// Operators are made targets of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTargets {
    /// The campaign's number.
    pub campaign: String,
    /// The operators.
    pub operators: BTreeSet<CreditCode>,
}

/// A target was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckTarget {
    /// The campaign's number.
    pub campaign: String,
    /// Code of the result, from the rule in force.
    pub code: String,
    /// The lead that came of it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The operator.
    pub operator: CreditCode,
    /// What was seen, without a person's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
}

/// A campaign ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCampaign {
    /// The campaign's number.
    pub campaign: String,
}

/// An analysis is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileAnalysis {
    /// What it is about: a campaign or a lead, `kind:id`.
    pub about: Subject,
    /// The paper, kept outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What was learned.
    pub findings: String,
    /// What is to be mended at the source (源头治理).
    pub measures: String,
}

impl LeadEvent {
    /// The number of the lead that it is about, where it is about one.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        Some(match self {
            Self::Recorded(p) => &p.lead,
            Self::Assigned(p) => &p.lead,
            Self::TermExtended(p) => &p.lead,
            Self::Verified(p) => &p.lead,
            Self::InterviewHeld(p) => &p.lead,
            Self::WarningGiven(p) => &p.lead,
            Self::CaseOpened(p) => &p.lead,
            Self::Closed(p) => &p.lead,
            Self::Revisited(p) => &p.lead,
            Self::CampaignOpened(_)
            | Self::TargetsAdded(_)
            | Self::TargetChecked(_)
            | Self::CampaignClosed(_)
            | Self::AnalysisFiled(_) => return None,
        })
    }

    /// The number of the campaign that it is about, where it is about one.
    #[must_use]
    pub fn campaign(&self) -> Option<&str> {
        Some(match self {
            Self::CampaignOpened(p) => &p.campaign,
            Self::TargetsAdded(p) => &p.campaign,
            Self::TargetChecked(p) => &p.campaign,
            Self::CampaignClosed(p) => &p.campaign,
            _ => return None,
        })
    }
}
