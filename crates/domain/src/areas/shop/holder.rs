//! Shop: the shops of one operator or individual, their turnover by year, and its fold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ShopEvent;
use super::state::{named, platform_of};
use crate::dated::Dated;
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::ShopAddress;
use crate::row::{List, Row};
use crate::shared::Shared;
use crate::subject::{Kind, Subject};

/// The shops that one operator or individual runs or ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shops {
    /// By the shop's id.
    pub held: BTreeMap<String, Held>,
    /// Turnover by year.
    pub years: BTreeMap<i32, Year>,
    /// Platforms that it runs itself.
    pub platforms: BTreeSet<String>,
}

/// One shop of a holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its address as first written down here; empty where only its number is known.
    pub address: String,
    /// What it calls itself.
    pub name: String,
    /// The platform that it is on.
    pub platform: Option<String>,
    /// Whether this holder runs it, over time.
    pub runs: Dated<bool>,
    /// The last day on which the holder's real name was verified there.
    pub verified: Option<Day>,
}

/// A holder's turnover of one year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// In fen, by the shop's id.
    pub shops_fen: BTreeMap<String, i64>,
    /// What needs no registration at most, in fen, by the rule that judged last; `None` where no
    /// rule was in force.
    pub limit_fen: Option<i64>,
    /// The rule that judged last, `pack@version#rule.id`.
    pub rule: String,
    /// Whether all shops count together.
    pub together: bool,
    /// Day on which the sum was first beyond it.
    pub exceeded: Option<Day>,
}

/// An individual who runs shops without registration (免予登记的自然人经营者); named in sealed form
/// alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Code of the reason why no registration is needed.
    pub exempt: String,
    /// The rule that lists it, `pack@version#rule.id`.
    pub rule: String,
    /// First day on which it was known.
    pub since: Option<Day>,
    /// Its shops.
    pub shops: Shared<Shops>,
}

impl Held {
    /// Whether the holder runs it on a day.
    #[must_use]
    pub fn runs_on(&self, day: Day) -> bool {
        self.runs.on(day) == Some(&true)
    }
}

impl Year {
    /// What counts against the exemption, in fen.
    #[must_use]
    pub fn counted_fen(&self) -> i64 {
        let all = self.shops_fen.values();
        if self.together {
            all.fold(0, |sum, fen| sum.saturating_add(*fen))
        } else {
            all.copied().max().unwrap_or(0)
        }
    }

    /// Whether it is beyond the exemption.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.limit_fen
            .is_some_and(|limit| self.counted_fen() > limit)
    }
}

impl Shops {
    /// The shops that are run on a day, by id.
    pub fn run_on(&self, day: Day) -> impl Iterator<Item = (&String, &Held)> {
        self.held.iter().filter(move |(_, held)| held.runs_on(day))
    }
}

/// The shop that an event is about.
fn shop_of(event: &Event) -> Option<&Subject> {
    event.subjects.iter().find(|s| s.kind() == Kind::Shop)
}

pub(crate) fn evolve(state: &mut Shops, me: &Subject, event: &Event, payload: &ShopEvent) {
    if let ShopEvent::PlatformRegistered(p) = payload {
        state.platforms.insert(p.platform.clone());
        return;
    }
    let Some(shop) = shop_of(event) else {
        return;
    };
    let on = event.on;
    match payload {
        ShopEvent::Declared(p) => hold(state, shop, event, &p.address, &p.name),
        ShopEvent::Found(p) => hold(state, shop, event, &p.address, &p.name),
        ShopEvent::Matched(p) => {
            if named(p.operator, p.individual.as_ref()).as_ref() == Some(me) {
                hold(state, shop, event, &p.address, "");
            } else if let Some(held) = state.held.get_mut(shop.id()) {
                held.runs.set(on, false);
            }
        }
        ShopEvent::NameVerified(_) => {
            let held = state.held.entry(shop.id().to_owned()).or_default();
            held.verified = held.verified.max(Some(on));
        }
        ShopEvent::Closed(_) => {
            let held = state.held.entry(shop.id().to_owned()).or_default();
            held.runs.set(on, false);
        }
        ShopEvent::TurnoverReported(p) => {
            let year = state.years.entry(p.year).or_default();
            year.shops_fen.insert(shop.id().to_owned(), p.turnover_fen);
            year.limit_fen = event.derived.number("limit_fen");
            year.together = event.derived.word("counted") == Some("all_shops");
            let facts = event.derived.facts.iter();
            let mut rule = facts
                .filter(|f| f.name == "limit_fen")
                .map(|f| f.rule.clone());
            year.rule = rule.next_back().unwrap_or_default();
        }
        ShopEvent::LimitExceeded(p) => {
            let year = state.years.entry(p.year).or_default();
            year.exceeded = Some(year.exceeded.map_or(on, |day| day.min(on)));
        }
        _ => {}
    }
}

fn hold(state: &mut Shops, shop: &Subject, event: &Event, address: &ShopAddress, name: &str) {
    let held = state.held.entry(shop.id().to_owned()).or_default();
    if held.address.is_empty() {
        held.address = address.told();
    }
    if held.platform.is_none() {
        held.platform = platform_of(event, address);
    }
    if !name.trim().is_empty() {
        name.trim().clone_into(&mut held.name);
    }
    held.runs.set(event.on, true);
}

pub(crate) fn evolve_person(state: &mut Person, me: &Subject, event: &Event, payload: &ShopEvent) {
    let told = match payload {
        ShopEvent::Declared(p) => p.individual.as_ref(),
        ShopEvent::Matched(p) => p.individual.as_ref(),
        _ => None,
    };
    if let Some(told) = told.filter(|i| i.number == me.id() && !i.exempt.is_empty()) {
        told.exempt.clone_into(&mut state.exempt);
        let mut packs = event.rules.iter();
        let pack = packs.find(|p| p.ids.iter().any(|id| id == "trading.register"));
        state.rule = pack.map_or_else(String::new, |p| format!("{}#trading.register", p.pack));
        state.since = Some(state.since.map_or(event.on, |day| day.min(event.on)));
    }
    evolve(&mut state.shops, me, event, payload);
}

/// The year of a holder that a turnover has moved: on the list while beyond the exemption.
pub(crate) fn rows(
    state: &Shops,
    me: &Subject,
    name: &str,
    event: &Event,
    payload: &ShopEvent,
    out: &mut Vec<Row>,
) {
    let year = match payload {
        ShopEvent::TurnoverReported(p) => p.year,
        ShopEvent::LimitExceeded(p) => p.year,
        _ => return,
    };
    let Some((moved, from)) = state
        .years
        .get(&year)
        .and_then(|moved| Some((moved, moved.exceeded?)))
    else {
        return;
    };
    out.push(Row {
        list: List::OverLimit,
        key: me.id().to_owned(),
        entry: year.to_string(),
        from,
        until: None,
        void: !moved.is_over(),
        name: name.to_owned(),
        reason: format!(
            "{}.{:02} yuan, {} shops",
            moved.counted_fen() / 100,
            moved.counted_fen() % 100,
            moved.shops_fen.len()
        ),
        rule: moved.rule.clone(),
        authority: event.by.department.to_string(),
        document: String::new(),
        visibility: Visibility::Departments,
        clock: None,
    });
}
