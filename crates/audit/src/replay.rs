//! One pass over a history file, all levels at once.

use std::collections::{BTreeMap, BTreeSet};

use chain::canon::{Limits, check_canonical};
use chain::hash::origin_hash;
use chain::history::{Header, Line, Trailer, classify};
use chain::walk::Walker;
use domain::action::Action;
use domain::day::Instant;
use domain::decide::{decide, follower_id, place};
use domain::entity::VIEW_VERSION;
use domain::event::Event;
use domain::world::Replayed;
use uuid::Uuid;

use crate::report::{Finding, Level, LevelReport, Report};

/// The largest event that is read, in bytes.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// An audit under way: feed it every line, then ask for the report.
///
/// Memory grows with the number of subjects (states) and events (ids, 16 bytes each).
pub struct Audit {
    asked: BTreeSet<Level>,
    header: Option<Header>,
    closed: bool,
    walker: Option<Walker>,
    ids: BTreeSet<Uuid>,
    last_at: Option<Instant>,
    world: Replayed,
    group: Option<Group>,
    covered: BTreeMap<Level, u64>,
    counts: BTreeMap<Level, u64>,
    findings: Vec<Finding>,
    withheld: u64,
    position: u64,
}

/// What one action must have led to.
struct Group {
    id: Uuid,
    expected: Vec<Vec<u8>>,
    next: usize,
}

impl Audit {
    /// Findings that are told one by one.
    pub const FINDINGS_MAX: usize = 100;

    /// An audit of these levels.
    #[must_use]
    pub fn of(levels: &[Level]) -> Self {
        Self {
            asked: levels.iter().copied().collect(),
            header: None,
            closed: false,
            walker: None,
            ids: BTreeSet::new(),
            last_at: None,
            world: Replayed::default(),
            group: None,
            covered: BTreeMap::new(),
            counts: BTreeMap::new(),
            findings: Vec::new(),
            withheld: 0,
            position: 0,
        }
    }

    /// Takes the next line, without its line feed.
    pub fn line(&mut self, line: &[u8]) {
        if self.closed {
            self.find(
                Level::Chain,
                "history_after_end",
                "something follows the trailer",
            );
            return;
        }
        match classify(line) {
            Ok(Line::Header(header)) if self.header.is_none() => self.begin(header),
            Ok(Line::Event(bytes)) if self.header.is_some() => self.event(bytes),
            Ok(Line::Trailer(trailer)) if self.header.is_some() => self.close(&trailer),
            Ok(_) => self.find(
                Level::Chain,
                "history_order",
                "a line stands out of its order",
            ),
            Err(error) => self.find(Level::Chain, error.code(), &error.to_string()),
        }
    }

    /// A line that could not be read to its end, or a missing last line feed.
    pub fn broken_line(&mut self) {
        self.find(
            Level::Chain,
            "history_line_cut",
            "a line is cut or has no line feed",
        );
    }

    /// The report.
    #[must_use]
    pub fn finish(mut self) -> Report {
        if !self.closed {
            self.find(
                Level::Chain,
                "history_cut",
                "the history has no trailer: its end is missing",
            );
        }
        self.group_ended();
        let head = self
            .walker
            .map_or_else(String::new, |w| w.head().to_string());
        let mut levels = Vec::new();
        for level in Level::ALL.into_iter().filter(|l| self.asked.contains(l)) {
            let covered = self.covered.get(&level).copied().unwrap_or(0);
            let findings = self.counts.get(&level).copied().unwrap_or(0);
            levels.push(LevelReport {
                level,
                covered,
                findings,
            });
        }
        Report {
            holds: !levels.is_empty() && levels.iter().all(|l| l.covered > 0 && l.findings == 0),
            origin: self.header.map(|h| h.origin).unwrap_or_default(),
            size: self.position,
            head,
            not_checked: Level::ALL
                .into_iter()
                .filter(|l| !self.asked.contains(l))
                .collect(),
            levels,
            findings: self.findings,
            withheld: self.withheld,
        }
    }

    fn begin(&mut self, header: Header) {
        if header.from == 0 && header.prev != origin_hash(&header.origin) {
            self.find(
                Level::Chain,
                "history_origin",
                "the header's prev is not the origin's hash",
            );
        }
        self.walker = Some(Walker::resume(header.from, header.prev));
        self.position = header.from;
        if header.from > 0 {
            // Rules and views need the whole past.
            self.asked.remove(&Level::Rules);
            self.asked.remove(&Level::Projections);
        }
        self.header = Some(header);
    }

    fn event(&mut self, bytes: &[u8]) {
        self.chain(bytes);
        let needs_content = self.asked.iter().any(|l| *l != Level::Chain);
        if needs_content {
            match Event::parse(bytes) {
                Ok(event) => self.content(bytes, &event),
                Err(error) => {
                    // What does not read fails the audit whatever was asked for.
                    let schemas = self.asked.contains(&Level::Schemas);
                    let level = if schemas {
                        Level::Schemas
                    } else {
                        Level::Chain
                    };
                    self.find(level, error.code(), &error.to_string());
                }
            }
        }
        self.position += 1;
    }

    fn chain(&mut self, bytes: &[u8]) {
        let Some(walker) = self.walker.as_mut() else {
            return;
        };
        match walker.push(bytes) {
            Ok(_) => self.cover(Level::Chain, 1),
            Err(fault) => {
                // Look on behind the fault, so that further ones are found too.
                *walker = Walker::resume(self.position + 1, chain::hash::event_hash(bytes));
                self.find(Level::Chain, fault.code(), &fault.to_string());
            }
        }
    }

