//! Complaint: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Sealed;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a complaint.
    pub enum ComplaintEvent {
        /// Received; the legal date is the day of receipt.
        Filed(File): "complaint.file" => "complaint.filed.v1",
        /// Given to a unit and officer, or handed over to another department.
        Assigned(Assign): "complaint.assign" => "complaint.assigned.v1",
        /// Accepted (受理).
        Accepted(Accept): "complaint.accept" => "complaint.accepted.v1",
        /// Refused on a coded ground (不予受理).
        Refused(Refuse): "complaint.refuse" => "complaint.refused.v1",
        /// Merged into another about the same facts (合并处理).
        Merged(Merge): "complaint.merge" => "complaint.merged.v1",
        /// Parties were told of a decision or termination (告知).
        Told(Tell): "complaint.tell" => "complaint.told.v1",
        /// The parties try to settle between themselves (协商).
        NegotiationOffered(OfferNegotiation): "complaint.offer_negotiation" => "complaint.negotiation_offered.v1",
        /// They settled (和解).
        Settled(Settle): "complaint.settle" => "complaint.settled.v1",
        /// They did not.
        NegotiationFailed(FailNegotiation): "complaint.fail_negotiation" => "complaint.negotiation_failed.v1",
        /// Mediation begins (调解).
        MediationOpened(OpenMediation): "complaint.open_mediation" => "complaint.mediation_opened.v1",
        /// A session was held.
        MediationHeld(HoldMediation): "complaint.hold_mediation" => "complaint.mediation_held.v1",
        /// Days of appraisal or testing, which the term of mediation leaves out.
        TimeExcluded(ExcludeTime): "complaint.exclude_time" => "complaint.time_excluded.v1",
        /// Mediation led to an agreement (达成调解协议).
        Agreed(Agree): "complaint.agree" => "complaint.agreed.v1",
        /// What was agreed or settled was performed, or was not.
        Performed(Perform): "complaint.record_performance" => "complaint.performed.v1",
        /// Mediation terminated on a coded ground (终止调解).
        Terminated(Terminate): "complaint.terminate" => "complaint.terminated.v1",
        /// Referred to arbitration (仲裁).
        ArbitrationReferred(ReferToArbitration): "complaint.refer_to_arbitration" => "complaint.arbitration_referred.v1",
        /// The arbitrators' award.
        Awarded(Award): "complaint.award" => "complaint.awarded.v1",
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
    /// Day on which the consumer learned of the harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm_known: Option<Day>,
    /// The operator complained of.
    pub operator: CreditCode,
    /// The consumer's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The platform on which the operator trades, where it does (平台内经营者).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<OnPlatform>,
    /// What was bought, in a word of the authority's own list (`food`, `clothing`, …).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product: String,
}

/// Where an operator trades inside a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnPlatform {
    /// Division (GB/T 2260) of the platform's domicile.
    pub division: String,
    /// The platform's name.
    pub name: String,
    /// Division of the address that the platform shows for the operator; empty where none is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shown_division: String,
}

/// A complaint is given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The complaint's number.
    pub complaint: String,
    /// The department that handles it from now on; absent where it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<CreditCode>,
    /// The officer's number within the department (工号), never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The unit within it (市场监管所, 科室).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// A complaint is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The complaint's number.
    pub complaint: String,
}

/// A way that stays open to the consumer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OtherWay {
    /// The authority that is competent (向有权机关投诉).
    OtherAuthority,
    /// The consumer association (消费者协会).
    ConsumerAssociation,
    /// Negotiation with the operator (协商).
    Negotiation,
    /// Arbitration (仲裁).
    Arbitration,
    /// The court (诉讼).
    Court,
}

/// A complaint is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Code of the ground, from the rule in force on the day of receipt.
    pub code: String,
    /// The complaint's number.
    pub complaint: String,
    /// The complaint by which the same consumer's same facts are handled already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// What else the consumer can do.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub other_ways: BTreeSet<OtherWay>,
    /// Why, in a sentence without a person's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A complaint goes up in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The complaint's number.
    pub complaint: String,
    /// The complaint that goes on.
    pub into: String,
}

/// A party of a complaint.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The consumer (投诉人).
    Consumer,
    /// The operator (被投诉人).
    Operator,
}

/// Parties are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tell {
    /// The complaint's number.
    pub complaint: String,
    /// Who was told.
    pub parties: BTreeSet<Party>,
}

/// The parties try to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferNegotiation {
    /// The complaint's number.
    pub complaint: String,
    /// Who offers.
    pub party: Party,
    /// What is offered, in fen.
    #[serde(default)]
    pub offer_fen: u64,
}

/// The parties settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// The complaint's number.
    pub complaint: String,
    /// What the operator pays back, in fen.
    #[serde(default)]
    pub refund_fen: u64,
}

/// The parties did not settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailNegotiation {
    /// The complaint's number.
    pub complaint: String,
}

/// Mediation begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenMediation {
    /// The complaint's number.
    pub complaint: String,
    /// Over the network, not face to face (网上调解).
    #[serde(default)]
    pub online: bool,
}

/// A session was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldMediation {
    /// The complaint's number.
    pub complaint: String,
    /// Who was there.
    pub present: BTreeSet<Party>,
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
    /// Day by which it is to be performed, as agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perform_by: Option<Day>,
    /// What the operator pays back, in fen.
    #[serde(default)]
    pub refund_fen: u64,
}

/// An agreement or settlement was performed, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Perform {
    /// The complaint's number.
    pub complaint: String,
    /// Whether it was.
    pub performed: bool,
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

/// The dispute goes to arbitrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferToArbitration {
    /// The arbitration commission (仲裁委员会).
    pub commission: String,
    /// The complaint's number.
    pub complaint: String,
}

/// How an award goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwardOutcome {
    /// For the consumer, wholly or in part.
    ForConsumer,
    /// Against the consumer.
    ForOperator,
    /// The arbitrators did not take it, or the parties settled before them.
    NoAward,
}

/// The arbitrators' award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// What the operator has to pay, in fen.
    #[serde(default)]
    pub award_fen: u64,
    /// The complaint's number.
    pub complaint: String,
    /// How it goes.
    pub outcome: AwardOutcome,
}

/// The consumer withdraws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The complaint's number.
    pub complaint: String,
}

impl ComplaintEvent {
    /// The number of the complaint that it is about.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::Filed(p) => &p.complaint,
            Self::Assigned(p) => &p.complaint,
            Self::Accepted(p) => &p.complaint,
            Self::Refused(p) => &p.complaint,
            Self::Merged(p) => &p.complaint,
            Self::Told(p) => &p.complaint,
            Self::NegotiationOffered(p) => &p.complaint,
            Self::Settled(p) => &p.complaint,
            Self::NegotiationFailed(p) => &p.complaint,
            Self::MediationOpened(p) => &p.complaint,
            Self::MediationHeld(p) => &p.complaint,
            Self::TimeExcluded(p) => &p.complaint,
            Self::Agreed(p) => &p.complaint,
            Self::Performed(p) => &p.complaint,
            Self::Terminated(p) => &p.complaint,
            Self::ArbitrationReferred(p) => &p.complaint,
            Self::Awarded(p) => &p.complaint,
            Self::Withdrawn(p) => &p.complaint,
        }
    }
}
