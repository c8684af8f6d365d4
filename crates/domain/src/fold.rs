//! Folding a subject's own events: the whole of time travel.

use std::cmp::Ordering;

use crate::day::Day;
use crate::entity::Entity;
use crate::event::Event;
use crate::subject::Subject;

/// The state of a subject after these events, in recorded order: what was known.
#[must_use]
pub fn as_recorded<'a>(me: &Subject, events: impl IntoIterator<Item = &'a Event>) -> Entity {
    let mut state = Entity::empty_for(me);
    for event in events {
        state.apply(me, event);
    }
    state
}

/// The state of a subject on a legal date: those of its events that had taken effect by then, in
/// the order in which they took effect. A correction carries the corrected event's legal date and
/// comes right behind it.
#[must_use]
pub fn as_in_force(me: &Subject, events: &[Event], day: Day) -> Entity {
    let mut in_force: Vec<&Event> = events.iter().filter(|e| e.on <= day).collect();
    in_force.sort_by(|a, b| legal_order(a, b));
    as_recorded(me, in_force)
}

/// By legal date, then by position.
#[must_use]
pub fn legal_order(a: &Event, b: &Event) -> Ordering {
    (a.on, a.seq).cmp(&(b.on, b.seq))
}
