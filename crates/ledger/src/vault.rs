//! The vault: personal values and their salts, encrypted under a key of their subject.
//!
//! A record (in the settled store, by commitment) is `subject length u8 ‖ subject ‖ nonce 24 ‖
//! XChaCha20-Poly1305(salt 32 ‖ canonical value)`. The subject's key lies wrapped in
//! `DIR/vault/<32 hex>.key` (`nonce 24 ‖ ciphertext 48`), outside the database; the ledger's key
//! that wraps it in `DIR/keys/vault.key`. Erasing overwrites and removes the subject's file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chain::seal::{Commitment, Salt, commit, verify};
use domain::refusal::Refusal;
use domain::subject::Subject;
use serde_json::Value;

use crate::error::{LedgerError, Rejection};
use crate::journal::{SealedRecord, sync_dir};

const NONCE: usize = 24;

pub(crate) struct Vault {
    dir: PathBuf,
    master: [u8; 32],
}

/// Values that were taken out of an action, by commitment, until their subject is known.
pub(crate) type Taken = BTreeMap<Commitment, (Salt, Value)>;

impl Vault {
    pub(crate) fn create(dir: &Path) -> Result<(), LedgerError> {
        for folder in ["vault", "keys"] {
            let path = dir.join(folder);
            fs::create_dir_all(&path).map_err(LedgerError::io("making", &path))?;
        }
        write_secret(&dir.join("keys/vault.key"), &random::<32>()?)?;
        sync_dir(&dir.join("keys"))
    }

    pub(crate) fn open(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join("keys/vault.key");
        let key = fs::read(&path).map_err(LedgerError::io("reading", &path))?;
        let master = key.try_into().map_err(|_| LedgerError::Damaged {
            code: "vault_key_unreadable",
            position: 0,
            what: format!("{} is no key", path.display()),
        })?;
        Ok(Self {
            dir: dir.join("vault"),
            master,
        })
    }

    /// Encrypts what was taken under the subject's key, which is made durable first.
    pub(crate) fn seal(
        &self,
        subject: &Subject,
        taken: &Taken,
    ) -> Result<Vec<SealedRecord>, LedgerError> {
        if taken.is_empty() {
            return Ok(Vec::new());
        }
        let key = match self.key(subject)? {
            Some(key) => key,
            None => self.new_key(subject)?,
        };
        let name = subject.as_str().as_bytes();
        let mut records = Vec::with_capacity(taken.len());
        for (commitment, (salt, value)) in taken {
            let mut plain = salt.0.to_vec();
            plain.extend(chain::canon::to_bytes(value).map_err(|e| crypto(&e.to_string()))?);
            let mut record = vec![u8::try_from(name.len()).map_err(|_| crypto("subject"))?];
            record.extend(name);
            record.extend(encrypt(&key, &plain)?);
            records.push((*commitment.0.as_bytes(), record));
        }
        Ok(records)
    }

    /// Whether a record holds this value; `None` where its key was erased.
    pub(crate) fn holds(
        &self,
        record: &[u8],
        commitment: &Commitment,
        value: &Value,
    ) -> Result<Option<bool>, LedgerError> {
        let parts = record
            .split_first()
            .and_then(|(n, rest)| rest.split_at_checked(usize::from(*n)));
        let (name, sealed) = parts.ok_or_else(|| crypto("a record is cut"))?;
        let subject = str::from_utf8(name)
            .ok()
            .and_then(|n| Subject::parse(n).ok());
        let subject = subject.ok_or_else(|| crypto("a record names no subject"))?;
        let Some(key) = self.key(&subject)? else {
            return Ok(None);
        };
        let plain = decrypt(&key, sealed)?;
        let Some((salt, _)) = plain.split_first_chunk::<32>() else {
            return Err(crypto("a record is cut"));
        };
        Ok(Some(verify(&Salt(*salt), value, commitment)))
    }

    /// Destroys a subject's key; its commitments stay, its values are gone.
    pub(crate) fn erase(&self, subject: &Subject) -> Result<(), LedgerError> {
        let path = self.path(subject);
        let mut file = match OpenOptions::new().write(true).open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(LedgerError::io("opening", &path))?,
        };
        file.seek(SeekFrom::Start(0))
            .map_err(LedgerError::io("seeking", &path))?;
        file.write_all(&[0; NONCE + 48])
            .map_err(LedgerError::io("overwriting", &path))?;
        file.sync_all().map_err(LedgerError::io("syncing", &path))?;
        fs::remove_file(&path).map_err(LedgerError::io("deleting", &path))?;
        sync_dir(&self.dir)
    }

    fn key(&self, subject: &Subject) -> Result<Option<[u8; 32]>, LedgerError> {
        let path = self.path(subject);
        let wrapped = match fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(LedgerError::io("reading", &path))?,
        };
        let key = decrypt(&self.master, &wrapped)?;
        key.try_into().map(Some).map_err(|_| crypto("a key is cut"))
    }

    fn new_key(&self, subject: &Subject) -> Result<[u8; 32], LedgerError> {
        let key = random::<32>()?;
        write_secret(&self.path(subject), &encrypt(&self.master, &key)?)?;
        sync_dir(&self.dir)?;
        Ok(key)
    }

    /// The file's name says nothing of the subject to whoever lacks the ledger's key.
    fn path(&self, subject: &Subject) -> PathBuf {
        let tag = blake3::keyed_hash(&self.master, subject.as_str().as_bytes());
        self.dir.join(format!("{}.key", &tag.to_hex()[..32]))
    }
}

/// Replaces every `{"seal": value}` by the commitment to it, under a fresh salt.
pub(crate) fn take(value: &mut Value, taken: &mut Taken) -> Result<(), Rejection> {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("seal") => {
            let plain = map.remove("seal").unwrap_or(Value::Null);
            let whole = plain
                .as_str()
                .is_some_and(|s| !s.is_empty() && s.len() <= 1_000);
            if !whole {
                let remedy = "send a text of 1 to 1,000 bytes";
                let what = "a value to be sealed is empty, too long or not a text";
                return Err(Refusal::new("seal_malformed", what, remedy).into());
            }
            let salt = Salt(random::<32>()?);
            let made = commit(&salt, &plain).map_err(|e| crypto(&e.to_string()))?;
            *value = serde_json::to_value(made).map_err(|e| crypto(&e.to_string()))?;
            taken.insert(made, (salt, plain));
        }
        Value::Object(map) => {
            for item in map.values_mut() {
                take(item, taken)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                take(item, taken)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

fn encrypt(key: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let nonce = random::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), plain);
    let mut out = nonce.to_vec();
    out.extend(sealed.map_err(|_| crypto("a value does not encrypt"))?);
    Ok(out)
}

fn decrypt(key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let Some((nonce, rest)) = sealed.split_first_chunk::<NONCE>() else {
        return Err(crypto("a sealed value is cut"));
    };
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher
        .decrypt(&XNonce::from(*nonce), rest)
        .map_err(|_| crypto("a sealed value does not open: its key or its bytes were changed"))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], LedgerError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| LedgerError::Settled(format!("no randomness: {e}")))?;
    Ok(bytes)
}

/// Writes a new file that only its owner may read.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file: File = file.map_err(LedgerError::io("making", path))?;
    file.write_all(bytes)
        .map_err(LedgerError::io("writing", path))?;
    file.sync_all().map_err(LedgerError::io("syncing", path))
}

fn crypto(what: &str) -> LedgerError {
    LedgerError::Damaged {
        code: "vault_unreadable",
        position: 0,
        what: what.to_owned(),
    }
}
