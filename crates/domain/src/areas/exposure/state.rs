//! Exposure: a bulletin's state, an operator's exposures, and the rows of the list.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entry, ExposureEvent, ReviewOutcome, Show, Source};
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::policy::Text;
use crate::row::{List, Row};
use crate::subject::Subject;
use crate::term::Clock;

/// One bulletin: whole for those who make it, for the public what was published of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// Title; empty before the draft.
    pub title: Option<Text>,
    /// The period that it reports on, both ends included.
    pub period: Option<(Day, Day)>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Its entries.
    pub items: Vec<Item>,
    /// Who drafted it or changed the draft, `department/officer`.
    pub drafters: BTreeSet<String>,
    /// Who reviewed the present draft.
    pub reviewer: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// The deadline that runs, or ran last.
    pub clock: Option<Clock>,
    /// Days by which its steps came late, added up.
    pub late_days: i64,
    /// Day of publication.
    pub published: Option<Day>,
    /// Day and code of its withdrawal as a whole.
    pub withdrawn: Option<(Day, String)>,
}

/// Where a bulletin stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// In the drafter's hands.
    Drafting,
    /// In legal review.
    Submitted,
    /// Passed, to be approved.
    Reviewed,
    /// Approved, to be published.
    Approved,
    /// Public.
    Published,
    /// Withdrawn whole.
    Withdrawn,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Drafting => "drafting",
            Self::Submitted => "submitted",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One entry of a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// The operator.
    pub operator: CreditCode,
    /// What it rests on.
    pub source: Source,
    /// What was drafted; gone once the entry was withdrawn or has expired.
    pub drafted: Option<Entry>,
    /// What the public sees; nothing before publication and once the entry ended.
    pub shown: Option<Show>,
    /// The last day on which it is shown, once published.
    pub until: Option<Day>,
    /// How and when it ended.
    pub ended: Option<Ending>,
}

/// How an entry ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// First day on which it is shown no longer.
    pub on: Day,
    /// Code of the reason.
    pub code: String,
}

/// All exposures of one operator, in the order in which they became known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposures {
    /// The entries.
    pub entries: Vec<Exposed>,
}

/// One exposure of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposed {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry's id in it.
    pub entry: String,
    /// First day.
    pub from: Day,
    /// The last day on which it is to be shown.
    pub until: Option<Day>,
    /// How and when it ended.
    pub ended: Option<Ending>,
    /// What the public sees; nothing once it ended.
    pub shown: Option<Show>,
    /// Corrections: day and reason.
    pub corrections: Vec<(Day, String)>,
    /// The rule behind its term, `pack@version#rule.id`.
    pub rule: String,
    /// Credit code of the department that published it.
    pub authority: String,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

impl Bulletin {
    /// The entry of an id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }

    fn item_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|i| i.id == id)
    }
}

impl Exposed {
    /// Whether it is shown on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.ended.as_ref().is_none_or(|end| day < end.on)
    }
}

impl Exposures {
    /// The exposure of a bulletin's entry.
    #[must_use]
    pub fn entry(&self, bulletin: &str, entry: &str) -> Option<&Exposed> {
        self.entries
            .iter()
            .find(|e| e.bulletin == bulletin && e.entry == entry)
    }
}

/// `department/officer`, by which first and second officers are told apart.
pub(super) fn signature(event: &crate::actor::Actor) -> Option<String> {
    let officer = event.officer.as_ref()?;
    Some(format!("{}/{officer}", event.department))
}

pub(crate) fn evolve(state: &mut Bulletin, event: &Event, payload: &ExposureEvent) {
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    match payload {
        ExposureEvent::Drafted(p) => {
            state.title = Some(p.title.clone());
            state.period = Some((p.from, p.to));
            state.stage = Stage::Drafting;
            state.items = p.entries.iter().map(drafted).collect();
            state.drafters.extend(signature(&event.by));
        }
        ExposureEvent::EntryAdded(p) => {
            state.items.push(drafted(&p.entry));
            state.drafters.extend(signature(&event.by));
        }
        ExposureEvent::EntryDropped(p) => {
            state.items.retain(|i| i.id != p.entry);
            state.drafters.extend(signature(&event.by));
        }
        ExposureEvent::Submitted(_) => state.stage = Stage::Submitted,
        ExposureEvent::Reviewed(p) => match p.outcome {
            ReviewOutcome::Passed => {
                state.stage = Stage::Reviewed;
                state.reviewer = signature(&event.by);
            }
            ReviewOutcome::Returned => back(state),
        },
        ExposureEvent::Approved(_) => {
            state.stage = Stage::Approved;
            state.approver = signature(&event.by);
        }
        ExposureEvent::Returned(_) => back(state),
        ExposureEvent::Released(_) => state.stage = Stage::Published,
        ExposureEvent::Published(p) => {
            state.title = Some(p.title.clone());
            state.period = Some((p.from, p.to));
            state.stage = Stage::Published;
            state.published = Some(event.on);
        }
        ExposureEvent::Shown(p) => show(state, event, p),
        ExposureEvent::Corrected(p) => {
            if let Some(item) = state.item_mut(&p.entry.entry) {
                item.source = p.entry.source.clone();
                item.drafted = Some(p.entry.clone());
            }
        }
        ExposureEvent::EntryWithdrawn(p) => gone(state, &p.entry, event.on, &p.code),
        ExposureEvent::Expired(p) => gone(state, &p.entry, event.on, EXPIRED),
        ExposureEvent::Withdrawn(p) => {
            state.stage = Stage::Withdrawn;
            state.withdrawn = Some((event.on, p.code.clone()));
        }
    }
    state.since = state.since.max(Some(event.on));
    // Terms of single entries stand with the entries.
    let runs = event.derived.clocks.iter();
    if let Some(clock) = runs.rev().find(|c| c.name != "exposure.show") {
        state.clock = Some(clock.clone());
    }
}

