//! Sharing, judging: joint meetings.

use std::collections::BTreeSet;

use super::{CORRESPONDENTS, NUMBER_BYTES_MAX, late, standing, task, text};
use crate::areas::Payload;
use crate::areas::sharing::{HoldMeeting, Meeting, Perform, Resolve, Resolved, SharingEvent};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Roll, TERM_MAX, Term, TermUnit};
use crate::world::{World, department_subject};

/// Departments that a meeting may name.
const DEPARTMENTS_MAX: usize = 100;
/// Resolutions of one meeting.
const RESOLUTIONS_MAX: usize = 60;
/// The longest id of a resolution, in bytes.
const ID_BYTES_MAX: usize = 32;

pub(super) fn held(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &SharingEvent,
    p: &HoldMeeting,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, &CORRESPONDENTS)?;
    let me = subject(&p.meeting)?;
    if world.entity(&me).is_some() {
        return Err(Refusal::new(
            "sharing.exists",
            "a meeting of this number is on record",
            "choose another number",
        )
        .at("data.meeting"));
    }
    text("data.title", &p.title)?;
    if p.attended.is_empty()
        || p.attended.len() + p.absent.len() > DEPARTMENTS_MAX
        || !p.attended.is_disjoint(&p.absent)
    {
        return Err(Refusal::new(
            "sharing.party",
            format!("a meeting has 1 to {DEPARTMENTS_MAX} departments, each there or absent"),
            "correct who took part and who stayed away",
        )
        .at("data.attended"));
    }
    let rule = world.book().rule("sharing.resolution", asked.on)?;
    let duties = world.book().rule("sharing.duties", asked.on)?;
    let held = Draft::new(Payload::Sharing(payload.clone()), asked.on).about(me.clone());
    let mut drafts = vec![held.under(&rule)];
    let mut named: BTreeSet<_> = p.attended.union(&p.absent).copied().collect();
    named.insert(asked.by.department);
    if p.resolutions.len() > RESOLUTIONS_MAX {
        return Err(resolution("one meeting resolves at most 60 matters"));
    }
    let mut ids = BTreeSet::new();
    for one in &p.resolutions {
        if !ids.insert(&one.resolution) {
            return Err(resolution("two resolutions have the same id"));
        }
        let clock = resolved(world, asked, &rule, one)?;
        let payload = SharingEvent::Resolved(Resolved {
            meeting: p.meeting.clone(),
            resolve: one.clone(),
        });
        let draft = Draft::new(Payload::Sharing(payload), asked.on)
            .about(me.clone())
            .about(department_subject(one.owner))
            .about(department_subject(asked.by.department));
        drafts.push(draft.under(&rule).under(&duties).clock(clock));
    }
    for code in named {
        standing(world, code, asked.on, "data.attended")?;
        if let Some(held) = drafts.first_mut() {
            held.subjects.insert(department_subject(code));
        }
    }
    Ok(drafts)
}

/// The deadline of a resolution, as many days after the meeting as the meeting said.
fn resolved(
    world: &dyn World,
    asked: &Asked<'_>,
    rule: &RuleRef<'_>,
    one: &Resolve,
) -> Result<Clock, Refusal> {
    let id = one.resolution.as_bytes();
    let fine = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if id.is_empty() || id.len() > ID_BYTES_MAX || !id.iter().all(fine) {
        return Err(resolution(
            "a resolution's id has 1 to 32 of A-Z a-z 0-9 _ -",
        ));
    }
    text("data.resolutions.title", &one.title)?;
    task(world, one.task.as_ref(), "data.resolutions.task")?;
    standing(world, one.owner, asked.on, "data.resolutions.owner")?;
    let n = u32::try_from(asked.on.days_until(one.due)).ok();
    let n = n.filter(|n| *n <= TERM_MAX);
    let n = n.ok_or_else(|| resolution("it would be due before the meeting, or never"))?;
    let term = Term {
        n,
        roll: Roll::None,
        unit: TermUnit::Days,
    };
    Ok(Clock::begin(
        "sharing.resolution",
        &rule.to_string(),
        rule.article(),
        asked.on,
        term,
        world.book().calendar(),
    ))
}

pub(super) fn performed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &SharingEvent,
    p: &Perform,
) -> Result<Drafts, Refusal> {
    let me = subject(&p.meeting)?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Meeting(known)) => (**known).clone(),
        _ => Meeting::default(),
    };
    let (Some(held), Some(one)) = (known.held, known.resolution(&p.resolution)) else {
        return Err(Refusal::new(
            "sharing.unknown",
            "no such resolution of a meeting is on record",
            "record the meeting first, or correct the numbers",
        )
        .at("data.resolution"));
    };
    let register = world.register();
    register.may_for(asked.by, asked.on, &CORRESPONDENTS, one.owner)?;
    text("data.report", &p.report)?;
    if one.performed.is_some() {
        return Err(Refusal::new(
            "sharing.resolution_performed",
            "the resolution was carried out before",
            "nothing is left to do",
        )
        .at("data.resolution"));
    }
    if asked.on < held {
        return Err(super::before_previous_step());
    }
    let rule = world.book().rule("sharing.resolution", held)?;
    let draft = Draft::new(Payload::Sharing(payload.clone()), asked.on).about(me);
    let named = one.heirs.iter().copied().chain([one.owner]);
    let draft = named
        .chain(known.convened_by)
        .fold(draft, |draft, code| draft.about(department_subject(code)));
    Ok(vec![
        late(draft, &rule, one.clock.as_ref(), asked.on).under(&rule),
    ])
}

fn subject(number: &str) -> Result<Subject, Refusal> {
    let me = Subject::new(Kind::Meeting, number).ok();
    let me = me.filter(|_| number.len() <= NUMBER_BYTES_MAX);
    me.ok_or_else(|| {
        Refusal::new(
            "sharing.number",
            format!("a number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.meeting")
    })
}

fn resolution(what: &str) -> Refusal {
    Refusal::new(
        "sharing.resolution",
        what,
        "correct the resolutions as the minutes have them",
    )
    .at("data.resolutions")
}
