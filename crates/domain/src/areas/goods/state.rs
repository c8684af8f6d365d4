//! Goods: the state of a batch, and what an operator keeps of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{BatchKind, GoodsEvent, RegisterBatch, TakeSample, Test};
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// One batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// What it is.
    pub product: String,
    /// Which rules of recall hold for it.
    pub kind: BatchKind,
    /// The lot as the maker marks it.
    pub lot: String,
    /// The maker, where it is an operator of the register.
    pub producer: Option<CreditCode>,
    /// The maker's name as it stands on the goods.
    pub producer_name: String,
    /// Day on which it was made.
    pub made: Option<Day>,
    /// Last day of its shelf life.
    pub expires: Option<Day>,
    /// Day on which it came to be known.
    pub registered: Option<Day>,
    /// The department that keeps it.
    pub handler: Option<CreditCode>,
    /// Who passed it to whom, in the order in which it became known.
    pub supplies: Vec<SupplyLine>,
    /// Where it is or was offered.
    pub offers: Vec<OfferSpan>,
    /// Samples by id.
    pub samples: BTreeMap<String, Sample>,
    /// Recalls by operator, the last of each.
    pub recalls: BTreeMap<CreditCode, Recall>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Goods passed from one operator to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyLine {
    /// Who passed them on.
    pub from: CreditCode,
    /// Who got them.
    pub to: CreditCode,
    /// When.
    pub on: Day,
    /// How many units.
    pub units: u64,
}

/// Where a batch is or was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferSpan {
    /// The operator.
    pub operator: CreditCode,
    /// Address of the site or shop.
    pub site: String,
    /// The shop, where one is on record at that address.
    pub shop: Option<Subject>,
    /// First day.
    pub from: Day,
    /// First day no longer.
    pub until: Option<Day>,
}

/// One sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The operator from whom it was taken.
    pub operator: CreditCode,
    /// Where it was bought.
    pub site: String,
    /// Whether it was bought over the network.
    pub bought: bool,
    /// Day on which it was taken.
    pub taken: Day,
    /// Day and failures of the first test.
    pub tested: Option<(Day, BTreeSet<String>)>,
    /// Day on which the operator was told of it.
    pub told: Option<Day>,
    /// Day on which a retest was asked for.
    pub retest_asked: Option<Day>,
    /// Day and failures of the retest, which stands instead of the first.
    pub retested: Option<(Day, BTreeSet<String>)>,
    /// The deadline that runs, or ran last.
    pub clock: Option<Clock>,
}

/// One recall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// Code of its level.
    pub level: String,
    /// Number of the order; empty where the operator recalls by itself.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Day on which it was ordered or made known.
    pub ordered: Day,
    /// Units recovered.
    pub units: u64,
    /// Day and code with which it was closed.
    pub closed: Option<(Day, String)>,
    /// The deadline for completing it or reporting on it, until it is closed.
    pub clock: Option<Clock>,
}

impl Sample {
    /// The failures that stand: of the retest where there was one.
    #[must_use]
    pub fn failures(&self) -> Option<&BTreeSet<String>> {
        let result = self.retested.as_ref().or(self.tested.as_ref());
        result.map(|(_, failed)| failed)
    }
}

pub(crate) fn evolve(state: &mut Batch, event: &Event, payload: &GoodsEvent) {
    let on = event.on;
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    let clock = event.derived.clocks.first();
    match payload {
        GoodsEvent::BatchRegistered(p) => register(state, event, p),
        GoodsEvent::Supplied(p) => state.supplies.push(SupplyLine {
            from: p.from,
            to: p.to,
            on,
            units: p.units,
        }),
        GoodsEvent::Offered(p) => state.offers.push(OfferSpan {
            operator: p.operator,
            site: p.site.clone(),
            shop: event
                .subjects
                .iter()
                .find(|s| s.kind() == Kind::Shop)
                .cloned(),
            from: on,
            until: None,
        }),
        GoodsEvent::OfferEnded(p) => {
            let open = |o: &&mut OfferSpan| {
                o.until.is_none() && o.operator == p.operator && o.site == p.site
            };
            if let Some(offer) = state.offers.iter_mut().find(open) {
                offer.until = Some(on);
            }
        }
        GoodsEvent::Sampled(p) => {
            let sample = Sample {
                clock: clock.cloned(),
                ..sampled(p, on)
            };
            state.samples.insert(p.sample.clone(), sample);
        }
        GoodsEvent::Tested(p) => {
            if let Some(sample) = state.samples.get_mut(&p.sample) {
                tested(sample, on, p);
                sample.clock = clock.cloned();
            }
        }
        GoodsEvent::ResultTold(p) => {
            if let Some(sample) = state.samples.get_mut(&p.sample) {
                sample.told = Some(on);
                sample.clock = clock.cloned();
            }
        }
        GoodsEvent::RetestAsked(p) => {
            if let Some(sample) = state.samples.get_mut(&p.sample) {
                sample.retest_asked = Some(on);
                sample.clock = clock.cloned();
            }
        }
        GoodsEvent::RecallOrdered(p) => {
            let recall = Recall {
                level: p.level.clone(),
                document: p.document.clone(),
                reason: p.reason.clone(),
                ordered: on,
                units: 0,
                closed: None,
                clock: clock.cloned(),
            };
            state.recalls.insert(p.operator, recall);
        }
        GoodsEvent::RecallReported(p) => {
            if let Some(recall) = state.recalls.get_mut(&p.operator) {
                recall.units = recall.units.saturating_add(p.units);
                recall.clock = clock.cloned().or(recall.clock.take());
            }
        }
        GoodsEvent::RecallClosed(p) => {
            if let Some(recall) = state.recalls.get_mut(&p.operator) {
                recall.closed = Some((on, p.code.clone()));
                recall.clock = None;
            }
        }
    }
}

