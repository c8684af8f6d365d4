//! Chores of the house: schemas, fixtures, arrows, benches.

fn main() {}
