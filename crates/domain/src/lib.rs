//! The regulation itself: what can be asked, what can have happened, and what follows from it.
//!
//! Pure: no storage, no HTTP, no clock, no randomness, no float. Time and ids come in with the
//! action; the law of its day comes in as adopted policy packs.
//!
//! - [`action`] and [`event`] are the two envelopes; [`areas`] is the one list of areas.
//! - [`clocks`] keeps the deadlines that run.
//! - [`decide`] judges an action: `(world, action) -> drafts or a coded refusal`.
//! - [`dossier`] tells an operator's events in sentences.
//! - [`entity`] folds events into the state of what they are about, [`row`] into list rows.
//! - [`lapse`] says what a day brings about.
//! - [`policy`] holds the law as dated data, [`term`] and [`calendar`] count its days.

pub mod action;
pub mod actor;
pub mod areas;
pub mod calendar;
pub mod clocks;
pub mod dated;
pub mod day;
pub mod decide;
pub mod dossier;
pub mod entity;
pub mod event;
mod events_macro;
pub mod fold;
pub mod ident;
pub mod lapse;
pub mod policy;
pub mod refusal;
pub mod row;
pub mod sealed;
pub mod shared;
pub mod standing;
pub mod subject;
pub mod term;
pub mod trace;
#[cfg(test)]
pub(crate) mod trial;
pub mod world;
