//! Shapes: pages of things, and short documents about the ledger itself.

use domain::areas::Payload;
use domain::areas::registration::Status;
use domain::day::Day;
use domain::entity;
use domain::row::List;
use schemars::JsonSchema;
use serde::Serialize;

use super::Differing;

/// One page of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Items<T> {
    /// The items.
    pub items: Vec<T>,
    /// The `cursor` of the page behind; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An operator in a list of operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OperatorLine {
    /// Credit code.
    pub operator: String,
    /// Registered name.
    pub name: String,
    /// How it stands.
    pub status: String,
    /// Division code.
    pub division: String,
}

/// A list that the ledger keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListName {
    /// Its name in addresses.
    pub list: String,
    /// What people call it, in Chinese.
    pub title_zh: String,
    /// In English.
    pub title_en: String,
}

/// A type of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TypeName {
    /// `area.verb_past.vN`.
    pub event: String,
    /// The action that asks for it; absent where it only follows from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// Whether actions are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Health {
    /// `ok` or `writer_off`.
    pub status: String,
    /// Size of the history.
    pub size: u64,
}

/// Operators that stand otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Differences {
    /// By credit code.
    pub items: Vec<Differing>,
    /// There are more than one answer holds; ask for a shorter stretch.
    pub cut: bool,
}

impl OperatorLine {
    /// The line of an operator.
    #[must_use]
    pub fn of(code: &str, state: &entity::Operator, on: Option<Day>) -> Self {
        let registration = &state.registration;
        let status = registration.status(on);
        Self {
            operator: code.to_owned(),
            name: registration.name().to_owned(),
            status: status.map_or("not_registered", Status::name).to_owned(),
            division: registration.division().to_owned(),
        }
    }
}

/// The names of all lists.
#[must_use]
pub fn lists() -> Items<ListName> {
    let items = List::ALL.into_iter().map(|list| ListName {
        list: list.name().to_owned(),
        title_zh: list.title().zh,
        title_en: list.title().en,
    });
    Items {
        items: items.collect(),
        next: None,
    }
}

/// The types of all events.
#[must_use]
pub fn types() -> Items<TypeName> {
    let items = Payload::types().map(|info| TypeName {
        event: info.event.to_owned(),
        action: info.action.map(str::to_owned),
    });
    Items {
        items: items.collect(),
        next: None,
    }
}
