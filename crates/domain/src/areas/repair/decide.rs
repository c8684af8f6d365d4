//! Repair: judging, under the rules of the day of application.

use super::case::{Case, all, begin, coded, promised};
use super::state::subject;
use super::target::find;
use super::track::state;
use super::{Apply, Repair, RepairEvent, Revoke, Stage, Track};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::{Entity, Operator};
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::world::{World, operator_subject};

/// The longest number of an application, in bytes.
const NUMBER_BYTES_MAX: usize = 48;

/// Judges an action on a credit repair.
///
/// # Errors
/// `repair.number`, `repair.exists`, `repair.unknown`, `repair.illegal_order`,
/// `repair.before_previous_step`, `repair.target_unknown`, `repair.target_over`,
/// `repair.already_open`, `repair.already_granted`, `repair.tracks_missing`,
/// `repair.track_not_applied_for`, `repair.track_not_for_this`, `repair.commitment_unknown`,
/// `repair.commitment_false`, `repair.not_the_decider`, `repair.too_early`,
/// `repair.publication_ended`, `repair.not_performed`, `repair.harm_remains`,
/// `repair.commitment_missing`, `repair.commitment_not_public`, `repair.code_unknown`,
/// `repair.reason_missing`, `repair.department_unknown`,
/// `registration.unknown`, `no_rule_in_force`, those of a list removal, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RepairEvent,
) -> Result<Drafts, Refusal> {
    if let RepairEvent::Applied(p) = payload {
        return applied(world, asked, payload, p);
    }
    let officers = [Capacity::CreditOfficer, Capacity::Head];
    world.register().may(asked.by, asked.on, &officers)?;
    let number = number(payload);
    let known = known(world, number)?;
    let (Some(operator), Some(target), Some(day)) = (known.operator, &known.target, known.applied)
    else {
        return Err(Refusal::new(
            "repair.unknown",
            "no application of this number is on record",
            "apply first, or correct the number",
        )
        .at("data.repair"));
    };
    if known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "repair.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    let holder = holder(world, operator)?;
    let case = Case {
        world,
        asked,
        number,
        record: find(world, &holder, target, asked.on)?,
        holder,
        operator,
        known: &known,
        day,
    };
    case.decider()?;
    match payload {
        RepairEvent::Applied(_) => Err(case.order()),
        RepairEvent::Accepted(_) => case.accepted(payload),
        RepairEvent::Declined(p) => {
            case.must(&[Stage::Applied])?;
            let rule = world.book().rule("repair.decline_grounds", day)?;
            coded(&rule, &p.code)?;
            let draft = case.late(case.draft(payload)?, "repair.samr_accept", "repair.accept")?;
            Ok(vec![draft.under(&rule)])
        }
        RepairEvent::Checked(p) => case.checked(payload, p),
        RepairEvent::Granted(p) => case.granted(payload, p),
        RepairEvent::Refused(p) => {
            case.must(&[Stage::Accepted, Stage::Checked])?;
            let rule = world.book().rule("repair.refusal_grounds", day)?;
            coded(&rule, &p.code)?;
            let draft = case.late(case.draft(payload)?, "repair.samr_decide", "repair.decide")?;
            Ok(vec![draft.under(&rule)])
        }
        RepairEvent::PassedOn(p) => case.passed_on(payload, p),
        RepairEvent::Revoked(p) => case.revoked(payload, p),
    }
}

/// The revocations that follow where a commitment is found false: of each repair that rests on it
/// and that the asker's department decides.
pub(crate) fn revoked_with(
    world: &dyn World,
    asked: &Asked<'_>,
    operator: CreditCode,
    commitment: &str,
) -> Result<Drafts, Refusal> {
    let holder = holder(world, operator)?;
    let mut drafts = Drafts::new();
    for application in &holder.repairs.applications {
        if application.commitment != commitment || application.stage != Stage::Granted {
            continue;
        }
        let known = known(world, &application.number)?;
        let (Some(target), Some(day)) = (&known.target, known.applied) else {
            continue;
        };
        let case = Case {
            world,
            asked,
            number: &application.number,
            record: find(world, &holder, target, asked.on)?,
            holder: holder.clone(),
            operator,
            known: &known,
            day,
        };
        if case.decider().is_ok() {
            let revoke = Revoke {
                code: "false_commitment".to_owned(),
                reason: format!("commitment {commitment} was found false"),
                repair: application.number.clone(),
            };
            drafts.extend(case.revoked(&RepairEvent::Revoked(revoke.clone()), &revoke)?);
        }
    }
    Ok(drafts)
}

