//! Shop: a shop's state, its fold, and the rows of shops that are to be cleared up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ClosedWhy, FoundHow, Individual, ShopEvent};
use crate::areas::goods::GoodsEvent;
use crate::dated::Dated;
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::{CreditCode, ShopAddress};
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::operator_subject;

/// A shop, whoever runs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// Its address as first written down.
    pub address: String,
    /// What it calls itself, over time.
    pub names: Dated<String>,
    /// The platform that it is on.
    pub platform: Option<String>,
    /// Open or closed, over time.
    pub life: Dated<Life>,
    /// Who runs it over time, `operator:…` or `individual:…`; none where nobody is known to.
    pub holders: Dated<Option<Subject>>,
    /// Days on which it was found, and how.
    pub sightings: Vec<Sighting>,
    /// Days on which the real name of whoever runs it was verified.
    pub verified: BTreeSet<Day>,
    /// The deadline for verifying it again, of a shop on a platform.
    pub verify_again: Option<Clock>,
    /// Identity marks, in the order of the events.
    pub marks: Vec<Mark>,
    /// Months in whose platform report it was flagged as beyond the exemption.
    pub flagged: BTreeSet<String>,
    /// Turnover by year, in fen.
    pub turnover_fen: BTreeMap<i32, i64>,
    /// Batches of goods that are or were offered in it, in the order of the events.
    pub batches: Vec<OfferedBatch>,
}

/// A batch of goods offered in a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedBatch {
    /// The batch's number.
    pub batch: String,
    /// First day.
    pub from: Day,
    /// First day no longer.
    pub until: Option<Day>,
}

/// Whether a shop is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Life {
    /// Open.
    Open,
    /// Closed, and why.
    Closed(ClosedWhy),
}

/// One time that a shop was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The day.
    pub on: Day,
    /// How.
    pub how: FoundHow,
}

/// An identity mark (电子标识).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub number: String,
    /// First day.
    pub from: Day,
    /// Last day, as issued.
    pub to: Day,
    /// First day no longer and code of the ground, where it was revoked.
    pub revoked: Option<(Day, String)>,
}

impl Mark {
    /// Whether the mark holds on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        let revoked = self.revoked.as_ref().map(|(on, _)| *on);
        self.from <= day && day <= self.to && revoked.is_none_or(|on| day < on)
    }
}

impl Shop {
    /// What it calls itself; empty where nobody said.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// Whether it is open on a day.
    #[must_use]
    pub fn is_open_on(&self, day: Day) -> bool {
        self.life.on(day) == Some(&Life::Open)
    }

    /// Who runs it on a day.
    #[must_use]
    pub fn holder_on(&self, day: Day) -> Option<&Subject> {
        self.holders.on(day).and_then(Option::as_ref)
    }

    /// Everybody who ever ran it, with the first day and the first day no longer.
    pub fn stays(&self) -> impl Iterator<Item = (&Subject, Day, Option<Day>)> {
        let next = self.holders.iter().skip(1).map(|(day, _)| Some(day));
        let spans = self.holders.iter().zip(next.chain([None]));
        spans.filter_map(|((from, holder), until)| Some((holder.as_ref()?, from, until)))
    }

    /// Whether whoever runs it on a day was verified since it runs it.
    #[must_use]
    pub fn is_verified_on(&self, day: Day) -> bool {
        let since = self.holders.iter().rev().find(|(from, _)| *from <= day);
        since.is_some_and(|(from, _)| self.verified.range(from..=day).next().is_some())
    }
}

/// The holder that a payload names.
pub(super) fn named(
    operator: Option<CreditCode>,
    individual: Option<&Individual>,
) -> Option<Subject> {
    let individual = individual.and_then(|i| Subject::new(Kind::Individual, &i.number).ok());
    operator.map(operator_subject).or(individual)
}

/// The platform that an event found the shop to be on.
pub(super) fn platform_of(event: &Event, address: &ShopAddress) -> Option<String> {
    match address {
        ShopAddress::Platform(p) => Some(p.platform.trim().to_lowercase()),
        _ => event.derived.word("platform").map(str::to_owned),
    }
}

