//! Proof files out of a ledger: an event in the tree of the checkpoint that was published last.

use chain::note::Verifier;
use chain::note::checkpoint::{Checkpoint, CheckpointError};
use chain::note::policy::Policy;
use chain::proof::LogProof;
use chain::proof::file::{self, FileError};
use domain::event::Event;
use ledger::{Ledger, LedgerError};
use thiserror::Error;

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The published checkpoint is none.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// There is no such event.
    #[error("there is no event at this position")]
    Unknown,
    /// No published checkpoint reaches so far.
    #[error("no published checkpoint reaches this event yet: `regledger checkpoint` makes one")]
    NotCovered,
    /// What was made does not verify: keys, checkpoint or tree do not belong together.
    #[error("the proof that was made does not verify: {0}")]
    Unproven(#[from] FileError),
}

impl ProveError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Checkpoint(error) => error.code(),
            Self::Unknown => "event_unknown",
            Self::NotCovered => "proof_not_covered",
            Self::Unproven(error) => error.code(),
        }
    }
}

/// A proof file for the event at a position, which was verified before it is given. Cosignatures
/// of witnesses are in it as far as [`Ledger::witness_keys`] knows their keys.
///
/// # Errors
/// [`ProveError`].
pub fn event(ledger: &Ledger, seq: u64) -> Result<String, ProveError> {
    let bytes = ledger.event(seq)?.ok_or(ProveError::Unknown)?;
    let published = ledger.published().ok_or(ProveError::NotCovered)?;
    let checkpoint = Checkpoint::parse(&published.note.text)?;
    let tree = ledger.tree();
    let path = tree.inclusion(seq, checkpoint.size)?;
    let own = ledger.all_log_keys()?;
    let mut note = published.note.clone();
    let known: Vec<Verifier> = own.iter().cloned().chain(ledger.witness_keys()).collect();
    let mut keys = Vec::new();
    // A line whose key is not at hand could not be checked by whoever gets the file.
    note.signatures.retain(|line| {
        let key = known.iter().find(|key| key.owns(line));
        keys.extend(key.cloned());
        key.is_some()
    });
    let proof = LogProof {
        index: seq,
        path: path.ok_or(ProveError::NotCovered)?,
        note,
        checkpoint,
    };
    let text = file::write(&bytes, &proof, &keys, &comment(&bytes))?;
    file::verify(text.as_bytes(), &own, None::<&Policy>)?;
    Ok(text)
}

/// What the event is, for a reader; the file says that nothing vouches for it.
fn comment(bytes: &[u8]) -> String {
    match Event::parse(bytes) {
        Ok(event) => format!(
            "{} on {}, recorded {} at position {}. This comment is not covered by the proof.",
            event.payload.event_type(),
            event.on,
            event.at,
            event.seq
        ),
        Err(_) => String::new(),
    }
}
