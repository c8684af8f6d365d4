//! Departments and officers (部门与人员): who exists when, who succeeds whom, who may act.
//!
//! Departments merge, split and are renamed (国税 and 地税 became 税务 in 2018, 食药 went into 市监 in
//! 2018-19), so names, capacities, posts and successions are dated: who might act on a past legal
//! date is answered by what held on that date. A successor goes on with what its predecessor had
//! open; a dissolved department does not act from its last date on.

mod action;
mod decide;
mod fold;
mod register;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    Capacities, DepartmentEvent, Dissolve, Establish, OfficerLeave, OfficerPost, Rename, TakeOver,
};
pub use decide::decide;
pub use register::{Department, Name, Officer, Register, Succession};
pub(crate) use summary::summary;
