//! Every deadline that a story sets going is declared by its area.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use domain::clocks::ClockKind;
use xtask::fixtures::{Replay, all};

#[test]
fn every_deadline_of_a_story_is_declared() {
    let packs = domain::policy::builtin().unwrap();
    let (mut undeclared, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for fixture in all(&xtask::root().unwrap()).unwrap() {
        let replay = Replay::run(&fixture, &packs).unwrap();
        for clock in replay.events.iter().flat_map(|p| &p.event.derived.clocks) {
            seen.insert(clock.name.clone());
            if ClockKind::by_name(&clock.name).is_none() {
                undeclared.insert(clock.name.clone());
            }
        }
    }
    assert_eq!(
        undeclared,
        BTreeSet::new(),
        "declare what ends them in the area's clocks.rs, named in its events!"
    );
    assert!(seen.len() > 20, "{seen:?}");
}
