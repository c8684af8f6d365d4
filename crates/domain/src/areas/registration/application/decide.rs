//! Application: judging, under the rules of the day on which it was handed in.

use super::{Application, ApplicationKind, Apply, Route, Stage, Step, StepStage};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::areas::registration::RegistrationEvent;
use crate::areas::registration::decide::{check_text, missing, operator_standing, registered};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::{World, department_subject, operator_subject};

/// Departments that may work on one application.
const STEPS_MAX: usize = 16;
/// Pieces of material in one action.
const MATERIALS_MAX: usize = 64;
/// Who may act in a department's step.
const APPROVERS: [Capacity; 2] = [Capacity::Approver, Capacity::Registrar];

/// An open application and what is needed to judge a step of it.
struct Open {
    me: Subject,
    known: Application,
    applied: Day,
    handler: CreditCode,
}

/// Judges an action on an application alone.
pub(in crate::areas::registration) fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        RegistrationEvent::Applied(p) => applied(world, asked, payload, p),
        RegistrationEvent::Routed(p) => routed(world, asked, payload, p),
        RegistrationEvent::StepOpened(p) => {
            let (open, step) = step(world, asked, &p.application, p.department)?;
            stands(&step, &[StepStage::Waiting])?;
            Ok(vec![draft_of_step(payload, asked, open.me, p.department)])
        }
        RegistrationEvent::StepApproved(p) => {
            let (open, step) = step(world, asked, &p.application, p.department)?;
            outcome(world, asked, payload, open, p.department, &step)
        }
        RegistrationEvent::StepReturned(p) => {
            let (open, step) = step(world, asked, &p.application, p.department)?;
            reason(&p.reason)?;
            outcome(world, asked, payload, open, p.department, &step)
        }
        RegistrationEvent::StepResubmitted(p) => {
            let open = open(world, asked, &p.application)?;
            handles(world, asked, &open, &[Capacity::Registrar])?;
            few(p.materials.len())?;
            let step = step_of(&open.known, p.department)?;
            stands(step, &[StepStage::Returned])?;
            let draft = draft_of_step(payload, asked, open.me, p.department);
            Ok(vec![step_clock(world, asked, draft)?])
        }
        RegistrationEvent::Extended(p) => {
            let open = open(world, asked, &p.application)?;
            handles(world, asked, &open, &[Capacity::Head])?;
            reason(&p.reason)?;
            extended(world, asked, payload, open)
        }
        RegistrationEvent::Refused(p) => {
            let open = open(world, asked, &p.application)?;
            handles(world, asked, &open, &[Capacity::Registrar])?;
            let grounds = world
                .book()
                .rule("registration.refusal_grounds", open.applied)?;
            coded(&grounds, &p.code)?;
            reason(&p.reason)?;
            let draft = ended(world, asked, draft_of(payload, asked, &open), &open)?;
            Ok(vec![draft.under(&grounds)])
        }
        RegistrationEvent::Withdrawn(p) => {
            let open = open(world, asked, &p.application)?;
            handles(world, asked, &open, &[Capacity::Registrar])?;
            Ok(vec![draft_of(payload, asked, &open)])
        }
        _ => Ok(Vec::new()),
    }
}

/// Adds to a draft that grants, changes, suspends or ends a registration what it means for the
/// application behind it.
///
/// # Errors
/// `registration.application_unknown`, `registration.application_closed`,
/// `registration.application_kind`, `registration.steps_open`, and those of who may act.
pub(in crate::areas::registration) fn conclude(
    world: &dyn World,
    asked: &Asked<'_>,
    draft: Draft,
    application: Option<&str>,
    kind: ApplicationKind,
    operator: CreditCode,
) -> Result<Draft, Refusal> {
    let Some(number) = application else {
        return Ok(draft);
    };
    let open = open(world, asked, number)?;
    handles(world, asked, &open, &[Capacity::Registrar])?;
    let other = open.known.operator.is_some_and(|code| code != operator);
    if open.known.kind != kind || other {
        return Err(Refusal::new(
            "registration.application_kind",
            format!(
                "the application asks for a {} of another kind or operator",
                open.known.kind.name()
            ),
            "name the application that asks for this",
        )
        .at("data.application"));
    }
    let waiting: Vec<String> = open
        .known
        .waiting_for()
        .map(|code| match world.register().departments.get(&code) {
            Some(department) => format!("{} ({code})", department.name_on(asked.on)),
            None => code.to_string(),
        })
        .collect();
    if !waiting.is_empty() {
        return Err(Refusal::new(
            "registration.steps_open",
            format!("not approved yet by {}", waiting.join(", ")),
            "wait for every department routed to, or refuse the application",
        )
        .at("data.application"));
    }
    ended(world, asked, draft.about(open.me.clone()), &open)
}

