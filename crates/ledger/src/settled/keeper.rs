//! Writing the settled store: steps, and the merging that keeps its runs few.
//!
//! A step writes the blocks of its events and one run of facts in batches that nobody sees, then
//! one batch with the manifest, which names them; then one sync. What a stopped step leaves behind
//! is removed on the next opening. Four runs of one level are merged into one of the next, a slice
//! at a time between steps: a fact is written about log4(steps) times, and a look that finds
//! nothing asks about 3 log4(steps) filters.

use std::sync::Arc;

use chain::hash::Hash;
use domain::entity::{Entity, VIEW_VERSION};
use domain::subject::Subject;
use serde::{Deserialize, Serialize};

use super::block::cut;
use super::engine::{BATCH_KEYS_MAX, Engine};
use super::keys::{self, Slot};
use super::rebuild::Rebuild;
use super::run::{Blocks, Run, RunMeta, RunWriter, Sink, damaged};
use super::tables::Tables;
use super::tiles::Growth;
use super::view::{MergeWalk, Settled, View, pack_events, push_event};
use crate::anchor::Mark;
use crate::error::LedgerError;
use crate::mem::Mem;
use crate::vault::Vault;

/// Raw bytes of a block of events, about; it packs to a quarter, one or two engine values.
const EVENT_RAW_BYTES: usize = 16 << 10;
/// Runs of one level that are merged into one.
const FAN: usize = 4;
/// Blocks that one slice of merging writes, about.
const SLICE_BLOCKS: u32 = 48;

/// What is settled: `crc32 u32 LE ‖ postcard` under the key `m`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) size: u64,
    pub(crate) hash: Hash,
    /// The views that are read.
    pub(crate) slot: Slot,
    /// Views that are being made beside them.
    pub(crate) building: Option<Slot>,
    /// The first slot of the vault's key file that is not given out.
    pub(crate) next_key: u64,
    next_run: u64,
    /// Newest first.
    runs: Vec<RunMeta>,
    /// Runs whose keys are to be removed.
    dropped: Vec<u64>,
}

/// A state that a step has settled, with the length of its encoded form.
pub(crate) type Changed = (Subject, Arc<Entity>, usize);

/// The one who writes the settled store.
pub(crate) struct Keeper {
    pub(crate) store: Arc<Settled>,
    pub(crate) manifest: Manifest,
    pub(crate) view: Arc<View>,
    pub(super) epoch: u64,
    pub(super) rebuild: Option<Rebuild>,
    /// The tree over what is settled, once it was opened.
    pub(super) growth: Option<Growth>,
    merge: Option<Merge>,
    garbage: Vec<Garbage>,
    /// Whose destroyed keys let match tokens go as runs are merged.
    pub(crate) vault: Option<Arc<Vault>>,
}

struct Merge {
    inputs: Vec<Arc<Run>>,
    walk: MergeWalk,
    output: RunWriter,
}

/// A run that nobody needs any more once its last reader is gone.
struct Garbage {
    id: u64,
    run: Option<Arc<Run>>,
}

impl Keeper {
    /// Reads the manifest, and removes what a stopped step or merge left behind.
    pub(crate) fn open(
        engine: Arc<dyn Engine>,
        start: Mark,
        cache_bytes: usize,
    ) -> Result<Self, LedgerError> {
        let manifest = match engine.get(keys::MANIFEST)? {
            Some(bytes) => read_manifest(&bytes)?,
            None => Manifest {
                size: start.size,
                hash: start.hash,
                slot: Slot {
                    version: VIEW_VERSION,
                    generation: 0,
                },
                building: None,
                next_key: 0,
                next_run: 0,
                runs: Vec::new(),
                dropped: Vec::new(),
            },
        };
        let blocks = Blocks::new(engine, cache_bytes / 2);
        let store = Arc::new(Settled::new(blocks, cache_bytes / 2));
        let runs = manifest.runs.iter().map(|m| Arc::new(Run::new(*m)));
        let view = Arc::new(View {
            store: Arc::clone(&store),
            size: manifest.size,
            slot: manifest.slot,
            epoch: 0,
            runs: runs.collect(),
            tables: Tables::default(),
        });
        let dropped = manifest.dropped.iter();
        Ok(Self {
            garbage: dropped.map(|id| Garbage { id: *id, run: None }).collect(),
            store,
            manifest,
            view,
            epoch: 0,
            rebuild: None,
            growth: None,
            merge: None,
            vault: None,
        })
    }

