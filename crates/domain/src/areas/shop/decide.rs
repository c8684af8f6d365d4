//! Shop: judging.

use super::{
    Close, ClosedWhy, Declare, Find, Individual, Match, Shop, ShopEvent, Verify, mark, platform,
    turnover,
};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::areas::registration::registered;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::{CreditCode, Hosts, ShopAddress, ShopAddressError, ShopPlace};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::{World, operator_subject};

/// The longest name or ground, in characters.
const TEXT_CHARS_MAX: usize = 1_000;
/// Shops that one operator or individual may run at a time.
const SHOPS_MAX: usize = 200;
/// Files of evidence of one sighting.
const EVIDENCE_MAX: usize = 40;

/// Judges an action on a shop or platform.
///
/// # Errors
/// `shop.address`, `shop.unknown`, `shop.closed`, `shop.known`, `shop.held_by_another`,
/// `shop.no_holder`, `shop.two_holders`, `shop.not_standing`, `shop.individual`,
/// `shop.individual_incomplete`, `shop.too_many`, `shop.text`, `shop.unmatched`,
/// `shop.announced_later`; of marks `shop.mark_number`, `shop.mark_known`, `shop.mark_unknown`,
/// `shop.mark_conditions`, `shop.code_unknown`; of turnover `shop.turnover`, `shop.year`; of
/// platforms `shop.platform_id`, `shop.platform_known`, `shop.platform_unknown`,
/// `shop.platform_left`, `shop.host`, `shop.host_taken`, `shop.period`, `shop.period_ahead`,
/// `shop.period_reported`, `shop.report_numbers`, `shop.not_due`, `shop.silence_noted`;
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        ShopEvent::Declared(p) => declared(world, asked, payload, p),
        ShopEvent::Found(p) => found(world, asked, payload, p),
        ShopEvent::Matched(p) => matched(world, asked, payload, p),
        ShopEvent::NameVerified(p) => verified(world, asked, payload, p),
        ShopEvent::Closed(p) => closed(world, asked, payload, p),
        ShopEvent::MarkIssued(p) => mark::issued(world, asked, payload, p),
        ShopEvent::MarkRevoked(p) => mark::revoked(world, asked, payload, p),
        ShopEvent::TurnoverReported(p) => turnover::reported(world, asked, payload, p),
        ShopEvent::PlatformRegistered(p) => platform::registered(world, asked, payload, p),
        ShopEvent::PlatformReported(p) => platform::reported(world, asked, payload, p),
        ShopEvent::PlatformSilent(p) => platform::silent(world, asked, payload, p),
        ShopEvent::PlatformLeft(p) => platform::left(world, asked, payload, p),
        ShopEvent::LimitExceeded(_) => Err(Refusal::new(
            "action_type_unknown",
            "this event only follows from others",
            "report the turnover",
        )),
    }
}

/// Where an action's shop is, and what is known of it.
pub(super) struct Located {
    pub(super) subject: Subject,
    pub(super) known: Option<Shop>,
    platform: Option<String>,
}

/// Finds the shop of an address in any spelling.
pub(super) fn locate(world: &dyn World, address: &ShopAddress) -> Result<Located, Refusal> {
    let register = world.entity(&Subject::platform_register());
    let (subject, place) = placed(register.as_deref(), address)?;
    let known = match world.entity(&subject).as_deref() {
        Some(Entity::Shop(shop)) => Some(Shop::clone(shop)),
        _ => None,
    };
    Ok(Located {
        subject,
        known,
        platform: place.platform,
    })
}

/// The subject of the shop at an address, in any spelling, where `register` is the state of
/// [`Subject::platform_register`].
///
/// # Errors
/// `shop.address`.
pub fn shop_at(register: Option<&Entity>, address: &ShopAddress) -> Result<Subject, Refusal> {
    placed(register, address).map(|(subject, _)| subject)
}

/// The shop that is on record at an address as people write it; none where the text is no address
/// of a shop, or nobody found a shop there yet.
pub(crate) fn shop_on_record(world: &dyn World, text: &str) -> Option<Subject> {
    let register = world.entity(&Subject::platform_register());
    let found = shop_at(register.as_deref(), &ShopAddress::read(text)).ok()?;
    world.entity(&found).map(|_| found)
}

