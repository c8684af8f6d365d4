//! The log's files. Full tiles are written once; partial ones of the checkpoint before stay for
//! one more run, as a reader may still go by it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chain::note::Note;
use chain::note::checkpoint::Checkpoint;
use chain::tree::tile::Tile;
use ledger::{Ledger, Published, read_file, replace_file};

use super::{FOR_ALL, FilesError, io};

/// What is to be published over what is there.
pub(super) struct Log {
    dir: PathBuf,
    published: Arc<Published>,
    new: Checkpoint,
    /// Events of the checkpoint that is there.
    held: u64,
}

impl Log {
    /// The published checkpoint, which must continue the one that is there.
    pub(super) fn of(ledger: &Ledger, dir: &Path) -> Result<Self, FilesError> {
        let refused = |code, what: &str| FilesError::Refused {
            code,
            what: what.to_owned(),
        };
        let published = ledger.published().ok_or_else(|| {
            let what = "no checkpoint is published yet: sign one with `regledger checkpoint`";
            refused("checkpoint_none", what)
        })?;
        let read = |text: &str| {
            Checkpoint::parse(text).map_err(|e| refused(e.code(), "a checkpoint cannot be read"))
        };
        let new = read(&published.note.text)?;
        let mut log = Self {
            dir: dir.join("log"),
            published,
            new,
            held: 0,
        };
        let Some(bytes) = read_file(&log.dir.join("checkpoint"))? else {
            return Ok(log);
        };
        let note = Note::parse(&bytes)
            .map_err(|e| refused(e.code(), "the folder's checkpoint cannot be read"))?;
        let held = read(&note.text)?;
        if held.origin != log.new.origin {
            let what = "the folder holds the log of another ledger";
            return Err(refused("publish_other_ledger", what));
        }
        if held.size > log.new.size {
            let what = "the folder has a checkpoint over more events: an old ledger stands in this \
                        one's place";
            return Err(refused("publish_rolled_back", what));
        }
        if ledger.tree().root(held.size)? != Some(held.root) {
            let what = "the folder's checkpoint signs another history than this one";
            return Err(refused("publish_forked", what));
        }
        log.held = held.size;
        Ok(log)
    }

    /// Writes tiles, entries, then the checkpoint; gives its size and how many files were new.
    pub(super) fn write(&self, ledger: &Ledger) -> Result<(u64, u64), FilesError> {
        let tree = ledger.tree();
        let mut written = 0;
        for tile in Tile::new_since(self.held, self.new.size) {
            let path = self.dir.join(tile.to_string());
            let bytes = tree.tile(&tile)?.ok_or_else(|| FilesError::Refused {
                code: "head_below_signed",
                what: "the history at hand is shorter than what was signed".to_owned(),
            })?;
            // A run that was broken off has written some of them already.
            if read_file(&path)?.as_deref() == Some(bytes.as_slice()) {
                continue;
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(io("making", folder))?;
            }
            replace_file(&path, &bytes, FOR_ALL)?;
            written += 1;
        }
        fs::create_dir_all(&self.dir).map_err(io("making", &self.dir))?;
        let note = self.published.note.to_string();
        let path = self.dir.join("checkpoint");
        if read_file(&path)?.as_deref() != Some(note.as_bytes()) {
            replace_file(&path, note.as_bytes(), FOR_ALL)?;
        }
        self.sweep(&self.dir)?;
        Ok((self.new.size, written))
    }

    /// Removes partial tiles that neither this checkpoint nor the one before has.
    fn sweep(&self, folder: &Path) -> Result<(), FilesError> {
        let entries = fs::read_dir(folder).map_err(io("reading", folder))?;
        for entry in entries {
            let path = entry.map_err(io("reading", folder))?.path();
            if path.is_dir() {
                self.sweep(&path)?;
                continue;
            }
            let name = path.strip_prefix(&self.dir).ok().and_then(Path::to_str);
            let tile = name.and_then(|name| Tile::parse(name).ok());
            let stale = |tile: &Tile| {
                let of = |size| Tile::new_since(0, size).any(|t| t == *tile);
                !tile.is_full() && !of(self.new.size) && !of(self.held)
            };
            if tile.is_some_and(|tile| stale(&tile)) {
                fs::remove_file(&path).map_err(io("deleting", &path))?;
            }
        }
        Ok(())
    }
}
