//! Enforcement: what can be asked from the decision on: service, money, appeals, changes,
//! publication, closing, and the import of historic decisions.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::Served;
use super::penalty::{Penalty, PenaltyKind};
use crate::areas::registration::Source;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Sealed;

/// A penalty is decided under the ordinary procedure; the head acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The law that it rests on (处罚依据).
    pub basis: String,
    /// The case's number.
    pub case: String,
    /// Whether the heads discussed it together (集体讨论).
    #[serde(default)]
    pub collective: bool,
    /// Number of the decision (行政处罚决定书文号).
    pub document: String,
    /// The facts, without personal values (违法事实).
    pub facts: String,
    /// The penalties.
    pub penalties: Vec<Penalty>,
}

/// A penalty is decided and handed over on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PunishOnSpot {
    /// The law that it rests on.
    pub basis: String,
    /// Day on which the breach ended, or happened.
    pub breach_ended: Day,
    /// The case's number.
    pub case: String,
    /// The breach, in the authority's own list.
    pub cause: String,
    /// Number of the decision.
    pub document: String,
    /// The facts, without personal values.
    pub facts: String,
    /// Numbers of the officers.
    pub officers: BTreeSet<String>,
    /// The operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// The penalties.
    pub penalties: Vec<Penalty>,
    /// The party's name, where it is a natural person without registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Sealed>,
}

/// The decision is served; the legal date is the day of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeDecision {
    /// The case's number.
    pub case: String,
    /// How.
    pub served: Served,
}

/// Payment is put off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeferPayment {
    /// The case's number.
    pub case: String,
    /// The last day for the whole sum.
    pub until: Day,
}

/// A payment as the receipt divides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// The case's number.
    pub case: String,
    /// Towards the fine, in fen.
    #[serde(default)]
    pub fine_fen: u64,
    /// Towards the confiscated gains, in fen.
    #[serde(default)]
    pub gains_fen: u64,
    /// Towards the late fee, in fen.
    #[serde(default)]
    pub late_fee_fen: u64,
}

/// Before whom a decision is contested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppealForum {
    /// Administrative reconsideration (行政复议).
    Reconsideration,
    /// Administrative litigation (行政诉讼).
    Litigation,
}

/// Reconsideration or litigation begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// The authority or court.
    pub before: String,
    /// The case's number.
    pub case: String,
    /// Which way.
    pub forum: AppealForum,
}

/// How reconsideration or litigation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppealOutcome {
    /// The decision holds (维持、驳回).
    Upheld,
    /// Withdrawn by the party (撤回).
    Withdrawn,
    /// The decision is to be changed (变更).
    Changed,
    /// The decision is revoked (撤销), which follows at once.
    Revoked,
}

/// Reconsideration or litigation ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndAppeal {
    /// The case's number.
    pub case: String,
    /// Number of the ruling.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// How.
    pub outcome: AppealOutcome,
}

/// Why a decision is revoked or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The authority itself found it wrong (自行纠正).
    OwnCorrection,
    /// The upper level ordered it (上级责令).
    UpperLevel,
    /// Reconsideration (行政复议).
    Reconsideration,
    /// A court's judgment (行政诉讼).
    Litigation,
}

/// The decision is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeDecision {
    /// The case's number.
    pub case: String,
    /// Why.
    pub ground: Ground,
    /// Why, in a sentence, without personal values.
    pub reason: String,
}

/// The decision is changed, to penalties that are not heavier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDecision {
    /// The case's number.
    pub case: String,
    /// Number of the new decision.
    pub document: String,
    /// Why.
    pub ground: Ground,
    /// The penalties as they stand now.
    pub penalties: Vec<Penalty>,
    /// Why, in a sentence, without personal values.
    pub reason: String,
}

/// A slip of the pen is corrected; the action's legal date is the decision's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectDecision {
    /// The case's number.
    pub case: String,
    /// The right cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The right number of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// The decision is forwarded to the province of the party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forward {
    /// The case's number.
    pub case: String,
    /// The authority there.
    pub to: String,
}

/// Publication ends early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndEarly {
    /// Day of the application.
    pub applied: Day,
    /// The case's number.
    pub case: String,
    /// Whether harm and bad effects were found removed (消除危害后果和不良影响).
    pub harm_removed: bool,
}

/// The case goes to another authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The case's number.
    pub case: String,
    /// Whether for a suspected crime (涉嫌犯罪).
    #[serde(default)]
    pub crime: bool,
    /// The authority.
    pub to: String,
}

/// How a case ends (结案).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The penalty is executed (处罚决定执行完毕).
    Executed,
    /// No penalty (不予处罚).
    NoPenalty,
    /// The breach is not made out (违法事实不成立).
    Unfounded,
    /// The other authority keeps it (移送).
    Transferred,
    /// The party is dead or dissolved (当事人死亡或者终止).
    PartyGone,
    /// The decision was revoked (决定被撤销).
    DecisionRevoked,
}

/// The case is closed; the head acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The case's number.
    pub case: String,
    /// How.
    pub closing: Closing,
    /// Why, in a sentence, without personal values.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A decision of 行政处罚决定 or 双公示; the action's legal date is that of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportDecision {
    /// The law that it rests on (处罚依据).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// Why it was cancelled (撤销原因), where the file says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cancelled: String,
    /// The number under which the case goes here, made of the record's own id.
    pub case: String,
    /// The breach (违法行为类型).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// What was decided, in the file's words (处罚内容).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// The authority's credit code, where the file gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<CreditCode>,
    /// Number of the decision (行政处罚决定书文号).
    pub document: String,
    /// The facts (违法事实).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub facts: String,
    /// The fine in fen.
    #[serde(default)]
    pub fine_fen: u64,
    /// Confiscated gains and goods in fen.
    #[serde(default)]
    pub gains_fen: u64,
    /// The kinds of penalty (处罚类别).
    pub kinds: BTreeSet<PenaltyKind>,
    /// Licence suspended or revoked, with its number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// The operator.
    pub operator: CreditCode,
    /// Last day of publication (公示截止期).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// The file.
    pub source: Source,
    /// Last day on which the penalty is in force (处罚有效期).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
}
