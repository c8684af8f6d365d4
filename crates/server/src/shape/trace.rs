//! Shapes: what operators share.

use domain::trace;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// A trace from one operator outwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trace {
    /// Operators reached, the first one among them, the nearest first.
    pub reached: Vec<Reached>,
    /// What joins them.
    pub shared: Vec<Shared>,
    /// Operators that were met and not followed, as the bound was reached.
    pub left_out: u64,
}

/// One operator of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reached {
    /// Its credit code.
    pub operator: String,
    /// Its registered name.
    pub name: String,
    /// Steps from where the trace began.
    pub distance: u32,
}

/// Something that several operators share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shared {
    /// The subject through which they are joined, `kind:id`.
    pub through: String,
    /// As people read it.
    pub described: String,
    /// How many operators share it in all.
    pub total: u64,
    /// Those of this trace, by credit code.
    pub among: Vec<String>,
}

impl Trace {
    /// The shape of a trace.
    #[must_use]
    pub fn of(trace: &trace::Trace) -> Self {
        let reached = trace.operators.iter().map(|(code, reached)| Reached {
            operator: code.clone(),
            name: reached.name.clone(),
            distance: reached.steps,
        });
        let mut reached: Vec<Reached> = reached.collect();
        reached.sort_by(|a, b| (a.distance, &a.operator).cmp(&(b.distance, &b.operator)));
        let shared = trace.shared.iter().map(|(subject, shared)| Shared {
            through: subject.to_string(),
            described: shared.text.clone(),
            total: shared.total,
            among: shared.operators.iter().cloned().collect(),
        });
        Self {
            reached,
            shared: shared.collect(),
            left_out: trace.left_out,
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("among", "其中", "among"),
    Label::new("described", "内容", "described"),
    Label::new("distance", "步数", "distance"),
    Label::new("left_out", "未展开", "left out"),
    Label::new("reached", "关联经营者", "reached"),
    Label::new("shared", "共有", "shared"),
    Label::new("through", "经由", "through"),
    Label::new("total", "共计", "total"),
];
