//! Plan: a task's state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::PlanEvent;
use crate::areas::sharing::{Duty, What};
use crate::dated::Dated;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One task of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Number of the plan's document.
    pub plan: String,
    /// Section of the plan.
    pub section: String,
    /// What is to be done.
    pub title: String,
    /// Day of the assignment.
    pub assigned: Option<Day>,
    /// Who assigned it.
    pub assigned_by: Option<CreditCode>,
    /// Who leads, and who did.
    pub lead: Vec<Seat>,
    /// Who cooperates, and who did.
    pub cooperating: Vec<Seat>,
    /// Departments that took over from one named here.
    pub heirs: BTreeSet<CreditCode>,
    /// Targets in the order in which they were set.
    pub targets: Vec<Target>,
    /// Day and reason of its end.
    pub ended: Option<(Day, String)>,
}

/// A department's place in a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The department.
    pub department: CreditCode,
    /// First day.
    pub from: Day,
    /// Whose place it took.
    pub taken_from: Option<CreditCode>,
    /// First day after it went over to another.
    pub until: Option<Day>,
}

/// A target and what was reached of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its id within the task.
    pub id: String,
    /// What is to be reached.
    pub title: String,
    /// At least this many.
    pub number: u64,
    /// Of what.
    pub unit: String,
    /// Where, when not in the whole county.
    pub division: Option<String>,
    /// Day on which it was set.
    pub set: Day,
    /// Its deadline, as the plan set it.
    pub clock: Option<Clock>,
    /// What was reported, by the day for which it was counted.
    pub reports: Dated<Report>,
}

/// One report on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many units.
    pub number: u64,
    /// How much of the target that is, in basis points.
    pub achieved_bp: i64,
    /// Where the number comes from.
    pub source: String,
    /// Who reported.
    pub by: CreditCode,
}

impl Task {
    /// The target of an id.
    #[must_use]
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.id == id)
    }

    /// Who leads on a day.
    pub fn leads_on(&self, day: Day) -> impl Iterator<Item = CreditCode> + '_ {
        let seats = self.lead.iter();
        seats
            .filter(move |s| s.stands_on(day))
            .map(|s| s.department)
    }

    /// Every department that has or had to do with it.
    pub fn departments(&self) -> impl Iterator<Item = CreditCode> + '_ {
        let seats = self.lead.iter().chain(&self.cooperating);
        let seats = seats.map(|s| s.department);
        seats
            .chain(self.assigned_by)
            .chain(self.heirs.iter().copied())
    }
}

impl Seat {
    /// Whether the department has the place on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Target {
    /// First day for which a report reached it.
    #[must_use]
    pub fn reached(&self) -> Option<Day> {
        let mut reports = self.reports.iter();
        reports
            .find(|(_, r)| r.number >= self.number)
            .map(|(day, _)| day)
    }
}

pub(crate) fn evolve(state: &mut Task, me: &Subject, event: &Event, payload: &PlanEvent) {
    let on = event.on;
    match payload {
        PlanEvent::TaskAssigned(p) => {
            let seats = |codes: &BTreeSet<CreditCode>| {
                let seats = codes.iter().map(|code| Seat {
                    department: *code,
                    from: on,
                    taken_from: None,
                    until: None,
                });
                seats.collect()
            };
            state.plan.clone_from(&p.plan);
            state.section.clone_from(&p.section);
            state.title.clone_from(&p.title);
            state.assigned = Some(on);
            state.assigned_by = Some(event.by.department);
            state.lead = seats(&p.lead);
            state.cooperating = seats(&p.cooperating);
        }
        PlanEvent::TargetSet(p) => state.targets.push(Target {
            id: p.target.clone(),
            title: p.title.clone(),
            number: p.number,
            unit: p.unit.clone(),
            division: p.division.clone(),
            set: on,
            clock: event.derived.clock("plan.target").cloned(),
            reports: Dated::default(),
        }),
        PlanEvent::TargetReported(p) => {
            if let Some(target) = state.targets.iter_mut().find(|t| t.id == p.target) {
                let report = Report {
                    number: p.number,
                    achieved_bp: event.derived.number("achieved_bp").unwrap_or(0),
                    source: p.source.clone(),
                    by: event.by.department,
                };
                target.reports.set(on, report);
            }
        }
        PlanEvent::TaskEnded(p) => state.ended = Some((on, p.reason.clone())),
        PlanEvent::HandedOver(p) => {
            state.heirs.insert(p.to);
            let mine = |what: What| move |d: &&Duty| d.matter == *me && d.what == what;
            for (what, seats) in [
                (What::Lead, &mut state.lead),
                (What::Cooperate, &mut state.cooperating),
            ] {
                if p.duties.iter().any(|d| mine(what)(&d)) {
                    hand_over(seats, p.from, p.to, on);
                }
            }
        }
    }
}

/// The place of one department goes to another, which may have one already.
fn hand_over(seats: &mut Vec<Seat>, from: CreditCode, to: CreditCode, on: Day) {
    let mut given = false;
    for seat in seats.iter_mut().filter(|s| s.department == from) {
        given |= seat.until.is_none();
        seat.until = seat.until.or(Some(on));
    }
    let held = |s: &Seat| s.department == to && s.until.is_none();
    if given && !seats.iter().any(held) {
        seats.push(Seat {
            department: to,
            from: on,
            taken_from: Some(from),
            until: None,
        });
    }
}
