//! Exposure: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::policy::Text;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a bulletin of exposure.
    pub enum ExposureEvent {
        /// Drafted, with the entries known so far.
        Drafted(DraftBulletin): "exposure.draft" => "exposure.drafted.v1",
        /// An entry is added to a draft.
        EntryAdded(AddEntry): "exposure.add_entry" => "exposure.entry_added.v1",
        /// An entry is dropped from a draft.
        EntryDropped(DropEntry): "exposure.drop_entry" => "exposure.entry_dropped.v1",
        /// Handed in for legal review (法制审核).
        Submitted(Submit): "exposure.submit" => "exposure.submitted.v1",
        /// Reviewed: passed, or back to the drafter with reasons.
        Reviewed(Review): "exposure.review" => "exposure.reviewed.v1",
        /// Approved by a second officer (负责人审批).
        Approved(Approve): "exposure.approve" => "exposure.approved.v1",
        /// Sent back to the drafter before publication.
        Returned(Return): "exposure.return" => "exposure.returned.v1",
        /// Released for publication; the public events follow from it.
        Released(Release): "exposure.publish" => "exposure.released.v1",
        /// The bulletin's public head.
        Published(Publication): _ => "exposure.published.v1",
        /// An entry's public content, at first or as corrected.
        Shown(Show): _ => "exposure.shown.v1",
        /// A published entry is corrected; what is shown from then on follows.
        Corrected(Correct): "exposure.correct_entry" => "exposure.corrected.v1",
        /// A published entry is withdrawn for a coded reason.
        EntryWithdrawn(WithdrawEntry): "exposure.withdraw_entry" => "exposure.entry_withdrawn.v1",
        /// A published entry's term is over; the clock's action.
        Expired(Expire): "exposure.expire_entry" => "exposure.expired.v1",
        /// The bulletin is withdrawn whole; its entries follow.
        Withdrawn(Withdraw): "exposure.withdraw" => "exposure.withdrawn.v1",
    }
}

/// A bulletin is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBulletin {
    /// The bulletin's number: `A-Z a-z 0-9 . _ -`.
    pub bulletin: String,
    /// Entries; more can be added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// First day of the period that it reports on.
    pub from: Day,
    /// Title; the Chinese one is needed.
    pub title: Text,
    /// Last day of the period.
    pub to: Day,
}

/// One operator's place in a bulletin, as drafted.
///
/// States hold it in binary form too, so no field is ever left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What the breach was; the Chinese text is needed. Names no natural person.
    pub breach: Text,
    /// The entry's id, unique in the bulletin: 1 to 32 of `A-Z a-z 0-9 _ -`.
    pub entry: String,
    /// Parts that are not shown.
    #[serde(default)]
    pub hide: BTreeSet<Part>,
    /// The operator.
    pub operator: CreditCode,
    /// Natural persons concerned, masked as 张某.
    #[serde(default)]
    pub persons: Vec<String>,
    /// Sites and shops of the operator on which the breach was found.
    #[serde(default)]
    pub sites: Vec<Site>,
    /// What was decided about the operator, on which the entry rests.
    pub source: Source,
}

/// A site or shop (网站、网店).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// What it calls itself.
    #[serde(default)]
    pub name: String,
    /// Its address, http or https.
    pub url: String,
}

/// A part of an entry that may be hidden.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The masked persons.
    Persons,
    /// The addresses of sites.
    Sites,
    /// The number of the decision.
    Document,
}

/// The decision that an entry rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its id within the operator's file.
    pub id: String,
    /// What kind of decision.
    pub kind: SourceKind,
}

/// What an entry can rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// An entry on a list (名录、名单), by its id.
    Listing,
    /// A published penalty (行政处罚), by its case's number.
    Penalty,
}

/// An entry is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEntry {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry.
    pub entry: Entry,
}

/// An entry is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropEntry {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry's id.
    pub entry: String,
}

/// The draft goes to review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// The bulletin's number.
    pub bulletin: String,
}

/// The review's outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The bulletin's number.
    pub bulletin: String,
    /// Passed or returned.
    pub outcome: ReviewOutcome,
    /// Why; needed where it is returned.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasons: String,
}

/// What a review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// Fit for approval.
    Passed,
    /// Back to the drafter.
    Returned,
}

/// A second officer approves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The bulletin's number.
    pub bulletin: String,
}

/// Back to the drafter, instead of an approval or before publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// The bulletin's number.
    pub bulletin: String,
    /// Why.
    pub reasons: String,
}

/// The approved bulletin is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The bulletin's number.
    pub bulletin: String,
}

/// A bulletin's public head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The bulletin's number.
    pub bulletin: String,
    /// Ids of its entries; each follows as an event of its own.
    pub entries: Vec<String>,
    /// First day of the period.
    pub from: Day,
    /// Title.
    pub title: Text,
    /// Last day of the period.
    pub to: Day,
}

/// What the public sees of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// What the breach was.
    pub breach: Text,
    /// The bulletin's number.
    pub bulletin: String,
    /// Why it was corrected; empty as first published.
    #[serde(default)]
    pub correction: String,
    /// Who decided what the entry rests on: credit code, or a name from a file.
    pub decided_by: String,
    /// Number of that decision; empty where hidden.
    #[serde(default)]
    pub document: String,
    /// The entry's id.
    pub entry: String,
    /// Parts that exist and are not shown.
    #[serde(default)]
    pub hidden: BTreeSet<Part>,
    /// The operator's registered name.
    pub name: String,
    /// The operator.
    pub operator: CreditCode,
    /// Natural persons, masked.
    #[serde(default)]
    pub persons: Vec<String>,
    /// Sites, their addresses in one spelling.
    #[serde(default)]
    pub sites: Vec<Site>,
    /// What kind of decision it rests on.
    pub source: SourceKind,
    /// Position of the event that made that decision.
    pub source_seq: u64,
}

/// A published entry is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry as it should have been: same id and operator.
    pub entry: Entry,
    /// Why, in a sentence that is published.
    pub reason: String,
}

/// A published entry is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawEntry {
    /// The bulletin's number.
    pub bulletin: String,
    /// Code of the reason, from the rule in force.
    pub code: String,
    /// The entry's id.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// Day on which the reason arose; the term for withdrawing begins there.
    pub since: Day,
}

/// A published entry's term is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expire {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry's id.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
}

/// The bulletin is withdrawn whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The bulletin's number.
    pub bulletin: String,
    /// Code of the reason, from the rule in force.
    pub code: String,
    /// Day on which the reason arose.
    pub since: Day,
}
