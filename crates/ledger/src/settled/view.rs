//! Reading the settled store: one unchanging view of it.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use domain::day::Instant;
use domain::subject::Subject;

use super::block::{join, push_varint, take_varint};
use super::bloom::key_hash;
use super::keys::{self, Slot};
use super::run::{Blocks, Run, RunWalk, damaged};
use super::{block, tables::Tables};
use crate::cache::Bounded;
use crate::error::LedgerError;

/// Events, blocks and their caches, shared by all views.
pub(crate) struct Settled {
    pub(crate) blocks: Blocks,
    events: Mutex<Bounded<u64, Arc<EventBlock>>>,
}

/// Events that were packed together.
pub(crate) struct EventBlock {
    pub(crate) first: u64,
    raw: Vec<u8>,
    /// Where each event lies in `raw`.
    places: Vec<Range<usize>>,
}

impl EventBlock {
    fn read(first: u64, raw: Vec<u8>) -> Option<Self> {
        let (mut places, mut at) = (Vec::new(), 0);
        while at < raw.len() {
            let length = take_varint(&raw, &mut at)?;
            places.push(at..at + length);
            at += length;
        }
        (at == raw.len()).then_some(Self { first, raw, places })
    }

    pub(crate) fn event(&self, seq: u64) -> Option<&[u8]> {
        let n = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.raw.get(self.places.get(n)?.clone())
    }
}

/// Adds an event to the raw form of a block.
pub(crate) fn push_event(raw: &mut Vec<u8>, bytes: &[u8]) {
    push_varint(raw, bytes.len());
    raw.extend_from_slice(bytes);
}

/// Packs a block of events: `recorded at of the first, u64 LE ‖ block`.
pub(crate) fn pack_events(first: u64, at: Instant, raw: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let at = at.millis().to_le_bytes();
    let key = [keys::event_part(first, 0).as_slice(), &at].concat();
    Ok([at.as_slice(), &block::pack(&key, raw)?].concat())
}

impl Settled {
    pub(crate) fn new(blocks: Blocks, cache_bytes: usize) -> Self {
        Self {
            blocks,
            events: Mutex::new(Bounded::new(cache_bytes)),
        }
    }

    /// First position and first recording time of the block that holds an event, and its packed
    /// bytes so far. Cost: one look into the engine, about 4 µs.
    fn packed(&self, seq: u64) -> Result<(u64, Instant, Vec<u8>), LedgerError> {
        let engine = &self.blocks.engine;
        let found = engine.at_or_before(&keys::event_part(seq, u16::MAX))?;
        let missing = || event_damaged(seq, "the block of this event is missing");
        let (key, mut value) = found.ok_or_else(missing)?;
        let first = keys::first_seq(&key).ok_or_else(missing)?;
        if key != keys::event_part(first, 0) {
            let part = engine.get(&keys::event_part(first, 0))?;
            value = part.ok_or_else(missing)?;
        }
        let at = value.get(2..10).and_then(|b| b.try_into().ok());
        let at = at.map(|b| Instant::from_millis(u64::from_le_bytes(b)));
        Ok((first, at.ok_or_else(missing)?, value))
    }

    /// The block that holds an event. Cost: about 25 µs, 4 from the cache.
    fn events_around(&self, seq: u64, keep: bool) -> Result<Arc<EventBlock>, LedgerError> {
        let (first, _, value) = self.packed(seq)?;
        if let Ok(mut cache) = self.events.lock()
            && let Some(found) = cache.get(&first)
        {
            return Ok(found);
        }
        let unreadable = || event_damaged(seq, "the block of this event cannot be read");
        let engine = self.blocks.engine.as_ref();
        let bytes = join(engine, &value, |part| keys::event_part(first, part))?;
        let bytes = bytes.ok_or_else(unreadable)?;
        let (at, packed) = bytes.split_first_chunk::<8>().ok_or_else(unreadable)?;
        let key = [keys::event_part(first, 0).as_slice(), at].concat();
        let raw = block::unpack(&key, packed).and_then(|raw| EventBlock::read(first, raw));
        let read = Arc::new(raw.ok_or_else(unreadable)?);
        if keep && let Ok(mut cache) = self.events.lock() {
            cache.put(first, Arc::clone(&read), read.raw.len() + 512);
        }
        Ok(read)
    }
}

fn event_damaged(position: u64, what: &str) -> LedgerError {
    LedgerError::Damaged {
        code: "settled_unreadable",
        position,
        what: what.to_owned(),
    }
}

