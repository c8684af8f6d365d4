//! Exposure: the decisions that entries rest on, as they stand in the operator's file.

use super::{Entry, Source, SourceKind};
use crate::day::Day;
use crate::entity::{Entity, Operator};
use crate::refusal::Refusal;
use crate::world::World;

/// A decision that stands.
pub(super) struct Found {
    /// Who decided: credit code, or a name from a file.
    pub(super) authority: String,
    /// Position of the event that made it.
    pub(super) seq: u64,
    /// The last day on which it may be shown, where that is known.
    pub(super) ends: Option<Day>,
}

/// The decision behind an entry, which must stand on that day.
///
/// # Errors
/// `exposure.source_unknown`, `exposure.source_ended`.
pub(super) fn found(world: &dyn World, entry: &Entry, on: Day) -> Result<Found, Refusal> {
    let unknown = || {
        Refusal::new(
            "exposure.source_unknown",
            format!(
                "entry {} rests on nothing that was decided about {}",
                entry.entry, entry.operator
            ),
            "name a list entry or a penalty that stands in this operator's file",
        )
        .at("data.entry.source")
    };
    let known = world.operator(entry.operator);
    let Some(Entity::Operator(operator)) = known.as_deref() else {
        return Err(unknown());
    };
    if !exists(operator, &entry.source) {
        return Err(unknown());
    }
    standing(operator, &entry.source, on).ok_or_else(|| {
        Refusal::new(
            "exposure.source_ended",
            format!("what entry {} rests on does not stand on {on}", entry.entry),
            "drop the entry, or name a decision that stands and is published",
        )
        .at("data.entry.source")
    })
}

fn exists(operator: &Operator, source: &Source) -> bool {
    match source.kind {
        SourceKind::Listing => operator.listing.entry(&source.id).is_some(),
        SourceKind::Penalty => operator.enforcement.penalty(&source.id).is_some(),
    }
}

/// The decision, where it stands on a day.
pub(super) fn standing(operator: &Operator, source: &Source, on: Day) -> Option<Found> {
    match source.kind {
        SourceKind::Listing => {
            let entry = operator.listing.entry(&source.id)?;
            entry.stands_on(on).then(|| Found {
                authority: entry.authority.clone(),
                seq: entry.seqs.first().copied().unwrap_or_default(),
                ends: entry.until.map(|day| day.plus_days(-1)).or(entry.term_over),
            })
        }
        // Only what the authority publishes as a penalty may be exposed.
        SourceKind::Penalty => {
            let penalty = operator.enforcement.penalty(&source.id)?;
            let shown = penalty.published.is_some_and(|day| day <= on)
                && penalty.hidden_from().is_none_or(|hidden| on < hidden);
            (shown && penalty.is_in_effect_on(on)).then(|| Found {
                authority: penalty.authority.clone(),
                seq: penalty.seqs.first().copied().unwrap_or_default(),
                ends: penalty.shown_until,
            })
        }
    }
}
