//! Complaint: judging, under the rules of the day of receipt.

use super::{
    Assign, Complaint, ComplaintEvent, File, Merge, OnPlatform, Party, Refuse, Stage, Tell, outcome,
};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, compute_due};
use crate::world::{World, operator_subject};

/// The longest word for a cause, product, unit, platform or commission, in bytes.
const WORD_BYTES_MAX: usize = 64;
/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

/// A complaint on record and what is needed to judge a step of it.
pub(super) struct Step<'a> {
    pub(super) world: &'a dyn World,
    pub(super) asked: &'a Asked<'a>,
    pub(super) known: Complaint,
    pub(super) operator: CreditCode,
    pub(super) received: Day,
    /// Names the complaint and the operator.
    pub(super) draft: Draft,
}

/// Judges an action on a complaint.
///
/// # Errors
/// `complaint.number`, `complaint.exists`, `complaint.unknown`, `complaint.illegal_order`,
/// `complaint.before_previous_step`, `complaint.word`, `complaint.code_unknown`,
/// `complaint.harm_known_later`, `complaint.division`, `complaint.not_competent`,
/// `complaint.assignment`, `complaint.reasons_missing`, `complaint.ground_not_given`,
/// `complaint.not_the_same`, `complaint.nothing_to_tell`, `complaint.negotiation`,
/// `complaint.mediation_not_open`, `complaint.term_not_over`, `complaint.clock_code`,
/// `complaint.exclusion_dates`, `complaint.exclusion_not_provided`, `complaint.perform_by`,
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ComplaintEvent,
) -> Result<Drafts, Refusal> {
    let me = subject(payload.number())?;
    let known = complaint(world, &me);
    let draft = Draft::new(Payload::Complaint(payload.clone()), asked.on).about(me);
    if let ComplaintEvent::Filed(p) = payload {
        return filed(world, asked, p, &known, draft);
    }
    let (Some(operator), Some(received), Some(handler)) =
        (known.operator, known.received, known.handler)
    else {
        let register = world.register();
        register.may(asked.by, asked.on, &[Capacity::ComplaintDesk])?;
        return Err(unknown("data.complaint"));
    };
    let desk_or_clock = [Capacity::ComplaintDesk, Capacity::Clock];
    let allowed = match payload {
        ComplaintEvent::Terminated(_) => &desk_or_clock[..],
        _ => &desk_or_clock[..1],
    };
    let register = world.register();
    register.may_for(asked.by, asked.on, allowed, handler)?;
    // What the calendar brought about takes effect on its own day, also where it is recorded late.
    let calendar = asked.by.capacity == Capacity::Clock;
    if !calendar && known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "complaint.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    let step = Step {
        world,
        asked,
        known,
        operator,
        received,
        draft: draft.about(operator_subject(operator)),
    };
    let draft = match payload {
        ComplaintEvent::Filed(_) => return Err(step.order()),
        ComplaintEvent::Assigned(p) => assigned(step, p)?,
        ComplaintEvent::Accepted(_) => accepted(step)?,
        ComplaintEvent::Refused(p) => refused(step, p)?,
        ComplaintEvent::Merged(p) => merged(step, p)?,
        ComplaintEvent::Told(p) => told(step, p)?,
        other => outcome::decide(step, other)?,
    };
    Ok(vec![draft])
}

