//! Shapes: events and receipts.

use domain::day::{Day, Instant};
use domain::event::{self, Derived, PackRules, Visibility};
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// An event's line on a subject's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventLine {
    /// Position.
    pub seq: u64,
    /// When it was recorded.
    pub recorded: Instant,
    /// The legal date on which it takes effect.
    pub on: Day,
    /// `area.verb_past.vN`.
    pub r#type: String,
    /// Who may see it.
    pub visibility: Visibility,
}

/// An event as it is hashed and chained: its canonical bytes are this object in RFC 8785 form,
/// and its hash is `BLAKE3.derive_key("regledger 2026 event v1", bytes)`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// When it was recorded.
    pub at: Instant,
    /// Who acted.
    pub by: domain::actor::Actor,
    /// Id of the action or event that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What was asked for, by the schema of the type.
    pub data: serde_json::Value,
    /// What the rules made of it, each with its rule.
    pub derived: Derived,
    /// UUIDv7 of whoever acted.
    pub id: String,
    /// The legal date on which it takes effect, in Asia/Shanghai.
    pub on: Day,
    /// Hash of the event before it, 64 hexadecimal digits.
    pub prev: String,
    /// Packs and rules that shaped it.
    pub rules: Vec<PackRules>,
    /// Position, dense from 0.
    pub seq: u64,
    /// What it is about.
    pub subjects: Vec<String>,
    /// `area.verb_past.vN`.
    pub r#type: String,
    /// Envelope version, 1.
    pub v: u8,
    /// Who may see it.
    pub visibility: Visibility,
}

/// An action as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Action {
    /// Who acts; the door writes the credential.
    pub by: domain::actor::Actor,
    /// Id of the action or event that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What is asked for, by the schema of the type; a personal value as `{"seal": value}`.
    pub data: serde_json::Value,
    /// Under which condition it may be recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
    /// UUIDv7 of whoever acts, kept for repeats; may stand in `Idempotency-Key` instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The legal date on which it takes effect.
    pub on: Day,
    /// `area.verb`.
    pub r#type: String,
}

/// A condition: nothing new about these subjects since a size of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expect {
    /// The size that the asker had seen.
    pub since: u64,
    /// The subjects looked at.
    pub subjects: Vec<String>,
}

/// The answer to an action that is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Receipt {
    /// Type of its first event.
    pub event: String,
    /// Hash of its first event.
    pub hash: String,
    /// It was on record already: same id, same content.
    pub known: bool,
    /// Line of the batch, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Position of its first event.
    pub seq: u64,
    /// Positions of all its events.
    pub seqs: Vec<u64>,
}

impl EventLine {
    /// The line of an event.
    #[must_use]
    pub fn of(event: &event::Event) -> Self {
        Self {
            seq: event.seq,
            recorded: event.at,
            on: event.on,
            r#type: event.payload.event_type().to_owned(),
            visibility: event.visibility,
        }
    }
}

impl Receipt {
    /// The shape of a receipt, for a line of a batch where it is one.
    #[must_use]
    pub fn of(receipt: &ledger::Receipt, line: Option<u64>) -> Self {
        Self {
            event: receipt.event.clone(),
            hash: receipt.hash.to_string(),
            known: receipt.known,
            line,
            seq: receipt.seq,
            seqs: receipt.seqs.clone(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("as_of", "所知截至", "as of"),
    Label::new("events", "事件", "events"),
    Label::new("events_total", "事件数", "number of events"),
    Label::new("on", "法定日期", "on"),
    Label::new("recorded", "记录时间", "recorded"),
    Label::new("seen", "视角", "seen from"),
    Label::new("seq", "位置", "position"),
    Label::new("size", "事件总数", "size"),
    Label::new("state", "现状", "state"),
    Label::new("subject", "对象", "subject"),
    Label::new("type", "类型", "type"),
    Label::new("visibility", "可见范围", "visibility"),
    Label::word("visibility", "public", "公开"),
    Label::word("visibility", "departments", "部门共享"),
    Label::word("visibility", "restricted", "限制"),
];
