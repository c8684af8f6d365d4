//! Runs: facts of one step, or of several merged, sorted, in blocks.
//!
//! A run never changes; a newer one overrides it. Its foot, `length of the keys u32 LE ‖ first
//! keys of its blocks as raw facts without values ‖ filter`, packed and cut like a block, is read
//! when the run is first looked into, so that opening does not pay for it.

use std::sync::{Arc, Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use super::block::{self, FactBlock, FactWalk};
use super::bloom::{Bloom, key_hash};
use super::engine::{BATCH_KEYS_MAX, Batch, Engine};
use super::keys;
use crate::cache::Bounded;
use crate::error::LedgerError;

/// Raw bytes of a block of facts, about: small, as a look at one fact unpacks a whole block.
const RAW_BYTES: usize = 8 << 10;
/// Bytes of one batch, about.
const BATCH_BYTES_MAX: usize = 512 << 10;

/// What the manifest says of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunMeta {
    pub(crate) id: u64,
    /// How often its facts were merged.
    pub(crate) level: u8,
    pub(crate) blocks: u32,
    pub(crate) entries: u64,
}

/// A run that can be looked into.
pub(crate) struct Run {
    pub(crate) meta: RunMeta,
    foot: OnceLock<Foot>,
}

struct Foot {
    /// First keys of the blocks.
    firsts: Vec<Box<[u8]>>,
    bloom: Bloom,
}

/// The raw form of a block.
type Raw = Arc<Vec<u8>>;

/// Blocks by run and number, unpacked, with a bounded cache.
pub(crate) struct Blocks {
    pub(crate) engine: Arc<dyn Engine>,
    cache: Mutex<Bounded<(u64, u32), Raw>>,
}

impl Blocks {
    pub(crate) fn new(engine: Arc<dyn Engine>, cache_bytes: usize) -> Self {
        Self {
            engine,
            cache: Mutex::new(Bounded::new(cache_bytes)),
        }
    }

    /// A raw block; kept for the next reader where `keep`.
    ///
    /// Cost: about 15 µs, of which sled 3; a hundredth of that from the cache.
    fn raw(&self, run: u64, number: u32, keep: bool) -> Result<Raw, LedgerError> {
        if let Ok(mut cache) = self.cache.lock()
            && let Some(found) = cache.get(&(run, number))
        {
            return Ok(found);
        }
        let key = |part| keys::block_part(run, number, part);
        let raw = Arc::new(self.packed(key).and_then(|block| {
            block::unpack(&key(0), &block).ok_or_else(|| run_damaged(run, number))
        })?);
        if keep && let Ok(mut cache) = self.cache.lock() {
            cache.put((run, number), Arc::clone(&raw), raw.len() + 128);
        }
        Ok(raw)
    }

    fn packed(&self, key: impl Fn(u16) -> Vec<u8>) -> Result<Vec<u8>, LedgerError> {
        let engine = self.engine.as_ref();
        let missing = || damaged("a block of the settled store is missing".to_owned());
        let first = engine.get(&key(0))?.ok_or_else(missing)?;
        block::join(engine, &first, key)?.ok_or_else(missing)
    }
}

fn run_damaged(run: u64, number: u32) -> LedgerError {
    damaged(format!("block {number} of run {run} cannot be read"))
}

pub(crate) fn damaged(what: String) -> LedgerError {
    LedgerError::Damaged {
        code: "settled_unreadable",
        position: 0,
        what,
    }
}

impl Run {
    pub(crate) fn new(meta: RunMeta) -> Self {
        Self {
            meta,
            foot: OnceLock::new(),
        }
    }

    fn foot(&self, blocks: &Blocks) -> Result<&Foot, LedgerError> {
        if let Some(foot) = self.foot.get() {
            return Ok(foot);
        }
        let key = |part| keys::foot_part(self.meta.id, part);
        let packed = blocks.packed(key)?;
        let read = block::unpack(&key(0), &packed).and_then(|raw| Foot::read(&raw));
        let foot = read.filter(|f| f.firsts.len() == self.meta.blocks as usize);
        let foot = foot.ok_or_else(|| damaged(format!("run {} has no foot", self.meta.id)))?;
        Ok(self.foot.get_or_init(|| foot))
    }

