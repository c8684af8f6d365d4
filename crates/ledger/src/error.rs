//! Everything that can go wrong in the keeper, each with a stable code.

use std::path::PathBuf;

use domain::refusal::Refusal;
use thiserror::Error;

/// Why the keeper could not do something. Nothing was acknowledged.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// A file operation failed.
    #[error("{doing} {}: {source}; check space, permissions and the disk", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder holds no ledger.
    #[error("{} holds no ledger: name the right folder, or make one with init", .0.display())]
    Missing(PathBuf),
    /// The folder is in use for something else.
    #[error("{} is not empty: a ledger needs a new or empty folder", .0.display())]
    Exists(PathBuf),
    /// Another process has it open.
    #[error("another process has this ledger open: stop it first, or ask it over HTTP")]
    Locked,
    /// Written by a later release.
    #[error("format {0} is not known to this release: use a newer one")]
    Format(u64),
    /// What is on the disk does not agree with itself.
    #[error(
        "{what} (position {position}); nothing was changed: put the folder back from a backup, or look into the file named"
    )]
    Damaged {
        /// Stable code of the disagreement.
        code: &'static str,
        /// Where in the history.
        position: u64,
        /// In words.
        what: String,
    },
    /// An archive does not hold, or may not be restored there.
    #[error("{what} (position {position}); no ledger was made or changed")]
    Archive {
        /// Stable code of the reason.
        code: &'static str,
        /// Up to which event all held.
        position: u64,
        /// In words, with what to do.
        what: String,
    },
    /// A write failed; the writer is off until the ledger is opened again.
    #[error(
        "a write failed; nothing was acknowledged and the writer is off: free space or replace the disk, then open the ledger again"
    )]
    WriterOff,
    /// The ledger was opened to be looked at.
    #[error("this ledger is open for reading only: nothing is recorded")]
    ReadOnly,
    /// More actions wait for the writer than it takes in.
    #[error("too many actions wait; send it again in a second")]
    Busy,
    /// No checkpoint was signed.
    #[error("no checkpoint was signed: {what}")]
    NotSigned {
        /// Stable code of the reason.
        code: &'static str,
        /// In words, with what to do.
        what: String,
    },
    /// The database under the settled store failed.
    #[error("the settled store failed: {0}")]
    Settled(String),
}

impl LedgerError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "ledger_io",
            Self::Missing(_) => "ledger_missing",
            Self::Exists(_) => "ledger_exists",
            Self::Locked => "ledger_locked",
            Self::Format(_) => "ledger_format_unknown",
            Self::Damaged { code, .. }
            | Self::Archive { code, .. }
            | Self::NotSigned { code, .. } => code,
            Self::WriterOff => "ledger_writer_off",
            Self::ReadOnly => "ledger_read_only",
            Self::Busy => "ledger_busy",
            Self::Settled(_) => "ledger_settled_store",
        }
    }

    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}

/// Why an action was not recorded.
#[derive(Debug, Error)]
pub enum Rejection {
    /// Judged and refused; the asker can do something about it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The keeper failed; the same action may be sent again later.
    #[error(transparent)]
    Failed(#[from] LedgerError),
}

impl Rejection {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Failed(error) => error.code(),
        }
    }
}