fn filed(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &File,
    known: &Complaint,
    draft: Draft,
) -> Result<Drafts, Refusal> {
    let desk = [Capacity::ComplaintDesk];
    let department = world.register().may(asked.by, asked.on, &desk)?;
    if known.stage != Stage::Unknown {
        return Err(Refusal::new(
            "complaint.exists",
            "a complaint of this number is on record",
            "choose another number",
        )
        .at("data.complaint"));
    }
    word(&p.cause, 1, "data.cause")?;
    word(&p.product, 0, "data.product")?;
    if p.harm_known.is_some_and(|day| asked.on < day) {
        return Err(Refusal::new(
            "complaint.harm_known_later",
            "the harm would be known after the complaint was received",
            "correct one of the two dates",
        )
        .at("data.harm_known"));
    }
    registration::registered(world, p.operator)?;
    let rule = world.book().rule("complaint.decide", asked.on)?;
    let clock = begin(world, &rule, "complaint.decide", "decide", asked.on)?;
    let draft = draft
        .about(operator_subject(p.operator))
        .under(&rule)
        .clock(clock)
        .seen_by(Visibility::Restricted);
    let draft = match &p.platform {
        Some(platform) => {
            word(&platform.name, 1, "data.platform.name")?;
            competence(world, asked.on, platform, &department.division, draft)?
        }
        None => draft,
    };
    Ok(vec![draft])
}

fn assigned(step: Step<'_>, p: &Assign) -> Result<Draft, Refusal> {
    step.must(&[Stage::Received, Stage::Mediation])?;
    let (register, on) = (step.world.register(), step.asked.on);
    let wrong = |what: &str, field: &str| {
        let remedy = "name a department, officer or unit that can handle complaints on that day";
        Refusal::new("complaint.assignment", what, remedy).at(field)
    };
    word(&p.unit, 0, "data.unit")?;
    let handler = p.department.or(step.known.handler);
    let department = handler.and_then(|code| register.departments.get(&code));
    let department = department.filter(|d| d.stands_on(on));
    let Some(department) = department.filter(|d| d.holds(Capacity::ComplaintDesk, on)) else {
        return Err(wrong(
            "the department has no complaint desk on that day",
            "data.department",
        ));
    };
    let officer = p.officer.as_deref();
    if officer.is_some_and(|o| !department.posted(o, Capacity::ComplaintDesk, on)) {
        let what = "this officer holds no post at its complaint desk on that day";
        return Err(wrong(what, "data.officer"));
    }
    if p.unit.is_empty() && p.officer.is_none() && p.department.is_none() {
        return Err(wrong("nobody is named", "data"));
    }
    match (&step.known.platform, p.department) {
        (Some(platform), Some(_)) => competence(
            step.world,
            step.received,
            platform,
            &department.division,
            step.draft,
        ),
        _ => Ok(step.draft),
    }
}

fn accepted(step: Step<'_>) -> Result<Draft, Refusal> {
    step.must(&[Stage::Received])?;
    if step.known.competent == Some(false) {
        let rule = step.rule("complaint.handler")?;
        return Err(Refusal::new(
            "complaint.not_competent",
            "another place's authority handles this operator of a platform",
            "hand it over (complaint.assign), or refuse it as outside this authority",
        )
        .by_rule(&rule)
        .at("type"));
    }
    let mediation = step.rule("complaint.mediation")?;
    let (on, tell) = (step.asked.on, step.tell_decision()?);
    let clock = begin(step.world, &mediation, "complaint.mediation", "mediate", on)?;
    let draft = step.late("complaint.decide")?;
    Ok(draft.under(&mediation).clock(clock).clock(tell))
}

fn refused(step: Step<'_>, p: &Refuse) -> Result<Draft, Refusal> {
    step.must(&[Stage::Received])?;
    let grounds = step.rule("complaint.refusal_grounds")?;
    coded(&grounds, &p.code)?;
    let long = p.reason.chars().count() > REASON_CHARS_MAX;
    let lacking = p.reason.trim().is_empty() || p.other_ways.is_empty();
    if long || (grounds.flag("reasons_required") && lacking) {
        return Err(Refusal::new(
            "complaint.reasons_missing",
            "a refusal says why, and what else the consumer can do",
            format!("give reason (at most {REASON_CHARS_MAX} characters) and other_ways"),
        )
        .by_rule(&grounds)
        .at("data.reason"));
    }
    let is = |name: &str| Ok::<bool, Refusal>(grounds.amount(name)?.to_string() == p.code);
    if is("over_years_code")?
        && let Some(harm_known) = step.known.harm_known
    {
        let calendar = step.world.book().calendar();
        let last = compute_due(harm_known, &grounds.term("limit")?, calendar, &[]).day;
        if step.received <= last {
            return Err(Refusal::new(
                "complaint.ground_not_given",
                format!("the harm became known on {harm_known}; the time ran until {last}"),
                "accept the complaint, or refuse it on a ground that is given",
            )
            .by_rule(&grounds)
            .at("data.code"));
        }
    }
    if let Some(other) = &p.duplicate_of {
        if !is("handled_code")? {
            let what = "only a complaint refused as handled names another";
            return Err(not_the_same(what).at("data.duplicate_of"));
        }
        same(&step, other, "data.duplicate_of")?;
    }
    let tell = step.tell_decision()?;
    let draft = step.late("complaint.decide")?;
    Ok(draft.under(&grounds).clock(tell))
}

