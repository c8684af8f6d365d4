//! One pass over a history file, all levels at once.

use std::collections::BTreeMap;

use chain::hash::{Hash, origin_hash};
use chain::history::{Header, Trailer};
use chain::walk::{ChainFault, Walker};
use domain::day::Instant;
use domain::entity::VIEW_VERSION;
use domain::event::Event;
use domain::world::Replayed;

use crate::block::{Block, Content, Line, Link, Seen};
use crate::ids::Ids;
use crate::named::Brought;
use crate::report::{Finding, Level, LevelReport, Levels, Report};
use crate::rules::{Rules, Verdict};
use crate::signed::Signed;

/// An audit under way: feed it every line, then ask for the report.
///
/// Memory grows with the number of subjects (states) and events (24 bytes each, for ids).
pub struct Audit {
    levels: Levels,
    header: Option<Header>,
    closed: bool,
    /// Stands where the next event should.
    walker: Walker,
    ids: Ids,
    last_at: Option<Instant>,
    world: Replayed,
    rules: Rules,
    noted: BTreeMap<u64, Hash>,
    pub(crate) signed: Signed,
    pub(crate) brought: Brought,
    covered: [u64; Level::ALL.len()],
    counts: [u64; Level::ALL.len()],
    findings: Vec<Finding>,
    withheld: u64,
}

impl Audit {
    /// Findings that are told one by one.
    pub const FINDINGS_MAX: usize = 100;

    /// An audit of these levels, and of the chain.
    #[must_use]
    pub fn of(levels: &[Level]) -> Self {
        Self {
            levels: Levels::of(levels),
            header: None,
            closed: false,
            walker: Walker::from_origin(""),
            ids: Ids::default(),
            last_at: None,
            world: Replayed::default(),
            rules: Rules::default(),
            noted: BTreeMap::new(),
            signed: Signed::default(),
            brought: Brought::default(),
            covered: [0; Level::ALL.len()],
            counts: [0; Level::ALL.len()],
            findings: Vec::new(),
            withheld: 0,
        }
    }

    /// The levels, for [`Block::of`].
    #[must_use]
    pub const fn levels(&self) -> Levels {
        self.levels
    }

    /// Holds the history against a head that was noted earlier: after `size` events it was `head`.
    /// Only so is a history seen that was written anew as a whole, or cut and closed again.
    pub fn note(&mut self, size: u64, head: Hash) {
        self.noted.insert(size, head);
    }

    /// Takes the next line, without its line feed.
    pub fn line(&mut self, line: &[u8]) {
        self.take(Line::of(self.levels, line));
    }

    /// A line that could not be read to its end, or a missing last line feed.
    pub fn broken_line(&mut self) {
        self.take(Line::Cut);
    }

    /// Takes the next lines, which were looked at elsewhere for these [`Audit::levels`].
    pub fn block(&mut self, block: Block) {
        for line in block.lines {
            self.take(line);
        }
    }