fn applied(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Apply,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Registrar])?;
    let me = subject(&p.application)?;
    if application(world, &me).stage != Stage::Unknown {
        return Err(Refusal::new(
            "registration.application_exists",
            "an application of this number is on record",
            "choose another number",
        )
        .at("data.application"));
    }
    few(p.materials.len())?;
    for (field, text) in [
        ("data.name", &p.name),
        ("data.scope", &p.scope),
        ("data.address", &p.address),
    ] {
        check_text(field, text)?;
    }
    let draft = Draft::new(Payload::Registration(payload.clone()), asked.on).about(me);
    let draft = match (p.kind, p.code) {
        (ApplicationKind::Setup, None) => {
            if p.name.trim().is_empty() {
                let code = "registration.name_missing";
                return Err(missing(code, "the name asked for", "data.name"));
            }
            draft
        }
        (ApplicationKind::Setup, Some(_)) => {
            return Err(Refusal::new(
                "registration.application_kind",
                "who applies for a new registration has no credit code yet",
                "leave the code out; it is given with the grant",
            )
            .at("data.code"));
        }
        (ApplicationKind::Cancellation, Some(code)) => {
            registered(world, code)?;
            draft.about(operator_subject(code))
        }
        (ApplicationKind::Change | ApplicationKind::Suspension, Some(code)) => {
            operator_standing(world, asked, code)?;
            draft.about(operator_subject(code))
        }
        (_, None) => {
            let code = "registration.application_kind";
            return Err(missing(code, "the operator's code", "data.code"));
        }
    };
    let rule = world.book().rule("registration.decide", asked.on)?;
    let clock = decide_clock(world, &rule, asked.on, "decide")?;
    Ok(vec![draft.under(&rule).clock(clock)])
}

fn routed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Route,
) -> Result<Drafts, Refusal> {
    let open = open(world, asked, &p.application)?;
    handles(world, asked, &open, &[Capacity::Registrar])?;
    let all = open.known.steps.len() + p.departments.len();
    if p.departments.is_empty() || all > STEPS_MAX {
        return Err(Refusal::new(
            "registration.routing",
            format!("an application goes to 1 to {STEPS_MAX} departments"),
            "name the departments that must approve",
        )
        .at("data.departments"));
    }
    for code in &p.departments {
        let department = world.register().departments.get(code);
        let able = department.is_some_and(|d| {
            d.stands_on(asked.on) && APPROVERS.iter().any(|c| d.holds(*c, asked.on))
        });
        if !able || *code == open.handler || open.known.steps.contains_key(code) {
            return Err(Refusal::new(
                "registration.routing",
                format!(
                    "{code} can't approve on {}, handles the application itself, or has it already",
                    asked.on
                ),
                "name other departments that exist on that day and hold the capacity approver",
            )
            .at("data.departments"));
        }
    }
    let mut draft = draft_of(payload, asked, &open);
    for code in &p.departments {
        draft = draft.about(department_subject(*code));
    }
    let rule = world.book().rule("registration.decide", open.applied)?;
    // Where the law gives joint handling a term of its own, it takes the place of the usual one.
    if rule.term("joint").is_ok() && open.known.steps.is_empty() {
        draft = draft
            .under(&rule)
            .clock(decide_clock(world, &rule, open.applied, "joint")?);
    }
    Ok(vec![step_clock(world, asked, draft)?])
}

/// A department's step ends, for now or for good: how long it took, and by how much it was late.
fn outcome(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    open: Open,
    department: CreditCode,
    step: &Step,
) -> Result<Drafts, Refusal> {
    stands(step, &[StepStage::Opened])?;
    let rule = world.book().rule("registration.decide", open.applied)?;
    let draft = draft_of_step(payload, asked, open.me, department).number(
        &rule,
        "step_days",
        step.routed.days_until(asked.on),
    );
    let draft = match (
        &step.clock,
        world.book().rule("registration.step", step.routed),
    ) {
        (Some(clock), Ok(rule)) => {
            let days = clock.due.days_until(asked.on).max(0);
            draft.number(&rule, "late_days", days)
        }
        _ => draft,
    };
    Ok(vec![draft])
}

fn extended(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    open: Open,
) -> Result<Drafts, Refusal> {
    let rule = world.book().rule("registration.decide", open.applied)?;
    let due = open.known.clock.as_ref().map_or(open.applied, |c| c.due);
    if open.known.extended || due < asked.on {
        return Err(Refusal::new(
            "registration.extension",
            format!("the term may be lengthened once, and by {due} at the latest"),
            "decide the application",
        )
        .by_rule(&rule)
        .at("on"));
    }
    let joint = !open.known.steps.is_empty() && rule.term("joint_extend").is_ok();
    let term = if joint { "joint_extend" } else { "extend" };
    let clock = decide_clock(world, &rule, due, term)?;
    let draft = draft_of(payload, asked, &open);
    Ok(vec![draft.under(&rule).clock(clock)])
}

/// How long the application took and by how much its decision came late.
fn ended(
    world: &dyn World,
    asked: &Asked<'_>,
    draft: Draft,
    open: &Open,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule("registration.decide", open.applied)?;
    let due = open.known.clock.as_ref().map_or(open.applied, |c| c.due);
    Ok(draft
        .number(&rule, "application_days", open.applied.days_until(asked.on))
        .number(&rule, "late_days", due.days_until(asked.on).max(0)))
}

