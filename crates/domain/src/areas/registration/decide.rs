//! Registration: judging.

use super::application::{self, ApplicationKind};
use super::delivery::change_imported;
use super::place::{about_left, attached, detached};
use super::{
    AddressUse, Change, End, EndKind, Grant, Import, Registration, RegistrationEvent, Resume,
    ShowChange, Source, Suspend,
};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::{AddressId, CreditCode, OperatorKind, normalise_address};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::subject::Subject;
use crate::term::Clock;
use crate::world::{World, operator_subject};

/// The longest name, scope or reason, in characters.
const TEXT_CHARS_MAX: usize = 4_000;
/// The most further columns of a file that are kept.
const FACTS_MAX: usize = 64;

/// Judges an action on an application or a registration.
///
/// # Errors
/// Of registrations `registration.exists`, `registration.unknown`, `registration.ended`,
/// `registration.kind`, `registration.name_missing`, `registration.address_missing`,
/// `registration.address_unknown`, `registration.address_known`,
/// `registration.too_many_addresses`, `registration.host`, `registration.text_too_long`,
/// `registration.nothing_changed`, `registration.nothing_to_show`, `registration.before_grant`,
/// `registration.resolved_later`, `registration.end_incomplete`, `registration.suspended`,
/// `registration.not_suspended`, `registration.suspension_dates`, `registration.not_due`,
/// `registration.code_unknown`; of applications `registration.application_number`,
/// `registration.application_exists`, `registration.application_unknown`,
/// `registration.application_closed`, `registration.application_kind`,
/// `registration.before_previous_step`, `registration.routing`, `registration.step_unknown`,
/// `registration.step_order`, `registration.steps_open`, `registration.extension`,
/// `registration.reason_missing`, `registration.too_many_materials`; `no_rule_in_force`, and those
/// of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        RegistrationEvent::Imported(p) => imported(world, asked, payload, p),
        RegistrationEvent::ChangeImported(p) => change_imported(world, asked, payload, p),
        RegistrationEvent::Granted(p) => granted(world, asked, payload, p),
        RegistrationEvent::Changed(p) => changed(world, asked, payload, p),
        RegistrationEvent::ChangeShown(p) => change_shown(world, asked, payload, p),
        RegistrationEvent::Suspended(p) => suspended(world, asked, payload, p),
        RegistrationEvent::Resumed(p) => resumed(world, asked, payload, p),
        RegistrationEvent::Ended(p) => ended(world, asked, payload, p),
        RegistrationEvent::AddressAttached(p) => attached(world, asked, payload, p),
        RegistrationEvent::AddressDetached(p) => detached(world, asked, payload, p),
        RegistrationEvent::Applied(_)
        | RegistrationEvent::Routed(_)
        | RegistrationEvent::StepOpened(_)
        | RegistrationEvent::StepApproved(_)
        | RegistrationEvent::StepReturned(_)
        | RegistrationEvent::StepResubmitted(_)
        | RegistrationEvent::Extended(_)
        | RegistrationEvent::Refused(_)
        | RegistrationEvent::Withdrawn(_) => application::decide(world, asked, payload),
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
        let code = "registration.name_missing";
        return Err(missing(code, "the name", "data.name"));
    }
    let first = public(payload, asked, p.code, Some(&p.address));
    let mut drafts = vec![first];
    match (p.ended, p.ended_on) {
        (None, None) => {}
        (Some(kind), Some(on)) if on >= asked.on => {
            let end = End {
                application: None,
                code: p.code,
                kind,
                reason: String::new(),
            };
            let end = RegistrationEvent::Ended(end);
            let mut draft = public(&end, asked, p.code, Some(&p.address));
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
        let code = "registration.name_missing";
        return Err(missing(code, "the name", "data.name"));
    }
    address_given(&p.address)?;
    let draft = public(payload, asked, p.code, Some(&p.address));
    let (application, kind) = (p.application.as_deref(), ApplicationKind::Setup);
    let draft = application::conclude(world, asked, draft, application, kind, p.code)?;
    Ok(vec![draft])
}