fn merged(step: Step<'_>, p: &Merge) -> Result<Draft, Refusal> {
    step.must(&[Stage::Received, Stage::Mediation])?;
    let rule = step.rule("complaint.merging")?;
    let (other, into) = same(&step, &p.into, "data.into")?;
    if !into.is_open() {
        let what = format!("the complaint to merge into is {}", into.stage.name());
        return Err(not_the_same(what).by_rule(&rule));
    }
    let mut draft = step.draft.about(other).under(&rule);
    // The term runs from the last receipt, where it has not been decided on yet.
    let restarts = rule.flag("restarts") && into.stage == Stage::Received;
    if let Some(mut clock) = into.clock.filter(|c| restarts && c.start < step.received) {
        clock.restart(step.received, step.world.book().calendar());
        draft = draft.clock(clock);
    }
    Ok(draft)
}

fn told(step: Step<'_>, p: &Tell) -> Result<Draft, Refusal> {
    let left = step.known.to_tell();
    let open = step.known.tell.clone().filter(|_| {
        let told: Vec<&Party> = p.parties.iter().collect();
        !told.is_empty() && told.iter().all(|party| left.contains(party))
    });
    let Some(clock) = open else {
        return Err(Refusal::new(
            "complaint.nothing_to_tell",
            "these parties need not be told of anything, or have been told",
            "name only parties that still wait to be told",
        )
        .at("data.parties"));
    };
    // The step is done, in time or late, with the last party told.
    if p.parties.len() < left.len() {
        return Ok(step.draft);
    }
    let slot = match step.known.stage {
        Stage::Terminated => "complaint.tell_parties",
        _ => "complaint.decide",
    };
    let rule = step.rule(slot)?;
    let days = clock.due.days_until(step.asked.on).max(0);
    Ok(step.draft.number(&rule, "late_days", days))
}

/// Another complaint about the same operator, which the asker says is about the same facts.
fn same(step: &Step<'_>, number: &str, field: &str) -> Result<(Subject, Complaint), Refusal> {
    let other = subject(number)?;
    let known = complaint(step.world, &other);
    if known.operator.is_none() {
        return Err(unknown(field));
    }
    if known.operator != Some(step.operator) || step.draft.subjects.contains(&other) {
        return Err(not_the_same(
            "the complaints are about different operators, or one and the same",
        )
        .at(field));
    }
    Ok((other, known))
}

/// Which place's authority is competent for an operator inside a platform, and whether it is the
/// department's own.
fn competence(
    world: &dyn World,
    received: Day,
    platform: &OnPlatform,
    own: &str,
    draft: Draft,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule("complaint.handler", received)?;
    let shown = &platform.shown_division;
    for (text, least, field) in [
        (shown, 0, "data.platform.shown_division"),
        (&platform.division, 6, "data.platform.division"),
    ] {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.len() < least || text.len() > 12 || (1..6).contains(&text.len()) {
            return Err(Refusal::new(
                "complaint.division",
                "a division code (GB/T 2260) has 6 to 12 digits",
                "give the code of the division",
            )
            .at(field));
        }
    }
    let place = if shown.is_empty() {
        &platform.division
    } else {
        shown
    };
    let either = rule.flag("either_place") && covers(own, &platform.division);
    let (here, basis) = match (covers(own, place), shown.is_empty()) {
        (by_place, false) if by_place || !either => (by_place, "shown_address"),
        (by_place, _) => (by_place || either, "platform_domicile"),
    };
    Ok(draft
        .word(&rule, "competence", if here { "here" } else { "elsewhere" })
        .word(&rule, "competence_basis", basis))
}

