//! Shapes: the published checkpoint, and how publishing it goes.

use ledger::{Ledger, LedgerError};
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use crate::log::publish::Standing;

/// The checkpoint that was published last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checkpoint {
    /// The signed note, as `/log/checkpoint` gives it; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// When it was published, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// Whether the quorum of witnesses has cosigned it; absent where none is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<bool>,
    /// The keys that sign now: hand these to whoever verifies.
    pub checkpoint_keys: Vec<String>,
    /// How it went with each witness, the last time that they were asked.
    pub witnesses: Vec<Witness>,
    /// Code of why nothing was signed at the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble_code: Option<String>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// How it went with one witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Witness {
    /// What the policy calls it.
    pub witness: String,
    /// When it cosigned the checkpoint, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosigned_at: Option<u64>,
    /// Code of why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble_code: Option<String>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Checkpoint {
    /// The shape of what was published.
    ///
    /// # Errors
    /// Where the keys cannot be read.
    pub fn of(ledger: &Ledger, standing: &Standing) -> Result<Self, LedgerError> {
        let published = ledger.published();
        let witnesses = standing.outcome.iter().flat_map(|o| &o.witnesses);
        Ok(Self {
            checkpoint: published.as_ref().map(|p| p.note.to_string()),
            published_at: published.as_ref().map(|p| p.at.to_string()),
            quorum: published.as_ref().and_then(|p| p.quorum),
            checkpoint_keys: ledger.log_keys()?.iter().map(ToString::to_string).collect(),
            witnesses: witnesses
                .map(|w| Witness {
                    witness: w.name.clone(),
                    cosigned_at: w.cosigned_at,
                    trouble_code: w.trouble.as_ref().map(|(code, _)| code.clone()),
                    trouble: w.trouble.as_ref().map(|(_, what)| what.clone()),
                })
                .collect(),
            trouble_code: standing.trouble.as_ref().map(|(code, _)| code.clone()),
            trouble: standing.trouble.as_ref().map(|(_, what)| what.clone()),
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("checkpoint", "检查点", "checkpoint"),
    Label::new("checkpoint_keys", "签名密钥", "keys"),
    Label::new("cosigned_at", "联署时间", "cosigned at"),
    Label::new("published_at", "发布时间", "published at"),
    Label::new("quorum", "见证人数足够", "quorum"),
    Label::new("trouble", "问题", "trouble"),
    Label::new("trouble_code", "问题代码", "code"),
    Label::new("witness", "见证人", "witness"),
    Label::new("witnesses", "见证人", "witnesses"),
];
