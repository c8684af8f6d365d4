//! Registration: an operator's state and its fold.

use serde::{Deserialize, Serialize};

use super::place::{arrive, leave};
use super::{AddressUse, EndKind, RegistrationEvent, Stay};
use crate::dated::Dated;
use crate::day::Day;
use crate::event::Event;
use crate::ident::AddressId;
use crate::sealed::Sealed;
use crate::subject::Subject;
use crate::term::Clock;

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
    /// Commitments to the legal representative's name over time.
    pub representatives: Dated<Sealed>,
    /// First day.
    pub from: Option<Day>,
    /// How it ended, over time: a revoked registration may be cancelled afterwards.
    pub ends: Dated<EndKind>,
    /// Suspensions, in the order of the events.
    pub suspensions: Vec<Suspension>,
    /// The deadline for showing the last change, until it is shown.
    pub to_show: Option<Clock>,
    /// Came in with a file.
    pub imported: bool,
    /// The latest approval (核准日期) that a file told of.
    pub approved: Option<Day>,
    /// Where the operator is or was.
    pub addresses: Vec<Stay>,
    /// Operators to which it gives an address, as a secretary or incubator.
    pub tenants: Vec<Stay>,
    /// Days by which applying for changes and showing them came late, added up.
    pub late_days: i64,
}

/// One suspension of business (歇业).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Code of the cause.
    pub cause: String,
    /// First day.
    pub from: Day,
    /// Last day as announced.
    pub to: Day,
    /// First day on which business goes on, where that was recorded.
    pub resumed: Option<Day>,
}

/// How a registration stands on a day (登记状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In being (存续).
    Registered,
    /// Business suspended (歇业).
    Suspended,
    /// Cancelled (注销).
    Cancelled,
    /// Revoked (吊销).
    Revoked,
    /// Annulled (撤销).
    Annulled,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
            Self::Annulled => "annulled",
        }
    }

    /// The Chinese word for it.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Registered => "存续",
            Self::Suspended => "歇业",
            Self::Cancelled => "注销",
            Self::Revoked => "吊销",
            Self::Annulled => "撤销",
        }
    }
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

    /// Whether the operator is registered and not ended on a day; suspended or not.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from.is_some_and(|from| from <= day) && self.ends.on(day).is_none()
    }

    /// How it stands on a day, or by all that is known; `None` before its first day.
    #[must_use]
    pub fn status(&self, on: Option<Day>) -> Option<Status> {
        let from = self.from?;
        if on.is_some_and(|day| day < from) {
            return None;
        }
        let end = on.map_or_else(|| self.ends.last(), |day| self.ends.on(day));
        Some(match end {
            Some(EndKind::Cancelled) => Status::Cancelled,
            Some(EndKind::Revoked) => Status::Revoked,
            Some(EndKind::Annulled) => Status::Annulled,
            None if self.suspension(on).is_some() => Status::Suspended,
            None => Status::Registered,
        })
    }

    /// The first end and its day.
    #[must_use]
    pub fn ended(&self) -> Option<(EndKind, Day)> {
        let first = self.ends.iter().next();
        first.map(|(day, kind)| (*kind, day))
    }

    /// The suspension that lasts on a day; without a day the last one that nobody ended.
    #[must_use]
    pub fn suspension(&self, on: Option<Day>) -> Option<&Suspension> {
        self.suspensions.iter().rev().find(|s| match on {
            Some(day) => s.stands_on(day),
            None => s.resumed.is_none(),
        })
    }

    /// Its addresses on a day.
    pub fn addresses_on(&self, day: Day) -> impl Iterator<Item = &Stay> + Clone {
        self.addresses.iter().filter(move |s| s.stands_on(day))
    }
}

impl Suspension {
    /// Whether business is suspended on a day; after the announced last day it goes on by itself.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && day <= self.to && self.resumed.is_none_or(|resumed| day < resumed)
    }

    /// Days that it lasted, or is to last.
    #[must_use]
    pub fn days(&self) -> i64 {
        let after = self.to.plus_days(1);
        let end = self.resumed.map_or(after, |resumed| resumed.min(after));
        self.from.days_until(end).max(0)
    }
}

