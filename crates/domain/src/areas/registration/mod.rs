//! registration

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum RegistrationEvent {
        /// Placeholder.
        Noted(Note): "registration.note" => "registration.noted.v1",
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
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &RegistrationEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {}

pub(crate) fn evolve(_: &mut Registration, _: &Event, _: &RegistrationEvent) {}
pub(crate) fn evolve_application(_: &mut Application, _: &Event, _: &RegistrationEvent) {}
pub(crate) fn evolve_address(_: &mut Address, _: &crate::subject::Subject, _: &Event, _: &RegistrationEvent) {}