fn placed(
    register: Option<&Entity>,
    address: &ShopAddress,
) -> Result<(Subject, ShopPlace), Refusal> {
    let none = Hosts::new();
    let hosts = match register {
        Some(Entity::Platform(register)) => &register.hosts,
        _ => &none,
    };
    let place = address.normalise(hosts).map_err(|e| {
        let remedy = match e {
            ShopAddressError::Url => "give the address as a browser shows it",
            ShopAddressError::Part => "give the id as the platform or app shows it",
            ShopAddressError::Personal => "leave the number out, or name the shop by another page",
        };
        Refusal::new("shop.address", e.to_string(), remedy).at("data.address")
    })?;
    Ok((Subject::for_shop(&place), place))
}

impl Located {
    /// What is known of the shop, which must be open on the action's day.
    pub(super) fn open(&self, asked: &Asked<'_>) -> Result<&Shop, Refusal> {
        let Some(known) = &self.known else {
            return Err(Refusal::new(
                "shop.unknown",
                "no shop is known at this address",
                "declare it or record that it was found; check the address",
            )
            .at("data.address"));
        };
        if known.is_open_on(asked.on) {
            return Ok(known);
        }
        Err(Refusal::new(
            "shop.closed",
            format!("the shop is not open on {}", asked.on),
            "record that it was found again, or correct the date",
        )
        .at("data.address"))
    }

    /// Who runs the shop on the action's day.
    pub(super) fn holder(&self, asked: &Asked<'_>) -> Result<Subject, Refusal> {
        let holder = self.open(asked)?.holder_on(asked.on);
        holder.cloned().ok_or_else(|| {
            Refusal::new(
                "shop.unmatched",
                "nobody is known to run this shop",
                "match it first (shop.match)",
            )
            .at("data.address")
        })
    }

    /// A draft about the shop; seen by departments unless said otherwise.
    pub(super) fn draft(&self, world: &dyn World, asked: &Asked<'_>, payload: &ShopEvent) -> Draft {
        let draft =
            Draft::new(Payload::Shop(payload.clone()), asked.on).about(self.subject.clone());
        match (&self.platform, world.book().rule("shop.address", asked.on)) {
            (Some(platform), Ok(rule)) => draft.word(&rule, "platform", platform),
            _ => draft,
        }
    }
}

/// What registered operators show of their shops is public; of individuals nothing is.
pub(super) fn seen(draft: Draft, holder: &Subject) -> Draft {
    if holder.kind() == Kind::Operator {
        draft.seen_by(Visibility::Public)
    } else {
        draft
    }
}

/// The one who is named as running the shop; must be able to on that day.
fn holder(
    world: &dyn World,
    asked: &Asked<'_>,
    operator: Option<CreditCode>,
    individual: Option<&Individual>,
    shop: &Subject,
) -> Result<Subject, Refusal> {
    let (subject, shops) = match (operator, individual) {
        (Some(code), None) => {
            let known = registered(world, code)?;
            if !known.stands_on(asked.on) {
                return Err(Refusal::new(
                    "shop.not_standing",
                    format!("operator {code} is not registered on {}", asked.on),
                    "record the shop as found without an operator, or correct the code",
                )
                .at("data.operator"));
            }
            let subject = operator_subject(code);
            let shops = match world.entity(&subject).as_deref() {
                Some(Entity::Operator(operator)) => operator.shops.clone(),
                _ => Shared::default(),
            };
            (subject, shops)
        }
        (None, Some(individual)) => named_individual(world, asked, individual)?,
        (None, None) => {
            return Err(Refusal::new(
                "shop.no_holder",
                "nobody is named who runs the shop",
                "name an operator or an individual, or record it as found",
            )
            .at("data.operator"));
        }
        (Some(_), Some(_)) => {
            return Err(Refusal::new(
                "shop.two_holders",
                "both an operator and an individual are named",
                "name the one who runs the shop",
            )
            .at("data.individual"));
        }
    };
    let others = shops.run_on(asked.on).filter(|(id, _)| *id != shop.id());
    if others.count() >= SHOPS_MAX {
        return Err(Refusal::new(
            "shop.too_many",
            format!("{subject} runs {SHOPS_MAX} shops already"),
            "record that some are closed",
        )
        .at("data.address"));
    }
    Ok(subject)
}

