//! Shapes: an address and who is there (一址多照).

use domain::areas::registration;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Lens, Stay};

/// An address and who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Address {
    /// The id of the normalised address.
    pub id: String,
    /// As first written down.
    pub address: String,
    /// Operators over time.
    pub operators: Vec<Stay>,
}

impl Address {
    /// The shape of an address.
    #[must_use]
    pub fn of(id: &str, state: &registration::Address, lens: &Lens<'_>) -> Self {
        Self {
            id: id.to_owned(),
            address: state.text.clone(),
            operators: Stay::all("operator", &state.operators, lens),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("id", "编号", "id"),
    Label::new("operators", "经营者", "operators"),
];
