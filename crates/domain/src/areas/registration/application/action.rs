//! Application: what can be asked.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;
use crate::sealed::{Evidence, Sealed};

/// What is applied for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// A new registration (设立登记).
    #[default]
    Setup,
    /// A change of it (变更登记).
    Change,
    /// Suspension of business (歇业备案).
    Suspension,
    /// Its cancelling (注销登记).
    Cancellation,
}

impl ApplicationKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Change => "change",
            Self::Suspension => "suspension",
            Self::Cancellation => "cancellation",
        }
    }
}

/// Somebody applies; the legal date is the day of receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// Domicile or business place asked for; never a home.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Who applies.
    pub applicant: Sealed,
    /// The application's number: `A-Z a-z 0-9 . _ -`.
    pub application: String,
    /// The operator whose registration is to change or end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CreditCode>,
    /// Division (GB/T 2260).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// Number of the applicant's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Sealed>,
    /// Industry (GB/T 4754), 4 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// Material handed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Evidence>,
    /// Name asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Electronically from end to end (全程电子化), not at the window.
    #[serde(default)]
    pub online: bool,
    /// The applicant's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// Scope asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
}

/// The application goes to departments, all at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The application's number.
    pub application: String,
    /// Which departments approve.
    pub departments: BTreeSet<CreditCode>,
}

/// A department begins its step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenStep {
    /// The application's number.
    pub application: String,
    /// The department it was routed to; a successor acts for it.
    pub department: CreditCode,
}

/// A department approves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveStep {
    /// The application's number.
    pub application: String,
    /// The department it was routed to.
    pub department: CreditCode,
}

/// A department returns the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnStep {
    /// The application's number.
    pub application: String,
    /// The department it was routed to.
    pub department: CreditCode,
    /// What must be mended, all at once (一次性告知), without a person's name.
    pub reason: String,
}

/// The mended application goes to the department again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResubmitStep {
    /// The application's number.
    pub application: String,
    /// The department it was routed to.
    pub department: CreditCode,
    /// Material handed in besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Evidence>,
}

/// The term for deciding is lengthened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// The application's number.
    pub application: String,
    /// Why.
    pub reason: String,
}

/// The application is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// The application's number.
    pub application: String,
    /// Code of the ground, from the rule in force on the day of the application.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// The applicant withdraws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The application's number.
    pub application: String,
}
