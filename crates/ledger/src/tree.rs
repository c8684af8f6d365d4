//! Reading the tree: roots, proofs and tiles at any size up to the head.
//!
//! What is settled lies in half tiles of the store, what is not in the tail. A proof costs one tile
//! a level, about 10 µs each, whatever the sizes.

use std::sync::Arc;

use chain::hash::event_hash;
use chain::tree::over::{self, OverTiles, Tiles};
use chain::tree::tile::{Content, TILE_WIDTH, Tile};
use chain::tree::{Node, prove};

use crate::error::LedgerError;
use crate::judge::damaged;
use crate::ledger::Ledger;
use crate::settled::tiles::nodes_of;
use crate::shared::Snapshot;

/// The tree over the history as it stood when it was asked for.
pub struct Tree {
    snapshot: Arc<Snapshot>,
}

impl Ledger {
    /// The tree over what is durable now.
    #[must_use]
    pub fn tree(&self) -> Tree {
        Tree {
            snapshot: self.shared.snapshot(),
        }
    }
}

impl Tree {
    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.snapshot.head.size
    }

    /// The root that the tree had after `size` leaves; `None` where it has fewer.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn root(&self, size: u64) -> Result<Option<Node>, LedgerError> {
        if size > self.size() {
            return Ok(None);
        }
        prove::root(size, &self.over(size)).map(Some)
    }

    /// The audit path of an event in the tree of `size` leaves; `None` where there is no such leaf
    /// or tree.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn inclusion(&self, seq: u64, size: u64) -> Result<Option<Vec<Node>>, LedgerError> {
        if size > self.size() {
            return Ok(None);
        }
        prove::inclusion(seq, size, &self.over(size))
    }

    /// The proof that the tree of `new` leaves begins with that of `old`; `None` where there are
    /// no such trees.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Node>>, LedgerError> {
        if new > self.size() {
            return Ok(None);
        }
        prove::consistency(old, new, &self.over(new))
    }

    /// The bytes of a tile or a bundle of entries, by C2SP tlog-tiles; `None` where the tree does
    /// not reach so far. An entry is the 32 bytes of an event's hash.
    ///
    /// Cost: two looks into the store, about 10 µs; for a bundle reading 256 events, about 1 ms.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, LedgerError> {
        let level = match tile.content {
            Content::Nodes { level } => level,
            Content::Entries => 0,
        };
        if over::width(self.size(), level, tile.index) < tile.width {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(usize::from(tile.width) * 34);
        if let Content::Nodes { level } = tile.content {
            for node in self.snapshot.nodes(level, tile.index, tile.width)? {
                bytes.extend_from_slice(node.as_bytes());
            }
            return Ok(Some(bytes));
        }
        let first = tile.index * u64::from(TILE_WIDTH);
        let range = first..first + u64::from(tile.width);
        self.snapshot.events(range, &mut |_, event| {
            let hash = event_hash(event);
            let length = u16::try_from(hash.as_bytes().len()).unwrap_or(0);
            bytes.extend(length.to_be_bytes());
            bytes.extend_from_slice(hash.as_bytes());
            true
        })?;
        Ok(Some(bytes))
    }

    fn over(&self, size: u64) -> OverTiles<'_, Snapshot> {
        OverTiles::new(self.snapshot.as_ref(), size)
    }
}

impl Tiles for Snapshot {
    type Error = LedgerError;

    fn nodes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Node>, LedgerError> {
        let first = index * u64::from(TILE_WIDTH);
        let end = first + u64::from(width);
        let settled = nodes_of(self.settled_size(), level).clamp(first, end);
        let mut nodes = match settled == first {
            true => Vec::new(),
            false => self.view.tree_nodes(level, first..settled)?,
        };
        for at in settled..end {
            let found = self.tails().find_map(|tail| match level {
                0 => tail.events.get(&at).map(|e| e.value().leaf),
                _ => tail.nodes.get(&(level, at)).map(|e| *e.value()),
            });
            nodes.push(found.ok_or_else(|| {
                let what = "a node of the tree is missing in the tail";
                damaged("tree_unreadable", at, what)
            })?);
        }
        Ok(nodes)
    }
}
