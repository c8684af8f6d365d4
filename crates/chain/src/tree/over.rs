//! Nodes of any level from tiles, which keep every eighth level only.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::prove::Nodes;
use super::tile::{TILE_HEIGHT, TILE_WIDTH};
use super::{Node, empty_root, join};

/// Where tiles are kept: a store, files, another's server.
pub trait Tiles {
    /// Why a tile could not be had.
    type Error;

    /// The first `width` nodes of tile `index` of tile level `level`, exactly so many.
    ///
    /// # Errors
    /// Where they could not be had.
    fn nodes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Node>, Self::Error>;
}

/// A tree of a certain size over tiles. Each tile is asked for once, with as many nodes as that
/// size gives it; levels between are hashed anew, 255 hashes a tile at most.
pub struct OverTiles<'a, T> {
    tiles: &'a T,
    size: u64,
    held: RefCell<BTreeMap<(u8, u64), Vec<Node>>>,
}

impl<'a, T: Tiles> OverTiles<'a, T> {
    /// The tree of `size` leaves.
    #[must_use]
    pub const fn new(tiles: &'a T, size: u64) -> Self {
        Self {
            tiles,
            size,
            held: RefCell::new(BTreeMap::new()),
        }
    }
}

impl<T: Tiles> Nodes for OverTiles<'_, T> {
    type Error = T::Error;

    fn node(&self, level: u32, index: u64) -> Result<Node, T::Error> {
        let tile_level = u8::try_from(level / TILE_HEIGHT).unwrap_or(u8::MAX);
        let within = level % TILE_HEIGHT;
        let first = index << within;
        let tile = first / u64::from(TILE_WIDTH);
        let mut held = self.held.borrow_mut();
        let nodes = match held.entry((tile_level, tile)) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                let width = width(self.size, tile_level, tile);
                free.insert(self.tiles.nodes(tile_level, tile, width)?)
            }
        };
        let from = usize::try_from(first % u64::from(TILE_WIDTH)).unwrap_or(0);
        let wanted = nodes.get(from..from + (1 << within)).unwrap_or_default();
        Ok(perfect(wanted))
    }
}

/// How many nodes a tile has in a tree of `size` leaves, 0 to 256.
#[must_use]
pub fn width(size: u64, level: u8, index: u64) -> u16 {
    let nodes = size
        .checked_shr(u32::from(level) * TILE_HEIGHT)
        .unwrap_or(0);
    let behind = nodes.saturating_sub(index.saturating_mul(u64::from(TILE_WIDTH)));
    u16::try_from(behind).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
}

/// The root over a power of two of nodes.
fn perfect(nodes: &[Node]) -> Node {
    match nodes {
        [] => empty_root(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            join(&perfect(left), &perfect(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::prove::{consistency, inclusion, root};
    use crate::tree::verify::{verify_consistency, verify_inclusion};
    use crate::tree::{Frontier, leaf_of};

    #[derive(Default)]
    struct Kept(BTreeMap<(u8, u64), Vec<Node>>);

    impl Tiles for Kept {
        type Error = ();

        fn nodes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Node>, ()> {
            let tile = self.0.get(&(level, index)).ok_or(())?;
            tile.get(..usize::from(width))
                .map(<[Node]>::to_vec)
                .ok_or(())
        }
    }

    #[test]
    fn proofs_over_tiles_verify_at_every_kind_of_edge() {
        let (mut tree, mut kept) = (Frontier::empty(), Kept::default());
        let mut roots = vec![tree.root()];
        for n in 0..70_000_u32 {
            tree.push(leaf_of(&n.to_be_bytes()), &mut |level, index, node| {
                if level % TILE_HEIGHT == 0 {
                    let tile = (u8::try_from(level / TILE_HEIGHT).unwrap(), index / 256);
                    kept.0.entry(tile).or_default().push(node);
                }
            });
            roots.push(tree.root());
        }
        // The example of C2SP tlog-tiles: 273 full tiles and one of 112, one full and one of 17
        // above, one of width 1 at the top.
        let widths = |level| -> Vec<u16> {
            let tiles = (0..).map(|index| width(70_000, level, index));
            tiles.take_while(|w| *w > 0).collect()
        };
        assert_eq!((widths(0).len(), widths(0)[273]), (274, 112));
        assert_eq!(
            (widths(1), widths(2), widths(3)),
            (vec![256, 17], vec![1], vec![])
        );
        let sizes = [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000];
        for (n, size) in sizes.into_iter().enumerate() {
            let nodes = OverTiles::new(&kept, size);
            let whole = roots[usize::try_from(size).unwrap()];
            assert_eq!(root(size, &nodes), Ok(whole));
            for index in [0, size / 3, size / 2, size - 1] {
                let leaf = leaf_of(&u32::try_from(index).unwrap().to_be_bytes());
                let proof = inclusion(index, size, &nodes).unwrap().unwrap();
                verify_inclusion(&leaf, index, size, &proof, &whole).unwrap();
            }
            for old in &sizes[..n] {
                let proof = consistency(*old, size, &nodes).unwrap().unwrap();
                let before = roots[usize::try_from(*old).unwrap()];
                verify_consistency(*old, size, &proof, &before, &whole).unwrap();
            }
        }
    }
}
