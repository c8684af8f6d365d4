//! The tree over what is settled: nodes in halves of tiles, and the frontier they must come to.
//!
//! Half tile: `crc32 u32 LE ‖ nodes, 32 bytes each`, up to 128 nodes of one tile level, the
//! checksum over key and nodes. It is written when it is full, and as far as it goes at the end of
//! each step; how it begins never changes, so that a reader of an older view takes as many nodes as
//! that view has, and what a stopped step leaves behind is the beginning of what follows.
//! Frontier: `crc32 u32 LE ‖ size u64 LE ‖ peaks, 32 bytes each`, in one batch with the manifest.

use std::ops::Range;

use chain::hash::event_hash;
use chain::tree::over::{OverTiles, Tiles};
use chain::tree::tile::{TILE_HEIGHT, TILE_WIDTH};
use chain::tree::{Frontier, Node, leaf, prove};

use super::engine::{Engine, Pair};
use super::keeper::Keeper;
use super::keys;
use super::run::Sink;
use super::view::View;
use crate::error::LedgerError;
use crate::judge::damaged;

/// Nodes of half a tile, which fits one engine value.
const HALF: u64 = TILE_WIDTH as u64 / 2;
/// A node in bytes.
const NODE: usize = 32;

/// The tree as it grows with each step.
pub(crate) struct Growth {
    frontier: Frontier,
    /// Nodes of the last half tile of each level, which is not full.
    edges: Vec<Vec<Node>>,
}

impl Growth {
    fn empty() -> Self {
        Self {
            frontier: Frontier::empty(),
            edges: Vec::new(),
        }
    }

    /// Reads frontier and edges; `None` where none was ever written.
    fn open(engine: &dyn Engine) -> Result<Option<Self>, LedgerError> {
        let Some(bytes) = engine.get(keys::FRONTIER)? else {
            return Ok(None);
        };
        let frontier = read_frontier(&bytes).ok_or_else(|| {
            let what = "the tree's frontier cannot be read";
            damaged("tree_frontier_unreadable", 0, what)
        })?;
        let mut edges = Vec::new();
        for level in 0_u8.. {
            let nodes = nodes_of(frontier.size(), level);
            if nodes == 0 {
                break;
            }
            let first = nodes - nodes % HALF;
            edges.push(read_nodes(engine, level, first..nodes)?);
        }
        Ok(Some(Self { frontier, edges }))
    }

    /// Appends a leaf. Cost: two hashes, about 0.3 µs.
    pub(super) fn push(&mut self, leaf: Node, sink: &mut Sink<'_>) -> Result<(), LedgerError> {
        let (edges, mut full) = (&mut self.edges, Vec::new());
        self.frontier.push(leaf, &mut |level, index, node| {
            if !level.is_multiple_of(TILE_HEIGHT) {
                return;
            }
            let level = level / TILE_HEIGHT;
            let at = level as usize;
            if edges.len() <= at {
                edges.resize_with(at + 1, Vec::new);
            }
            if let Some(edge) = edges.get_mut(at) {
                edge.push(node);
                if edge.len() as u64 == HALF {
                    full.push((level, index / HALF, std::mem::take(edge)));
                }
            }
        });
        for (level, half, nodes) in full {
            sink.put(vec![half_tile(level, half, &nodes)])?;
        }
        Ok(())
    }

    /// Writes what there is of halves that are not full.
    pub(super) fn write_edges(&self, sink: &mut Sink<'_>) -> Result<(), LedgerError> {
        for (level, nodes) in (0_u32..).zip(&self.edges) {
            if !nodes.is_empty() {
                let level_nodes = self.frontier.size() >> (level * TILE_HEIGHT);
                sink.put(vec![half_tile(level, level_nodes / HALF, nodes)])?;
            }
        }
        Ok(())
    }

    /// The frontier as it is kept.
    pub(super) fn frontier_value(&self) -> Vec<u8> {
        let mut bytes = vec![0; 4];
        bytes.extend(self.frontier.size().to_le_bytes());
        for peak in self.frontier.peaks() {
            bytes.extend_from_slice(peak.as_bytes());
        }
        let crc = crc32fast::hash(&bytes[4..]).to_le_bytes();
        bytes[..4].copy_from_slice(&crc);
        bytes
    }
}

impl Keeper {
    /// Reads the tree and holds it against what is settled. A store that never had one gets it
    /// from its events, about 2 µs each.
    ///
    /// Cost otherwise: the events of one tile, and one tile a level, about 2 ms.
    pub(crate) fn open_tree(&mut self) -> Result<(), LedgerError> {
        let engine = self.store.blocks.engine.as_ref();
        match Growth::open(engine)? {
            Some(growth) => {
                check(&self.view, &growth.frontier)?;
                self.growth = Some(growth);
                Ok(())
            }
            None => self.make_tree(),
        }
    }

    /// The tree over what is settled.
    pub(crate) fn frontier(&self) -> Frontier {
        let growth = self.growth.as_ref();
        growth.map_or_else(Frontier::empty, |growth| growth.frontier.clone())
    }

