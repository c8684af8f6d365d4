//! Listing: judging.

use super::delivery::{end_imported, imported};
use super::ground::{announced, factors, hearable, heard, letters, statement_clock};
use super::{Correct, Enter, Entry, Lapse, ListingEvent, Listings, Notice, Remove};
use super::{Hear, Statement, cure, objection, outstay};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::{CreditCode, OperatorKind};
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::row::List;
use crate::shared::Shared;
use crate::term::{Clock, compute_due};
use crate::world::{World, operator_subject};

/// The longest id of an entry.
const ENTRY_ID_MAX: usize = 64;
/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

/// Judges an action on a list.
///
/// # Errors
/// `listing.entry_id`, `listing.entry_exists`, `listing.entry_unknown`, `listing.entry_ended`,
/// `listing.already_listed`, `listing.ground_unknown`, `listing.reason_unknown`,
/// `listing.wrong_list`, `listing.notice_missing`, `listing.consent_missing`,
/// `listing.too_early`, `listing.not_due`, `listing.before_ground`, `listing.correction_day`,
/// `listing.reason_missing`, `listing.removed_before_listed`, `registration.unknown`,
/// those of cures, objections, long stays and what a decision must show, in their files,
/// `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        ListingEvent::Noticed(p) => noticed(world, asked, payload, p),
        ListingEvent::Heard(p) => statement(world, asked, payload, p),
        ListingEvent::Outstayed(p) => outstay::outstayed(world, asked, payload, p),
        ListingEvent::Entered(p) => entered(world, asked, payload, p),
        ListingEvent::CureFound(p) => cure::found(world, asked, payload, p),
        ListingEvent::Removed(p) => removed(world, asked, payload, p),
        ListingEvent::Lapsed(p) => lapsed(world, asked, payload, p),
        ListingEvent::Corrected(p) => corrected(world, asked, payload, p),
        ListingEvent::Objected(p) => objection::objected(world, asked, payload, p),
        ListingEvent::ObjectionAccepted(p) => objection::accepted(world, asked, payload, p),
        ListingEvent::ObjectionRefused(p) => objection::refused(world, asked, payload, p),
        ListingEvent::ObjectionDecided(p) => objection::decided(world, asked, payload, p),
        ListingEvent::Imported(p) => imported(world, asked, payload, p),
        ListingEvent::EndImported(p) => end_imported(world, asked, payload, p),
    }
}

pub(super) const OFFICERS: [Capacity; 3] =
    [Capacity::CreditOfficer, Capacity::Enforcer, Capacity::Head];

pub(super) fn drafted(payload: &ListingEvent, asked: &Asked<'_>, operator: CreditCode) -> Draft {
    Draft::new(Payload::Listing(payload.clone()), asked.on)
        .about(operator_subject(operator))
        .seen_by(Visibility::Public)
}

fn noticed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Notice,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let known = fresh(world, p.operator, &p.entry)?;
    announced(p, &known)?;
    let rule = world.book().rule("listing.serious", asked.on)?;
    ground(&rule, &p.ground)?;
    let right = world.book().rule("listing.serious_statement", asked.on)?;
    Ok(vec![
        drafted(payload, asked, p.operator)
            .under(&rule)
            .under(&right)
            .clock(statement_clock(world, &right, asked.on)?)
            .seen_by(Visibility::Departments),
    ])
}

fn statement(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Hear,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let known = fresh(world, p.operator, &p.entry)?;
    let rule = world.book().rule("listing.serious_statement", asked.on)?;
    hearable(&rule, &known, p, asked.on)?;
    if p.statement == Statement::Made {
        reasoned(&p.answer).map_err(|refusal| refusal.at("data.answer"))?;
    }
    Ok(vec![
        drafted(payload, asked, p.operator)
            .under(&rule)
            .seen_by(Visibility::Departments),
    ])
}

fn entered(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Enter,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let known = fresh(world, p.operator, &p.entry)?;
    fits(p.operator, p.list)?;
    if known.on_list(p.list, asked.on) {
        return Err(Refusal::new(
            "listing.already_listed",
            format!("the operator is on the list {} already", p.list.name()),
            "correct the standing entry, or remove it first",
        )
        .at("data.operator"));
    }
    if asked.on < p.ground_found {
        return Err(Refusal::new(
            "listing.before_ground",
            "the entry would begin before its ground was found",
            "correct one of the two dates",
        )
        .at("data.ground_found"));
    }
    let rule = world.book().rule(slots(p.list)?.0, asked.on)?;
    ground(&rule, &p.ground)?;
    let mut draft = drafted(payload, asked, p.operator).under(&rule);
    if p.list != List::Serious {
        if let Some(rule) = letters(world, p, asked.on)? {
            draft = draft.under(&rule);
        }
        if let (List::Abnormal, Some(clock)) = (p.list, outstay::ahead(world, asked.on)?) {
            draft = draft.clock(clock);
        }
        return Ok(vec![late(
            world,
            draft,
            &rule,
            "list",
            p.ground_found,
            asked.on,
        )?]);
    }
    heard(&rule, &known, p, asked.on)?;
    if rule.flag("upper_consent") && p.consent.trim().is_empty() {
        return Err(Refusal::new(
            "listing.consent_missing",
            "a county needs the upper level's consent for this list",
            "give the number of the consent",
        )
        .by_rule(&rule)
        .at("data.consent"));
    }
    if let Some(rule) = factors(world, &p.factors, asked.on)? {
        draft = draft.under(&rule);
    }
    Ok(vec![draft.clock(stay(world, &rule, asked.on)?)])
}

