//! Proofs that can be handed on: the text of C2SP tlog-proof, and the file around it.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index <position>
//! <base64 of a node>        the audit path, from the leaf upwards
//!
//! <signed checkpoint>
//! ```

pub mod file;

use std::fmt;

use data_encoding::BASE64;
use thiserror::Error;

use crate::hash::Hash;
use crate::note::checkpoint::Checkpoint;
use crate::note::request::{decimal, node};
use crate::note::{NOTE_BYTES_MAX, Note};
use crate::tree::verify::{ProofError, verify_inclusion};
use crate::tree::{Node, leaf};

/// First line of every proof.
const MAGIC: &str = "c2sp.org/tlog-proof@v1";
/// Lines that an audit path has at most.
const PATH_LINES_MAX: usize = 64;
/// The longest proof that is read, in bytes.
const PROOF_BYTES_MAX: usize = NOTE_BYTES_MAX + 8_192;

/// That an entry is in the tree of a checkpoint. Displays as the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The entry's position.
    pub index: u64,
    /// The audit path.
    pub path: Vec<Node>,
    /// The checkpoint, signed.
    pub note: Note,
    /// What the note says.
    pub checkpoint: Checkpoint,
}

/// A text that is no proof of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a proof: {MAGIC}, an index, an audit path, an empty line, a checkpoint")]
pub struct LogProofError;

impl LogProofError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "log_proof_form"
    }
}

impl LogProof {
    /// Reads a proof. One with extra data is refused: nothing would vouch for them.
    ///
    /// # Errors
    /// [`LogProofError`].
    pub fn parse(text: &str) -> Result<Self, LogProofError> {
        if text.len() > PROOF_BYTES_MAX {
            return Err(LogProofError);
        }
        let (head, note) = text.split_once("\n\n").ok_or(LogProofError)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(MAGIC) {
            return Err(LogProofError);
        }
        let index = lines.next().and_then(|l| l.strip_prefix("index "));
        let index = index.and_then(decimal).ok_or(LogProofError)?;
        let path: Option<Vec<Node>> = lines.map(node).collect();
        let path = path.filter(|p| p.len() <= PATH_LINES_MAX);
        let note = Note::parse(note.as_bytes()).map_err(|_| LogProofError)?;
        let checkpoint = Checkpoint::parse(&note.text).map_err(|_| LogProofError)?;
        Ok(Self {
            index,
            path: path.ok_or(LogProofError)?,
            note,
            checkpoint,
        })
    }

    /// Checks that the event of this hash stands at the index in the checkpoint's tree. Says
    /// nothing of the checkpoint's signatures.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(&self, event: &Hash) -> Result<(), ProofError> {
        let (size, root) = (self.checkpoint.size, &self.checkpoint.root);
        verify_inclusion(&leaf(event), self.index, size, &self.path, root)
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{MAGIC}\nindex {}", self.index)?;
        for node in &self.path {
            writeln!(f, "{}", BASE64.encode(node.as_bytes()))?;
        }
        write!(f, "\n{}", self.note)
    }
}