fn changed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Change,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    let known = operator_standing(world, asked, p.code)?;
    check_text("data.name", p.name.as_deref().unwrap_or_default())?;
    check_text("data.scope", p.scope.as_deref().unwrap_or_default())?;
    let texts = [&p.name, &p.scope, &p.division, &p.industry, &p.address];
    if texts.iter().all(|t| t.is_none()) && p.legal_representative.is_none() {
        let code = "registration.nothing_changed";
        return Err(missing(code, "what changes", "data"));
    }
    let mut draft = public(payload, asked, p.code, p.address.as_deref());
    if let Some(address) = &p.address {
        address_given(address)?;
        let id = AddressId::of(address);
        let former = known
            .addresses_on(asked.on)
            .filter(|s| s.r#use == AddressUse::Domicile && s.key != id.as_str());
        for stay in former {
            draft = draft.about(Subject::for_address(&stay.text));
        }
    }
    if let Ok(rule) = world.book().rule("registration.show_change", asked.on) {
        let calendar = world.book().calendar();
        let (text, term) = (rule.to_string(), rule.term("show")?);
        let name = "registration.show_change";
        let clock = Clock::begin(name, &text, rule.article(), asked.on, term, calendar);
        draft = draft.under(&rule).clock(clock);
    }
    if let Some(resolved) = p.resolved {
        if asked.on < resolved {
            return Err(Refusal::new(
                "registration.resolved_later",
                "the change would be registered before it was resolved",
                "correct one of the two dates",
            )
            .at("data.resolved"));
        }
        // No rule on the day, no lateness: the term came with the regulation of 2022.
        if let Ok(rule) = world.book().rule("registration.change", resolved) {
            let calendar = world.book().calendar();
            let (text, term) = (rule.to_string(), rule.term("apply")?);
            let name = "registration.change";
            let clock = Clock::begin(name, &text, rule.article(), resolved, term, calendar);
            let late = clock.due.days_until(asked.on).max(0);
            draft = draft.clock(clock).number(&rule, "late_days", late);
        }
    }
    let (application, kind) = (p.application.as_deref(), ApplicationKind::Change);
    let draft = application::conclude(world, asked, draft, application, kind, p.code)?;
    Ok(vec![draft])
}

fn change_shown(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &ShowChange,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer];
    world.register().may(asked.by, asked.on, &may)?;
    let known = operator_standing(world, asked, p.code)?;
    let Some(clock) = known
        .to_show
        .as_ref()
        .filter(|clock| clock.start <= asked.on)
    else {
        return Err(Refusal::new(
            "registration.nothing_to_show",
            "no change of this operator waits to be shown by that day",
            "record the change first (registration.change)",
        )
        .at("data.code"));
    };
    let rule = world.book().rule("registration.show_change", clock.start)?;
    let late = clock.due.days_until(asked.on).max(0);
    Ok(vec![public(payload, asked, p.code, None).number(
        &rule,
        "late_days",
        late,
    )])
}

fn suspended(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Suspend,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    let known = operator_standing(world, asked, p.code)?;
    if let Some(standing) = known.suspension(Some(asked.on)) {
        return Err(Refusal::new(
            "registration.suspended",
            format!("business is suspended until {}", standing.to),
            "resume it first",
        )
        .at("data.code"));
    }
    let rule = world.book().rule("registration.suspension", asked.on)?;
    if rule.code(&p.cause).is_err() {
        let causes: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            "registration.code_unknown",
            "the rule in force knows no such cause",
            format!("choose one of {}", causes.join(", ")),
        )
        .by_rule(&rule)
        .at("data.cause"));
    }
    let calendar = world.book().calendar();
    let (text, term) = (rule.to_string(), rule.term("longest")?);
    let name = "registration.suspension";
    let clock = Clock::begin(name, &text, rule.article(), asked.on, term, calendar);
    let before: i64 = known.suspensions.iter().map(super::Suspension::days).sum();
    let last = clock.due.plus_days(-before);
    if p.to < asked.on || last < p.to {
        return Err(Refusal::new(
            "registration.suspension_dates",
            format!("business may be suspended until {last}, earlier suspensions counted in"),
            "choose a last day between the first one and that day",
        )
        .by_rule(&rule)
        .at("data.to"));
    }
    let draft = public(payload, asked, p.code, None)
        .clock(clock)
        .number(&rule, "suspended_before_days", before)
        .day(&rule, "last_day_possible", last);
    let (application, kind) = (p.application.as_deref(), ApplicationKind::Suspension);
    let draft = application::conclude(world, asked, draft, application, kind, p.code)?;
    Ok(vec![draft])
}

