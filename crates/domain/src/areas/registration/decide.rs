//! Registration: judging.

use super::{End, Grant, Import, Registration, RegistrationEvent, Source};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::{AddressId, CreditCode, OperatorKind, normalise_address};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::{World, operator_subject};

/// The longest name, scope or reason, in characters.
const TEXT_CHARS_MAX: usize = 4_000;
/// The most further columns of a file that are kept.
const FACTS_MAX: usize = 64;

/// Judges an action on a registration.
///
/// # Errors
/// `registration.exists`, `registration.unknown`, `registration.ended`, `registration.kind`,
/// `registration.name_missing`, `registration.address_missing`, `registration.address_unknown`,
/// `registration.text_too_long`, `registration.nothing_changed`, `registration.before_grant`,
/// `registration.end_incomplete`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        RegistrationEvent::Imported(p) => imported(world, asked, payload, p),
        RegistrationEvent::Granted(p) => granted(world, asked, payload, p),
        RegistrationEvent::Changed(p) => {
            world
                .register()
                .may(asked.by, asked.on, &[Capacity::Registrar])?;
            standing(world, asked, p.code)?;
            check_text("data.name", p.name.as_deref().unwrap_or_default())?;
            check_text("data.scope", p.scope.as_deref().unwrap_or_default())?;
            if p.name.is_none() && p.scope.is_none() {
                return Err(missing(
                    "registration.nothing_changed",
                    "what changes",
                    "data",
                ));
            }
            Ok(vec![public(payload, asked, p.code, None)])
        }
        RegistrationEvent::Ended(p) => {
            let may = [Capacity::Registrar, Capacity::Enforcer];
            world.register().may(asked.by, asked.on, &may)?;
            standing(world, asked, p.code)?;
            check_text("data.reason", &p.reason)?;
            Ok(vec![public(payload, asked, p.code, None)])
        }
        RegistrationEvent::AddressAttached(p) => {
            world
                .register()
                .may(asked.by, asked.on, &[Capacity::Registrar])?;
            standing(world, asked, p.code)?;
            if normalise_address(&p.address).is_empty() {
                return Err(missing(
                    "registration.address_missing",
                    "the address",
                    "data.address",
                ));
            }
            Ok(vec![public(payload, asked, p.code, Some(&p.address))])
        }
        RegistrationEvent::AddressDetached(p) => {
            world
                .register()
                .may(asked.by, asked.on, &[Capacity::Registrar])?;
            let known = standing(world, asked, p.code)?;
            let id = AddressId::of(&p.address);
            if !known
                .addresses
                .iter()
                .any(|s| s.key == id.as_str() && s.stands_on(asked.on))
            {
                return Err(Refusal::new(
                    "registration.address_unknown",
                    "the operator is not at this address on that day",
                    "name an address that `show` lists",
                )
                .at("data.address"));
            }
            Ok(vec![public(payload, asked, p.code, Some(&p.address))])
        }
    }
}

fn imported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Import,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Importer])?;
    fresh(world, p.code)?;
    check_text("data.name", &p.name)?;
    check_text("data.scope", &p.scope)?;
    check_source(&p.source)?;
    if p.name.trim().is_empty() {
        return Err(missing(
            "registration.name_missing",
            "the name",
            "data.name",
        ));
    }
    let first = public(payload, asked, p.code, Some(&p.address));
    let mut drafts = vec![first];
    match (p.ended, p.ended_on) {
        (None, None) => {}
        (Some(kind), Some(on)) if on >= asked.on => {
            let end = End {
                code: p.code,
                kind,
                reason: String::new(),
            };
            let end = RegistrationEvent::Ended(end);
            let mut draft = public(&end, asked, p.code, None);
            draft.on = on;
            drafts.push(draft);
        }
        _ => {
            return Err(Refusal::new(
                "registration.end_incomplete",
                "an ended registration needs how and when it ended, not before it began",
                "give both ended and ended_on, or neither",
            )
            .at("data.ended_on"));
        }
    }
    Ok(drafts)
}

