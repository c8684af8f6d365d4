//! Listing: entries of another authority's file, first and later deliveries.

use super::decide::{drafted, find, fresh};
use super::{Entry, ImportEnd, ImportEntry, ListingEvent};
use crate::actor::Capacity;
use crate::areas::registration;
use crate::decide::{Asked, Drafts};
use crate::refusal::Refusal;
use crate::world::World;

/// Judges an entry of a file.
///
/// # Errors
/// `listing.removed_before_listed`, `listing.delivery_doubtful`, and those of [`fresh`] and of the
/// file's sizes.
pub(super) fn imported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &ImportEntry,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Importer])?;
    let known = fresh(world, p.operator, &p.entry)?;
    registration::check_source(&p.source)?;
    let same_day = |e: &&Entry| e.list == p.list && e.from == asked.on && !e.void && !e.imported;
    if let Some(own) = known.entries.iter().find(same_day) {
        return Err(Refusal::new(
            "listing.delivery_doubtful",
            format!(
                "the operator is on this list from that day by the decision kept here as {}",
                own.id
            ),
            "nothing is left to do where it is the same decision; otherwise record the other one",
        )
        .at("data.operator"));
    }
    if p.removed.is_some_and(|removed| removed < asked.on) {
        return Err(Refusal::new(
            "listing.removed_before_listed",
            "the entry ends before it begins",
            "correct one of the two dates",
        )
        .at("data.removed"));
    }
    Ok(vec![drafted(payload, asked, p.operator)])
}

/// Judges the end of an imported entry.
///
/// # Errors
/// `listing.nothing_new`, `listing.not_imported`, `listing.delivery_doubtful`,
/// `listing.entry_unknown`, and those of the file's sizes.
pub(super) fn end_imported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ListingEvent,
    p: &ImportEnd,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Importer])?;
    registration::check_source(&p.source)?;
    let entry = find(world, p.operator, &p.entry)?;
    if !entry.imported {
        return Err(Refusal::new(
            "listing.not_imported",
            "the entry was decided here, not brought in by a file",
            "remove it by a decision of its own (listing.remove)",
        )
        .at("data.entry"));
    }
    if entry.until == Some(asked.on) {
        return Err(Refusal::new(
            "listing.nothing_new",
            "the file says nothing of the entry that is not known",
            "nothing is left to do",
        ));
    }
    if !entry.stands_on(asked.on) || entry.until.is_some() {
        return Err(Refusal::new(
            "listing.delivery_doubtful",
            "the file ends the entry on another day than is known, or before it began",
            "ask whoever sent the file which is right, then correct the file or the entry",
        )
        .at("on"));
    }
    Ok(vec![drafted(payload, asked, p.operator)])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::row::List;
    use crate::trial::{Trial, day, operator};

    fn entry(record: &str) -> Value {
        json!({"entry": format!("abnormal-2021-07-08-{record}"), "list": "abnormal",
            "operator": operator(), "source": {"layout": "abnormal-list"}})
    }

    fn end(record: &str) -> Value {
        json!({"entry": format!("abnormal-2021-07-08-{record}"), "operator": operator(),
            "source": {"layout": "abnormal-list"}})
    }

    #[test]
    fn a_later_delivery_ends_an_entry_once() {
        let mut trial = Trial::with_operator();
        trial.ok("listing.import", "2021-07-08", "importer", entry("1"));
        for (on, data, refused) in [
            ("2021-07-01", end("1"), "listing.delivery_doubtful"),
            ("2022-03-01", end("2"), "listing.entry_unknown"),
            ("2022-03-01", end("1"), ""),
            ("2022-03-01", end("1"), "listing.nothing_new"),
            ("2022-04-01", end("1"), "listing.delivery_doubtful"),
        ] {
            let found = trial.refused("listing.import_end", on, "importer", data);
            assert_eq!(found, refused, "{on}");
        }
        let listing = trial.operator(&operator()).listing;
        assert!(listing.on_list(List::Abnormal, day("2022-02-28")));
        assert!(!listing.on_list(List::Abnormal, day("2022-03-01")));
    }

    #[test]
    fn a_decision_kept_here_is_not_brought_in_again_by_a_file() {
        let mut trial = Trial::with_operator();
        let data = json!({"entry": "AR2021-1", "ground": "annual_report",
            "ground_found": "2021-07-01", "list": "abnormal", "operator": operator()});
        trial.ok("listing.enter", "2021-07-08", "credit_officer", data);
        let found = trial.refused("listing.import", "2021-07-08", "importer", entry("1"));
        assert_eq!(found, "listing.delivery_doubtful");
        let own = json!({"entry": "AR2021-1", "operator": operator(), "source": {"layout": "x"}});
        let found = trial.refused("listing.import_end", "2022-07-08", "importer", own);
        assert_eq!(found, "listing.not_imported");
    }
}
