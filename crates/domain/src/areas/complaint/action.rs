//! Complaint: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Sealed;

crate::events! {
    /// What can happen to a complaint.
    pub enum ComplaintEvent {
        /// Received; the legal date is the day of receipt.
        Filed(File): "complaint.file" => "complaint.filed.v1",
        /// Accepted (受理).
        Accepted(Accept): "complaint.accept" => "complaint.accepted.v1",
        /// Refused on a coded ground (不予受理).
        Refused(Refuse): "complaint.refuse" => "complaint.refused.v1",
        /// Days of appraisal or testing, which the term of mediation leaves out.
        TimeExcluded(ExcludeTime): "complaint.exclude_time" => "complaint.time_excluded.v1",
        /// Mediation led to an agreement (达成调解协议).
        Agreed(Agree): "complaint.agree" => "complaint.agreed.v1",
        /// Mediation terminated on a coded ground (终止调解).
        Terminated(Terminate): "complaint.terminate" => "complaint.terminated.v1",
        /// Withdrawn by the consumer (撤回).
        Withdrawn(Withdraw): "complaint.withdraw" => "complaint.withdrawn.v1",
    }
}

/// A complaint is received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What went wrong, in a word of the authority's own list (`quality`, `delivery`, …).
    pub cause: String,
    /// What is claimed, in fen.
    #[serde(default)]
    pub claim_fen: u64,
    /// The complaint's number: `A-Z a-z 0-9 . _ -`.
    pub complaint: String,
    /// The consumer's name.
    pub consumer: Sealed,
    /// The consumer's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The operator complained of.
    pub operator: CreditCode,
}

/// A complaint is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The complaint's number.
    pub complaint: String,
}

/// A complaint is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Code of the ground, from the rule in force on the day of receipt.
    pub code: String,
    /// The complaint's number.
    pub complaint: String,
}

/// Days that do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludeTime {
    /// The complaint's number.
    pub complaint: String,
    /// First day of the appraisal or test.
    pub from: Day,
    /// Last day of it.
    pub to: Day,
}

/// Mediation led to an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agree {
    /// The complaint's number.
    pub complaint: String,
    /// What the operator pays back, in fen.
    #[serde(default)]
    pub refund_fen: u64,
}

/// Mediation is terminated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terminate {
    /// Code of the ground.
    pub code: String,
    /// The complaint's number.
    pub complaint: String,
}

/// The consumer withdraws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The complaint's number.
    pub complaint: String,
}
