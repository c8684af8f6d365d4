//! The settled store: one sled tree, prefixed keys, one batch a group.
//!
//! | key | value |
//! | --- | --- |
//! | `e` seq | canonical bytes |
//! | `i` id | seq of the event with this id |
//! | `p` subject `0x00` seq | empty: the event names the subject |
//! | `s` version subject | state after the head, postcard |
//! | `r` version list key `0x00` entry `0x00` seq | list row, postcard |
//! | `v` commitment | sealed record |
//! | `h` | head: size ‖ hash |
//!
//! Numbers are big-endian, so that keys sort as positions do; `version` is the views' version.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chain::hash::Hash;
use domain::entity::{Entity, VIEW_VERSION};
use domain::row::{List, Row};
use domain::subject::Subject;

use crate::anchor::Mark;
use crate::error::LedgerError;

/// Page cache of the database, in bytes; sled counts loosely.
const CACHE_BYTES: u64 = 64 << 20;

#[derive(Clone)]
pub(crate) struct Settled {
    db: sled::Db,
    file: PathBuf,
}

/// Everything one group writes; nothing is visible before [`Settled::apply`].
#[derive(Default)]
pub(crate) struct GroupWrite {
    batch: sled::Batch,
}

impl Settled {
    /// Opens the database; a partial snapshot of an interrupted opening is removed first, as the
    /// next opening would take it for the newest.
    pub(crate) fn open(dir: &Path) -> Result<Self, LedgerError> {
        if let Ok(entries) = std::fs::read_dir(dir) {
            for path in entries.flatten().map(|e| e.path()) {
                if path.to_string_lossy().ends_with(".generating") {
                    std::fs::remove_file(&path).map_err(LedgerError::io("deleting", &path))?;
                }
            }
        }
        let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES);
        // sled panics on some damage instead of answering; that must not take the process along.
        let open = std::panic::AssertUnwindSafe(|| config.open());
        let opened = std::panic::catch_unwind(open).map_err(|_| damaged(dir))?;
        Ok(Self {
            db: opened?,
            file: dir.join("db"),
        })
    }

    /// Makes everything applied so far durable. sled's own flush is no fsync on Linux.
    pub(crate) fn sync(&self) -> Result<(), LedgerError> {
        self.db.flush()?;
        let file = File::open(&self.file).map_err(LedgerError::io("opening", &self.file))?;
        file.sync_all()
            .map_err(LedgerError::io("syncing", &self.file))
    }

    pub(crate) fn head(&self) -> Result<Option<Mark>, LedgerError> {
        let Some(bytes) = self.db.get(b"h")? else {
            return Ok(None);
        };
        let split = bytes.split_first_chunk::<8>();
        let mark = split.and_then(|(size, hash)| {
            let hash = Hash::from_bytes(hash.try_into().ok()?);
            Some(Mark {
                size: u64::from_be_bytes(*size),
                hash,
            })
        });
        mark.map(Some).ok_or_else(|| damaged(&self.file))
    }

    pub(crate) fn apply(&self, write: GroupWrite) -> Result<(), LedgerError> {
        Ok(self.db.apply_batch(write.batch)?)
    }

    pub(crate) fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.db.get(event_key(seq))?.map(|b| b.to_vec()))
    }

    pub(crate) fn events(
        &self,
        range: Range<u64>,
        f: &mut dyn FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), LedgerError> {
        for item in self.db.range(event_key(range.start)..event_key(range.end)) {
            let (key, bytes) = item?;
            let seq = key
                .get(1..)
                .and_then(|k| k.try_into().ok())
                .map(u64::from_be_bytes);
            if !f(seq.ok_or_else(|| damaged(&self.file))?, &bytes) {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn seq_of_id(&self, id: &[u8; 16]) -> Result<Option<u64>, LedgerError> {
        let found = self.db.get(id_key(id))?;
        Ok(found
            .and_then(|b| b.as_ref().try_into().ok())
            .map(u64::from_be_bytes))
    }

    /// Positions below `size` whose events name the subject, ascending.
    pub(crate) fn postings(&self, subject: &Subject, size: u64) -> Result<Vec<u64>, LedgerError> {
        let mut seqs = Vec::new();
        for item in self.db.scan_prefix(posting_prefix(subject)) {
            let (key, _) = item?;
            let seq = key.last_chunk::<8>().map(|b| u64::from_be_bytes(*b));
            match seq {
                Some(seq) if seq < size => seqs.push(seq),
                _ => break,
            }
        }
        Ok(seqs)
    }

    pub(crate) fn entity(&self, subject: &Subject) -> Result<Option<Entity>, LedgerError> {
        let Some(bytes) = self.db.get(state_key(subject))? else {
            return Ok(None);
        };
        postcard::from_bytes(&bytes)
            .map(Some)
            .map_err(|_| damaged(&self.file))
    }

    /// Every subject's state, in the order of the subjects.
    pub(crate) fn entities(
        &self,
        f: &mut dyn FnMut(&str, &[u8]) -> bool,
    ) -> Result<(), LedgerError> {
        let prefix = state_prefix();
        for item in self.db.scan_prefix(&prefix) {
            let (key, state) = item?;
            let subject = key.get(prefix.len()..).and_then(|k| str::from_utf8(k).ok());
            if !f(subject.unwrap_or_default(), &state) {
                break;
            }
        }
        Ok(())
    }

    /// Every row version of a list, by key, entry and position.
    pub(crate) fn rows(&self, list: List, f: &mut dyn FnMut(u64, Row)) -> Result<(), LedgerError> {
        for item in self.db.scan_prefix(row_prefix(list)) {
            let (key, row) = item?;
            let seq = key.last_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b));
            f(
                seq,
                postcard::from_bytes(&row).map_err(|_| damaged(&self.file))?,
            );
        }
        Ok(())
    }

    pub(crate) fn sealed(&self, commitment: &[u8; 32]) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self
            .db
            .get([b"v".as_slice(), commitment].concat())?
            .map(|b| b.to_vec()))
    }
}