fn applied(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RepairEvent,
    p: &Apply,
) -> Result<Drafts, Refusal> {
    let who = [Capacity::CreditOfficer, Capacity::Registrar, Capacity::Head];
    world.register().may(asked.by, asked.on, &who)?;
    if known(world, &p.repair)?.stage != Stage::Unknown {
        return Err(Refusal::new(
            "repair.exists",
            "an application of this number is on record",
            "choose another number",
        )
        .at("data.repair"));
    }
    let holder = holder(world, p.operator)?;
    let record = find(world, &holder, &p.target, asked.on)?;
    if record.over {
        return Err(Refusal::new(
            "repair.target_over",
            format!("{} does not stand on {}", p.target.about(), asked.on),
            "nothing is left to repair; correct the date if it is wrong",
        )
        .at("data.target"));
    }
    free(&holder, p, asked.on)?;
    if !p.commitment.is_empty() {
        promised(&holder, &p.commitment, asked.on)?;
    }
    let judged = all(world, &record, &p.tracks, asked.on)?;
    let mut draft = Draft::new(Payload::Repair(payload.clone()), asked.on)
        .about(named(&p.repair)?)
        .about(operator_subject(p.operator));
    if p.tracks.contains(&Track::Samr) {
        let rule = world.book().rule("repair.samr_accept", asked.on)?;
        draft = draft
            .under(&rule)
            .clock(begin(world, &rule, "repair.accept", "accept", asked.on)?);
    }
    Ok(vec![state(draft, &judged, asked.on)])
}

/// That no other application for the same record is open or granted.
fn free(holder: &Operator, p: &Apply, on: Day) -> Result<(), Refusal> {
    let about = p.target.about();
    let same = |a: &&super::Application| a.about == about && a.stage.open();
    if let Some(other) = holder.repairs.applications.iter().find(same) {
        return Err(Refusal::new(
            "repair.already_open",
            format!(
                "application {} for the same record is still open",
                other.number
            ),
            "decide that one first",
        )
        .at("data.target"));
    }
    if holder.repairs.granted(&about, on) {
        return Err(Refusal::new(
            "repair.already_granted",
            "a repair of the same record was granted",
            "grant the other track under the same application, where it is open",
        )
        .at("data.target"));
    }
    Ok(())
}

fn number(payload: &RepairEvent) -> &str {
    match payload {
        RepairEvent::Applied(p) => &p.repair,
        RepairEvent::Accepted(p) => &p.repair,
        RepairEvent::Declined(p) => &p.repair,
        RepairEvent::Checked(p) => &p.repair,
        RepairEvent::Granted(p) => &p.repair,
        RepairEvent::Refused(p) => &p.repair,
        RepairEvent::PassedOn(p) => &p.repair,
        RepairEvent::Revoked(p) => &p.repair,
    }
}

pub(super) fn named(number: &str) -> Result<crate::subject::Subject, Refusal> {
    let fits = number.len() <= NUMBER_BYTES_MAX;
    match subject(number) {
        Ok(me) if fits => Ok(me),
        _ => Err(Refusal::new(
            "repair.number",
            format!("a number has 1 to {NUMBER_BYTES_MAX} characters of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.repair")),
    }
}

fn known(world: &dyn World, number: &str) -> Result<Repair, Refusal> {
    Ok(match world.entity(&named(number)?).as_deref() {
        Some(Entity::Repair(known)) => (**known).clone(),
        _ => Repair::default(),
    })
}

fn holder(world: &dyn World, code: CreditCode) -> Result<Operator, Refusal> {
    registration::registered(world, code)?;
    Ok(match world.operator(code).as_deref() {
        Some(Entity::Operator(operator)) => (**operator).clone(),
        _ => Operator::default(),
    })
}
