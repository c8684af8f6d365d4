//! Policy packs (规则包, M16 M29): adopted and retired by events; the law as dated data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::areas::Payload;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::{Event, Visibility};
use crate::policy::{Book, Pack};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::World;

crate::events! {
    /// What can happen to a policy pack.
    pub enum PolicyEvent {
        /// A pack is adopted, whole, from the legal date on.
        Adopted(Adopt): "policy.adopt" => "policy.adopted.v1",
        /// A pack's version is retired from the legal date on.
        Retired(Retire): "policy.retire" => "policy.retired.v1",
    }
}

/// A pack is adopted. The event carries the pack itself, so that a history explains itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adopt {
    /// The pack.
    pub pack: Pack,
}

/// A pack's version is retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retire {
    /// The pack's name with its version, `pack@version`.
    pub pack: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// Judges the adoption or retirement of a pack.
///
/// # Errors
/// `policy.pack_invalid`, `policy.pack_known`, `policy.pack_unknown`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PolicyEvent,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &[Capacity::Administrator])?;
    match payload {
        PolicyEvent::Adopted(p) => {
            p.pack.validate().map_err(|e| {
                Refusal::new(
                    "policy.pack_invalid",
                    format!("the pack does not hold together: {e}"),
                    "correct the pack and adopt it again",
                )
                .at("data.pack")
            })?;
            if world.book().has(&p.pack.name()) {
                return Err(Refusal::new(
                    "policy.pack_known",
                    format!("{} has been adopted before", p.pack.name()),
                    "raise the pack's version; an adopted pack is never edited",
                )
                .at("data.pack.version"));
            }
        }
        PolicyEvent::Retired(p) => {
            if !world.book().in_force(&p.pack, asked.on) {
                return Err(Refusal::new(
                    "policy.pack_unknown",
                    format!("{} is not in force on {}", p.pack, asked.on),
                    "name an adopted pack as pack@version",
                )
                .at("data.pack"));
            }
        }
    }
    let draft = Draft::new(Payload::Policy(payload.clone()), asked.on)
        .about(Subject::policy_book())
        .seen_by(Visibility::Public);
    Ok(vec![draft])
}

pub(crate) fn evolve(book: &mut Book, event: &Event, payload: &PolicyEvent) {
    match payload {
        PolicyEvent::Adopted(p) => book.adopt(p.pack.clone(), event.on),
        PolicyEvent::Retired(p) => book.retire(&p.pack, event.on),
    }
}
