//! credit

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum CreditEvent {
        /// Placeholder.
        Noted(Note): "credit.note" => "credit.noted.v1",
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
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &CreditEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {}

pub(crate) fn evolve(_: &mut Credit, _: &Event, _: &CreditEvent) {}


/// What can move an operator's credit from another area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {}