/// The application of a number, which must be open, at a step that does not lie before the last.
fn open(world: &dyn World, asked: &Asked<'_>, number: &str) -> Result<Open, Refusal> {
    let me = subject(number)?;
    let known = application(world, &me);
    let (Some(applied), Some(handler)) = (known.applied, known.handler) else {
        return Err(Refusal::new(
            "registration.application_unknown",
            "no application of this number is on record",
            "record it first (registration.apply), or correct the number",
        )
        .at("data.application"));
    };
    if known.stage != Stage::Open {
        return Err(Refusal::new(
            "registration.application_closed",
            format!("the application is {}", known.stage.name()),
            "nothing is left to do; apply anew where something is wanted",
        )
        .at("data.application"));
    }
    if known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "registration.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    Ok(Open {
        me,
        known,
        applied,
        handler,
    })
}

fn handles(
    world: &dyn World,
    asked: &Asked<'_>,
    open: &Open,
    allowed: &[Capacity],
) -> Result<(), Refusal> {
    let register = world.register();
    register.may_for(asked.by, asked.on, allowed, open.handler)?;
    Ok(())
}

fn step(
    world: &dyn World,
    asked: &Asked<'_>,
    number: &str,
    department: CreditCode,
) -> Result<(Open, Step), Refusal> {
    let open = open(world, asked, number)?;
    let step = step_of(&open.known, department)?.clone();
    let register = world.register();
    register.may_for(asked.by, asked.on, &APPROVERS, department)?;
    Ok((open, step))
}

fn step_of(known: &Application, department: CreditCode) -> Result<&Step, Refusal> {
    known.steps.get(&department).ok_or_else(|| {
        Refusal::new(
            "registration.step_unknown",
            format!("the application was not routed to {department}"),
            "name the department it was routed to, its successor acting for it",
        )
        .at("data.department")
    })
}

fn stands(step: &Step, stages: &[StepStage]) -> Result<(), Refusal> {
    if stages.contains(&step.stage) {
        return Ok(());
    }
    Err(Refusal::new(
        "registration.step_order",
        format!("the department's step is {}", step.stage.name()),
        "a step is opened, then approved or returned; a returned one is handed in again",
    )
    .at("type"))
}

fn draft_of(payload: &RegistrationEvent, asked: &Asked<'_>, open: &Open) -> Draft {
    let draft = Draft::new(Payload::Registration(payload.clone()), asked.on).about(open.me.clone());
    match open.known.operator {
        Some(code) => draft.about(operator_subject(code)),
        None => draft,
    }
}

/// A step's event names the department routed to and the one that acts.
fn draft_of_step(
    payload: &RegistrationEvent,
    asked: &Asked<'_>,
    me: Subject,
    department: CreditCode,
) -> Draft {
    Draft::new(Payload::Registration(payload.clone()), asked.on)
        .about(me)
        .about(department_subject(department))
        .about(department_subject(asked.by.department))
}

/// The county's own term for a step, where it has set one.
fn step_clock(world: &dyn World, asked: &Asked<'_>, draft: Draft) -> Result<Draft, Refusal> {
    let Ok(rule) = world.book().rule("registration.step", asked.on) else {
        return Ok(draft);
    };
    let clock = Clock::begin(
        "registration.step",
        &rule.to_string(),
        rule.article(),
        asked.on,
        rule.term("step")?,
        world.book().calendar(),
    );
    Ok(draft.under(&rule).clock(clock))
}

fn decide_clock(
    world: &dyn World,
    rule: &RuleRef<'_>,
    start: Day,
    term: &str,
) -> Result<Clock, Refusal> {
    Ok(Clock::begin(
        "registration.decide",
        &rule.to_string(),
        rule.article(),
        start,
        rule.term(term)?,
        world.book().calendar(),
    ))
}

fn subject(number: &str) -> Result<Subject, Refusal> {
    Subject::new(Kind::Application, number).map_err(|e| {
        let code = "registration.application_number";
        Refusal::new(code, e.to_string(), "choose such a number").at("data.application")
    })
}

fn application(world: &dyn World, me: &Subject) -> Application {
    match world.entity(me).as_deref() {
        Some(Entity::Application(known)) => (**known).clone(),
        _ => Application::default(),
    }
}

fn coded(rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
    Refusal::unless_coded("registration.code_unknown", rule, code)
}

fn reason(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        let code = "registration.reason_missing";
        return Err(missing(code, "the reason", "data.reason"));
    }
    check_text("data.reason", text)
}

fn few(materials: usize) -> Result<(), Refusal> {
    if materials <= MATERIALS_MAX {
        return Ok(());
    }
    Err(Refusal::new(
        "registration.too_many_materials",
        format!("one action names at most {MATERIALS_MAX} pieces of material"),
        "join them into fewer files",
    )
    .at("data.materials"))
}
