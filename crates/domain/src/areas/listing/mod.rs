//! listing

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decide::{Asked, Drafts};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::world::World;

crate::events! {
    /// What can happen here.
    pub enum ListingEvent {
        /// Placeholder.
        Noted(Note): "listing.note" => "listing.noted.v1",
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
pub fn decide(_: &dyn World, _: &Asked<'_>, _: &ListingEvent) -> Result<Drafts, Refusal> {
    Err(Refusal::new("not_yet", "not yet", "wait"))
}

/// State.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listings {}

pub(crate) fn evolve(_: &mut Listings, _: &Event, _: &ListingEvent) {}
pub(crate) fn rows(_: &crate::entity::Operator, _: &crate::subject::Subject, _: &Event, _: &ListingEvent, _: &mut Vec<crate::row::Row>) {}

