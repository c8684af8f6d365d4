//! Lists (名单, M11): abnormal operations, marks of individual businesses, serious violators.
//!
//! Law: Regulation on Enterprise Information Disclosure of 2014 (经营异常名录; 个体工商户 are marked),
//! SAMR Order 44 of 2021 (严重违法失信名单). What the calendar ends is an explicit action of the clock.

mod action;
mod clocks;
mod cure;
mod decide;
mod delivery;
mod ground;
mod objection;
mod outstay;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AcceptObjection, Correct, DecideObjection, Enter, FindCure, Hear, ImportEnd, ImportEntry,
    Lapse, ListingEvent, Notice, Object, Outcome, Outstay, RefuseObjection, Remove, Statement,
};
pub(crate) use clocks::{lapses, retime};
pub use decide::decide;
pub(crate) use decide::restored;
pub use state::{Announced, Consequence, Entry, Listings, Objection, ObjectionStage};
pub(crate) use state::{evolve, rows};
pub(crate) use summary::summary;
