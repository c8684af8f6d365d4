//! Reading: as of a position, a recorded time, a legal date, or both.
//!
//! Every read takes one snapshot; it sees whole groups only and waits for nobody.

use std::ops::Range;
use std::sync::Arc;

use chain::hash::Hash;
use domain::day::{Day, Instant};
use domain::entity::Entity;
use domain::event::Event;
use domain::fold;
use domain::subject::Subject;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::shared::Snapshot;

/// How many events there are and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of events, which is the next position.
    pub size: u64,
    /// Hash of event `size - 1`; of the origin where there is none.
    pub hash: Hash,
}

/// What was known when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Everything.
    Now,
    /// The events up to and including this position.
    Position(u64),
    /// The events recorded by this time.
    Time(Instant),
}

impl Known {
    /// Reads a position, or a recorded time (RFC 3339, UTC, milliseconds).
    ///
    /// # Errors
    /// The forms that are expected, where the text is of neither.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        Instant::parse(text)
            .map(Self::Time)
            .map_err(|_| "a position, or a time like 2026-01-02T03:04:05.678Z")
    }
}

/// From where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// What was known.
    pub known: Known,
    /// What was true on this legal date; absent: as decided, in recorded order.
    pub on: Option<Day>,
}

impl Ledger {
    /// The history's end, all of it durable.
    #[must_use]
    pub fn head(&self) -> Head {
        self.shared.snapshot().head
    }

    /// The origin line.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// The canonical bytes of an event. Cost: unpacking one block, about 25 µs, unless it is in
    /// the tail or was read before.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        let snapshot = self.shared.snapshot();
        if seq >= snapshot.head.size {
            return Ok(None);
        }
        snapshot.event(seq).map(Some)
    }

    /// The canonical bytes of the event that an action's id led to first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_of(&self, action: Uuid) -> Result<Option<Vec<u8>>, LedgerError> {
        let snapshot = self.shared.snapshot();
        let found = snapshot.seq_of_id(action.as_bytes(), snapshot.head.size)?;
        match found.filter(|seq| *seq < snapshot.head.size) {
            Some(seq) => snapshot.event(seq).map(Some),
            None => Ok(None),
        }
    }

    /// Streams events in order; stops where `f` answers false. About 1 µs an event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn events(
        &self,
        range: Range<u64>,
        f: &mut dyn FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), LedgerError> {
        self.shared.snapshot().events(range, f)
    }

    /// The events that name a subject, as known then, in recorded order. For subjects with long
    /// histories see [`Ledger::history_page`].
    ///
    /// Cost: one range scan over the subject's positions and one look at each event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, subject: &Subject, known: Known) -> Result<Vec<Event>, LedgerError> {
        self.history_page(subject, known, 0, usize::MAX)
    }

    /// The events that name a subject, as known then, in recorded order, from a position on,
    /// `limit` at most.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history_page(
        &self,
        subject: &Subject,
        known: Known,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Event>, LedgerError> {
        let snapshot = self.shared.snapshot();
        let size = snapshot.size_known(known)?;
        let seqs = snapshot.postings(subject, from..size, limit)?;
        seqs.into_iter()
            .map(|seq| {
                let bytes = snapshot.event(seq)?;
                Event::parse(&bytes).map_err(|e| LedgerError::Damaged {
                    code: e.code(),
                    position: seq,
                    what: format!("an event cannot be read: {e}"),
                })
            })
            .collect()
    }

    /// A subject's state; `None` where nothing names it by then.
    ///
    /// Cost: as it is now, a look into the tail and one block; else [`Ledger::history`] and
    /// folding it, about 10 µs an event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn entity(&self, subject: &Subject, as_of: AsOf) -> Result<Option<Entity>, LedgerError> {
        if as_of.known == Known::Now && as_of.on.is_none() && !self.folds {
            let state = self.state(subject)?;
            return Ok(state.map(|state| state.as_ref().clone()));
        }
        let events = self.history(subject, as_of.known)?;
        let taken = |e: &Event| as_of.on.is_none_or(|day| e.on <= day);
        if !events.iter().any(taken) {
            return Ok(None);
        }
        Ok(Some(match as_of.on {
            Some(day) => fold::as_in_force(subject, &events, day),
            None => fold::as_recorded(subject, &events),
        }))
    }

    /// A subject's state as it is now.
    fn state(&self, subject: &Subject) -> Result<Option<Arc<Entity>>, LedgerError> {
        loop {
            let snapshot = self.shared.snapshot();
            let (size, states) = (snapshot.head.size, &self.shared.states);
            let (state, newer) = snapshot.state(states, subject, size)?;
            // Only where the head moved between the two looks can the right state be gone; the
            // next snapshot has a newer one.
            if !newer || self.head().size == size {
                return Ok(state);
            }
        }
    }

    /// How many events were known.
    pub(crate) fn size_known(&self, known: Known) -> Result<u64, LedgerError> {
        self.shared.snapshot().size_known(known)
    }
}

impl Snapshot {
    /// Streams events in order; stops where `f` answers false.
    pub(crate) fn events(
        &self,
        range: Range<u64>,
        f: &mut dyn FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), LedgerError> {
        let range = range.start..range.end.min(self.head.size);
        if !self.view.events(range.clone(), f)? {
            return Ok(());
        }
        let from = range.start.max(self.settled_size());
        for tail in self.tails().rev() {
            for entry in tail.events.range(from..range.end.max(from)) {
                if !f(*entry.key(), &entry.value().bytes) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// How many events were known.
    pub(crate) fn size_known(&self, known: Known) -> Result<u64, LedgerError> {
        let size = self.head.size;
        let time = match known {
            Known::Now => return Ok(size),
            Known::Position(seq) => return Ok(size.min(seq.saturating_add(1))),
            Known::Time(time) => time,
        };
        // Recording times never go back, so the last one in time is found by halving.
        let (mut low, mut high) = (self.settled_size().min(size), size);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut tails = self.tails();
            let event = tails.find_map(|t| t.events.get(&middle).map(|e| e.value().at));
            if event.is_none_or(|at| at > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if low > self.settled_size() {
            return Ok(low);
        }
        Ok(self.view.recorded_by(time)?.min(size))
    }

    /// Every position before `size` whose event names a subject, in order.
    pub(crate) fn positions(&self, subject: &Subject, size: u64) -> Result<Vec<u64>, LedgerError> {
        self.postings(subject, 0..size, usize::MAX)
    }

    /// Positions from a range whose events name a subject, in order, `limit` at most.
    fn postings(
        &self,
        subject: &Subject,
        range: Range<u64>,
        limit: usize,
    ) -> Result<Vec<u64>, LedgerError> {
        let mut seqs = Vec::new();
        self.view
            .postings(subject, range.clone(), limit, &mut seqs)?;
        // A tail may be in the view already where it was settled meanwhile.
        let from = range.start.max(self.settled_size());
        for tail in self.tails().rev() {
            let room = limit - seqs.len();
            seqs.extend(tail.postings(subject, from..range.end).take(room));
        }
        Ok(seqs)
    }
}
