//! Checking proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2, which spell out what RFC 6962 implies).

use thiserror::Error;

use super::{Node, join};

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The index or the sizes cannot be: a leaf beyond the tree, an old size beyond the new one.
    #[error("there is no such leaf or tree: an index or size is out of range")]
    Range,
    /// The proof has another length than a proof for this index and these sizes.
    #[error("the proof is longer or shorter than one for this index and size")]
    Length,
    /// The proof leads to another root.
    #[error("the proof leads to another root than the tree's")]
    Root,
}

impl ProofError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Range => "proof_range",
            Self::Length => "proof_length",
            Self::Root => "proof_root",
        }
    }
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves with this root.
///
/// # Errors
/// [`ProofError`] where it is not, or the proof does not show it.
pub fn verify_inclusion(
    leaf: &Node,
    index: u64,
    size: u64,
    proof: &[Node],
    root: &Node,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut at, mut last) = (index, size - 1);
    let mut node = *leaf;
    for other in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            node = join(other, &node);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            node = join(&node, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if node == *root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the tree of `new` leaves begins with the tree of `old` leaves. Of a tree without
/// leaves every tree is a continuation, by an empty proof.
///
/// # Errors
/// [`ProofError`] where it does not, or the proof does not show it.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Node],
    old_root: &Node,
    new_root: &Node,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Range);
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(ProofError::Length);
        }
        let same = old == 0 || old_root == new_root;
        return if same { Ok(()) } else { Err(ProofError::Root) };
    }
    // The old root itself begins the path where the old tree is perfect.
    let (first, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(ProofError::Length)?;
        (*first, rest)
    };
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut before, mut after) = (first, first);
    for other in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            before = join(other, &before);
            after = join(other, &after);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            after = join(&after, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if before == *old_root && after == *new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