impl GroupWrite {
    pub(crate) fn event(&mut self, seq: u64, bytes: &[u8]) {
        self.batch.insert(event_key(seq).as_slice(), bytes);
    }

    pub(crate) fn id(&mut self, id: &[u8; 16], seq: u64) {
        self.batch.insert(id_key(id).as_slice(), &seq.to_be_bytes());
    }

    pub(crate) fn posting(&mut self, subject: &Subject, seq: u64) {
        let mut key = posting_prefix(subject);
        key.extend(seq.to_be_bytes());
        self.batch.insert(key, &[]);
    }

    pub(crate) fn entity(&mut self, subject: &Subject, entity: &Entity) -> Result<(), LedgerError> {
        let state = postcard::to_stdvec(entity)
            .map_err(|e| LedgerError::Settled(format!("a state does not encode: {e}")))?;
        self.batch.insert(state_key(subject), state);
        Ok(())
    }

    pub(crate) fn row(&mut self, seq: u64, row: &Row) -> Result<(), LedgerError> {
        let value = postcard::to_stdvec(row)
            .map_err(|e| LedgerError::Settled(format!("a row does not encode: {e}")))?;
        let mut key = row_prefix(row.list);
        key.extend(row.key.as_bytes());
        key.push(0);
        key.extend(row.entry.as_bytes());
        key.push(0);
        key.extend(seq.to_be_bytes());
        self.batch.insert(key, value);
        Ok(())
    }

    pub(crate) fn sealed(&mut self, commitment: &[u8; 32], record: &[u8]) {
        self.batch
            .insert([b"v".as_slice(), commitment].concat(), record);
    }

    pub(crate) fn head(&mut self, mark: Mark) {
        let mut value = mark.size.to_be_bytes().to_vec();
        value.extend(mark.hash.as_bytes());
        self.batch.insert(b"h", value);
    }
}

fn event_key(seq: u64) -> [u8; 9] {
    let mut key = [b'e'; 9];
    key[1..].copy_from_slice(&seq.to_be_bytes());
    key
}

fn id_key(id: &[u8; 16]) -> [u8; 17] {
    let mut key = [b'i'; 17];
    key[1..].copy_from_slice(id);
    key
}

fn posting_prefix(subject: &Subject) -> Vec<u8> {
    [b"p".as_slice(), subject.as_str().as_bytes(), &[0]].concat()
}

fn state_prefix() -> Vec<u8> {
    [b"s".as_slice(), &VIEW_VERSION.to_be_bytes()].concat()
}

fn state_key(subject: &Subject) -> Vec<u8> {
    let mut key = state_prefix();
    key.extend(subject.as_str().as_bytes());
    key
}

fn row_prefix(list: List) -> Vec<u8> {
    let name = list.name().as_bytes();
    [b"r".as_slice(), &VIEW_VERSION.to_be_bytes(), name, &[0]].concat()
}

fn damaged(path: &Path) -> LedgerError {
    LedgerError::Damaged {
        code: "settled_unreadable",
        position: 0,
        what: format!("{} cannot be read", path.display()),
    }
}
