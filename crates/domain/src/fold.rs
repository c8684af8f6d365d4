//! Folding a subject's own events: the whole of time travel.

use std::cmp::Ordering;

use crate::day::Day;
use crate::entity::Entity;
use crate::event::Event;
use crate::subject::Subject;

/// The state of a subject after these events, in recorded order: what was known.
#[must_use]
pub fn as_recorded<'a>(me: &Subject, events: impl IntoIterator<Item = &'a Event>) -> Entity {
    let mut state = Entity::empty_for(me);
    for event in events {
        state.apply(me, event);
    }
    state
}

/// The state of a subject on a legal date: those of its events that had taken effect by then, in
/// the order in which they took effect. A correction carries the corrected event's legal date and
/// comes right behind it.
#[must_use]
pub fn as_in_force(me: &Subject, events: &[Event], day: Day) -> Entity {
    let mut in_force: Vec<&Event> = events.iter().filter(|e| e.on <= day).collect();
    in_force.sort_by(|a, b| legal_order(a, b));
    as_recorded(me, in_force)
}

/// By legal date, then by position.
#[must_use]
pub fn legal_order(a: &Event, b: &Event) -> Ordering {
    (a.on, a.seq).cmp(&(b.on, b.seq))
}

/// Digest over all views: the states of all subjects, added in the order of the subjects, then the
/// versions of all list rows, in the order of list, operator, entry and position:
/// `BLAKE3.derive_key("regledger 2026 projections v1", (length u64 LE ‖ subject ‖ length u64 LE ‖
/// state in postcard) for each state, (position u64 LE ‖ length u64 LE ‖ row in postcard) for each
/// row version)`.
pub struct StateHasher {
    hasher: blake3::Hasher,
    /// What is not hashed yet: long stretches are hashed several blocks at a time.
    held: Vec<u8>,
}

/// How much is hashed at once.
const STRETCH_BYTES: usize = 64 << 10;

impl Default for StateHasher {
    fn default() -> Self {
        Self {
            hasher: blake3::Hasher::new_derive_key("regledger 2026 projections v1"),
            held: Vec::with_capacity(STRETCH_BYTES),
        }
    }
}

impl StateHasher {
    /// Adds one subject's state.
    pub fn add(&mut self, subject: &str, state: &[u8]) {
        self.part(subject.as_bytes());
        self.part(state);
    }

    /// Adds one version of a list's row, by the position of the event that made it.
    pub fn add_row(&mut self, seq: u64, row: &[u8]) {
        self.held.extend_from_slice(&seq.to_le_bytes());
        self.part(row);
    }

    fn part(&mut self, part: &[u8]) {
        let len = part.len() as u64;
        self.held.extend_from_slice(&len.to_le_bytes());
        self.held.extend_from_slice(part);
        if self.held.len() >= STRETCH_BYTES {
            self.hasher.update(&self.held);
            self.held.clear();
        }
    }

    /// The digest.
    #[must_use]
    pub fn finish(mut self) -> chain::hash::Hash {
        self.hasher.update(&self.held);
        chain::hash::Hash::from_bytes(*self.hasher.finalize().as_bytes())
    }
}
