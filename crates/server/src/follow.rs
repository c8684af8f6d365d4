//! Following what operators share, through the eyes of one class of readers: the keeper's side of
//! [`domain::trace`].

use std::collections::BTreeSet;

use domain::entity::Entity;
use domain::event::Visibility;
use domain::ident::CreditCode;
use domain::subject::{Kind, Subject};
use domain::trace::{self, Bounds, Eyes, PathBounds, SealedLink};
use ledger::{AsOf, Ledger, LedgerError};

use crate::look::{self, View};
use crate::shape::Trace;

/// One reader's eyes on a ledger.
struct Reader<'a> {
    ledger: &'a Ledger,
    view: View,
}

impl Reader<'_> {
    /// What was known then, whatever the legal date: facts are dated by themselves.
    const fn as_recorded(&self) -> View {
        View {
            as_of: AsOf {
                known: self.view.as_of.known,
                on: None,
            },
            reader: self.view.reader,
        }
    }
}

impl Eyes for Reader<'_> {
    type Error = LedgerError;

    fn entity(&mut self, subject: &Subject) -> Result<Option<Entity>, LedgerError> {
        let view = self.as_recorded();
        if view.reader == Visibility::Restricted {
            return self.ledger.entity(subject, view.as_of);
        }
        let events = look::events(self.ledger, subject, &view)?;
        Ok(look::entity(subject, &events, None))
    }

    fn sealed(&mut self, operator: &Subject) -> Result<Vec<SealedLink>, LedgerError> {
        let View { as_of, reader } = self.view;
        self.ledger.sealed_links(operator, as_of, reader)
    }

    fn matters(&mut self, operator: &Subject) -> Result<BTreeSet<Subject>, LedgerError> {
        let side = [Kind::Operator, Kind::Address, Kind::Shop, Kind::Platform];
        let events = look::events(self.ledger, operator, &self.view)?;
        let subjects = events.into_iter().flat_map(|e| e.subjects);
        Ok(subjects.filter(|s| !side.contains(&s.kind())).collect())
    }
}

/// What an operator shares, step by step; `None` where this reader knows nothing of it.
///
/// Cost: see [`domain::trace::trace()`]. For readers of everything a look at what stands now is
/// one block; for others each subject is folded from the events that they may see, about 10 µs
/// an event. The licences of a secretary's address are read as one state.
///
/// # Errors
/// Where the store cannot be read.
pub fn outwards(
    ledger: &Ledger,
    operator: CreditCode,
    view: &View,
    depth_max: u32,
) -> Result<Option<Trace>, LedgerError> {
    let bounds = Bounds {
        depth_max,
        ..Bounds::default()
    };
    let mut eyes = Reader {
        ledger,
        view: *view,
    };
    let found = trace::trace(operator, view.as_of.on, bounds, &mut eyes)?;
    Ok(found.as_ref().map(Trace::of))
}

/// What two operators share, and the shortest paths between them, `steps_max` long at most; `None`
/// where this reader knows nothing of one of them.
///
/// # Errors
/// Where the store cannot be read.
pub fn between(
    ledger: &Ledger,
    operators: (CreditCode, CreditCode),
    view: &View,
    steps_max: u32,
) -> Result<Option<Trace>, LedgerError> {
    let bounds = PathBounds {
        steps_max,
        ..PathBounds::default()
    };
    let mut eyes = Reader {
        ledger,
        view: *view,
    };
    let (from, to) = operators;
    let found = trace::joined(from, to, view.as_of.on, bounds, &mut eyes)?;
    Ok(found.as_ref().map(Trace::between))
}