/// Takes a key with its value; false stops.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<bool, LedgerError>;

/// The settled store as it stood after one step. It goes on reading the same while newer steps
/// and merges happen: what it needs is deleted only after it is gone.
pub(crate) struct View {
    pub(crate) store: Arc<Settled>,
    pub(crate) size: u64,
    pub(crate) slot: Slot,
    /// Counts the views that hold other facts than the one before.
    pub(crate) epoch: u64,
    /// Newest first.
    pub(crate) runs: Vec<Arc<Run>>,
    pub(crate) tables: Tables,
}

impl View {
    /// An event's canonical bytes.
    pub(crate) fn event(&self, seq: u64) -> Result<Vec<u8>, LedgerError> {
        let block = self.store.events_around(seq, true)?;
        let event = block.event(seq).map(<[u8]>::to_vec);
        event.ok_or_else(|| event_damaged(seq, "this event is missing"))
    }

    /// Streams events in order until `f` answers false; answers whether it went to the end.
    pub(crate) fn events(
        &self,
        range: Range<u64>,
        f: &mut dyn FnMut(u64, &[u8]) -> bool,
    ) -> Result<bool, LedgerError> {
        let mut seq = range.start;
        while seq < range.end.min(self.size) {
            let block = self.store.events_around(seq, false)?;
            let before = seq;
            while let Some(event) = block.event(seq).filter(|_| seq < range.end) {
                if !f(seq, event) {
                    return Ok(false);
                }
                seq += 1;
            }
            if seq == before {
                return Err(event_damaged(seq, "this event is missing"));
            }
        }
        Ok(true)
    }

    /// How many of the settled events were recorded by a time. Cost: one look into the engine for
    /// each halving, one block.
    pub(crate) fn recorded_by(&self, time: Instant) -> Result<u64, LedgerError> {
        let (mut low, mut high, mut base) = (0, self.size, None);
        while low < high {
            let middle = low + (high - low) / 2;
            let (first, at, _) = self.store.packed(middle)?;
            if at > time {
                high = first;
            } else {
                base = Some(first);
                low = middle + 1;
            }
        }
        let Some(base) = base else { return Ok(0) };
        let block = self.store.events_around(base, true)?;
        let mut seq = base;
        while let Some(bytes) = block.event(seq) {
            let link = chain::link::read_link(bytes).ok();
            let at = link.and_then(|l| Instant::parse(l.at).ok());
            if at.ok_or_else(|| event_damaged(seq, "this event cannot be read"))? > time {
                break;
            }
            seq += 1;
        }
        Ok(seq)
    }