/// The individual of a number, and its shops; at first with name and the reason for exemption.
fn named_individual(
    world: &dyn World,
    asked: &Asked<'_>,
    individual: &Individual,
) -> Result<(Subject, Shared<super::Shops>), Refusal> {
    let subject = Subject::new(Kind::Individual, &individual.number).map_err(|e| {
        Refusal::new("shop.individual", e.to_string(), "choose such a number")
            .at("data.individual.number")
    })?;
    let rule = world.book().rule("trading.register", asked.on)?;
    let known = match world.entity(&subject).as_deref() {
        Some(Entity::Individual(person)) => Some(person.shops.clone()),
        _ => None,
    };
    let told = individual.name.is_some() && !individual.exempt.is_empty();
    if known.is_none() && !told {
        return Err(Refusal::new(
            "shop.individual_incomplete",
            "an individual not known yet needs a name and the reason why no registration is needed",
            "seal the name, and give the code of the reason",
        )
        .by_rule(&rule)
        .at("data.individual"));
    }
    if !individual.exempt.is_empty() && rule.code(&individual.exempt).is_err() {
        let codes: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            "shop.code_unknown",
            "the rule in force knows no such reason",
            format!("choose one of {}", codes.join(", ")),
        )
        .by_rule(&rule)
        .at("data.individual.exempt"));
    }
    Ok((subject, known.unwrap_or_default()))
}

fn check_text(field: &str, text: &str, needed: bool) -> Result<(), Refusal> {
    let fine = text.chars().count() <= TEXT_CHARS_MAX && !(needed && text.trim().is_empty());
    if fine {
        return Ok(());
    }
    let what = format!("{field} is empty or has more than {TEXT_CHARS_MAX} characters");
    Err(Refusal::new("shop.text", what, "write it, or shorten it").at(field))
}

fn declared(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &Declare,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer, Capacity::Importer];
    world.register().may(asked.by, asked.on, &may)?;
    check_text("data.name", &p.name, true)?;
    let located = locate(world, &p.address)?;
    let holder = holder(
        world,
        asked,
        p.operator,
        p.individual.as_ref(),
        &located.subject,
    )?;
    let known = located.known.as_ref().filter(|k| k.is_open_on(asked.on));
    if let Some(other) = known.and_then(|k| k.holder_on(asked.on)) {
        return Err(taken(other, &holder));
    }
    let draft = located.draft(world, asked, payload).about(holder.clone());
    Ok(vec![seen(
        exempt(world, asked, draft, p.individual.as_ref()),
        &holder,
    )])
}

/// Somebody runs the shop already.
fn taken(other: &Subject, named: &Subject) -> Refusal {
    if other == named {
        return Refusal::new(
            "shop.known",
            "the shop is on record as run by the same one",
            "nothing is left to do",
        )
        .at("data.address");
    }
    Refusal::new(
        "shop.held_by_another",
        format!("the shop is on record as run by {other}"),
        "find out who runs it, and record that with its ground (shop.match)",
    )
    .at("data.operator")
}

/// Names the rule by which an individual needs no registration.
fn exempt(
    world: &dyn World,
    asked: &Asked<'_>,
    draft: Draft,
    individual: Option<&Individual>,
) -> Draft {
    match (individual, world.book().rule("trading.register", asked.on)) {
        (Some(_), Ok(rule)) => draft.under(&rule),
        _ => draft,
    }
}

