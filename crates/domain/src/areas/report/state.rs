//! Report: its state, and the operator's tally.

use serde::{Deserialize, Serialize};

use super::clocks::is_to_tell;
use super::{File, Finding, ReportEvent};
use crate::areas::lead::LeadEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One report. Nothing in it tells who reported, but whether somebody gave a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The operator reported.
    pub operator: Option<CreditCode>,
    /// Address of the site or shop reported.
    pub site: String,
    /// The breach.
    pub cause: String,
    /// Whether the reporter gave a name, which is sealed.
    pub named: bool,
    /// Pieces of material handed in.
    pub material: u32,
    /// The complaint that the same material made.
    pub complaint: Option<String>,
    /// Day of receipt.
    pub received: Option<Day>,
    /// The department that handles it.
    pub handler: Option<CreditCode>,
    /// The unit within it.
    pub unit: String,
    /// The officer's number.
    pub officer: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Whether the term was extended.
    pub extended: bool,
    /// Day and finding of the last check.
    pub checked: Option<(Day, Finding)>,
    /// The case that came of it.
    pub case: Option<String>,
    /// Leads that came of it (线索).
    pub leads: Vec<String>,
    /// Code of the ground on which no case was opened.
    pub code: String,
    /// The report into which it was merged.
    pub merged_into: Option<String>,
    /// Reports merged into this one.
    pub merged: Vec<String>,
    /// To whom it was transferred.
    pub transferred_to: String,
    /// The deadline for deciding that runs, or ran last.
    pub clock: Option<Clock>,
    /// The deadline for telling the reporter, until that is done.
    pub tell: Option<Clock>,
    /// Day on which the reporter was told.
    pub told: Option<Day>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Received, to be checked and decided on.
    Received,
    /// A case was opened.
    CaseOpened,
    /// No case was opened.
    NotOpened,
    /// Merged into another.
    Merged,
    /// With another authority.
    Transferred,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Received => "received",
            Self::CaseOpened => "case_opened",
            Self::NotOpened => "not_opened",
            Self::Merged => "merged",
            Self::Transferred => "transferred",
        }
    }
}

impl Report {
    /// Whether the outcome is known: decided on, itself or in the report it was merged into, or
    /// transferred.
    #[must_use]
    pub fn has_outcome(&self) -> bool {
        self.case.is_some() || !self.code.is_empty() || self.stage == Stage::Transferred
    }
}

pub(crate) fn evolve(state: &mut Report, me: &Subject, event: &Event, payload: &ReportEvent) {
    let mine = me.id() == payload.number();
    match payload {
        ReportEvent::Merged(p) if !mine => state.merged.push(p.report.clone()),
        // What is decided on a report is decided on those merged into it.
        ReportEvent::CaseOpened(p) => state.case = Some(p.case.clone()),
        ReportEvent::NotOpened(p) => state.code.clone_from(&p.code),
        _ => {}
    }
    if let Some(clock) = event.derived.clock("report.decide") {
        let merges = matches!(payload, ReportEvent::Merged(_));
        if merges != mine {
            state.clock = Some(clock.clone());
        }
    }
    if let Some(clock) = event.derived.clock("report.tell")
        && is_to_tell(event, me)
    {
        state.tell = Some(clock.clone());
    }
    if !mine {
        return;
    }
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    state.since = Some(event.on);
    match payload {
        ReportEvent::Filed(p) => file(state, event, p),
        ReportEvent::Assigned(p) => {
            if let Some(department) = p.department {
                state.handler = Some(department);
            }
            state.unit.clone_from(&p.unit);
            state.officer.clone_from(&p.officer);
        }
        ReportEvent::CheckExtended(_) => state.extended = true,
        ReportEvent::TimeExcluded(_) => {}
        ReportEvent::Checked(p) => {
            state.operator = state.operator.or(p.operator);
            state.checked = Some((event.on, p.finding));
        }
        ReportEvent::CaseOpened(_) => state.stage = Stage::CaseOpened,
        ReportEvent::NotOpened(_) => state.stage = Stage::NotOpened,
        ReportEvent::Merged(p) => {
            state.stage = Stage::Merged;
            state.merged_into = Some(p.into.clone());
        }
        ReportEvent::Transferred(p) => {
            state.stage = Stage::Transferred;
            state.transferred_to.clone_from(&p.to);
        }
        ReportEvent::Told(_) => {
            state.told = Some(event.on);
            state.tell = None;
        }
    }
}

/// Notes a lead that came of the report.
pub(crate) fn note_lead(state: &mut Report, payload: &LeadEvent) {
    if let LeadEvent::Recorded(p) = payload {
        state.leads.push(p.lead.clone());
    }
}

fn file(state: &mut Report, event: &Event, p: &File) {
    state.operator = p.operator;
    state.site.clone_from(&p.site);
    state.cause.clone_from(&p.cause);
    state.named = p.reporter.is_some();
    state.material = u32::try_from(p.material.len()).unwrap_or(u32::MAX);
    state.complaint.clone_from(&p.complaint);
    state.received = Some(event.on);
    state.handler = Some(event.by.department);
    state.stage = Stage::Received;
}

/// Reports about one operator, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Received, or found on checking to be about it.
    pub received: u64,
    /// Without the reporter's name.
    pub anonymous: u64,
    /// On which a case was opened.
    pub cases: u64,
    /// On which none was.
    pub not_opened: u64,
    /// Merged into another.
    pub merged: u64,
    /// Transferred to another authority.
    pub transferred: u64,
}

impl Tally {
    /// Not decided on yet.
    #[must_use]
    pub fn open(&self) -> u64 {
        let closed = self.cases + self.not_opened + self.merged + self.transferred;
        self.received.saturating_sub(closed)
    }
}

pub(crate) fn tally(state: &mut Tally, payload: &ReportEvent) {
    match payload {
        ReportEvent::Filed(p) => {
            state.received += 1;
            state.anonymous += u64::from(p.reporter.is_none());
        }
        ReportEvent::Checked(p) => state.received += u64::from(p.operator.is_some()),
        ReportEvent::CaseOpened(_) => state.cases += 1,
        ReportEvent::NotOpened(_) => state.not_opened += 1,
        ReportEvent::Merged(_) => state.merged += 1,
        ReportEvent::Transferred(_) => state.transferred += 1,
        ReportEvent::Assigned(_)
        | ReportEvent::CheckExtended(_)
        | ReportEvent::TimeExcluded(_)
        | ReportEvent::Told(_) => {}
    }
}
