//! Reports (举报, M06): of breaches, apart from complaints: received, checked (核查), decided to open
//! a case or not, told to the reporter; merged where several are about one thing, transferred
//! where another authority is competent.
//!
//! Law: SAMR Order 20 until 2026-04-14, Order 121 from 2026-04-15; the day of receipt decides for
//! the whole report. Grounds on which no case is opened are those of penalty procedure. Lateness
//! is a fact on the event, not a refusal.
//!
//! Who reports is secret: reporter and phone are sealed, a report may come without either
//! (匿名举报), and every event of a report is for those who handle it alone. That one person sends
//! many reports can be seen by the match tokens of the sealed reporter, never by a name.

mod action;
mod clocks;
mod decide;
mod state;
mod steps;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    Assign, Check, Decline, ExcludeTime, File, Finding, Merge, OfReport, OpenCase, ReportEvent,
    Transfer,
};
pub(crate) use clocks::retime;
pub use decide::decide;
pub use state::{Report, Stage, Tally};
pub(crate) use state::{evolve, note_lead, tally};
pub(crate) use summary::summary;
