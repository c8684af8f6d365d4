//! exposure

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum ExposureEvent {
        /// Placeholder.
        Noted(Note): "exposure.note" => "exposure.noted.v1",
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
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &ExposureEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposures {}

pub(crate) fn evolve(_: &mut Bulletin, _: &Event, _: &ExposureEvent) {}
pub(crate) fn note(_: &mut Exposures, _: &Event, _: &ExposureEvent) {}
pub(crate) fn rows(_: &Bulletin, _: &crate::subject::Subject, _: &Event, _: &ExposureEvent, _: &mut Vec<crate::row::Row>) {}

