//! Report: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::{Evidence, Sealed};

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a report.
    pub enum ReportEvent {
        /// Received; the legal date is the day of receipt.
        Filed(File): "report.file" => "report.filed.v1",
        /// Given to a unit and officer, or handed over to another department of the ledger.
        Assigned(Assign): "report.assign" => "report.assigned.v1",
        /// The term for checking and deciding is extended by the head (延长核查).
        CheckExtended(OfReport): "report.extend_check" => "report.check_extended.v1",
        /// Days of testing or appraisal, which the term leaves out.
        TimeExcluded(ExcludeTime): "report.exclude_time" => "report.time_excluded.v1",
        /// Checked (核查): what was found.
        Checked(Check): "report.check" => "report.checked.v1",
        /// A case is opened on it (立案).
        CaseOpened(OpenCase): "report.open_case" => "report.case_opened.v1",
        /// No case is opened (不予立案), on a coded ground.
        NotOpened(Decline): "report.decline" => "report.not_opened.v1",
        /// Goes up in another report about the same thing (合并处理).
        Merged(Merge): "report.merge" => "report.merged.v1",
        /// Goes to another authority (移送).
        Transferred(Transfer): "report.transfer" => "report.transferred.v1",
        /// The reporter was told of the decision (告知).
        Told(OfReport): "report.tell" => "report.told.v1",
    }
}

/// A report is received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The breach, in a word of the authority's own list (`false_advertising`, …).
    pub cause: String,
    /// The complaint that the same material makes as well (投诉举报混合材料); on record already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    /// What was handed in, kept outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<Evidence>,
    /// The operator reported, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// The reporter's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The report's number: `A-Z a-z 0-9 . _ -`.
    pub report: String,
    /// The reporter's name (实名举报); absent where the report is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Sealed>,
    /// Address of the site or shop reported, where no operator is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
}

/// An action that says nothing but which report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfReport {
    /// The report's number.
    pub report: String,
}

/// A report is given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The department that handles it from now on; absent where it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<CreditCode>,
    /// The officer's number within the department (工号), never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The report's number.
    pub report: String,
    /// The unit within it (市场监管所, 科室).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// Days that do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludeTime {
    /// First day of testing or appraisal.
    pub from: Day,
    /// The report's number.
    pub report: String,
    /// Last day of it.
    pub to: Day,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// There are signs of a breach (有违法线索).
    Indicated,
    /// There are none.
    NotIndicated,
}

/// A report was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Records of the check, kept outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What was found.
    pub finding: Finding,
    /// The operator behind the site, where the report did not name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// The report's number.
    pub report: String,
}

/// A case is opened on a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// The case's number; it was opened already.
    pub case: String,
    /// The report's number.
    pub report: String,
}

/// No case is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// Code of the ground, from the rule of penalty procedure in force.
    pub code: String,
    /// The report's number.
    pub report: String,
}

/// A report goes up in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The report that goes on.
    pub into: String,
    /// Whether it brings new facts, on which the term may begin anew.
    #[serde(default)]
    pub new_facts: bool,
    /// The report's number.
    pub report: String,
}

/// A report goes to another authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Why, in a sentence without a person's name.
    pub reason: String,
    /// The report's number.
    pub report: String,
    /// The authority.
    pub to: String,
}

impl ReportEvent {
    /// The number of the report that it is about.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::Filed(p) => &p.report,
            Self::Assigned(p) => &p.report,
            Self::CheckExtended(p) | Self::Told(p) => &p.report,
            Self::TimeExcluded(p) => &p.report,
            Self::Checked(p) => &p.report,
            Self::CaseOpened(p) => &p.report,
            Self::NotOpened(p) => &p.report,
            Self::Merged(p) => &p.report,
            Self::Transferred(p) => &p.report,
        }
    }
}
