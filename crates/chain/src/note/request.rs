//! What a log asks of a witness, by C2SP tlog-witness: the body of `add-checkpoint`.
//!
//! ```text
//! old <size>
//! <base64 of a node>        no to 63 lines: the consistency proof
//!
//! <signed checkpoint>
//! ```

use std::fmt;

use data_encoding::BASE64;
use thiserror::Error;

use super::checkpoint::Checkpoint;
use super::{NOTE_BYTES_MAX, Note};
use crate::tree::Node;

/// Lines that a consistency proof has at most.
const PROOF_LINES_MAX: usize = 63;
/// The longest body that is read, in bytes.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 4_096;

/// A checkpoint with the proof that it continues an older one. Displays as the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness has cosigned last; 0 where there is none.
    pub old: u64,
    /// That the new tree begins with the old one.
    pub proof: Vec<Node>,
    /// The new checkpoint, signed.
    pub note: Note,
    /// What the note says.
    pub checkpoint: Checkpoint,
}

/// A body that is no such request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a request: an old size, at most 63 lines of a proof, an empty line, a checkpoint")]
pub struct RequestError;

impl RequestError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "witness_request"
    }
}

impl AddCheckpoint {
    /// Reads a body.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        if bytes.len() > REQUEST_BYTES_MAX {
            return Err(RequestError);
        }
        let text = str::from_utf8(bytes).map_err(|_| RequestError)?;
        let (head, note) = text.split_once("\n\n").ok_or(RequestError)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|l| l.strip_prefix("old "));
        let old = old.and_then(decimal).ok_or(RequestError)?;
        let proof: Option<Vec<Node>> = lines.map(node).collect();
        let proof = proof.filter(|p| p.len() <= PROOF_LINES_MAX);
        let note = Note::parse(note.as_bytes()).map_err(|_| RequestError)?;
        let checkpoint = Checkpoint::parse(&note.text).map_err(|_| RequestError)?;
        Ok(Self {
            old,
            proof: proof.ok_or(RequestError)?,
            note,
            checkpoint,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for node in &self.proof {
            writeln!(f, "{}", BASE64.encode(node.as_bytes()))?;
        }
        write!(f, "\n{}", self.note)
    }
}

/// A number in its one decimal spelling.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// A node in base64.
pub(crate) fn node(line: &str) -> Option<Node> {
    let bytes = BASE64.decode(line.as_bytes()).ok()?;
    bytes.try_into().ok().map(Node::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP tlog-witness.
    const PUBLISHED: &str = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n\
        example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

    #[test]
    fn the_published_request_is_read_and_written() {
        let read = AddCheckpoint::parse(PUBLISHED.as_bytes()).unwrap();
        assert_eq!((read.old, read.proof.len()), (20_852_014, 4));
        assert_eq!(read.checkpoint.size, 20_852_163);
        assert_eq!(read.to_string(), PUBLISHED);
    }

    #[test]
    fn other_forms_are_refused() {
        let (_, note) = PUBLISHED.split_once("\n\n").unwrap();
        let line = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        for text in [
            note.to_owned(),
            format!("old\n\n{note}"),
            format!("old 01\n\n{note}"),
            format!("old -1\n\n{note}"),
            format!("old 1 \n\n{note}"),
            format!("new 1\n\n{note}"),
            format!("old 1\nAAAA\n\n{note}"),
            format!("old 1\n{}\n{note}", line.repeat(64)),
            format!("old 1\n{line}{note}"),
            "old 1\n\nno checkpoint\n".to_owned(),
        ] {
            assert_eq!(
                AddCheckpoint::parse(text.as_bytes()),
                Err(RequestError),
                "{text}"
            );
        }
    }
}
