//! Shapes: complaints (投诉), one and counted.

use std::collections::BTreeMap;

use domain::areas::complaint;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Complaint {
    /// Its number.
    pub complaint: String,
    /// The operator complained of (被投诉人).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What went wrong, in a word of the authority's list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// What was bought, in a word of the authority's list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// What is claimed, in fen.
    pub claim_fen: u64,
    /// What the operator pays back, in fen.
    pub refund_fen: u64,
    /// The report that the same material made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Leads that came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// The department that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Whether that department is the competent one; absent where no rule asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub competent: Option<bool>,
    /// The unit within it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub assigned_to: String,
    /// The officer's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// Where it stands: `received`, `mediation`, `refused`, `merged`, `settled`, `agreed`,
    /// `terminated`, `arbitration`, `awarded`, `withdrawn`.
    pub stage: String,
    /// Day of receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Code of the ground of refusal or termination.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The complaint by which the same facts are handled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goes_on_in: Option<String>,
    /// Complaints merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_here: Vec<String>,
    /// Day of the offer to settle that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negotiating: Option<Day>,
    /// Day on which mediation was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mediation_opened: Option<Day>,
    /// Sessions held.
    pub sessions: u32,
    /// Day by which the agreement is to be performed, as agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perform_by: Option<Day>,
    /// Whether agreement or settlement was kept; absent while unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
    /// What became of it before arbitrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arbitration: Option<Arbitration>,
    /// The deadline for deciding or mediating that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// The deadline for telling the parties, until all are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tell: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// A dispute before arbitrators (仲裁).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Arbitration {
    /// The commission.
    pub commission: String,
    /// Day of the referral.
    pub referred: Day,
    /// Day of the award.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded: Option<Day>,
    /// `for_consumer`, `for_operator`, `no_award`; absent before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub award: String,
}

/// Complaints about one operator, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// Received.
    pub received: u64,
    /// Accepted.
    pub accepted: u64,
    /// Refused.
    pub refused: u64,
    /// Settled by agreement.
    pub agreed: u64,
    /// Terminated without agreement.
    pub terminated: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// Merged into another.
    pub merged: u64,
    /// Settled between the parties.
    pub settled: u64,
    /// Of those that ended so or by termination, the part settled or agreed, in basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_bp: Option<u64>,
    /// Agreements and settlements that were performed.
    pub agreements_kept: u64,
    /// Agreements and settlements that were not.
    pub agreements_broken: u64,
    /// Referred to arbitration.
    pub arbitrated: u64,
    /// Awards for the consumer.
    pub lost: u64,
    /// Claimed, in fen.
    pub claim_fen: u64,
    /// Paid back, in fen.
    pub refund_fen: u64,
    /// By what went wrong.
    pub by_cause: Vec<Counts>,
    /// By what was bought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_product: Vec<Counts>,
}

/// Complaints of one cause or product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// The cause or product.
    pub counted: String,
    /// Received.
    pub received: u64,
    /// Claimed, in fen.
    pub claim_fen: u64,
}

