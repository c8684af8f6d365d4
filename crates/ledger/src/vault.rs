//! The vault: personal values and their salts, encrypted under a key of their subject.
//!
//! Keys lie in `DIR/vault/keys.slots`, outside the database: slots of 72 bytes, `nonce 24 ‖
//! XChaCha20-Poly1305(key 32)` under the ledger's key in `DIR/keys/vault.key`. They are drawn in
//! advance and durable before one is given out, so sealing for a new subject costs no sync; which
//! subject has which slot is no secret and lies with the other facts. A record (in the settled
//! store, by commitment) is `slot u64 LE ‖ nonce 24 ‖ XChaCha20-Poly1305(salt 32 ‖ canonical
//! value)`, bound to its commitment. Erasing overwrites the slot with zeros, durably; a later
//! value of the subject gets another slot.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chain::seal::{Commitment, Salt, commit, verify};
use domain::refusal::Refusal;
use domain::trace::Place;
use serde_json::Value;

use crate::error::{LedgerError, Rejection};
use crate::journal::{MatchRecord, SealedRecord};

const NONCE: usize = 24;
/// Bytes that tell the places of one match token apart, and their nonce.
pub(crate) const MARK: usize = NONCE;
/// Bytes of a wrapped key.
pub(crate) const SLOT: usize = NONCE + 48;
/// Keys that are drawn at once.
const POOL: u64 = 1_024;

/// Takes a slot with its wrapped key.
pub(crate) type EachSlot<'a> = &'a mut dyn FnMut(u64, &[u8; SLOT]) -> Result<(), LedgerError>;

