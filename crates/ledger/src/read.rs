//! Reading: as of a position, a recorded time, a legal date, or both.

use std::ops::Range;

use chain::hash::Hash;
use chain::history::Projections;
use domain::day::{Day, Instant};
use domain::entity::{Entity, VIEW_VERSION};
use domain::event::Event;
use domain::fold;
use domain::row::{List, ListRow, Selection};
use domain::subject::Subject;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::writer::Ledger;

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
        self.shared.head()
    }

    /// The origin line.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// The canonical bytes of an event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        if seq >= self.head().size {
            Ok(None)
        } else {
            self.shared.settled.event(seq)
        }
    }

    /// The canonical bytes of the event that an action's id led to first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_of(&self, action: Uuid) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.shared.settled.seq_of_id(action.as_bytes())? {
            Some(seq) => self.event(seq),
            None => Ok(None),
        }
    }

    /// Streams events in order; stops where `f` answers false.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn events(
        &self,
        range: Range<u64>,
        f: &mut dyn FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), LedgerError> {
        let end = range.end.min(self.head().size);
        self.shared
            .settled
            .events(range.start..end.max(range.start), f)
    }

    /// The events that name a subject, as known then, in recorded order.
    ///
    /// Cost: one range scan over the subject's positions and one look at each event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, subject: &Subject, known: Known) -> Result<Vec<Event>, LedgerError> {
        let size = self.size_known(known)?;
        let mut events = Vec::new();
        for seq in self.shared.settled.postings(subject, size)? {
            if let Some(bytes) = self.shared.settled.event(seq)? {
                events.push(Event::parse(&bytes).map_err(|e| LedgerError::Damaged {
                    code: e.code(),
                    position: seq,
                    what: format!("an event cannot be read: {e}"),
                })?);
            }
        }
        Ok(events)
    }

    /// A subject's state; `None` where nothing names it by then.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn entity(&self, subject: &Subject, as_of: AsOf) -> Result<Option<Entity>, LedgerError> {
        if as_of.known == Known::Now && as_of.on.is_none() {
            return self.shared.settled.entity(subject);
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

    /// Entries of a list, by operator and entry. With a legal date those that stand on it,
    /// without one all that are not struck out.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn list(&self, list: List, as_of: AsOf) -> Result<Vec<ListRow>, LedgerError> {
        let size = self.size_known(as_of.known)?;
        let mut selection = Selection::new(size, as_of.on);
        self.shared.settled.rows(list, &mut |seq, row| {
            selection.take(seq, row);
        })?;
        Ok(selection.finish())
    }

    /// Streams every subject's state as it is kept; false stops.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn entities(&self, f: &mut dyn FnMut(&str, &[u8]) -> bool) -> Result<(), LedgerError> {
        self.shared.settled.entities(f)
    }

    /// The digest of all kept states, which an audit computes again from the events.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn projections(&self) -> Result<Projections, LedgerError> {
        let mut hasher = fold::StateHasher::default();
        self.entities(&mut |subject, state| {
            hasher.add(subject, state);
            true
        })?;
        Ok(Projections {
            digest: hasher.finish(),
            version: VIEW_VERSION,
        })
    }

    /// How many events were known.
    pub(crate) fn size_known(&self, known: Known) -> Result<u64, LedgerError> {
        let size = self.head().size;
        let time = match known {
            Known::Now => return Ok(size),
            Known::Position(seq) => return Ok(size.min(seq.saturating_add(1))),
            Known::Time(time) => time,
        };
        // Recording times never go back, so the last one in time is found by halving.
        let (mut low, mut high) = (0, size);
        while low < high {
            let middle = low + (high - low) / 2;
            let later = match self.shared.settled.event(middle)? {
                Some(bytes) => recorded_at(&bytes, middle)? > time,
                None => true,
            };
            if later {
                high = middle
            } else {
                low = middle + 1
            }
        }
        Ok(low)
    }
}

fn recorded_at(bytes: &[u8], position: u64) -> Result<Instant, LedgerError> {
    let link = chain::link::read_link(bytes).ok();
    link.and_then(|link| Instant::parse(link.at).ok())
        .ok_or_else(|| LedgerError::Damaged {
            code: "event_unreadable",
            position,
            what: "an event cannot be read".to_owned(),
        })
}
