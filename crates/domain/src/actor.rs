//! Envelope: who acts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;

/// In which role somebody acts; a department's capacities say who may do what.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Window of registration (登记窗口).
    Registrar,
    /// A department's own step in the parallel approval of registrations (并联审批).
    Approver,
    /// Complaint desk (12315 投诉举报台).
    ComplaintDesk,
    /// Enforcement officer (执法人员).
    Enforcer,
    /// Legal review (法制审核).
    Reviewer,
    /// The head who approves (负责人).
    Head,
    /// Credit supervision (信用监管).
    CreditOfficer,
    /// Publishes bulletins (公示).
    Publisher,
    /// Administers departments, officers and policy packs.
    Administrator,
    /// Brings in other departments' files.
    Importer,
    /// The calendar's own actions (terms that lapse, publications that end).
    Clock,
}

/// Who acts: department, officer, capacity, and the credential the door saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The role in which they act.
    pub capacity: Capacity,
    /// Id of the key that was shown at the door; the door writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// The department's unified social credit code.
    pub department: CreditCode,
    /// The officer's number within the department (工号), never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
}
