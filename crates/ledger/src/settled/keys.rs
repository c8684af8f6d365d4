//! Keys of the settled store: of the engine, and of the facts inside runs.
//!
//! Engine (numbers big-endian, so that keys sort as they do):
//!
//! | key | value |
//! | --- | --- |
//! | `e` first seq u64, part u16 | a block of events |
//! | `b` run u64, block u32, part u16 | a block of facts of a run |
//! | `f` run u64, part u16 | the run's foot: first keys of its blocks, its filter |
//! | `h` tile level u8, half u64 | half a tile of the tree, see `tiles.rs` |
//! | `m` | the manifest |
//! | `x` | the secret's check, once every settled sealed value has its match token |
//! | `t` | the tree's frontier, see `tiles.rs` |
//!
//! Facts, sorted in each run:
//!
//! | key | value |
//! | --- | --- |
//! | `i` id 16 | seq u64 of the event with this id |
//! | `k` subject | slot u64 of the vault key that seals for it; all ones after an erasure |
//! | `p` subject `0x00` seq | legal date i32, days since 1970-01-01 |
//! | `r` slot list `0x00` key `0x00` entry `0x00` seq | list row, postcard |
//! | `s` slot subject | state after the settled head, postcard |
//! | `t` token 32 mark 24 | slot u64 LE and sealed place of a value with this match token |
//! | `v` commitment 32 | sealed record |
//!
//! A slot is the views' version u32 and generation u32: two generations of views can stand side
//! by side while one is made anew.

use domain::row::List;
use domain::subject::Subject;
use serde::{Deserialize, Serialize};

/// Which views: the version of the folds that made them, and how often they were made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slot {
    pub(crate) version: u32,
    pub(crate) generation: u32,
}

impl Slot {
    const BYTES: usize = 8;

    fn bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.version.to_be_bytes());
        bytes[4..].copy_from_slice(&self.generation.to_be_bytes());
        bytes
    }
}

pub(crate) const MANIFEST: &[u8] = b"m";

/// That match tokens are there.
pub(crate) const MATCHED: &[u8] = b"x";
pub(crate) const FRONTIER: &[u8] = b"t";

pub(crate) fn half_tile(level: u8, half: u64) -> Vec<u8> {
    [b"h".as_slice(), &[level], &half.to_be_bytes()].concat()
}

pub(crate) fn event_part(first_seq: u64, part: u16) -> Vec<u8> {
    [
        b"e".as_slice(),
        &first_seq.to_be_bytes(),
        &part.to_be_bytes(),
    ]
    .concat()
}

/// The first seq in the key of a block of events.
pub(crate) fn first_seq(key: &[u8]) -> Option<u64> {
    let (prefix, rest) = key.split_first()?;
    let (first, _) = rest.split_first_chunk::<8>()?;
    (*prefix == b'e').then(|| u64::from_be_bytes(*first))
}

pub(crate) fn block_part(run: u64, block: u32, part: u16) -> Vec<u8> {
    let (run, block) = (run.to_be_bytes(), block.to_be_bytes());
    [b"b".as_slice(), &run, &block, &part.to_be_bytes()].concat()
}

pub(crate) fn foot_part(run: u64, part: u16) -> Vec<u8> {
    [b"f".as_slice(), &run.to_be_bytes(), &part.to_be_bytes()].concat()
}

/// What every engine key of a run begins with: its blocks and its foot.
pub(crate) fn run_prefixes(run: u64) -> [Vec<u8>; 2] {
    [b"b", b"f"].map(|p| [p.as_slice(), &run.to_be_bytes()].concat())
}

pub(crate) fn id(id: &[u8; 16]) -> Vec<u8> {
    [b"i".as_slice(), id].concat()
}

pub(crate) fn vault_key(subject: &Subject) -> Vec<u8> {
    [b"k".as_slice(), subject.as_str().as_bytes()].concat()
}

pub(crate) fn postings(subject: &Subject) -> Vec<u8> {
    [b"p".as_slice(), subject.as_str().as_bytes(), &[0]].concat()
}

pub(crate) fn posting(subject: &Subject, seq: u64) -> Vec<u8> {
    let mut key = postings(subject);
    key.extend(seq.to_be_bytes());
    key
}

/// The position at the end of a posting's or a row's key.
pub(crate) fn seq_at_end(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>().map(|b| u64::from_be_bytes(*b))
}

pub(crate) fn all_rows(slot: Slot) -> Vec<u8> {
    [b"r".as_slice(), &slot.bytes()].concat()
}

pub(crate) fn rows(slot: Slot, list: List) -> Vec<u8> {
    let mut key = all_rows(slot);
    key.extend(list.name().as_bytes());
    key.push(0);
    key
}

pub(crate) fn row(slot: Slot, list: List, key: &str, entry: &str, seq: u64) -> Vec<u8> {
    let mut bytes = rows(slot, list);
    for part in [key, entry] {
        bytes.extend(part.as_bytes());
        bytes.push(0);
    }
    bytes.extend(seq.to_be_bytes());
    bytes
}

pub(crate) fn states(slot: Slot) -> Vec<u8> {
    [b"s".as_slice(), &slot.bytes()].concat()
}

pub(crate) fn state(slot: Slot, subject: &str) -> Vec<u8> {
    let mut key = states(slot);
    key.extend(subject.as_bytes());
    key
}

/// The subject in a state's key.
pub(crate) fn subject_of(key: &[u8]) -> Option<&str> {
    str::from_utf8(key.get(1 + Slot::BYTES..)?).ok()
}

/// What every fact of a match token begins with.
pub(crate) fn matches(token: &[u8; 32]) -> Vec<u8> {
    [b"t".as_slice(), token].concat()
}

pub(crate) fn match_place(token: &[u8; 56]) -> Vec<u8> {
    [b"t".as_slice(), token].concat()
}

/// Whether a key is a match token's.
pub(crate) fn is_match(key: &[u8]) -> bool {
    key.first() == Some(&b't')
}

pub(crate) fn sealed(commitment: &[u8; 32]) -> Vec<u8> {
    [b"v".as_slice(), commitment].concat()
}

/// The slot of a view entry; `None` for facts that no fold made.
pub(crate) fn slot_of(key: &[u8]) -> Option<Slot> {
    let (prefix, rest) = key.split_first()?;
    if !matches!(prefix, b'r' | b's') {
        return None;
    }
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let (generation, _) = rest.split_first_chunk::<4>()?;
    Some(Slot {
        version: u32::from_be_bytes(*version),
        generation: u32::from_be_bytes(*generation),
    })
}

/// What a fact is looked up by in a run's filter: the whole key, for postings the subject, for
/// match tokens the token; `None` for rows, which are only ever read in ranges.
pub(crate) fn filter_key(key: &[u8]) -> Option<&[u8]> {
    match key.first()? {
        b'p' => key.get(..key.len().checked_sub(8)?),
        b't' => key.get(..33),
        b'r' => None,
        _ => Some(key),
    }
}
