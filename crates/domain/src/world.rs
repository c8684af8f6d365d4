//! What a decision may look at: the state before the action, and the law of its day.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chain::history::Projections;

use crate::areas::department::Register;
use crate::day::Day;
use crate::entity::{Entity, VIEW_VERSION};
use crate::event::Event;
use crate::fold::StateHasher;
use crate::ident::CreditCode;
use crate::policy::{Book, NoRule, RuleRef};
use crate::row::Row;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// The state before an action. The ledger and the audit each give one.
///
/// A keeper that cannot read a state notes its own error and answers `None`; it must discard the
/// decision afterwards. So the areas stay free of storage errors.
pub trait World {
    /// The state of what a subject names; `None` where no event names it.
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>>;

    /// The law: adopted packs and calendars.
    fn book(&self) -> &Book;

    /// Departments and officers.
    fn register(&self) -> &Register;
}

/// Typed looks at entities, for the areas.
impl dyn World + '_ {
    /// The operator of a credit code.
    #[must_use]
    pub fn operator(&self, code: CreditCode) -> Option<Arc<Entity>> {
        self.entity(&operator_subject(code))
    }

    /// The deadline `name` that a rule's term of name `term` gives from `start`.
    ///
    /// # Errors
    /// [`NoRule::Value`] where the rule states no such term.
    pub fn clock(
        &self,
        rule: &RuleRef<'_>,
        name: &str,
        term: &str,
        start: Day,
    ) -> Result<Clock, NoRule> {
        let (text, term) = (rule.to_string(), rule.term(term)?);
        let calendar = self.book().calendar();
        Ok(Clock::begin(
            name,
            &text,
            rule.article(),
            start,
            term,
            calendar,
        ))
    }
}

/// `operator:<code>`.
#[must_use]
pub fn operator_subject(code: CreditCode) -> Subject {
    Subject::from_code(Kind::Operator, code)
}

/// `department:<code>`.
#[must_use]
pub fn department_subject(code: CreditCode) -> Subject {
    Subject::from_code(Kind::Department, code)
}

/// A world in memory, grown event by event: what an audit and a replay without a ledger decide on.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    entities: BTreeMap<Subject, Arc<Entity>>,
    /// Every row version in postcard, as they were made; put in order when they are wanted.
    rows: Vec<(RowKey, Vec<u8>)>,
}

/// List, operator, entry and position.
type RowKey = (&'static str, String, String, u64);

static NO_BOOK: LazyLock<Book> = LazyLock::new(Book::default);
static NO_REGISTER: LazyLock<Register> = LazyLock::new(Register::default);

impl Replayed {
    /// Takes in the next event. Cost: one look for each subject, and the fold.
    pub fn apply(&mut self, event: &Event) {
        let mut rows = Vec::new();
        for subject in &event.subjects {
            let state = match self.entities.get_mut(subject) {
                Some(state) => state,
                None => self.entities.entry(subject.clone()).or_insert_with(|| {
                    // First met: only then is its key copied.
                    Arc::new(Entity::empty_for(subject))
                }),
            };
            let entity = Arc::make_mut(state);
            entity.apply(subject, event);
            entity.rows(subject, event, &mut rows);
        }
        self.rows.extend(rows.into_iter().map(|row| {
            // Rows are plain data: they always encode.
            let bytes = postcard::to_stdvec(&row).unwrap_or_default();
            ((row.list.name(), row.key, row.entry, event.seq), bytes)
        }));
    }

    /// The list rows that an event has made or changed, right after [`Replayed::apply`].
    #[must_use]
    pub fn rows(&self, event: &Event) -> Vec<Row> {
        let mut rows = Vec::new();
        for subject in &event.subjects {
            if let Some(state) = self.entities.get(subject) {
                state.rows(subject, event, &mut rows);
            }
        }
        rows
    }

    /// How many subjects have a state.
    #[must_use]
    pub fn subjects(&self) -> usize {
        self.entities.len()
    }

    /// The digest over all states and rows, which a ledger claims of its views.
    #[must_use]
    pub fn projections(&self) -> Projections {
        let mut hasher = StateHasher::default();
        for (subject, state) in &self.entities {
            // States are plain data: they always encode.
            let bytes = postcard::to_stdvec(state.as_ref()).unwrap_or_default();
            hasher.add(subject.as_str(), &bytes);
        }
        let mut rows: Vec<&(RowKey, Vec<u8>)> = self.rows.iter().collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        for (at, (key, row)) in rows.iter().enumerate() {
            // Of what one event made twice under one key, the last stands.
            if rows.get(at + 1).is_none_or(|next| next.0 != *key) {
                hasher.add_row(key.3, row);
            }
        }
        Projections {
            digest: hasher.finish(),
            version: VIEW_VERSION,
        }
    }
}

impl World for Replayed {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        self.entities.get(subject).cloned()
    }

    fn book(&self) -> &Book {
        let book = self.entities.get(&Subject::policy_book());
        match book.map(Arc::as_ref) {
            Some(Entity::Book(book)) => book,
            _ => &NO_BOOK,
        }
    }

    fn register(&self) -> &Register {
        let register = self.entities.get(&Subject::department_register());
        match register.map(Arc::as_ref) {
            Some(Entity::Register(register)) => register,
            _ => &NO_REGISTER,
        }
    }
}
