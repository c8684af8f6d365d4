//! Looking at the deadlines that run: over all processes, on a day, for one class of readers.

use domain::actor::Capacity;
use domain::areas::department::Register;
use domain::day::Day;
use domain::entity::Entity;
use domain::ident::CreditCode;
use domain::row::{List, ListRow};
use domain::subject::Subject;
use ledger::{AsOf, Ledger, LedgerError};

use crate::look::{Looker, View};
use crate::shape::Deadline;

/// Which deadlines are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Only those whose last day is before this one.
    pub due_before: Option<Day>,
    /// Only those whose last day is past.
    pub late: bool,
    /// Only those that this department holds, itself or as who took over from the holder.
    pub department: Option<CreditCode>,
}

/// Behind which deadline a page begins: last day, subject, entry.
pub type Behind = (Day, String, String);

impl Looker {
    /// The deadlines that run on the view's legal date, or else on `today`, and that this reader
    /// may see: by last day, then by subject; those behind `behind`, `limit` at most; and behind
    /// which the next page begins.
    ///
    /// Cost: a walk over the list of clocks, about 1 µs each.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn clocks(
        &self,
        ledger: &Ledger,
        view: &View,
        today: Day,
        asked: &Asked,
        behind: Option<&Behind>,
        limit: usize,
    ) -> Result<(Vec<Deadline>, Option<Behind>), LedgerError> {
        let day = view.as_of.on.unwrap_or(today);
        let as_of = AsOf {
            on: Some(day),
            ..view.as_of
        };
        let register = register(ledger, view)?;
        let holds = |row: &ListRow| match asked.department {
            None => true,
            Some(code) => row.row.authority.parse().is_ok_and(|holder: CreditCode| {
                holder == code || register.heirs(holder, Capacity::Head, day).contains(&code)
            }),
        };
        let place = |row: &ListRow| {
            let due = row.row.clock.as_ref().map(|clock| clock.due);
            (
                due.unwrap_or(Day::MAX),
                row.row.key.clone(),
                row.row.entry.clone(),
            )
        };
        let mut rows = ledger.list(List::Clocks, as_of)?;
        rows.retain(|row| {
            let due = row.row.clock.as_ref().map_or(Day::MAX, |clock| clock.due);
            view.sees(row.row.visibility)
                && asked.due_before.is_none_or(|before| due < before)
                && (!asked.late || due < day)
                && holds(row)
        });
        rows.sort_by_cached_key(place);
        if let Some(behind) = behind {
            rows.retain(|row| place(row) > *behind);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(place);
        let shown = self.explained(ledger, view, |lens| {
            let shown = rows.iter();
            let shown = shown.filter_map(|row| Deadline::of(row, day, &register, lens));
            shown.collect()
        })?;
        Ok((shown, next))
    }
}

fn register(ledger: &Ledger, view: &View) -> Result<Register, LedgerError> {
    let as_of = AsOf {
        on: None,
        ..view.as_of
    };
    Ok(
        match ledger.entity(&Subject::department_register(), as_of)? {
            Some(Entity::Register(register)) => *register,
            _ => Register::default(),
        },
    )
}