    fn content(&mut self, bytes: &[u8], event: &Event) {
        self.withheld += count_sealed(&event.payload.data());
        if self.asked.contains(&Level::Schemas) {
            let limits = Limits {
                bytes_max: EVENT_BYTES_MAX,
                ..Limits::default()
            };
            match check_canonical(bytes, &limits) {
                Ok(()) => self.cover(Level::Schemas, 1),
                Err(error) => self.find(Level::Schemas, error.code(), &error.to_string()),
            }
        }
        if self.asked.contains(&Level::Order) {
            self.order(event);
        }
        if self.asked.contains(&Level::Rules) {
            self.rules(bytes, event);
        }
        if self.asked.contains(&Level::Rules) || self.asked.contains(&Level::Projections) {
            self.world.apply(event);
        }
    }

    fn order(&mut self, event: &Event) {
        self.cover(Level::Order, 1);
        if event.seq != self.position {
            self.find(
                Level::Order,
                "order_position",
                "the event stands at another position",
            );
        }
        if self.last_at.is_some_and(|last| event.at < last) {
            self.find(
                Level::Order,
                "order_time",
                "the event was recorded before the one before it",
            );
        }
        self.last_at = Some(event.at);
        if !self.ids.insert(event.id) {
            self.find(
                Level::Order,
                "order_id",
                "the event's id stands in the history before",
            );
        }
    }

    /// Decides each action again on the state before it, and compares what it gives byte by byte.
    fn rules(&mut self, bytes: &[u8], event: &Event) {
        let follows = self.group.as_ref().is_some_and(|g| {
            g.next < g.expected.len() && event.cause == Some(g.id) && is_follower(g, event.id)
        });
        if !follows {
            self.group_ended();
            self.decide_again(event);
        }
        let Some(group) = self.group.as_mut() else {
            return;
        };
        let same = group
            .expected
            .get(group.next)
            .is_some_and(|expected| expected == bytes);
        group.next += 1;
        if same {
            self.cover(Level::Rules, 1);
        } else {
            let what = "the event is not what its action and the policy of its day give";
            self.find(Level::Rules, "rules_differ", what);
        }
    }

    fn decide_again(&mut self, event: &Event) {
        let action = Action {
            id: event.id,
            payload: event.payload.clone(),
            on: event.on,
            by: event.by.clone(),
            cause: event.cause,
            expect: None,
        };
        let placed = decide(&self.world, &action)
            .map_err(|r| r.code.to_owned())
            .and_then(|d| {
                let placed = place(d, &action, event.seq, event.prev, event.at);
                placed.map_err(|e| e.code().to_owned())
            });
        match placed {
            Ok(placed) => {
                let expected = placed.into_iter().map(|p| p.bytes).collect();
                self.group = Some(Group {
                    id: event.id,
                    expected,
                    next: 0,
                });
            }
            Err(code) => {
                let what = format!("the action would be refused: {code}");
                self.find(Level::Rules, "rules_refuse", &what);
            }
        }
    }

    /// A group that is over must have been whole.
    fn group_ended(&mut self) {
        if let Some(group) = self.group.take()
            && group.next < group.expected.len()
        {
            self.find(
                Level::Rules,
                "rules_missing",
                "a consequence of the action is missing",
            );
        }
    }

    fn close(&mut self, trailer: &Trailer) {
        self.closed = true;
        let Some(header) = self.header.clone() else {
            return;
        };
        if let Err(error) = trailer.verify(&header) {
            self.find(Level::Chain, error.code(), &error.to_string());
        }
        let walked = self.walker.map(|w| (w.next_seq(), w.head()));
        if walked != Some((trailer.size, trailer.head)) {
            let what = "the trailer names another end than the events have: some were cut or added";
            self.find(Level::Chain, "history_head", what);
        }
        if self.asked.contains(&Level::Projections) {
            self.projections(trailer);
        }
    }

    fn projections(&mut self, trailer: &Trailer) {
        let Some(claim) = trailer.projections else {
            return;
        };
        if claim.version != VIEW_VERSION {
            let what = "the views were made by another version: audit with that release";
            self.find(Level::Projections, "projections_version", what);
            return;
        }
        self.cover(Level::Projections, self.world.subjects() as u64);
        if self.world.projections().digest != claim.digest {
            let what = "the ledger's views are not those that follow from the events";
            self.find(Level::Projections, "projections_differ", what);
        }
    }

    fn cover(&mut self, level: Level, n: u64) {
        *self.covered.entry(level).or_default() += n;
    }

    fn find(&mut self, level: Level, code: &str, message: &str) {
        if !self.asked.contains(&level) && level != Level::Chain {
            return;
        }
        *self.counts.entry(level).or_default() += 1;
        if self.findings.len() < Self::FINDINGS_MAX {
            let (code, message) = (code.to_owned(), message.to_owned());
            self.findings.push(Finding {
                level,
                code,
                position: self.position,
                message,
            });
        }
    }
}

fn is_follower(group: &Group, id: Uuid) -> bool {
    u32::try_from(group.next).is_ok_and(|n| follower_id(group.id, n) == id)
}

fn count_sealed(value: &serde_json::Value) -> u64 {
    match value {
        serde_json::Value::Object(map) if map.len() == 1 && map.contains_key("sealed") => 1,
        serde_json::Value::Object(map) => map.values().map(count_sealed).sum(),
        serde_json::Value::Array(items) => items.iter().map(count_sealed).sum(),
        _ => 0,
    }
}