/// Whether a department's division takes in a place: pairs of zeros at the end of a six-digit code
/// stand for whole levels (371300 a city, 370000 a province).
fn covers(own: &str, place: &str) -> bool {
    let mut level = own;
    while own.len() == 6 && level.len() > 2 && level.ends_with("00") {
        level = &level[..level.len() - 2];
    }
    place.starts_with(level)
}

impl<'a> Step<'a> {
    /// The rule that fills a slot on the day of receipt.
    pub(super) fn rule(&self, slot: &str) -> Result<RuleRef<'a>, Refusal> {
        Ok(self.world.book().rule(slot, self.received)?)
    }

    pub(super) fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.known.stage) {
            Ok(())
        } else {
            Err(self.order())
        }
    }

    pub(super) fn order(&self) -> Refusal {
        Refusal::new(
            "complaint.illegal_order",
            format!("the complaint stands at {}", self.known.stage.name()),
            "a complaint is received, then accepted or refused, then mediated to an end",
        )
        .at("type")
    }

    /// The draft with the days by which the running deadline was missed; 0 where it was met.
    pub(super) fn late(self, slot: &str) -> Result<Draft, Refusal> {
        let rule = self.world.book().rule(slot, self.received)?;
        let due = self.known.clock.as_ref().map(|clock| clock.due);
        let days = due.map_or(0, |due| due.days_until(self.asked.on).max(0));
        Ok(self.draft.number(&rule, "late_days", days))
    }

    /// The consumer is told of the decision within the term for deciding (决定并告知).
    fn tell_decision(&self) -> Result<Clock, Refusal> {
        let rule = self.rule("complaint.decide")?;
        let mut clock = begin(
            self.world,
            &rule,
            "complaint.tell_decision",
            "decide",
            self.received,
        )?;
        if let Some(last) = self.known.clock.as_ref().and_then(|c| c.restarts.last()) {
            clock.restart(*last, self.world.book().calendar());
        }
        Ok(clock)
    }
}

pub(super) fn begin(
    world: &dyn World,
    rule: &RuleRef<'_>,
    name: &str,
    term: &str,
    start: Day,
) -> Result<Clock, Refusal> {
    Ok(world.clock(rule, name, term, start)?)
}

pub(super) fn coded(rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
    Refusal::unless_coded("complaint.code_unknown", rule, code)
}

pub(super) fn word(text: &str, least: usize, field: &str) -> Result<(), Refusal> {
    if (least..=WORD_BYTES_MAX).contains(&text.trim().len()) && text.len() <= WORD_BYTES_MAX {
        return Ok(());
    }
    Err(Refusal::new(
        "complaint.word",
        format!("{field} has {least} to {WORD_BYTES_MAX} bytes"),
        "choose a word of that length",
    )
    .at(field))
}

fn not_the_same(what: impl Into<String>) -> Refusal {
    let remedy = "name an open complaint of the same consumer about the same facts";
    Refusal::new("complaint.not_the_same", what, remedy)
}

fn unknown(field: &str) -> Refusal {
    Refusal::new(
        "complaint.unknown",
        "no complaint of this number is on record",
        "file it first, or correct the number",
    )
    .at(field)
}

fn subject(number: &str) -> Result<Subject, Refusal> {
    Subject::new(Kind::Complaint, number).map_err(|e| {
        Refusal::new("complaint.number", e.to_string(), "choose such a number").at("data.complaint")
    })
}

fn complaint(world: &dyn World, me: &Subject) -> Complaint {
    match world.entity(me).as_deref() {
        Some(Entity::Complaint(known)) => (**known).clone(),
        _ => Complaint::default(),
    }
}
