//! Exposure (定期曝光, M13): bulletins that name operators, their breaches and the addresses of their
//! sites (郯政办字〔2017〕85号, 三(二)2).
//!
//! A bulletin is drafted, reviewed by a legal reviewer, approved by a second officer, published;
//! its entries are corrected, withdrawn for coded reasons, or end with the calendar. Up to its
//! publication everything about it is restricted. What is published stands in public events of its
//! own, one for the bulletin's head and one for each entry, so that a public reader needs no
//! restricted event, and a withdrawn entry can leave the public feed without taking the others
//! along. Law of a penalty's publication: SAMR Order 45 of 2021.
//!
//! What is absent: names of natural persons in clear, addresses of homes. An individual business
//! (个体工商户) is shown under its registered name.

mod action;
mod clocks;
mod content;
mod decide;
mod source;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AddEntry, Approve, Correct, DraftBulletin, DropEntry, Entry, Expire, ExposureEvent, Part,
    Publication, Release, Return, Review, ReviewOutcome, Show, Site, Source, SourceKind, Submit,
    Withdraw, WithdrawEntry,
};
pub(crate) use clocks::lapses;
pub use decide::decide;
pub use state::{Bulletin, Ending, Exposed, Exposures, Item, Stage};
pub(crate) use state::{evolve, expose, rows};
pub(crate) use summary::summary;