    /// The report.
    #[must_use]
    pub fn finish(mut self) -> Report {
        if !self.closed {
            let what = "the history has no trailer: its end is missing";
            self.find(Level::Chain, "history_cut", what);
        }
        if self.rules.ended() {
            self.consequence_missing();
        }
        for (size, _) in std::mem::take(&mut self.noted) {
            let what = format!("the history has no such end as was noted after {size} events");
            self.find(Level::Chain, "chain_noted_head_missing", &what);
        }
        self.end_tree();
        self.end_named();
        for position in std::mem::take(&mut self.ids).repeated() {
            let what = "the event's id stands in the history before";
            self.find_at(position, Level::Order, "order_id", what);
        }
        let levels: Vec<LevelReport> = Level::ALL
            .into_iter()
            .filter(|level| self.levels.has(*level))
            .map(|level| LevelReport {
                level,
                covered: self.covered[level.place()],
                findings: self.counts[level.place()],
            })
            .collect();
        Report {
            holds: levels.iter().all(|l| l.covered > 0 && l.findings == 0),
            size: self.walker.next_seq(),
            head: match self.header {
                Some(_) => self.walker.head().to_string(),
                None => String::new(),
            },
            origin: self.header.map(|h| h.origin).unwrap_or_default(),
            not_checked: Level::ALL
                .into_iter()
                .filter(|level| !self.levels.has(*level))
                .collect(),
            levels,
            findings: self.findings,
            withheld: self.levels.content().then_some(self.withheld),
        }
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Cut => {
                let what = "a line is cut or has no line feed";
                self.find(Level::Chain, "history_line_cut", what);
            }
            _ if self.closed => {
                let what = "something follows the trailer";
                self.find(Level::Chain, "history_after_end", what);
            }
            Line::Header(header) if self.header.is_none() => self.begin(*header),
            Line::Event(seen) if self.header.is_some() => self.event(seen),
            Line::Trailer(trailer) if self.header.is_some() => self.close(&trailer),
            Line::Wrong(error) => self.find(Level::Chain, error.code(), &error.to_string()),
            Line::Header(_) | Line::Event(_) | Line::Trailer(_) => {
                let what = "a line stands out of its order";
                self.find(Level::Chain, "history_order", what);
            }
        }
    }

    fn begin(&mut self, header: Header) {
        self.walker = Walker::resume(header.from, header.prev);
        if header.from == 0 && header.prev != origin_hash(&header.origin) {
            let what = "the header's prev is not the origin's hash";
            self.find(Level::Chain, "history_origin", what);
        }
        if header.from > 0 {
            let what = "the history begins in its middle, but rules and views need the whole past";
            for level in [Level::Tree, Level::Rules, Level::Projections] {
                self.find(level, "history_partial", what);
            }
        }
        let origin = header.origin.clone();
        self.header = Some(header);
        self.begin_tree(&origin);
        self.meet_note();
    }

    /// Rules and views need the whole past.
    fn whole(&self) -> bool {
        self.header.as_ref().is_some_and(|h| h.from == 0)
    }

    fn event(&mut self, seen: Seen) {
        let position = self.walker.next_seq();
        let mut behind = self.walker;
        let joined = match &seen.link {
            Ok(link) => behind.follow(link.seq, link.prev, seen.hash),
            Err(cause) => Err(ChainFault::Unreadable {
                position,
                cause: *cause,
            }),
        };
        match joined {
            Ok(()) => self.cover(Level::Chain, 1),
            Err(fault) => {
                self.find(Level::Chain, fault.code(), &fault.to_string());
                // Behind a gap go on from where the event says it stands, to find further faults.
                let stands = seen.link.as_ref().map_or(position, |link| link.seq);
                behind = Walker::resume(stands.saturating_add(1), seen.hash);
            }
        }
        if self.levels.has(Level::Order)
            && let Ok(link) = &seen.link
        {
            self.order(link);
        }
        if let Some(content) = seen.content {
            self.content(content, seen.hash);
        }
        if let (Some(named), Ok(link)) = (&seen.named, &seen.link) {
            self.name(link.seq, named);
        }
        self.walker = behind;
        self.grow_tree(&seen.hash);
        self.meet_note();
    }

    fn meet_note(&mut self) {
        if self.noted.is_empty() {
            return;
        }
        let size = self.walker.next_seq();
        if let Some(head) = self.noted.remove(&size)
            && head != self.walker.head()
        {
            let what = "the history had another head here when it was noted: it was written anew";
            let last = size.saturating_sub(1);
            self.find_at(last, Level::Chain, "chain_noted_head_differs", what);
        }
    }

    fn order(&mut self, link: &Link) {
        if link.seq != self.walker.next_seq() {
            let what = "the event stands at another position";
            self.find(Level::Order, "order_position", what);
        }
        let Some((at, id)) = link.order else {
            let what = "the event's time or id is not of its form";
            self.find(Level::Order, "order_unreadable", what);
            return;
        };
        self.cover(Level::Order, 1);
        if self.last_at.is_some_and(|last| at < last) {
            let what = "the event was recorded before the one before it";
            self.find(Level::Order, "order_time", what);
        }
        self.last_at = Some(at);
        self.ids.push(link.seq, id);
    }

    fn content(&mut self, content: Content, hash: Hash) {
        self.withheld += content.withheld;
        match content.fault {
            None if self.levels.has(Level::Schemas) => self.cover(Level::Schemas, 1),
            None => {}
            Some((code, what)) => {
                // What does not read fails the audit whatever was asked for.
                let level = match self.levels.has(Level::Schemas) {
                    true => Level::Schemas,
                    false => Level::Chain,
                };
                self.find(level, code, &what);
            }
        }
        if let Some(event) = content.event
            && self.levels.folds()
            && self.whole()
        {
            if self.levels.has(Level::Rules) {
                self.judge(&event, hash);
            }
            self.world.apply(&event);
        }
    }

    fn judge(&mut self, event: &Event, hash: Hash) {
        let (missing, verdict) = self.rules.judge(&self.world, event, hash);
        if missing {
            self.consequence_missing();
        }
        match verdict {
            Verdict::Same => self.cover(Level::Rules, 1),
            Verdict::Void => {}
            Verdict::Differs => {
                let what = "the event is not what its action and the policy of its day give";
                self.find(Level::Rules, "rules_differ", what);
            }
            Verdict::Refused(code) => {
                let what = format!("the action would be refused: {code}");
                self.find(Level::Rules, "rules_refuse", &what);
            }
        }
    }

    fn consequence_missing(&mut self) {
        let what = "a consequence of the action before is missing";
        self.find(Level::Rules, "rules_missing", what);
    }

    fn close(&mut self, trailer: &Trailer) {
        self.closed = true;
        if let Some(header) = &self.header
            && let Err(error) = trailer.verify(header)
        {
            self.find(Level::Chain, error.code(), &error.to_string());
        }
        if (self.walker.next_seq(), self.walker.head()) != (trailer.size, trailer.head) {
            let what = "the trailer names another end than the events have: some were cut or added";
            self.find(Level::Chain, "history_head", what);
        }
        if self.levels.has(Level::Projections) && self.whole() {
            self.projections(trailer);
        }
    }

    fn projections(&mut self, trailer: &Trailer) {
        let Some(claim) = trailer.projections else {
            let what = "the trailer claims nothing about the views";
            self.find(Level::Projections, "projections_no_claim", what);
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

    pub(crate) const fn has(&self, level: Level) -> bool {
        self.levels.has(level)
    }

    pub(crate) fn cover(&mut self, level: Level, n: u64) {
        self.covered[level.place()] += n;
    }

    pub(crate) fn cover_to(&mut self, level: Level, n: u64) {
        self.covered[level.place()] = n;
    }

    pub(crate) fn find(&mut self, level: Level, code: &str, message: &str) {
        self.find_at(self.walker.next_seq(), level, code, message);
    }

    pub(crate) fn find_at(&mut self, position: u64, level: Level, code: &str, message: &str) {
        if !self.levels.has(level) {
            return;
        }
        self.counts[level.place()] += 1;
        if self.findings.len() < Self::FINDINGS_MAX {
            let (code, message) = (code.to_owned(), message.to_owned());
            self.findings.push(Finding {
                level,
                code,
                position,
                message,
            });
        }
    }
}
