//! Guidance: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;
use crate::policy::Text;

crate::events! {
    clocks = super::state::CLOCKS;
    /// What can happen to guidance and alerts.
    pub enum GuidanceEvent {
        /// Guidance is given to operators (行政指导).
        Given(Give): "guidance.give" => "guidance.given.v1",
        /// Whether it was followed (回访).
        FollowedUp(FollowUp): "guidance.follow_up" => "guidance.followed_up.v1",
        /// Consumers are warned (消费警示).
        AlertPublished(PublishAlert): "guidance.publish_alert" => "guidance.alert_published.v1",
        /// An alert is withdrawn on a coded ground.
        AlertWithdrawn(WithdrawAlert): "guidance.withdraw_alert" => "guidance.alert_withdrawn.v1",
        /// An alert's term is over; the clock's action.
        AlertExpired(ExpireAlert): "guidance.expire_alert" => "guidance.alert_expired.v1",
    }
}

/// Guidance is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Give {
    /// Its number: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub guidance: String,
    /// Code of the kind, from the rule in force.
    pub kind: String,
    /// The operators.
    pub operators: BTreeSet<CreditCode>,
    /// What is advised, without a person's name.
    pub text: String,
}

/// It was looked after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Whether it was followed.
    pub followed: bool,
    /// Its number.
    pub guidance: String,
    /// What was found.
    pub note: String,
}

/// Consumers are warned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishAlert {
    /// Its number: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub alert: String,
    /// What consumers should know and do; the Chinese text is needed. Names no natural person.
    pub text: Text,
    /// Its title; the Chinese one is needed.
    pub title: Text,
}

/// An alert is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAlert {
    /// Its number.
    pub alert: String,
    /// Code of the ground, from the rule in force.
    pub code: String,
}

/// An alert's term is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpireAlert {
    /// Its number.
    pub alert: String,
}