pub(crate) struct Vault {
    slots: File,
    path: PathBuf,
    master: [u8; 32],
    /// The secret behind match tokens: `BLAKE3.derive_key("regledger 2026 match secret v1", the
    /// ledger's vault key)`.
    match_secret: [u8; 32],
    /// Slots in the file.
    count: AtomicU64,
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
        write_secret(&dir.join("vault/keys.slots"), &[])?;
        sync_dir(&dir.join("vault"))?;
        sync_dir(&dir.join("keys"))
    }

    pub(crate) fn open(dir: &Path, write: bool) -> Result<Self, LedgerError> {
        let path = dir.join("keys/vault.key");
        let key = fs::read(&path).map_err(LedgerError::io("reading", &path))?;
        let master: [u8; 32] = key.try_into().map_err(|_| LedgerError::Damaged {
            code: "vault_key_unreadable",
            position: 0,
            what: format!("{} is no key", path.display()),
        })?;
        let match_secret = blake3::derive_key("regledger 2026 match secret v1", &master);
        let path = dir.join("vault/keys.slots");
        let slots = OpenOptions::new().read(true).write(write).open(&path);
        let slots = slots.map_err(LedgerError::io("opening", &path))?;
        let length = slots
            .metadata()
            .map_err(LedgerError::io("reading", &path))?;
        Ok(Self {
            slots,
            path,
            master,
            match_secret,
            count: AtomicU64::new(length.len() / SLOT as u64),
        })
    }

    /// Draws further keys where `slot` is not there yet, durably before it answers.
    pub(crate) fn provide(&self, slot: u64) -> Result<(), LedgerError> {
        let count = self.count.load(Ordering::SeqCst);
        if slot < count {
            return Ok(());
        }
        let more = slot + 1 - count + POOL;
        let mut bytes = Vec::new();
        for _ in 0..more {
            bytes.extend(encrypt(&self.master, &random::<32>()?, &[])?);
        }
        self.slots
            .write_all_at(&bytes, count * SLOT as u64)
            .map_err(LedgerError::io("writing", &self.path))?;
        self.slots
            .sync_all()
            .map_err(LedgerError::io("syncing", &self.path))?;
        self.count.store(count + more, Ordering::SeqCst);
        Ok(())
    }

    /// The first slot from `slot` on whose key was not destroyed, drawing further ones as needed.
    /// What was given out and erased within one tail is not known to be given out any more.
    pub(crate) fn next_whole(&self, mut slot: u64) -> Result<u64, LedgerError> {
        loop {
            self.provide(slot)?;
            if self.key(slot)?.is_some() {
                return Ok(slot);
            }
            slot += 1;
        }
    }

    /// Every wrapped key with its slot, zeros where one was destroyed.
    pub(crate) fn slots(&self, f: EachSlot<'_>) -> Result<(), LedgerError> {
        for slot in 0..self.count.load(Ordering::SeqCst) {
            let mut wrapped = [0; SLOT];
            self.slots
                .read_exact_at(&mut wrapped, slot * SLOT as u64)
                .map_err(LedgerError::io("reading", &self.path))?;
            f(slot, &wrapped)?;
        }
        Ok(())
    }

    /// Whether the ledger's key opens the first wrapped key that was not destroyed.
    pub(crate) fn opens(&self) -> Result<bool, LedgerError> {
        for slot in 0..self.count.load(Ordering::SeqCst) {
            match self.key(slot) {
                Ok(None) => {}
                Ok(Some(_)) => return Ok(true),
                Err(LedgerError::Damaged { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Salt and value of a record, as they were taken out of an action; `None` where its key was
    /// erased.
    pub(crate) fn reopen(
        &self,
        record: &[u8],
        commitment: &Commitment,
    ) -> Result<Option<(Salt, Value)>, LedgerError> {
        let Some((salt, plain)) = self.open_record(record, commitment)? else {
            return Ok(None);
        };
        let value = serde_json::from_slice(&plain);
        let value = value.map_err(|_| crypto("a record holds no value"))?;
        Ok(Some((salt, value)))
    }

    /// Encrypts what was taken under the key of a slot. About 3 µs a value.
    pub(crate) fn seal(&self, slot: u64, taken: &Taken) -> Result<Vec<SealedRecord>, LedgerError> {
        if taken.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.key(slot)?.ok_or_else(|| crypto("a key is gone"))?;
        let mut records = Vec::with_capacity(taken.len());
        for (commitment, (salt, value)) in taken {
            let mut plain = salt.0.to_vec();
            plain.extend(chain::canon::to_bytes(value).map_err(|e| crypto(&e.to_string()))?);
            let commitment = *commitment.0.as_bytes();
            let mut record = slot.to_le_bytes().to_vec();
            record.extend(encrypt(&key, &plain, &commitment)?);
            records.push((commitment, record));
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
        let Some((salt, _)) = self.open_record(record, commitment)? else {
            return Ok(None);
        };
        Ok(Some(verify(&salt, value, commitment)))
    }

    /// The value that a record holds; `None` where its key was erased.
    pub(crate) fn value(
        &self,
        record: &[u8],
        commitment: &Commitment,
    ) -> Result<Option<Value>, LedgerError> {
        Ok(self.reopen(record, commitment)?.map(|(_, value)| value))
    }

    /// Salt and canonical value of a record; `None` where its key was erased.
    fn open_record(
        &self,
        record: &[u8],
        commitment: &Commitment,
    ) -> Result<Option<(Salt, Vec<u8>)>, LedgerError> {
        let Some((slot, sealed)) = record.split_first_chunk::<8>() else {
            return Err(crypto("a record is cut"));
        };
        let Some(key) = self.key(u64::from_le_bytes(*slot))? else {
            return Ok(None);
        };
        let plain = decrypt(&key, sealed, commitment.0.as_bytes())?;
        let Some((salt, value)) = plain.split_first_chunk::<32>() else {
            return Err(crypto("a record is cut"));
        };
        Ok(Some((Salt(*salt), value.to_vec())))
    }

    /// The secret behind match tokens.
    pub(crate) const fn match_secret(&self) -> &[u8; 32] {
        &self.match_secret
    }

    /// Encrypts the place of a sealed value under its owner's key, bound to its match token.
    pub(crate) fn seal_place(
        &self,
        slot: u64,
        token: &[u8; 32],
        commitment: &Commitment,
        place: &Place,
    ) -> Result<MatchRecord, LedgerError> {
        let key = self.key(slot)?.ok_or_else(|| crypto("a key is gone"))?;
        let mut seed = key.to_vec();
        seed.extend(commitment.0.as_bytes());
        let derived = blake3::derive_key("regledger 2026 match mark v1", &seed);
        let mut mark = [0; MARK];
        mark.copy_from_slice(&derived[..MARK]);
        let plain = crate::settled::keeper::encode(place)?;
        let cipher = XChaCha20Poly1305::new((&key).into());
        let payload = Payload {
            msg: &plain,
            aad: token,
        };
        let sealed = cipher.encrypt(&XNonce::from(mark), payload);
        let mut record = slot.to_le_bytes().to_vec();
        record.extend(sealed.map_err(|_| crypto("a place does not encrypt"))?);
        let mut name = [0; 56];
        name[..32].copy_from_slice(token);
        name[32..].copy_from_slice(&mark);
        Ok((name, record))
    }

    /// The place of a sealed value; `None` where its owner's key was erased.
    pub(crate) fn open_place(
        &self,
        token: &[u8; 32],
        mark: &[u8; MARK],
        record: &[u8],
    ) -> Result<Option<Place>, LedgerError> {
        let Some((slot, sealed)) = record.split_first_chunk::<8>() else {
            return Err(crypto("a place is cut"));
        };
        let Some(key) = self.key(u64::from_le_bytes(*slot))? else {
            return Ok(None);
        };
        let cipher = XChaCha20Poly1305::new((&key).into());
        let payload = Payload {
            msg: sealed,
            aad: token,
        };
        let plain = cipher
            .decrypt(&XNonce::from(*mark), payload)
            .map_err(|_| crypto("a place does not open: its key or its bytes were changed"))?;
        let place = postcard::from_bytes(&plain);
        place
            .map(Some)
            .map_err(|_| crypto("a place cannot be read"))
    }

    /// Whether the key of a sealed place was destroyed.
    pub(crate) fn is_forgotten(&self, record: &[u8]) -> Result<bool, LedgerError> {
        let Some(slot) = record.first_chunk::<8>() else {
            return Err(crypto("a place is cut"));
        };
        Ok(self.key(u64::from_le_bytes(*slot))?.is_none())
    }

    /// Destroys a key; its commitments stay, its values are gone. Durable when it answers.
    pub(crate) fn erase(&self, slot: u64) -> Result<(), LedgerError> {
        if slot >= self.count.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.slots
            .write_all_at(&[0; SLOT], slot * SLOT as u64)
            .map_err(LedgerError::io("overwriting", &self.path))?;
        self.slots
            .sync_all()
            .map_err(LedgerError::io("syncing", &self.path))
    }

    fn key(&self, slot: u64) -> Result<Option<[u8; 32]>, LedgerError> {
        let mut wrapped = [0; SLOT];
        self.slots
            .read_exact_at(&mut wrapped, slot * SLOT as u64)
            .map_err(LedgerError::io("reading", &self.path))?;
        if wrapped == [0; SLOT] {
            return Ok(None);
        }
        let key = decrypt(&self.master, &wrapped, &[])?;
        key.try_into().map(Some).map_err(|_| crypto("a key is cut"))
    }
}

/// Replaces every `{"seal": value}` by the commitment to it, under a fresh salt. A commitment that
/// the caller made is refused: the vault would lack its value, and one seen elsewhere could be
/// brought in again.
pub(crate) fn take(value: &mut Value, taken: &mut Taken) -> Result<(), Rejection> {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("sealed") => {
            let remedy = "send the value itself as {\"seal\": value}";
            let what = "a commitment was sent where the ledger makes its own";
            Err(Refusal::new("sealed_by_caller", what, remedy).into())
        }
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
            Ok(())
        }
        Value::Object(map) => map.values_mut().try_for_each(|item| take(item, taken)),
        Value::Array(items) => items.iter_mut().try_for_each(|item| take(item, taken)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn encrypt(key: &[u8; 32], plain: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let nonce = random::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload {
        msg: plain,
        aad: bound_to,
    };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
    let mut out = nonce.to_vec();
    out.extend(sealed.map_err(|_| crypto("a value does not encrypt"))?);
    Ok(out)
}

fn decrypt(key: &[u8; 32], sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let Some((nonce, rest)) = sealed.split_first_chunk::<NONCE>() else {
        return Err(crypto("a sealed value is cut"));
    };
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload {
        msg: rest,
        aad: bound_to,
    };
    cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| crypto("a sealed value does not open: its key or its bytes were changed"))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], LedgerError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| LedgerError::Settled(format!("no randomness: {e}")))?;
    Ok(bytes)
}

/// Writes a new file that only its owner may read.
fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
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

/// Makes names in a folder durable; the parent of a bare name is the working folder.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), LedgerError> {
    let dir = match dir.as_os_str().is_empty() {
        true => Path::new("."),
        false => dir,
    };
    let opened = File::open(dir).map_err(LedgerError::io("opening", dir))?;
    opened.sync_all().map_err(LedgerError::io("syncing", dir))
}

fn crypto(what: &str) -> LedgerError {
    LedgerError::Damaged {
        code: "vault_unreadable",
        position: 0,
        what: what.to_owned(),
    }
}
