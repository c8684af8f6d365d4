//! Applications (登记申请): applied for, worked on by several departments side by side, decided.
//!
//! Law: 市场主体登记管理条例 Art 19 from 2022-03-01, before it 行政许可法 Art 42; the day of the
//! application decides. A department's step belongs to it and to who took its work over; the
//! registration is only granted when every step is approved.

mod action;
mod decide;
mod state;

pub use action::{
    ApplicationKind, Apply, ApproveStep, Extend, OpenStep, Refuse, ResubmitStep, ReturnStep, Route,
    Withdraw,
};
pub(super) use decide::{conclude, decide};
pub use state::{Application, Approvals, Stage, Step, StepStage};
pub(crate) use state::{evolve, evolve_approvals};