/// The code of an entry whose term is over.
pub(super) const EXPIRED: &str = "expired";

fn drafted(entry: &Entry) -> Item {
    Item {
        id: entry.entry.clone(),
        operator: entry.operator,
        source: entry.source.clone(),
        drafted: Some(entry.clone()),
        shown: None,
        until: None,
        ended: None,
    }
}

/// What is shown of an entry; a public reader learns of the entry here.
fn show(state: &mut Bulletin, event: &Event, p: &Show) {
    let known = state.items.iter().position(|i| i.id == p.entry);
    let at = known.unwrap_or(state.items.len());
    if known.is_none() {
        state.items.push(Item {
            id: p.entry.clone(),
            operator: p.operator,
            source: Source {
                id: p.document.clone(),
                kind: p.source,
            },
            drafted: None,
            shown: None,
            until: None,
            ended: None,
        });
    }
    if let Some(item) = state.items.get_mut(at) {
        item.until = event.derived.day("shown_until_day").or(item.until);
        if item.ended.is_none() {
            item.shown = Some(p.clone());
        }
    }
}

fn back(state: &mut Bulletin) {
    state.stage = Stage::Drafting;
    state.reviewer = None;
    state.approver = None;
}

fn gone(state: &mut Bulletin, id: &str, on: Day, code: &str) {
    if let Some(item) = state.item_mut(id) {
        item.drafted = None;
        item.shown = None;
        item.ended = Some(Ending {
            on,
            code: code.to_owned(),
        });
    }
}

/// Folds an event into the operator's part.
pub(crate) fn expose(state: &mut Exposures, event: &Event, payload: &ExposureEvent) {
    let Some((bulletin, entry)) = entry_of(payload) else {
        return;
    };
    let mut known = state.entries.iter_mut();
    let known = known.find(|e| e.bulletin == bulletin && e.entry == entry);
    match (payload, known) {
        (ExposureEvent::Shown(p), None) => {
            let until = event.derived.facts.iter();
            let until = until.rev().find(|f| f.name == "shown_until_day");
            state.entries.push(Exposed {
                bulletin: bulletin.to_owned(),
                entry: entry.to_owned(),
                from: event.on,
                until: until.and_then(|f| f.day),
                ended: None,
                shown: Some(p.clone()),
                corrections: Vec::new(),
                rule: until.map_or_else(String::new, |f| f.rule.clone()),
                authority: event.by.department.to_string(),
                seqs: vec![event.seq],
            });
        }
        (ExposureEvent::Shown(p), Some(exposed)) => {
            exposed.corrections.push((event.on, p.correction.clone()));
            exposed.seqs.push(event.seq);
            exposed.until = event.derived.day("shown_until_day").or(exposed.until);
            if exposed.ended.is_none() {
                exposed.shown = Some(p.clone());
            }
        }
        (ExposureEvent::EntryWithdrawn(p), Some(exposed)) => end(exposed, event, &p.code),
        (ExposureEvent::Expired(_), Some(exposed)) => end(exposed, event, EXPIRED),
        _ => {}
    }
}

fn end(exposed: &mut Exposed, event: &Event, code: &str) {
    exposed.shown = None;
    exposed.seqs.push(event.seq);
    exposed.ended = Some(Ending {
        on: event.on,
        code: code.to_owned(),
    });
}

/// The bulletin and entry that a public event is about.
fn entry_of(payload: &ExposureEvent) -> Option<(&str, &str)> {
    match payload {
        ExposureEvent::Shown(p) => Some((&p.bulletin, &p.entry)),
        ExposureEvent::EntryWithdrawn(p) => Some((&p.bulletin, &p.entry)),
        ExposureEvent::Expired(p) => Some((&p.bulletin, &p.entry)),
        _ => None,
    }
}

/// The row of an exposure; once it has ended a tombstone, without name and breach.
pub(crate) fn rows(state: &Exposures, me: &Subject, payload: &ExposureEvent, out: &mut Vec<Row>) {
    let Some((bulletin, entry)) = entry_of(payload) else {
        return;
    };
    let Some(exposed) = state.entry(bulletin, entry) else {
        return;
    };
    let shown = exposed.shown.as_ref();
    let ended = exposed.ended.as_ref();
    let reason = ended.map(|e| &e.code).or(shown.map(|s| &s.breach.zh));
    out.push(Row {
        list: List::Exposure,
        key: me.id().to_owned(),
        entry: format!("{bulletin}.{entry}"),
        from: exposed.from,
        until: ended.map(|e| e.on),
        void: false,
        name: shown.map_or_else(String::new, |s| s.name.clone()),
        reason: reason.cloned().unwrap_or_default(),
        rule: exposed.rule.clone(),
        authority: exposed.authority.clone(),
        document: bulletin.to_owned(),
        visibility: Visibility::Public,
        clock: None,
    });
}
