//! Guidance (行政指导与消费警示, M19): what a department advises operators to do without binding them,
//! and warnings to consumers (郯政办字〔2017〕85号, 三(二)5).
//!
//! Guidance is for departments and tells whether it was followed. A consumer alert is public for
//! the term of the rule, is withdrawn on a coded ground, or expires; then its content leaves the
//! public side, and the chain keeps that it was there.

mod action;
mod decide;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{ExpireAlert, FollowUp, Give, GuidanceEvent, PublishAlert, WithdrawAlert};
pub use decide::decide;
pub use state::{Alert, Guidance};
pub(crate) use state::{evolve, evolve_alert, lapses, rows};
pub(crate) use summary::summary;
