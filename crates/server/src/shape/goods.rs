//! Shapes: batches of goods (商品批次), their trace, tests and recalls, and an operator's part.

use domain::areas::goods;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// One batch, with everybody through whose hands it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Batch {
    /// Its number.
    pub batch: String,
    /// What it is.
    pub product: String,
    /// `food` or `consumer_goods`.
    pub goods_kind: String,
    /// The lot as the maker marks it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// The maker's credit code, or name where the register does not know it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub producer: String,
    /// Day on which it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<Day>,
    /// Last day of its shelf life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// Day on which it came to be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Day>,
    /// The department that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Who has or had it, nearest to its source first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<BatchHolder>,
    /// Samples.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<BatchSample>,
    /// Recalls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recalls: Vec<BatchRecall>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// An operator through whose hands a batch went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BatchHolder {
    /// The operator.
    pub operator: String,
    /// Steps from where the batch came into the register.
    pub steps: u32,
    /// Units that came in.
    pub units_in: u64,
    /// Units that went out.
    pub units_out: u64,
    /// From whom it got the batch (来源).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub got_from: Vec<String>,
    /// Everybody whom it reached from here (去向).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reached_onward: Vec<String>,
    /// Sites and shops where it is offered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offered_at: Vec<String>,
    /// Shops on record among these and those where it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_shops: Vec<String>,
    /// Sites and shops where it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_down_at: Vec<String>,
}

/// A sample of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BatchSample {
    /// Its id.
    pub sample: String,
    /// From whom it was taken.
    pub operator: String,
    /// Day on which it was taken.
    pub taken: Day,
    /// Whether it was bought over the network.
    pub bought: bool,
    /// Day of the first result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<Day>,
    /// Day of the retest's result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retested: Option<Day>,
    /// `passed` or `failed`, by the result that stands; empty before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub result: String,
    /// What did not meet the standard, by the result that stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
    /// Day on which the operator was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Day>,
    /// The deadline that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
}

/// A recall of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BatchRecall {
    /// The operator who recalls.
    pub operator: String,
    /// Code of its level.
    pub level: String,
    /// Number of the order; absent where the operator recalls by itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Why.
    pub reason: String,
    /// Day on which it was ordered or made known.
    pub ordered: Day,
    /// Units recovered.
    pub units_recovered: u64,
    /// Day on which it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Code of its outcome.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The deadline for completing it or reporting on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
}

/// What an operator keeps of goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OperatorGoods {
    /// Batches that it makes, got, passed on or offers.
    pub batches: Vec<String>,
    /// Samples taken from it.
    pub samples_taken: u64,
    /// Those that failed, by the results that stand.
    pub samples_failed: u64,
    /// The failed ones, `batch/sample`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
    /// Its recalls that run, by batch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recalls_running: Vec<String>,
}

impl Batch {
    /// The shape of a batch.
    #[must_use]
    pub fn of(number: &str, state: &goods::Batch, lens: &Lens<'_>) -> Self {
        let known = state.producer.map(|code| code.to_string());
        let recalls = state.recalls.iter().map(|(operator, recall)| BatchRecall {
            operator: operator.to_string(),
            level: recall.level.clone(),
            document: recall.document.clone(),
            reason: recall.reason.clone(),
            ordered: recall.ordered,
            units_recovered: recall.units,
            ended: recall.closed.as_ref().map(|(day, _)| *day),
            code: match &recall.closed {
                Some((_, code)) => code.clone(),
                None => String::new(),
            },
            clock: recall.clock.as_ref().map(|clock| Clock::of(clock, lens)),
        });
        let samples = state.samples.iter();
        Self {
            batch: number.to_owned(),
            product: state.product.clone(),
            goods_kind: word_of(&state.kind),
            lot: state.lot.clone(),
            producer: known.unwrap_or_else(|| state.producer_name.clone()),
            made: state.made,
            expires: state.expires,
            known_since: state.registered,
            handler: state.handler.map(|code| code.to_string()),
            holders: BatchHolder::all(state, lens.seen().on),
            samples: samples
                .map(|(id, s)| BatchSample::of(id, s, lens))
                .collect(),
            recalls: recalls.collect(),
            late_days: state.late_days,
        }
    }
}