pub(crate) fn evolve(
    state: &mut Registration,
    me: &Subject,
    event: &Event,
    payload: &RegistrationEvent,
) {
    if evolve_host(state, me, event, payload) {
        return;
    }
    match payload {
        RegistrationEvent::Granted(p) => {
            represent(state, event, p.legal_representative);
            state.names.set(event.on, p.name.clone());
            state.divisions.set(event.on, p.division.clone());
            state.scopes.set(event.on, p.scope.clone());
            if let Some(industry) = &p.industry {
                state.industries.set(event.on, industry.clone());
            }
            state.from = Some(event.on);
            let stay = Stay::at_domicile(&p.address, event.on);
            arrive(&mut state.addresses, stay);
        }
        RegistrationEvent::Imported(p) => {
            represent(state, event, p.legal_representative);
            state.names.set(event.on, p.name.clone());
            state.divisions.set(event.on, p.division.clone());
            state.scopes.set(event.on, p.scope.clone());
            if let Some(industry) = &p.industry {
                state.industries.set(event.on, industry.clone());
            }
            state.from = Some(event.on);
            state.imported = true;
            state.approved = state.approved.max(p.approved);
            if !p.address.is_empty() {
                let stay = Stay::at_domicile(&p.address, event.on);
                arrive(&mut state.addresses, stay);
            }
        }
        RegistrationEvent::ChangeImported(p) => {
            represent(state, event, p.legal_representative);
            state.names.set(event.on, p.name.clone());
            if !p.division.is_empty() {
                state.divisions.set(event.on, p.division.clone());
            }
            if !p.scope.is_empty() {
                state.scopes.set(event.on, p.scope.clone());
            }
            if let Some(industry) = &p.industry {
                state.industries.set(event.on, industry.clone());
            }
            state.approved = state.approved.max(Some(event.on));
        }
        RegistrationEvent::Changed(p) => {
            represent(state, event, p.legal_representative);
            for (facts, changed) in [
                (&mut state.names, &p.name),
                (&mut state.divisions, &p.division),
                (&mut state.industries, &p.industry),
                (&mut state.scopes, &p.scope),
            ] {
                if let Some(value) = changed {
                    facts.set(event.on, value.clone());
                }
            }
            if let Some(text) = &p.address {
                let domicile = |s: &Stay| s.r#use == AddressUse::Domicile;
                leave(&mut state.addresses, domicile, event.on);
                arrive(&mut state.addresses, Stay::at_domicile(text, event.on));
            }
            if let Some(clock) = event.derived.clock("registration.show_change") {
                state.to_show = Some(clock.clone());
            }
            state.late_days += event.derived.number("late_days").unwrap_or(0);
        }
        RegistrationEvent::ChangeShown(_) => {
            state.to_show = None;
            state.late_days += event.derived.number("late_days").unwrap_or(0);
        }
        RegistrationEvent::Suspended(p) => state.suspensions.push(Suspension {
            cause: p.cause.clone(),
            from: event.on,
            to: p.to,
            resumed: None,
        }),
        RegistrationEvent::Resumed(_) => {
            let open = state.suspensions.iter_mut().rev();
            if let Some(last) = open.into_iter().find(|s| s.resumed.is_none()) {
                last.resumed = Some(event.on);
            }
        }
        RegistrationEvent::Ended(p) => {
            state.ends.set(event.on, p.kind);
            leave(&mut state.addresses, |_| true, event.on);
        }
        RegistrationEvent::AddressAttached(p) => {
            arrive(&mut state.addresses, Stay::attached(p, event.on));
        }
        RegistrationEvent::AddressDetached(p) => {
            let id = AddressId::of(&p.address);
            leave(&mut state.addresses, |s| s.key == id.as_str(), event.on);
        }
        _ => {}
    }
}

/// Notes who represents the operator from the event's legal date on.
fn represent(state: &mut Registration, event: &Event, name: Option<Sealed>) {
    if let Some(name) = name {
        state.representatives.set(event.on, name);
    }
}

/// Takes in what happens to a tenant; false where the event is about the operator itself.
fn evolve_host(
    state: &mut Registration,
    me: &Subject,
    event: &Event,
    payload: &RegistrationEvent,
) -> bool {
    match payload {
        RegistrationEvent::AddressAttached(p) if p.code.as_str() != me.id() => {
            let stay = Stay::attached(p, event.on).of(p.code, &p.address);
            arrive(&mut state.tenants, stay);
        }
        RegistrationEvent::AddressDetached(p) if p.code.as_str() != me.id() => {
            let id = AddressId::of(&p.address);
            let left = |s: &Stay| s.key == p.code.as_str() && AddressId::of(&s.text) == id;
            leave(&mut state.tenants, left, event.on);
        }
        RegistrationEvent::Ended(p) if p.code.as_str() != me.id() => {
            leave(&mut state.tenants, |s| s.key == p.code.as_str(), event.on);
        }
        _ => return false,
    }
    true
}