    /// The newest value of a fact. Cost: a look at each run's filter, then one block.
    pub(crate) fn fact(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        let hash = keys::filter_key(key).map_or(0, key_hash);
        for run in &self.runs {
            if let Some(value) = run.get(&self.store.blocks, hash, key)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    pub(crate) fn seq_of_id(&self, id: &[u8; 16]) -> Result<Option<u64>, LedgerError> {
        let Some(value) = self.fact(&keys::id(id))? else {
            return Ok(None);
        };
        let seq = value.first_chunk::<8>().map(|b| u64::from_be_bytes(*b));
        let seq = seq.ok_or_else(|| damaged("an id's entry is cut".to_owned()))?;
        Ok(Some(seq))
    }

    /// The last position whose event names a subject: one look backwards.
    pub(crate) fn last_posting(&self, subject: &Subject) -> Result<Option<u64>, LedgerError> {
        let prefix = keys::postings(subject);
        let hash = key_hash(&prefix);
        // Positions of newer runs are higher, so the first run that has any has the last.
        for run in &self.runs {
            if let Some(key) = run.last_of(&self.store.blocks, hash, &prefix)? {
                return Ok(keys::seq_at_end(&key));
            }
        }
        Ok(None)
    }

    /// Positions from a range whose events name a subject, in order, `limit` at most.
    pub(crate) fn postings(
        &self,
        subject: &Subject,
        range: Range<u64>,
        limit: usize,
        out: &mut Vec<u64>,
    ) -> Result<(), LedgerError> {
        let prefix = keys::postings(subject);
        let hash = key_hash(&prefix);
        let from = keys::posting(subject, range.start);
        // Oldest first: positions of newer runs are higher.
        for run in self.runs.iter().rev() {
            if !run.may_hold(&self.store.blocks, hash)? {
                continue;
            }
            let mut walk = RunWalk::seek(&self.store.blocks, run, &from, true)?;
            while let Some(key) = walk.key().filter(|k| k.starts_with(&prefix)) {
                let seq = keys::seq_at_end(key).unwrap_or(u64::MAX);
                if seq >= range.end || out.len() >= limit {
                    break;
                }
                out.push(seq);
                walk.next(&self.store.blocks)?;
            }
        }
        Ok(())
    }

    /// Streams the sealed places of a match token. Cost: a look at each run's filter, then its
    /// blocks.
    pub(crate) fn matches(&self, token: &[u8; 32], f: Each<'_>) -> Result<(), LedgerError> {
        let prefix = keys::matches(token);
        let hash = key_hash(&prefix);
        for run in &self.runs {
            if !run.may_hold(&self.store.blocks, hash)? {
                continue;
            }
            let mut walk = RunWalk::seek(&self.store.blocks, run, &prefix, true)?;
            while let Some(key) = walk.key().filter(|k| k.starts_with(&prefix)) {
                if !f(key, walk.value())? {
                    return Ok(());
                }
                walk.next(&self.store.blocks)?;
            }
        }
        Ok(())
    }

    /// The encoded state of a subject.
    pub(crate) fn state(&self, subject: &Subject) -> Result<Option<Vec<u8>>, LedgerError> {
        self.fact(&keys::state(self.slot, subject.as_str()))
    }

    pub(crate) fn sealed(&self, commitment: &[u8; 32]) -> Result<Option<Vec<u8>>, LedgerError> {
        self.fact(&keys::sealed(commitment))
    }

    /// Walks the facts from a key on.
    pub(crate) fn walk(&self, from: &[u8], keep: bool) -> Result<MergeWalk, LedgerError> {
        MergeWalk::seek(&self.store.blocks, &self.runs, from, keep)
    }

    /// Streams the facts whose keys begin with `prefix`, from `from` on, until `f` answers false.
    pub(crate) fn facts(&self, prefix: &[u8], from: &[u8], f: Each<'_>) -> Result<(), LedgerError> {
        let mut walk = self.walk(from.max(prefix), false)?;
        while let Some((key, value)) = walk.entry().filter(|(k, _)| k.starts_with(prefix)) {
            if !f(key, value)? {
                break;
            }
            walk.next(&self.store.blocks)?;
        }
        Ok(())
    }
}

/// Walks several runs as if they were one: of equal keys the newest counts.
pub(crate) struct MergeWalk {
    walks: Vec<RunWalk>,
    at: Option<usize>,
}

impl MergeWalk {
    /// Stands on the first entry not before `from`. `runs` come newest first.
    pub(crate) fn seek(
        blocks: &Blocks,
        runs: &[Arc<Run>],
        from: &[u8],
        keep: bool,
    ) -> Result<Self, LedgerError> {
        let walks: Result<Vec<RunWalk>, LedgerError> = runs
            .iter()
            .map(|run| RunWalk::seek(blocks, run, from, keep))
            .collect();
        let mut walk = Self {
            walks: walks?,
            at: None,
        };
        walk.at = walk.least();
        Ok(walk)
    }

    /// The entry it stands on.
    pub(crate) fn entry(&self) -> Option<(&[u8], &[u8])> {
        let walk = self.walks.get(self.at?)?;
        Some((walk.key()?, walk.value()))
    }

    pub(crate) fn next(&mut self, blocks: &Blocks) -> Result<(), LedgerError> {
        let Some(at) = self.at else { return Ok(()) };
        // Older runs' versions of the same key are stepped over.
        for other in at + 1..self.walks.len() {
            let same = match (self.walks.get(at), self.walks.get(other)) {
                (Some(a), Some(b)) => a.key() == b.key(),
                _ => false,
            };
            if same && let Some(walk) = self.walks.get_mut(other) {
                walk.next(blocks)?;
            }
        }
        if let Some(walk) = self.walks.get_mut(at) {
            walk.next(blocks)?;
        }
        self.at = self.least();
        Ok(())
    }

    /// The walk with the least key; the newest among equals.
    fn least(&self) -> Option<usize> {
        let mut least: Option<(usize, &[u8])> = None;
        for (i, walk) in self.walks.iter().enumerate() {
            if let Some(key) = walk.key()
                && least.is_none_or(|(_, best)| key < best)
            {
                least = Some((i, key));
            }
        }
        least.map(|(i, _)| i)
    }
}
