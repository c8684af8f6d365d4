//! Department: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::ident::CreditCode;

crate::events! {
    /// What can happen to a department.
    pub enum DepartmentEvent {
        /// A department begins to exist; the first of a ledger establishes itself.
        Established(Establish): "department.establish" => "department.established.v1",
        /// A department ends; others may succeed it.
        Dissolved(Dissolve): "department.dissolve" => "department.dissolved.v1",
        /// A department gets another name, its code and work staying the same.
        Renamed(Rename): "department.rename" => "department.renamed.v1",
        /// A department takes over all or part of another's work, which may go on besides.
        TookOver(TakeOver): "department.take_over" => "department.took_over.v1",
        /// A department's capacities are set anew from the legal date on.
        Empowered(Capacities): "department.empower" => "department.empowered.v1",
        /// An officer takes up a post.
        OfficerPosted(OfficerPost): "department.post_officer" => "department.officer_posted.v1",
        /// An officer leaves.
        OfficerLeft(OfficerLeave): "department.release_officer" => "department.officer_left.v1",
    }
}

/// A department begins to exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Establish {
    /// In which roles its officers may act.
    pub capacities: BTreeSet<Capacity>,
    /// Its unified social credit code.
    pub code: CreditCode,
    /// Division code (GB/T 2260) it is responsible for, 6 to 12 digits.
    pub division: String,
    /// Full name.
    pub name: String,
    /// Short name as plans use it (市监, 商务).
    pub short: String,
    /// Departments all of whose work it takes over.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub succeeds: BTreeSet<CreditCode>,
}

/// A department ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dissolve {
    /// The department.
    pub code: CreditCode,
    /// Who takes over all of its work; what only goes to some is told by `take_over`.
    pub successors: BTreeSet<CreditCode>,
}

/// A department gets another name (更名).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The department.
    pub code: CreditCode,
    /// New full name.
    pub name: String,
    /// New short name.
    pub short: String,
}

/// A department takes over another's work (职责划转): so one department's work goes to many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeOver {
    /// In which roles; all where empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub capacities: BTreeSet<Capacity>,
    /// Who takes over.
    pub code: CreditCode,
    /// Whose work it was.
    pub predecessor: CreditCode,
}

/// The roles in which a department's officers may act from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacities {
    /// All of them.
    pub capacities: BTreeSet<Capacity>,
    /// The department.
    pub code: CreditCode,
}

/// An officer takes up a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerPost {
    /// In which roles the officer may act.
    pub capacities: BTreeSet<Capacity>,
    /// The department.
    pub department: CreditCode,
    /// Number within the department (工号), never a name.
    pub officer: String,
}

/// An officer leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerLeave {
    /// The department.
    pub department: CreditCode,
    /// The officer's number.
    pub officer: String,
}
