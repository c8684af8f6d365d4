//! Judging without recording: what would be refused, and why.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use domain::areas::department::Register;
use domain::decide::{decide, place};
use domain::entity::Entity;
use domain::policy::Book;
use domain::subject::Subject;
use domain::world::World;
use uuid::Uuid;

use crate::admit::admit;
use crate::error::{LedgerError, Rejection};
use crate::ids::{Clock, SystemClock};
use crate::ledger::Ledger;
use crate::read::{AsOf, Known};

/// The most subjects whose tried states are held; beyond, the oldest trials are forgotten.
const SUBJECTS_MAX: usize = 50_000;

/// Actions tried one after another on the ledger's present state; nothing is written.
///
/// Each trial sees what those before it would have done, as long as they touched no more than
/// 50,000 subjects together.
pub struct Trial<'a> {
    ledger: &'a Ledger,
    seen: Seen<'a>,
    ids: HashSet<Uuid>,
}

/// What a trial sees: the trials so far, then the ledger.
struct Seen<'a> {
    ledger: &'a Ledger,
    tried: BTreeMap<Subject, Arc<Entity>>,
    book: Arc<Entity>,
    register: Arc<Entity>,
    failed: Mutex<Option<LedgerError>>,
}

const NOW: AsOf = AsOf {
    known: Known::Now,
    on: None,
};

impl Ledger {
    /// Begins to try actions.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn trial(&self) -> Result<Trial<'_>, LedgerError> {
        let global = |subject: Subject| -> Result<Arc<Entity>, LedgerError> {
            let known = self.entity(&subject, NOW)?;
            Ok(Arc::new(
                known.unwrap_or_else(|| Entity::empty_for(&subject)),
            ))
        };
        Ok(Trial {
            ledger: self,
            seen: Seen {
                ledger: self,
                tried: BTreeMap::new(),
                book: global(Subject::policy_book())?,
                register: global(Subject::department_register())?,
                failed: Mutex::new(None),
            },
            ids: HashSet::new(),
        })
    }
}

impl Trial<'_> {
    /// A subject's state after the trials so far.
    #[must_use]
    pub fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        self.seen.entity(subject)
    }

    /// Whether an action would be recorded: true; whether its id is on record or was tried
    /// already: false.
    ///
    /// # Errors
    /// As [`Ledger::submit`], but for another content under a known id, which is not held
    /// against what is on record.
    pub fn judge(&mut self, bytes: &[u8], credential: Option<&str>) -> Result<bool, Rejection> {
        let action = admit(bytes, credential)?.action;
        if self.ids.contains(&action.id) || self.ledger.event_of(action.id)?.is_some() {
            return Ok(false);
        }
        let drafts = decide(&self.seen, &action);
        if let Some(error) = self.seen.failed.lock().ok().and_then(|mut f| f.take()) {
            return Err(error.into());
        }
        let head = self.ledger.head();
        let placed = place(drafts?, &action, head.size, head.hash, SystemClock.now());
        if self.seen.tried.len() > SUBJECTS_MAX {
            self.seen.tried.clear();
        }
        for placed in placed.unwrap_or_default() {
            for subject in &placed.event.subjects {
                let known = self.seen.entity(subject);
                let mut state = known.unwrap_or_else(|| Arc::new(Entity::empty_for(subject)));
                Arc::make_mut(&mut state).apply(subject, &placed.event);
                match subject {
                    s if *s == Subject::policy_book() => self.seen.book = state,
                    s if *s == Subject::department_register() => self.seen.register = state,
                    s => drop(self.seen.tried.insert(s.clone(), state)),
                }
            }
        }
        self.ids.insert(action.id);
        Ok(true)
    }
}

impl World for Seen<'_> {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        if let Some(tried) = self.tried.get(subject) {
            return Some(Arc::clone(tried));
        }
        match self.ledger.entity(subject, NOW) {
            Ok(found) => found.map(Arc::new),
            Err(error) => {
                if let Ok(mut failed) = self.failed.lock() {
                    *failed = Some(error);
                }
                None
            }
        }
    }

    fn book(&self) -> &Book {
        match self.book.as_ref() {
            Entity::Book(book) => book,
            _ => &crate::judge::EMPTY_BOOK,
        }
    }

    fn register(&self) -> &Register {
        match self.register.as_ref() {
            Entity::Register(register) => register,
            _ => &crate::judge::EMPTY_REGISTER,
        }
    }
}
