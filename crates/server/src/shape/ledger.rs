//! Shapes: the keys of the ledger's checkpoints.

use domain::areas::ledger;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// The keys that the history names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogKeys {
    /// Each with its time, in the history's order.
    pub log_keys: Vec<LogKey>,
}

/// A key that signs checkpoints, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogKey {
    /// The key, `name+id+base64` (C2SP signed-note).
    pub log_key: String,
    /// Legal date from which it signs; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signs_from: Option<Day>,
    /// Legal date from which it signs no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signs_until: Option<Day>,
}

impl LogKeys {
    /// The shape of the keys.
    #[must_use]
    pub fn of(state: &ledger::LogKeys) -> Self {
        let keys = state.keys.iter().map(|key| LogKey {
            log_key: key.key.clone(),
            signs_from: key.from,
            signs_until: key.retired,
        });
        Self {
            log_keys: keys.collect(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("log_key", "检查点签名密钥", "checkpoint key"),
    Label::new("log_keys", "检查点签名密钥", "checkpoint keys"),
    Label::new("signs_from", "自何日签名", "signs from"),
    Label::new("signs_until", "停止签名日", "signs until"),
];
