//! Shapes: an operator (网络经营者), one part an area.

use domain::entity;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{
    Award, CaseLine, ChainLink, Credit, Exposure, Lens, Membership, OperatorGoods, Penalty,
    Registration, RepairLine, ReportTally, RiskLine, ShopLine, Tally, TradeYear,
};

/// Where an operator stands; a part is absent where this reader sees nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Operator {
    /// Unified social credit code (统一社会信用代码).
    pub operator: String,
    /// Registration and addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// Complaints about it, counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaints: Option<Tally>,
    /// Reports about it, counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach_reports: Option<ReportTally>,
    /// What was known, said and done about it: before, during and after its cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<ChainLink>,
    /// Its batches, samples taken from it, its recalls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goods: Option<OperatorGoods>,
    /// Its risks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskLine>,
    /// Entries on the lists, those that ended included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<Membership>,
    /// Ratings, score, class, commitments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    /// Applications for credit repair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<RepairLine>,
    /// Cases against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseLine>,
    /// Its penalties.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub penalties: Vec<Penalty>,
    /// Its entries in bulletins of exposure; those that ended without their content.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exposures: Vec<Exposure>,
    /// Shops that it runs or ran.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shops: Vec<ShopLine>,
    /// Turnover of its shops by year.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<TradeYear>,
    /// Its awards, those that ended included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// Platforms that it runs itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
}

impl Operator {
    /// The shape of an operator.
    #[must_use]
    pub fn of(code: &str, state: &entity::Operator, lens: &Lens<'_>) -> Self {
        Self {
            operator: code.to_owned(),
            registration: Registration::of(&state.registration, lens),
            complaints: Tally::of(&state.complaints),
            breach_reports: ReportTally::of(&state.reports),
            chain: ChainLink::all(state),
            goods: OperatorGoods::of(&state.goods),
            risks: RiskLine::all(&state.risks),
            lists: Membership::all(&state.listing, lens),
            credit: Credit::of(&state.credit, lens),
            repairs: RepairLine::all(&state.repairs),
            cases: CaseLine::all(&state.enforcement),
            penalties: Penalty::all(&state.enforcement, lens),
            exposures: Exposure::all(&state.exposure, lens),
            shops: ShopLine::all(&state.shops, lens),
            awards: Award::all(&state.awards, lens),
            years: TradeYear::all(&state.shops),
            platforms: state.shops.platforms.iter().cloned().collect(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("complaints", "投诉", "complaints"),
    Label::new("lists", "名录", "lists"),
    Label::new("platforms", "经营平台", "platforms"),
    Label::new("operator", "统一社会信用代码", "operator"),
    Label::new("registration", "登记", "registration"),
];