fn register(state: &mut Batch, event: &Event, p: &RegisterBatch) {
    state.product.clone_from(&p.product);
    state.kind = p.kind;
    state.lot.clone_from(&p.lot);
    state.producer = p.producer;
    state.producer_name.clone_from(&p.producer_name);
    state.made = p.made;
    state.expires = p.expires;
    state.registered = Some(event.on);
    state.handler = Some(event.by.department);
}

fn sampled(p: &TakeSample, on: Day) -> Sample {
    Sample {
        operator: p.operator,
        site: p.site.clone(),
        bought: p.bought,
        taken: on,
        tested: None,
        told: None,
        retest_asked: None,
        retested: None,
        clock: None,
    }
}

fn tested(sample: &mut Sample, on: Day, p: &Test) {
    let result = Some((on, p.failed.clone()));
    if sample.retest_asked.is_some() {
        sample.retested = result;
    } else {
        sample.tested = result;
    }
}

/// What an operator keeps of goods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    /// Batches that it makes, got, passed on or offers.
    pub batches: BTreeSet<String>,
    /// Samples taken from it, in the order of their taking.
    pub samples: Vec<SampleMark>,
    /// Its recalls, by batch.
    pub recalls: BTreeMap<String, RecallMark>,
}

/// A sample taken from an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleMark {
    /// The batch's number.
    pub batch: String,
    /// The sample's id.
    pub sample: String,
    /// Day on which it was taken.
    pub taken: Day,
    /// Day of the result that stands, and whether it failed.
    pub result: Option<(Day, bool)>,
    /// Whether that is the result of a retest.
    pub retested: bool,
    /// Whether a retest was asked for.
    pub retest_asked: bool,
}

/// A recall of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallMark {
    /// Code of its level.
    pub level: String,
    /// Day on which it was ordered or made known.
    pub ordered: Day,
    /// Day on which it was closed.
    pub closed: Option<Day>,
}

impl Goods {
    /// How many of its samples failed, by the results that stand.
    #[must_use]
    pub fn failed(&self) -> usize {
        let failed = |mark: &&SampleMark| mark.result.is_some_and(|(_, failed)| failed);
        self.samples.iter().filter(failed).count()
    }

    /// How many of its recalls are not closed.
    #[must_use]
    pub fn open_recalls(&self) -> usize {
        self.recalls.values().filter(|r| r.closed.is_none()).count()
    }

    fn mark(&mut self, batch: &str, sample: &str) -> Option<&mut SampleMark> {
        let mut all = self.samples.iter_mut();
        all.find(|mark| mark.batch == batch && mark.sample == sample)
    }
}

pub(crate) fn evolve_operator(state: &mut Goods, me: &Subject, event: &Event, p: &GoodsEvent) {
    let (on, batch) = (event.on, p.batch());
    match p {
        GoodsEvent::BatchRegistered(_) | GoodsEvent::Supplied(_) | GoodsEvent::Offered(_) => {
            state.batches.insert(batch.to_owned());
        }
        GoodsEvent::Sampled(p) => state.samples.push(SampleMark {
            batch: batch.to_owned(),
            sample: p.sample.clone(),
            taken: on,
            result: None,
            retested: false,
            retest_asked: false,
        }),
        GoodsEvent::Tested(p) => {
            if let Some(mark) = state.mark(batch, &p.sample) {
                mark.result = Some((on, !p.failed.is_empty()));
                mark.retested = mark.retest_asked;
            }
        }
        GoodsEvent::RetestAsked(p) => {
            if let Some(mark) = state.mark(batch, &p.sample) {
                mark.retest_asked = true;
            }
        }
        // A recall names those further down as well: it is the recalling operator's alone.
        GoodsEvent::RecallOrdered(p) if me.id() == p.operator.as_str() => {
            let mark = RecallMark {
                level: p.level.clone(),
                ordered: on,
                closed: None,
            };
            state.recalls.insert(batch.to_owned(), mark);
        }
        GoodsEvent::RecallClosed(_) => {
            if let Some(mark) = state.recalls.get_mut(batch) {
                mark.closed = Some(on);
            }
        }
        _ => {}
    }
}
