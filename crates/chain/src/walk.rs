//! Walking the chain: does each event continue the one before it.
//!
//! An event carries the hash of its predecessor inside the bytes that are hashed, so events can be
//! read and hashed on any number of threads; joining them is one comparison each,
//! [`Walker::follow`].

use thiserror::Error;

use crate::hash::{Hash, event_hash, origin_hash};
use crate::link::{Link, LinkError, read_link};

/// Stands between two events: behind the last one that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walker {
    next_seq: u64,
    head: Hash,
}

/// An event whose place in the chain has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked<'a> {
    /// What its envelope says.
    pub link: Link<'a>,
    /// Its hash: what its successor must name, and the leaf of the tree.
    pub hash: Hash,
}

/// Where a history stops being a chain. `position` is where in the ledger the event should stand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainFault {
    /// The event names another predecessor than the one it follows: one of the two was changed,
    /// or an event between them is missing or added.
    #[error(
        "event {position} names {found} as its predecessor, but what precedes it hashes to {expected}: an event was changed, left out, added or moved"
    )]
    PrevMismatch {
        /// Where the event stands.
        position: u64,
        /// The hash of what precedes it.
        expected: Hash,
        /// The predecessor that it names.
        found: Hash,
    },
    /// The event says that it stands elsewhere.
    #[error(
        "event {found} stands where event {position} must: events were left out, added or moved"
    )]
    SeqGap {
        /// Where the event stands.
        position: u64,
        /// Where it says it stands.
        found: u64,
    },
    /// The bytes are no event.
    #[error("event {position} cannot be read: {cause}")]
    Unreadable {
        /// Where the event stands.
        position: u64,
        /// What is wrong with its bytes.
        cause: LinkError,
    },
}

impl ChainFault {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PrevMismatch { .. } => "chain_prev_mismatch",
            Self::SeqGap { .. } => "chain_seq_gap",
            Self::Unreadable { .. } => "chain_unreadable",
        }
    }

    /// The position of the event that does not continue the chain.
    #[must_use]
    pub fn position(&self) -> u64 {
        match self {
            Self::PrevMismatch { position, .. }
            | Self::SeqGap { position, .. }
            | Self::Unreadable { position, .. } => *position,
        }
    }
}

impl Walker {
    /// Stands before event 0 of the ledger with this origin.
    #[must_use]
    pub fn from_origin(origin: &str) -> Self {
        Self::resume(0, origin_hash(origin))
    }

    /// Stands before event `next_seq`, behind the event with the hash `head`.
    #[must_use]
    pub fn resume(next_seq: u64, head: Hash) -> Self {
        Self { next_seq, head }
    }

    /// The position of the next event; so many events precede it in the ledger.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// The hash of the event before; that of the origin before event 0.
    #[must_use]
    pub fn head(&self) -> Hash {
        self.head
    }

    /// Takes the next event, by its canonical bytes without line end.
    ///
    /// # Errors
    /// The event does not continue the chain; the walker stays where it was. To look at what lies
    /// beyond a fault, [`Walker::resume`] behind it.
    pub fn push<'a>(&mut self, event: &'a [u8]) -> Result<Linked<'a>, ChainFault> {
        let position = self.next_seq;
        let link = read_link(event).map_err(|cause| ChainFault::Unreadable { position, cause })?;
        let hash = event_hash(event);
        self.follow(link.seq, link.prev, hash)?;
        Ok(Linked { link, hash })
    }

    /// Takes the next event by what it says of its place, and its hash.
    ///
    /// # Errors
    /// As [`Walker::push`].
    pub fn follow(&mut self, seq: u64, prev: Hash, hash: Hash) -> Result<(), ChainFault> {
        let position = self.next_seq;
        if seq != position {
            return Err(ChainFault::SeqGap {
                position,
                found: seq,
            });
        }
        if prev != self.head {
            let (expected, found) = (self.head, prev);
            return Err(ChainFault::PrevMismatch {
                position,
                expected,
                found,
            });
        }
        (self.next_seq, self.head) = (position + 1, hash);
        Ok(())
    }
}
