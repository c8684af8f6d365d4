//! Archives: one file that outlives the service.
//!
//! A tar in one zstd frame, then a skippable frame (RFC 8878, 3.1.2) with the BLAKE3 of all bytes
//! before it: `zstd -d | tar x` reads it, and there is no bit whose change goes unseen. Every
//! member is lines of canonical JSON; the members of `history/`, one after the other, are a history
//! file ([`chain::history`]). In this order:
//!
//! | member | each line |
//! | --- | --- |
//! | `about.ndjson` | what the archive is: origin, size, head, digest of the views |
//! | `schemas.ndjson` | `{"schema", "type"}`, of every type of event |
//! | `keys.ndjson` | `{"key"}` and, as far as the history says so, `from`, `retired` |
//! | `checkpoints.ndjson` | what was published, with cosignatures: `{"at", "note", "quorum"?}` |
//! | `signed.ndjson` | `{"note"}`, the checkpoint that was signed last |
//! | `vault-keys/N.ndjson` | `{"key", "slot"}`: wrapped keys, zeros where one was destroyed |
//! | `vault/N.ndjson` | `{"commitment", "owner"?, "record"}`, of the events that follow |
//! | `history/N.ndjson` | header, events, trailer |
//! | `evidence/N.ndjson` | `{"blake3", "bytes", "media_type", "seq"}`, named by these events |
//! | `policies/N.ndjson` | `{"pack", "seq"}`, adopted by these events |
//! | `manifest.ndjson` | `{"blake3", "bytes", "name"}` of every member before it |
//!
//! A vault record's `owner` is the subject whose key seals it now. Schemas, evidence, policies and
//! tokens of equal values say nothing that does not follow from the rest; a check makes them again.
//! Memory: one member, 4 MiB and one line, whatever the archive's length.

mod check;
mod read;
mod restore;
mod write;

use chain::hash::Hash;
use chain::history::Projections;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use check::{Archived, check_archive, read_history};
pub use restore::{Restoring, restore};

use crate::error::LedgerError;

/// The format of archives.
const ARCHIVE_VERSION: u32 = 1;
/// A member is closed once it has so many bytes.
const MEMBER_BYTES: usize = 4 << 20;
/// The longest member that is read: one that is closed by its last line, with its vault records.
const MEMBER_BYTES_MAX: u64 = 64 << 20;
/// A skippable frame's magic number and the length of what it carries.
const TAIL_HEAD: [u8; 8] = [0x50, 0x2a, 0x4d, 0x18, 32, 0, 0, 0];
/// Every event that holds a sealed value holds this.
const SEALED: &[u8] = b"\"sealed\":\"";

/// What an archive says of itself, its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    /// [`ARCHIVE_VERSION`].
    archive: u32,
    head: Hash,
    origin: String,
    projections: Projections,
    size: u64,
    /// Whether the vault's ciphertext is in it.
    vault: bool,
}

/// A line of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    blake3: Hash,
    bytes: u64,
    name: String,
}

/// A sealed record of the vault.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedLine {
    commitment: Hash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Lower-case hex.
    record: String,
}

/// A wrapped key of the vault.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotLine {
    /// Lower-case hex, 72 bytes.
    key: String,
    slot: u64,
}

/// A signed note.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteLine {
    note: String,
}

/// A key that signs or signed checkpoints.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
}

/// What a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    About,
    Schemas,
    Keys,
    Checkpoints,
    Signed,
    VaultKeys(u32),
    /// Number of the stretch of history, then what of it.
    Stretch(u32, Of),
    Manifest,
}

/// What there is of a stretch of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Vault,
    History,
    Evidence,
    Policies,
}

