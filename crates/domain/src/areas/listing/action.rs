//! Listing: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::areas::registration::Source;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::row::List;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to an operator's place on a list.
    pub enum ListingEvent {
        /// A serious listing is announced to the operator, who may state its case.
        Noticed(Notice): "listing.notice" => "listing.noticed.v1",
        /// The operator's statement on it was made, waived or not made in time (陈述、申辩).
        Heard(Hear): "listing.hear" => "listing.heard.v1",
        /// Put on a list.
        Entered(Enter): "listing.enter" => "listing.entered.v1",
        /// The ground of an entry was cured; the term for taking it off begins.
        CureFound(FindCure): "listing.find_cure" => "listing.cure_found.v1",
        /// Taken off for a coded reason.
        Removed(Remove): "listing.remove" => "listing.removed.v1",
        /// An entry stands for so long that a consequence follows.
        Outstayed(Outstay): "listing.outstay" => "listing.outstayed.v1",
        /// The term of a serious listing is over; the clock's action.
        Lapsed(Lapse): "listing.lapse" => "listing.lapsed.v1",
        /// Corrected as of its own legal date: struck out, or under another ground.
        Corrected(Correct): "listing.correct" => "listing.corrected.v1",
        /// An objection to an entry or a mark came in (异议).
        Objected(Object): "listing.object" => "listing.objected.v1",
        /// An objection is taken up (受理).
        ObjectionAccepted(AcceptObjection):
            "listing.accept_objection" => "listing.objection_accepted.v1",
        /// An objection is not taken up (不予受理).
        ObjectionRefused(RefuseObjection):
            "listing.refuse_objection" => "listing.objection_refused.v1",
        /// An objection was checked and is answered (核实).
        ObjectionDecided(DecideObjection):
            "listing.decide_objection" => "listing.objection_decided.v1",
        /// Came in with another authority's file.
        Imported(ImportEntry): "listing.import" => "listing.imported.v1",
        /// A later delivery of that file tells when an imported entry ended.
        EndImported(ImportEnd): "listing.import_end" => "listing.end_imported.v1",
    }
}

/// A serious listing is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The entry to be made; at most 64 characters of `A-Z a-z 0-9 . _ -`.
    pub entry: String,
    /// Code of the ground, from the rule in force.
    pub ground: String,
    /// The operator.
    pub operator: CreditCode,
}

/// What became of the operator's right of statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hear {
    /// How the department weighed what was stated; empty where nothing was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// The entry announced.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// What the operator did.
    pub statement: Statement,
}

/// What an operator does with its right of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// It stated its case.
    Made,
    /// It waived the right.
    Waived,
    /// It let the time go by.
    Silent,
}

/// An operator is put on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// Number of the upper level's consent, for the serious list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub consent: String,
    /// The entry's id, unique for the operator.
    pub entry: String,
    /// Codes of the factors that were weighed, for the serious list (Order 44 Art 12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// Code of the ground.
    pub ground: String,
    /// Day on which the ground was found; the term for listing begins there.
    pub ground_found: Day,
    /// Days on which letters were sent that did not arrive, where the operator can't be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Day>,
    /// Which list.
    pub list: List,
    /// The operator.
    pub operator: CreditCode,
}

/// The ground of an entry was cured; the action's legal date is the day on which that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindCure {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
}

/// An operator is taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    /// Code of the reason, from the rule in force.
    pub code: String,
    /// The entry.
    pub entry: String,
    /// The harm was found removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub harm_removed: bool,
    /// The operator.
    pub operator: CreditCode,
    /// The duties were found performed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub performed: bool,
}

/// An entry stands for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outstay {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// Years for which annual reports were missed and not made up, as found.
    #[serde(default)]
    pub reports_missed_years: u32,
    /// The operator was found not to be reachable.
    #[serde(default)]
    pub unreachable: bool,
}

/// A term is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lapse {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
}

/// An entry is corrected; the action's legal date is the entry's first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// The entry.
    pub entry: String,
    /// The right ground; absent where the entry is struck out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// The operator.
    pub operator: CreditCode,
    /// Why, in a sentence.
    pub reason: String,
}

/// The operator objects; the action's legal date is the day on which it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
}

/// The objection is taken up, to be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptObjection {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
}

/// The objection is not taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseObjection {
    /// Code of the reason, from the rule in force.
    pub code: String,
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// Why, in a sentence, as the operator is told.
    pub reason: String,
}

/// The objection is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideObjection {
    /// The entry.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// What the check led to.
    pub outcome: Outcome,
    /// What was found, in a sentence, as the operator is told.
    pub reason: String,
}

/// What the check of an objection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The entry was right and is upheld (维持).
    Upheld,
    /// The entry was wrong and is struck out (更正).
    Struck,
}

/// A historic entry of another authority's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportEntry {
    /// The entry's id in the file.
    pub entry: String,
    /// Which list.
    pub list: List,
    /// The operator.
    pub operator: CreditCode,
    /// Why, as the file says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Day>,
    /// The file.
    pub source: Source,
}

/// An imported entry ends on the legal date, as a later delivery of the file tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportEnd {
    /// The entry's id in the file.
    pub entry: String,
    /// The operator.
    pub operator: CreditCode,
    /// The file.
    pub source: Source,
}