fn found(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &Find,
) -> Result<Drafts, Refusal> {
    let may = [
        Capacity::Enforcer,
        Capacity::Registrar,
        Capacity::ComplaintDesk,
        Capacity::Importer,
    ];
    world.register().may(asked.by, asked.on, &may)?;
    check_text("data.name", &p.name, false)?;
    if p.evidence.len() > EVIDENCE_MAX {
        return Err(Refusal::new(
            "shop.text",
            format!("more than {EVIDENCE_MAX} files of evidence"),
            "pack them into fewer files",
        )
        .at("data.evidence"));
    }
    let located = locate(world, &p.address)?;
    let mut draft = located.draft(world, asked, payload);
    let known = located.known.as_ref().filter(|k| k.is_open_on(asked.on));
    let running = known.and_then(|k| k.holder_on(asked.on));
    if p.operator.is_some() {
        let shown = holder(world, asked, p.operator, None, &located.subject)?;
        if let Some(other) = running.filter(|other| **other != shown) {
            return Err(taken(other, &shown));
        }
        draft = draft.about(shown);
    } else if let Some(running) = running {
        draft = draft.about(running.clone());
    }
    Ok(vec![draft])
}

fn matched(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &Match,
) -> Result<Drafts, Refusal> {
    let may = [
        Capacity::Enforcer,
        Capacity::Registrar,
        Capacity::CreditOfficer,
    ];
    world.register().may(asked.by, asked.on, &may)?;
    check_text("data.ground", &p.ground, true)?;
    let located = locate(world, &p.address)?;
    let known = located.open(asked)?;
    let holder = holder(
        world,
        asked,
        p.operator,
        p.individual.as_ref(),
        &located.subject,
    )?;
    let before = known.holder_on(asked.on);
    if before == Some(&holder) {
        return Err(taken(&holder, &holder));
    }
    let mut draft = located.draft(world, asked, payload).about(holder.clone());
    if let Some(before) = before {
        draft = draft.about(before.clone());
    }
    let draft = exempt(world, asked, draft, p.individual.as_ref());
    let open = before.is_none_or(|before| before.kind() == Kind::Operator);
    Ok(vec![if open { seen(draft, &holder) } else { draft }])
}

fn verified(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &Verify,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer, Capacity::Importer];
    world.register().may(asked.by, asked.on, &may)?;
    let located = locate(world, &p.address)?;
    let holder = located.holder(asked)?;
    let mut draft = located.draft(world, asked, payload).about(holder);
    let on_platform = located.platform.is_some();
    // Only platforms have a term for verifying again, and only since 2021.
    if let Ok(rule) = world.book().rule("trading.platform_verify", asked.on)
        && on_platform
    {
        let (text, term) = (rule.to_string(), rule.term("verify")?);
        let calendar = world.book().calendar();
        let name = "shop.verify_again";
        let clock = Clock::begin(name, &text, rule.article(), asked.on, term, calendar);
        let before = located.known.as_ref().and_then(|k| k.verify_again.as_ref());
        let late = before.map_or(0, |c| c.due.days_until(asked.on).max(0));
        draft = draft.clock(clock).number(&rule, "late_days", late);
    }
    Ok(vec![draft])
}

fn closed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &Close,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer, Capacity::Importer];
    world.register().may(asked.by, asked.on, &may)?;
    let located = locate(world, &p.address)?;
    let known = located.open(asked)?;
    let mut draft = located.draft(world, asked, payload);
    if let Some(announced) = p.announced
        && asked.on < announced
    {
        return Err(Refusal::new(
            "shop.announced_later",
            "the shop would close before its end was announced",
            "correct one of the two dates",
        )
        .at("data.announced"));
    }
    // Announced on the day itself where nothing else is told; the notice is whoever runs it's own.
    if p.why == ClosedWhy::ByItself
        && let Ok(rule) = world.book().rule("trading.end_notice", asked.on)
    {
        let (text, term) = (rule.to_string(), rule.term("notice")?);
        let calendar = world.book().calendar();
        let start = p.announced.unwrap_or(asked.on);
        let clock = Clock::begin(
            "shop.end_notice",
            &text,
            rule.article(),
            start,
            term,
            calendar,
        );
        let short = asked.on.days_until(clock.due).max(0);
        draft = draft.clock(clock).number(&rule, "notice_short_days", short);
    }
    Ok(vec![match known.holder_on(asked.on) {
        Some(holder) => seen(draft.about(holder.clone()), holder),
        None => draft,
    }])
}
