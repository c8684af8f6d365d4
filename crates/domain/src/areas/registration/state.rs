//! Registration: states and their folds.

use serde::{Deserialize, Serialize};

use super::{EndKind, RegistrationEvent};
use crate::dated::Dated;
use crate::day::Day;
use crate::event::Event;
use crate::ident::{AddressId, CreditCode};
use crate::subject::Subject;

/// An operator's registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Registered names over time.
    pub names: Dated<String>,
    /// Division codes (GB/T 2260) over time.
    pub divisions: Dated<String>,
    /// Industry codes (GB/T 4754) over time; absent where none is known.
    pub industries: Dated<String>,
    /// Business scopes over time.
    pub scopes: Dated<String>,
    /// First day.
    pub from: Option<Day>,
    /// How and when it ended.
    pub ended: Option<(EndKind, Day)>,
    /// Came in with a file.
    pub imported: bool,
    /// Where the operator is or was.
    pub addresses: Vec<Stay>,
}

/// One address for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Whose: [`AddressId`] on an operator, the credit code on an address.
    pub key: String,
    /// As it was written down; empty on an address's own list of operators.
    pub text: String,
    /// First day.
    pub from: Day,
    /// First day no longer.
    pub until: Option<Day>,
}

/// An address and who is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// As first written down.
    pub text: String,
    /// Operators over time.
    pub operators: Vec<Stay>,
}

impl Registration {
    /// The latest registered name; empty before a grant or import.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// The latest division code; empty where none is known.
    #[must_use]
    pub fn division(&self) -> &str {
        self.divisions.last().map_or("", String::as_str)
    }

    /// Whether the operator is registered and not ended on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from.is_some_and(|from| from <= day) && self.ended.is_none_or(|(_, on)| day < on)
    }
}

impl Stay {
    /// Whether the stay lasts on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

pub(crate) fn evolve(state: &mut Registration, event: &Event, payload: &RegistrationEvent) {
    match payload {
        RegistrationEvent::Granted(p) => {
            state.names.set(event.on, p.name.clone());
            state.divisions.set(event.on, p.division.clone());
            state.scopes.set(event.on, p.scope.clone());
            if let Some(industry) = &p.industry {
                state.industries.set(event.on, industry.clone());
            }
            state.from = Some(event.on);
            state.ended = None;
            arrive(
                &mut state.addresses,
                AddressId::of(&p.address).as_str(),
                &p.address,
                event.on,
            );
        }
        RegistrationEvent::Imported(p) => {
            state.names.set(event.on, p.name.clone());
            state.divisions.set(event.on, p.division.clone());
            state.scopes.set(event.on, p.scope.clone());
            if let Some(industry) = &p.industry {
                state.industries.set(event.on, industry.clone());
            }
            state.from = Some(event.on);
            state.imported = true;
            if !p.address.is_empty() {
                let id = AddressId::of(&p.address);
                arrive(&mut state.addresses, id.as_str(), &p.address, event.on);
            }
        }
        RegistrationEvent::Changed(p) => {
            if let Some(name) = &p.name {
                state.names.set(event.on, name.clone());
            }
            if let Some(scope) = &p.scope {
                state.scopes.set(event.on, scope.clone());
            }
        }
        RegistrationEvent::Ended(p) => {
            state.ended = Some((p.kind, event.on));
        }
        RegistrationEvent::AddressAttached(p) => {
            arrive(
                &mut state.addresses,
                AddressId::of(&p.address).as_str(),
                &p.address,
                event.on,
            );
        }
        RegistrationEvent::AddressDetached(p) => {
            leave(
                &mut state.addresses,
                AddressId::of(&p.address).as_str(),
                event.on,
            );
        }
    }
}

pub(crate) fn evolve_address(
    state: &mut Address,
    me: &Subject,
    event: &Event,
    payload: &RegistrationEvent,
) {
    let (text, code): (&str, CreditCode) = match payload {
        RegistrationEvent::Granted(p) => (&p.address, p.code),
        RegistrationEvent::Imported(p) => (&p.address, p.code),
        RegistrationEvent::AddressAttached(p) => (&p.address, p.code),
        RegistrationEvent::AddressDetached(p) => {
            if AddressId::of(&p.address).as_str() == me.id() {
                leave(&mut state.operators, p.code.as_str(), event.on);
            }
            return;
        }
        RegistrationEvent::Changed(_) | RegistrationEvent::Ended(_) => return,
    };
    if AddressId::of(text).as_str() == me.id() {
        if state.text.is_empty() {
            text.clone_into(&mut state.text);
        }
        arrive(&mut state.operators, code.as_str(), "", event.on);
    }
}

fn arrive(stays: &mut Vec<Stay>, key: &str, text: &str, on: Day) {
    if !stays.iter().any(|s| s.key == key && s.stands_on(on)) {
        stays.push(Stay {
            key: key.to_owned(),
            text: text.to_owned(),
            from: on,
            until: None,
        });
    }
}

fn leave(stays: &mut [Stay], key: &str, on: Day) {
    if let Some(stay) = stays.iter_mut().find(|s| s.key == key && s.stands_on(on)) {
        stay.until = Some(on);
    }
}
