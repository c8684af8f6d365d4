//! Registration: addresses, in both directions.

use serde::{Deserialize, Serialize};

use super::decide::{missing, operator_standing, public, registered};
use super::{AddressUse, AttachAddress, DetachAddress, Registration, RegistrationEvent};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::Event;
use crate::ident::{AddressId, CreditCode, normalise_address};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::{World, operator_subject};

/// Addresses that an operator may have at a time.
const ADDRESSES_MAX: usize = 40;

/// One address for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Whose: [`AddressId`] on an operator, the credit code on an address and with a host.
    pub key: String,
    /// As it was written down; empty on an address's own list of operators.
    pub text: String,
    /// What for.
    pub r#use: AddressUse,
    /// The secretary or incubator that gives it.
    pub host: Option<CreditCode>,
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

impl Stay {
    /// Whether the stay lasts on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    pub(super) fn at_domicile(text: &str, from: Day) -> Self {
        Self {
            key: AddressId::of(text).as_str().to_owned(),
            text: text.to_owned(),
            r#use: AddressUse::Domicile,
            host: None,
            from,
            until: None,
        }
    }

    pub(super) fn attached(p: &AttachAddress, from: Day) -> Self {
        Self {
            r#use: p.r#use,
            host: p.host,
            ..Self::at_domicile(&p.address, from)
        }
    }

    /// The same stay on a list of operators.
    pub(super) fn of(&self, operator: CreditCode, text: &str) -> Self {
        Self {
            key: operator.to_string(),
            text: text.to_owned(),
            ..self.clone()
        }
    }
}

impl Address {
    /// Who is there on a day, by credit code; a code once for each use.
    pub fn operators_on(&self, day: Day) -> impl Iterator<Item = &Stay> {
        self.operators.iter().filter(move |s| s.stands_on(day))
    }
}

pub(super) fn attached(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &AttachAddress,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    let known = operator_standing(world, asked, p.code)?;
    if normalise_address(&p.address).is_empty() {
        let code = "registration.address_missing";
        return Err(missing(code, "the address", "data.address"));
    }
    let id = AddressId::of(&p.address);
    let there = known.addresses_on(asked.on);
    if there
        .clone()
        .any(|s| s.key == id.as_str() && s.r#use == p.r#use)
    {
        return Err(Refusal::new(
            "registration.address_known",
            "the operator has this address for this use on that day",
            "nothing is left to do; detach it first where something changes",
        )
        .at("data.address"));
    }
    if there.count() >= ADDRESSES_MAX {
        return Err(Refusal::new(
            "registration.too_many_addresses",
            format!("an operator has at most {ADDRESSES_MAX} addresses at a time"),
            "detach those that it has left",
        )
        .at("data.address"));
    }
    let draft = public(payload, asked, p.code, Some(&p.address));
    let Some(host) = p.host else {
        return Ok(vec![draft]);
    };
    if !matches!(p.r#use, AddressUse::Secretary | AddressUse::Incubator) || host == p.code {
        return Err(Refusal::new(
            "registration.host",
            "only a secretary or an incubator, another operator, gives an address to others",
            "leave the host out, or say that the address is a secretary's or an incubator's",
        )
        .at("data.host"));
    }
    let host_known = registered(world, host)?;
    if !host_known.stands_on(asked.on) {
        return Err(Refusal::new(
            "registration.host",
            format!("the host is not registered on {}", asked.on),
            "correct the host's code or the date",
        )
        .at("data.host"));
    }
    Ok(vec![draft.about(operator_subject(host))])
}

pub(super) fn detached(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &DetachAddress,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    let known = operator_standing(world, asked, p.code)?;
    let id = AddressId::of(&p.address);
    let left: Vec<&Stay> = known
        .addresses_on(asked.on)
        .filter(|s| s.key == id.as_str())
        .collect();
    if left.is_empty() {
        return Err(Refusal::new(
            "registration.address_unknown",
            "the operator is not at this address on that day",
            "name an address that `show` lists",
        )
        .at("data.address"));
    }
    let draft = public(payload, asked, p.code, Some(&p.address));
    Ok(vec![about_hosts(draft, left.into_iter())])
}

/// Names every address and host that the operator leaves as its registration ends.
pub(super) fn about_left(draft: Draft, known: &Registration, on: Day) -> Draft {
    let left: Vec<&Stay> = known.addresses_on(on).collect();
    let draft = left.iter().fold(draft, |draft, stay| {
        draft.about(Subject::for_address(&stay.text))
    });
    about_hosts(draft, left.into_iter())
}

fn about_hosts<'a>(draft: Draft, stays: impl Iterator<Item = &'a Stay>) -> Draft {
    stays
        .filter_map(|s| s.host)
        .fold(draft, |draft, host| draft.about(operator_subject(host)))
}

pub(crate) fn evolve(
    state: &mut Address,
    me: &Subject,
    event: &Event,
    payload: &RegistrationEvent,
) {
    let here = |text: &str| AddressId::of(text).as_str() == me.id();
    let (code, text, stay) = match payload {
        RegistrationEvent::Granted(p) => {
            (p.code, &p.address, Stay::at_domicile(&p.address, event.on))
        }
        RegistrationEvent::Imported(p) => {
            (p.code, &p.address, Stay::at_domicile(&p.address, event.on))
        }
        RegistrationEvent::AddressAttached(p) => (p.code, &p.address, Stay::attached(p, event.on)),
        RegistrationEvent::Changed(p) => match &p.address {
            Some(text) if here(text) => (p.code, text, Stay::at_domicile(text, event.on)),
            // Named without being the new domicile: the former one.
            _ => {
                let mine = |s: &Stay| s.key == p.code.as_str() && s.r#use == AddressUse::Domicile;
                return leave(&mut state.operators, mine, event.on);
            }
        },
        RegistrationEvent::AddressDetached(p) => {
            return leave(&mut state.operators, |s| s.key == p.code.as_str(), event.on);
        }
        RegistrationEvent::Ended(p) => {
            return leave(&mut state.operators, |s| s.key == p.code.as_str(), event.on);
        }
        _ => return,
    };
    if here(text) {
        if state.text.is_empty() {
            text.clone_into(&mut state.text);
        }
        arrive(&mut state.operators, stay.of(code, ""));
    }
}

/// Adds a stay where there is none of the same whose and use on that day.
pub(super) fn arrive(stays: &mut Vec<Stay>, stay: Stay) {
    let known = stays.iter().any(|s| {
        s.key == stay.key && s.r#use == stay.r#use && s.text == stay.text && s.stands_on(stay.from)
    });
    if !known {
        stays.push(stay);
    }
}

/// Ends the standing stays that fit.
pub(super) fn leave(stays: &mut [Stay], fits: impl Fn(&Stay) -> bool, on: Day) {
    let standing = |s: &&mut Stay| s.stands_on(on) && fits(s);
    for stay in stays.iter_mut().filter(standing) {
        stay.until = Some(on);
    }
}
