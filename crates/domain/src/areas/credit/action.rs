//! Credit: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::areas::registration::Source;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Evidence;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to an operator's credit.
    pub enum CreditEvent {
        /// A department rates (信用评价); valid from the legal date.
        RatingGiven(GiveRating): "credit.give_rating" => "credit.rating_given.v1",
        /// A rating came in with another department's file.
        RatingImported(ImportRating): "credit.import_rating" => "credit.rating_imported.v1",
        /// Another department recognises a rating (互认).
        RatingRecognised(RecogniseRating): "credit.recognise_rating" => "credit.rating_recognised.v1",
        /// Another department does not recognise it, with its reason.
        RatingDeclined(DeclineRating): "credit.decline_rating" => "credit.rating_declined.v1",
        /// The score changes by the weight of an event.
        ScoreChanged(ChangeScore): "credit.change_score" => "credit.score_changed.v1",
        /// A change of the score is undone.
        ScoreReversed(ReverseScore): "credit.reverse_score" => "credit.score_reversed.v1",
        /// The month's class (企业信用风险分类); the clock's action.
        ClassAssigned(AssignClass): "credit.assign_class" => "credit.class_assigned.v1",
        /// An officer proposes another class.
        ClassProposed(ProposeClass): "credit.propose_class" => "credit.class_proposed.v1",
        /// The head approves a proposed class.
        ClassChanged(ChangeClass): "credit.change_class" => "credit.class_changed.v1",
        /// An item of the negative list (负面清单) is adopted.
        NegativeItemAdopted(AdoptNegativeItem): "credit.adopt_negative_item" => "credit.negative_item_adopted.v1",
        /// An item is retired.
        NegativeItemRetired(RetireNegativeItem): "credit.retire_negative_item" => "credit.negative_item_retired.v1",
        /// An operator was found to do what an item names.
        NegativeItemMatched(MatchNegativeItem): "credit.match_negative_item" => "credit.negative_item_matched.v1",
        /// An operator made a commitment (信用承诺).
        CommitmentMade(MakeCommitment): "credit.make_commitment" => "credit.commitment_made.v1",
        /// A commitment was found false or broken.
        CommitmentFoundFalse(FindCommitmentFalse): "credit.find_commitment_false" => "credit.commitment_found_false.v1",
    }
}

/// An event of this ledger, named by id and position, so that neither can be mistaken alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventRef {
    /// Its id.
    #[schemars(with = "String")]
    pub id: Uuid,
    /// Its position.
    pub seq: u64,
}

/// A risk class (信用风险类别), from the lowest risk to the highest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Class {
    /// Low risk (信用风险低).
    A,
    /// Ordinary risk (信用风险一般).
    B,
    /// Raised risk (信用风险较高).
    C,
    /// High risk (信用风险高).
    D,
}

impl Class {
    /// Every class, from the lowest risk to the highest.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The class's letter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The class's word in policy packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
        }
    }

    /// The class of a letter.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// A department rates an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveRating {
    /// Level, a word of the method's levels in the pack in force.
    pub level: String,
    /// Method (评价办法), as `tax_credit`.
    pub method: String,
    /// The operator.
    pub operator: CreditCode,
    /// The rating's id, unique for the operator; at most 64 characters of `A-Z a-z 0-9 . _ -`.
    pub rating: String,
    /// The last day on which it is valid; open where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// A rating from another department's file; the legal date is the first day on which it is valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRating {
    /// Level, a word of the method's levels.
    pub level: String,
    /// Method.
    pub method: String,
    /// The operator.
    pub operator: CreditCode,
    /// The rating's id, unique for the operator.
    pub rating: String,
    /// The file, and in `authority` the rating body as the file names it.
    pub source: Source,
    /// The last day on which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// Another department recognises a rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecogniseRating {
    /// The operator.
    pub operator: CreditCode,
    /// The rating.
    pub rating: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// Another department does not recognise a rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRating {
    /// The operator.
    pub operator: CreditCode,
    /// The rating.
    pub rating: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// The score changes. The asker names the cause alone; ground and points follow from the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeScore {
    /// The event behind it, about this operator.
    pub cause: EventRef,
    /// The operator.
    pub operator: CreditCode,
}

/// A change of the score is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseScore {
    /// The change that is undone.
    pub change: EventRef,
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// The operator.
    pub operator: CreditCode,
    /// Why, in a sentence.
    pub reason: String,
}

/// The class of a month, computed from the standing on the month's first day, which is the legal
/// date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignClass {
    /// The operator.
    pub operator: CreditCode,
}

/// A credit officer proposes another class than the computed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeClass {
    /// The class.
    pub class: Class,
    /// The operator.
    pub operator: CreditCode,
    /// Why, in a sentence.
    pub reason: String,
}

/// The head approves a proposal; another officer than the one who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeClass {
    /// The operator.
    pub operator: CreditCode,
    /// The proposal.
    pub proposal: EventRef,
}

/// An item of the negative list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptNegativeItem {
    /// What forbids it: instrument and article.
    pub basis: String,
    /// The item's code; at most 64 characters of `A-Z a-z 0-9 . _ -`.
    pub item: String,
    /// What must not be done.
    pub title: String,
}

/// An item of the negative list is retired from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireNegativeItem {
    /// The item.
    pub item: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// An operator was found to do what an item names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchNegativeItem {
    /// Files of evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What was found, in a sentence; names no person.
    pub finding: String,
    /// The item.
    pub item: String,
    /// The operator.
    pub operator: CreditCode,
    /// The finding's id, unique for the operator.
    pub record: String,
}

/// An operator makes a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeCommitment {
    /// The commitment's id, unique for the operator.
    pub commitment: String,
    /// Files of evidence: the signed text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The operator.
    pub operator: CreditCode,
    /// Whether the operator has made it in public (公开承诺).
    #[serde(default)]
    pub public: bool,
    /// What for, a code of the rule in force.
    pub purpose: String,
}

/// A commitment is found false or broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindCommitmentFalse {
    /// The commitment.
    pub commitment: String,
    /// Files of evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What was found, in a sentence; names no person.
    pub finding: String,
    /// The operator.
    pub operator: CreditCode,
}
