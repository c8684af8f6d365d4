//! Clocks (期限): deadlines that were provisional, computed again once the calendar that they need
//! is adopted.
//!
//! A due date that depends on a year without a notice on holidays is counted with weekends only
//! and marked. The adoption of the year's calendar changes no such date by itself: the calendar's
//! own action does, naming the old and the new day, so that nobody's deadline moves in silence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Capacity;
use crate::areas::Payload;
use crate::clocks::{Clocks, Run};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::dossier::{Telling, say};
use crate::entity::Entity;
use crate::event::Event;
use crate::lapse::Lapse;
use crate::policy::{Book, Text};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::term::Clock;
use crate::world::{World, department_subject};

crate::events! {
    /// What can happen to a deadline of any process.
    pub enum ClockEvent {
        /// A provisional deadline is computed again under an adopted calendar; the clock's action.
        Recomputed(Recompute): "clock.recompute" => "clock.recomputed.v1",
    }
}

/// A provisional deadline is computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recompute {
    /// The deadline's name, as `complaint.mediation`.
    pub clock: String,
    /// The last day from now on.
    pub now: Day,
    /// Which part of the subject it concerns; empty where it concerns the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// The subject on which it runs.
    pub subject: Subject,
    /// The last day until now.
    pub was: Day,
}

impl Recompute {
    /// The deadline that an event computed again, where it is this one.
    pub(crate) fn of(event: &Event) -> Option<(&Self, &Clock)> {
        match &event.payload {
            Payload::Clock(ClockEvent::Recomputed(p)) => Some((p, event.derived.clock(&p.clock)?)),
            _ => None,
        }
    }
}

/// Judges that a provisional deadline is computed again.
///
/// # Errors
/// `clock.unknown`, `clock.settled`, `clock.otherwise`, `clock.before_start`, and those of who may
/// act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ClockEvent,
) -> Result<Drafts, Refusal> {
    let ClockEvent::Recomputed(p) = payload;
    let state = world.entity(&p.subject);
    let running = state.as_deref().and_then(|state| state.clocks());
    let mut runs = running.into_iter().flat_map(Clocks::running);
    let run = runs.find(|run| run.clock.name == p.clock && run.part == p.part);
    let Some(run) = run else {
        return Err(Refusal::new(
            "clock.unknown",
            "no such deadline runs on this subject",
            "name one that `clocks` lists",
        )
        .at("data.clock"));
    };
    let register = world.register();
    register.may_for(asked.by, asked.on, &[Capacity::Clock], run.holder)?;
    let Some(fresh) = again(run, world.book()) else {
        return Err(Refusal::new(
            "clock.settled",
            "the adopted calendars say nothing new of this deadline",
            "adopt the calendar of the year first (policy.adopt)",
        )
        .at("data.clock"));
    };
    if (p.was, p.now) != (run.clock.due, fresh.due) {
        return Err(Refusal::new(
            "clock.otherwise",
            format!("the deadline moves from {} to {}", run.clock.due, fresh.due),
            "name these two days",
        )
        .at("data.now"));
    }
    if asked.on < run.from {
        return Err(Refusal::new(
            "clock.before_start",
            format!("the deadline runs since {} only", run.from),
            "give that day or a later one",
        )
        .at("on"));
    }
    let mut draft = Draft::new(Payload::Clock(payload.clone()), asked.on)
        .about(p.subject.clone())
        .seen_by(run.visibility);
    // Departments keep what they owe and are owed with its deadline.
    let keepers = state.as_deref().map(Entity::departments);
    for code in keepers.unwrap_or_default() {
        draft = draft.about(department_subject(code));
    }
    if let Some(rule) = world.book().cited(&run.clock.rule, run.clock.start) {
        draft = draft.under(&rule);
    }
    Ok(vec![draft.clock(fresh)])
}

/// The deadline under the calendars as adopted now, where it was provisional and they say more.
fn again(run: &Run, book: &Book) -> Option<Clock> {
    let mut fresh = run.clock.clone();
    fresh.compute(book.calendar());
    (run.clock.provisional && fresh != run.clock).then_some(fresh)
}

/// Provisional deadlines of which a calendar adopted since says more, as of its adoption.
pub(crate) fn lapses(clocks: &Clocks, me: &Subject, book: &Book, out: &mut Vec<Lapse>) {
    let of_calendars = book.packs().filter(|(pack, ..)| pack.calendar.is_some());
    let Some(adopted) = of_calendars.map(|(_, from, _)| from).max() else {
        return;
    };
    for run in clocks.running() {
        let Some(fresh) = again(run, book) else {
            continue;
        };
        let recompute = ClockEvent::Recomputed(Recompute {
            clock: run.clock.name.clone(),
            now: fresh.due,
            part: run.part.clone(),
            subject: me.clone(),
            was: run.clock.due,
        });
        let day = adopted.max(run.from);
        out.push(Lapse::on(
            day,
            me,
            Payload::Clock(recompute),
            Some(run.holder),
        ));
    }
}

pub(crate) fn summary(payload: &ClockEvent, _: &Telling<'_>) -> Text {
    let ClockEvent::Recomputed(p) = payload;
    let (clock, was, now) = (&p.clock, p.was, p.now);
    say(
        format!("日历公布后重新计算期限{clock}：{was}改为{now}"),
        format!("deadline {clock} computed again under the adopted calendar: {was} becomes {now}"),
    )
}
