//! The settled store: packed sorted runs inside one ordered, atomic engine.
//!
//! Events lie in compressed blocks by position; all other facts (ids, postings, rows, states,
//! vault records) lie in *runs*, one a step, sorted and compressed, merged as they grow many. A
//! [`view::View`] reads one unchanging state of it; the [`keeper::Keeper`] writes the next one.
//! Key and block layouts stand in `keys.rs` and `block.rs`.

pub(crate) mod block;
mod bloom;
pub(crate) mod engine;
pub(crate) mod keeper;
pub(crate) mod keys;
#[cfg(test)]
pub(crate) mod memory;
mod rebuild;
mod run;
pub(crate) mod tables;
pub(crate) mod tiles;
pub(crate) mod view;