pub(crate) fn evolve(state: &mut Shop, me: &Subject, event: &Event, payload: &ShopEvent) {
    let on = event.on;
    match payload {
        ShopEvent::Declared(p) => {
            met(state, event, &p.address, &p.name);
            state
                .holders
                .set(on, named(p.operator, p.individual.as_ref()));
        }
        ShopEvent::Found(p) => {
            met(state, event, &p.address, &p.name);
            state.sightings.push(Sighting { on, how: p.how });
            match named(p.operator, None) {
                Some(holder) => state.holders.set(on, Some(holder)),
                None if state.holders.on(on).is_none() => state.holders.set(on, None),
                None => {}
            }
        }
        ShopEvent::Matched(p) => {
            place(state, event, &p.address);
            state
                .holders
                .set(on, named(p.operator, p.individual.as_ref()));
        }
        ShopEvent::NameVerified(_) => {
            state.verified.insert(on);
            state.verify_again = event.derived.clock("shop.verify_again").cloned();
        }
        ShopEvent::MarkIssued(p) => state.marks.push(Mark {
            number: p.mark.clone(),
            from: on,
            to: event.derived.clock("shop.mark").map_or(Day::MAX, |c| c.due),
            revoked: None,
        }),
        ShopEvent::MarkRevoked(p) => {
            let mut marks = state.marks.iter_mut().rev();
            if let Some(mark) = marks.find(|m| m.number == p.mark && m.revoked.is_none()) {
                mark.revoked = Some((on, p.code.clone()));
            }
        }
        ShopEvent::Closed(p) => {
            state.life.set(on, Life::Closed(p.why));
            state.holders.set(on, None);
        }
        ShopEvent::TurnoverReported(p) => {
            state.turnover_fen.insert(p.year, p.turnover_fen);
        }
        ShopEvent::PlatformReported(p) => {
            if event.subjects.contains(me) {
                state.flagged.insert(p.period.clone());
            }
        }
        ShopEvent::LimitExceeded(_)
        | ShopEvent::PlatformRegistered(_)
        | ShopEvent::PlatformSilent(_)
        | ShopEvent::PlatformLeft(_) => {}
    }
}

/// Notes a batch that comes into the shop or leaves it.
pub(crate) fn note_goods(state: &mut Shop, event: &Event, payload: &GoodsEvent) {
    match payload {
        GoodsEvent::Offered(p) => state.batches.push(OfferedBatch {
            batch: p.batch.clone(),
            from: event.on,
            until: None,
        }),
        GoodsEvent::OfferEnded(p) => {
            let mut batches = state.batches.iter_mut();
            if let Some(batch) = batches.find(|b| b.batch == p.batch && b.until.is_none()) {
                batch.until = Some(event.on);
            }
        }
        _ => {}
    }
}

/// Notes where the shop is, where nothing says so yet.
fn place(state: &mut Shop, event: &Event, address: &ShopAddress) {
    if state.address.is_empty() {
        state.address = address.told();
    }
    if state.platform.is_none() {
        state.platform = platform_of(event, address);
    }
}

/// Somebody met the shop, open, at an address.
fn met(state: &mut Shop, event: &Event, address: &ShopAddress, name: &str) {
    place(state, event, address);
    if !name.trim().is_empty() {
        state.names.set(event.on, name.trim().to_owned());
    }
    state.life.set(event.on, Life::Open);
}

/// A shop is to be cleared up while nobody is known to run it (`unmatched`), and while the real
/// name of whoever runs it was not verified (`unverified`).
pub(crate) fn rows(state: &Shop, me: &Subject, event: &Event, out: &mut Vec<Row>) {
    let starts: Vec<(Day, bool)> = state
        .holders
        .iter()
        .map(|(d, h)| (d, h.is_some()))
        .collect();
    for (n, (from, held)) in starts.iter().enumerate() {
        if state.life.on(*from).is_some_and(|life| *life != Life::Open) {
            continue;
        }
        let until = starts.get(n + 1).map(|(day, _)| *day);
        let verified = state.verified.range(*from..).next().copied();
        let verified = verified.filter(|day| until.is_none_or(|until| *day < until));
        let (reason, until) = match (held, verified) {
            (false, _) => ("unmatched", until),
            (true, None) => ("unverified", until),
            (true, Some(day)) => ("unverified", Some(day)),
        };
        // Only stretches that this event can have begun or ended get a new version.
        let touched = [Some(*from), until, starts.get(n + 1).map(|(day, _)| *day)];
        if !touched.contains(&Some(event.on)) {
            continue;
        }
        out.push(Row {
            list: List::UnclearShops,
            key: me.id().to_owned(),
            entry: format!("{reason}.{from}"),
            from: *from,
            until,
            void: until == Some(*from),
            name: state.name().to_owned(),
            reason: reason.to_owned(),
            rule: String::new(),
            authority: event.by.department.to_string(),
            document: state.address.clone(),
            visibility: Visibility::Departments,
            clock: None,
        });
    }
}
