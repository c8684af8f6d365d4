//! Risk: the state of a risk and of a plan, an operator's risks, and the rows of both lists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AdoptPlan, Level, RiskEvent, RiskSource};
use crate::areas::lead::LeadEvent;
use crate::day::Day;
use crate::entity::Operator;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::row::{List, Row};
use crate::subject::Subject;
use crate::term::Clock;

/// One risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// Where it was seen.
    pub source: Option<RiskSource>,
    /// What it rests on, `kind:id`.
    pub from: Option<Subject>,
    /// The operator.
    pub operator: Option<CreditCode>,
    /// Address of the site or shop, or the trade concerned.
    pub site: String,
    /// What it is.
    pub what: String,
    /// Day on which it was collected.
    pub collected: Option<Day>,
    /// The department that keeps it.
    pub handler: Option<CreditCode>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Assessments, in the order in which they were made; the last one counts.
    pub assessments: Vec<Assessment>,
    /// The departments that were warned.
    pub warned: BTreeSet<CreditCode>,
    /// Leads that came of it.
    pub leads: Vec<String>,
    /// The lead or case that its disposal led to.
    pub led_to: Option<Subject>,
    /// The plan that was followed.
    pub plan: Option<String>,
    /// Code of the outcome of disposal.
    pub code: String,
    /// The deadline for disposal, once warned.
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// One assessment, down to its weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Day of assessment.
    pub on: Day,
    /// The method with its version, `pack@version#rule.id`.
    pub method: String,
    /// Its factors, by name.
    pub factors: Vec<Factor>,
    /// The sum of their points.
    pub score_points: i64,
    /// Points from which the level is medium, and high.
    pub thresholds_points: (i64, i64),
    /// The level.
    pub level: Level,
}

/// One factor of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Its name in the method.
    pub factor: String,
    /// What was found.
    pub value: u32,
    /// Points for each unit of it.
    pub weight_points: i64,
    /// Value times weight.
    pub points: i64,
}

/// Where a risk stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Collected, not assessed yet.
    Collected,
    /// Assessed.
    Assessed,
    /// Warned of, not disposed of yet.
    Warned,
    /// Disposed of.
    Disposed,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Collected => "collected",
            Self::Assessed => "assessed",
            Self::Warned => "warned",
            Self::Disposed => "disposed",
        }
    }
}

impl Risk {
    /// The level of the last assessment.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.assessments.last().map(|a| a.level)
    }
}

/// A plan (处置预案).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is called.
    pub title: String,
    /// The levels for which it is made.
    pub levels: BTreeSet<Level>,
    /// What is done, in order.
    pub steps: Vec<String>,
    /// Departments that have a part in it.
    pub departments: BTreeSet<CreditCode>,
    /// The department that adopted it.
    pub handler: Option<CreditCode>,
    /// First day.
    pub adopted: Option<Day>,
    /// First day no longer.
    pub retired: Option<Day>,
    /// Risks in whose disposal it was followed.
    pub followed_in: Vec<String>,
}

impl Plan {
    /// Whether it stands on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.adopted.is_some_and(|from| from <= day) && self.retired.is_none_or(|until| day < until)
    }
}

pub(crate) fn evolve(state: &mut Risk, event: &Event, payload: &RiskEvent) {
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    state.since = Some(event.on);
    match payload {
        RiskEvent::Collected(p) => {
            state.source = Some(p.source);
            state.from.clone_from(&p.from);
            state.operator = p.operator;
            state.site.clone_from(&p.site);
            state.what.clone_from(&p.what);
            state.collected = Some(event.on);
            state.handler = Some(event.by.department);
            state.stage = Stage::Collected;
        }
        RiskEvent::Assessed(_) => {
            if let Some(assessment) = assessment(event, payload) {
                state.assessments.push(assessment);
            }
            if state.stage == Stage::Collected {
                state.stage = Stage::Assessed;
            }
        }
        RiskEvent::Warned(p) => {
            state.warned.extend(&p.to);
            state.clock = event.derived.clock("risk.dispose").cloned();
            state.stage = Stage::Warned;
        }
        RiskEvent::Disposed(p) => {
            state.code.clone_from(&p.code);
            state.led_to.clone_from(&p.led_to);
            state.plan.clone_from(&p.plan);
            state.stage = Stage::Disposed;
        }
        RiskEvent::PlanAdopted(_) | RiskEvent::PlanRetired(_) => {}
    }
}

/// The assessment that an event made, out of what it derived.
fn assessment(event: &Event, payload: &RiskEvent) -> Option<Assessment> {
    let RiskEvent::Assessed(p) = payload else {
        return None;
    };
    let derived = &event.derived;
    let number = |name: &str| derived.number(name).unwrap_or(0);
    let factors = p.values.iter().map(|(factor, value)| Factor {
        factor: factor.clone(),
        value: *value,
        weight_points: number(&format!("weight_{factor}_points")),
        points: number(&format!("{factor}_points")),
    });
    let score = derived.facts.iter().find(|f| f.name == "score_points")?;
    let level = match derived.word("level") {
        Some("high") => Level::High,
        Some("medium") => Level::Medium,
        _ => Level::Low,
    };
    Some(Assessment {
        on: event.on,
        method: score.rule.clone(),
        factors: factors.collect(),
        score_points: number("score_points"),
        thresholds_points: (number("medium_from_points"), number("high_from_points")),
        level,
    })
}

/// Notes a lead that came of the risk.
pub(crate) fn note_lead(state: &mut Risk, payload: &LeadEvent) {
    if let LeadEvent::Recorded(p) = payload {
        state.leads.push(p.lead.clone());
    }
}

