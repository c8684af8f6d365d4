//! Keys of the door: who may read what, and act as whom.
//!
//! A key is shown once, when it is made: `rk1-<id, 8 hex>-<secret, 64 hex>`. The file
//! `DIR/keys/door.json`, readable by its owner alone, keeps
//! `BLAKE3.derive_key("regledger 2026 door key v1", secret)` and what the key may do; whoever reads
//! the file cannot act. The id is what events carry in `by.credential`.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::actor::{Actor, Capacity};
use domain::event::Visibility;
use domain::ident::CreditCode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Keys that one ledger may have, revoked ones among them.
const KEYS_MAX: usize = 10_000;
/// The longest name of a key, in characters.
const NAME_CHARS_MAX: usize = 80;
const FORMAT: u32 = 1;
const PREFIX: &str = "rk1-";

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The widest class of what it may read.
    pub reads: Visibility,
    /// As whom it may act; absent for a key that only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Acts>,
}

/// As whom a key may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acts {
    /// For this department alone; absent for any, as the first key of a ledger must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<CreditCode>,
    /// In these capacities alone; empty for any.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub capacities: BTreeSet<Capacity>,
}

/// A key as the file knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Its id, 8 hex digits; not secret.
    pub id: String,
    /// What its holder called it: a role or a machine, not a person.
    pub name: String,
    /// What it may do.
    pub grant: Grant,
    /// When it was made, RFC 3339.
    pub made: String,
    /// When it was revoked, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    /// Derived from the secret; 64 hex digits.
    hash: String,
}

/// The keys of one ledger.
#[derive(Debug)]
pub struct Keys {
    path: PathBuf,
    keys: Vec<Key>,
    /// Length and time of the file as it was read.
    seen: Option<(u64, std::time::SystemTime)>,
}

/// What went wrong with keys.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file could not be read or written.
    #[error("{doing} {}: {source}; check space and permissions", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The file is not of its form, or of a newer one.
    #[error("{} is no file of keys of this release; restore it from a backup", .0.display())]
    Damaged(PathBuf),
    /// There is no key of this id, or it is revoked already.
    #[error("no key {0} is in force; `regledger keys list` names those that are")]
    Unknown(String),
    /// The name is empty, too long, or holds control characters.
    #[error("a key's name has 1 to {NAME_CHARS_MAX} printable characters")]
    Name,
    /// There are as many as there may be.
    #[error("there are {KEYS_MAX} keys already")]
    TooMany,
    /// The system gave no randomness.
    #[error("the system gives no randomness")]
    Randomness,
}

impl KeyError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "keys_io",
            Self::Damaged(_) => "keys_damaged",
            Self::Unknown(_) => "key_unknown",
            Self::Name => "key_name",
            Self::TooMany => "keys_too_many",
            Self::Randomness => "keys_randomness",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: u32,
    keys: Vec<Key>,
}

impl Grant {
    /// Everything: the key that `init` prints.
    #[must_use]
    pub fn whole() -> Self {
        let acts = Acts {
            department: None,
            capacities: BTreeSet::new(),
        };
        Self {
            reads: Visibility::Restricted,
            acts: Some(acts),
        }
    }

    /// Whether it may act as this actor.
    #[must_use]
    pub fn lets_act(&self, by: &Actor) -> bool {
        self.acts.as_ref().is_some_and(|acts| {
            acts.department.is_none_or(|d| d == by.department)
                && (acts.capacities.is_empty() || acts.capacities.contains(&by.capacity))
        })
    }
}

impl Keys {
    /// The keys of the ledger in a folder; none where no file is there yet.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::Damaged`].
    pub fn open(ledger: &Path) -> Result<Self, KeyError> {
        let mut keys = Self {
            path: ledger.join("keys/door.json"),
            keys: Vec::new(),
            seen: None,
        };
        keys.refresh()?;
        Ok(keys)
    }

