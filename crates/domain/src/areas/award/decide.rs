//! Award: judging.

use super::{Award, AwardEvent, End, GiveIncentive, Grant, Nominate, Revoke};
use crate::actor::Capacity;
use crate::areas::sharing::CORRESPONDENTS;
use crate::areas::{Payload, registration};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::{Entity, Operator};
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::row::List;
use crate::term::{Clock, compute_due};
use crate::world::{World, operator_subject};

/// The longest number of an award, in bytes.
const NUMBER_BYTES_MAX: usize = 48;
/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

const NOMINATORS: [Capacity; 3] = [Capacity::CreditOfficer, Capacity::Publisher, Capacity::Head];

/// Judges an action on an award.
///
/// # Errors
/// `award.number`, `award.exists`, `award.unknown`, `award.kind_unknown`, `award.reason_missing`,
/// `award.granted`, `award.not_granted`, `award.ended`, `award.on_list`, `award.penalised`,
/// `award.ground_unknown`, `award.incentive_unknown`, `award.incentive_given`, `award.not_due`,
/// `award.before_previous_step`, `registration.unknown`, `no_rule_in_force`, and those of who may
/// act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        AwardEvent::Nominated(p) => nominated(world, asked, payload, p),
        AwardEvent::Granted(p) => granted(world, asked, payload, p),
        AwardEvent::Revoked(p) => revoked(world, asked, payload, p),
        AwardEvent::Ended(p) => ended(world, asked, payload, p),
        AwardEvent::IncentiveGiven(p) => incentive(world, asked, payload, p),
    }
}

fn nominated(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
    p: &Nominate,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &NOMINATORS)?;
    registration::registered(world, p.operator)?;
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if !(1..=NUMBER_BYTES_MAX).contains(&p.award.len()) || !p.award.bytes().all(fine) {
        return Err(Refusal::new(
            "award.number",
            format!("an award's number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.award"));
    }
    if known(world, p.operator).awards.award(&p.award).is_some() {
        return Err(Refusal::new(
            "award.exists",
            "the operator has an award of this number on record",
            "choose another number",
        )
        .at("data.award"));
    }
    reasoned(&p.reason)?;
    let rule = world.book().rule("award.kinds", asked.on)?;
    coded("award.kind_unknown", &rule, &p.kind, "data.kind")?;
    Ok(vec![
        draft(payload, asked, p.operator)
            .under(&rule)
            .seen_by(Visibility::Departments),
    ])
}

fn granted(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
    p: &Grant,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &[Capacity::Head])?;
    let operator = known(world, p.operator);
    let award = open(&operator, asked, &p.award)?;
    if let Some(on) = award.granted {
        return Err(Refusal::new(
            "award.granted",
            format!("the award was granted on {on}"),
            "nothing is left to do",
        )
        .at("data.award"));
    }
    let kinds = world.book().rule("award.kinds", asked.on)?;
    let conduct = world.book().rule("award.conduct", asked.on)?;
    let term = world.book().rule("award.term", asked.on)?;
    worthy(world, &operator, &conduct, asked)?;
    let clock = Clock::begin(
        "award.stand",
        &term.to_string(),
        term.article(),
        asked.on,
        term.term("stand")?,
        world.book().calendar(),
    );
    let kind = award.kind.clone();
    Ok(vec![
        draft(payload, asked, p.operator)
            .under(&conduct)
            .under(&term)
            .word(&kinds, "kind", &kind)
            .clock(clock),
    ])
}

/// That nothing in the operator's file stands in the way.
fn worthy(
    world: &dyn World,
    operator: &Operator,
    rule: &RuleRef<'_>,
    asked: &Asked<'_>,
) -> Result<(), Refusal> {
    for list in [List::Abnormal, List::Marks, List::Serious] {
        if operator.listing.on_list(list, asked.on) {
            return Err(Refusal::new(
                "award.on_list",
                format!("the operator is on the list {} on that day", list.name()),
                "grant nothing while it is there",
            )
            .by_rule(rule)
            .at("data.operator"));
        }
    }
    let clean = rule.term("clean")?;
    let calendar = world.book().calendar();
    let until = |day| compute_due(day, &clean, calendar, &[]).day;
    let mut penalties = operator.enforcement.penalties.iter();
    let penalty = penalties.find(|p| {
        let served = p.served.filter(|_| p.is_in_effect_on(asked.on));
        served.is_some_and(|day| asked.on <= until(day))
    });
    match penalty.and_then(|p| p.served) {
        None => Ok(()),
        Some(served) => Err(Refusal::new(
            "award.penalised",
            format!("a penalty of {served} is too recent"),
            format!("wait until the day after {}", until(served)),
        )
        .by_rule(rule)
        .at("data.operator")),
    }
}