pub(crate) fn evolve_plan(state: &mut Plan, event: &Event, payload: &RiskEvent) {
    match payload {
        RiskEvent::PlanAdopted(p) => adopt(state, event, p),
        RiskEvent::PlanRetired(_) => state.retired = Some(event.on),
        RiskEvent::Disposed(p) => state.followed_in.push(p.risk.clone()),
        _ => {}
    }
}

fn adopt(state: &mut Plan, event: &Event, p: &AdoptPlan) {
    state.title.clone_from(&p.title);
    state.levels.clone_from(&p.levels);
    state.steps.clone_from(&p.steps);
    state.departments.clone_from(&p.departments);
    state.handler = Some(event.by.department);
    state.adopted = Some(event.on);
    state.retired = None;
}

/// An operator's risks, in the order in which they were collected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risks {
    /// The risks.
    pub marks: Vec<RiskMark>,
}

/// A risk on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskMark {
    /// Its number.
    pub risk: String,
    /// The level of the last assessment.
    pub level: Option<Level>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the warning.
    pub warned: Option<Day>,
    /// Last day for disposal.
    pub due: Option<Day>,
    /// The rule of that term, `pack@version#rule.id`.
    pub rule: String,
    /// The department that warned.
    pub authority: Option<CreditCode>,
    /// Day of disposal.
    pub disposed: Option<Day>,
}

impl RiskMark {
    fn new(risk: &str) -> Self {
        Self {
            risk: risk.to_owned(),
            level: None,
            stage: Stage::Unknown,
            warned: None,
            due: None,
            rule: String::new(),
            authority: None,
            disposed: None,
        }
    }

    /// Whether it was warned of and not disposed of.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.warned.is_some() && self.disposed.is_none()
    }

    fn take(&mut self, event: &Event, payload: &RiskEvent) {
        match payload {
            RiskEvent::Collected(_) => self.stage = Stage::Collected,
            RiskEvent::Assessed(_) => {
                self.level = assessment(event, payload).map(|a| a.level).or(self.level);
                if self.stage == Stage::Collected {
                    self.stage = Stage::Assessed;
                }
            }
            RiskEvent::Warned(_) => {
                self.stage = Stage::Warned;
                self.warned = Some(event.on);
                self.authority = Some(event.by.department);
                if let Some(clock) = event.derived.clock("risk.dispose") {
                    self.due = Some(clock.due);
                    self.rule.clone_from(&clock.rule);
                }
            }
            RiskEvent::Disposed(_) => {
                self.stage = Stage::Disposed;
                self.disposed = Some(event.on);
            }
            RiskEvent::PlanAdopted(_) | RiskEvent::PlanRetired(_) => {}
        }
    }

    /// The rows of a warning: on the list of warnings until it is disposed of, and on the list of
    /// overdue ones from the day after its term, unless it was disposed of by then.
    fn rows(&self, key: &str, name: &str, out: &mut Vec<Row>) {
        let Some(warned) = self.warned else {
            return;
        };
        let level = self.level.map_or_else(String::new, |l| l.name().to_owned());
        let row = |list, from, void| Row {
            list,
            key: key.to_owned(),
            entry: self.risk.clone(),
            from,
            until: self.disposed,
            void,
            name: name.to_owned(),
            reason: level.clone(),
            rule: self.rule.clone(),
            authority: self.authority.map_or_else(String::new, |a| a.to_string()),
            document: String::new(),
            visibility: Visibility::Departments,
            clock: None,
        };
        out.push(row(List::RiskWarnings, warned, false));
        if let Some(due) = self.due {
            let in_time = self.disposed.is_some_and(|disposed| disposed <= due);
            out.push(row(List::RiskOverdue, due.plus_days(1), in_time));
        }
    }
}

pub(crate) fn evolve_operator(state: &mut Risks, event: &Event, payload: &RiskEvent) {
    let Some(number) = payload.risk() else {
        return;
    };
    let place = state.marks.iter().position(|mark| mark.risk == number);
    let place = place.unwrap_or_else(|| {
        state.marks.push(RiskMark::new(number));
        state.marks.len() - 1
    });
    if let Some(mark) = state.marks.get_mut(place) {
        mark.take(event, payload);
    }
}

/// The rows that an event makes or changes for an operator's risk.
pub(crate) fn rows(operator: &Operator, me: &Subject, payload: &RiskEvent, out: &mut Vec<Row>) {
    let changes = matches!(payload, RiskEvent::Warned(_) | RiskEvent::Disposed(_));
    let marks = &operator.risks.marks;
    let mark = marks
        .iter()
        .find(|m| payload.risk() == Some(m.risk.as_str()));
    if let Some(mark) = mark.filter(|_| changes) {
        mark.rows(me.id(), operator.registration.name(), out);
    }
}

/// The rows of a risk that is no operator's, under its own number.
pub(crate) fn rows_of_site(
    state: &Risk,
    me: &Subject,
    event: &Event,
    payload: &RiskEvent,
    out: &mut Vec<Row>,
) {
    let changes = matches!(payload, RiskEvent::Warned(_) | RiskEvent::Disposed(_));
    let Some(clock) = state
        .clock
        .as_ref()
        .filter(|_| changes && state.operator.is_none())
    else {
        return;
    };
    let disposed = matches!(payload, RiskEvent::Disposed(_)).then_some(event.on);
    let mark = RiskMark {
        level: state.level(),
        stage: state.stage,
        warned: Some(clock.start),
        due: Some(clock.due),
        rule: clock.rule.clone(),
        authority: state.handler,
        disposed,
        ..RiskMark::new(me.id())
    };
    mark.rows(me.id(), &state.site, out);
}
