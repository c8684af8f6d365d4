//! Shapes: what two points of view differ in.

use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// An operator that stands otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Differing {
    /// Credit code of the operator.
    pub operator: String,
    /// In what, by fact.
    pub differences: Vec<Difference>,
}

/// One fact that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// The fact: `status`, `class`, `abnormal:<entry>`, `penalty:<case>`, …
    pub fact: String,
    /// What it was; absent where it did not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent where it no longer applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Differing {
    /// The shape of an operator's differences.
    #[must_use]
    pub fn of(differing: &ledger::Differing) -> Self {
        let differences = differing.differences.iter().map(|d| Difference {
            fact: d.fact.clone(),
            before: d.before.clone(),
            after: d.after.clone(),
        });
        Self {
            operator: differing.subject.id().to_owned(),
            differences: differences.collect(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("after", "之后", "after"),
    Label::new("before", "之前", "before"),
    Label::new("differences", "差异", "differences"),
    Label::new("fact", "事项", "fact"),
];
