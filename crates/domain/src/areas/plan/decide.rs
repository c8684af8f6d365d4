//! Plan: judging.

use std::collections::BTreeSet;

use super::{AssignTask, PlanEvent, ReportTarget, SetTarget, Task};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::areas::sharing::{CORRESPONDENTS, late, matter_text};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Roll, TERM_MAX, Term, TermUnit};
use crate::world::{World, department_subject};

/// The longest number of a task, in bytes: with a target's id it still makes a row's.
const NUMBER_BYTES_MAX: usize = 64;
/// The longest id of a target, in bytes.
const ID_BYTES_MAX: usize = 32;
/// Departments that one task may name.
const DEPARTMENTS_MAX: usize = 64;
/// Targets of one task.
const TARGETS_MAX: usize = 200;
/// The largest number of a target.
const NUMBER_MAX: u64 = 1 << 43;
/// A whole, in basis points.
const WHOLE_BP: u64 = 10_000;

/// Who sets and ends tasks for others.
const PLANNERS: [Capacity; 2] = [Capacity::Head, Capacity::Administrator];

/// Judges an action on a task.
///
/// # Errors
/// `plan.number`, `plan.exists`, `plan.unknown`, `plan.ended`, `plan.departments`, `plan.text`,
/// `plan.target`, `plan.target_exists`, `plan.target_unknown`, `plan.before_task`,
/// `plan.not_of_task`, `plan.only_follows`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PlanEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        PlanEvent::HandedOver(_) => Err(Refusal::new(
            "plan.only_follows",
            "this event only follows from others",
            "record who took over the department's work (department.take_over)",
        )
        .at("type")),
        PlanEvent::TaskAssigned(p) => assigned(world, asked, payload, p),
        PlanEvent::TargetSet(p) => set(world, asked, payload, p),
        PlanEvent::TargetReported(p) => reported(world, asked, payload, p),
        PlanEvent::TaskEnded(p) => {
            let register = world.register();
            register.may(asked.by, asked.on, &PLANNERS)?;
            let (me, known) = open(world, asked, &p.task)?;
            text("data.reason", &p.reason)?;
            Ok(vec![draft(asked, payload, me, known.departments())])
        }
    }
}

fn assigned(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PlanEvent,
    p: &AssignTask,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &PLANNERS)?;
    let me = subject(&p.task)?;
    if world.entity(&me).is_some() {
        return Err(Refusal::new(
            "plan.exists",
            "a task of this number is on record",
            "choose another number",
        )
        .at("data.task"));
    }
    text("data.title", &p.title)?;
    text("data.plan", &p.plan)?;
    text("data.section", &p.section)?;
    let wrong = |what: String, field: &str| {
        Refusal::new(
            "plan.departments",
            what,
            "name who leads and who cooperates, each once and as in the register on that day",
        )
        .at(field)
    };
    if p.lead.is_empty() || p.lead.len() + p.cooperating.len() > DEPARTMENTS_MAX {
        let what = format!("a task has 1 to {DEPARTMENTS_MAX} departments, one leading at least");
        return Err(wrong(what, "data.lead"));
    }
    if !p.lead.is_disjoint(&p.cooperating) {
        let what = "a department leads or cooperates, not both".to_owned();
        return Err(wrong(what, "data.cooperating"));
    }
    for (field, codes) in [("data.lead", &p.lead), ("data.cooperating", &p.cooperating)] {
        let known = |code: &&CreditCode| register.departments.get(code);
        let stands = |code: &&CreditCode| known(code).is_some_and(|d| d.stands_on(asked.on));
        if let Some(missing) = codes.iter().find(|code| !stands(code)) {
            let what = format!("there is no department {missing} on {}", asked.on);
            return Err(wrong(what, field));
        }
    }
    let rule = world.book().rule("plan.duties", asked.on)?;
    let named: BTreeSet<CreditCode> = p.lead.union(&p.cooperating).copied().collect();
    let named = named.into_iter().chain([asked.by.department]);
    Ok(vec![draft(asked, payload, me, named).under(&rule)])
}