    /// Removes what a stopped step or merge left behind: nobody names it, and it must not stand
    /// in the way of what takes its place. Nothing after a clean stop.
    pub(crate) fn sweep(&mut self) -> Result<(), LedgerError> {
        let engine = Arc::clone(&self.store.blocks.engine);
        let next = self.manifest.next_run;
        let behind = [
            (b"e", keys::event_part(self.manifest.size, 0)),
            (b"b", keys::block_part(next, 0, 0)),
            (b"f", keys::foot_part(next, 0)),
        ];
        for (prefix, from) in behind {
            while remove_some(engine.as_ref(), prefix, &from)? {}
        }
        self.manifest.building = None;
        Ok(())
    }

    /// Settles a tail that grows no more. Afterwards all of it is durable and in the view.
    ///
    /// Cost: about 12 µs an event, most of it encoding states and packing; one sync.
    pub(crate) fn settle(&mut self, mem: &Mem, mark: Mark) -> Result<Vec<Changed>, LedgerError> {
        let store = Arc::clone(&self.store);
        let mut sink = Sink::new(store.blocks.engine.as_ref());
        write_events(&mut sink, mem)?;
        if let Some(growth) = &mut self.growth {
            for entry in &mem.events {
                growth.push(entry.value().leaf, &mut sink)?;
            }
            growth.write_edges(&mut sink)?;
        }
        let mut run = self.begin_run(0);
        let mut rows: Vec<_> = mem.all_rows().collect();
        let changed = write_facts(&mut sink, &mut run, mem, &rows, self.manifest.slot)?;
        let meta = run.finish(&mut sink)?;
        let last_key = mem
            .keys
            .iter()
            .map(|e| *e.value())
            .filter(|s| *s != u64::MAX);
        let next_key = last_key.max().map_or(0, |slot| slot + 1);
        self.manifest.next_key = self.manifest.next_key.max(next_key);
        self.manifest.size = mark.size;
        self.manifest.hash = mark.hash;
        rows.sort_by_key(|(seq, _)| *seq);
        let tables = self.view.tables.advance(&rows);
        let mut runs = self.view.runs.clone();
        runs.insert(0, Arc::new(Run::new(meta)));
        self.epoch += 1;
        self.commit(sink, runs, tables)?;
        Ok(changed)
    }

    /// Names these runs in the manifest, durably, and moves the view.
    pub(super) fn commit(
        &mut self,
        sink: Sink<'_>,
        runs: Vec<Arc<Run>>,
        tables: Tables,
    ) -> Result<(), LedgerError> {
        self.manifest.runs = runs.iter().map(|r| r.meta).collect();
        self.manifest.dropped = self.garbage.iter().map(|g| g.id).collect();
        // The output of a merge under way is no run yet: a stop now leaves it to be removed.
        if let Some(merge) = &self.merge {
            self.manifest.dropped.push(merge.output.id());
        }
        let mut batch = sink.rest();
        batch.push((
            keys::MANIFEST.to_vec(),
            Some(write_manifest(&self.manifest)?),
        ));
        if let Some(growth) = &self.growth {
            batch.push((keys::FRONTIER.to_vec(), Some(growth.frontier_value())));
        }
        self.store.blocks.engine.apply(batch)?;
        self.store.blocks.engine.sync()?;
        self.view = Arc::new(View {
            store: Arc::clone(&self.store),
            size: self.manifest.size,
            slot: self.manifest.slot,
            epoch: self.epoch,
            runs,
            tables,
        });
        Ok(())
    }

    pub(super) fn begin_run(&mut self, level: u8) -> RunWriter {
        let id = self.manifest.next_run;
        self.manifest.next_run += 1;
        RunWriter::new(id, level)
    }

    /// Whether there is something to merge or to remove.
    pub(crate) fn has_work(&self) -> bool {
        self.merge.is_some()
            || self.due().is_some()
            || self
                .rebuild
                .as_ref()
                .is_some_and(|r| r.is_behind(&self.view))
            || self.garbage.iter().any(Garbage::is_free)
    }

    /// One slice of merging or removing. Cost: some 5 ms. Whether the view has moved.
    pub(crate) fn work(&mut self) -> Result<bool, LedgerError> {
        if self.merge.is_none()
            && let Some(level) = self.due()
        {
            self.begin_merge(level)?;
        }
        match self.merge.take() {
            Some(merge) => self.merge_on(merge),
            None if self.rebuild.is_some() => self.rebuild_on(),
            None => self.clean().map(|()| false),
        }
    }

    /// The lowest level that has enough runs to be merged.
    fn due(&self) -> Option<u8> {
        let levels = self.view.runs.iter().map(|r| r.meta.level);
        levels
            .clone()
            .find(|level| levels.clone().filter(|l| l == level).count() >= FAN)
    }