impl BatchHolder {
    fn all(state: &goods::Batch, on: Option<Day>) -> Vec<Self> {
        let mut all: Vec<Self> = state
            .holders(on)
            .into_iter()
            .map(|(code, holder)| {
                let others = |direction, most: u32| {
                    let trail = state.trail(code, direction, on);
                    let others = trail.into_iter();
                    let others = others.filter(|(_, h)| (1..=most).contains(&h.steps));
                    others.map(|(other, _)| other.to_string()).collect()
                };
                let at = |offered: bool| {
                    let sites = holder.sites.iter().filter(|(_, o)| **o == offered);
                    sites.map(|(site, _)| site.clone()).collect()
                };
                Self {
                    operator: code.to_string(),
                    steps: holder.steps,
                    units_in: holder.units_in,
                    units_out: holder.units_out,
                    got_from: others(goods::Direction::Backward, 1),
                    reached_onward: others(goods::Direction::Forward, u32::MAX),
                    offered_at: at(true),
                    in_shops: holder.shops.iter().map(ToString::to_string).collect(),
                    taken_down_at: at(false),
                }
            })
            .collect();
        all.sort_by(|a, b| (a.steps, &a.operator).cmp(&(b.steps, &b.operator)));
        all
    }
}

impl BatchSample {
    fn of(id: &str, state: &goods::Sample, lens: &Lens<'_>) -> Self {
        let failures = state.failures();
        Self {
            sample: id.to_owned(),
            operator: state.operator.to_string(),
            taken: state.taken,
            bought: state.bought,
            tested: state.tested.as_ref().map(|(day, _)| *day),
            retested: state.retested.as_ref().map(|(day, _)| *day),
            result: match failures {
                Some(failed) if failed.is_empty() => "passed".to_owned(),
                Some(_) => "failed".to_owned(),
                None => String::new(),
            },
            failures: failures.into_iter().flatten().cloned().collect(),
            told: state.told,
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
        }
    }
}

impl OperatorGoods {
    /// The shape of an operator's part; `None` where there is none.
    #[must_use]
    pub fn of(state: &goods::Goods) -> Option<Self> {
        if *state == goods::Goods::default() {
            return None;
        }
        let failed = state.samples.iter();
        let failed = failed.filter(|mark| mark.result.is_some_and(|(_, failed)| failed));
        let running = state.recalls.iter().filter(|(_, r)| r.closed.is_none());
        Some(Self {
            batches: state.batches.iter().cloned().collect(),
            samples_taken: state.samples.len() as u64,
            samples_failed: state.failed() as u64,
            failures: failed
                .map(|m| format!("{}/{}", m.batch, m.sample))
                .collect(),
            recalls_running: running.map(|(batch, _)| batch.clone()).collect(),
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("batch", "批次编号", "batch"),
    Label::new("batches", "批次", "batches"),
    Label::new("batches_before", "曾售批次", "batches before"),
    Label::new("bought", "网络抽样", "bought over the network"),
    Label::new("expires", "保质期至", "shelf life ends"),
    Label::new("failures", "不合格项", "failures"),
    Label::new("goods", "商品质量", "goods"),
    Label::new("goods_kind", "商品类别", "kind of goods"),
    Label::new("got_from", "来源", "got from"),
    Label::new("holders", "流转", "holders"),
    Label::new("in_shops", "网店", "shops"),
    Label::new("lot", "生产批号", "lot"),
    Label::new("made", "生产日期", "made"),
    Label::new("offered_at", "在售网店", "offered at"),
    Label::new("ordered", "召回日", "ordered"),
    Label::new("producer", "生产者", "producer"),
    Label::new("reached_onward", "去向", "reached onward"),
    Label::new("recalls", "召回", "recalls"),
    Label::new("recalls_running", "召回中", "recalls that run"),
    Label::new("result", "检验结论", "result"),
    Label::new("retested", "复检日", "retested"),
    Label::new("sample", "样品编号", "sample"),
    Label::new("samples", "样品", "samples"),
    Label::new("samples_failed", "不合格批次", "samples failed"),
    Label::new("samples_taken", "抽样次数", "samples taken"),
    Label::new("taken", "抽样日", "taken"),
    Label::new("taken_down_at", "已下架网店", "taken down at"),
    Label::new("tested", "检验日", "tested"),
    Label::new("units_in", "购进", "units in"),
    Label::new("units_out", "售出", "units out"),
    Label::new("units_recovered", "召回数量", "units recovered"),
    Label::word("goods_kind", "consumer_goods", "消费品"),
    Label::word("goods_kind", "food", "食品"),
    Label::word("result", "failed", "不合格"),
    Label::word("result", "passed", "合格"),
];
