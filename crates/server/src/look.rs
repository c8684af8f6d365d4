//! Looking: one subject or list, from one place in time, for one class of readers.
//!
//! A reader sees the fold of the events that it may see, and nothing else: so no count, name or
//! date of a withheld event can reach it.

use std::sync::{Arc, RwLock};

use domain::areas::Payload;
use domain::areas::exposure::ExposureEvent;
use domain::areas::guidance::GuidanceEvent;
use domain::day::Day;
use domain::entity::Entity;
use domain::event::{Event, Visibility};
use domain::fold;
use domain::row::List;
use domain::subject::{Kind, Subject};
use ledger::{AsOf, Known, Ledger, LedgerError};

use crate::shape::{self, Law, Lens, ListEntry, Page, Seen};

/// Entries of a list, and behind which one (operator, entry) the next page begins.
pub type ListPage = (Vec<ListEntry>, Option<(String, String)>);

/// From where to look, and who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// What was known, and what was true.
    pub as_of: AsOf,
    /// The widest class of what the reader may see.
    pub reader: Visibility,
}

/// Looks into one ledger, and remembers the law that explains what it shows.
#[derive(Debug, Default)]
pub struct Looker {
    law: RwLock<Arc<Law>>,
}

impl View {
    /// Everything that is known, as decided, for a class of readers.
    #[must_use]
    pub const fn now(reader: Visibility) -> Self {
        let as_of = AsOf {
            known: Known::Now,
            on: None,
        };
        Self { as_of, reader }
    }

    /// Whether the reader may see it.
    #[must_use]
    pub fn sees(&self, visibility: Visibility) -> bool {
        visibility <= self.reader
    }

    /// From where a list is looked at: the public sees bulletins, penalties and alerts by all that
    /// is known now, as what was withdrawn or has ended leaves its past with it.
    fn as_of_list(&self, list: List) -> AsOf {
        let ends = matches!(list, List::Exposure | List::Penalties | List::Alerts);
        match self.reader {
            Visibility::Public if ends => AsOf {
                known: Known::Now,
                on: self.as_of.on,
            },
            _ => self.as_of,
        }
    }

    fn seen(&self, size: u64) -> Seen {
        let as_of = match self.as_of.known {
            Known::Now => None,
            Known::Position(seq) => Some(seq.to_string()),
            Known::Time(time) => Some(time.to_string()),
        };
        Seen {
            as_of,
            on: self.as_of.on,
            size,
        }
    }
}

