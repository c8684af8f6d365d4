//! The vault's public trace: whose sealed values were erased, on which ground.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::areas::Payload;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::dossier::{Telling, say};
use crate::event::Event;
use crate::policy::Text;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::World;

crate::events! {
    /// What can happen to sealed values.
    pub enum VaultEvent {
        /// The key of a subject's sealed values was destroyed.
        Erased(Erase): "vault.erase" => "vault.erased.v1",
    }
}

/// The key of a subject's sealed values is destroyed; the commitments stay, the values are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// The legal ground, with instrument and article.
    pub ground: String,
    /// Whose values.
    pub subject: Subject,
}

/// What was erased of one subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasures {
    /// Legal dates of erasures, in order.
    pub days: Vec<Day>,
}

/// Judges an erasure.
///
/// # Errors
/// `vault.subject_unknown`, `vault.ground_missing`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &VaultEvent,
) -> Result<Drafts, Refusal> {
    world.register().may(
        asked.by,
        asked.on,
        &[Capacity::Administrator, Capacity::Head],
    )?;
    let VaultEvent::Erased(p) = payload;
    if p.ground.trim().is_empty() {
        return Err(Refusal::new(
            "vault.ground_missing",
            "an erasure needs its legal ground",
            "name instrument and article",
        )
        .at("data.ground"));
    }
    if world.entity(&p.subject).is_none() {
        return Err(Refusal::new(
            "vault.subject_unknown",
            format!("nothing is known of {}", p.subject),
            "name the subject whose events hold the sealed values",
        )
        .at("data.subject"));
    }
    let mut draft = Draft::new(Payload::Vault(payload.clone()), asked.on).about(p.subject.clone());
    // The trace has a subject of its own, named after both kind and id.
    let trace = format!("{}.{}", p.subject.kind().name(), p.subject.id());
    if let Ok(trace) = Subject::new(Kind::Vault, &trace) {
        draft = draft.about(trace);
    }
    Ok(vec![draft])
}

pub(crate) fn evolve(state: &mut Erasures, event: &Event, _: &VaultEvent) {
    state.days.push(event.on);
}

pub(crate) fn summary(payload: &VaultEvent, _: &Telling<'_>) -> Text {
    let VaultEvent::Erased(p) = payload;
    say(
        format!("销毁{}的个人信息密钥", p.subject),
        format!("personal values of {} erased", p.subject),
    )
}
