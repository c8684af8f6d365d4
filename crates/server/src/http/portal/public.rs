//! Portal: what of an operator may be shown now.
//!
//! `look` leaves out what an event has ended. What a term has ended is left out here too, on its
//! last day's morrow, whether or not the calendar's event has been recorded yet; and from every
//! place in time, as what has left the public side has left its past with it.

use std::collections::{BTreeMap, BTreeSet};

use domain::areas::Payload;
use domain::areas::exposure::ExposureEvent;
use domain::day::Day;
use domain::event::{Event, Visibility};
use domain::row::List;
use domain::subject::{Kind, Subject};
use ledger::{AsOf, Known, Ledger, LedgerError};

use crate::http::limits;
use crate::look::{Looker, View};
use crate::shape::{Exposure, ListEntry, State};

/// What may be shown now of the parts of an operator that end for the public.
pub(super) struct Shown {
    pub(super) exposures: Vec<Exposure>,
    pub(super) penalties: Vec<ListEntry>,
}

/// By all that is known, as decided, so that neither the knowledge nor the legal date that a page
/// asks for brings anything back.
const NOW: View = View {
    as_of: AsOf {
        known: Known::Now,
        on: None,
    },
    reader: Visibility::Public,
};

impl Shown {
    pub(super) fn of(
        ledger: &Ledger,
        looker: &Looker,
        operator: &Subject,
        today: Day,
    ) -> Result<Self, LedgerError> {
        let exposures = match looker.page(ledger, operator, &NOW, 0)?.map(|p| p.state) {
            Some(State::Operator(operator)) => operator.exposures,
            _ => Vec::new(),
        };
        let code = operator.id();
        let behind = Some((code, ""));
        let limit = limits::PAGE_MAX;
        let (rows, _) = looker.list_page(ledger, List::Penalties, &NOW, behind, limit)?;
        let own = rows.into_iter().take_while(|row| row.operator == code);
        Ok(Self {
            exposures: exposures
                .into_iter()
                .filter(|e| e.shown.is_some() && in_term(e.shown_until, today))
                .collect(),
            penalties: own.filter(|row| is_public(row, today)).collect(),
        })
    }

    /// Leaves of an operator's events those whose content may be shown now: of exposures the
    /// latest version, of penalties those that are published.
    pub(super) fn retain(&self, events: &mut Vec<Event>) {
        let latest: BTreeMap<(&str, &str), u64> = {
            let shown = self.exposures.iter();
            let latest = |e: &Exposure| e.seqs.iter().max().copied().unwrap_or_default();
            shown
                .map(|e| ((e.bulletin.as_str(), e.entry.as_str()), latest(e)))
                .collect()
        };
        // What is shown anew carries a count behind the case's number.
        let cases: BTreeSet<&str> = self.penalties.iter().map(case_of).collect();
        events.retain(|event| match &event.payload {
            Payload::Exposure(ExposureEvent::Shown(p)) => {
                latest.get(&(p.bulletin.as_str(), p.entry.as_str())) == Some(&event.seq)
            }
            Payload::Enforcement(_) => {
                let mut of = event.subjects.iter().filter(|s| s.kind() == Kind::Case);
                of.any(|case| cases.contains(case.id()))
            }
            _ => true,
        });
    }
}

fn case_of(row: &ListEntry) -> &str {
    match row.entry.rsplit_once('.') {
        Some((case, count)) if count.bytes().all(|b| b.is_ascii_digit()) => case,
        _ => &row.entry,
    }
}

/// Whether a last day is not over.
pub(super) fn in_term(last: Option<Day>, today: Day) -> bool {
    last.is_none_or(|last| today <= last)
}

/// Whether a row of a list that ends for the public is public now.
pub(super) fn is_public(row: &ListEntry, today: Day) -> bool {
    !row.tombstone && row.until.is_none_or(|until| today < until)
}

/// Leaves of a list's rows those that may be shown now.
pub(super) fn retain_rows(
    ledger: &Ledger,
    looker: &Looker,
    list: List,
    rows: Vec<ListEntry>,
    today: Day,
) -> Result<Vec<ListEntry>, LedgerError> {
    if !matches!(list, List::Exposure | List::Penalties | List::Alerts) {
        return Ok(rows);
    }
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        if is_public(&row, today) && row_in_term(ledger, looker, list, &row, today)? {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// Whether the term of a row is not over: rows of exposures and alerts hold no last day, their
/// subjects do.
fn row_in_term(
    ledger: &Ledger,
    looker: &Looker,
    list: List,
    row: &ListEntry,
    today: Day,
) -> Result<bool, LedgerError> {
    let (kind, id) = match list {
        List::Exposure => (Kind::Operator, &row.operator),
        List::Alerts => (Kind::Alert, &row.entry),
        _ => return Ok(true),
    };
    let Ok(subject) = Subject::new(kind, id) else {
        return Ok(false);
    };
    let page = looker.page(ledger, &subject, &NOW, 0)?;
    Ok(match page.map(|p| p.state) {
        Some(State::Operator(operator)) => operator.exposures.iter().any(|e| {
            let entry = row.entry.strip_prefix(&format!("{}.", e.bulletin));
            let this = entry == Some(e.entry.as_str());
            this && e.shown.is_some() && in_term(e.shown_until, today)
        }),
        Some(State::Alert(alert)) => in_term(alert.clock.map(|c| c.due), today),
        _ => false,
    })
}
