//! Shapes: departments (部门) and their officers.

use domain::actor::Capacity;
use domain::areas::department;
use domain::day::Day;
use domain::ident::CreditCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Duties, Lens};

/// The register of departments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Register {
    /// Departments, by credit code.
    pub departments: Vec<Department>,
    /// Of a single department's part: what it did in parallel approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Approvals>,
    /// Of a single department's part: what it owes and is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duties: Option<Duties>,
}

/// One department over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Department {
    /// Credit code.
    pub department: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Division code it is responsible for.
    pub division: String,
    /// First day.
    pub from: Day,
    /// First day after its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether it exists on the day looked at.
    pub stands: bool,
    /// Whose work it took over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<Succession>,
    /// Who took over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<Succession>,
    /// Roles in which its officers may act.
    pub capacities: Vec<Capacity>,
    /// Postings of its officers.
    pub officers: Vec<Officer>,
}

/// Work that went from one department to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Succession {
    /// The other department.
    pub department: String,
    /// First day on which the successor may act.
    pub from: Day,
    /// In which roles; all where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capacities: Vec<Capacity>,
}

/// What a department did in the parallel approval of registrations (并联审批), counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Approvals {
    /// Applications routed to it, rounds after a return among them.
    pub routed: u64,
    /// Steps begun.
    pub opened: u64,
    /// Steps approved.
    pub approved: u64,
    /// Steps returned.
    pub returned: u64,
    /// Natural days from routing to outcome, added up.
    pub days: i64,
    /// Outcomes after the county's term.
    pub late: u64,
}

/// One posting of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Officer {
    /// Number within the department (工号).
    pub officer: String,
    /// First day.
    pub from: Day,
    /// First day after the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether the posting lasts on the day looked at.
    pub stands: bool,
    /// Roles.
    pub capacities: Vec<Capacity>,
}

impl Register {
    /// The shape of the register.
    #[must_use]
    pub fn of(state: &department::Register, lens: &Lens<'_>) -> Self {
        let shape = |(code, d): (&CreditCode, &department::Department)| {
            let (names, roles) = (&d.names, &d.capacities);
            let on = lens.seen().on;
            let name = on.map_or_else(|| names.last(), |day| names.on(day));
            let roles = on.map_or_else(|| roles.last(), |day| roles.on(day));
            Department {
                department: code.to_string(),
                name: name.map(|n| n.full.clone()).unwrap_or_default(),
                short: name.map(|n| n.short.clone()).unwrap_or_default(),
                division: d.division.clone(),
                from: d.from,
                until: d.until,
                stands: lens.stands(d.from, d.until),
                predecessors: d.predecessors.iter().map(Succession::of).collect(),
                successors: d.successors.iter().map(Succession::of).collect(),
                capacities: roles.into_iter().flatten().copied().collect(),
                officers: Officer::all(d, lens),
            }
        };
        let done = &state.approvals;
        Self {
            departments: state.departments.iter().map(shape).collect(),
            approvals: (done.routed > 0).then_some(Approvals {
                routed: done.routed,
                opened: done.opened,
                approved: done.approved,
                returned: done.returned,
                days: done.days,
                late: done.late,
            }),
            duties: Duties::of(&state.duties, lens),
        }
    }
}

impl Succession {
    fn of(succession: &department::Succession) -> Self {
        Self {
            department: succession.other.to_string(),
            from: succession.from,
            capacities: succession.capacities.iter().copied().collect(),
        }
    }
}

impl Officer {
    fn all(department: &department::Department, lens: &Lens<'_>) -> Vec<Self> {
        let postings = department.officers.iter().flat_map(|(number, postings)| {
            postings.iter().map(move |posting| Self {
                officer: number.clone(),
                from: posting.from,
                until: posting.until,
                stands: lens.stands(posting.from, posting.until),
                capacities: posting.capacities.iter().copied().collect(),
            })
        });
        postings.collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("approvals", "并联审批", "parallel approval"),
    Label::new("capacities", "职责", "capacities"),
    Label::new("department", "部门", "department"),
    Label::new("departments", "部门", "departments"),
    Label::new("days", "天数", "days"),
    Label::new("late", "逾期件数", "late"),
    Label::new("officer", "工号", "officer"),
    Label::new("officers", "人员", "officers"),
    Label::new("predecessors", "前身", "predecessors"),
    Label::new("opened", "已开始", "opened"),
    Label::new("returned", "退回", "returned"),
    Label::new("routed", "转办", "routed"),
    Label::new("short", "简称", "short name"),
    Label::new("successors", "承继", "successors"),
    Label::word("capacities", "registrar", "登记窗口"),
    Label::word("capacities", "approver", "并联审批"),
    Label::word("capacities", "complaint_desk", "投诉举报台"),
    Label::word("capacities", "enforcer", "执法人员"),
    Label::word("capacities", "reviewer", "法制审核"),
    Label::word("capacities", "head", "负责人"),
    Label::word("capacities", "credit_officer", "信用监管"),
    Label::word("capacities", "publisher", "公示"),
    Label::word("capacities", "administrator", "管理"),
    Label::word("capacities", "importer", "导入"),
    Label::word("capacities", "clock", "时钟"),
];
