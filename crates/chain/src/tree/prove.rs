//! Making proofs from kept nodes (RFC 6962, sections 2.1.1 and 2.1.2).

use super::{Node, empty_root, join};

/// Where the roots of perfect subtrees are kept: a store, tiles, or another's server.
pub trait Nodes {
    /// Why a node could not be had.
    type Error;

    /// The root of the perfect subtree `index` of `level`: it covers the leaves
    /// `index * 2^level .. (index + 1) * 2^level`.
    ///
    /// # Errors
    /// Where it could not be had.
    fn node(&self, level: u32, index: u64) -> Result<Node, Self::Error>;
}

/// The root of a tree of this size.
///
/// # Errors
/// Where a node could not be had.
pub fn root<N: Nodes>(size: u64, nodes: &N) -> Result<Node, N::Error> {
    if size == 0 {
        return Ok(empty_root());
    }
    range(0, size, nodes)
}

/// The peaks of a tree of this size, as [`Frontier::restore`](super::Frontier::restore) takes them.
///
/// # Errors
/// Where a node could not be had.
pub fn peaks<N: Nodes>(size: u64, nodes: &N) -> Result<Vec<Node>, N::Error> {
    peaks_of(0, size, nodes)
}

/// The audit path of leaf `index` in a tree of `size` leaves, from the leaf upwards; `None` where
/// there is no such leaf. Costs about `log2(size)` looks at nodes, squared at the ragged edge.
///
/// # Errors
/// Where a node could not be had.
pub fn inclusion<N: Nodes>(
    index: u64,
    size: u64,
    nodes: &N,
) -> Result<Option<Vec<Node>>, N::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range(middle, to, nodes)?);
            to = middle;
        } else {
            path.push(range(from, middle, nodes)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(Some(path))
}

/// The proof that a tree of `new` leaves continues its own beginning of `old` leaves; empty where
/// both are equal or `old` is 0, `None` where `old` is the larger.
///
/// # Errors
/// Where a node could not be had.
pub fn consistency<N: Nodes>(old: u64, new: u64, nodes: &N) -> Result<Option<Vec<Node>>, N::Error> {
    if old > new {
        return Ok(None);
    }
    if old == 0 || old == new {
        return Ok(Some(Vec::new()));
    }
    let (mut from, mut to) = (0, new);
    let mut path = Vec::new();
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range(middle, to, nodes)?);
            to = middle;
        } else {
            path.push(range(from, middle, nodes)?);
            from = middle;
        }
    }
    // Where nothing stands to the left, the verifier has this subtree's root: it is the old root.
    if from > 0 {
        path.push(range(from, to, nodes)?);
    }
    path.reverse();
    Ok(Some(path))
}

/// The root over leaves `from..to`, where `from` is a multiple of every power of two below the
/// length: the shape of all subtrees that RFC 6962 makes.
fn range<N: Nodes>(from: u64, to: u64, nodes: &N) -> Result<Node, N::Error> {
    let mut peaks = peaks_of(from, to, nodes)?.into_iter().rev();
    let last = peaks.next().unwrap_or_else(empty_root);
    Ok(peaks.fold(last, |right, left| join(&left, &right)))
}

fn peaks_of<N: Nodes>(from: u64, to: u64, nodes: &N) -> Result<Vec<Node>, N::Error> {
    let mut peaks = Vec::new();
    let mut at = from;
    while at < to {
        let level = (to - at).ilog2();
        peaks.push(nodes.node(level, at >> level)?);
        at += 1 << level;
    }
    Ok(peaks)
}

/// The largest power of two below `n`, for `n` of 2 and more.
const fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}
