//! Tracing: from one operator to another, and what two of them share.
//!
//! Both sides are followed outwards, the smaller ring first, until they meet: so a hub between
//! the two is looked up from either side and never walked through.

use std::collections::{BTreeMap, BTreeSet};

use super::links::{Link, links_of};
use super::{Eyes, Shared, name_on, operator};
use crate::day::Day;
use crate::entity::Operator;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};

/// How far paths are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathBounds {
    /// Steps from operator to operator on a path.
    pub steps_max: u32,
    /// Operators that are followed in all.
    pub operators_max: usize,
    /// Paths that are told.
    pub paths_max: usize,
}

impl Default for PathBounds {
    fn default() -> Self {
        Self {
            steps_max: 4,
            operators_max: 300,
            paths_max: 10,
        }
    }
}

/// What joins two operators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// What both share themselves, by what joins them; besides what a trace follows also
    /// `platform:…` and matters that name both, `case:…`, `complaint:…`.
    pub shared: BTreeMap<String, Shared>,
    /// The shortest paths, each from the first to the second operator.
    pub paths: Vec<Vec<Hop>>,
    /// Operators that were met and not followed, as the bound was reached: a path could lead
    /// through them.
    pub left_out: u64,
}

/// One operator of a path, and through what it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Credit code.
    pub operator: String,
    /// Registered name.
    pub name: String,
    /// What joins it to the one before; empty for the first.
    pub through: String,
    /// As people read it.
    pub text: String,
}

/// How an operator was reached from one side: from whom, through what, as people read it.
type Way = Option<(String, String, String)>;

/// One of the two sides.
#[derive(Default)]
struct Side {
    reached: BTreeMap<String, Way>,
    ring: Vec<String>,
    throughs: BTreeSet<String>,
    /// What the first operator shares, where that is known already.
    ready: Option<Vec<Link>>,
}

impl Side {
    fn from(code: &str) -> Self {
        Self {
            reached: BTreeMap::from([(code.to_owned(), None)]),
            ring: vec![code.to_owned()],
            throughs: BTreeSet::new(),
            ready: None,
        }
    }

    /// One step outwards; `room` operators are followed at most. How many were not.
    fn step<E: Eyes>(
        &mut self,
        on: Option<Day>,
        room: &mut usize,
        eyes: &mut E,
    ) -> Result<u64, E::Error> {
        let ring = std::mem::take(&mut self.ring);
        let left_out = ring.len().saturating_sub(*room);
        for code in ring.into_iter().take(*room) {
            *room -= 1;
            let links = match self.ready.take() {
                Some(links) => links,
                None => {
                    let Some(found) = operator(&code, eyes)? else {
                        continue;
                    };
                    let throughs = &self.throughs;
                    let known = |through: &str| throughs.contains(through);
                    links_of(&code, &found, on, &known, eyes)?
                }
            };
            for link in links {
                for other in link.operators {
                    if !self.reached.contains_key(&other) {
                        let way = (code.clone(), link.through.clone(), link.text.clone());
                        self.reached.insert(other.clone(), Some(way));
                        self.ring.push(other);
                    }
                }
                self.throughs.insert(link.through);
            }
        }
        self.ring.sort();
        Ok(left_out as u64)
    }

    /// The way from this side's operator to one that it reached, the latter last.
    fn way(&self, to: &str) -> Vec<(String, String, String)> {
        let mut way = Vec::new();
        let mut at = to.to_owned();
        while let Some(Some((from, through, text))) = self.reached.get(&at) {
            let from = from.clone();
            way.push((at, through.clone(), text.clone()));
            at = from;
        }
        way.push((at, String::new(), String::new()));
        way.reverse();
        way
    }
}

