//! Recording what the calendar brings about (see [`domain::lapse`]), through the same door as every
//! action: in the order of legal day, then subject; as often as one likes, with the same result.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::mpsc::Receiver;

use domain::areas::department::Register;
use domain::day::Day;
use domain::entity::Entity;
use domain::lapse::Lapse;
use domain::policy::Book;
use domain::refusal::Refusal;
use domain::subject::Subject;
use uuid::Uuid;

use crate::error::{LedgerError, Rejection};
use crate::judge::damaged;
use crate::ledger::{Ledger, Receipt};
use crate::read::{AsOf, Known};

/// Actions under way at once, so that one sync serves many.
const WINDOW: usize = 256;
/// The credential that the calendar's own events name.
const CREDENTIAL: &str = "calendar";

const NOW: AsOf = AsOf {
    known: Known::Now,
    on: None,
};

/// What becomes of each act: its receipt, or why it is held up.
type Told<'a> = &'a mut dyn FnMut(&Lapse, Result<&Receipt, &Refusal>);

/// Where an act stands in the order: day, subject, id.
type Place = (Day, Subject, Uuid);

/// What the days up to one bring about, in order.
struct Waiting {
    book: Book,
    register: Register,
    until: Day,
    acts: BTreeMap<Place, Lapse>,
    /// Where each subject's acts stand.
    places: BTreeMap<Subject, Vec<Place>>,
    /// What was asked for in this run: nothing is asked for twice.
    tried: BTreeSet<Uuid>,
}

impl Ledger {
    /// Records what the calendar has brought about up to a day, each on the day that the law gives,
    /// however long ago; tells what became of each. What is held up (a day that could still move,
    /// nobody who may act) is told and left for another run.
    ///
    /// Cost: a look at every state, about 10 µs each, then as [`Ledger::submit`] for each act.
    ///
    /// # Errors
    /// Where the store cannot be read or written; what was told before is on record.
    pub fn run_calendar(&self, until: Day, told: Told<'_>) -> Result<(), LedgerError> {
        let mut waiting = Waiting {
            book: match self.entity(&Subject::policy_book(), NOW)? {
                Some(Entity::Book(book)) => *book,
                _ => Book::default(),
            },
            register: match self.entity(&Subject::department_register(), NOW)? {
                Some(Entity::Register(register)) => *register,
                _ => Register::default(),
            },
            until,
            acts: BTreeMap::new(),
            places: BTreeMap::new(),
            tried: BTreeSet::new(),
        };
        let mut broken = None;
        self.entities(&mut |subject, state| {
            let read = Subject::parse(subject)
                .ok()
                .zip(postcard::from_bytes(state).ok());
            match read {
                Some((subject, state)) => waiting.look(&subject, &state),
                None => broken = Some(subject.to_owned()),
            }
            broken.is_none()
        })?;
        if let Some(subject) = broken {
            let what = format!("the state of {subject} cannot be read");
            return Err(damaged("state_unreadable", self.head().size, &what));
        }
        while let Some(day) = waiting.acts.keys().next().map(|(day, ..)| *day) {
            self.one_day(&mut waiting, day, told)?;
        }
        Ok(())
    }

    /// Records a day's acts, then looks at their subjects again: what happened may have set
    /// something else going.
    fn one_day(&self, waiting: &mut Waiting, day: Day, told: Told<'_>) -> Result<(), LedgerError> {
        let mut under_way = VecDeque::new();
        let mut touched = BTreeSet::new();
        while let Some(entry) = waiting.acts.first_entry().filter(|e| e.key().0 == day) {
            let act = entry.remove();
            waiting.tried.insert(act.id());
            match self.ask(&act, &waiting.register)? {
                Ok(receipt) => under_way.push_back((act, receipt)),
                Err(refusal) => told(&act, Err(&refusal)),
            }
            while under_way.len() > WINDOW {
                settle(&mut under_way, &mut touched, told)?;
            }
        }
        while !under_way.is_empty() {
            settle(&mut under_way, &mut touched, told)?;
        }
        for subject in touched {
            if let Some(state) = self.entity(&subject, NOW)? {
                waiting.look(&subject, &state);
            }
        }
        Ok(())
    }

    fn ask(
        &self,
        act: &Lapse,
        register: &Register,
    ) -> Result<Result<Answer, Refusal>, LedgerError> {
        let action = match act.action(register).and_then(|action| action.to_value()) {
            Ok(action) => action.to_string(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        match self.begin(action.as_bytes(), Some(CREDENTIAL)) {
            Ok(answer) => Ok(Ok(answer)),
            Err(Rejection::Refused(refusal)) => Ok(Err(refusal)),
            Err(Rejection::Failed(error)) => Err(error),
        }
    }
}

type Answer = Receiver<Result<Receipt, Rejection>>;

/// Waits for the oldest action under way.
fn settle(
    under_way: &mut VecDeque<(Lapse, Answer)>,
    touched: &mut BTreeSet<Subject>,
    told: Told<'_>,
) -> Result<(), LedgerError> {
    let Some((act, answer)) = under_way.pop_front() else {
        return Ok(());
    };
    match answer.recv().map_err(|_| LedgerError::WriterOff)? {
        Ok(receipt) => {
            told(&act, Ok(&receipt));
            touched.insert(act.subject);
        }
        Err(Rejection::Refused(refusal)) => told(&act, Err(&refusal)),
        Err(Rejection::Failed(error)) => return Err(error),
    }
    Ok(())
}

impl Waiting {
    /// Notes what a subject's state waits for, in the place of what was noted before.
    fn look(&mut self, subject: &Subject, state: &Entity) {
        for place in self.places.remove(subject).unwrap_or_default() {
            self.acts.remove(&place);
        }
        let mut found = Vec::new();
        state.lapses(subject, &self.book, &mut found);
        let mut places = Vec::new();
        for act in found {
            let place = act.order();
            if act.on <= self.until && !self.tried.contains(&place.2) {
                places.push(place.clone());
                self.acts.insert(place, act);
            }
        }
        if !places.is_empty() {
            self.places.insert(subject.clone(), places);
        }
    }
}
