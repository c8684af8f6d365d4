//! Checkpoints: the tree's head, signed, so that others can hold the ledger to its word.
//!
//! - `keys`: the secrets, in `DIR/keys/log.json`; which of them sign follows from the events.
//! - `sign`: signs what continues the last signed checkpoint and nothing else. That one lies beside
//!   the folder, in `DIR.signed`, so that a folder copied back does not bring its own.
//! - `kept`: what was published, with cosignatures, in `DIR/checkpoints.ndjson`.

mod kept;
mod keys;
mod sign;
mod witnesses;

pub use kept::Published;
pub use sign::Signed;

pub(crate) use kept::read_line as read_published;
pub(crate) use sign::Checkpoints;
