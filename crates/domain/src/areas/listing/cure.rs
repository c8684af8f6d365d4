//! Listing: the cure of an entry's ground (履行义务、恢复联系), from which the term for taking the
//! operator off runs.

use super::decide::{OFFICERS, drafted, slots, standing};
use super::{FindCure, ListingEvent};
use crate::decide::{Asked, Drafts};
use crate::event::Visibility;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::World;

/// Judges that a cure was found, or shown by the operator, on a day.
///
/// # Errors
/// `listing.no_cure`, `listing.cure_known`, `listing.entry_unknown`, `listing.entry_ended`.
pub(super) fn found(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &FindCure,
) -> Result<Drafts, Refusal> {
    world.register().may(asked.by, asked.on, &OFFICERS)?;
    let entry = standing(world, asked.on, p.operator, &p.entry)?;
    let rule = world.book().rule(slots(entry.list)?.1, asked.on)?;
    let Ok(term) = rule.term("remove") else {
        return Err(Refusal::new(
            "listing.no_cure",
            "an entry of this list does not end with the cure of its ground",
            "let the operator apply for repair, or wait for the end of the term",
        )
        .by_rule(&rule)
        .at("data.entry"));
    };
    if let Some(clock) = entry.to_remove {
        return Err(Refusal::new(
            "listing.cure_known",
            format!("the cure was found on {}", clock.start),
            format!("take the operator off by {}", clock.due),
        )
        .by_rule(&rule)
        .at("data.entry"));
    }
    let clock = Clock::begin(
        "listing.remove",
        &rule.to_string(),
        rule.article(),
        asked.on,
        term,
        world.book().calendar(),
    );
    Ok(vec![
        drafted(payload, asked, p.operator)
            .under(&rule)
            .clock(clock)
            .seen_by(Visibility::Departments),
    ])
}