impl Complaint {
    /// The shape of a complaint.
    #[must_use]
    pub fn of(number: &str, state: &complaint::Complaint, lens: &Lens<'_>) -> Self {
        Self {
            complaint: number.to_owned(),
            operator: state.operator.map(|code| code.to_string()),
            cause: state.cause.clone(),
            product: state.product.clone(),
            claim_fen: state.claim_fen,
            refund_fen: state.refund_fen,
            report: state.report.clone(),
            leads: state.leads.clone(),
            handler: state.handler.map(|code| code.to_string()),
            competent: state.competent,
            assigned_to: state.unit.clone(),
            officer: state.officer.clone(),
            stage: state.stage.name().to_owned(),
            received: state.received,
            since: state.since,
            code: state.code.clone(),
            goes_on_in: state.handled_by.clone(),
            merged_here: state.merged.clone(),
            negotiating: state.negotiating,
            mediation_opened: state.mediation_opened,
            sessions: state.sessions,
            perform_by: state.perform_by,
            kept: state.performed,
            arbitration: state.arbitration.as_ref().map(Arbitration::of),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            tell: state.tell.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl Arbitration {
    fn of(state: &complaint::Arbitration) -> Self {
        Self {
            commission: state.commission.clone(),
            referred: state.referred,
            awarded: state.award.map(|(day, _)| day),
            award: state
                .award
                .map_or_else(String::new, |(_, award)| word_of(&award)),
        }
    }
}

impl Counts {
    fn all(by: &BTreeMap<String, complaint::Counts>) -> Vec<Self> {
        let counted = by.iter().map(|(word, counts)| Self {
            counted: word.clone(),
            received: counts.received,
            claim_fen: counts.claim_fen,
        });
        counted.collect()
    }
}

impl Tally {
    /// The shape of a count; `None` where nothing was counted.
    #[must_use]
    pub fn of(state: &complaint::Tally) -> Option<Self> {
        (*state != complaint::Tally::default()).then_some(Self {
            received: state.received,
            accepted: state.accepted,
            refused: state.refused,
            agreed: state.agreed,
            terminated: state.terminated,
            withdrawn: state.withdrawn,
            merged: state.merged,
            settled: state.settled,
            settled_bp: state.settled_bp(),
            agreements_kept: state.performed,
            agreements_broken: state.unperformed,
            arbitrated: state.arbitrated,
            lost: state.lost,
            claim_fen: state.claim_fen,
            refund_fen: state.refund_fen,
            by_cause: Counts::all(&state.by_cause),
            by_product: Counts::all(&state.by_product),
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("accepted", "受理", "accepted"),
    Label::new("agreed", "达成协议", "agreed"),
    Label::new("clock", "期限", "deadline"),
    Label::new("complaint", "投诉编号", "complaint"),
    Label::new("late_days", "逾期天数", "days late"),
    Label::new("received", "收到", "received"),
    Label::new("refused", "不予受理", "refused"),
    Label::new("since", "自", "since"),
    Label::new("stage", "阶段", "stage"),
    Label::new("terminated", "终止调解", "terminated"),
    Label::new("withdrawn", "撤回", "withdrawn"),
    Label::new("arbitrated", "提交仲裁", "arbitrated"),
    Label::new("arbitration", "仲裁", "arbitration"),
    Label::new("award", "裁决结果", "award"),
    Label::new("awarded", "裁决日", "awarded"),
    Label::new("by_cause", "按原因", "by cause"),
    Label::new("by_product", "按商品", "by product"),
    Label::new("claim_fen", "请求金额", "claimed"),
    Label::new("commission", "仲裁委员会", "commission"),
    Label::new("competent", "有管辖权", "competent"),
    Label::new("counted", "项目", "counted"),
    Label::new("goes_on_in", "并入或已由", "goes on in"),
    Label::new("kept", "协议履行", "agreement kept"),
    Label::new("lost", "裁决支持投诉人", "awards for consumers"),
    Label::new("mediation_opened", "开始调解", "mediation opened"),
    Label::new("merged", "合并", "merged"),
    Label::new("merged_here", "并入的投诉", "merged here"),
    Label::new("negotiating", "协商中", "negotiating since"),
    Label::new("perform_by", "履行期限", "to perform by"),
    Label::new("agreements_kept", "已履行", "agreements kept"),
    Label::new("product", "商品", "product"),
    Label::new("referred", "提交日", "referred"),
    Label::new("refund_fen", "退赔金额", "paid back"),
    Label::new("sessions", "调解次数", "sessions"),
    Label::new("settled", "和解", "settled"),
    Label::new("settled_bp", "调解成功率", "part settled"),
    Label::new("tell", "告知期限", "to tell by"),
    Label::new("assigned_to", "承办单位", "assigned to"),
    Label::new("agreements_broken", "未履行", "agreements broken"),
    Label::word("award", "for_consumer", "支持投诉人"),
    Label::word("award", "for_operator", "未支持投诉人"),
    Label::word("award", "no_award", "未作裁决"),
    Label::word("stage", "received", "已收到"),
    Label::word("stage", "merged", "已合并"),
    Label::word("stage", "settled", "已和解"),
    Label::word("stage", "arbitration", "仲裁中"),
    Label::word("stage", "awarded", "已裁决"),
    Label::word("stage", "mediation", "调解中"),
    Label::word("stage", "refused", "不予受理"),
    Label::word("stage", "agreed", "达成协议"),
    Label::word("stage", "terminated", "终止调解"),
    Label::word("stage", "withdrawn", "已撤回"),
];
