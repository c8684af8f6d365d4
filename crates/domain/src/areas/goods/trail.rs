//! Goods: the trace of a batch (追溯), forward to whoever has it and backward to where it came from.

use std::collections::{BTreeMap, BTreeSet};

use super::Batch;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::subject::Subject;

/// Which way a batch is traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To whoever got it (去向).
    Forward,
    /// To whoever it came from (来源).
    Backward,
}

/// An operator through whose hands a batch went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// Steps from where the trace began.
    pub steps: u32,
    /// Units that came in, as far as is known.
    pub units_in: u64,
    /// Units that went out.
    pub units_out: u64,
    /// Sites and shops on which it offers or offered the batch, with those where it still does.
    pub sites: BTreeMap<String, bool>,
    /// Shops on record among them.
    pub shops: BTreeSet<Subject>,
}

impl Batch {
    /// Everybody reached from an operator in a direction, itself among them, by code; on a legal
    /// date only what had been passed on by then. Breadth first, so that the steps are the fewest.
    #[must_use]
    pub fn trail(
        &self,
        start: CreditCode,
        direction: Direction,
        on: Option<Day>,
    ) -> BTreeMap<CreditCode, Holder> {
        let mut found = BTreeMap::new();
        let mut ring = BTreeSet::from([start]);
        let mut steps = 0;
        while !ring.is_empty() {
            for code in &ring {
                found.insert(*code, self.holder(*code, steps, on));
            }
            let next = self.passed_by(on).filter_map(|line| {
                let (near, far) = match direction {
                    Direction::Forward => (line.from, line.to),
                    Direction::Backward => (line.to, line.from),
                };
                ring.contains(&near).then_some(far)
            });
            ring = next.filter(|code| !found.contains_key(code)).collect();
            steps += 1;
        }
        found
    }

    /// Everybody through whose hands the batch is known to have gone, with the steps from where it
    /// came into the register: its maker, or those who passed it on and got it from nobody known.
    #[must_use]
    pub fn holders(&self, on: Option<Day>) -> BTreeMap<CreditCode, Holder> {
        let got: BTreeSet<CreditCode> = self.passed_by(on).map(|line| line.to).collect();
        let gave = self.passed_by(on).map(|line| line.from);
        let mut roots: BTreeSet<CreditCode> = gave.filter(|code| !got.contains(code)).collect();
        roots.extend(self.producer);
        let sold = self
            .offers
            .iter()
            .filter(|o| on.is_none_or(|day| o.from <= day));
        roots.extend(sold.map(|o| o.operator).filter(|code| !got.contains(code)));
        // Goods that went round in a ring have no beginning: theirs is whoever passed them on.
        let givers: BTreeSet<CreditCode> = self.passed_by(on).map(|line| line.from).collect();
        let mut all: BTreeMap<CreditCode, Holder> = BTreeMap::new();
        let first = roots.clone();
        for root in roots.into_iter().chain(givers) {
            if !first.contains(&root) && all.contains_key(&root) {
                continue;
            }
            for (code, holder) in self.trail(root, Direction::Forward, on) {
                let nearest = all.entry(code).or_insert_with(|| holder.clone());
                nearest.steps = nearest.steps.min(holder.steps);
            }
        }
        all
    }

    fn passed_by(&self, on: Option<Day>) -> impl Iterator<Item = &super::SupplyLine> {
        let known = move |line: &&super::SupplyLine| on.is_none_or(|day| line.on <= day);
        self.supplies.iter().filter(known)
    }

    fn holder(&self, code: CreditCode, steps: u32, on: Option<Day>) -> Holder {
        let mut holder = Holder {
            steps,
            ..Holder::default()
        };
        for line in self.passed_by(on) {
            if line.to == code {
                holder.units_in = holder.units_in.saturating_add(line.units);
            }
            if line.from == code {
                holder.units_out = holder.units_out.saturating_add(line.units);
            }
        }
        for offer in self.offers.iter().filter(|o| o.operator == code) {
            if on.is_some_and(|day| day < offer.from) {
                continue;
            }
            let ended = offer
                .until
                .is_some_and(|until| on.is_none_or(|day| until <= day));
            let stands = holder.sites.entry(offer.site.clone()).or_default();
            *stands |= !ended;
            holder.shops.extend(offer.shop.clone());
        }
        holder
    }
}
