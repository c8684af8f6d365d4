//! Award (评选表彰与守信激励, M14): 文明电商平台, 文明电商经营户 and the red list (红名单), and the credit
//! incentives that departments give for them (郯政办字〔2017〕85号, 三(二)2).
//!
//! An award is nominated, granted, and ends by its term, by revocation on a coded ground, or by
//! giving it up. Who stands on the abnormal or serious list, or was penalised within the term of
//! the rule, gets none. Nominations are for departments; what is granted is public for as long as
//! it stands. An incentive (激励措施) rests on an award that stands.

mod action;
mod decide;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{AwardEvent, End, GiveIncentive, Grant, Nominate, Revoke};
pub use decide::decide;
pub use state::{Award, Awards, Ending, Incentive};
pub(crate) use state::{evolve, lapses, retime, rows};
pub(crate) use summary::summary;
