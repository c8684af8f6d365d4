//! Enforcement (行政执法, M08): cases and administrative penalties, from the lead to the end of
//! publication.
//!
//! Law: Administrative Penalty Law (行政处罚法 2021), SAMR Order 2 on procedure, Order 3 on hearings,
//! Order 45 on publishing penalties, Administrative Coercion Law on measures. A case is a thing of
//! its own; the operator keeps its cases and penalties, from which the public register of
//! penalties is shown for as long as the duty to publish lasts.
//!
//! Lateness is a fact on the event. A refusal stands where the law makes the act void or
//! impossible: no second officer, no notice before the decision, a hearing asked for and not held,
//! prescription, an early end of publication for the heavy kinds. What the calendar brings about
//! is an action of the clock.

mod action;
mod clocks;
mod decide;
mod money;
mod penalty;
mod sanctions;
mod sequel;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AddEvidence, CallHearing, Decline, EnforcementEvent, ExcludeTime, ExtendTerm, HoldHearing,
    LeadSource, LiftMeasure, MeasureId, MeasureKind, OfCase, Open, ReceiveLead, Review,
    ReviewOpinion, ServeNotice, Served, Statement, TakeMeasure, TermExtension, WaiveRights,
};
pub(crate) use clocks::{lapses, retime};
pub use decide::decide;
pub(crate) use decide::{opened_case, resumed};
pub use money::{Account, LateFee};
pub use penalty::{Penalty, PenaltyKind, Procedure};
pub use sanctions::{CaseMark, Penalised, Sanctions};
pub use sequel::{
    Appeal, AppealForum, AppealOutcome, ChangeDecision, Close, Closing, CorrectDecision, Decide,
    DeferPayment, EndAppeal, EndEarly, Forward, Ground, ImportDecision, Pay, PunishOnSpot,
    RevokeDecision, ServeDecision, Transfer,
};
pub use state::{Case, Decision, Measure, Notice, Right, Stage};
pub(crate) use {
    sanctions::evolve_operator, sanctions::rows, state::evolve, state::note_origin,
    summary::summary,
};
