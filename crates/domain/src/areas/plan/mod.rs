//! Plan (工作方案, M17 M21): the tasks of a plan with who leads and who cooperates (牵头、配合), and the
//! targets that it sets, with number, day and what was reached (郯政办字〔2017〕85号, 一(三), 三, 四(二)).
//!
//! A task is led by one or several departments, others cooperate; who owes what to whom stands in
//! each department's duties ([`crate::areas::sharing`]). A successor takes its place in a task with
//! the work it took over. A target is reported by those who have the task; what a report says for
//! a day replaces what was reported for that day before.

mod action;
mod clocks;
mod decide;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{AssignTask, EndTask, PlanEvent, ReportTarget, SetTarget};
pub use decide::decide;
pub(crate) use decide::open_task;
pub(crate) use state::evolve;
pub use state::{Report, Seat, Target, Task};
pub(crate) use summary::summary;
