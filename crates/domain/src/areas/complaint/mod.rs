//! complaint

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum ComplaintEvent {
        /// Placeholder.
        Noted(Note): "complaint.note" => "complaint.noted.v1",
    }
}

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {}

/// Judges.
///
/// # Errors
/// Its refusals.
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &ComplaintEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {}

pub(crate) fn evolve(_: &mut Complaint, _: &Event, _: &ComplaintEvent) {}
pub(crate) fn tally(_: &mut Tally, _: &Event, _: &ComplaintEvent) {}

