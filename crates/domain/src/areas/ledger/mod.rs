//! Ledger: what the ledger says of itself. The keys that sign its checkpoints, so that whoever
//! holds one of them can follow to the next; a rotation is an action like any other.
//!
//! A ledger's first key signs from the beginning; the history names it when the second one comes.

use chain::note::{KeyKind, Verifier};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::areas::Payload;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::dossier::{Telling, say};
use crate::event::{Event, Visibility};
use crate::policy::Text;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::World;

crate::events! {
    /// What can happen to the ledger itself.
    pub enum LedgerEvent {
        /// A key signs checkpoints from now on, beside those that do already.
        KeyAdded(AddKey): "ledger.add_key" => "ledger.key_added.v1",
        /// A key signs no further checkpoints.
        KeyRetired(RetireKey): "ledger.retire_key" => "ledger.key_retired.v1",
    }
}

/// A key signs checkpoints from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddKey {
    /// The key, `name+id+base64` (C2SP signed-note).
    pub key: String,
    /// A key that signed before; the first of the ledger where the history names none yet.
    pub previous: String,
}

/// A key signs no further checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireKey {
    /// The key.
    pub key: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// The keys that the history names, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogKeys {
    /// Each key with its time.
    pub keys: Vec<LogKey>,
}

/// A key and when it signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogKey {
    /// The key, as it is handed out.
    pub key: String,
    /// Legal date from which it signs; absent for the first, which signed from the beginning.
    pub from: Option<Day>,
    /// Legal date from which it signs no more.
    pub retired: Option<Day>,
}

impl LogKeys {
    /// Whether a key signs; `None` where the history does not name it.
    #[must_use]
    pub fn signs(&self, key: &str) -> Option<bool> {
        let mut found = self.keys.iter().filter(|k| k.key == key);
        found.next().map(|k| k.retired.is_none())
    }
}

/// Judges a rotation.
///
/// # Errors
/// `ledger.key_malformed`, `ledger.key_other_name`, `ledger.key_known`, `ledger.key_unknown`,
/// `ledger.key_retired`, `ledger.key_last`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &LedgerEvent,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Administrator])?;
    let subject = Subject::log_keys();
    let entity = world.entity(&subject);
    let empty = LogKeys::default();
    let known = match entity.as_deref() {
        Some(crate::entity::Entity::Ledger(keys)) => keys.as_ref(),
        _ => &empty,
    };
    match payload {
        LedgerEvent::KeyAdded(p) => may_add(known, p)?,
        LedgerEvent::KeyRetired(p) => may_retire(known, p)?,
    }
    let draft = Draft::new(Payload::Ledger(payload.clone()), asked.on)
        .about(subject)
        .seen_by(Visibility::Public);
    Ok(vec![draft])
}

fn may_add(known: &LogKeys, asked: &AddKey) -> Result<(), Refusal> {
    let key = read(&asked.key, "data.key")?;
    let previous = read(&asked.previous, "data.previous")?;
    if key.name() != previous.name() {
        let what = "the key has another name than the one before: both are the origin's";
        return Err(
            refuse("ledger.key_other_name", what, "make it with `keys rotate`").at("data.key"),
        );
    }
    if asked.key == asked.previous || known.signs(&asked.key).is_some() {
        let what = "this key is on record already";
        return Err(refuse("ledger.key_known", what, "make a new one").at("data.key"));
    }
    let names_none = known.keys.is_empty();
    if !names_none && known.signs(&asked.previous).is_none() {
        let what = "the history does not know the key that is to have signed before";
        return Err(
            refuse("ledger.key_unknown", what, "name one that it knows").at("data.previous")
        );
    }
    Ok(())
}

fn may_retire(known: &LogKeys, asked: &RetireKey) -> Result<(), Refusal> {
    match known.signs(&asked.key) {
        None => {
            let what = "the history does not know this key";
            return Err(refuse("ledger.key_unknown", what, "name one that it knows").at("data.key"));
        }
        Some(false) => {
            let what = "this key is retired already";
            return Err(refuse("ledger.key_retired", what, "name one that signs").at("data.key"));
        }
        Some(true) => {}
    }
    if known.keys.iter().filter(|k| k.retired.is_none()).count() < 2 {
        let what = "no other key signs: without it there would be no checkpoints";
        return Err(refuse("ledger.key_last", what, "add another key first").at("data.key"));
    }
    Ok(())
}

fn read(text: &str, field: &str) -> Result<Verifier, Refusal> {
    let key = Verifier::parse(text).ok();
    key.filter(|k| k.kind() == KeyKind::Ed25519).ok_or_else(|| {
        let what = "this is no key that signs checkpoints";
        refuse(
            "ledger.key_malformed",
            what,
            "write name+id+base64, of kind 1",
        )
        .at(field)
    })
}

fn refuse(code: &'static str, what: &str, remedy: &str) -> Refusal {
    Refusal::new(code, what, remedy)
}

pub(crate) fn evolve(state: &mut LogKeys, event: &Event, payload: &LedgerEvent) {
    match payload {
        LedgerEvent::KeyAdded(p) => {
            if state.keys.is_empty() {
                state.keys.push(LogKey {
                    key: p.previous.clone(),
                    from: None,
                    retired: None,
                });
            }
            state.keys.push(LogKey {
                key: p.key.clone(),
                from: Some(event.on),
                retired: None,
            });
        }
        LedgerEvent::KeyRetired(p) => {
            if let Some(key) = state.keys.iter_mut().find(|k| k.key == p.key) {
                key.retired = Some(event.on);
            }
        }
    }
}

pub(crate) fn summary(payload: &LedgerEvent, _: &Telling<'_>) -> Text {
    match payload {
        LedgerEvent::KeyAdded(p) => say(
            format!("启用检查点签名密钥{}", p.key),
            format!("checkpoints are signed with key {} too", p.key),
        ),
        LedgerEvent::KeyRetired(p) => say(
            format!("停用检查点签名密钥{}", p.key),
            format!("checkpoints are no longer signed with key {}", p.key),
        ),
    }
}
