//! Leads and campaigns (线索、专项行动, M07): what is known before a case, what is said to the operator
//! (约谈 interview, 提醒告诫 warning), the case itself, and what comes after it.
//!
//! Law: verifying a lead is Art 18 of SAMR Order 2 (`enforcement.verify`), an interview Art 38 of
//! Order 37 (`trading.interview`); how a county assigns, warns, looks again and runs campaigns is
//! its own pack. A lead is about one operator, a campaign over many, each with its own result.
//! [`Chain`] is an operator's line through all of it: before, during, after.

mod action;
mod campaign;
mod chain;
mod clocks;
mod decide;
mod state;
mod steps;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AddTargets, Assign, CheckTarget, Close, CloseCampaign, FileAnalysis, HoldInterview, LeadEvent,
    OfLead, OpenCampaign, OpenCase, Record, Revisit, Source, Verify, Warn,
};
pub(crate) use campaign::evolve as evolve_campaign;
pub use campaign::{Campaign, CampaignStage, Target};
pub(crate) use chain::note as note_chain;
pub use chain::{Chain, Link, Phase};
pub(crate) use clocks::retime;
pub use decide::decide;
pub(crate) use state::evolve;
pub use state::{Analysis, Lead, Stage};
pub(crate) use summary::summary;
