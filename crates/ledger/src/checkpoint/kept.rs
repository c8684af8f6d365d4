//! Checkpoints: those that were published, with their cosignatures.
//!
//! `DIR/checkpoints.ndjson`, one a line: `{"at": recorded time, "note": the signed note, "quorum":
//! whether the policy's quorum of witnesses had cosigned it}`; without `quorum` where no policy
//! asked for one. A line that was cut by a stop was never published, and is passed over.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chain::note::{NOTE_BYTES_MAX, Note};
use domain::day::Instant;
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::ledger::Ledger;

/// The longest line: a note whose every byte is escaped, and the rest.
const LINE_BYTES_MAX: u64 = 2 * NOTE_BYTES_MAX as u64 + 256;

/// A checkpoint as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// When.
    pub at: Instant,
    /// The signed note.
    pub note: Note,
    /// Whether the quorum had cosigned it; absent where none was asked for.
    pub quorum: Option<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Instant,
    note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quorum: Option<bool>,
}

impl Ledger {
    /// Keeps a checkpoint that [`Ledger::sign_checkpoint`] gave, with the cosignatures it has got
    /// since, and publishes it: [`Ledger::published`] gives it from then on.
    ///
    /// # Errors
    /// Where it could not be written, `ledger_read_only`.
    pub fn publish_checkpoint(&self, published: Published) -> Result<(), LedgerError> {
        if self.writing.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        let mut held = self.checkpoints.lock();
        append(&self.checkpoints.dir, &published)?;
        held.published = Some(Arc::new(published));
        Ok(())
    }

    /// The checkpoint that was published last.
    #[must_use]
    pub fn published(&self) -> Option<Arc<Published>> {
        self.checkpoints.lock().published.clone()
    }

    /// Every checkpoint that was published, oldest first; false stops.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn checkpoints(&self, f: &mut dyn FnMut(Published) -> bool) -> Result<(), LedgerError> {
        let path = path_in(&self.checkpoints.dir);
        let file = match File::open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(LedgerError::io("opening", &path))?,
        };
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut next = (&mut lines).take(LINE_BYTES_MAX);
            let read = next.read_until(b'\n', &mut line);
            if read.map_err(LedgerError::io("reading", &path))? == 0 {
                return Ok(());
            }
            if read_line(&line).is_some_and(|published| !f(published)) {
                return Ok(());
            }
        }
    }
}

/// The last one, from the end of the file.
pub(super) fn last(dir: &Path) -> Result<Option<Published>, LedgerError> {
    let path = path_in(dir);
    let mut file = match File::open(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(LedgerError::io("opening", &path))?,
    };
    let reading = |e| LedgerError::io("reading", &path)(e);
    let length = file.seek(SeekFrom::End(0)).map_err(reading)?;
    let from = length.saturating_sub(2 * LINE_BYTES_MAX);
    file.seek(SeekFrom::Start(from)).map_err(reading)?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).map_err(reading)?;
    Ok(end.split(|b| *b == b'\n').rev().find_map(read_line))
}

fn write_line(published: &Published) -> Result<String, LedgerError> {
    let line = Line {
        at: published.at,
        note: published.note.to_string(),
        quorum: published.quorum,
    };
    serde_json::to_string(&line)
        .map_err(|e| LedgerError::Settled(format!("a checkpoint does not encode: {e}")))
}

/// Makes the file anew with these checkpoints, oldest first.
pub(super) fn write_all<'a>(
    dir: &Path,
    published: impl Iterator<Item = &'a Published>,
) -> Result<(), LedgerError> {
    let mut text = String::new();
    for one in published {
        text += &write_line(one)?;
        text.push('\n');
    }
    crate::files::replace(&path_in(dir), text.as_bytes(), 0o644)
}

fn append(dir: &Path, published: &Published) -> Result<(), LedgerError> {
    let path = path_in(dir);
    let line = write_line(published)?;
    let mut options = OpenOptions::new();
    let opened = options.create(true).append(true).open(&path);
    let mut file = opened.map_err(LedgerError::io("opening", &path))?;
    // Begins with a line feed, so that what a stop has cut spoils no other line.
    file.write_all(format!("\n{line}\n").as_bytes())
        .map_err(LedgerError::io("writing", &path))?;
    file.sync_all().map_err(LedgerError::io("syncing", &path))?;
    crate::vault::sync_dir(dir)
}

fn path_in(dir: &Path) -> PathBuf {
    dir.join("checkpoints.ndjson")
}

/// Reads a line of the file.
pub(crate) fn read_line(line: &[u8]) -> Option<Published> {
    let line: Line = serde_json::from_slice(line).ok()?;
    Some(Published {
        at: line.at,
        note: Note::parse(line.note.as_bytes()).ok()?,
        quorum: line.quorum,
    })
}
