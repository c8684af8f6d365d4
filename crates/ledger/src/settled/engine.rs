//! The engine under the settled store: keys in order, atomic batches, one sync. The only file
//! that knows sled.
//!
//! sled 0.34.7: its own `flush` is no fsync on Linux, so the `db` file is synced on a handle of
//! our own; some damage makes it panic instead of answering, so every call is shielded; values
//! beyond its page size would go to files that nothing syncs, so callers keep them under
//! [`VALUE_BYTES_MAX`].

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use crate::error::LedgerError;

/// The largest value, in bytes.
pub(crate) const VALUE_BYTES_MAX: usize = 6_000;
/// Keys of one batch, at most.
pub(crate) const BATCH_KEYS_MAX: usize = 128;
/// Page cache of the database, in bytes; sled counts loosely.
const CACHE_BYTES: u64 = 24 << 20;

/// Puts (`Some`) and removals (`None`) that become visible together.
pub(crate) type Batch = Vec<(Vec<u8>, Option<Vec<u8>>)>;
/// A key with its value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// What the settled store asks of an engine. Calls may come from several threads.
pub(crate) trait Engine: Send + Sync {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError>;
    /// The last pair whose key is not behind `key`.
    fn at_or_before(&self, key: &[u8]) -> Result<Option<Pair>, LedgerError>;
    /// Keys with a prefix, from `from` on, `limit` at most.
    fn keys(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, LedgerError>;
    /// All of the batch or nothing, also after a stop; durable only after [`Engine::sync`].
    fn apply(&self, batch: Batch) -> Result<(), LedgerError>;
    fn sync(&self) -> Result<(), LedgerError>;
    /// Ends the work so that the next opening is fast; further calls fail.
    fn close(&self) -> Result<(), LedgerError>;
}

/// sled behind the door.
pub(crate) struct SledEngine {
    db: RwLock<Option<sled::Db>>,
    dir: PathBuf,
}

impl SledEngine {
    /// Opens the database; a partial snapshot of an interrupted opening is removed first, as the
    /// next opening would take it for the newest.
    pub(crate) fn open(dir: &Path) -> Result<Self, LedgerError> {
        remove_partial_snapshots(dir)?;
        Ok(Self {
            db: RwLock::new(Some(open_sled(dir)?)),
            dir: dir.to_owned(),
        })
    }

    fn with<T>(
        &self,
        doing: impl FnOnce(&sled::Db) -> Result<T, sled::Error>,
    ) -> Result<T, LedgerError> {
        let held = match self.db.read() {
            Ok(held) => held,
            Err(poisoned) => poisoned.into_inner(),
        };
        let db = held
            .as_ref()
            .ok_or_else(|| LedgerError::Settled("it is closed".to_owned()))?;
        match catch_unwind(AssertUnwindSafe(|| doing(db))) {
            Ok(done) => done.map_err(|e| self.told(&e)),
            Err(_) => Err(unreadable(&self.dir)),
        }
    }

    /// What sled calls corruption is damage; the rest is a failure.
    fn told(&self, error: &sled::Error) -> LedgerError {
        match error {
            sled::Error::Corruption { .. } => unreadable(&self.dir),
            other => LedgerError::Settled(other.to_string()),
        }
    }
}

impl Engine for SledEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        self.with(|db| Ok(db.get(key)?.map(|v| v.to_vec())))
    }

    fn at_or_before(&self, key: &[u8]) -> Result<Option<Pair>, LedgerError> {
        self.with(|db| {
            let found = db.range::<&[u8], _>(..=key).next_back().transpose()?;
            Ok(found.map(|(k, v)| (k.to_vec(), v.to_vec())))
        })
    }

    fn keys(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, LedgerError> {
        self.with(|db| {
            let mut keys = Vec::new();
            for item in db.range::<&[u8], _>(from..).take(limit) {
                let (key, _) = item?;
                if !key.starts_with(prefix) {
                    break;
                }
                keys.push(key.to_vec());
            }
            Ok(keys)
        })
    }

    fn apply(&self, batch: Batch) -> Result<(), LedgerError> {
        let mut all = sled::Batch::default();
        for (key, value) in batch {
            match value {
                Some(value) => all.insert(key, value),
                None => all.remove(key),
            }
        }
        self.with(|db| db.apply_batch(all))
    }

    fn sync(&self) -> Result<(), LedgerError> {
        self.with(|db| db.flush())?;
        sync_db(&self.dir)
    }

    /// sled writes its snapshot while it opens, not while it closes: so it is opened once more.
    fn close(&self) -> Result<(), LedgerError> {
        let held = match self.db.write() {
            Ok(mut held) => held.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        };
        let Some(db) = held else { return Ok(()) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
        let again = open_sled(&self.dir)?;
        let _ = catch_unwind(AssertUnwindSafe(|| drop(again)));
        sync_db(&self.dir)?;
        let dir = File::open(&self.dir).map_err(LedgerError::io("opening", &self.dir))?;
        dir.sync_all()
            .map_err(LedgerError::io("syncing", &self.dir))
    }
}

fn open_sled(dir: &Path) -> Result<sled::Db, LedgerError> {
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES);
    let opened = catch_unwind(AssertUnwindSafe(|| config.open()));
    match opened {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(sled::Error::Io(e))) => Err(LedgerError::io("opening", dir)(e)),
        Ok(Err(_)) | Err(_) => Err(unreadable(dir)),
    }
}

fn sync_db(dir: &Path) -> Result<(), LedgerError> {
    let path = dir.join("db");
    let file = File::open(&path).map_err(LedgerError::io("opening", &path))?;
    file.sync_all().map_err(LedgerError::io("syncing", &path))
}

fn remove_partial_snapshots(dir: &Path) -> Result<(), LedgerError> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Ok(());
    };
    for path in entries.flatten().map(|e| e.path()) {
        if path.to_string_lossy().ends_with(".generating") {
            std::fs::remove_file(&path).map_err(LedgerError::io("deleting", &path))?;
        }
    }
    Ok(())
}

fn unreadable(path: &Path) -> LedgerError {
    LedgerError::Damaged {
        code: "settled_unreadable",
        position: 0,
        what: format!("{} cannot be read", path.display()),
    }
}
