//! What the threads of a ledger share: a snapshot that readers take, and what is off.
//!
//! A snapshot is head, tail and settled view, all at once; whoever changes one of them puts a new
//! snapshot in the old one's place. The lock is held for that exchange alone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, RwLock};

use domain::entity::Entity;
use domain::subject::Subject;

use crate::cache::States;
use crate::error::LedgerError;
use crate::mem::{Look, Mem};
use crate::read::Head;
use crate::settled::view::View;
use crate::vault::Vault;

/// Everything that can be read, at one head.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) head: Head,
    /// The tail that grows.
    pub(crate) active: Arc<Mem>,
    /// The tail that is being settled.
    pub(crate) frozen: Option<Arc<Mem>>,
    pub(crate) view: Arc<View>,
}

pub(crate) struct Shared {
    pub(crate) origin: String,
    pub(crate) states: States,
    pub(crate) vault: Arc<Vault>,
    held: RwLock<Arc<Snapshot>>,
    /// Why nothing more is written.
    off: OnceLock<String>,
    changes: Mutex<u64>,
    changed: Condvar,
    /// The head that somebody reads states at, whatever is recorded meanwhile.
    pinned: AtomicU64,
    pinning: Mutex<()>,
}

/// A snapshot whose states stay in the tail until this is dropped.
pub(crate) struct Pinned<'a> {
    snapshot: Arc<Snapshot>,
    shared: &'a Shared,
    _turn: Option<MutexGuard<'a, ()>>,
}

impl Pinned<'_> {
    pub(crate) const fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

impl Drop for Pinned<'_> {
    fn drop(&mut self) {
        self.shared.pinned.store(u64::MAX, Ordering::SeqCst);
    }
}

impl Shared {
    pub(crate) fn new(
        origin: String,
        states: States,
        vault: Arc<Vault>,
        snapshot: Snapshot,
    ) -> Self {
        Self {
            origin,
            states,
            vault,
            held: RwLock::new(Arc::new(snapshot)),
            off: OnceLock::new(),
            changes: Mutex::new(0),
            changed: Condvar::new(),
            pinned: AtomicU64::new(u64::MAX),
            pinning: Mutex::new(()),
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        match self.held.read() {
            Ok(held) => Arc::clone(&held),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// A snapshot at whose head every state can be read for as long as it is held; one at a time.
    pub(crate) fn pin(&self) -> Pinned<'_> {
        let turn = self.pinning.lock().ok();
        loop {
            let snapshot = self.snapshot();
            self.pinned.store(snapshot.head.size, Ordering::SeqCst);
            // Had the head moved before the pin stood, older states might be gone already.
            if self.snapshot().head.size == snapshot.head.size {
                return Pinned {
                    snapshot,
                    shared: self,
                    _turn: turn,
                };
            }
        }
    }

    /// The oldest head that a reader may still ask states of.
    pub(crate) fn oldest_read(&self, published: u64) -> u64 {
        self.pinned.load(Ordering::SeqCst).min(published)
    }

    /// Puts a changed snapshot in the old one's place.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        {
            let mut held = match self.held.write() {
                Ok(held) => held,
                Err(poisoned) => poisoned.into_inner(),
            };
            let mut next = held.as_ref().clone();
            change(&mut next);
            *held = Arc::new(next);
        }
        self.wake();
    }

    /// Turns writing off; the first reason stands.
    pub(crate) fn turn_off(&self, why: &LedgerError) {
        let _ = self.off.set(why.to_string());
        self.wake();
    }

    /// Why nothing more is written, if so.
    pub(crate) fn off(&self) -> Option<LedgerError> {
        self.off.get().map(|_| LedgerError::WriterOff)
    }

    /// The first reason in words.
    pub(crate) fn why_off(&self) -> Option<&str> {
        self.off.get().map(String::as_str)
    }

    /// Waits until the frozen tail is settled, or writing is off.
    pub(crate) fn wait_for_room(&self) {
        let mut seen = match self.changes.lock() {
            Ok(seen) => seen,
            Err(poisoned) => poisoned.into_inner(),
        };
        while self.off.get().is_none() && self.snapshot().frozen.is_some() {
            seen = match self.changed.wait(seen) {
                Ok(seen) => seen,
                Err(poisoned) => poisoned.into_inner(),
            };
        }
    }