    fn make_tree(&mut self) -> Result<(), LedgerError> {
        let mut growth = Growth::empty();
        let store = std::sync::Arc::clone(&self.store);
        let mut sink = Sink::new(store.blocks.engine.as_ref());
        let mut failed = None;
        self.view.events(0..self.view.size, &mut |_, bytes| {
            failed = growth.push(leaf(&event_hash(bytes)), &mut sink).err();
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        growth.write_edges(&mut sink)?;
        if growth.frontier.size() == 0 {
            self.growth = Some(growth);
            return Ok(());
        }
        self.growth = Some(growth);
        let (runs, tables) = (self.view.runs.clone(), self.view.tables.advance(&[]));
        self.commit(sink, runs, tables)
    }
}

/// Frontier, tiles and events agree, as far as can be told without reading all of them.
fn check(view: &View, frontier: &Frontier) -> Result<(), LedgerError> {
    let size = view.size;
    if frontier.size() != size {
        let what = format!(
            "the tree has {} leaves, the settled store {size} events",
            frontier.size()
        );
        return Err(damaged("tree_size_mismatch", size, &what));
    }
    let Some(last) = size.checked_sub(1) else {
        return Ok(());
    };
    let from = last - last % u64::from(TILE_WIDTH);
    let kept = view.tree_nodes(0, from..size)?;
    let mut other = None;
    view.events(from..size, &mut |seq, bytes| {
        let at = usize::try_from(seq - from).unwrap_or(usize::MAX);
        let same = kept.get(at) == Some(&leaf(&event_hash(bytes)));
        other = (!same).then_some(seq);
        same
    })?;
    if let Some(seq) = other {
        let what = "the tree's leaf is not this event's";
        return Err(damaged("tree_leaf_mismatch", seq, what));
    }
    if prove::root(size, &OverTiles::new(view, size))? != frontier.root() {
        let what = "the tree's tiles come to another root than its frontier";
        return Err(damaged("tree_frontier_mismatch", size, what));
    }
    Ok(())
}

impl View {
    /// Nodes of a tile level that are settled. Cost: a look into the engine for each half tile.
    pub(crate) fn tree_nodes(
        &self,
        level: u8,
        range: Range<u64>,
    ) -> Result<Vec<Node>, LedgerError> {
        read_nodes(self.store.blocks.engine.as_ref(), level, range)
    }
}

impl Tiles for View {
    type Error = LedgerError;

    fn nodes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Node>, LedgerError> {
        let first = index * u64::from(TILE_WIDTH);
        self.tree_nodes(level, first..first + u64::from(width))
    }
}

/// How many nodes a tile level has in a tree of `size` leaves.
pub(crate) fn nodes_of(size: u64, level: u8) -> u64 {
    let shift = u32::from(level) * TILE_HEIGHT;
    size.checked_shr(shift).unwrap_or(0)
}

fn half_tile(level: u32, half: u64, nodes: &[Node]) -> Pair {
    let key = keys::half_tile(u8::try_from(level).unwrap_or(u8::MAX), half);
    let mut value = vec![0; 4];
    for node in nodes {
        value.extend_from_slice(node.as_bytes());
    }
    let crc = checksum(&key, &value[4..]).to_le_bytes();
    value[..4].copy_from_slice(&crc);
    (key, value)
}

fn read_nodes(engine: &dyn Engine, level: u8, range: Range<u64>) -> Result<Vec<Node>, LedgerError> {
    let unreadable = || {
        let what = format!("nodes of the tree's tile level {level} are missing or cannot be read");
        let first = range.start.checked_shl(u32::from(level) * TILE_HEIGHT);
        damaged("tree_unreadable", first.unwrap_or(0), &what)
    };
    let mut nodes = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let key = keys::half_tile(level, at / HALF);
        let value = engine.get(&key)?.ok_or_else(unreadable)?;
        let (crc, bytes) = value.split_first_chunk::<4>().ok_or_else(unreadable)?;
        let until = range.end.min(at - at % HALF + HALF);
        let place = |n: u64| usize::try_from(n % HALF).map_or(usize::MAX, |n| n * NODE);
        let from = place(at);
        let count = usize::try_from(until - at).unwrap_or(0);
        let wanted = bytes
            .get(from..from + count * NODE)
            .ok_or_else(unreadable)?;
        if u32::from_le_bytes(*crc) != checksum(&key, bytes) {
            return Err(unreadable());
        }
        let (chunks, _) = wanted.as_chunks::<NODE>();
        nodes.extend(chunks.iter().map(|bytes| Node::from_bytes(*bytes)));
        at = until;
    }
    Ok(nodes)
}

fn read_frontier(bytes: &[u8]) -> Option<Frontier> {
    let (crc, rest) = bytes.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*crc) != crc32fast::hash(rest) {
        return None;
    }
    let (size, peaks) = rest.split_first_chunk::<8>()?;
    let (peaks, ragged) = peaks.as_chunks::<NODE>();
    if !ragged.is_empty() {
        return None;
    }
    let peaks = peaks.iter().map(|bytes| Node::from_bytes(*bytes));
    Frontier::restore(u64::from_le_bytes(*size), peaks.collect())
}

fn checksum(key: &[u8], nodes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(nodes);
    hasher.finalize()
}
