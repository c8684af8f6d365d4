//! Complaint: judging, under the rules of the day of receipt.

use super::{Complaint, ComplaintEvent, Stage};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Exclusion};
use crate::world::{World, operator_subject};

/// The longest word for a cause, in bytes.
const CAUSE_BYTES_MAX: usize = 64;

/// Judges an action on a complaint.
///
/// # Errors
/// `complaint.number`, `complaint.exists`, `complaint.unknown`, `complaint.illegal_order`,
/// `complaint.before_previous_step`, `complaint.cause`, `complaint.code_unknown`,
/// `complaint.term_not_over`, `complaint.exclusion_dates`, `complaint.exclusion_not_provided`,
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ComplaintEvent,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::ComplaintDesk])?;
    let number = number(payload);
    let me = Subject::new(Kind::Complaint, number).map_err(|e| {
        Refusal::new("complaint.number", e.to_string(), "choose such a number").at("data.complaint")
    })?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Complaint(known)) => (**known).clone(),
        _ => Complaint::default(),
    };
    let draft = Draft::new(Payload::Complaint(payload.clone()), asked.on).about(me);
    if let ComplaintEvent::Filed(p) = payload {
        if known.stage != Stage::Unknown {
            return Err(Refusal::new(
                "complaint.exists",
                "a complaint of this number is on record",
                "choose another number",
            )
            .at("data.complaint"));
        }
        if p.cause.is_empty() || p.cause.len() > CAUSE_BYTES_MAX {
            let what = format!("the cause has 1 to {CAUSE_BYTES_MAX} bytes");
            return Err(Refusal::new("complaint.cause", what, "name it").at("data.cause"));
        }
        registration::registered(world, p.operator)?;
        let rule = world.book().rule("complaint.decide", asked.on)?;
        let clock = begin(world, &rule, "complaint.decide", "decide", asked.on)?;
        let draft = draft
            .about(operator_subject(p.operator))
            .under(&rule)
            .clock(clock);
        return Ok(vec![draft.seen_by(crate::event::Visibility::Restricted)]);
    }
    let (Some(operator), Some(received)) = (known.operator, known.received) else {
        return Err(Refusal::new(
            "complaint.unknown",
            "no complaint of this number is on record",
            "file it first, or correct the number",
        )
        .at("data.complaint"));
    };
    if known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "complaint.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    let draft = draft.about(operator_subject(operator));
    step(world, asked, payload, &known, received, draft)
}

