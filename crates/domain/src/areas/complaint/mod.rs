//! Complaints (投诉, M05): filed, assigned, accepted or refused, negotiated, mediated to an
//! agreement or a termination, referred to arbitration, withdrawn.
//!
//! Law: SAMR Order 20 until 2026-04-14, Order 121 from 2026-04-15; the day of receipt decides for
//! the whole complaint. Lateness is a fact on the event, not a refusal: an authority that is late
//! still records what it did. Whoever received a complaint handles it, until it is handed over or
//! another department takes the work over.

mod action;
mod clocks;
mod decide;
mod outcome;
mod state;
mod summary;
mod tally;
#[cfg(test)]
mod tests;

pub use action::{
    Accept, Agree, Assign, Award, AwardOutcome, ComplaintEvent, ExcludeTime, FailNegotiation, File,
    HoldMediation, Merge, OfferNegotiation, OnPlatform, OpenMediation, OtherWay, Party, Perform,
    ReferToArbitration, Refuse, Settle, Tell, Terminate, Withdraw,
};
pub(crate) use clocks::{lapses, retime};
pub use decide::decide;
pub use state::{Arbitration, Complaint, Stage};
pub(crate) use state::{evolve, note_lead, note_report};
pub(crate) use summary::summary;
pub(crate) use tally::evolve as tally;
pub use tally::{Counts, Tally};