    /// The value of a key. Cost: nothing where the filter says no, else one block.
    pub(crate) fn get(
        &self,
        blocks: &Blocks,
        hash: u64,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let foot = self.foot(blocks)?;
        if !foot.bloom.may_hold(hash) {
            return Ok(None);
        }
        let Some(number) = foot.block_of(key) else {
            return Ok(None);
        };
        let raw = blocks.raw(self.meta.id, number, true)?;
        let mut walk = FactWalk::default();
        while self.step(&mut walk, &raw, number)? {
            if walk.key.as_slice() >= key {
                return Ok((walk.key == key).then(|| walk.value(&raw).to_vec()));
            }
        }
        Ok(None)
    }

    /// The last key that begins with `prefix`; `hash` is the filter's for it. Cost as [`Run::get`].
    pub(crate) fn last_of(
        &self,
        blocks: &Blocks,
        hash: u64,
        prefix: &[u8],
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let foot = self.foot(blocks)?;
        if !foot.bloom.may_hold(hash) {
            return Ok(None);
        }
        let end = [prefix, &[0xff; 9]].concat();
        let Some(number) = foot.block_of(&end) else {
            return Ok(None);
        };
        let raw = blocks.raw(self.meta.id, number, true)?;
        let (mut walk, mut last) = (FactWalk::default(), None);
        while self.step(&mut walk, &raw, number)? && walk.key <= end {
            if walk.key.starts_with(prefix) {
                last = Some(walk.key.clone());
            }
        }
        Ok(last)
    }

    /// Whether the filter rules this key out.
    pub(crate) fn may_hold(&self, blocks: &Blocks, hash: u64) -> Result<bool, LedgerError> {
        Ok(self.foot(blocks)?.bloom.may_hold(hash))
    }

    fn step(&self, walk: &mut FactWalk, raw: &[u8], number: u32) -> Result<bool, LedgerError> {
        walk.step(raw)
            .map_err(|()| run_damaged(self.meta.id, number))
    }
}

impl Foot {
    fn read(raw: &[u8]) -> Option<Self> {
        let (length, rest) = raw.split_first_chunk::<4>()?;
        let (names, bloom) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let (mut walk, mut firsts) = (FactWalk::default(), Vec::new());
        while walk.step(names).ok()? {
            firsts.push(walk.key.clone().into_boxed_slice());
        }
        let bloom = Bloom::from_bytes(bloom);
        Some(Self { firsts, bloom })
    }

    /// The only block that can hold a key.
    fn block_of(&self, key: &[u8]) -> Option<u32> {
        let behind = self.firsts.partition_point(|first| first.as_ref() <= key);
        u32::try_from(behind.checked_sub(1)?).ok()
    }
}

/// Walks a run from a key on.
pub(crate) struct RunWalk {
    run: Arc<Run>,
    number: u32,
    raw: Raw,
    walk: FactWalk,
    keep: bool,
    done: bool,
}

impl RunWalk {
    /// Stands on the first entry whose key is not before `from`.
    pub(crate) fn seek(
        blocks: &Blocks,
        run: &Arc<Run>,
        from: &[u8],
        keep: bool,
    ) -> Result<Self, LedgerError> {
        let number = run.foot(blocks)?.block_of(from).unwrap_or(0);
        let mut walk = Self {
            run: Arc::clone(run),
            number,
            raw: Arc::default(),
            walk: FactWalk::default(),
            keep,
            done: run.meta.blocks == 0,
        };
        if !walk.done {
            walk.raw = blocks.raw(run.meta.id, number, keep)?;
            walk.next(blocks)?;
            while !walk.done && walk.walk.key.as_slice() < from {
                walk.next(blocks)?;
            }
        }
        Ok(walk)
    }

