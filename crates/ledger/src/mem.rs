//! The tail: what is journaled, or about to be, and not yet settled.
//!
//! The writer adds, readers look, neither waits for the other. Everything carries its position, so
//! that a reader at head `size` meets exactly the groups before it: half a group is never seen,
//! nor is what is not durable yet, as the head moves only after the journal's sync.

use std::ops::{Bound, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chain::tree::Node;
use chain::tree::tile::TILE_HEIGHT;
use crossbeam_skiplist::SkipMap;
use domain::day::{Day, Instant};
use domain::decide::Placed;
use domain::entity::Entity;
use domain::event::Event;
use domain::row::{List, Row};
use domain::subject::Subject;

use crate::cache::weight;

/// An event in the tail.
#[derive(Clone)]
pub(crate) struct TailEvent {
    pub(crate) at: Instant,
    pub(crate) bytes: Arc<[u8]>,
    /// The leaf of its hash.
    pub(crate) leaf: Node,
}

/// What looking for a state in the tail finds.
pub(crate) enum Look {
    Found(Arc<Entity>),
    /// The tail knows only states behind the reader's head.
    Newer,
    Absent,
}

/// A key of a row: list, operator, entry, position.
type RowKey = (&'static str, String, String, u64);

/// One stretch of the history in memory.
pub(crate) struct Mem {
    pub(crate) events: SkipMap<u64, TailEvent>,
    pub(crate) ids: SkipMap<[u8; 16], u64>,
    pub(crate) postings: SkipMap<(Subject, u64), Day>,
    /// With what each takes, about.
    states: SkipMap<(Subject, u64), (Arc<Entity>, usize)>,
    rows: SkipMap<RowKey, Arc<Row>>,
    pub(crate) sealed: SkipMap<[u8; 32], Vec<u8>>,
    /// Sealed places by match token and mark.
    pub(crate) matches: SkipMap<[u8; 56], Vec<u8>>,
    /// Slots of the subjects' vault keys.
    pub(crate) keys: SkipMap<Subject, u64>,
    /// Nodes of the tree's tiles above the leaves, by tile level and index.
    pub(crate) nodes: SkipMap<(u8, u64), Node>,
    bytes: AtomicUsize,
}

/// What an entry of the tail takes in memory besides its content, about.
const ENTRY_BYTES: usize = 96;

impl Mem {
    pub(crate) fn new() -> Self {
        Self {
            events: SkipMap::new(),
            ids: SkipMap::new(),
            postings: SkipMap::new(),
            states: SkipMap::new(),
            rows: SkipMap::new(),
            sealed: SkipMap::new(),
            matches: SkipMap::new(),
            keys: SkipMap::new(),
            nodes: SkipMap::new(),
            bytes: AtomicUsize::new(0),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn add_event(&self, placed: &Placed, bytes: &Arc<[u8]>, leaf: Node) {
        let event = &placed.event;
        let entries = 2 + event.subjects.len();
        let taken = bytes.len() + entries * ENTRY_BYTES;
        self.bytes.fetch_add(taken, Ordering::Relaxed);
        let tail = TailEvent {
            at: event.at,
            bytes: Arc::clone(bytes),
            leaf,
        };
        self.events.insert(event.seq, tail);
        self.ids.insert(*event.id.as_bytes(), event.seq);
        for subject in &event.subjects {
            self.postings.insert((subject.clone(), event.seq), event.on);
        }
    }

    /// Adds the root of a perfect subtree, where a tile has it and it is no leaf.
    pub(crate) fn add_node(&self, level: u32, index: u64, node: Node) {
        if level > 0 && level.is_multiple_of(TILE_HEIGHT) {
            let level = u8::try_from(level / TILE_HEIGHT).unwrap_or(u8::MAX);
            self.nodes.insert((level, index), node);
        }
    }

    /// Adds a subject's state after event `seq`. Of older ones only those are kept that a reader
    /// at `oldest` or later can ask for; the others give back what they took.
    ///
    /// Cost: the state is walked once for its size, about 1 µs, once a group and subject.
    pub(crate) fn add_state(&self, subject: &Subject, seq: u64, state: Arc<Entity>, oldest: u64) {
        let mut visible = false;
        let older = (subject.clone(), 0)..(subject.clone(), seq);
        for entry in self.states.range(older).rev() {
            if visible {
                if entry.remove() {
                    self.bytes.fetch_sub(entry.value().1, Ordering::Relaxed);
                }
            } else {
                visible = entry.key().1 < oldest;
            }
        }
        let taken = weight(encoded_len(&state));
        self.bytes.fetch_add(taken, Ordering::Relaxed);
        self.states.insert((subject.clone(), seq), (state, taken));
    }

    pub(crate) fn add_row(&self, seq: u64, row: Row) {
        let text = row.name.len() + row.reason.len();
        self.bytes
            .fetch_add(4 * ENTRY_BYTES + text, Ordering::Relaxed);
        let key = (row.list.name(), row.key.clone(), row.entry.clone(), seq);
        self.rows.insert(key, Arc::new(row));
    }

    pub(crate) fn add_sealed(&self, commitment: [u8; 32], record: Vec<u8>) {
        self.bytes
            .fetch_add(ENTRY_BYTES + record.len(), Ordering::Relaxed);
        self.sealed.insert(commitment, record);
    }

    pub(crate) fn add_match(&self, token: [u8; 56], place: Vec<u8>) {
        self.bytes
            .fetch_add(ENTRY_BYTES + 56 + place.len(), Ordering::Relaxed);
        self.matches.insert(token, place);
    }

    /// The sealed places of a match token, each under token and mark.
    pub(crate) fn matches(
        &self,
        token: &[u8; 32],
    ) -> impl Iterator<Item = ([u8; 56], Vec<u8>)> + '_ {
        let (mut low, mut high) = ([0; 56], [u8::MAX; 56]);
        low[..32].copy_from_slice(token);
        high[..32].copy_from_slice(token);
        let found = self.matches.range(low..=high);
        found.map(|e| (*e.key(), e.value().clone()))
    }

    /// The state that a reader at `size` sees.
    pub(crate) fn state(&self, subject: &Subject, size: u64) -> Look {
        let bound = (subject.clone(), size);
        if let Some(entry) = self.states.upper_bound(Bound::Excluded(&bound))
            && entry.key().0 == *subject
        {
            return Look::Found(Arc::clone(&entry.value().0));
        }
        match self.states.lower_bound(Bound::Included(&bound)) {
            Some(entry) if entry.key().0 == *subject => Look::Newer,
            _ => Look::Absent,
        }
    }

    /// The newest state of each subject, in their order. Only for a tail that grows no more.
    pub(crate) fn states(&self) -> impl Iterator<Item = (Subject, Arc<Entity>)> + '_ {
        let mut entries = self.states.iter().peekable();
        std::iter::from_fn(move || {
            let mut entry = entries.next()?;
            while let Some(next) = entries.next_if(|n| n.key().0 == entry.key().0) {
                entry = next;
            }
            Some((entry.key().0.clone(), Arc::clone(&entry.value().0)))
        })
    }

    /// Subjects from `from` on that have a state at `size`, in their order.
    pub(crate) fn subjects(
        &self,
        from: Bound<&Subject>,
        size: u64,
    ) -> impl Iterator<Item = Subject> + '_ {
        let from = match from {
            Bound::Included(s) => Bound::Included((s.clone(), 0)),
            Bound::Excluded(s) => Bound::Excluded((s.clone(), u64::MAX)),
            Bound::Unbounded => Bound::Unbounded,
        };
        let mut last = None;
        self.states
            .range((from, Bound::Unbounded))
            .filter_map(move |entry| {
                let (subject, seq) = entry.key();
                let fresh = *seq < size && last.as_ref() != Some(subject);
                fresh.then(|| {
                    last = Some(subject.clone());
                    subject.clone()
                })
            })
    }

    /// Every row version of a list with its position.
    pub(crate) fn rows(&self, list: List) -> impl Iterator<Item = (u64, Arc<Row>)> + '_ {
        let from = (list.name(), String::new(), String::new(), 0);
        self.rows
            .range(from..)
            .take_while(move |e| e.key().0 == list.name())
            .map(|e| (e.key().3, Arc::clone(e.value())))
    }

    /// Every row version of every list with its position.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = (u64, Arc<Row>)> + '_ {
        self.rows.iter().map(|e| (e.key().3, Arc::clone(e.value())))
    }

    /// Positions of the events that name a subject, in a range, in order.
    pub(crate) fn postings(
        &self,
        subject: &Subject,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = u64> + '_ {
        let range = (subject.clone(), range.start)..(subject.clone(), range.end.max(range.start));
        self.postings.range(range).map(|e| e.key().1)
    }

    /// The vault record of a commitment.
    pub(crate) fn sealed(&self, commitment: &[u8; 32]) -> Option<Vec<u8>> {
        self.sealed.get(commitment).map(|e| e.value().clone())
    }

    /// Where an id's event stands, seen from `size`.
    pub(crate) fn seq_of_id(&self, id: &[u8; 16], size: u64) -> Option<u64> {
        let found = self.ids.get(id).map(|e| *e.value());
        found.filter(|seq| *seq < size)
    }
}

/// The length of a state's encoded form, without encoding it.
fn encoded_len(state: &Entity) -> usize {
    // States are plain data: they always encode.
    postcard::serialize_with_flavor(state, postcard::ser_flavors::Size::default()).unwrap_or(0)
}

/// The list rows and the state after `event`, for one subject.
pub(crate) fn fold(state: &mut Arc<Entity>, subject: &Subject, event: &Event, rows: &mut Vec<Row>) {
    let entity = Arc::make_mut(state);
    entity.apply(subject, event);
    entity.rows(subject, event, rows);
}
