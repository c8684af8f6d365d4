//! The Merkle tree over the history: RFC 6962 with SHA-256, so that tools, mirrors and witnesses
//! that exist already work unchanged.
//!
//! The data of leaf `n` are the 32 raw bytes of event `n`'s hash. A leaf hashes to
//! `SHA-256(0x00 ‖ data)`, a node to `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, section 2.1), the
//! empty tree to `SHA-256("")`.
//!
//! - [`Frontier`] grows by one leaf at a time and knows the root: at most 64 hashes.
//! - [`prove`] makes inclusion and consistency proofs from kept nodes, [`verify`] checks them.
//! - [`tile`] names the files in which C2SP tlog-tiles keeps the nodes; [`over`] proves from them.

pub mod over;
pub mod prove;
pub mod tile;
pub mod verify;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::hash::Hash;
use crate::hex;

/// The hash of a leaf or node of the tree; 64 lower-case hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node([u8; 32]);

impl Node {
    /// Takes 32 bytes that are a node's hash already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 raw bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(&self.0);
        f.pad(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({self})")
    }
}

/// The leaf of an event.
#[must_use]
pub fn leaf(event: &Hash) -> Node {
    leaf_of(event.as_bytes())
}

/// `SHA-256(0x00 ‖ data)`.
fn leaf_of(data: &[u8]) -> Node {
    Node(
        Sha256::new()
            .chain_update([0])
            .chain_update(data)
            .finalize()
            .into(),
    )
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
#[must_use]
pub fn join(left: &Node, right: &Node) -> Node {
    let hasher = Sha256::new().chain_update([1]);
    Node(
        hasher
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// The root of the tree without leaves: `SHA-256("")`.
#[must_use]
pub fn empty_root() -> Node {
    Node(Sha256::new().finalize().into())
}

/// What a tree needs to grow: the roots of its perfect subtrees, one for each bit of its size, the
/// largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Node>,
}

impl Frontier {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A tree of this size with these peaks; `None` where there is not one for each bit set.
    #[must_use]
    pub fn restore(size: u64, peaks: Vec<Node>) -> Option<Self> {
        (peaks.len() as u64 == u64::from(size.count_ones())).then_some(Self { size, peaks })
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The peaks, the largest subtree's first.
    #[must_use]
    pub fn peaks(&self) -> &[Node] {
        &self.peaks
    }

    /// Appends a leaf. `keep` is told of every perfect subtree that this completes, the leaf first:
    /// its level (0 for the leaf), its index on that level, its root.
    ///
    /// Cost: two hashes a leaf on average, 65 at most.
    pub fn push(&mut self, leaf: Node, keep: &mut dyn FnMut(u32, u64, Node)) {
        let mut node = leaf;
        keep(0, self.size, node);
        for level in 0..self.size.trailing_ones() {
            // A bit set in the size is a peak of that level, the last one of those left.
            if let Some(left) = self.peaks.pop() {
                node = join(&left, &node);
                keep(level + 1, self.size >> (level + 1), node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Node {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| join(left, &right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::prove::{Nodes, consistency, inclusion};
    use super::verify::{verify_consistency, verify_inclusion};
    use super::*;
    use std::collections::BTreeMap;

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }

    fn node(text: &str) -> Node {
        Node(unhex(text).try_into().unwrap())
    }

    /// Every perfect subtree of a tree, as a store keeps them.
    #[derive(Default)]
    struct Kept(BTreeMap<(u32, u64), Node>);

    impl Nodes for Kept {
        type Error = std::convert::Infallible;

        fn node(&self, level: u32, index: u64) -> Result<Node, Self::Error> {
            Ok(self.0[&(level, index)])
        }
    }

    fn grow(leaves: impl IntoIterator<Item = Node>) -> (Frontier, Kept, Vec<Node>) {
        let (mut tree, mut kept) = (Frontier::empty(), Kept::default());
        let mut roots = vec![tree.root()];
        for leaf in leaves {
            tree.push(leaf, &mut |level, index, node| {
                assert!(kept.0.insert((level, index), node).is_none());
            });
            roots.push(tree.root());
        }
        (tree, kept, roots)
    }

    /// Inputs, roots and proofs published as testonly/constants.go and testonly/reference_test.go
    /// of github.com/transparency-dev/merkle (Apache-2.0): 9 roots, 7 inclusion proofs and 4
    /// consistency proofs.
    const INPUTS: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    const L0: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    const L1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    const L4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    const N10: &str = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
    const N11: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    const N12: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    const N13: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    const N20: &str = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
    const N21: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    const INCLUSIONS: [(u64, u64, &[&str]); 7] = [
        (0, 1, &[]),
        (0, 2, &[L1]),
        (1, 2, &[L0]),
        (2, 3, &[N10]),
        (1, 5, &[L0, N11, L4]),
        (0, 8, &[L1, N11, N21]),
        (5, 8, &[L4, N13, N20]),
    ];
    const CONSISTENCIES: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (1, 8, &[L1, N11, N21]),
        (2, 5, &[N11, L4]),
        (6, 8, &[N12, N13, N20]),
    ];

    fn published() -> (Frontier, Kept, Vec<Node>) {
        grow(INPUTS.iter().map(|input| leaf_of(&unhex(input))))
    }

    #[test]
    fn published_roots_come_out() {
        let (_, _, roots) = published();
        assert_eq!(roots, ROOTS.map(node));
    }

    #[test]
    fn published_proofs_come_out_and_verify() {
        let (_, kept, roots) = published();
        for (index, size, hashes) in INCLUSIONS {
            let expected: Vec<Node> = hashes.iter().map(|h| node(h)).collect();
            assert_eq!(inclusion(index, size, &kept).unwrap().unwrap(), expected);
            let leaf = kept.0[&(0, index)];
            let root = &roots[usize::try_from(size).unwrap()];
            verify_inclusion(&leaf, index, size, &expected, root).unwrap();
        }
        for (old, new, hashes) in CONSISTENCIES {
            let expected: Vec<Node> = hashes.iter().map(|h| node(h)).collect();
            assert_eq!(consistency(old, new, &kept).unwrap().unwrap(), expected);
            let root = |size: u64| &roots[usize::try_from(size).unwrap()];
            verify_consistency(old, new, &expected, root(old), root(new)).unwrap();
        }
    }

    #[test]
    fn every_proof_of_a_tree_verifies_and_no_altered_one_does() {
        let leaves = (0..70_u8).map(|n| leaf_of(&[n]));
        let (_, kept, roots) = grow(leaves);
        let altered = |proof: &[Node]| -> Vec<Vec<Node>> {
            let mut out: Vec<Vec<Node>> = (0..proof.len())
                .map(|i| {
                    let mut other = proof.to_vec();
                    other[i].0[7] ^= 4;
                    other
                })
                .collect();
            out.push([proof, &[empty_root()]].concat());
            out.extend(proof.split_last().map(|(_, rest)| rest.to_vec()));
            out
        };
        for size in 1..=70_u64 {
            let root = &roots[usize::try_from(size).unwrap()];
            for index in 0..size {
                let leaf = kept.0[&(0, index)];
                let proof = inclusion(index, size, &kept).unwrap().unwrap();
                verify_inclusion(&leaf, index, size, &proof, root).unwrap();
                for other in altered(&proof) {
                    verify_inclusion(&leaf, index, size, &other, root).unwrap_err();
                }
                let elsewhere = (index + 1) % size;
                if elsewhere != index {
                    verify_inclusion(&leaf, elsewhere, size, &proof, root).unwrap_err();
                }
            }
            for old in 1..=size {
                let proof = consistency(old, size, &kept).unwrap().unwrap();
                let before = &roots[usize::try_from(old).unwrap()];
                verify_consistency(old, size, &proof, before, root).unwrap();
                for other in altered(&proof) {
                    verify_consistency(old, size, &other, before, root).unwrap_err();
                }
                if old < size {
                    verify_consistency(old, size, &proof, root, root).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn a_frontier_comes_back_from_its_peaks() {
        let (tree, _, _) = published();
        let again = Frontier::restore(tree.size(), tree.peaks().to_vec()).unwrap();
        assert_eq!(again.root(), tree.root());
        assert!(Frontier::restore(7, tree.peaks().to_vec()).is_none());
    }
}
