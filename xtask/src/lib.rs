//! Chores of the house that tests use too: the replay fixtures.

pub mod fixtures;

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The workspace's folder.
///
/// # Errors
/// Where this crate lies in no workspace.
pub fn root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here
        .parent()
        .context("no workspace above xtask")?
        .to_owned())
}
