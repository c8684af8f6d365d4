//! Envelope: what has happened, as it is hashed, chained and kept.

use chain::hash::Hash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::actor::Actor;
use crate::areas::Payload;
use crate::day::{Day, Instant};
use crate::subject::Subject;
use crate::term::Clock;

/// The envelope's version, field `v`.
pub const ENVELOPE_VERSION: u8 = 1;

/// One event of the history. Its canonical bytes are [`Event::to_bytes`].
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Position, dense from 0.
    pub seq: u64,
    /// Hash of event `seq - 1`; for 0 the hash of the origin.
    pub prev: Hash,
    /// The action's id for the first event of a group, derived from it for the others.
    pub id: Uuid,
    /// Type and data.
    pub payload: Payload,
    /// What it is about; sorted, unique.
    pub subjects: Vec<Subject>,
    /// When the ledger recorded it.
    pub at: Instant,
    /// The legal date on which it takes effect, in Asia/Shanghai.
    pub on: Day,
    /// Who acted.
    pub by: Actor,
    /// Packs and rules that shaped it; sorted by pack.
    pub rules: Vec<PackRules>,
    /// Id of the action or event that led to it.
    pub cause: Option<Uuid>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What the rules made of it.
    pub derived: Derived,
}

/// Who may see an event (有序公开).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Departments that share the ledger (部门共享).
    Departments,
    /// Those who handle the matter.
    Restricted,
}

/// Rules of one pack that shaped an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackRules {
    /// Rule ids, sorted, unique.
    pub ids: Vec<String>,
    /// The pack with its version, `pack@version`.
    pub pack: String,
}

/// What the rules made of an action; an audit derives it again and must get the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// Deadlines that started, each explained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// Other consequences: scores, classes, caps, durations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

impl Derived {
    /// The clock of a name, where this event started one.
    #[must_use]
    pub fn clock(&self, name: &str) -> Option<&Clock> {
        self.clocks.iter().find(|c| c.name == name)
    }

    /// The integer fact of a name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.facts
            .iter()
            .find(|f| f.name == name)
            .and_then(|f| f.number)
    }

    /// The word of a name.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.facts
            .iter()
            .find(|f| f.name == name)
            .and_then(|f| f.word.as_deref())
    }

    /// The day of a name.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<Day> {
        self.facts
            .iter()
            .find(|f| f.name == name)
            .and_then(|f| f.day)
    }
}

/// One consequence, with the rule that made it; exactly one of `day`, `number`, `word` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// A date that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// What it says, in snake case with its unit last (`score_change_points`, `fine_cap_fen`).
    pub name: String,
    /// An integer in the unit the name says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// The rule, `pack@version#rule.id`.
    pub rule: String,
    /// A word of a closed list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

/// A row of the table of event types.
#[derive(Clone, Copy)]
pub struct TypeInfo {
    /// `area.verb_past.vN`.
    pub event: &'static str,
    /// `area.verb`, where it can be asked for.
    pub action: Option<&'static str>,
    /// The JSON Schema of `data`.
    pub schema: fn(schemars::SchemaGenerator) -> schemars::Schema,
}

/// Why bytes are not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The envelope does not read: a field is missing, unknown or of the wrong shape.
    #[error("the envelope does not fit its schema: {0}")]
    Envelope(String),
    /// The envelope version is not known to this release.
    #[error("envelope version {0} is not known to this release")]
    Version(u64),
    /// The type is not in the table of types.
    #[error("the event type is not known to this release")]
    Type,
    /// The data does not fit the type's schema.
    #[error("the data does not fit the schema of its type: {0}")]
    Data(String),
    /// Subjects or rules are not sorted and unique, or there is no subject.
    #[error("subjects and rules must be sorted and unique, with at least one subject")]
    Order,
}

impl EventError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "schema_envelope",
            Self::Version(_) => "schema_version_unknown",
            Self::Type => "schema_type_unknown",
            Self::Data(_) => "schema_data",
            Self::Order => "schema_not_sorted",
        }
    }
}

/// The wire form on the way in; `data` stays text until its type is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireIn<'a> {
    at: Instant,
    by: Actor,
    #[serde(default)]
    cause: Option<Uuid>,
    #[serde(borrow)]
    data: &'a RawValue,
    derived: Derived,
    id: Uuid,
    on: Day,
    prev: Hash,
    rules: Vec<PackRules>,
    seq: u64,
    subjects: Vec<Subject>,
    r#type: &'a str,
    v: u64,
    visibility: Visibility,
}

/// The wire form on the way out; [`chain::canon::to_vec`] sorts its keys.
#[derive(Serialize)]
struct WireOut<'a> {
    at: Instant,
    by: &'a Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Uuid>,
    data: Data<'a>,
    derived: &'a Derived,
    id: Uuid,
    on: Day,
    prev: Hash,
    rules: &'a [PackRules],
    seq: u64,
    subjects: &'a [Subject],
    r#type: &'static str,
    v: u8,
    visibility: Visibility,
}

/// A payload's data, written where it stands.
struct Data<'a>(&'a Payload);

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_data(serializer)
    }
}

impl Event {
    /// Reads an event from its canonical bytes. Costs about 2 µs for 550 bytes.
    ///
    /// That the bytes *are* canonical is the chain's check, not this one's.
    ///
    /// # Errors
    /// [`EventError`], whose text never repeats a value.
    pub fn parse(bytes: &[u8]) -> Result<Self, EventError> {
        let wire: WireIn<'_> = serde_json::from_slice(bytes)
            .map_err(|e| EventError::Envelope(crate::action::scrub(&e)))?;
        if wire.v != u64::from(ENVELOPE_VERSION) {
            return Err(EventError::Version(wire.v));
        }
        let payload = Payload::from_event(wire.r#type, wire.data.get())?;
        let sorted = !wire.subjects.is_empty()
            && wire.subjects.is_sorted_by(|a, b| a < b)
            && wire.rules.is_sorted_by(|a, b| a.pack < b.pack)
            && wire.rules.iter().all(|r| r.ids.is_sorted_by(|a, b| a < b));
        if !sorted {
            return Err(EventError::Order);
        }
        Ok(Self {
            seq: wire.seq,
            prev: wire.prev,
            id: wire.id,
            payload,
            subjects: wire.subjects,
            at: wire.at,
            on: wire.on,
            by: wire.by,
            rules: wire.rules,
            cause: wire.cause,
            visibility: wire.visibility,
            derived: wire.derived,
        })
    }

    /// The canonical bytes, which are hashed and kept. One pass over the event; objects are put in
    /// order as they close.
    ///
    /// # Errors
    /// Where a payload holds what canonical JSON does not allow (an integer beyond 2^53-1).
    pub fn to_bytes(&self) -> Result<Vec<u8>, chain::canon::CanonError> {
        chain::canon::to_vec(&WireOut {
            at: self.at,
            by: &self.by,
            cause: self.cause,
            data: Data(&self.payload),
            derived: &self.derived,
            id: self.id,
            on: self.on,
            prev: self.prev,
            rules: &self.rules,
            seq: self.seq,
            subjects: &self.subjects,
            r#type: self.payload.event_type(),
            v: ENVELOPE_VERSION,
            visibility: self.visibility,
        })
    }
}

/// The JSON Schema (2020-12) of an event type's data.
#[must_use]
pub fn schema_of(info: &TypeInfo) -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let mut schema = (info.schema)(generator).to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$id".to_owned(), format!("{}.json", info.event).into());
        fields.insert("title".to_owned(), info.event.into());
    }
    schema
}
