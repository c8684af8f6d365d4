//! Envelope: what is asked for, before it is judged.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::areas::Payload;
use crate::day::Day;
use crate::refusal::Refusal;
use crate::subject::Subject;

/// An action as it comes through any door, typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// UUIDv7 of whoever acts; the idempotency key.
    pub id: Uuid,
    /// What is asked for.
    pub payload: Payload,
    /// The legal date on which it takes effect.
    pub on: Day,
    /// Who asks.
    pub by: Actor,
    /// The action or event that led to this one.
    pub cause: Option<Uuid>,
    /// Under which condition it may be recorded.
    pub expect: Option<Expect>,
}

/// A condition: nothing new about these subjects since a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The subjects looked at.
    pub subjects: Vec<Subject>,
    /// The size of the history the asker had seen: events `0..since` are known to it.
    pub since: u64,
}

/// The action's wire form: `{"by", "cause"?, "data", "expect"?, "id", "on", "type"}`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    by: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Uuid>,
    data: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expect: Option<Expect>,
    id: Uuid,
    on: Day,
    r#type: String,
}

impl Action {
    /// Reads an action whose JSON has passed [`chain::canon::parse`] and whose personal values are sealed.
    ///
    /// # Errors
    /// `action_schema` (a field is missing, unknown or of the wrong shape), `action_type_unknown`,
    /// `action_id_version` (not a UUIDv7), `personal_value_in_clear`.
    pub fn from_value(value: Value) -> Result<Self, Refusal> {
        if let Some(at) = clear_personal_value(&value, &mut String::new()) {
            return Err(Refusal::new(
                "personal_value_in_clear",
                "a personal value (a phone or identity number) stands in clear text",
                "send it as {\"seal\": value} in a field meant for it, or leave it out",
            )
            .at(at));
        }
        let wire: Wire = serde_json::from_value(value).map_err(|e| {
            Refusal::new(
                "action_schema",
                format!("the action does not fit its envelope: {}", scrub(&e)),
                "send id, type, on, by and data (cause and expect where needed), as the schema says",
            )
        })?;
        if wire.id.get_version_num() != 7 {
            return Err(Refusal::new(
                "action_id_version",
                "the id is not a UUIDv7",
                "make a fresh UUIDv7 (RFC 9562) for each action and keep it for repeats",
            )
            .at("id"));
        }
        let payload = Payload::from_action(&wire.r#type, wire.data)?;
        Ok(Self {
            id: wire.id,
            payload,
            on: wire.on,
            by: wire.by,
            cause: wire.cause,
            expect: wire.expect,
        })
    }

    /// The wire form, as a caller would send it.
    ///
    /// # Errors
    /// Only where the payload cannot be asked for (it exists as a consequence alone).
    pub fn to_value(&self) -> Result<Value, Refusal> {
        let r#type = self.payload.action_type().ok_or_else(|| {
            Refusal::new(
                "action_type_unknown",
                "this event only follows from others",
                "ask for the action it follows from",
            )
        })?;
        serde_json::to_value(Wire {
            by: self.by.clone(),
            cause: self.cause,
            data: self.payload.data(),
            expect: self.expect.clone(),
            id: self.id,
            on: self.on,
            r#type: r#type.to_owned(),
        })
        .map_err(|e| Refusal::new("action_schema", e.to_string(), "report this as a defect"))
    }
}

/// serde_json's message without the offending value, which could be personal.
pub(crate) fn scrub(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text
        .split_once("invalid type: ")
        .or_else(|| text.split_once("invalid value: "))
    {
        Some((_, rest)) => match rest.rsplit_once("expected ") {
            Some((_, expected)) => format!("a value has the wrong shape, expected {expected}"),
            None => "a value has the wrong shape".to_owned(),
        },
        None => match text.split_once("unknown variant `") {
            Some((_, rest)) => match rest.split_once("expected ") {
                Some((_, expected)) => format!("a word is not known here, expected {expected}"),
                None => "a word is not known here".to_owned(),
            },
            None => text,
        },
    }
}

/// The path of the first string that holds a phone or identity number in clear.
///
/// Codes of departments and operators are recognised as what they are and pass.
fn clear_personal_value(value: &Value, path: &mut String) -> Option<String> {
    match value {
        Value::String(text) => {
            crate::ident::find_personal_value(text).map(|_| path.trim_start_matches('.').to_owned())
        }
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| {
            let length = path.len();
            path.push_str(&format!(".{i}"));
            let found = clear_personal_value(item, path);
            path.truncate(length);
            found
        }),
        Value::Object(map) => map.iter().find_map(|(key, item)| {
            let length = path.len();
            path.push('.');
            path.push_str(key);
            let found = clear_personal_value(item, path);
            path.truncate(length);
            found
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
