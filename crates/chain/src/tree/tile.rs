//! Tiles: the files that carry the tree, by C2SP tlog-tiles.
//!
//! A tile of level `L` holds up to 256 nodes of tree level `8 * L`. Its path is
//! `tile/<L>/<N>[.p/<W>]`, an entry bundle's `tile/entries/<N>[.p/<W>]`; `N` stands in groups of
//! three digits, all but the last with an `x` in front; `W` is there where the tile is not full.

use std::fmt;

use thiserror::Error;

/// Nodes, or entries, of a full tile.
pub const TILE_WIDTH: u16 = 256;
/// Tree levels that one tile spans.
pub const TILE_HEIGHT: u32 = 8;
/// The highest tile level: `256^8` leaves are more than any tree has.
const LEVEL_MAX: u8 = 7;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Nodes of tree level `8 * level`.
    Nodes {
        /// The tile level, 0 to 7.
        level: u8,
    },
    /// The leaves' data, each `u16 big-endian length ‖ data`.
    Entries,
}

/// One tile, full or partial. Displays as its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// What it holds.
    pub content: Content,
    /// Which one of its level.
    pub index: u64,
    /// How many nodes or entries it holds, 1 to 256.
    pub width: u16,
}

/// A path that names no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a tile: write tile/<level>/<index>[.p/<width>] or tile/entries/<index>[.p/<width>]")]
pub struct TileError;

impl TileError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "tile_path"
    }
}

impl Tile {
    /// Reads a path, which has one spelling.
    ///
    /// # Errors
    /// [`TileError`] where it is not exactly a tile's path.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let rest = path.strip_prefix("tile/").ok_or(TileError)?;
        let (level, rest) = rest.split_once('/').ok_or(TileError)?;
        let content = match level {
            "entries" => Content::Entries,
            level => Content::Nodes {
                level: level
                    .parse()
                    .ok()
                    .filter(|l| *l <= LEVEL_MAX)
                    .ok_or(TileError)?,
            },
        };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => {
                let width = width.parse().map_err(|_| TileError)?;
                (groups, Some(width).filter(|w| (1..TILE_WIDTH).contains(w)))
            }
            None => (rest, Some(TILE_WIDTH)),
        };
        let mut index: u64 = 0;
        for group in groups.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let n: u64 = digits.parse().map_err(|_| TileError)?;
            let longer = index.checked_mul(1_000).and_then(|i| i.checked_add(n));
            index = longer.ok_or(TileError)?;
        }
        let tile = Self {
            content,
            index,
            width: width.ok_or(TileError)?,
        };
        // Whatever has another spelling than its own path is refused, so that caches agree.
        if tile.to_string() == path {
            Ok(tile)
        } else {
            Err(TileError)
        }
    }

    /// The tiles, full and partial, that a tree of this size has and a tree of `old` leaves had
    /// not, lowest level first, entries last.
    pub fn new_since(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let levels = (0..=LEVEL_MAX).map(|level| (Content::Nodes { level }, level));
        let all = levels.chain([(Content::Entries, 0)]);
        all.flat_map(move |(content, level)| {
            let shift = u32::from(level) * TILE_HEIGHT;
            let (before, after) = (old.checked_shr(shift), new.checked_shr(shift));
            let (before, after) = (before.unwrap_or(0), after.unwrap_or(0));
            let width = u64::from(TILE_WIDTH);
            let first = if before == after {
                after.div_ceil(width)
            } else {
                before / width
            };
            (first..after.div_ceil(width)).map(move |index| Self {
                content,
                index,
                width: u16::try_from(after - index * width)
                    .unwrap_or(TILE_WIDTH)
                    .min(TILE_WIDTH),
            })
        })
    }

    /// Whether it is full, and so never changes.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Nodes { level } => write!(f, "tile/{level}/")?,
            Content::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1_000];
        let mut rest = self.index / 1_000;
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        while let Some(group) = groups.pop() {
            match groups.is_empty() {
                true => write!(f, "{group:03}")?,
                false => write!(f, "x{group:03}/")?,
            }
        }
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, content: Content, index: u64, width: u16) {
        let tile = Tile {
            content,
            index,
            width,
        };
        assert_eq!(tile.to_string(), path);
        assert_eq!(Tile::parse(path), Ok(tile));
    }

    #[test]
    fn paths_are_those_of_tlog_tiles() {
        // The example of the specification, and its neighbours.
        check(
            "tile/entries/x001/x234/067",
            Content::Entries,
            1_234_067,
            256,
        );
        check("tile/0/000", Content::Nodes { level: 0 }, 0, 256);
        check("tile/3/999.p/1", Content::Nodes { level: 3 }, 999, 1);
        check(
            "tile/1/x001/000.p/255",
            Content::Nodes { level: 1 },
            1_000,
            255,
        );
    }

    #[test]
    fn another_spelling_is_refused() {
        for path in [
            "tile/0/1",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/8/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/0/001.p/01",
            "tile/0/001/",
            "/tile/0/001",
            "tile/0/+01",
            "tile/entries/x001",
            "tile/0/x18/446/744/073/709/551/616",
        ] {
            assert_eq!(Tile::parse(path), Err(TileError), "{path}");
        }
    }

    #[test]
    fn a_growing_tree_makes_each_full_tile_once() {
        let full =
            |old, new| -> Vec<Tile> { Tile::new_since(old, new).filter(Tile::is_full).collect() };
        let mut made = Vec::new();
        let mut old = 0;
        for new in [1, 255, 256, 257, 600, 600, 65_536, 65_537, 131_072] {
            made.extend(full(old, new));
            old = new;
        }
        let mut once = made.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), made.len());
        // 512 tiles of leaves, 2 of the level above, 512 bundles of entries.
        assert_eq!(made.len(), 512 + 2 + 512);
        assert_eq!(Tile::new_since(600, 600).count(), 0);
    }
}
