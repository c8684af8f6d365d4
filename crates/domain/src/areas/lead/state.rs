//! Lead: its state.

use serde::{Deserialize, Serialize};

use super::{LeadEvent, Record, Source};
use crate::areas::report::Finding;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One lead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Where it comes from.
    pub source: Option<Source>,
    /// What it rests on, `kind:id`.
    pub from: Option<Subject>,
    /// The authority that sent it.
    pub from_authority: String,
    /// The operator.
    pub operator: Option<CreditCode>,
    /// Address of the site or shop.
    pub site: String,
    /// What it says.
    pub what: String,
    /// Day on which it came to be known.
    pub recorded: Option<Day>,
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
    /// Whether the term for verifying was extended.
    pub extended: bool,
    /// Day and finding of the last verification.
    pub verified: Option<(Day, Finding)>,
    /// Days of interviews, and whether the operator came.
    pub interviews: Vec<(Day, bool)>,
    /// Days and codes of warnings.
    pub warnings: Vec<(Day, String)>,
    /// Day by which the operator has to correct what was found, as said last.
    pub correct_by: Option<Day>,
    /// The case that came of it.
    pub case: Option<String>,
    /// Code of the outcome with which it was closed.
    pub code: String,
    /// Days of revisits, and whether all was corrected.
    pub revisits: Vec<(Day, bool)>,
    /// Leads that came of this one.
    pub leads: Vec<String>,
    /// Analyses that are about it.
    pub analyses: Vec<Analysis>,
    /// The deadline for assigning or verifying that runs, or ran last.
    pub clock: Option<Clock>,
    /// The deadline for looking again, until that is done.
    pub revisit: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// What was learned of a lead or campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Day of filing.
    pub on: Day,
    /// What was learned.
    pub findings: String,
    /// What is to be mended at the source.
    pub measures: String,
}

/// Where a lead stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Recorded, nobody has it yet.
    Recorded,
    /// With an officer, to be verified.
    Assigned,
    /// Verified; to be closed, or to become a case.
    Verified,
    /// A case was opened.
    CaseOpened,
    /// Closed with an outcome.
    Closed,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Recorded => "recorded",
            Self::Assigned => "assigned",
            Self::Verified => "verified",
            Self::CaseOpened => "case_opened",
            Self::Closed => "closed",
        }
    }
}

pub(crate) fn evolve(state: &mut Lead, me: &Subject, event: &Event, payload: &LeadEvent) {
    let on = event.on;
    let mine = payload.lead() == Some(me.id());
    match payload {
        LeadEvent::Recorded(p) if !mine => return state.leads.push(p.lead.clone()),
        LeadEvent::AnalysisFiled(p) => {
            return state.analyses.push(Analysis {
                on,
                findings: p.findings.clone(),
                measures: p.measures.clone(),
            });
        }
        _ if !mine => return,
        _ => {}
    }
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    state.since = Some(on);
    for clock in &event.derived.clocks {
        match clock.name.as_str() {
            "lead.revisit" => state.revisit = Some(clock.clone()),
            _ => state.clock = Some(clock.clone()),
        }
    }
    match payload {
        LeadEvent::Recorded(p) => record(state, event, p),
        LeadEvent::Assigned(p) => {
            state.officer = Some(p.officer.clone());
            state.unit.clone_from(&p.unit);
            if state.stage == Stage::Recorded {
                state.stage = Stage::Assigned;
            }
        }
        LeadEvent::TermExtended(_) => state.extended = true,
        LeadEvent::Verified(p) => {
            state.operator = state.operator.or(p.operator);
            state.verified = Some((on, p.finding));
            state.stage = Stage::Verified;
        }
        LeadEvent::InterviewHeld(p) => {
            state.interviews.push((on, !p.absent));
            state.correct_by = p.correct_by.or(state.correct_by);
        }
        LeadEvent::WarningGiven(p) => {
            state.warnings.push((on, p.code.clone()));
            state.correct_by = p.correct_by.or(state.correct_by);
        }
        LeadEvent::CaseOpened(p) => {
            state.case = Some(p.case.clone());
            state.stage = Stage::CaseOpened;
        }
        LeadEvent::Closed(p) => {
            state.code.clone_from(&p.code);
            state.stage = Stage::Closed;
        }
        LeadEvent::Revisited(p) => {
            state.revisits.push((on, p.corrected));
            // What is not corrected is looked at once more: the event brings that term along.
            if event.derived.clock("lead.revisit").is_none() {
                state.revisit = None;
            }
        }
        _ => {}
    }
}

fn record(state: &mut Lead, event: &Event, p: &Record) {
    state.source = Some(p.source);
    state.from.clone_from(&p.from);
    state.from_authority.clone_from(&p.from_authority);
    state.operator = p.operator;
    state.site.clone_from(&p.site);
    state.what.clone_from(&p.what);
    state.recorded = Some(event.on);
    state.handler = Some(event.by.department);
    state.stage = Stage::Recorded;
}