fn removed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Remove,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let entry = standing(world, asked.on, p.operator, &p.entry)?;
    let rule = world.book().rule(slots(entry.list)?.1, asked.on)?;
    if rule.code(&p.code).is_err() {
        return Err(unknown("listing.reason_unknown", &p.code, &rule).at("data.code"));
    }
    if let (List::Serious, "repaired") = (entry.list, p.code.as_str()) {
        let term = rule.term("earliest")?;
        let earliest = compute_due(entry.from, &term, world.book().calendar(), &[]).day;
        if asked.on < earliest {
            return Err(Refusal::new(
                "listing.too_early",
                format!("the entry can be removed on application from {earliest} on"),
                "apply again from that day on",
            )
            .by_rule(&rule)
            .at("on"));
        }
        met(&rule, p)?;
    }
    let mut draft = drafted(payload, asked, p.operator).under(&rule);
    if let Some(clock) = &entry.to_remove {
        let days = clock.due.days_until(asked.on).max(0);
        draft = draft.number(&rule, "late_days", days);
    }
    Ok(vec![draft])
}

/// That what the rule asks for besides the time was found.
fn met(rule: &RuleRef<'_>, p: &Remove) -> Result<(), Refusal> {
    for (flag, found, code, what) in [
        (
            "performed",
            p.performed,
            "listing.not_performed",
            "the duties were not found performed",
        ),
        (
            "harm_removed",
            p.harm_removed,
            "listing.harm_remains",
            "the harm was not found removed",
        ),
    ] {
        if rule.flag(flag) && !found {
            return Err(
                Refusal::new(code, what, "check it and say so, or leave the entry")
                    .by_rule(rule)
                    .at(format!("data.{flag}")),
            );
        }
    }
    Ok(())
}

fn lapsed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Lapse,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Clock])?;
    let entry = standing(world, asked.on, p.operator, &p.entry)?;
    let rule = world.book().rule(slots(entry.list)?.0, entry.from)?;
    if entry.term_over.is_none_or(|over| asked.on < over) {
        return Err(Refusal::new(
            "listing.not_due",
            match entry.term_over {
                Some(over) => format!("the entry's term is over on {over}"),
                None => "this entry has no term".to_owned(),
            },
            "wait for the day, or remove it for a coded reason",
        )
        .by_rule(&rule)
        .at("on"));
    }
    Ok(vec![drafted(payload, asked, p.operator).under(&rule)])
}

fn corrected(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &Correct,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Head])?;
    let entry = find(world, p.operator, &p.entry)?;
    if asked.on != entry.from {
        return Err(Refusal::new(
            "listing.correction_day",
            format!(
                "a correction takes effect on the entry's first day, {}",
                entry.from
            ),
            "give that day as the legal date",
        )
        .at("on"));
    }
    reasoned(&p.reason)?;
    let mut draft = drafted(payload, asked, p.operator);
    if let (Some(code), false) = (&p.ground, entry.imported) {
        let rule = world.book().rule(slots(entry.list)?.0, entry.from)?;
        ground(&rule, code)?;
        draft = draft.under(&rule);
    }
    Ok(vec![draft])
}

/// That a reason is given, and no book.
pub(super) fn reasoned(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return Err(Refusal::new(
            "listing.reason_missing",
            format!("this needs a reason of 1 to {REASON_CHARS_MAX} characters"),
            "say why",
        )
        .at("data.reason"));
    }
    Ok(())
}

/// The slot of a list's grounds, and that of its removal; other lists are kept by other areas.
pub(super) fn slots(list: List) -> Result<(&'static str, &'static str), Refusal> {
    match list {
        List::Abnormal => Ok(("listing.abnormal", "listing.abnormal_removal")),
        List::Marks => Ok(("listing.marks", "listing.marks_removal")),
        List::Serious => Ok(("listing.serious", "listing.serious_removal")),
        _ => Err(wrong_list()),
    }
}

/// Individual businesses are marked; enterprises and cooperatives are listed.
fn fits(operator: CreditCode, list: List) -> Result<(), Refusal> {
    let individual = operator.kind() == OperatorKind::Individual;
    let right = match list {
        List::Abnormal => !individual,
        List::Marks => individual,
        List::Serious => true,
        _ => false,
    };
    if right {
        return Ok(());
    }
    Err(wrong_list())
}

