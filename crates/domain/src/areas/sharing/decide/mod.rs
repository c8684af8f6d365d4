//! Sharing: judging.

mod exchange;
mod meeting;

use super::SharingEvent;
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::Event;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::World;

/// The longest number of an exchange or meeting, in bytes: with a part it still makes a row's.
const NUMBER_BYTES_MAX: usize = 64;
/// The longest text, in characters.
const TEXT_CHARS_MAX: usize = 1_000;

/// Who corresponds for a department: everybody but its importer and the clock.
pub(crate) const CORRESPONDENTS: [Capacity; 9] = [
    Capacity::Head,
    Capacity::Enforcer,
    Capacity::Registrar,
    Capacity::Approver,
    Capacity::ComplaintDesk,
    Capacity::CreditOfficer,
    Capacity::Reviewer,
    Capacity::Publisher,
    Capacity::Administrator,
];

/// Judges an action between departments.
///
/// # Errors
/// `sharing.number`, `sharing.exists`, `sharing.unknown`, `sharing.party`, `sharing.to_itself`,
/// `sharing.text`, `sharing.matter_unknown`, `sharing.task_unknown`, `sharing.too_many`,
/// `sharing.illegal_order`, `sharing.before_previous_step`, `sharing.no_answer_owed`,
/// `sharing.outcome_unknown`, `sharing.extension`, `sharing.not_due`, `sharing.resolution`,
/// `sharing.resolution_performed`, `sharing.only_follows`, `registration.unknown`,
/// `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &SharingEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        SharingEvent::MeetingHeld(p) => meeting::held(world, asked, payload, p),
        SharingEvent::ResolutionPerformed(p) => meeting::performed(world, asked, payload, p),
        SharingEvent::HandedOver(_) | SharingEvent::Resolved(_) => Err(Refusal::new(
            "sharing.only_follows",
            "this event only follows from others",
            "record the meeting whole, or who took over the department's work",
        )
        .at("type")),
        _ => exchange::decide(world, asked, payload),
    }
}

/// A department that exists on a day.
fn standing(
    world: &dyn World,
    code: CreditCode,
    on: Day,
    field: &'static str,
) -> Result<(), Refusal> {
    let register = world.register();
    let stands = |code: &CreditCode| {
        let known = register.departments.get(code);
        known.is_some_and(|d| d.stands_on(on))
    };
    if stands(&code) {
        return Ok(());
    }
    let heirs = register.heirs(code, Capacity::Head, on);
    let heirs: Vec<String> = heirs
        .iter()
        .filter(|h| stands(h))
        .map(ToString::to_string)
        .collect();
    Err(Refusal::new(
        "sharing.party",
        format!("there is no department {code} on {on}"),
        match heirs.is_empty() {
            true => "correct the code or the day; an authority elsewhere is named by `outside`"
                .to_owned(),
            false => format!("name its successor {}", heirs.join(" or ")),
        },
    )
    .at(field))
}

/// A text that must be there, of a bearable length.
pub(crate) fn matter_text(
    code: &'static str,
    field: &'static str,
    text: &str,
) -> Result<(), Refusal> {
    if (1..=TEXT_CHARS_MAX).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = format!("this needs a text of 1 to {TEXT_CHARS_MAX} characters");
    Err(Refusal::new(code, what, "say it in a sentence").at(field))
}

fn text(field: &'static str, value: &str) -> Result<(), Refusal> {
    matter_text("sharing.text", field, value)
}

/// How late an act is, where it had a deadline.
pub(crate) fn late(draft: Draft, rule: &RuleRef<'_>, clock: Option<&Clock>, on: Day) -> Draft {
    match clock {
        Some(clock) => draft.number(rule, "late_days", clock.due.days_until(on).max(0)),
        None => draft,
    }
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

/// The rule of a slot that shaped an event.
pub(crate) fn cited(event: &Event, slot: &str) -> String {
    let named = event.rules.iter().find_map(|pack| {
        let id = pack.ids.iter().find(|id| *id == slot)?;
        Some(format!("{}#{id}", pack.pack))
    });
    named.unwrap_or_default()
}

/// A task of a plan that an action names must be on record and not ended.
fn task(world: &dyn World, id: Option<&String>, field: &'static str) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    if crate::areas::plan::open_task(world, id).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        "sharing.task_unknown",
        "no open task of this number is on record",
        "assign it first (plan.assign_task), or leave it out and say by which duty (basis)",
    )
    .at(field))
}

fn before_previous_step() -> Refusal {
    Refusal::new(
        "sharing.before_previous_step",
        "the step would lie before the one before it",
        "correct the date",
    )
    .at("on")
}
