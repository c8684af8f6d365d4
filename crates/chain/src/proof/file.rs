//! The proof file: one event, and all that shows it to be in the ledger but the origin's key.
//!
//! ```text
//! {
//!   "comment": "for readers; nothing vouches for it",
//!   "event": { the event, whole },
//!   "keys": [ keys of the checkpoint's signature lines, in their order ],
//!   "kind": "event",
//!   "log": [ lines of the C2SP tlog-proof ],
//!   "proof": "regledger proof v1"
//! }
//! ```
//!
//! But for blanks and line feeds between its parts the file is canonical JSON, so that its content
//! has one spelling: no bit outside of them and the comment can be changed without its failing.
//! Every signature line must hold under the key that stands for it in `keys`; whom to believe is
//! the verifier's own to say.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::{LogProof, LogProofError};
use crate::canon::{CanonError, Limits, check_canonical, to_bytes};
use crate::hash::{Hash, event_hash};
use crate::link::{LinkError, read_link};
use crate::note::policy::{Policy, TrustError, signed_by_log};
use crate::note::{NoteError, Verifier};
use crate::tree::verify::ProofError;

/// What every proof file says it is.
const FORMAT: &str = "regledger proof v1";
/// What it is about.
const KIND: &str = "event";
/// The longest proof file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 2 << 20;

/// The file's fields, in the order of canonical JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    comment: String,
    event: Value,
    keys: Vec<String>,
    kind: String,
    log: Vec<String>,
    proof: String,
}

/// What a proof file has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The ledger's origin.
    pub origin: String,
    /// Position of the event.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// Its canonical bytes.
    pub event: Vec<u8>,
    /// Size of the history that the checkpoint signs.
    pub size: u64,
    /// Names of witnesses that have cosigned, with their time in seconds since 1970; whom the
    /// file itself names, where no policy was given.
    pub cosigned: Vec<(String, u64)>,
}

/// Why a proof file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// It is not of the form of a proof file.
    #[error("not a proof file of this release: a field is missing, unknown or of another form")]
    Form,
    /// Besides blanks between its parts, something has another spelling than its canonical one.
    #[error("the file is not in its one spelling: {0}")]
    Spelling(CanonError),
    /// The proof within cannot be read.
    #[error(transparent)]
    Log(#[from] LogProofError),
    /// The event does not say where it stands.
    #[error("the event cannot be read: {0}")]
    Event(LinkError),
    /// The proof is for another position than the event's.
    #[error("the proof is for another position than the event's own")]
    Position,
    /// The event is not in the tree.
    #[error(transparent)]
    Inclusion(#[from] ProofError),
    /// The signature lines are not those of the keys that the file names.
    #[error("the signature lines are not those of the keys that the file names")]
    Keys,
    /// The checkpoint is not to be believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl FileError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "proof_file_form",
            Self::Spelling(_) => "proof_file_spelling",
            Self::Log(error) => error.code(),
            Self::Event(_) => "proof_file_event",
            Self::Position => "proof_file_position",
            Self::Inclusion(error) => error.code(),
            Self::Keys => "proof_file_keys",
            Self::Trust(error) => error.code(),
        }
    }
}

/// Writes a proof file for an event; `keys` are those of the note's lines, in their order.
///
/// # Errors
/// [`FileError::Form`] where the event is no JSON.
pub fn write(
    event: &[u8],
    proof: &LogProof,
    keys: &[Verifier],
    comment: &str,
) -> Result<String, FileError> {
    let file = File {
        comment: comment.to_owned(),
        event: serde_json::from_slice(event).map_err(|_| FileError::Form)?,
        keys: keys.iter().map(Verifier::to_string).collect(),
        kind: KIND.to_owned(),
        log: proof.to_string().lines().map(str::to_owned).collect(),
        proof: FORMAT.to_owned(),
    };
    let text = serde_json::to_string_pretty(&file).map_err(|_| FileError::Form)?;
    Ok(text + "\n")
}

/// Checks a proof file. The checkpoint must be signed by one of `trusted`, and cosigned by the
/// policy's quorum where there is one.
///
/// # Errors
/// [`FileError`]; nothing is shown then.
pub fn verify(
    bytes: &[u8],
    trusted: &[Verifier],
    policy: Option<&Policy>,
) -> Result<Proven, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::Form);
    }
    let limits = Limits {
        bytes_max: FILE_BYTES_MAX,
        ..Limits::default()
    };
    check_canonical(&tight(bytes), &limits).map_err(FileError::Spelling)?;
    let file: File = serde_json::from_slice(bytes).map_err(|_| FileError::Form)?;
    if file.proof != FORMAT || file.kind != KIND {
        return Err(FileError::Form);
    }
    if file.log.iter().any(|line| line.contains('\n')) {
        return Err(FileError::Form);
    }
    let proof = LogProof::parse(&(file.log.join("\n") + "\n"))?;
    let event = to_bytes(&file.event).map_err(FileError::Spelling)?;
    let link = read_link(&event).map_err(FileError::Event)?;
    if link.seq != proof.index {
        return Err(FileError::Position);
    }
    let hash = event_hash(&event);
    proof.verify(&hash)?;
    let cosigned = lines_hold(&proof, &file.keys)?;
    signed_by_log(&proof.note, trusted)?;
    if let Some(policy) = policy {
        policy.check(&proof.note)?;
    }
    Ok(Proven {
        origin: proof.checkpoint.origin.clone(),
        seq: link.seq,
        hash,
        size: proof.checkpoint.size,
        cosigned,
        event,
    })
}

/// Every line holds under the key that stands for it; the cosigners among them come back.
fn lines_hold(proof: &LogProof, keys: &[String]) -> Result<Vec<(String, u64)>, FileError> {
    let lines = &proof.note.signatures;
    if lines.len() != keys.len() {
        return Err(FileError::Keys);
    }
    let mut cosigned = Vec::new();
    for (line, key) in lines.iter().zip(keys) {
        let held = |error: NoteError| FileError::Trust(error.into());
        let key = Verifier::parse(key).map_err(held)?;
        if !key.owns(line) {
            return Err(FileError::Keys);
        }
        if let Some(time) = key.check(&proof.note.text, line).map_err(held)? {
            cosigned.push((key.name().to_owned(), time));
        }
    }
    Ok(cosigned)
}

/// The bytes without blanks and line feeds between the parts.
fn tight(bytes: &[u8]) -> Vec<u8> {
    let (mut inside, mut escaped) = (false, false);
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if !inside && matches!(byte, b' ' | b'\n') {
            continue;
        }
        if inside && escaped {
            escaped = false;
        } else if inside && *byte == b'\\' {
            escaped = true;
        } else if *byte == b'"' {
            inside = !inside;
        }
        out.push(*byte);
    }
    out
}