    /// Reads the file again where it has changed, so that a key made or revoked beside a running
    /// server counts at once. Costs one `stat` where it has not.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::Damaged`]; what was read before stays.
    pub fn refresh(&mut self) -> Result<(), KeyError> {
        let about = match fs::metadata(&self.path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                self.keys.clear();
                return Ok(());
            }
            other => other.map_err(self.io("reading"))?,
        };
        let seen = Some((about.len(), about.modified().map_err(self.io("reading"))?));
        if self.seen == seen {
            return Ok(());
        }
        let bytes = fs::read(&self.path).map_err(self.io("reading"))?;
        let damaged = || KeyError::Damaged(self.path.clone());
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if kept.format != FORMAT {
            return Err(damaged());
        }
        (self.keys, self.seen) = (kept.keys, seen);
        Ok(())
    }

    /// All keys, in the order in which they were made.
    #[must_use]
    pub fn all(&self) -> &[Key] {
        &self.keys
    }

    /// The key in force that was shown, by its whole text.
    #[must_use]
    pub fn find(&self, shown: &str) -> Option<&Key> {
        let (id, secret) = shown.strip_prefix(PREFIX)?.split_once('-')?;
        let key = self
            .keys
            .iter()
            .find(|k| k.id == id && k.revoked.is_none())?;
        let kept = blake3::Hash::from_hex(&key.hash).ok()?;
        // `blake3::Hash` compares in constant time.
        (hash(secret) == kept).then_some(key)
    }

    /// Makes a key and keeps what is needed to know it again; the text is told this once.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::TooMany`], [`KeyError::Randomness`], [`KeyError::Io`].
    pub fn make(&mut self, name: &str, grant: Grant, now: &str) -> Result<(String, Key), KeyError> {
        let length = name.chars().count();
        if !(1..=NAME_CHARS_MAX).contains(&length) || name.chars().any(char::is_control) {
            return Err(KeyError::Name);
        }
        self.refresh()?;
        if self.keys.len() >= KEYS_MAX {
            return Err(KeyError::TooMany);
        }
        let id = loop {
            let id = random_hex::<4>()?;
            if self.keys.iter().all(|k| k.id != id) {
                break id;
            }
        };
        let secret = random_hex::<32>()?;
        let key = Key {
            id: id.clone(),
            name: name.to_owned(),
            grant,
            made: now.to_owned(),
            revoked: None,
            hash: hash(&secret).to_hex().to_string(),
        };
        let mut keys = self.keys.clone();
        keys.push(key.clone());
        self.write(keys)?;
        Ok((format!("{PREFIX}{id}-{secret}"), key))
    }

    /// Takes a key out of force.
    ///
    /// # Errors
    /// [`KeyError::Unknown`], [`KeyError::Io`].
    pub fn revoke(&mut self, id: &str, now: &str) -> Result<Key, KeyError> {
        self.refresh()?;
        let mut keys = self.keys.clone();
        let key = keys.iter_mut().find(|k| k.id == id && k.revoked.is_none());
        let key = key.ok_or_else(|| KeyError::Unknown(id.chars().take(16).collect()))?;
        key.revoked = Some(now.to_owned());
        let revoked = key.clone();
        self.write(keys)?;
        Ok(revoked)
    }

    /// Writes a new file beside the old one and puts it in its place, durably.
    fn write(&mut self, keys: Vec<Key>) -> Result<(), KeyError> {
        let kept = Kept {
            format: FORMAT,
            keys,
        };
        let damaged = |_| KeyError::Damaged(self.path.clone());
        let text = serde_json::to_string_pretty(&kept).map_err(damaged)?;
        let new = self.path.with_extension("new");
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true).mode(0o600);
        let mut file = options.open(&new).map_err(self.io("making"))?;
        file.write_all(text.as_bytes())
            .map_err(self.io("writing"))?;
        file.sync_all().map_err(self.io("syncing"))?;
        fs::rename(&new, &self.path).map_err(self.io("replacing"))?;
        if let Some(folder) = self.path.parent() {
            let folder = File::open(folder).map_err(self.io("opening"))?;
            folder.sync_all().map_err(self.io("syncing"))?;
        }
        self.seen = None;
        self.refresh()
    }

    fn io(&self, doing: &'static str) -> impl Fn(std::io::Error) -> KeyError + use<> {
        let path = self.path.clone();
        move |source| KeyError::Io {
            doing,
            path: path.clone(),
            source,
        }
    }
}

fn hash(secret: &str) -> blake3::Hash {
    let derived = blake3::derive_key("regledger 2026 door key v1", secret.as_bytes());
    blake3::Hash::from_bytes(derived)
}

fn random_hex<const N: usize>() -> Result<String, KeyError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Randomness)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-02T03:04:05.678Z";

    fn actor(department: &str, capacity: Capacity) -> Actor {
        Actor {
            capacity,
            credential: None,
            department: department.parse().unwrap(),
            officer: None,
        }
    }

    #[test]
    fn a_key_is_known_until_it_is_revoked() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("keys")).unwrap();
        let mut keys = Keys::open(dir.path()).unwrap();
        let (shown, key) = keys.make("window 3", Grant::whole(), NOW).unwrap();
        assert_eq!(keys.find(&shown), Some(&key));
        let mut wrong = shown.clone();
        wrong.pop();
        wrong.push(if shown.ends_with('0') { '1' } else { '0' });
        for other in [
            wrong.as_str(),
            "",
            "rk1-",
            &shown[4..],
            &shown.to_uppercase(),
        ] {
            assert_eq!(keys.find(other), None, "{other}");
        }
        // Another process sees it, and its end.
        let mut beside = Keys::open(dir.path()).unwrap();
        assert!(beside.find(&shown).is_some());
        keys.revoke(&key.id, NOW).unwrap();
        beside.refresh().unwrap();
        assert_eq!((keys.find(&shown), beside.find(&shown)), (None, None));
        assert!(matches!(
            keys.revoke(&key.id, NOW),
            Err(KeyError::Unknown(_))
        ));
    }

    #[test]
    fn the_file_holds_no_secret_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("keys")).unwrap();
        let mut keys = Keys::open(dir.path()).unwrap();
        let (shown, _) = keys.make("window 3", Grant::whole(), NOW).unwrap();
        let path = dir.path().join("keys/door.json");
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(shown.rsplit('-').next().unwrap()));
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::write(&path, "{}").unwrap();
        assert!(matches!(Keys::open(dir.path()), Err(KeyError::Damaged(_))));
    }

    #[track_caller]
    fn check(department: Option<&str>, capacities: &[Capacity], by: &Actor, may: bool) {
        let acts = Acts {
            department: department.map(|d| d.parse().unwrap()),
            capacities: capacities.iter().copied().collect(),
        };
        let grant = Grant {
            reads: Visibility::Departments,
            acts: Some(acts),
        };
        assert_eq!(grant.lets_act(by), may);
    }

    #[test]
    fn a_key_acts_for_its_department_in_its_capacities() {
        let by = actor("9144030071526726XG", Capacity::Registrar);
        check(None, &[], &by, true);
        check(
            Some("9144030071526726XG"),
            &[Capacity::Registrar],
            &by,
            true,
        );
        check(Some("91330100799655058B"), &[], &by, false);
        check(None, &[Capacity::Head], &by, false);
        let reader = Grant {
            reads: Visibility::Restricted,
            acts: None,
        };
        assert!(!reader.lets_act(&by));
    }
}