fn revoked(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
    p: &Revoke,
) -> Result<Drafts, Refusal> {
    let operator = known(world, p.operator);
    let award = standing(&operator, asked, &p.award)?;
    let register = world.register();
    register.may_for(asked.by, asked.on, &[Capacity::Head], award.authority)?;
    reasoned(&p.reason)?;
    let rule = world.book().rule("award.revocation", asked.on)?;
    coded("award.ground_unknown", &rule, &p.code, "data.code")?;
    Ok(vec![draft(payload, asked, p.operator).under(&rule)])
}

fn ended(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
    p: &End,
) -> Result<Drafts, Refusal> {
    let operator = known(world, p.operator);
    let award = standing(&operator, asked, &p.award)?;
    let register = world.register();
    register.may_for(asked.by, asked.on, &[Capacity::Clock], award.authority)?;
    let rule = world
        .book()
        .rule("award.term", award.granted.unwrap_or(asked.on))?;
    let due = award.clock.as_ref().map(|c| c.due);
    if due.is_none_or(|due| asked.on <= due) {
        return Err(Refusal::new(
            "award.not_due",
            match due {
                Some(due) => format!("the award stands until {due}"),
                None => "this award has no term".to_owned(),
            },
            "wait for the day after, or revoke it for a coded reason",
        )
        .by_rule(&rule)
        .at("on"));
    }
    Ok(vec![draft(payload, asked, p.operator).under(&rule)])
}

fn incentive(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &AwardEvent,
    p: &GiveIncentive,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &CORRESPONDENTS)?;
    let operator = known(world, p.operator);
    let award = standing(&operator, asked, &p.award)?;
    let rule = world.book().rule("award.incentives", asked.on)?;
    coded("award.incentive_unknown", &rule, &p.code, "data.code")?;
    let mut given = award.incentives.iter();
    if given.any(|i| i.code == p.code && i.by == asked.by.department) {
        return Err(Refusal::new(
            "award.incentive_given",
            "the department gives this incentive already",
            "nothing is left to do",
        )
        .at("data.code"));
    }
    Ok(vec![draft(payload, asked, p.operator).under(&rule)])
}

fn draft(payload: &AwardEvent, asked: &Asked<'_>, operator: CreditCode) -> Draft {
    Draft::new(Payload::Award(payload.clone()), asked.on)
        .about(operator_subject(operator))
        .seen_by(Visibility::Public)
}

fn known(world: &dyn World, code: CreditCode) -> Operator {
    match world.operator(code).as_deref() {
        Some(Entity::Operator(operator)) => (**operator).clone(),
        _ => Operator::default(),
    }
}

/// An award that is on record and did not end, at a step that does not lie before the last.
fn open<'a>(operator: &'a Operator, asked: &Asked<'_>, id: &str) -> Result<&'a Award, Refusal> {
    let award = operator.awards.award(id).ok_or_else(|| {
        Refusal::new(
            "award.unknown",
            "the operator has no award of this number",
            "nominate it first (award.nominate), or correct the number",
        )
        .at("data.award")
    })?;
    if let Some(ended) = &award.ended {
        return Err(Refusal::new(
            "award.ended",
            format!("the award ended on {}", ended.on),
            "nominate anew where something is to be awarded",
        )
        .at("data.award"));
    }
    let last = award.granted.or(award.nominated);
    if last.is_some_and(|last| asked.on < last) {
        return Err(Refusal::new(
            "award.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    Ok(award)
}

fn standing<'a>(operator: &'a Operator, asked: &Asked<'_>, id: &str) -> Result<&'a Award, Refusal> {
    let award = open(operator, asked, id)?;
    if award.granted.is_some() {
        return Ok(award);
    }
    Err(Refusal::new(
        "award.not_granted",
        "the award is nominated and not granted",
        "grant it first (award.grant)",
    )
    .at("data.award"))
}

fn coded(
    refusal: &'static str,
    rule: &RuleRef<'_>,
    code: &str,
    field: &'static str,
) -> Result<(), Refusal> {
    Refusal::unless_coded(refusal, rule, code).map_err(|refusal| refusal.at(field))
}

fn reasoned(reason: &str) -> Result<(), Refusal> {
    if (1..=REASON_CHARS_MAX).contains(&reason.trim().chars().count()) {
        return Ok(());
    }
    Err(Refusal::new(
        "award.reason_missing",
        format!("this needs a reason of 1 to {REASON_CHARS_MAX} characters"),
        "say why",
    )
    .at("data.reason"))
}
