//! What differs between two points of view: positions, recorded times, legal dates.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::entity::Entity;
use domain::event::Event;
use domain::standing::{Difference, Standing};
use domain::subject::{Kind, Subject};

use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::read::{AsOf, Known};

/// An operator that stands otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Which.
    pub subject: Subject,
    /// In what; never empty.
    pub differences: Vec<Difference>,
}

impl Ledger {
    /// Streams the operators that stand otherwise seen from `b` than seen from `a`, in the order of
    /// their codes; stops where `f` answers false.
    ///
    /// Cost: reading the events that only one of the two takes in (all of them where the legal
    /// dates differ), then two looks at each operator they name.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn differing(
        &self,
        a: AsOf,
        b: AsOf,
        f: &mut dyn FnMut(Differing) -> bool,
    ) -> Result<(), LedgerError> {
        for subject in self.named_between(a, b)? {
            let differences = self
                .standing(&subject, b)?
                .differences(&self.standing(&subject, a)?);
            if differences.is_empty() {
                continue;
            }
            if !f(Differing {
                subject,
                differences,
            }) {
                break;
            }
        }
        Ok(())
    }

    /// Where an operator stands; nothing where it is not known by then.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn standing(&self, subject: &Subject, as_of: AsOf) -> Result<Standing, LedgerError> {
        Ok(match self.entity(subject, as_of)? {
            Some(Entity::Operator(operator)) => Standing::of(&operator, as_of.on),
            _ => Standing::default(),
        })
    }

    /// Operators named by events that only one of the two points takes in, or takes in elsewhere.
    fn named_between(&self, a: AsOf, b: AsOf) -> Result<BTreeSet<Subject>, LedgerError> {
        let (size_a, size_b) = (self.size_known(a.known)?, self.size_known(b.known)?);
        let (low, high) = (size_a.min(size_b), size_a.max(size_b));
        let first = if a.on == b.on { low } else { 0 };
        let mut operators = BTreeSet::new();
        let mut broken = None;
        self.events(first..high, &mut |seq, bytes| match Event::parse(bytes) {
            Ok(event) => {
                if seq >= low || matters(event.on, a.on, b.on) {
                    let named = event.subjects.into_iter();
                    operators.extend(named.filter(|s| s.kind() == Kind::Operator));
                }
                true
            }
            Err(error) => {
                broken = Some(LedgerError::Damaged {
                    code: error.code(),
                    position: seq,
                    what: format!("an event cannot be read: {error}"),
                });
                false
            }
        })?;
        broken.map_or(Ok(operators), Err)
    }
}

/// Whether an event of a legal day can make a difference between two days of looking. What is
/// long past can: a term that was running on the one may be over on the other. So only events
/// after both are left out.
fn matters(event: Day, a: Option<Day>, b: Option<Day>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => event <= a.max(b),
        _ => true,
    }
}

/// A point of view in words: `POSITION`, a recorded time, or either with `@DATE` behind it;
/// `@DATE` alone is everything known, on that legal date.
///
/// # Errors
/// The form that is expected, where the text is not of it.
pub fn point_of_view(text: &str) -> Result<AsOf, &'static str> {
    const FORM: &str = "a point is POSITION or a time like 2026-01-02T03:04:05.678Z, and @DATE \
                        behind it or alone";
    let (known, on) = match text.split_once('@') {
        Some((known, on)) => (known, Some(Day::parse(on).map_err(|_| FORM)?)),
        None => (text, None),
    };
    let known = match known {
        "" if on.is_some() => Known::Now,
        known => Known::parse(known).map_err(|_| FORM)?,
    };
    Ok(AsOf { known, on })
}