fn wrong_list() -> Refusal {
    Refusal::new(
        "listing.wrong_list",
        "individual businesses are marked, all others are listed as abnormal; other lists are kept elsewhere",
        "choose the other of the lists abnormal and marks, or serious",
    )
    .at("data.list")
}

fn ground(rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
    match rule.code(code) {
        Ok(_) => Ok(()),
        Err(_) => Err(unknown("listing.ground_unknown", code, rule).at("data.ground")),
    }
}

pub(super) fn unknown(refusal: &'static str, code: &str, rule: &RuleRef<'_>) -> Refusal {
    let known: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
    let shown: String = code.chars().take(40).collect();
    Refusal::new(
        refusal,
        format!("the rule in force has no code {shown}"),
        format!("choose one of {}", known.join(", ")),
    )
    .by_rule(rule)
}

/// A deadline of the past that the action met or missed, and by how many days it missed it.
pub(super) fn late(
    world: &dyn World,
    draft: Draft,
    rule: &RuleRef<'_>,
    term: &str,
    start: Day,
    done: Day,
) -> Result<Draft, Refusal> {
    let calendar = world.book().calendar();
    let clock = Clock::begin(
        &format!("listing.{term}"),
        &rule.to_string(),
        rule.article(),
        start,
        rule.term(term)?,
        calendar,
    );
    let days = clock.due.days_until(done).max(0);
    Ok(draft.clock(clock).number(rule, "late_days", days))
}

fn stay(world: &dyn World, rule: &RuleRef<'_>, from: Day) -> Result<Clock, Refusal> {
    let (name, term) = (rule.to_string(), rule.term("stay")?);
    Ok(Clock::begin(
        "listing.stay",
        &name,
        rule.article(),
        from,
        term,
        world.book().calendar(),
    ))
}

/// The entry that takes the place of one whose removal by repair is revoked: the same list and
/// ground, its term begun anew.
pub(crate) fn restored(
    world: &dyn World,
    asked: &Asked<'_>,
    operator: CreditCode,
    removed: &Entry,
    id: String,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule(slots(removed.list)?.0, asked.on)?;
    let payload = ListingEvent::Entered(Enter {
        consent: String::new(),
        factors: Vec::new(),
        letters: Vec::new(),
        entry: id,
        ground: removed.ground.clone(),
        ground_found: asked.on,
        list: removed.list,
        operator,
    });
    let draft = drafted(&payload, asked, operator).under(&rule);
    Ok(match removed.list {
        List::Serious => draft.clock(stay(world, &rule, asked.on)?),
        List::Abnormal => match outstay::ahead(world, asked.on)? {
            Some(clock) => draft.clock(clock),
            None => draft,
        },
        _ => draft,
    })
}

fn listings(world: &dyn World, operator: CreditCode) -> Result<Shared<Listings>, Refusal> {
    registration::registered(world, operator)?;
    Ok(match world.entity(&operator_subject(operator)).as_deref() {
        Some(Entity::Operator(operator)) => operator.listing.clone(),
        _ => Shared::default(),
    })
}

/// The operator's entries, among which there is none of this id.
pub(super) fn fresh(
    world: &dyn World,
    operator: CreditCode,
    id: &str,
) -> Result<Shared<Listings>, Refusal> {
    let fine = (1..=ENTRY_ID_MAX).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if !fine {
        return Err(Refusal::new(
            "listing.entry_id",
            format!("an entry's id has 1 to {ENTRY_ID_MAX} characters of A-Z a-z 0-9 . _ -"),
            "choose such an id",
        )
        .at("data.entry"));
    }
    let known = listings(world, operator)?;
    if known.entry(id).is_some() {
        return Err(Refusal::new(
            "listing.entry_exists",
            "the operator has an entry of this id already",
            "choose another id, or correct the entry",
        )
        .at("data.entry"));
    }
    Ok(known)
}

pub(super) fn find(world: &dyn World, operator: CreditCode, id: &str) -> Result<Entry, Refusal> {
    listings(world, operator)?
        .entry(id)
        .cloned()
        .ok_or_else(|| {
            Refusal::new(
                "listing.entry_unknown",
                "the operator has no entry of this id",
                "name an entry that `show` lists",
            )
            .at("data.entry")
        })
}

pub(super) fn standing(
    world: &dyn World,
    on: Day,
    operator: CreditCode,
    id: &str,
) -> Result<Entry, Refusal> {
    let entry = find(world, operator, id)?;
    if entry.stands_on(on) {
        return Ok(entry);
    }
    Err(Refusal::new(
        "listing.entry_ended",
        format!("the entry does not stand on {on}"),
        "nothing is left to remove; correct the date if it is wrong",
    )
    .at("data.entry"))
}
