//! Departments and officers (部门与人员): who exists when, who succeeds whom, who may act.
//!
//! Departments merge and are renamed (国税 and 地税 became 税务 in 2018), so the register is dated.

mod action;
mod decide;
mod register;

pub use action::{Capacities, DepartmentEvent, Dissolve, Establish, OfficerLeave, OfficerPost};
pub use decide::decide;
pub use register::{Department, Officer, Register};