    fn wake(&self) {
        if let Ok(mut changes) = self.changes.lock() {
            *changes += 1;
        }
        self.changed.notify_all();
    }
}

impl Snapshot {
    /// The tails, newest first.
    pub(crate) fn tails(&self) -> impl DoubleEndedIterator<Item = &Arc<Mem>> {
        std::iter::once(&self.active).chain(&self.frozen)
    }

    /// The position from which on the tail is to be asked.
    pub(crate) fn settled_size(&self) -> u64 {
        self.view.size
    }

    /// A subject's state at `size`, and whether a tail knows newer states alone: then an older one
    /// may be gone where the head has moved since, and the snapshot is to be taken again.
    ///
    /// Cost: a look into each tail; then the cache, or one block and a decoding, about 20 µs.
    pub(crate) fn state(
        &self,
        states: &States,
        subject: &Subject,
        size: u64,
    ) -> Result<(Option<Arc<Entity>>, bool), LedgerError> {
        let mut newer = false;
        for tail in self.tails() {
            match tail.state(subject, size) {
                Look::Found(state) => return Ok((Some(state), newer)),
                Look::Newer => newer = true,
                Look::Absent => {}
            }
        }
        if let Some(state) = states.get(subject) {
            return Ok((Some(state), newer));
        }
        let Some(bytes) = self.view.state(subject)? else {
            return Ok((None, newer));
        };
        let state = Arc::new(decode_state(subject, &bytes)?);
        states.keep(self.view.epoch, subject, &state, bytes.len());
        Ok((Some(state), newer))
    }

    /// Where an id's event stands, seen from `size`.
    pub(crate) fn seq_of_id(&self, id: &[u8; 16], size: u64) -> Result<Option<u64>, LedgerError> {
        for tail in self.tails() {
            if let Some(seq) = tail.seq_of_id(id, size) {
                return Ok(Some(seq));
            }
        }
        self.view.seq_of_id(id)
    }

    /// An event's canonical bytes; it must exist.
    pub(crate) fn event(&self, seq: u64) -> Result<Vec<u8>, LedgerError> {
        if seq >= self.settled_size() {
            for tail in self.tails() {
                if let Some(entry) = tail.events.get(&seq) {
                    return Ok(entry.value().bytes.to_vec());
                }
            }
        }
        self.view.event(seq)
    }

    /// The last position before `size` whose event names a subject. Cost: one look backwards.
    pub(crate) fn last_posting(
        &self,
        subject: &Subject,
        size: u64,
    ) -> Result<Option<u64>, LedgerError> {
        for tail in self.tails() {
            if let Some(seq) = tail.postings(subject, 0..size).next_back() {
                return Ok(Some(seq));
            }
        }
        self.view.last_posting(subject)
    }

    pub(crate) fn sealed(&self, commitment: &[u8; 32]) -> Result<Option<Vec<u8>>, LedgerError> {
        for tail in self.tails() {
            if let Some(record) = tail.sealed(commitment) {
                return Ok(Some(record));
            }
        }
        self.view.sealed(commitment)
    }

    /// The slot of the key that seals for a subject now; `None` where it has none.
    pub(crate) fn vault_key(&self, subject: &Subject) -> Result<Option<u64>, LedgerError> {
        for tail in self.tails() {
            if let Some(entry) = tail.keys.get(subject) {
                return Ok(Some(*entry.value()).filter(|slot| *slot != NO_KEY));
            }
        }
        let key = crate::settled::keys::vault_key(subject);
        let value = self.view.fact(&key)?;
        let slot = value.and_then(|v| v.first_chunk::<8>().map(|b| u64::from_be_bytes(*b)));
        Ok(slot.filter(|slot| *slot != NO_KEY))
    }
}

/// In the place of a slot: the subject's key was destroyed.
pub(crate) const NO_KEY: u64 = u64::MAX;

pub(crate) fn decode_state(subject: &Subject, bytes: &[u8]) -> Result<Entity, LedgerError> {
    postcard::from_bytes(bytes).map_err(|_| LedgerError::Damaged {
        code: "settled_unreadable",
        position: 0,
        what: format!("the state of {subject} cannot be read: make the views anew"),
    })
}
