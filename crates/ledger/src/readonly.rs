//! Looking at what cannot be opened for writing.
//!
//! Nothing is written to the folder: sled, which writes while it opens, works on a copy of its
//! files. What is served ends at the last position that verifies: every settled event is hashed
//! and joined to the one before it, then the journal's. Views are folded from these events alone,
//! unless all that was settled holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use chain::walk::Walker;
use domain::entity::VIEW_VERSION;

use crate::anchor::{Mark, MarkFile};
use crate::checkpoint::Checkpoints;
use crate::error::LedgerError;
use crate::journal::replay;
use crate::ledger::{Ledger, Options};
use crate::media::Disk;
use crate::open::{
    Found, check_database, check_end, check_settled, floor_path, lock, open_keeper, read_origin,
    writer_over,
};
use crate::read::Head;
use crate::settled::engine::{Engine, SledEngine};
use crate::settled::keeper::Keeper;
use crate::vault::Vault;

/// Where a ledger that is only looked at stops being served, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The first position that is not served.
    pub position: u64,
    /// Stable code of what is wrong there.
    pub code: String,
    /// In words.
    pub what: String,
}

impl From<&LedgerError> for Stopped {
    fn from(error: &LedgerError) -> Self {
        let position = match error {
            LedgerError::Damaged { position, .. } => *position,
            _ => 0,
        };
        Self {
            position,
            code: error.code().to_owned(),
            what: error.to_string(),
        }
    }
}

impl Ledger {
    /// Opens a ledger for reading only, also one that is damaged. `scratch` is an empty or new
    /// folder outside it, where the database's files are copied to; the caller removes it
    /// afterwards.
    ///
    /// Cost: the copy, and hashing every event, about 2 µs each.
    ///
    /// # Errors
    /// `ledger_locked` where a process has it open for writing, `ledger_missing`, and I/O errors.
    /// Damage is no error here: see [`Ledger::stopped`].
    pub fn open_read_only(
        dir: &Path,
        scratch: &Path,
        options: &Options,
    ) -> Result<Self, LedgerError> {
        let origin = read_origin(dir)?;
        let _lock = if dir.join("lock").exists() {
            Some(lock(dir, false)?)
        } else {
            None
        };
        let anchored = MarkFile::read(&Disk, &dir.join("anchor"));
        let floor = MarkFile::read(&Disk, &floor_path(dir));
        let mut journaled = replay(&Disk, &dir.join("journal"))?;
        let mut faults: Vec<LedgerError> = Vec::new();
        let start = Mark {
            size: 0,
            hash: chain::hash::origin_hash(&origin),
        };
        let mut mark = |found: Result<Option<(u64, Mark)>, LedgerError>| match found {
            Ok(found) => found.map_or(start, |(_, mark)| mark),
            Err(error) => {
                faults.push(error);
                start
            }
        };
        let (anchored, acknowledged) = (mark(anchored), mark(floor));
        faults.extend(check_database(dir, dir.join("running").exists()).err());
        faults.extend(journaled.damage.take());
        let found = Found {
            origin,
            anchored,
            journaled,
        };
        let mut keeper = copied_keeper(dir, scratch, &found, options, &mut faults)?;
        let held = verified(&keeper, &found.origin);
        let whole = held.is_ok() && keeper.view.slot.version == VIEW_VERSION;
        faults.extend(keeper.open_tree().err());
        let (tasks, _) = sync_channel(1);
        let vault = Vault::open(dir, false)?;
        let mut writer = writer_over(vault, found.origin.clone(), &keeper, options, tasks);
        faults.extend(check_settled(&keeper, &found).err());
        match held {
            Ok(()) => {
                for group in &found.journaled.groups {
                    if let Err(error) = writer.take_in(group) {
                        faults.push(error);
                        break;
                    }
                }
                faults.extend(check_end(&writer, acknowledged, &found).err());
                let head = Head {
                    size: writer.mark.size,
                    hash: writer.mark.hash,
                };
                writer.shared.update(|s| s.head = head);
            }
            Err((head, error)) => {
                writer.shared.update(|s| s.head = head);
                faults.insert(0, error);
            }
        }
        let checkpoints = Checkpoints::open(dir, Arc::new(Disk), false)?;
        let signed = checkpoints.check(&found.origin, &writer.shared.snapshot());
        faults.extend(signed.err());
        let end = writer.shared.snapshot().head.size;
        let mut stopped = faults.first().map(Stopped::from);
        if let Some(stopped) = &mut stopped {
            stopped.position = end;
        }
        Ok(Self {
            shared: writer.shared,
            writing: None,
            stopped,
            checkpoints,
            folds: !whole,
        })
    }

    /// Where a ledger that is only looked at stops, and why; `None` where all of it holds, and for
    /// one that is open for writing.
    #[must_use]
    pub const fn stopped(&self) -> Option<&Stopped> {
        self.stopped.as_ref()
    }
}

/// The settled store on a copy of its files; an empty one where it cannot be opened.
fn copied_keeper(
    dir: &Path,
    scratch: &Path,
    found: &Found,
    options: &Options,
    faults: &mut Vec<LedgerError>,
) -> Result<Keeper, LedgerError> {
    let copy = scratch.join("settled");
    copy_files(&dir.join("settled"), &copy)?;
    let opened = SledEngine::open(&copy).and_then(|engine| {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        open_keeper(&engine, found, options)
    });
    match opened {
        Ok(keeper) => Ok(keeper),
        Err(error) => {
            faults.push(error);
            let empty = scratch.join("empty");
            let engine: Arc<dyn Engine> = Arc::new(SledEngine::open(&empty)?);
            let start = Mark {
                size: 0,
                hash: chain::hash::origin_hash(&found.origin),
            };
            Keeper::open(engine, start, options.block_cache_bytes)
        }
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<(), LedgerError> {
    fs::create_dir_all(to).map_err(LedgerError::io("making", to))?;
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(());
    };
    let files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    for file in files.into_iter().filter(|f| f.is_file()) {
        let target = to.join(file.file_name().unwrap_or_default());
        reflink_copy::reflink_or_copy(&file, &target).map_err(LedgerError::io("copying", &file))?;
    }
    Ok(())
}

/// Whether all settled events hold together; else the head up to which they do, and the fault.
fn verified(keeper: &Keeper, origin: &str) -> Result<(), (Head, LedgerError)> {
    let mut walker = Walker::from_origin(origin);
    let mut fault = None;
    let read = keeper.view.events(0..keeper.view.size, &mut |_, bytes| {
        fault = walker.push(bytes).err();
        fault.is_none()
    });
    let head = Head {
        size: walker.next_seq(),
        hash: walker.head(),
    };
    let error = match (fault, read) {
        (Some(fault), _) => LedgerError::Damaged {
            code: fault.code(),
            position: head.size,
            what: fault.to_string(),
        },
        (None, Err(error)) => error,
        (None, Ok(_)) => return Ok(()),
    };
    Err((head, error))
}
