//! Sharing (信息共享与协作, M17 M18): what departments send one another and answer, what they resolve
//! together, and what is asked of authorities elsewhere (郯政办字〔2017〕85号, 三(二)5, 三(三)4).
//!
//! An exchange (往来) goes from one department to another, or to or from an authority of another
//! region: a record that is shared (信息共享), a request for data (数据需求), a request for
//! assistance (协助调查), a transfer (移送). It is acknowledged and, but for a mere record, answered;
//! what falls overdue is recorded by the clock. A joint meeting (联席会议) resolves who does what by
//! when. Each department keeps its side of it as duties: what it owes, and what it is owed; a
//! successor goes on with them.
//!
//! Law: 国发〔2016〕51号 for requests for data, the procedure for penalties for assistance; the other
//! terms are the county's own.

mod action;
mod clocks;
mod decide;
mod duty;
mod handover;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    Acknowledge, Answer, ExchangeKind, Extend, FallOverdue, HandOver, HoldMeeting, Outside,
    Perform, Receive, Remind, Resolve, Resolved, Send, SharingEvent, Withdraw,
};
pub(crate) use clocks::part;
pub use decide::decide;
pub(crate) use decide::{CORRESPONDENTS, cited, late, matter_text};
pub use duty::{Duties, Duty, Settled, Side, What};
pub(crate) use duty::{evolve_duties, rows};
pub(crate) use handover::handed_over;
pub use state::{Exchange, Meeting, Overdue, Party, Resolution, Stage};
pub(crate) use state::{evolve_exchange, evolve_meeting, lapses};
pub(crate) use summary::summary;
