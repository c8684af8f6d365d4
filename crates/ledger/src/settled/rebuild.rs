//! Views made anew from the events alone, beside those that are read.
//!
//! They are written under a slot of their own, a slice at a time between steps. When they have
//! caught up and the tail is empty, both are compared by digest, and the new ones are read from
//! then on; merging drops the old ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use chain::hash::Hash;
use domain::entity::{Entity, VIEW_VERSION};
use domain::event::Event;
use domain::fold::StateHasher;
use domain::subject::Subject;

use super::keeper::{Keeper, encode};
use super::keys::{self, Slot};
use super::run::{Run, Sink, damaged};
use super::tables::Tables;
use super::view::View;
use crate::error::LedgerError;
use crate::mem::fold;
use crate::shared::decode_state;

/// Events of one slice.
const SLICE_EVENTS: u64 = 8_192;
/// States that are kept decoded between slices, at most.
const STATES_MAX: usize = 20_000;

/// Views under way.
pub(crate) struct Rebuild {
    slot: Slot,
    next: u64,
    states: BTreeMap<Subject, Arc<Entity>>,
    caught_up: Option<SyncSender<Result<(), LedgerError>>>,
}

impl Rebuild {
    /// Whether settled events are still to be folded, or somebody waits to be told.
    pub(super) fn is_behind(&self, view: &View) -> bool {
        self.next < view.size || self.caught_up.is_some()
    }
}

impl Keeper {
    /// Begins to make the views anew; `caught_up` is told when they have.
    pub(crate) fn begin_rebuild(&mut self, caught_up: Option<SyncSender<Result<(), LedgerError>>>) {
        let slot = Slot {
            version: VIEW_VERSION,
            generation: self.manifest.slot.generation + 1,
        };
        self.manifest.building = Some(slot);
        self.rebuild = Some(Rebuild {
            slot,
            next: 0,
            states: BTreeMap::new(),
            caught_up,
        });
    }

    /// One slice. Cost: about 8 µs an event. Whether the view has moved.
    pub(super) fn rebuild_on(&mut self) -> Result<bool, LedgerError> {
        let Some(mut rebuild) = self.rebuild.take() else {
            return Ok(false);
        };
        let until = self.view.size.min(rebuild.next + SLICE_EVENTS);
        if rebuild.next >= until {
            if let Some(caught_up) = rebuild.caught_up.take() {
                // Whoever waited may have gone; the views are there all the same.
                let _ = caught_up.send(Ok(()));
            }
            self.rebuild = Some(rebuild);
            return Ok(false);
        }
        let view = Arc::clone(&self.view);
        let mut changed = BTreeMap::new();
        let (mut failed, from) = (None, rebuild.next);
        view.events(from..until, &mut |seq, bytes| {
            failed = rebuild.take_in(&view, seq, bytes, &mut changed).err();
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        rebuild.next = until;
        if rebuild.states.len() > STATES_MAX {
            rebuild.states.clear();
        }
        let store = Arc::clone(&self.store);
        let mut sink = Sink::new(store.blocks.engine.as_ref());
        let mut run = self.begin_run(0);
        for (key, value) in &changed {
            run.push(&mut sink, key, value)?;
        }
        let mut runs = view.runs.clone();
        runs.insert(0, Arc::new(Run::new(run.finish(&mut sink)?)));
        self.rebuild = Some(rebuild);
        let tables = view.tables.advance(&[]);
        self.commit(sink, runs, tables)?;
        Ok(true)
    }

    /// Reads the new views from now on, and tells whether the old ones agreed with them. The tail
    /// must be empty.
    ///
    /// Cost: both sets of views are read once, about 1 µs an entry.
    pub(crate) fn take_views(&mut self) -> Result<bool, LedgerError> {
        while self
            .rebuild
            .as_ref()
            .is_some_and(|r| r.next < self.view.size)
        {
            self.rebuild_on()?;
        }
        let Some(rebuild) = self.rebuild.take() else {
            return Err(LedgerError::Settled("no views were made anew".to_owned()));
        };
        let comparable = self.view.slot.version == rebuild.slot.version;
        let agreed =
            comparable && digest(&self.view, self.view.slot)? == digest(&self.view, rebuild.slot)?;
        self.manifest.slot = rebuild.slot;
        self.manifest.building = None;
        self.epoch += 1;
        let store = Arc::clone(&self.store);
        let sink = Sink::new(store.blocks.engine.as_ref());
        let runs = self.view.runs.clone();
        self.commit(sink, runs, Tables::default())?;
        Ok(agreed)
    }
}

impl Rebuild {
    fn take_in(
        &mut self,
        view: &View,
        seq: u64,
        bytes: &[u8],
        changed: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    ) -> Result<(), LedgerError> {
        let event = Event::parse(bytes).map_err(|e| LedgerError::Damaged {
            code: e.code(),
            position: seq,
            what: format!("an event cannot be read: {e}"),
        })?;
        for subject in &event.subjects {
            let key = keys::state(self.slot, subject.as_str());
            let mut state = match self.states.remove(subject) {
                Some(state) => state,
                None => Arc::new(match view.fact(&key)? {
                    Some(bytes) => decode_state(subject, &bytes)?,
                    None => Entity::empty_for(subject),
                }),
            };
            let mut rows = Vec::new();
            fold(&mut state, subject, &event, &mut rows);
            for row in rows {
                let key = keys::row(self.slot, row.list, &row.key, &row.entry, seq);
                changed.insert(key, encode(&row)?);
            }
            changed.insert(key, encode(state.as_ref())?);
            self.states.insert(subject.clone(), state);
        }
        Ok(())
    }
}

/// The digest over all views of a slot, as [`StateHasher`] defines it.
fn digest(view: &View, slot: Slot) -> Result<Hash, LedgerError> {
    let mut hasher = StateHasher::default();
    view.facts(&keys::states(slot), &[], &mut |key, state| {
        let subject = keys::subject_of(key);
        let subject = subject.ok_or_else(|| damaged("a state has no subject".to_owned()))?;
        hasher.add(subject, state);
        Ok(true)
    })?;
    view.facts(&keys::all_rows(slot), &[], &mut |key, row| {
        hasher.add_row(keys::seq_at_end(key).unwrap_or_default(), row);
        Ok(true)
    })?;
    Ok(hasher.finish())
}
