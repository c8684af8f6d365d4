//! Shapes: the trace of erased sealed values.

use domain::areas::vault;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// What was erased of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Erasures {
    /// Legal dates of erasures.
    pub erased: Vec<Day>,
}

impl Erasures {
    /// The shape of a trace.
    #[must_use]
    pub fn of(state: &vault::Erasures) -> Self {
        Self {
            erased: state.days.clone(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[Label::new("erased", "销毁", "erased")];