fn set(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PlanEvent,
    p: &SetTarget,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &PLANNERS)?;
    let (me, known) = open(world, asked, &p.task)?;
    text("data.title", &p.title)?;
    text("data.unit", &p.unit)?;
    if known.target(&p.target).is_some() {
        return Err(Refusal::new(
            "plan.target_exists",
            "the task has a target of this id",
            "choose another id",
        )
        .at("data.target"));
    }
    let id = p.target.as_bytes();
    let fine = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if id.is_empty() || id.len() > ID_BYTES_MAX || !id.iter().all(fine) {
        let what = "a target's id has 1 to 32 of A-Z a-z 0-9 _ -";
        return Err(target(what, "data.target"));
    }
    if p.number == 0 || p.number > NUMBER_MAX || known.targets.len() >= TARGETS_MAX {
        let what = "a target is a number above 0, and a task has at most 200 of them";
        return Err(target(what, "data.number"));
    }
    let coded = |division: &String| {
        let digits = division.bytes().all(|b| b.is_ascii_digit());
        digits && (6..=12).contains(&division.len())
    };
    if !p.division.as_ref().is_none_or(coded) {
        let what = "a division code (GB/T 2260) has 6 to 12 digits";
        return Err(target(what, "data.division"));
    }
    let n = u32::try_from(asked.on.days_until(p.due)).ok();
    let n = n.filter(|n| *n <= TERM_MAX);
    let n = n.ok_or_else(|| target("it would be due before it was set, or never", "data.due"))?;
    let rule = world.book().rule("plan.target", asked.on)?;
    let duties = world.book().rule("plan.duties", asked.on)?;
    let clock = Clock::begin(
        "plan.target",
        &rule.to_string(),
        rule.article(),
        asked.on,
        Term {
            n,
            roll: Roll::None,
            unit: TermUnit::Days,
        },
        world.book().calendar(),
    );
    let named = known.leads_on(asked.on);
    let draft = draft(asked, payload, me, named).under(&rule).under(&duties);
    Ok(vec![draft.clock(clock)])
}

fn reported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &PlanEvent,
    p: &ReportTarget,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &CORRESPONDENTS)?;
    let (me, known) = open(world, asked, &p.task)?;
    if !known.departments().any(|code| code == asked.by.department) {
        return Err(Refusal::new(
            "plan.not_of_task",
            "only who leads the task, cooperates in it or assigned it reports on its targets",
            "let one of them report",
        )
        .at("by.department"));
    }
    let goal = known.target(&p.target).ok_or_else(|| {
        Refusal::new(
            "plan.target_unknown",
            "the task has no target of this id",
            "set it first, or correct the id",
        )
        .at("data.target")
    })?;
    text("data.source", &p.source)?;
    if asked.on < goal.set {
        return Err(before("the report would be for a day before the target"));
    }
    if p.number > NUMBER_MAX {
        return Err(target("the number is too large", "data.number"));
    }
    let rule = world.book().rule("plan.target", goal.set)?;
    let named = known.departments();
    let draft = draft(asked, payload, me, named);
    let achieved = p.number.saturating_mul(WHOLE_BP) / goal.number.max(1);
    let achieved = i64::try_from(achieved).unwrap_or(i64::MAX).min(1 << 52);
    let draft = draft.number(&rule, "achieved_bp", achieved);
    Ok(vec![match p.number >= goal.number {
        // Late is who first reaches it after its day.
        true => match goal.reached() {
            Some(_) => draft.word(&rule, "standing", "reached"),
            None => {
                late(draft, &rule, goal.clock.as_ref(), asked.on).word(&rule, "standing", "reached")
            }
        },
        false => draft.word(&rule, "standing", "short"),
    }])
}

fn draft(
    asked: &Asked<'_>,
    payload: &PlanEvent,
    me: Subject,
    named: impl Iterator<Item = CreditCode>,
) -> Draft {
    let draft = Draft::new(Payload::Plan(payload.clone()), asked.on).about(me);
    named
        .fold(draft, |draft, code| draft.about(department_subject(code)))
        .seen_by(Visibility::Public)
}

/// The task of a number, where it is open.
pub(crate) fn open_task(world: &dyn World, number: &str) -> Option<Task> {
    let me = subject(number).ok()?;
    match world.entity(&me).as_deref() {
        Some(Entity::Task(known)) if known.assigned.is_some() && known.ended.is_none() => {
            Some((**known).clone())
        }
        _ => None,
    }
}

fn open(world: &dyn World, asked: &Asked<'_>, number: &str) -> Result<(Subject, Task), Refusal> {
    let me = subject(number)?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Task(known)) => (**known).clone(),
        _ => Task::default(),
    };
    let Some(assigned) = known.assigned else {
        return Err(Refusal::new(
            "plan.unknown",
            "no task of this number is on record",
            "assign it first (plan.assign_task), or correct the number",
        )
        .at("data.task"));
    };
    if let Some((on, _)) = &known.ended {
        return Err(Refusal::new(
            "plan.ended",
            format!("the task ended on {on}"),
            "assign a new one where something is left to do",
        )
        .at("data.task"));
    }
    if asked.on < assigned {
        return Err(before("the step would lie before the task's assignment"));
    }
    Ok((me, known))
}

fn subject(number: &str) -> Result<Subject, Refusal> {
    let me = Subject::new(Kind::Task, number).ok();
    let me = me.filter(|_| number.len() <= NUMBER_BYTES_MAX);
    me.ok_or_else(|| {
        Refusal::new(
            "plan.number",
            format!("a task's number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.task")
    })
}

fn text(field: &'static str, value: &str) -> Result<(), Refusal> {
    matter_text("plan.text", field, value)
}

fn target(what: &str, field: &str) -> Refusal {
    Refusal::new("plan.target", what, "correct it as the plan has it").at(field)
}

fn before(what: &str) -> Refusal {
    Refusal::new("plan.before_task", what, "correct the date").at("on")
}
