//! Risks (风险采集、评估、预警、处置, M15): collected, assessed by a method, warned of, disposed of; plans
//! (处置预案) for what to do.
//!
//! The method of assessment is a local pack with its weights and thresholds: a change of method is
//! a new version, and each assessment keeps factor, value, weight and points, so that it explains
//! itself. A warning sets a term for disposal going, by level; the list `risk_warnings` holds the
//! warnings without disposal on a day, `risk_overdue` those past their term.

mod action;
mod clocks;
mod decide;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AdoptPlan, Assess, Collect, Dispose, Level, RetirePlan, RiskEvent, RiskSource, Warn,
};
pub(crate) use clocks::retime;
pub use decide::decide;
pub use state::{Assessment, Factor, Plan, Risk, RiskMark, Risks, Stage};
pub(crate) use state::{evolve, evolve_operator, evolve_plan, note_lead, rows, rows_of_site};
pub(crate) use summary::summary;
