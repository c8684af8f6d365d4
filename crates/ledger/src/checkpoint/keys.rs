//! Checkpoints: the keys that sign them.
//!
//! `DIR/keys/log.json`, its owner's alone, holds secrets and nothing else: the first key, which is
//! made with the ledger, and those made since. Which of them sign is said by the history: a key
//! signs once `ledger.key_added` names it, until `ledger.key_retired` does; the first one signs
//! from the beginning.

use std::path::{Path, PathBuf};

use chain::note::checkpoint::key_name;
use chain::note::{KeyKind, Signer, Verifier};
use domain::areas::ledger::LogKeys;
use domain::entity::Entity;
use domain::subject::Subject;
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::files;
use crate::ledger::Ledger;
use crate::read::{AsOf, Known};
use crate::vault::random;

const FORMAT: u32 = 1;
const OWNER_ONLY: u32 = 0o600;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: u32,
    keys: Vec<Secret>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    /// The public half, as it is handed out.
    key: String,
    /// 64 hex digits.
    secret: String,
}

fn path_in(dir: &Path) -> PathBuf {
    dir.join("keys/log.json")
}

/// Makes a key beside those that there are, durably, and gives its public half.
pub(crate) fn make_keys(dir: &Path, origin: &str) -> Result<Verifier, LedgerError> {
    let secret = random::<32>()?;
    let signer = signer(dir, origin, &secret)?;
    let mut kept = read(dir)?;
    kept.keys.push(Secret {
        key: signer.verifier().to_string(),
        secret: secret.iter().map(|b| format!("{b:02x}")).collect(),
    });
    let bytes = serde_json::to_vec(&kept).map_err(|_| damaged(dir))?;
    files::replace(&path_in(dir), &bytes, OWNER_ONLY)?;
    Ok(signer.verifier())
}

/// Every key whose secret is here, the first one first.
pub(crate) fn all(dir: &Path, origin: &str) -> Result<Vec<Signer>, LedgerError> {
    let mut signers = Vec::new();
    for kept in read(dir)?.keys {
        let digits = (0..64).step_by(2).map(|at| kept.secret.get(at..at + 2));
        let bytes: Option<Vec<u8>> = digits
            .map(|pair| u8::from_str_radix(pair?, 16).ok())
            .collect();
        let secret: Option<[u8; 32]> = bytes.and_then(|b| b.try_into().ok());
        let signer = signer(dir, origin, &secret.ok_or_else(|| damaged(dir))?)?;
        if signer.verifier().to_string() != kept.key {
            return Err(damaged(dir));
        }
        signers.push(signer);
    }
    Ok(signers)
}

fn read(dir: &Path) -> Result<Kept, LedgerError> {
    let Some(bytes) = files::read(&path_in(dir))? else {
        return Ok(Kept {
            format: FORMAT,
            keys: Vec::new(),
        });
    };
    let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| damaged(dir))?;
    if kept.format == FORMAT {
        Ok(kept)
    } else {
        Err(damaged(dir))
    }
}

fn signer(dir: &Path, origin: &str, secret: &[u8; 32]) -> Result<Signer, LedgerError> {
    Signer::new(&key_name(origin), KeyKind::Ed25519, secret).ok_or_else(|| damaged(dir))
}

fn damaged(dir: &Path) -> LedgerError {
    LedgerError::Damaged {
        code: "log_keys_unreadable",
        position: 0,
        what: format!("{} holds no keys of this release", path_in(dir).display()),
    }
}

impl Ledger {
    /// Makes a key for signing checkpoints. It signs once an action `ledger.add_key` that names it
    /// is on record; a ledger's first key signs at once.
    ///
    /// # Errors
    /// Where the file of keys cannot be read or written, `ledger_read_only`.
    pub fn make_log_key(&self) -> Result<Verifier, LedgerError> {
        if self.writing.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        if all(&self.checkpoints.dir, self.origin())?.is_empty() {
            return self.checkpoints.begin(self.origin());
        }
        make_keys(&self.checkpoints.dir, self.origin())
    }

    /// The keys that sign checkpoints now, the oldest first; whoever verifies is handed these.
    ///
    /// # Errors
    /// Where keys or store cannot be read.
    pub fn log_keys(&self) -> Result<Vec<Verifier>, LedgerError> {
        let signers = self.signers()?;
        Ok(signers.iter().map(Signer::verifier).collect())
    }

    /// Every key that has signed or signs, as far as its secret is here, the first one first.
    ///
    /// # Errors
    /// Where the file of keys cannot be read.
    pub fn all_log_keys(&self) -> Result<Vec<Verifier>, LedgerError> {
        let signers = all(&self.checkpoints.dir, self.origin())?;
        Ok(signers.iter().map(Signer::verifier).collect())
    }

    /// The secrets of the keys in force.
    pub(super) fn signers(&self) -> Result<Vec<Signer>, LedgerError> {
        let now = AsOf {
            known: Known::Now,
            on: None,
        };
        let told = match self.entity(&Subject::log_keys(), now)? {
            Some(Entity::Ledger(keys)) => *keys,
            _ => LogKeys::default(),
        };
        let mut signers = all(&self.checkpoints.dir, self.origin())?;
        let mut first = true;
        signers.retain(|signer| {
            let key = signer.verifier().to_string();
            let signs = told.signs(&key).unwrap_or(first);
            first = false;
            signs
        });
        Ok(signers)
    }
}
