//! Guidance: judging.

use super::{Alert, FollowUp, Give, Guidance, GuidanceEvent, PublishAlert};
use crate::actor::Capacity;
use crate::areas::sharing::{CORRESPONDENTS, late, matter_text};
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::{World, operator_subject};

/// The longest number, in bytes.
const NUMBER_BYTES_MAX: usize = 64;
/// Operators to which one piece of guidance may go.
const OPERATORS_MAX: usize = 200;

const PUBLISHERS: [Capacity; 2] = [Capacity::Publisher, Capacity::Head];

/// Judges an action on guidance or an alert.
///
/// # Errors
/// `guidance.number`, `guidance.exists`, `guidance.unknown`, `guidance.kind_unknown`,
/// `guidance.operators`, `guidance.text`, `guidance.followed_up`, `guidance.ended`,
/// `guidance.ground_unknown`, `guidance.not_due`, `guidance.before_previous_step`,
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &GuidanceEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        GuidanceEvent::Given(p) => given(world, asked, payload, p),
        GuidanceEvent::FollowedUp(p) => followed_up(world, asked, payload, p),
        GuidanceEvent::AlertPublished(p) => published(world, asked, payload, p),
        GuidanceEvent::AlertWithdrawn(p) => {
            let (me, known) = alert(world, asked, &p.alert)?;
            acts(world, asked, &PUBLISHERS, &known)?;
            let rule = world.book().rule("guidance.withdrawal", asked.on)?;
            Refusal::unless_coded("guidance.ground_unknown", &rule, &p.code)?;
            Ok(vec![public(payload, asked, me).under(&rule)])
        }
        GuidanceEvent::AlertExpired(p) => {
            let (me, known) = alert(world, asked, &p.alert)?;
            acts(world, asked, &[Capacity::Clock], &known)?;
            let began = known.published.unwrap_or(asked.on);
            let rule = world.book().rule("guidance.alert", began)?;
            let due = known.clock.as_ref().map_or(Day::MAX, |c| c.due);
            if asked.on <= due {
                return Err(Refusal::new(
                    "guidance.not_due",
                    format!("the alert is shown until {due}"),
                    "wait for the day after, or withdraw it for a coded reason",
                )
                .by_rule(&rule)
                .at("on"));
            }
            Ok(vec![public(payload, asked, me).under(&rule)])
        }
    }
}

fn given(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &GuidanceEvent,
    p: &Give,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &CORRESPONDENTS)?;
    let me = fresh(world, Kind::Guidance, &p.guidance, "data.guidance")?;
    matter_text("guidance.text", "data.text", &p.text)?;
    if !(1..=OPERATORS_MAX).contains(&p.operators.len()) {
        return Err(Refusal::new(
            "guidance.operators",
            format!("guidance goes to 1 to {OPERATORS_MAX} operators"),
            "name them; warn the public by an alert (guidance.publish_alert)",
        )
        .at("data.operators"));
    }
    let kinds = world.book().rule("guidance.kinds", asked.on)?;
    Refusal::unless_coded("guidance.kind_unknown", &kinds, &p.kind)
        .map_err(|refusal| refusal.at("data.kind"))?;
    let follow = world.book().rule("guidance.follow_up", asked.on)?;
    let clock = clock(world, "guidance.follow_up", &follow, "follow_up", asked.on)?;
    let mut draft = Draft::new(Payload::Guidance(payload.clone()), asked.on).about(me);
    for code in &p.operators {
        registration::registered(world, *code)?;
        draft = draft.about(operator_subject(*code));
    }
    Ok(vec![draft.under(&kinds).under(&follow).clock(clock)])
}

