//! Goods: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Evidence;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to a batch of goods.
    pub enum GoodsEvent {
        /// A batch comes to be known (批次).
        BatchRegistered(RegisterBatch): "goods.register_batch" => "goods.batch_registered.v1",
        /// One operator passed goods of it to another (购销).
        Supplied(Supply): "goods.record_supply" => "goods.supplied.v1",
        /// It is offered on a site or in a shop (上架).
        Offered(Offer): "goods.record_offer" => "goods.offered.v1",
        /// It is offered there no more (下架).
        OfferEnded(EndOffer): "goods.end_offer" => "goods.offer_ended.v1",
        /// A sample was taken or bought (抽样).
        Sampled(TakeSample): "goods.take_sample" => "goods.sampled.v1",
        /// A laboratory's result, of the first test or of the retest (检验、复检).
        Tested(Test): "goods.record_test" => "goods.tested.v1",
        /// The operator was told of the result (告知).
        ResultTold(TellResult): "goods.tell_result" => "goods.result_told.v1",
        /// The operator asks for a retest (申请复检).
        RetestAsked(AskRetest): "goods.ask_retest" => "goods.retest_asked.v1",
        /// A recall is ordered, or an operator's own becomes known (召回).
        RecallOrdered(OrderRecall): "goods.order_recall" => "goods.recall_ordered.v1",
        /// How far a recall has got.
        RecallReported(ReportRecall): "goods.report_recall" => "goods.recall_reported.v1",
        /// A recall is closed with a coded outcome.
        RecallClosed(CloseRecall): "goods.close_recall" => "goods.recall_closed.v1",
    }
}

/// Which rules of recall hold for a batch.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BatchKind {
    /// Food (食品).
    Food,
    /// Consumer goods (消费品).
    #[default]
    ConsumerGoods,
}

/// A batch comes to be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBatch {
    /// The batch's number in the ledger: `A-Z a-z 0-9 . _ -`.
    pub batch: String,
    /// Last day of its shelf life, where it has one (保质期).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// What rules of recall hold for it.
    pub kind: BatchKind,
    /// The lot as the maker marks it (生产批号).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// Day on which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Day>,
    /// The maker, where it is an operator of the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer: Option<CreditCode>,
    /// The maker's name as it stands on the goods, where the register does not know it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub producer_name: String,
    /// What it is.
    pub product: String,
}

/// Goods were passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supply {
    /// The batch's number.
    pub batch: String,
    /// Papers of the sale (进货凭证), kept outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Who passed it on.
    pub from: CreditCode,
    /// Who got it.
    pub to: CreditCode,
    /// How many units.
    pub units: u64,
}

/// A batch is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// The batch's number.
    pub batch: String,
    /// The operator who offers it.
    pub operator: CreditCode,
    /// Address of the site or shop.
    pub site: String,
}

/// A batch is offered no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndOffer {
    /// The batch's number.
    pub batch: String,
    /// The operator who offered it.
    pub operator: CreditCode,
    /// Address of the site or shop.
    pub site: String,
}

/// A sample was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeSample {
    /// The batch's number.
    pub batch: String,
    /// Whether it was bought over the network as a consumer would (网络抽样).
    #[serde(default)]
    pub bought: bool,
    /// Numbers of the officers who took it (工号).
    pub officers: BTreeSet<String>,
    /// The operator from whom it was taken.
    pub operator: CreditCode,
    /// The sample's id within the batch.
    pub sample: String,
    /// Address of the site or shop where it was bought.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// How many units.
    pub units: u64,
}

/// A laboratory's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The batch's number.
    pub batch: String,
    /// The laboratory's report, kept outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What did not meet the standard; empty where all did.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub failed: BTreeSet<String>,
    /// The laboratory (检验机构).
    pub laboratory: String,
    /// The sample's id.
    pub sample: String,
    /// The standard tested against, as `GB 2762-2022`.
    pub standard: String,
}

/// The operator was told of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TellResult {
    /// The batch's number.
    pub batch: String,
    /// The sample's id.
    pub sample: String,
}

/// The operator asks for a retest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRetest {
    /// The batch's number.
    pub batch: String,
    /// The sample's id.
    pub sample: String,
}

/// A recall is ordered or made known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRecall {
    /// The batch's number.
    pub batch: String,
    /// Number of the order (责令召回通知书); empty where the operator recalls by itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Code of the level, from the rule in force for this kind of goods.
    pub level: String,
    /// The operator who recalls.
    pub operator: CreditCode,
    /// Why.
    pub reason: String,
}

/// How far a recall has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportRecall {
    /// The batch's number.
    pub batch: String,
    /// The operator who recalls.
    pub operator: CreditCode,
    /// Units recovered since the last report.
    pub units: u64,
}

/// A recall is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRecall {
    /// The batch's number.
    pub batch: String,
    /// Code of the outcome, from the rule in force.
    pub code: String,
    /// The operator who recalled.
    pub operator: CreditCode,
}

impl GoodsEvent {
    /// The number of the batch that it is about.
    #[must_use]
    pub fn batch(&self) -> &str {
        match self {
            Self::BatchRegistered(p) => &p.batch,
            Self::Supplied(p) => &p.batch,
            Self::Offered(p) => &p.batch,
            Self::OfferEnded(p) => &p.batch,
            Self::Sampled(p) => &p.batch,
            Self::Tested(p) => &p.batch,
            Self::ResultTold(p) => &p.batch,
            Self::RetestAsked(p) => &p.batch,
            Self::RecallOrdered(p) => &p.batch,
            Self::RecallReported(p) => &p.batch,
            Self::RecallClosed(p) => &p.batch,
        }
    }
}
