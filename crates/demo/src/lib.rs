//! A deterministic county-year of invented operators, made of actions.
//!
//! Tancheng County (郯城县, 371322): its departments from 2015 on with the mergers of 2018 and 2019,
//! its register as it grew, and the year from 2025-10-01 to 2026-09-30 in full, in which the
//! regime for complaints changes (2026-04-15). Nothing is recorded here: the actions go through
//! the same door as everybody's. Days come one after the other, and what is held of the future is
//! only what is under way.
//!
//! A score names the event behind it by position, so a county counts the positions that its
//! actions will have: it is to be recorded alone, in order, in an empty ledger.

mod advice;
mod bulletins;
mod cases;
mod complaints;
mod county;
mod credit;
mod departments;
mod draw;
mod exchanges;
mod findings;
mod lists;
mod places;
mod registrations;
mod shops;
mod stories;
mod watch;

pub use county::{County, Day, DemoError};
pub use departments::authority;
pub use stories::{Story, stories};

#[cfg(test)]
mod tests;
