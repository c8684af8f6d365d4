//! The command line of the regulation ledger.

fn main() {}