    fn begin_merge(&mut self, level: u8) -> Result<(), LedgerError> {
        let runs = self.view.runs.iter().filter(|r| r.meta.level == level);
        let inputs: Vec<Arc<Run>> = runs.map(Arc::clone).collect();
        let walk = MergeWalk::seek(&self.store.blocks, &inputs, b"", false)?;
        let output = self.begin_run(level + 1);
        self.merge = Some(Merge {
            inputs,
            walk,
            output,
        });
        Ok(())
    }

    fn merge_on(&mut self, mut merge: Merge) -> Result<bool, LedgerError> {
        let store = Arc::clone(&self.store);
        let mut sink = Sink::new(store.blocks.engine.as_ref());
        let until = merge.output.blocks() + SLICE_BLOCKS;
        while merge.output.blocks() < until {
            let Some((key, value)) = merge.walk.entry() else {
                return self.end_merge(merge, sink).map(|()| true);
            };
            let slot = keys::slot_of(key);
            let wanted = |s| s == self.manifest.slot || Some(s) == self.manifest.building;
            let forgotten = keys::is_match(key) && self.is_forgotten(value)?;
            if slot.is_none_or(wanted) && !forgotten {
                merge.output.push(&mut sink, key, value)?;
            }
            merge.walk.next(&store.blocks)?;
        }
        sink.flush()?;
        self.merge = Some(merge);
        Ok(false)
    }

    /// Whether a sealed place can never be read again, as its owner's key was destroyed.
    fn is_forgotten(&self, place: &[u8]) -> Result<bool, LedgerError> {
        match &self.vault {
            Some(vault) => vault.is_forgotten(place),
            None => Ok(false),
        }
    }

    fn end_merge(&mut self, merge: Merge, mut sink: Sink<'_>) -> Result<(), LedgerError> {
        let output = Arc::new(Run::new(merge.output.finish(&mut sink)?));
        let merged = |r: &Arc<Run>| merge.inputs.iter().any(|i| i.meta.id == r.meta.id);
        // The inputs stand together; the output takes the place of the oldest.
        let mut runs = Vec::new();
        let last = self.view.runs.iter().rposition(merged);
        for (i, run) in self.view.runs.iter().enumerate() {
            if !merged(run) {
                runs.push(Arc::clone(run));
            } else if Some(i) == last {
                runs.push(Arc::clone(&output));
            }
        }
        self.garbage.extend(merge.inputs.iter().map(|run| Garbage {
            id: run.meta.id,
            run: Some(Arc::clone(run)),
        }));
        let tables = self.view.tables.advance(&[]);
        self.commit(sink, runs, tables)
    }

    /// Removes some keys of a run that no reader holds any more.
    fn clean(&mut self) -> Result<(), LedgerError> {
        let engine = Arc::clone(&self.store.blocks.engine);
        let Some(at) = self.garbage.iter().position(Garbage::is_free) else {
            return Ok(());
        };
        let id = self.garbage.get(at).map_or(0, |g| g.id);
        for prefix in keys::run_prefixes(id) {
            if remove_some(engine.as_ref(), &prefix, &prefix)? {
                return Ok(());
            }
        }
        self.garbage.swap_remove(at);
        Ok(())
    }
}

impl Keeper {
    /// Writes facts, sorted by key, over what is settled; durable when it answers.
    pub(crate) fn add_facts(&mut self, facts: &[(Vec<u8>, &Vec<u8>)]) -> Result<(), LedgerError> {
        let tables = self.view.tables.advance(&[]);
        self.write_run(facts, tables)
    }

    fn write_run(
        &mut self,
        facts: &[(Vec<u8>, &Vec<u8>)],
        tables: Tables,
    ) -> Result<(), LedgerError> {
        let store = Arc::clone(&self.store);
        let mut sink = Sink::new(store.blocks.engine.as_ref());
        let mut run = self.begin_run(0);
        for (key, value) in facts {
            run.push(&mut sink, key, value)?;
        }
        let mut runs = self.view.runs.clone();
        runs.insert(0, Arc::new(Run::new(run.finish(&mut sink)?)));
        self.commit(sink, runs, tables)
    }

    /// Writes one fact over what is settled, as an intruder would.
    #[cfg(test)]
    pub(crate) fn forge(&mut self, key: &[u8], value: &[u8]) -> Result<(), LedgerError> {
        self.write_run(&[(key.to_vec(), &value.to_vec())], Tables::default())
    }
}

