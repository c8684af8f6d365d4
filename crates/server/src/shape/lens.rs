//! Shapes: through what a state is looked at.

use std::cell::Cell;

use domain::dated::Dated;
use domain::day::Day;

use super::Seen;
use super::rule::{Ground, Law, Rule};

/// The law that explains what is shown, and the legal date by which it is shown.
#[derive(Debug)]
pub struct Lens<'a> {
    law: &'a Law,
    seen: &'a Seen,
    missed: Cell<bool>,
}

impl<'a> Lens<'a> {
    /// A lens over the law.
    #[must_use]
    pub const fn new(law: &'a Law, seen: &'a Seen) -> Self {
        Self {
            law,
            seen,
            missed: Cell::new(false),
        }
    }

    /// Whether a pack was cited that the law does not hold: it may have been adopted since.
    #[must_use]
    pub fn missed(&self) -> bool {
        self.missed.get()
    }

    /// From where it looks.
    #[must_use]
    pub const fn seen(&self) -> &'a Seen {
        self.seen
    }

    /// Whether something that lasts from `from` until before `until` stands: on the legal date
    /// asked for; where none was asked for, whether it is open.
    #[must_use]
    pub fn stands(&self, from: Day, until: Option<Day>) -> bool {
        match self.seen.on {
            Some(day) => from <= day && until.is_none_or(|until| day < until),
            None => until.is_none(),
        }
    }

    /// The value on the legal date asked for; where none was asked for, the latest.
    #[must_use]
    pub fn at(&self, dated: &Dated<String>) -> String {
        let found = match self.seen.on {
            Some(day) => dated.on(day),
            None => dated.last(),
        };
        found.cloned().unwrap_or_default()
    }

    /// The rule that `pack@version#rule.id` names, as it reads for a legal day.
    #[must_use]
    pub fn rule(&self, cited: &str, day: Day) -> Rule {
        if !self.law.holds(cited) {
            self.missed.set(true);
        }
        self.law.rule(cited, day)
    }

    /// A coded ground with its text in the rule that lists it.
    #[must_use]
    pub fn ground(&self, code: &str, cited: &str, day: Day) -> Ground {
        self.law.ground(code, cited, day)
    }
}
