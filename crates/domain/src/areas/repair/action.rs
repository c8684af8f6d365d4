//! Repair: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ident::CreditCode;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to an application for credit repair.
    pub enum RepairEvent {
        /// Applied for; the legal date is the day of application.
        Applied(Apply): "repair.apply" => "repair.applied.v1",
        /// Accepted (受理).
        Accepted(Accept): "repair.accept" => "repair.accepted.v1",
        /// Not accepted, on a coded ground (不予受理).
        Declined(Decline): "repair.decline" => "repair.declined.v1",
        /// What was promised was checked (核实).
        Checked(Check): "repair.check" => "repair.checked.v1",
        /// Granted on one track or both (准予修复).
        Granted(Grant): "repair.grant" => "repair.granted.v1",
        /// Refused on a coded ground (不予修复).
        Refused(Refuse): "repair.refuse" => "repair.refused.v1",
        /// The grant was passed on to other departments (共享).
        PassedOn(PassOn): "repair.pass_on" => "repair.passed_on.v1",
        /// A grant is revoked (撤销修复); display starts anew.
        Revoked(Revoke): "repair.revoke" => "repair.revoked.v1",
    }
}

/// By whose rules a repair is asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// Market supervision (市场监管总局): lists, marks, and penalties on its publicity system.
    Samr,
    /// National Development and Reform Commission (国家发展改革委): records on the credit portal.
    Ndrc,
}

impl Track {
    /// Both tracks.
    pub const ALL: [Self; 2] = [Self::Samr, Self::Ndrc];

    /// The track's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Samr => "samr",
            Self::Ndrc => "ndrc",
        }
    }
}

/// What kind of record is to be repaired.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// An entry of a list, or a mark.
    Listing,
    /// A penalty.
    Penalty,
    /// A finding under the negative list.
    Negative,
    /// A commitment that was found false.
    Commitment,
}

/// What is to be repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id: of the entry, the penalty, the finding or the commitment.
    pub id: String,
    /// What it is.
    pub kind: TargetKind,
}

impl Target {
    /// The target in one word, as causes of a score name it: `listing:A1`.
    #[must_use]
    pub fn about(&self) -> String {
        let kind = match self.kind {
            TargetKind::Listing => "listing",
            TargetKind::Penalty => "penalty",
            TargetKind::Negative => "negative",
            TargetKind::Commitment => "commitment",
        };
        format!("{kind}:{}", self.id)
    }
}

/// A repair is applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// The commitment that comes with it, one of this operator's; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commitment: String,
    /// The operator.
    pub operator: CreditCode,
    /// The application's number: at most 48 characters of `A-Z a-z 0-9 . _ -`.
    pub repair: String,
    /// What is to be repaired.
    pub target: Target,
    /// On which tracks.
    pub tracks: BTreeSet<Track>,
}

/// An application is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The application.
    pub repair: String,
}

/// An application is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// The application.
    pub repair: String,
}

/// What was promised is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Whether the harm is removed (消除不良影响).
    pub harm_removed: bool,
    /// What was found, in a sentence; names no person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether the duties are performed (履行义务).
    pub performed: bool,
    /// The application.
    pub repair: String,
}

/// A repair is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The application.
    pub repair: String,
    /// On which of the tracks applied for.
    pub tracks: BTreeSet<Track>,
}

/// A repair is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// The application.
    pub repair: String,
}

/// A grant is passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassOn {
    /// The application.
    pub repair: String,
    /// To which departments.
    pub to: BTreeSet<CreditCode>,
}

/// A grant is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// Why, in a sentence; names no person.
    pub reason: String,
    /// The application.
    pub repair: String,
}
