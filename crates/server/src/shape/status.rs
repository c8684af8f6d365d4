//! Shapes: the ledger itself.

use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// The end of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Head {
    /// The origin line: who keeps the ledger.
    pub origin: String,
    /// Number of events, which is the next position.
    pub size: u64,
    /// Hash of the last event; of the origin where there is none.
    pub head: String,
}

/// The ledger as its keeper sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Status {
    /// The origin line.
    pub origin: String,
    /// Number of events.
    pub size: u64,
    /// Hash of the last event.
    pub head: String,
    /// What is derived from the events.
    pub views: Views,
}

/// What is derived from the events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Views {
    /// Digest of all states.
    pub digest: String,
    /// Version of the folds.
    pub version: u32,
}

impl Head {
    /// The shape of a ledger's head.
    #[must_use]
    pub fn of(origin: &str, head: &ledger::Head) -> Self {
        Self {
            origin: origin.to_owned(),
            size: head.size,
            head: head.hash.to_string(),
        }
    }
}

impl Status {
    /// The shape of a ledger's status. Costs a pass over all states.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(ledger: &ledger::Ledger) -> Result<Self, ledger::LedgerError> {
        let (head, views) = (ledger.head(), ledger.projections()?);
        let Head { origin, size, head } = Head::of(ledger.origin(), &head);
        Ok(Self {
            origin,
            size,
            head,
            views: Views {
                digest: views.digest.to_string(),
                version: views.version,
            },
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("digest", "摘要", "digest"),
    Label::new("head", "链头", "head"),
    Label::new("origin", "来源", "origin"),
    Label::new("version", "版本", "version"),
    Label::new("views", "视图", "views"),
];