/// What joins two operators: what both share, and the shortest paths between them; with a legal
/// date only what was shared on it.
///
/// Cost: as [`super::trace()`], for at most [`PathBounds::operators_max`] operators. `None` where
/// one of the two is not known.
///
/// # Errors
/// Those of `eyes`.
pub fn joined<E: Eyes>(
    from: CreditCode,
    to: CreditCode,
    on: Option<Day>,
    bounds: PathBounds,
    eyes: &mut E,
) -> Result<Option<Joined>, E::Error> {
    let (from, to) = (from.to_string(), to.to_string());
    let (Some(one), Some(other)) = (operator(&from, eyes)?, operator(&to, eyes)?) else {
        return Ok(None);
    };
    let links = links_of(&from, &one, on, &|_| false, eyes)?;
    let mut joined = Joined {
        shared: between((&from, &one), (&to, &other), &links, on, eyes)?,
        ..Joined::default()
    };
    let (mut near, mut far) = (Side::from(&from), Side::from(&to));
    near.ready = Some(links);
    let mut room = bounds.operators_max;
    let mut steps = 0;
    let met = loop {
        let met: Vec<String> = near
            .reached
            .keys()
            .filter(|code| far.reached.contains_key(*code))
            .cloned()
            .collect();
        let done = near.ring.is_empty() || far.ring.is_empty() || room == 0;
        if !met.is_empty() || steps == bounds.steps_max || done {
            break met;
        }
        let side = if near.ring.len() <= far.ring.len() {
            &mut near
        } else {
            &mut far
        };
        joined.left_out += side.step(on, &mut room, eyes)?;
        steps += 1;
    };
    let mut ways: Vec<Vec<(String, String, String)>> =
        met.iter().map(|code| whole(&near, &far, code)).collect();
    ways.sort_by_key(Vec::len);
    let shortest = ways.first().map_or(0, Vec::len);
    ways.retain(|way| way.len() == shortest);
    ways.truncate(bounds.paths_max);
    for way in ways {
        let mut path = Vec::new();
        for (code, through, text) in way {
            let name = operator(&code, eyes)?.map_or_else(String::new, |o| name_on(&o, on));
            path.push(Hop {
                operator: code,
                name,
                through,
                text,
            });
        }
        joined.paths.push(path);
    }
    Ok(Some(joined))
}

/// The way from the one to the other over an operator that both sides reached.
fn whole(near: &Side, far: &Side, meeting: &str) -> Vec<(String, String, String)> {
    let mut way = near.way(meeting);
    let back = far.way(meeting);
    // On the far side each operator was reached from the one behind it.
    for pair in back.windows(2).rev() {
        if let [(code, _, _), (_, through, text)] = pair {
            way.push((code.clone(), through.clone(), text.clone()));
        }
    }
    way
}

/// What two operators share themselves, where `links` are those of the first.
fn between<E: Eyes>(
    (a, one): (&str, &Operator),
    (b, other): (&str, &Operator),
    links: &[Link],
    on: Option<Day>,
    eyes: &mut E,
) -> Result<BTreeMap<String, Shared>, E::Error> {
    let mut shared = BTreeMap::new();
    let both = || BTreeSet::from([a.to_owned(), b.to_owned()]);
    for link in links {
        if link.operators.contains(b) {
            let total = link.operators.len() as u64;
            let found = Shared {
                kind: link.kind,
                text: link.text.clone(),
                operators: both(),
                total,
            };
            shared.insert(link.through.clone(), found);
        }
    }
    let platforms = |operator: &Operator| -> BTreeSet<String> {
        let held = operator.shops.held.values();
        let run = held.filter(|held| on.is_none_or(|day| held.runs_on(day)));
        let on_them = run.filter_map(|held| held.platform.clone());
        on_them
            .chain(operator.shops.platforms.iter().cloned())
            .collect()
    };
    for platform in platforms(one).intersection(&platforms(other)) {
        let found = Shared {
            kind: "platform",
            text: platform.clone(),
            operators: both(),
            total: 2,
        };
        shared.insert(format!("{}:{platform}", Kind::Platform.name()), found);
    }
    let mut matters = Vec::new();
    for code in [a, b] {
        matters.push(match Subject::new(Kind::Operator, code) {
            Ok(subject) => eyes.matters(&subject)?,
            Err(_) => BTreeSet::new(),
        });
    }
    if let [mine, others] = matters.as_slice() {
        for matter in mine.intersection(others) {
            let found = Shared {
                kind: matter.kind().name(),
                text: matter.id().to_owned(),
                operators: both(),
                total: 2,
            };
            shared.entry(matter.to_string()).or_insert(found);
        }
    }
    Ok(shared)
}