impl Looker {
    /// The page of a subject with its latest `events_max` events; `None` where this reader sees
    /// nothing of it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn page(
        &self,
        ledger: &Ledger,
        subject: &Subject,
        view: &View,
        events_max: usize,
    ) -> Result<Option<Page>, LedgerError> {
        let events = events(ledger, subject, view)?;
        let Some(entity) = entity(subject, &events, view.as_of.on) else {
            return Ok(None);
        };
        let page = |lens: &Lens<'_>| shape::subject(subject, &entity, &events, events_max, lens);
        self.explained(ledger, view, page).map(Some)
    }

    /// The entries of a list that this reader may see, by operator and entry.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn list(
        &self,
        ledger: &Ledger,
        list: List,
        view: &View,
    ) -> Result<Vec<ListEntry>, LedgerError> {
        let mut rows = ledger.list(list, view.as_of_list(list))?;
        rows.retain(|row| view.sees(row.row.visibility));
        self.explained(ledger, view, |lens| shape::entries(&rows, lens))
    }

    /// A page of the entries of a list that this reader may see: those behind `behind` (operator
    /// and entry), `limit` at most; and behind which entry the next page begins.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn list_page(
        &self,
        ledger: &Ledger,
        list: List,
        view: &View,
        behind: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<ListPage, LedgerError> {
        let mut rows = Vec::new();
        let mut last = behind.map(|(key, entry)| (key.to_owned(), entry.to_owned()));
        loop {
            let from = last
                .as_ref()
                .map(|(key, entry)| (key.as_str(), entry.as_str()));
            let page = ledger.list_page(list, view.as_of_list(list), from, limit)?;
            let more = page.len() == limit;
            for row in page {
                let place = (row.row.key.clone(), row.row.entry.clone());
                if view.sees(row.row.visibility) {
                    if rows.len() == limit {
                        let shaped = self.explained(ledger, view, |l| shape::entries(&rows, l))?;
                        return Ok((shaped, last));
                    }
                    rows.push(row);
                }
                last = Some(place);
            }
            if !more {
                let shaped = self.explained(ledger, view, |l| shape::entries(&rows, l))?;
                return Ok((shaped, None));
            }
        }
    }

    /// Makes a shape under the law as remembered; where that lacks a pack that is cited, once
    /// more under the law as adopted by now. An adopted pack never changes, so that what is
    /// remembered cannot be wrong.
    pub(crate) fn explained<T>(
        &self,
        ledger: &Ledger,
        view: &View,
        shape: impl Fn(&Lens<'_>) -> T,
    ) -> Result<T, LedgerError> {
        let seen = &view.seen(ledger.head().size);
        let remembered = match self.law.read() {
            Ok(held) => Arc::clone(&held),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        };
        let lens = Lens::new(&remembered, seen);
        let shaped = shape(&lens);
        if !lens.missed() {
            return Ok(shaped);
        }
        let everything = View::now(Visibility::Restricted);
        let Some(Entity::Book(book)) = ledger.entity(&Subject::policy_book(), everything.as_of)?
        else {
            return Ok(shaped);
        };
        let fresh = Arc::new(Law::of(&book));
        let shaped = shape(&Lens::new(&fresh, seen));
        match self.law.write() {
            Ok(mut kept) => *kept = fresh,
            Err(poisoned) => *poisoned.into_inner() = fresh,
        }
        Ok(shaped)
    }
}

/// The events that name a subject and that a reader may see: as known then, in force by the legal
/// date, in recorded order.
///
/// # Errors
/// Where the store cannot be read.
pub fn events(ledger: &Ledger, subject: &Subject, view: &View) -> Result<Vec<Event>, LedgerError> {
    let mut events = ledger.history(subject, view.as_of.known)?;
    events.retain(|e| view.sees(e.visibility) && view.as_of.on.is_none_or(|day| e.on <= day));
    let mut shown = Vec::with_capacity(events.len());
    for event in events {
        if !is_gone(ledger, &event, view)? {
            shown.push(event);
        }
    }
    Ok(shown)
}

/// How the types of events begin whose public content can be gone: see [`is_gone`].
pub const GOES: [&str; 2] = ["exposure.shown.", "guidance.alert_published."];

/// Whether an event's public content is gone for this reader: an entry of a bulletin or a consumer
/// alert that was withdrawn or has expired is shown to the public no more, from whatever place in
/// time it looks.
/// The event stays in the chain, and those who handle the matter see it.
///
/// # Errors
/// Where the store cannot be read.
pub fn is_gone(ledger: &Ledger, event: &Event, view: &View) -> Result<bool, LedgerError> {
    let kind = match event.payload {
        Payload::Exposure(ExposureEvent::Shown(_)) => Kind::Operator,
        Payload::Guidance(GuidanceEvent::AlertPublished(_)) => Kind::Alert,
        _ => return Ok(false),
    };
    if view.reader != Visibility::Public {
        return Ok(false);
    }
    let now = View::now(Visibility::Restricted).as_of;
    for subject in event.subjects.iter().filter(|s| s.kind() == kind) {
        let gone = match ledger.entity(subject, now)? {
            Some(Entity::Operator(operator)) => {
                let mut entries = operator.exposure.entries.iter();
                entries.any(|e| e.ended.is_some() && e.seqs.contains(&event.seq))
            }
            Some(Entity::Alert(alert)) => alert.ended.is_some(),
            _ => false,
        };
        if gone {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The state of a subject after these events; `None` where there are none.
#[must_use]
pub fn entity(subject: &Subject, events: &[Event], on: Option<Day>) -> Option<Entity> {
    if events.is_empty() {
        return None;
    }
    Some(match on {
        Some(day) => fold::as_in_force(subject, events, day),
        None => fold::as_recorded(subject, events),
    })
}
