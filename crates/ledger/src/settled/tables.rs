//! Lists, decoded: so that a list as of a date is a walk over memory.
//!
//! A table is made when its list is first asked for, and taken along by each step. A list with
//! more row versions than [`ROWS_MAX`] is not kept; it is read from the runs each time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::row::{List, Row};

use super::keys;
use super::run::damaged;
use super::view::View;
use crate::error::LedgerError;

/// Row versions of one list that are kept decoded, at most; about 400 bytes each.
const ROWS_MAX: usize = 60_000;

/// All versions of one entry, with their positions, ascending; at least one.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) versions: Vec<(u64, Arc<Row>)>,
}

impl Entry {
    pub(crate) fn key(&self) -> (&str, &str) {
        self.versions
            .first()
            .map_or(("", ""), |(_, r)| (r.key.as_str(), r.entry.as_str()))
    }

    /// The version that counts for who knows the first `size` events.
    pub(crate) fn known(&self, size: u64) -> Option<&(u64, Arc<Row>)> {
        let behind = self.versions.partition_point(|(seq, _)| *seq < size);
        self.versions.get(behind.checked_sub(1)?)
    }
}

/// A list's entries, by operator and entry.
pub(crate) type Table = Vec<Arc<Entry>>;

/// The tables of a view; `None` for lists that are too long to be kept.
#[derive(Default)]
pub(crate) struct Tables(Mutex<BTreeMap<&'static str, Option<Arc<Table>>>>);

impl Tables {
    /// The table, made where it is not there yet; `None` where the list is too long for one.
    pub(crate) fn of(&self, view: &View, list: List) -> Result<Option<Arc<Table>>, LedgerError> {
        if let Ok(held) = self.0.lock()
            && let Some(found) = held.get(list.name())
        {
            return Ok(found.clone());
        }
        let made = make(view, list)?.map(Arc::new);
        if let Ok(mut held) = self.0.lock() {
            held.insert(list.name(), made.clone());
        }
        Ok(made)
    }

    /// The tables after a step that adds these row versions, in order of position.
    pub(crate) fn advance(&self, rows: &[(u64, Arc<Row>)]) -> Self {
        let mut tables = match self.0.lock() {
            Ok(held) => held.clone(),
            Err(_) => BTreeMap::new(),
        };
        for (name, table) in &mut tables {
            let added = rows.iter().filter(|(_, row)| row.list.name() == *name);
            if let Some(held) = table {
                let mut grown = None;
                for (seq, row) in added {
                    let grown = grown.get_or_insert_with(|| held.as_ref().clone());
                    put(grown, *seq, row);
                }
                let versions = |t: &Table| t.iter().map(|e| e.versions.len()).sum::<usize>();
                if let Some(grown) = grown {
                    *table = (versions(&grown) <= ROWS_MAX).then(|| Arc::new(grown));
                }
            }
        }
        Self(Mutex::new(tables))
    }
}

/// Adds a row version to a table.
pub(crate) fn put(table: &mut Table, seq: u64, row: &Arc<Row>) {
    let key = (row.key.as_str(), row.entry.as_str());
    match table.binary_search_by(|e| e.key().cmp(&key)) {
        Ok(at) => {
            if let Some(entry) = table.get_mut(at) {
                Arc::make_mut(entry).versions.push((seq, Arc::clone(row)));
            }
        }
        Err(at) => {
            let versions = vec![(seq, Arc::clone(row))];
            table.insert(at, Arc::new(Entry { versions }));
        }
    }
}

fn make(view: &View, list: List) -> Result<Option<Table>, LedgerError> {
    let (mut table, mut versions): (Table, usize) = (Vec::new(), 0);
    walk(view, list, None, &mut |entry| {
        versions += entry.versions.len();
        table.push(Arc::new(entry));
        versions <= ROWS_MAX
    })?;
    Ok((versions <= ROWS_MAX).then_some(table))
}

/// Streams a list's entries from the runs, behind `after`; false stops.
pub(crate) fn walk(
    view: &View,
    list: List,
    after: Option<(&str, &str)>,
    f: &mut dyn FnMut(Entry) -> bool,
) -> Result<(), LedgerError> {
    let from = match after {
        Some((key, entry)) => keys::row(view.slot, list, key, entry, u64::MAX),
        None => Vec::new(),
    };
    let mut under_way: Option<Entry> = None;
    view.facts(&keys::rows(view.slot, list), &from, &mut |key, value| {
        let seq = keys::seq_at_end(key).unwrap_or_default();
        let row: Row = postcard::from_bytes(value)
            .map_err(|_| damaged("a row of a list cannot be read".to_owned()))?;
        if let Some(entry) = &mut under_way {
            if entry.key() == (row.key.as_str(), row.entry.as_str()) {
                entry.versions.push((seq, Arc::new(row)));
                return Ok(true);
            }
            let whole = std::mem::replace(&mut entry.versions, vec![(seq, Arc::new(row))]);
            let go_on = f(Entry { versions: whole });
            if !go_on {
                under_way = None;
            }
            return Ok(go_on);
        }
        let versions = vec![(seq, Arc::new(row))];
        under_way = Some(Entry { versions });
        Ok(true)
    })?;
    if let Some(entry) = under_way {
        f(entry);
    }
    Ok(())
}
