//! Shapes: reports of breaches (举报), one and counted. Who reported is in none of them.

use domain::areas::report;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Its number.
    pub report: String,
    /// The operator reported (被举报人).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Address of the site or shop reported.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// The breach, in a word of the authority's list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// Whether the reporter gave a name, which is sealed.
    pub named: bool,
    /// Pieces of material handed in.
    pub material: u32,
    /// The complaint that the same material made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    /// The department that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The unit within it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub assigned_to: String,
    /// The officer's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// Where it stands: `received`, `case_opened`, `not_opened`, `merged`, `transferred`.
    pub stage: String,
    /// Day of receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Whether the term was extended.
    pub extended: bool,
    /// Day of the last check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
    /// What it found: `indicated`, `not_indicated`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub finding: String,
    /// The case that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Leads that came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// Code of the ground on which no case was opened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The report into which it was merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goes_on_in: Option<String>,
    /// Reports merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_here: Vec<String>,
    /// To whom it was transferred.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub transferred_to: String,
    /// The deadline for deciding that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// The deadline for telling the reporter, until that is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tell: Option<Clock>,
    /// Day on which the reporter was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Day>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Reports about one operator, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportTally {
    /// Received.
    pub received: u64,
    /// Without the reporter's name.
    pub anonymous: u64,
    /// Not decided on yet.
    pub undecided: u64,
    /// On which a case was opened.
    pub cases_opened: u64,
    /// On which none was.
    pub not_opened: u64,
    /// Merged into another.
    pub merged: u64,
    /// Transferred to another authority.
    pub transferred: u64,
}

impl Report {
    /// The shape of a report.
    #[must_use]
    pub fn of(number: &str, state: &report::Report, lens: &Lens<'_>) -> Self {
        let checked = state.checked.as_ref();
        Self {
            report: number.to_owned(),
            operator: state.operator.map(|code| code.to_string()),
            site: state.site.clone(),
            cause: state.cause.clone(),
            named: state.named,
            material: state.material,
            complaint: state.complaint.clone(),
            handler: state.handler.map(|code| code.to_string()),
            assigned_to: state.unit.clone(),
            officer: state.officer.clone(),
            stage: state.stage.name().to_owned(),
            received: state.received,
            since: state.since,
            extended: state.extended,
            checked_on: checked.map(|(day, _)| *day),
            finding: checked.map_or_else(String::new, |(_, finding)| word_of(finding)),
            case: state.case.clone(),
            leads: state.leads.clone(),
            code: state.code.clone(),
            goes_on_in: state.merged_into.clone(),
            merged_here: state.merged.clone(),
            transferred_to: state.transferred_to.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            tell: state.tell.as_ref().map(|clock| Clock::of(clock, lens)),
            told: state.told,
            late_days: state.late_days,
        }
    }
}

impl ReportTally {
    /// The shape of a count; `None` where nothing was counted.
    #[must_use]
    pub fn of(state: &report::Tally) -> Option<Self> {
        (*state != report::Tally::default()).then_some(Self {
            received: state.received,
            anonymous: state.anonymous,
            undecided: state.open(),
            cases_opened: state.cases,
            not_opened: state.not_opened,
            merged: state.merged,
            transferred: state.transferred,
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("anonymous", "匿名", "anonymous"),
    Label::new("breach_reports", "举报", "reports of breaches"),
    Label::new("cases_opened", "立案", "cases opened"),
    Label::new("checked_on", "核查日", "checked on"),
    Label::new("finding", "核查结果", "finding"),
    Label::new("material", "材料件数", "pieces of material"),
    Label::new("named", "实名", "with a name"),
    Label::new("not_opened", "不予立案", "no case opened"),
    Label::new("report", "举报编号", "report"),
    Label::new("site", "网站网店", "site or shop"),
    Label::new("told", "告知日", "told"),
    Label::new("transferred", "移送", "transferred"),
    Label::new("transferred_to", "移送至", "transferred to"),
    Label::new("undecided", "未结", "undecided"),
    Label::word("finding", "indicated", "有违法线索"),
    Label::word("finding", "not_indicated", "无违法线索"),
    Label::word("stage", "case_opened", "已立案"),
];
