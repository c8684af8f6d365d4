//! Award: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;

crate::events! {
    clocks = super::state::CLOCKS;
    /// What can happen to an operator's awards.
    pub enum AwardEvent {
        /// Proposed (推荐).
        Nominated(Nominate): "award.nominate" => "award.nominated.v1",
        /// Granted (授予).
        Granted(Grant): "award.grant" => "award.granted.v1",
        /// Revoked on a coded ground (撤销).
        Revoked(Revoke): "award.revoke" => "award.revoked.v1",
        /// Its term is over; the clock's action.
        Ended(End): "award.end" => "award.ended.v1",
        /// A department gives a credit incentive for it (守信激励).
        IncentiveGiven(GiveIncentive): "award.give_incentive" => "award.incentive_given.v1",
    }
}

/// An operator is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nominate {
    /// The award's number, unique for the operator: 1 to 48 of `A-Z a-z 0-9 . _ -`.
    pub award: String,
    /// Code of the kind, from the rule in force.
    pub kind: String,
    /// The operator.
    pub operator: CreditCode,
    /// For what.
    pub reason: String,
}

/// An award is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The award's number.
    pub award: String,
    /// Number of the decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The operator.
    pub operator: CreditCode,
}

/// An award is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// The award's number.
    pub award: String,
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// The operator.
    pub operator: CreditCode,
    /// Why, in a sentence.
    pub reason: String,
}

/// The term of an award is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The award's number.
    pub award: String,
    /// The operator.
    pub operator: CreditCode,
}

/// An incentive is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveIncentive {
    /// The award on which it rests.
    pub award: String,
    /// Code of the incentive, from the rule in force.
    pub code: String,
    /// The operator.
    pub operator: CreditCode,
}
