//! Listing: an operator's entries, and the rows of the lists.

use serde::{Deserialize, Serialize};

use super::decide::slots;
use super::{ListingEvent, Outcome, Statement};
use crate::day::Day;
use crate::entity::Operator;
use crate::event::{Event, Visibility};
use crate::row::{List, Row};
use crate::subject::Subject;
use crate::term::Clock;

/// All entries of one operator, in the order in which they became known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listings {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Announced serious listings.
    pub notices: Vec<Announced>,
}

/// A serious listing that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The entry to be made.
    pub entry: String,
    /// Code of the ground.
    pub ground: String,
    /// Day of the notice.
    pub on: Day,
    /// Last day for a statement.
    pub statement_due: Option<Day>,
    /// What became of the right of statement, and when.
    pub heard: Option<(Statement, Day)>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Which list.
    pub list: List,
    /// Code of the ground, or the file's own words.
    pub ground: String,
    /// The rule, `pack@version#rule.id`; empty for imported entries.
    pub rule: String,
    /// Credit code of the department that decided.
    pub authority: String,
    /// First day.
    pub from: Day,
    /// First day no longer.
    pub until: Option<Day>,
    /// Day on which the term is over, where the list has one.
    pub term_over: Option<Day>,
    /// Day from which a long stay has a consequence, where the entry's law had such a term.
    pub outstay_due: Option<Day>,
    /// What follows from its long stay.
    pub consequence: Option<Consequence>,
    /// The deadline for taking it off, once the cure of its ground was found.
    pub to_remove: Option<Clock>,
    /// Struck out as if it had never been.
    pub void: bool,
    /// Came in with a file.
    pub imported: bool,
    /// Objections to it, in the order in which they came in.
    pub objections: Vec<Objection>,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

/// What follows from a long stay on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// Its code, from the rule.
    pub code: String,
    /// The rule, `pack@version#rule.id`.
    pub rule: String,
    /// Since when.
    pub on: Day,
}

/// An objection to an entry (异议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Day on which it came in.
    pub on: Day,
    /// Where it stands.
    pub stage: ObjectionStage,
    /// Day of the last step.
    pub since: Day,
    /// Code of the reason for which it was not taken up; empty otherwise.
    pub code: String,
    /// The deadline that runs; absent once it is answered.
    pub clock: Option<Clock>,
    /// Days by which it came too late.
    pub late_days: i64,
    /// Days by which the steps of the department came late, added up.
    pub answer_late_days: i64,
}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectionStage {
    /// It came in.
    Received,
    /// Taken up (受理).
    Accepted,
    /// Not taken up (不予受理).
    Refused,
    /// Answered: the entry was right (维持).
    Upheld,
    /// Answered: the entry was struck out (更正).
    Struck,
}

impl ObjectionStage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Upheld => "upheld",
            Self::Struck => "struck",
        }
    }
}

impl Entry {
    fn begun(id: &str, list: List, event: &Event) -> Self {
        Self {
            id: id.to_owned(),
            list,
            ground: String::new(),
            rule: String::new(),
            authority: event.by.department.to_string(),
            from: event.on,
            until: None,
            term_over: None,
            outstay_due: None,
            consequence: None,
            to_remove: None,
            void: false,
            imported: false,
            objections: Vec::new(),
            seqs: vec![event.seq],
        }
    }

    /// Whether it stands on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        !self.void && self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Listings {
    /// The entry of an id.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.id == id)
    }

    /// The last notice of an entry.
    #[must_use]
    pub fn notice(&self, id: &str) -> Option<&Announced> {
        self.notices.iter().rev().find(|n| n.entry == id)
    }

    /// Whether the operator is on a list on a day.
    #[must_use]
    pub fn on_list(&self, list: List, day: Day) -> bool {
        self.entries
            .iter()
            .any(|e| e.list == list && e.stands_on(day))
    }
}

