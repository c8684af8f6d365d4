//! What an audit says: findings with code and position, and how much each level covered.

use serde::{Deserialize, Serialize};

/// What can be checked of a history file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Each event names the hash of the one before; header and trailer belong together.
    Chain,
    /// Positions, recording times and ids are in order and unique.
    Order,
    /// Envelopes and data fit the schemas of their types, and bytes are canonical.
    Schemas,
    /// Each event is what its action and the policy of its day give.
    Rules,
    /// The views that the ledger claims are those that follow from the events.
    Projections,
    /// The tree over the events is the one that checkpoints sign.
    Tree,
    /// Checkpoints are signed by the ledger's keys.
    Signatures,
    /// Checkpoints are cosigned by the quorum of witnesses.
    Quorum,
    /// Values that were disclosed are those that events have committed to.
    Commitments,
    /// Files are those that events name as evidence.
    Evidence,
}

impl Level {
    /// Every level, in the order in which they are reported.
    pub const ALL: [Self; 10] = [
        Self::Chain,
        Self::Tree,
        Self::Signatures,
        Self::Quorum,
        Self::Order,
        Self::Schemas,
        Self::Rules,
        Self::Projections,
        Self::Commitments,
        Self::Evidence,
    ];

    /// The levels that need nothing but a history file.
    pub const OF_HISTORY: [Self; 5] = [
        Self::Chain,
        Self::Order,
        Self::Schemas,
        Self::Rules,
        Self::Projections,
    ];

    /// Its place in a table with one entry for each level.
    pub(crate) const fn place(self) -> usize {
        self as usize
    }

    /// The level's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Order => "order",
            Self::Schemas => "schemas",
            Self::Rules => "rules",
            Self::Projections => "projections",
            Self::Tree => "tree",
            Self::Signatures => "signatures",
            Self::Quorum => "quorum",
            Self::Commitments => "commitments",
            Self::Evidence => "evidence",
        }
    }

    /// The level of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }
}

/// Levels that are asked for; the chain is always among them, as all else stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels(u16);

impl Levels {
    /// These, and the chain.
    #[must_use]
    pub fn of(levels: &[Level]) -> Self {
        let bits = levels.iter().map(|l| 1 << *l as u16);
        Self(bits.fold(1 << Level::Chain as u16, |all, bit| all | bit))
    }

    /// Whether a level is among them.
    #[must_use]
    pub const fn has(self, level: Level) -> bool {
        self.0 & 1 << level as u16 != 0
    }

    /// Whether events must be read whole.
    pub(crate) const fn content(self) -> bool {
        self.has(Level::Schemas) || self.folds()
    }

    /// Whether commitments and evidence are looked for.
    pub(crate) const fn named(self) -> bool {
        self.has(Level::Commitments) || self.has(Level::Evidence)
    }

    /// Whether states must be kept.
    pub(crate) const fn folds(self) -> bool {
        self.has(Level::Rules) || self.has(Level::Projections)
    }
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which level found it.
    pub level: Level,
    /// Stable code.
    pub code: String,
    /// Position of the event, or where it should stand.
    pub position: u64,
    /// In a sentence; repeats no personal value.
    pub message: String,
}

/// How much one level covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelReport {
    /// The level.
    pub level: Level,
    /// Events it covered; for projections, subjects; for signatures and quorum, checkpoints; for
    /// commitments, disclosed values; for evidence, the places that name a file.
    pub covered: u64,
    /// Findings of this level.
    pub findings: u64,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// True only where everything asked for was covered and holds.
    pub holds: bool,
    /// Origin of the ledger.
    pub origin: String,
    /// Positions after the last event that was read.
    pub size: u64,
    /// Hash of that event.
    pub head: String,
    /// One entry a level asked for, and the chain.
    pub levels: Vec<LevelReport>,
    /// Levels that were not asked for.
    pub not_checked: Vec<Level>,
    /// At most [`crate::Audit::FINDINGS_MAX`]; the counts in `levels` are whole.
    pub findings: Vec<Finding>,
    /// Sealed values whose content an audit cannot see; absent where no level read the contents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
}
