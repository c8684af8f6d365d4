//! Caches bounded in bytes: the least recently used goes first.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};

use domain::entity::Entity;
use domain::subject::Subject;
use lru::LruCache;

/// Entries up to a sum of bytes; what an entry weighs is the caller's word.
pub(crate) struct Bounded<K: Hash + Eq, V> {
    held: LruCache<K, (V, usize)>,
    bytes: usize,
    bytes_max: usize,
}

impl<K: Hash + Eq, V: Clone> Bounded<K, V> {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            held: LruCache::unbounded(),
            bytes: 0,
            bytes_max,
        }
    }

    pub(crate) fn get<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.held.get(key).map(|(value, _)| value.clone())
    }

    pub(crate) fn put(&mut self, key: K, value: V, bytes: usize) {
        if let Some((_, old)) = self.held.put(key, (value, bytes)) {
            self.bytes -= old;
        }
        self.bytes += bytes;
        while self.bytes > self.bytes_max {
            match self.held.pop_lru() {
                Some((_, (_, gone))) => self.bytes -= gone,
                None => break,
            }
        }
    }

    fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }
}

/// What a decoded state takes, for each byte of its encoded form; measured on operators.
const DECODED_BYTES_PER_BYTE: usize = 4;
/// What an entry takes besides.
const ENTRY_BYTES: usize = 256;

/// What a decoded state takes, about, whose encoded form has this length.
pub(crate) const fn weight(encoded: usize) -> usize {
    encoded * DECODED_BYTES_PER_BYTE + ENTRY_BYTES
}

/// Decoded states of the settled store, as of its head.
///
/// Whoever settles puts the changed states in and moves `epoch` in one step, before readers see
/// the new head; a reader that still looks at an older head may take what is here (what changed
/// since, it meets in the tail first) but must not put anything in.
pub(crate) struct States(Mutex<Held>);

struct Held {
    states: Bounded<Subject, Arc<Entity>>,
    epoch: u64,
}

impl States {
    pub(crate) fn new(bytes_max: usize) -> Self {
        let states = Bounded::new(bytes_max);
        Self(Mutex::new(Held { states, epoch: 0 }))
    }

    pub(crate) fn get(&self, subject: &Subject) -> Option<Arc<Entity>> {
        self.lock().states.get(subject)
    }

    /// Keeps what was read at a view of `epoch`.
    pub(crate) fn keep(&self, epoch: u64, subject: &Subject, state: &Arc<Entity>, bytes: usize) {
        let mut held = self.lock();
        if held.epoch == epoch {
            let state = Arc::clone(state);
            held.states.put(subject.clone(), state, weight(bytes));
        }
    }

    /// Moves to a new view with what it changes.
    pub(crate) fn advance(
        &self,
        epoch: u64,
        changed: impl IntoIterator<Item = (Subject, Arc<Entity>, usize)>,
    ) {
        let mut held = self.lock();
        held.epoch = epoch;
        for (subject, state, bytes) in changed {
            held.states.put(subject, state, weight(bytes));
        }
    }

    /// Forgets all, as other views hold from now on.
    pub(crate) fn clear(&self, epoch: u64) {
        let mut held = self.lock();
        held.epoch = epoch;
        held.states.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        match self.0.lock() {
            Ok(held) => held,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}
