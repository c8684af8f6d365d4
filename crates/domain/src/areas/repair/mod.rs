//! Credit repair (信用修复, M09): an application is a thing of its own, `repair:<number>`.
//!
//! Two tracks hold at once. SAMR 国市监信规〔2021〕3号: whoever listed, marked or penalised decides,
//! in short terms, once the least time of display is over. NDRC Order 36, from 2026-04-01: records
//! are minor, ordinary or serious, each with a least and a most time of publication. An application
//! keeps both outcomes, and says where they conflict. The law of the day of application decides.

mod action;
mod case;
mod clocks;
mod decide;
mod state;
mod summary;
mod target;
mod track;

#[cfg(test)]
mod tests;

pub use action::{
    Accept, Apply, Check, Decline, Grant, PassOn, Refuse, RepairEvent, Revoke, Target, TargetKind,
    Track,
};
pub use decide::decide;
pub(crate) use decide::revoked_with;
pub use state::{Application, Repair, Repairs, Stage, TrackState};
pub(crate) use state::{evolve, evolve_operator};
pub(crate) use summary::summary;
