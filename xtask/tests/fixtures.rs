//! Every replay fixture gives what its `expected/` says.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[test]
fn every_fixture_gives_what_is_expected() {
    let told = xtask::fixtures::all_hold(&xtask::root().unwrap(), false);
    assert!(told.map_err(|e| format!("{e:#}")).unwrap() > 0);
}
