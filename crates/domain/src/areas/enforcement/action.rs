//! Enforcement: what can be asked and what can have happened, up to the decision. What follows a
//! decision stands in `sequel.rs`.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::penalty::Penalty;
use super::sequel::{
    Appeal, ChangeDecision, Close, CorrectDecision, Decide, DeferPayment, EndAppeal, EndEarly,
    Forward, ImportDecision, Pay, PunishOnSpot, RevokeDecision, ServeDecision, Transfer,
};
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::{Evidence, Sealed};

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a case.
    pub enum EnforcementEvent {
        /// A lead is received (线索); its verification begins.
        LeadReceived(ReceiveLead): "enforcement.receive_lead" => "enforcement.lead_received.v1",
        /// The term of verification is extended by the head.
        VerificationExtended(OfCase): "enforcement.extend_verification" => "enforcement.verification_extended.v1",
        /// No case is opened (不予立案), on a coded ground.
        NotOpened(Decline): "enforcement.decline" => "enforcement.not_opened.v1",
        /// A case is opened (立案).
        Opened(Open): "enforcement.open" => "enforcement.opened.v1",
        /// Evidence is added (证据).
        EvidenceAdded(AddEvidence): "enforcement.add_evidence" => "enforcement.evidence_added.v1",
        /// Evidence is preserved, or property sealed up or seized.
        MeasureTaken(TakeMeasure): "enforcement.take_measure" => "enforcement.measure_taken.v1",
        /// A measure is extended.
        MeasureExtended(MeasureId): "enforcement.extend_measure" => "enforcement.measure_extended.v1",
        /// A measure is lifted (解除).
        MeasureLifted(LiftMeasure): "enforcement.lift_measure" => "enforcement.measure_lifted.v1",
        /// A measure's term is over; the clock's action.
        MeasureLapsed(MeasureId): "enforcement.lapse_measure" => "enforcement.measure_lapsed.v1",
        /// Days that a term leaves out.
        TimeExcluded(ExcludeTime): "enforcement.exclude_time" => "enforcement.time_excluded.v1",
        /// The term for the decision is extended.
        TermExtended(ExtendTerm): "enforcement.extend_term" => "enforcement.term_extended.v1",
        /// Legal review (法制审核).
        Reviewed(Review): "enforcement.review" => "enforcement.reviewed.v1",
        /// Notice of the intended penalty is served (告知).
        NoticeServed(ServeNotice): "enforcement.serve_notice" => "enforcement.notice_served.v1",
        /// The party makes its statement (陈述申辩).
        StatementMade(Statement): "enforcement.make_statement" => "enforcement.statement_made.v1",
        /// The party waives rights (放弃).
        RightsWaived(WaiveRights): "enforcement.waive_rights" => "enforcement.rights_waived.v1",
        /// Rights lapse unused (视为放弃); the clock's action.
        RightsLapsed(OfCase): "enforcement.lapse_rights" => "enforcement.rights_lapsed.v1",
        /// The party asks for a hearing (听证).
        HearingRequested(OfCase): "enforcement.request_hearing" => "enforcement.hearing_requested.v1",
        /// Notice of the hearing's time and chair is served.
        HearingCalled(CallHearing): "enforcement.call_hearing" => "enforcement.hearing_called.v1",
        /// The hearing is held.
        HearingHeld(HoldHearing): "enforcement.hold_hearing" => "enforcement.hearing_held.v1",
        /// A penalty is decided under the ordinary procedure (行政处罚决定).
        Decided(Decide): "enforcement.decide" => "enforcement.decided.v1",
        /// A penalty is decided and handed over on the spot (当场处罚).
        PunishedOnSpot(PunishOnSpot): "enforcement.punish_on_spot" => "enforcement.punished_on_spot.v1",
        /// The decision is served (送达).
        DecisionServed(ServeDecision): "enforcement.serve_decision" => "enforcement.decision_served.v1",
        /// Payment is put off or split (暂缓、分期缴纳).
        PaymentDeferred(DeferPayment): "enforcement.defer_payment" => "enforcement.payment_deferred.v1",
        /// A payment is recorded.
        PaymentRecorded(Pay): "enforcement.record_payment" => "enforcement.payment_recorded.v1",
        /// The fine is overdue (逾期); the clock's action.
        PaymentOverdue(OfCase): "enforcement.find_overdue" => "enforcement.payment_overdue.v1",
        /// Reconsideration or litigation begins (复议、诉讼).
        AppealRecorded(Appeal): "enforcement.record_appeal" => "enforcement.appeal_recorded.v1",
        /// Reconsideration or litigation ends.
        AppealEnded(EndAppeal): "enforcement.end_appeal" => "enforcement.appeal_ended.v1",
        /// The decision is revoked (撤销).
        DecisionRevoked(RevokeDecision): "enforcement.revoke_decision" => "enforcement.decision_revoked.v1",
        /// The decision is changed (变更).
        DecisionChanged(ChangeDecision): "enforcement.change_decision" => "enforcement.decision_changed.v1",
        /// A slip of the pen in the decision is corrected (补正), as of its own legal date.
        DecisionCorrected(CorrectDecision): "enforcement.correct_decision" => "enforcement.decision_corrected.v1",
        /// The decision is sent to the credit portal (双公示).
        SentToPortal(OfCase): "enforcement.send_to_portal" => "enforcement.sent_to_portal.v1",
        /// The decision is forwarded to the province of the party for publication.
        Forwarded(Forward): "enforcement.forward" => "enforcement.forwarded.v1",
        /// The penalty is published (公示).
        Published(OfCase): "enforcement.publish" => "enforcement.published.v1",
        /// Publication ends early on application (提前停止公示).
        PublicationEndedEarly(EndEarly): "enforcement.end_publication_early" => "enforcement.publication_ended_early.v1",
        /// The term of publication is over; the clock's action.
        PublicationEnded(OfCase): "enforcement.end_publication" => "enforcement.publication_ended.v1",
        /// Publication begins anew, as the repair that ended it was revoked.
        PublicationResumed(OfCase): _ => "enforcement.publication_resumed.v1",
        /// The case goes to another authority (移送).
        TransferredOut(Transfer): "enforcement.transfer" => "enforcement.transferred_out.v1",
        /// The other authority returns the case.
        TakenBack(OfCase): "enforcement.take_back" => "enforcement.taken_back.v1",
        /// The case is closed (结案).
        Closed(Close): "enforcement.close" => "enforcement.closed.v1",
        /// A decision came in with a file; a historic fact with its own legal date.
        DecisionImported(ImportDecision): "enforcement.import_decision" => "enforcement.decision_imported.v1",
    }
}