fn step(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ComplaintEvent,
    known: &Complaint,
    received: Day,
    draft: Draft,
) -> Result<Drafts, Refusal> {
    let rule = |slot| world.book().rule(slot, received);
    match payload {
        ComplaintEvent::Filed(_) => Err(order(known)),
        ComplaintEvent::Accepted(_) => {
            must(known, &[Stage::Received])?;
            let mediation = rule("complaint.mediation")?;
            let clock = begin(
                world,
                &mediation,
                "complaint.mediation",
                "mediate",
                asked.on,
            )?;
            let draft = late(draft, &rule("complaint.decide")?, known, asked.on);
            Ok(vec![draft.under(&mediation).clock(clock)])
        }
        ComplaintEvent::Refused(p) => {
            must(known, &[Stage::Received])?;
            let grounds = rule("complaint.refusal_grounds")?;
            coded(&grounds, &p.code)?;
            let draft = late(draft, &rule("complaint.decide")?, known, asked.on);
            Ok(vec![draft.under(&grounds)])
        }
        ComplaintEvent::TimeExcluded(p) => {
            must(known, &[Stage::Mediation])?;
            let excluded = rule("complaint.excluded_time")?;
            if !excluded.flag("testing_excluded") {
                return Err(Refusal::new(
                    "complaint.exclusion_not_provided",
                    "the rule in force leaves no time out",
                    "go on without",
                )
                .by_rule(&excluded));
            }
            let clock = known.clock.clone().ok_or_else(|| order(known))?;
            if p.to < p.from || p.from <= clock.start || p.from > clock.due {
                return Err(Refusal::new(
                    "complaint.exclusion_dates",
                    format!(
                        "the days left out lie between {} and {}",
                        clock.start, clock.due
                    ),
                    "correct the dates",
                )
                .by_rule(&excluded)
                .at("data.from"));
            }
            let mut clock = clock;
            let reason = "appraisal or testing".to_owned();
            let exclusion = Exclusion {
                from: p.from,
                reason,
                to: p.to,
            };
            clock.exclude(exclusion, world.book().calendar());
            Ok(vec![draft.under(&excluded).clock(clock)])
        }
        ComplaintEvent::Agreed(_) => {
            must(known, &[Stage::Mediation])?;
            Ok(vec![late(
                draft,
                &rule("complaint.mediation")?,
                known,
                asked.on,
            )])
        }
        ComplaintEvent::Terminated(p) => {
            must(known, &[Stage::Mediation])?;
            let grounds = rule("complaint.termination_grounds")?;
            coded(&grounds, &p.code)?;
            let over = grounds.amount("term_over_code")?.to_string() == p.code;
            let due = known.clock.as_ref().map(|c| c.due).filter(|_| over);
            if let Some(due) = due.filter(|due| asked.on <= *due) {
                return Err(Refusal::new(
                    "complaint.term_not_over",
                    format!("the term of mediation runs until {due}"),
                    "wait for the day after, or terminate on another ground",
                )
                .by_rule(&rule("complaint.mediation")?)
                .at("data.code"));
            }
            let tell = rule("complaint.tell_parties")?;
            let clock = begin(world, &tell, "complaint.tell_parties", "tell", asked.on)?;
            Ok(vec![draft.under(&grounds).under(&tell).clock(clock)])
        }
        ComplaintEvent::Withdrawn(_) => {
            must(known, &[Stage::Received, Stage::Mediation])?;
            Ok(vec![draft])
        }
    }
}

fn number(payload: &ComplaintEvent) -> &str {
    match payload {
        ComplaintEvent::Filed(p) => &p.complaint,
        ComplaintEvent::Accepted(p) => &p.complaint,
        ComplaintEvent::Refused(p) => &p.complaint,
        ComplaintEvent::TimeExcluded(p) => &p.complaint,
        ComplaintEvent::Agreed(p) => &p.complaint,
        ComplaintEvent::Terminated(p) => &p.complaint,
        ComplaintEvent::Withdrawn(p) => &p.complaint,
    }
}

fn begin(
    world: &dyn World,
    rule: &RuleRef<'_>,
    name: &str,
    term: &str,
    start: Day,
) -> Result<Clock, Refusal> {
    let (text, term) = (rule.to_string(), rule.term(term)?);
    Ok(Clock::begin(
        name,
        &text,
        rule.article(),
        start,
        term,
        world.book().calendar(),
    ))
}

/// By how many days the running deadline was missed; 0 where it was met.
fn late(draft: Draft, rule: &RuleRef<'_>, known: &Complaint, done: Day) -> Draft {
    let days = known
        .clock
        .as_ref()
        .map_or(0, |clock| clock.due.days_until(done).max(0));
    draft.number(rule, "late_days", days)
}

fn must(known: &Complaint, stages: &[Stage]) -> Result<(), Refusal> {
    if stages.contains(&known.stage) {
        Ok(())
    } else {
        Err(order(known))
    }
}

fn order(known: &Complaint) -> Refusal {
    Refusal::new(
        "complaint.illegal_order",
        format!("the complaint stands at {}", known.stage.name()),
        "a complaint is received, then accepted or refused, then mediated to an end",
    )
    .at("type")
}

fn coded(rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
    if rule.code(code).is_ok() {
        return Ok(());
    }
    let known: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
    Err(Refusal::new(
        "complaint.code_unknown",
        "the rule in force has no such code",
        format!("choose one of {}", known.join(", ")),
    )
    .by_rule(rule)
    .at("data.code"))
}