fn resumed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Resume,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Clock];
    world.register().may(asked.by, asked.on, &may)?;
    let known = operator_standing(world, asked, p.code)?;
    let open = known.suspension(None).filter(|s| s.from <= asked.on);
    let Some(open) = open else {
        return Err(Refusal::new(
            "registration.not_suspended",
            "business is not suspended on that day",
            "nothing is left to resume",
        )
        .at("data.code"));
    };
    let rule = world.book().rule("registration.suspension", open.from)?;
    let by_itself = open.to.plus_days(1);
    let fits = match asked.by.capacity {
        Capacity::Clock => asked.on == by_itself,
        _ => asked.on <= by_itself,
    };
    if !fits {
        return Err(Refusal::new(
            "registration.not_due",
            format!("business goes on by itself on {by_itself}"),
            "let the clock act for that day, or the registrar for an earlier one",
        )
        .by_rule(&rule)
        .at("on"));
    }
    Ok(vec![public(payload, asked, p.code, None).under(&rule)])
}

fn ended(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &End,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer];
    world.register().may(asked.by, asked.on, &may)?;
    let known = registered(world, p.code)?;
    let revoked = known.ends.on(asked.on) == Some(&EndKind::Revoked);
    // What was revoked is still to be cancelled.
    let known = if revoked && p.kind == EndKind::Cancelled {
        known
    } else {
        operator_standing(world, asked, p.code)?
    };
    check_text("data.reason", &p.reason)?;
    let draft = about_left(public(payload, asked, p.code, None), &known, asked.on);
    let (application, kind) = (p.application.as_deref(), ApplicationKind::Cancellation);
    let draft = application::conclude(world, asked, draft, application, kind, p.code)?;
    Ok(vec![draft])
}

/// The event that ends a registration as a penalty that revokes the business licence (吊销营业执照)
/// takes effect; none where the registration does not stand any more.
///
/// # Errors
/// `registration.unknown`.
pub(crate) fn revoked(
    world: &dyn World,
    asked: &Asked<'_>,
    code: CreditCode,
    reason: &str,
) -> Result<Option<Draft>, Refusal> {
    let known = registered(world, code)?;
    let end = RegistrationEvent::Ended(End {
        application: None,
        code,
        kind: EndKind::Revoked,
        reason: reason.to_owned(),
    });
    let draft = || about_left(public(&end, asked, code, None), &known, asked.on);
    Ok(known.stands_on(asked.on).then(draft))
}

/// The operator's registration, which must stand on the action's day.
pub(super) fn operator_standing(
    world: &dyn World,
    asked: &Asked<'_>,
    code: CreditCode,
) -> Result<Shared<Registration>, Refusal> {
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
pub(crate) fn registered(
    world: &dyn World,
    code: CreditCode,
) -> Result<Shared<Registration>, Refusal> {
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

/// A public draft about an operator, and an address where a text is given.
pub(super) fn public(
    payload: &RegistrationEvent,
    asked: &Asked<'_>,
    code: CreditCode,
    address: Option<&str>,
) -> Draft {
    let draft = Draft::new(Payload::Registration(payload.clone()), asked.on)
        .about(operator_subject(code))
        .seen_by(Visibility::Public);
    match address.filter(|a| !normalise_address(a).is_empty()) {
        Some(text) => draft.about(Subject::for_address(text)),
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

fn address_given(address: &str) -> Result<(), Refusal> {
    if normalise_address(address).is_empty() {
        let code = "registration.address_missing";
        return Err(missing(code, "the address", "data.address"));
    }
    Ok(())
}

pub(super) fn missing(code: &'static str, what: &str, field: &str) -> Refusal {
    Refusal::new(code, format!("{what} is missing"), "fill it in").at(field)
}

pub(super) fn check_text(field: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() <= TEXT_CHARS_MAX {
        return Ok(());
    }
    let what = format!("{field} has more than {TEXT_CHARS_MAX} characters");
    Err(Refusal::new("registration.text_too_long", what, "shorten it").at(field))
}