/// Each event's payload names its case.
macro_rules! case_of {
    ($event:expr, $($variant:ident)+) => {
        match $event { $( EnforcementEvent::$variant(p) => &p.case, )+ }
    };
}

impl EnforcementEvent {
    /// The number of the case that it is about.
    #[must_use]
    pub fn case(&self) -> &str {
        case_of!(self,
            LeadReceived VerificationExtended NotOpened Opened EvidenceAdded MeasureTaken
            MeasureExtended MeasureLifted MeasureLapsed TimeExcluded TermExtended Reviewed
            NoticeServed StatementMade RightsWaived RightsLapsed HearingRequested HearingCalled
            HearingHeld Decided PunishedOnSpot DecisionServed PaymentDeferred PaymentRecorded
            PaymentOverdue AppealRecorded AppealEnded DecisionRevoked DecisionChanged
            DecisionCorrected SentToPortal Forwarded Published PublicationEndedEarly
            PublicationEnded PublicationResumed TransferredOut TakenBack Closed DecisionImported)
    }
}

/// An action that says nothing but which case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfCase {
    /// The case's number: `A-Z a-z 0-9 . _ -`.
    pub case: String,
}

/// Where a lead comes from (案件来源).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadSource {
    /// Found on inspection (监督检查).
    Inspection,
    /// From a complaint (投诉).
    Complaint,
    /// From a report (举报).
    Report,
    /// Sent by another authority (移送).
    Transfer,
    /// Assigned by the upper level (交办).
    Assigned,
}

/// A lead is received; the legal date is the day of receipt, on which the breach counts as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveLead {
    /// The number under which the case will go: `A-Z a-z 0-9 . _ -`.
    pub case: String,
    /// The authority that sent it, for a transfer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_authority: String,
    /// The operator, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// Where it comes from.
    pub source: LeadSource,
}

/// No case is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// The case's number.
    pub case: String,
    /// Code of the ground, from the rule in force.
    pub code: String,
}

