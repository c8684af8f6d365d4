//! Canonical bytes, event hash, hash chain and sealed-value commitments.
//!
//! The lowest layer: pure functions over bytes. Nothing here knows a word of regulation, opens a
//! file, reads a clock or draws a random number, so that whoever doubts the ledger can run the
//! same code on the same bytes and get the same answer.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`canon`] | are these bytes canonical JSON, and what are the canonical bytes of this value |
//! | [`hash`] | the hash of an event, of the ledger's origin; ids of following events |
//! | [`link`] | where an event stands in the chain, read without parsing all of it |
//! | [`walk`] | does each event continue the one before it |
//! | [`history`] | the newline-delimited file that carries a history from hand to hand |
//! | [`note`] | signed notes and checkpoints, by which others can hold the ledger to its word |
//! | [`proof`] | files that show an event to be in the ledger, to be checked offline |
//! | [`seal`] | commitments to values that may not be written down, and match tokens |
//! | [`tree`] | the Merkle tree over the history: proofs that an event is in, that nothing was cut |
//!
//! The tree takes as its leaf data the 32 raw bytes of the event hash ([`hash::Hash::as_bytes`]),
//! so that chain and tree cannot part.

pub mod canon;
pub mod hash;
mod hex;
pub mod history;
pub mod link;
pub mod note;
pub mod proof;
mod scan;
pub mod seal;
pub mod tree;
pub mod walk;