impl Garbage {
    fn is_free(&self) -> bool {
        self.run.as_ref().is_none_or(|r| Arc::strong_count(r) == 1)
    }
}

/// Removes a batch of the keys with a prefix, from `from` on; false where there were none.
fn remove_some(engine: &dyn Engine, prefix: &[u8], from: &[u8]) -> Result<bool, LedgerError> {
    let keys = engine.keys(prefix, from, BATCH_KEYS_MAX)?;
    let some = !keys.is_empty();
    if some {
        engine.apply(keys.into_iter().map(|key| (key, None)).collect())?;
    }
    Ok(some)
}

fn write_events(sink: &mut Sink<'_>, mem: &Mem) -> Result<(), LedgerError> {
    let mut raw = Vec::with_capacity(EVENT_RAW_BYTES * 2);
    let mut begun = None;
    let mut flush = |begun: &mut Option<_>, raw: &mut Vec<u8>| {
        let Some((first, at)) = begun.take() else {
            return Ok(());
        };
        let block = pack_events(first, at, raw)?;
        raw.clear();
        sink.put(cut(&block, |part| keys::event_part(first, part))?)
    };
    for entry in &mem.events {
        let event = entry.value();
        begun.get_or_insert((*entry.key(), event.at));
        push_event(&mut raw, &event.bytes);
        if raw.len() >= EVENT_RAW_BYTES {
            flush(&mut begun, &mut raw)?;
        }
    }
    flush(&mut begun, &mut raw)
}

/// Writes a tail's facts in the order of their keys.
fn write_facts(
    sink: &mut Sink<'_>,
    run: &mut RunWriter,
    mem: &Mem,
    rows: &[(u64, Arc<domain::row::Row>)],
    slot: Slot,
) -> Result<Vec<Changed>, LedgerError> {
    for entry in &mem.ids {
        run.push(sink, &keys::id(entry.key()), &entry.value().to_be_bytes())?;
    }
    for entry in &mem.keys {
        let key = keys::vault_key(entry.key());
        run.push(sink, &key, &entry.value().to_be_bytes())?;
    }
    for entry in &mem.postings {
        let (subject, seq) = entry.key();
        let day = entry.value().unix_days().to_be_bytes();
        run.push(sink, &keys::posting(subject, *seq), &day)?;
    }
    let mut encoded = Vec::with_capacity(rows.len());
    for (seq, row) in rows {
        let key = keys::row(slot, row.list, &row.key, &row.entry, *seq);
        encoded.push((key, encode(row.as_ref())?));
    }
    encoded.sort();
    for (key, value) in &encoded {
        run.push(sink, key, value)?;
    }
    let mut changed = Vec::new();
    for (subject, state) in mem.states() {
        let value = encode(state.as_ref())?;
        run.push(sink, &keys::state(slot, subject.as_str()), &value)?;
        changed.push((subject, state, value.len()));
    }
    for entry in &mem.matches {
        run.push(sink, &keys::match_place(entry.key()), entry.value())?;
    }
    for entry in &mem.sealed {
        run.push(sink, &keys::sealed(entry.key()), entry.value())?;
    }
    Ok(changed)
}

pub(crate) fn encode<T: Serialize>(view: &T) -> Result<Vec<u8>, LedgerError> {
    postcard::to_stdvec(view)
        .map_err(|e| LedgerError::Settled(format!("a view does not encode: {e}")))
}

fn read_manifest(bytes: &[u8]) -> Result<Manifest, LedgerError> {
    let unreadable = || damaged("the manifest of the settled store cannot be read".to_owned());
    let (crc, rest) = bytes.split_first_chunk::<4>().ok_or_else(unreadable)?;
    if u32::from_le_bytes(*crc) != crc32fast::hash(rest) {
        return Err(unreadable());
    }
    postcard::from_bytes(rest).map_err(|_| unreadable())
}

fn write_manifest(manifest: &Manifest) -> Result<Vec<u8>, LedgerError> {
    let rest = encode(manifest)?;
    let mut bytes = crc32fast::hash(&rest).to_le_bytes().to_vec();
    bytes.extend(rest);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_with_any_bit_flipped_is_refused() {
        let manifest = Manifest {
            size: 300,
            hash: chain::hash::origin_hash("a manifest"),
            slot: Slot {
                version: 1,
                generation: 0,
            },
            building: None,
            next_key: 9,
            next_run: 4,
            runs: Vec::new(),
            dropped: vec![2],
        };
        let good = write_manifest(&manifest).unwrap();
        assert_eq!(read_manifest(&good).unwrap(), manifest);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(read_manifest(&bad).is_err(), "bit {bit}");
        }
    }
}