impl Part {
    /// The member's name in the container.
    fn name(self) -> String {
        match self {
            Self::About => "about.ndjson".to_owned(),
            Self::Schemas => "schemas.ndjson".to_owned(),
            Self::Keys => "keys.ndjson".to_owned(),
            Self::Checkpoints => "checkpoints.ndjson".to_owned(),
            Self::Signed => "signed.ndjson".to_owned(),
            Self::VaultKeys(n) => format!("vault-keys/{n:06}.ndjson"),
            Self::Stretch(n, Of::Vault) => format!("vault/{n:06}.ndjson"),
            Self::Stretch(n, Of::History) => format!("history/{n:06}.ndjson"),
            Self::Stretch(n, Of::Evidence) => format!("evidence/{n:06}.ndjson"),
            Self::Stretch(n, Of::Policies) => format!("policies/{n:06}.ndjson"),
            Self::Manifest => "manifest.ndjson".to_owned(),
        }
    }

    /// The part with a name, which has one spelling.
    fn of_name(name: &str) -> Option<Self> {
        let fixed = [
            Self::About,
            Self::Schemas,
            Self::Keys,
            Self::Checkpoints,
            Self::Signed,
            Self::Manifest,
        ];
        if let Some(part) = fixed.into_iter().find(|part| part.name() == name) {
            return Some(part);
        }
        let (folder, file) = name.split_once('/')?;
        let n = file.strip_suffix(".ndjson")?.parse().ok()?;
        let part = match folder {
            "vault-keys" => Self::VaultKeys(n),
            "vault" => Self::Stretch(n, Of::Vault),
            "history" => Self::Stretch(n, Of::History),
            "evidence" => Self::Stretch(n, Of::Evidence),
            "policies" => Self::Stretch(n, Of::Policies),
            _ => return None,
        };
        (part.name() == name).then_some(part)
    }
}

/// What follows from a stretch of events: the lines of its evidence and of its policy packs.
#[derive(Default, PartialEq, Eq)]
struct Following {
    evidence: Vec<u8>,
    policies: Vec<u8>,
}

impl Following {
    /// Takes in an event; `kind` is its type.
    fn take(&mut self, seq: u64, kind: &str, bytes: &[u8]) -> Result<(), LedgerError> {
        let policy = kind == "policy.adopted.v1";
        if !policy && memchr::memmem::find(bytes, b"\"blake3\":").is_none() {
            return Ok(());
        }
        let event: Value = serde_json::from_slice(bytes)
            .map_err(|_| fault("archive_event", seq, "an event cannot be read"))?;
        if policy {
            let line = json!({"pack": event["data"]["pack"], "seq": seq});
            push_line(&mut self.policies, &line)?;
        }
        evidence_in(&event["data"], seq, &mut self.evidence)
    }
}

/// The lines of all evidence that a value names.
fn evidence_in(value: &Value, seq: u64, out: &mut Vec<u8>) -> Result<(), LedgerError> {
    match value {
        Value::Object(map) => {
            let named = map.len() == 3
                && ["blake3", "bytes", "media_type"]
                    .iter()
                    .all(|field| map.contains_key(*field));
            if named {
                let mut line = map.clone();
                line.insert("seq".to_owned(), seq.into());
                return push_line(out, &line);
            }
            map.values()
                .try_for_each(|item| evidence_in(item, seq, out))
        }
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| evidence_in(item, seq, out)),
        _ => Ok(()),
    }
}

/// The lines of the schemas of all types of events that this release knows.
fn schema_lines() -> Result<Vec<u8>, LedgerError> {
    let mut lines = Vec::new();
    for info in domain::areas::Payload::types() {
        let schema = domain::event::schema_of(info);
        push_line(&mut lines, &json!({"schema": schema, "type": info.event}))?;
    }
    Ok(lines)
}

/// Adds a value as a line of JSON; canonical, but for numbers of schemas that are no integers.
fn push_line(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), LedgerError> {
    let line = chain::canon::to_vec(value).or_else(|_| serde_json::to_vec(value));
    out.extend(line.map_err(|e| LedgerError::Settled(format!("a line does not encode: {e}")))?);
    out.push(b'\n');
    Ok(())
}

/// The lines of a member.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split_inclusive(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

fn fault(code: &'static str, position: u64, what: &str) -> LedgerError {
    LedgerError::Archive {
        code,
        position,
        what: what.to_owned(),
    }
}
