//! The regulation itself: identifiers, calendar, policy packs and one folder an area.

pub mod calendar;
pub mod day;
pub mod policy;
pub mod term;