fn granted(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Grant,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    if p.code.kind() == OperatorKind::Other {
        return Err(Refusal::new(
            "registration.kind",
            format!(
                "{} is no enterprise, individual business or cooperative",
                p.code
            ),
            "register operators under codes that begin with 91, 92 or 93",
        )
        .at("data.code"));
    }
    fresh(world, p.code)?;
    check_text("data.name", &p.name)?;
    check_text("data.scope", &p.scope)?;
    if p.name.trim().is_empty() {
        return Err(missing(
            "registration.name_missing",
            "the name",
            "data.name",
        ));
    }
    if normalise_address(&p.address).is_empty() {
        return Err(missing(
            "registration.address_missing",
            "the address",
            "data.address",
        ));
    }
    Ok(vec![public(payload, asked, p.code, Some(&p.address))])
}

/// The operator's registration, which must stand on the action's day.
fn standing(
    world: &dyn World,
    asked: &Asked<'_>,
    code: CreditCode,
) -> Result<Registration, Refusal> {
    let known = registered(world, code)?;
    if known.from.is_some_and(|from| asked.on < from) {
        return Err(Refusal::new(
            "registration.before_grant",
            format!("operator {code} was not yet registered on {}", asked.on),
            "correct the date",
        )
        .at("on"));
    }
    if !known.stands_on(asked.on) {
        return Err(Refusal::new(
            "registration.ended",
            format!("the registration of {code} has ended by {}", asked.on),
            "correct the date, or register anew under a new code",
        )
        .at("data.code"));
    }
    Ok(known)
}

/// The operator's registration, whether it stands or has ended.
///
/// # Errors
/// `registration.unknown`.
pub(crate) fn registered(world: &dyn World, code: CreditCode) -> Result<Registration, Refusal> {
    match world.entity(&operator_subject(code)).as_deref() {
        Some(Entity::Operator(operator)) if operator.registration.from.is_some() => {
            Ok(operator.registration.clone())
        }
        _ => Err(Refusal::new(
            "registration.unknown",
            format!("operator {code} is not in the register"),
            "register or import it first, or correct the code",
        )
        .at("data")),
    }
}

fn fresh(world: &dyn World, code: CreditCode) -> Result<(), Refusal> {
    if registered(world, code).is_err() {
        return Ok(());
    }
    Err(Refusal::new(
        "registration.exists",
        format!("operator {code} is already in the register"),
        "change what is known of it instead",
    )
    .at("data.code"))
}

fn public(
    payload: &RegistrationEvent,
    asked: &Asked<'_>,
    code: CreditCode,
    address: Option<&str>,
) -> Draft {
    let draft = Draft::new(Payload::Registration(payload.clone()), asked.on)
        .about(operator_subject(code))
        .seen_by(Visibility::Public);
    match address.filter(|a| !normalise_address(a).is_empty()) {
        // 32 hex digits are always a subject's id.
        Some(text) => match Subject::new(Kind::Address, AddressId::of(text).as_str()) {
            Ok(address) => draft.about(address),
            Err(_) => draft,
        },
        None => draft,
    }
}

/// What a file says of itself, held to a size.
///
/// # Errors
/// `registration.text_too_long`, `registration.too_many_facts`.
pub(crate) fn check_source(source: &Source) -> Result<(), Refusal> {
    check_text("data.source.authority", &source.authority)?;
    check_text("data.source.record", &source.record)?;
    for (name, text) in &source.facts {
        check_text(&format!("data.source.facts.{name}"), text)?;
    }
    if source.facts.len() <= FACTS_MAX {
        return Ok(());
    }
    let what = format!("more than {FACTS_MAX} further columns");
    let refusal = Refusal::new("registration.too_many_facts", what, "leave some out");
    Err(refusal.at("data.source.facts"))
}

fn missing(code: &'static str, what: &str, field: &str) -> Refusal {
    Refusal::new(code, format!("{what} is missing"), "fill it in").at(field)
}

fn check_text(field: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() <= TEXT_CHARS_MAX {
        return Ok(());
    }
    let what = format!("{field} has more than {TEXT_CHARS_MAX} characters");
    Err(Refusal::new("registration.text_too_long", what, "shorten it").at(field))
}