fn followed_up(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &GuidanceEvent,
    p: &FollowUp,
) -> Result<Drafts, Refusal> {
    let me = subject(Kind::Guidance, &p.guidance, "data.guidance")?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Guidance(known)) => (**known).clone(),
        _ => Guidance::default(),
    };
    let (Some(given), Some(by)) = (known.given, known.given_by) else {
        return Err(unknown("data.guidance"));
    };
    let register = world.register();
    register.may_for(asked.by, asked.on, &CORRESPONDENTS, by)?;
    matter_text("guidance.text", "data.note", &p.note)?;
    if known.followed_up.is_some() {
        return Err(Refusal::new(
            "guidance.followed_up",
            "it was looked after before",
            "give new guidance where something is left to say",
        )
        .at("data.guidance"));
    }
    not_before(asked, given)?;
    let rule = world.book().rule("guidance.follow_up", given)?;
    let draft = Draft::new(Payload::Guidance(payload.clone()), asked.on).about(me);
    let draft = known
        .operators
        .iter()
        .fold(draft, |draft, code| draft.about(operator_subject(*code)));
    let clock = known.clock.as_ref();
    Ok(vec![late(draft, &rule, clock, asked.on).under(&rule)])
}

fn published(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &GuidanceEvent,
    p: &PublishAlert,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &PUBLISHERS)?;
    let me = fresh(world, Kind::Alert, &p.alert, "data.alert")?;
    matter_text("guidance.text", "data.title", &p.title.zh)?;
    matter_text("guidance.text", "data.text", &p.text.zh)?;
    let rule = world.book().rule("guidance.alert", asked.on)?;
    let clock = clock(world, "guidance.show", &rule, "show", asked.on)?;
    Ok(vec![public(payload, asked, me).under(&rule).clock(clock)])
}

fn public(payload: &GuidanceEvent, asked: &Asked<'_>, me: Subject) -> Draft {
    Draft::new(Payload::Guidance(payload.clone()), asked.on)
        .about(me)
        .seen_by(Visibility::Public)
}

fn acts(
    world: &dyn World,
    asked: &Asked<'_>,
    allowed: &[Capacity],
    known: &Alert,
) -> Result<(), Refusal> {
    let handler = known.published_by.unwrap_or(asked.by.department);
    let register = world.register();
    register.may_for(asked.by, asked.on, allowed, handler)?;
    Ok(())
}

/// An alert that is shown.
fn alert(world: &dyn World, asked: &Asked<'_>, number: &str) -> Result<(Subject, Alert), Refusal> {
    let me = subject(Kind::Alert, number, "data.alert")?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Alert(known)) => (**known).clone(),
        _ => Alert::default(),
    };
    let published = known.published.ok_or_else(|| unknown("data.alert"))?;
    if let Some((on, _)) = &known.ended {
        return Err(Refusal::new(
            "guidance.ended",
            format!("the alert ended on {on}"),
            "publish a new one where consumers are to be warned",
        )
        .at("data.alert"));
    }
    not_before(asked, published)?;
    Ok((me, known))
}

fn clock(
    world: &dyn World,
    name: &str,
    rule: &RuleRef<'_>,
    term: &str,
    start: Day,
) -> Result<Clock, Refusal> {
    Ok(Clock::begin(
        name,
        &rule.to_string(),
        rule.article(),
        start,
        rule.term(term)?,
        world.book().calendar(),
    ))
}

fn fresh(
    world: &dyn World,
    kind: Kind,
    number: &str,
    field: &'static str,
) -> Result<Subject, Refusal> {
    let me = subject(kind, number, field)?;
    match world.entity(&me) {
        None => Ok(me),
        Some(_) => Err(Refusal::new(
            "guidance.exists",
            "this number is on record",
            "choose another number",
        )
        .at(field)),
    }
}

fn subject(kind: Kind, number: &str, field: &'static str) -> Result<Subject, Refusal> {
    let me = Subject::new(kind, number).ok();
    let me = me.filter(|_| number.len() <= NUMBER_BYTES_MAX);
    me.ok_or_else(|| {
        Refusal::new(
            "guidance.number",
            format!("a number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at(field)
    })
}

fn unknown(field: &'static str) -> Refusal {
    Refusal::new(
        "guidance.unknown",
        "nothing of this number is on record",
        "record it first, or correct the number",
    )
    .at(field)
}

fn not_before(asked: &Asked<'_>, step: Day) -> Result<(), Refusal> {
    if step <= asked.on {
        return Ok(());
    }
    Err(Refusal::new(
        "guidance.before_previous_step",
        "the step would lie before the one before it",
        "correct the date",
    )
    .at("on"))
}
