//! Complaints (投诉, M05): filed, accepted or refused, mediated, terminated, withdrawn.
//!
//! Law: SAMR Order 20 until 2026-04-14, Order 121 from 2026-04-15; the day of receipt decides for
//! the whole complaint. Lateness is a fact on the event, not a refusal: an authority that is late
//! still records what it did.

mod action;
mod decide;
mod state;
mod summary;

pub use action::{Accept, Agree, ComplaintEvent, ExcludeTime, File, Refuse, Terminate, Withdraw};
pub use decide::decide;
pub use state::{Complaint, Stage, Tally};
pub(crate) use state::{evolve, tally};
pub(crate) use summary::summary;
