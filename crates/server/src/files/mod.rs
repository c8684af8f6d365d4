//! Files for any web host: the log as C2SP tlog-tiles lays it out, and the public data.
//!
//! ```text
//! DIR/log/checkpoint, DIR/log/tile/…     as under /log/ of the HTTP door
//! DIR/data/lists/<list>.{json,ndjson,csv}
//! DIR/data/operators.{json,ndjson,csv}
//! DIR/data/bulletins.{json,ndjson,csv}
//! DIR/data/index.json                    size and head of the history, the day, every file's BLAKE3
//! ```
//!
//! A file is written under another name, synced and put in the old one's place; one that would be
//! the same is left alone. The checkpoint is replaced last, so that whoever reads it finds what it
//! signs. Data are what the public sees on the day: what was withdrawn or has expired is in no
//! file any more after the next run. CSV begins with a byte order mark, as spreadsheets want it.

mod data;
mod log;
mod sheet;

use std::path::Path;

pub(crate) use data::LISTS;

use chain::hash::Hash;
use domain::day::Day;
use ledger::{Ledger, LedgerError};
use thiserror::Error;

/// Readable by all.
const FOR_ALL: u32 = 0o644;

/// What a run has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Events that the checkpoint is over.
    pub size: u64,
    /// Tiles and bundles that were written.
    pub tiles: u64,
    /// Files with data that were written or replaced.
    pub data: u64,
    /// Files with data that there are.
    pub files: u64,
}

/// Why nothing more was written.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The ledger or a file could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The folder holds what this ledger cannot continue.
    #[error("{what}; nothing was changed")]
    Refused {
        /// Stable code of the reason.
        code: &'static str,
        /// In words.
        what: String,
    },
}

impl FilesError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Refused { code, .. } => code,
        }
    }
}

/// Brings a folder up to what is published and public on a legal date.
///
/// Cost: of the log what is new; the data are made anew, about 0.3 ms an operator.
///
/// # Errors
/// `checkpoint_none`; `publish_other_ledger`, `publish_rolled_back`, `publish_forked` where the
/// folder's checkpoint is none that this ledger continues; `ledger_io`. What is there stays whole.
pub fn write(ledger: &Ledger, dir: &Path, on: Day) -> Result<Written, FilesError> {
    let log = log::Log::of(ledger, dir)?;
    let (data, files) = data::write(ledger, &dir.join("data"), on)?;
    let (size, tiles) = log.write(ledger)?;
    Ok(Written {
        size,
        tiles,
        data,
        files,
    })
}

fn digest(bytes: &[u8]) -> Hash {
    Hash::from_bytes(*blake3::hash(bytes).as_bytes())
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> LedgerError {
    let path = path.to_owned();
    move |source| LedgerError::Io {
        doing,
        path,
        source,
    }
}