pub(crate) fn evolve(state: &mut Listings, event: &Event, payload: &ListingEvent) {
    match payload {
        ListingEvent::Noticed(p) => {
            state.notices.push(Announced {
                entry: p.entry.clone(),
                ground: p.ground.clone(),
                on: event.on,
                statement_due: event.derived.clock("listing.statement").map(|c| c.due),
                heard: None,
            });
        }
        ListingEvent::Heard(p) => {
            let mut notices = state.notices.iter_mut().rev();
            if let Some(notice) = notices.find(|n| n.entry == p.entry) {
                notice.heard = Some((p.statement, event.on));
            }
        }
        ListingEvent::Outstayed(p) => {
            if let Some(entry) = state.entries.iter_mut().find(|e| e.id == p.entry) {
                entry.consequence = event.derived.word("consequence").map(|code| Consequence {
                    code: code.to_owned(),
                    rule: cited(event, "listing.outstay"),
                    on: event.on,
                });
                entry.seqs.push(event.seq);
            }
        }
        ListingEvent::Entered(p) => state.entries.push(Entry {
            ground: p.ground.clone(),
            rule: slots(p.list).map_or_else(|_| String::new(), |slots| cited(event, slots.0)),
            term_over: event.derived.clock("listing.stay").map(|c| c.due),
            outstay_due: event.derived.clock("listing.outstay").map(|c| c.due),
            ..Entry::begun(&p.entry, p.list, event)
        }),
        ListingEvent::Imported(p) => state.entries.push(Entry {
            ground: p.reason.clone(),
            authority: p.source.authority.clone(),
            until: p.removed,
            imported: true,
            ..Entry::begun(&p.entry, p.list, event)
        }),
        ListingEvent::CureFound(p) => {
            if let Some(entry) = state.entries.iter_mut().find(|e| e.id == p.entry) {
                entry.to_remove = event.derived.clock("listing.remove").cloned();
                entry.seqs.push(event.seq);
            }
        }
        ListingEvent::Removed(p) => end(state, &p.entry, event),
        ListingEvent::Lapsed(p) => end(state, &p.entry, event),
        ListingEvent::EndImported(p) => end(state, &p.entry, event),
        ListingEvent::Objected(p) => {
            if let Some(entry) = state.entries.iter_mut().find(|e| e.id == p.entry) {
                entry.objections.push(Objection {
                    on: event.on,
                    stage: ObjectionStage::Received,
                    since: event.on,
                    code: String::new(),
                    clock: event.derived.clock("listing.accept_objection").cloned(),
                    late_days: event.derived.number("late_days").unwrap_or(0),
                    answer_late_days: 0,
                });
                entry.seqs.push(event.seq);
            }
        }
        ListingEvent::ObjectionAccepted(p) => {
            step(state, &p.entry, event, ObjectionStage::Accepted, "");
        }
        ListingEvent::ObjectionRefused(p) => {
            step(state, &p.entry, event, ObjectionStage::Refused, &p.code);
        }
        ListingEvent::ObjectionDecided(p) => {
            let stage = match p.outcome {
                Outcome::Upheld => ObjectionStage::Upheld,
                Outcome::Struck => ObjectionStage::Struck,
            };
            step(state, &p.entry, event, stage, "");
        }
        ListingEvent::Corrected(p) => {
            if let Some(entry) = state.entries.iter_mut().find(|e| e.id == p.entry) {
                match &p.ground {
                    Some(ground) => entry.ground.clone_from(ground),
                    None => entry.void = true,
                }
                entry.seqs.push(event.seq);
            }
        }
    }
}

fn end(state: &mut Listings, id: &str, event: &Event) {
    if let Some(entry) = state.entries.iter_mut().find(|e| e.id == id) {
        entry.until = Some(event.on);
        entry.seqs.push(event.seq);
    }
}

/// The next step of an entry's last objection.
fn step(state: &mut Listings, id: &str, event: &Event, stage: ObjectionStage, code: &str) {
    let Some(entry) = state.entries.iter_mut().find(|e| e.id == id) else {
        return;
    };
    if let Some(objection) = entry.objections.last_mut() {
        objection.stage = stage;
        objection.since = event.on;
        objection.code = code.to_owned();
        objection.clock = event.derived.clock("listing.check_objection").cloned();
        objection.answer_late_days += event.derived.number("late_days").unwrap_or(0);
    }
    entry.seqs.push(event.seq);
}

/// The rule of a slot that shaped an event.
fn cited(event: &Event, slot: &str) -> String {
    let named = event.rules.iter().find_map(|pack| {
        let id = pack.ids.iter().find(|id| *id == slot)?;
        Some(format!("{}#{id}", pack.pack))
    });
    named.unwrap_or_default()
}

pub(crate) fn rows(operator: &Operator, me: &Subject, payload: &ListingEvent, out: &mut Vec<Row>) {
    let id = match payload {
        ListingEvent::Noticed(_)
        | ListingEvent::Heard(_)
        | ListingEvent::CureFound(_)
        | ListingEvent::Outstayed(_)
        | ListingEvent::Objected(_)
        | ListingEvent::ObjectionAccepted(_)
        | ListingEvent::ObjectionRefused(_)
        | ListingEvent::ObjectionDecided(_) => return,
        ListingEvent::Entered(p) => &p.entry,
        ListingEvent::Removed(p) => &p.entry,
        ListingEvent::Lapsed(p) => &p.entry,
        ListingEvent::Corrected(p) => &p.entry,
        ListingEvent::Imported(p) => &p.entry,
        ListingEvent::EndImported(p) => &p.entry,
    };
    if let Some(entry) = operator.listing.entry(id) {
        out.push(Row {
            list: entry.list,
            key: me.id().to_owned(),
            entry: entry.id.clone(),
            from: entry.from,
            until: entry.until,
            void: entry.void,
            name: operator.registration.name().to_owned(),
            reason: entry.ground.clone(),
            rule: entry.rule.clone(),
            authority: entry.authority.clone(),
            document: String::new(),
            visibility: Visibility::Public,
            clock: None,
        });
    }
}
