//! Policy packs (规则包, M16 M29): adopted and retired by events; the law as dated data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::areas::Payload;
use crate::decide::{Asked, Draft, Drafts};
use crate::dossier::{Telling, say};
use crate::event::{Event, Visibility};
use crate::policy::{Book, BookError, Pack, PackId, Text};
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
    /// The pack and its version.
    pub pack: PackId,
    /// Why, in a sentence.
    pub reason: String,
}

/// Judges the adoption or retirement of a pack.
///
/// # Errors
/// The codes of [`BookError`], and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PolicyEvent,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Administrator])?;
    // A trial on a copy: the book itself says what it would refuse.
    let mut trial = world.book().clone();
    match payload {
        PolicyEvent::Adopted(p) => trial.adopt(p.pack.clone(), asked.on),
        PolicyEvent::Retired(p) => trial.retire(&p.pack, asked.on),
    }
    .map_err(|e| refusal(&e))?;
    let draft = Draft::new(Payload::Policy(payload.clone()), asked.on)
        .about(Subject::policy_book())
        .seen_by(Visibility::Public);
    Ok(vec![draft])
}

fn refusal(error: &BookError) -> Refusal {
    let remedy = "correct the pack; an adopted one is never edited, a change has a higher version";
    Refusal::new(error.code(), error.to_string(), remedy).at("data.pack")
}

pub(crate) fn evolve(book: &mut Book, event: &Event, payload: &PolicyEvent) {
    // What was decided fits; a history that was not is the audit's finding, not a panic here.
    let _ = match payload {
        PolicyEvent::Adopted(p) => book.adopt(p.pack.clone(), event.on),
        PolicyEvent::Retired(p) => book.retire(&p.pack, event.on),
    };
}

pub(crate) fn summary(payload: &PolicyEvent, _: &Telling<'_>) -> Text {
    match payload {
        PolicyEvent::Adopted(p) => say(
            format!("采用规则包{}：{}", p.pack.id(), p.pack.title.zh),
            format!("policy pack {} adopted: {}", p.pack.id(), p.pack.title.en),
        ),
        PolicyEvent::Retired(p) => say(
            format!("停用规则包{}", p.pack),
            format!("policy pack {} retired", p.pack),
        ),
    }
}