    /// The entry it stands on.
    pub(crate) fn key(&self) -> Option<&[u8]> {
        (!self.done).then_some(self.walk.key.as_slice())
    }

    pub(crate) fn value(&self) -> &[u8] {
        self.walk.value(&self.raw)
    }

    pub(crate) fn next(&mut self, blocks: &Blocks) -> Result<(), LedgerError> {
        while !self.run.step(&mut self.walk, &self.raw, self.number)? {
            self.number += 1;
            if self.number >= self.run.meta.blocks {
                self.done = true;
                return Ok(());
            }
            self.raw = blocks.raw(self.run.meta.id, self.number, self.keep)?;
            self.walk = FactWalk::default();
        }
        Ok(())
    }
}

/// Writes engine values in batches of bounded size; nothing of it is visible before the manifest
/// names it.
pub(crate) struct Sink<'a> {
    engine: &'a dyn Engine,
    batch: Batch,
    bytes: usize,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(engine: &'a dyn Engine) -> Self {
        Self {
            engine,
            batch: Vec::new(),
            bytes: 0,
        }
    }

    pub(crate) fn put(&mut self, pairs: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), LedgerError> {
        for (key, value) in pairs {
            if self.batch.len() + 1 >= BATCH_KEYS_MAX || self.bytes >= BATCH_BYTES_MAX {
                self.flush()?;
            }
            self.bytes += key.len() + value.len();
            self.batch.push((key, Some(value)));
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), LedgerError> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        self.engine.apply(batch)
    }

    /// The last batch, for the caller to add the manifest to.
    pub(crate) fn rest(self) -> Batch {
        self.batch
    }
}

/// Writes a run, entry by entry, in the order of the keys.
pub(crate) struct RunWriter {
    meta: RunMeta,
    block: FactBlock,
    names: FactBlock,
    hashes: Vec<u64>,
}

impl RunWriter {
    pub(crate) fn new(id: u64, level: u8) -> Self {
        let meta = RunMeta {
            id,
            level,
            blocks: 0,
            entries: 0,
        };
        Self {
            meta,
            block: FactBlock::default(),
            names: FactBlock::default(),
            hashes: Vec::new(),
        }
    }

    pub(crate) fn push(
        &mut self,
        sink: &mut Sink<'_>,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), LedgerError> {
        if let Some(hash) = keys::filter_key(key).map(key_hash)
            && self.hashes.last() != Some(&hash)
        {
            self.hashes.push(hash);
        }
        self.meta.entries += 1;
        self.block.push(key, value);
        if self.block.raw.len() >= RAW_BYTES {
            self.close_block(sink)?;
        }
        Ok(())
    }

    pub(crate) const fn id(&self) -> u64 {
        self.meta.id
    }

    /// Blocks written so far.
    pub(crate) const fn blocks(&self) -> u32 {
        self.meta.blocks
    }

    pub(crate) fn finish(mut self, sink: &mut Sink<'_>) -> Result<RunMeta, LedgerError> {
        self.close_block(sink)?;
        let names = u32::try_from(self.names.raw.len());
        let names = names.map_err(|_| LedgerError::Settled("a run is too large".to_owned()))?;
        let mut foot = names.to_le_bytes().to_vec();
        foot.append(&mut self.names.raw);
        foot.extend_from_slice(Bloom::of(&self.hashes).as_bytes());
        let key = |part| keys::foot_part(self.meta.id, part);
        sink.put(block::cut(&block::pack(&key(0), &foot)?, key)?)?;
        Ok(self.meta)
    }

    fn close_block(&mut self, sink: &mut Sink<'_>) -> Result<(), LedgerError> {
        let block = std::mem::take(&mut self.block);
        if block.raw.is_empty() {
            return Ok(());
        }
        let (id, number) = (self.meta.id, self.meta.blocks);
        let key = |part| keys::block_part(id, number, part);
        sink.put(block::cut(&block::pack(&key(0), &block.raw)?, key)?)?;
        self.names.push(&block.first, &[]);
        self.meta.blocks += 1;
        Ok(())
    }
}
