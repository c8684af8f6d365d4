//! enforcement

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum EnforcementEvent {
        /// Placeholder.
        Noted(Note): "enforcement.note" => "enforcement.noted.v1",
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
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &EnforcementEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {}

pub(crate) fn evolve(_: &mut Case, _: &Event, _: &EnforcementEvent) {}
pub(crate) fn record(_: &mut Record, _: &Event, _: &EnforcementEvent) {}
pub(crate) fn rows(_: &crate::entity::Operator, _: &crate::subject::Subject, _: &Event, _: &EnforcementEvent, _: &mut Vec<crate::row::Row>) {}