/// A case is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Day on which the breach ended, or happened where it did not last (违法行为终了之日).
    pub breach_ended: Day,
    /// The case's number.
    pub case: String,
    /// The breach, in the authority's own list (`false_advertising`, `fake_transactions`, …).
    pub cause: String,
    /// Whether it touches life, health or financial safety with harm done (longer prescription).
    #[serde(default)]
    pub harms_safety: bool,
    /// Numbers of the officers who handle it (工号).
    pub officers: BTreeSet<String>,
    /// The operator, where the lead did not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
    /// The party's name, where it is a natural person without registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Sealed>,
    /// Whether it concerns food, drugs or special equipment (longer minimum of publication).
    #[serde(default)]
    pub sensitive: bool,
}

/// Evidence is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEvidence {
    /// The case's number.
    pub case: String,
    /// The file.
    pub evidence: Evidence,
    /// Code of its kind, from the rule in force (书证, 物证, …).
    pub kind: String,
}

/// What kind of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Evidence registered and preserved in advance (先行登记保存).
    Preservation,
    /// Sealed up on site (查封).
    SealUp,
    /// Seized (扣押).
    Seizure,
}

/// A measure is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeMeasure {
    /// Number of the officer with the head's capacity who approved it.
    pub approved_by: String,
    /// The case's number.
    pub case: String,
    /// What kind.
    pub kind: MeasureKind,
    /// The measure's id within the case.
    pub measure: String,
    /// What it concerns.
    pub what: String,
}

/// Which measure of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureId {
    /// The case's number.
    pub case: String,
    /// The measure's id within the case.
    pub measure: String,
}

/// A measure is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftMeasure {
    /// The case's number.
    pub case: String,
    /// Code of what became of the things, from the rule in force.
    pub code: String,
    /// The measure's id within the case.
    pub measure: String,
}

/// Days that a term does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludeTime {
    /// The case's number.
    pub case: String,
    /// Code of the reason, from the rule in force.
    pub code: String,
    /// First day left out.
    pub from: Day,
    /// The measure whose term leaves them out; absent for the term of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Last day left out.
    pub to: Day,
}

/// Who extends the term, and by how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
pub enum TermExtension {
    /// The head, by what the rule says.
    Head,
    /// The heads together, by so many days (集体讨论决定).
    Collective {
        /// Days added.
        days: u32,
    },
}

/// The term for the decision is extended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendTerm {
    /// The case's number.
    pub case: String,
    /// How.
    pub extension: TermExtension,
}

/// What legal review says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOpinion {
    /// Facts, evidence, law and procedure hold.
    Agree,
    /// Something must be mended first.
    Amend,
}

/// Legal review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The case's number.
    pub case: String,
    /// What it says.
    pub opinion: ReviewOpinion,
}

/// Notice of the intended penalty is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeNotice {
    /// The law that the penalty rests on.
    pub basis: String,
    /// The case's number.
    pub case: String,
    /// What is intended.
    pub penalties: Vec<Penalty>,
    /// How it was served.
    pub served: Served,
}

/// How a document was served (送达方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// Handed over (直接送达).
    Direct,
    /// Left there (留置送达).
    Left,
    /// By post (邮寄送达).
    Post,
    /// By fax or e-mail, as agreed (电子送达).
    Electronic,
    /// By another authority (委托送达).
    Entrusted,
    /// By announcement (公告送达).
    Announcement,
}

/// The party makes its statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Whether it was found to hold (采纳), in whole or in part.
    pub accepted: bool,
    /// The case's number.
    pub case: String,
    /// The written statement or its record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// The party waives rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveRights {
    /// The case's number.
    pub case: String,
    /// The hearing, or the request for it that was made.
    #[serde(default)]
    pub hearing: bool,
    /// The statement.
    #[serde(default)]
    pub statement: bool,
}

/// Notice of the hearing is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallHearing {
    /// The case's number.
    pub case: String,
    /// Number of the officer who presides.
    pub chair: String,
    /// Day of the hearing.
    pub day: Day,
}

/// The hearing is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldHearing {
    /// Whether the party stayed away or left without good reason, which gives the hearing up.
    #[serde(default)]
    pub absent: bool,
    /// The case's number.
    pub case: String,
    /// The record of the hearing (听证笔录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Evidence>,
}
