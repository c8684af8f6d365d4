//! Department: the dated register, and the question who may act.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::DepartmentEvent;
use crate::actor::{Actor, Capacity};
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::refusal::Refusal;

/// All departments that ever were, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// By credit code.
    pub departments: BTreeMap<CreditCode, Department>,
}

/// One department over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Division code.
    pub division: String,
    /// First day.
    pub from: Day,
    /// First day after its end.
    pub until: Option<Day>,
    /// Who took over.
    pub successors: BTreeSet<CreditCode>,
    /// Whose work it took over.
    pub predecessors: BTreeSet<CreditCode>,
    /// Roles of its officers.
    pub capacities: BTreeSet<Capacity>,
    /// Officers by number, every posting in order.
    pub officers: BTreeMap<String, Vec<Officer>>,
}

/// One posting of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Roles.
    pub capacities: BTreeSet<Capacity>,
    /// First day.
    pub from: Day,
    /// First day after the end.
    pub until: Option<Day>,
}

impl Register {
    /// Checks that an actor may act in one of these capacities on a day.
    ///
    /// # Errors
    /// `department.unknown`, `department.not_in_office`, `department.no_capacity`,
    /// `department.officer_unknown`.
    pub fn may(&self, by: &Actor, on: Day, allowed: &[Capacity]) -> Result<&Department, Refusal> {
        let department = self.departments.get(&by.department).ok_or_else(|| {
            Refusal::new(
                "department.unknown",
                format!("department {} is not in the register", by.department),
                "establish the department first, or correct its code",
            )
            .at("by.department")
        })?;
        if !department.stands_on(on) {
            return Err(Refusal::new(
                "department.not_in_office",
                format!("{} does not exist on {on}", department.name),
                match department.successors.first() {
                    Some(successor) => format!("act through its successor {successor}"),
                    None => "choose a day on which it exists".to_owned(),
                },
            )
            .at("by.department"));
        }
        if !allowed.contains(&by.capacity) || !department.capacities.contains(&by.capacity) {
            return Err(Refusal::new(
                "department.no_capacity",
                format!("{} may not do this in this capacity", department.name),
                "let a department and officer with the capacity act, or empower it first",
            )
            .at("by.capacity"));
        }
        if let Some(number) = &by.officer {
            let posted = department.officers.get(number).is_some_and(|postings| {
                postings
                    .iter()
                    .any(|p| p.stands_on(on) && p.capacities.contains(&by.capacity))
            });
            if !posted {
                return Err(Refusal::new(
                    "department.officer_unknown",
                    "this officer holds no post with this capacity on that day",
                    "post the officer first, or correct the number",
                )
                .at("by.officer"));
            }
        }
        Ok(department)
    }

    pub(crate) fn evolve(&mut self, event: &Event, payload: &DepartmentEvent) {
        match payload {
            DepartmentEvent::Established(p) => {
                for old in &p.succeeds {
                    if let Some(department) = self.departments.get_mut(old) {
                        department.successors.insert(p.code);
                    }
                }
                self.departments.insert(
                    p.code,
                    Department {
                        name: p.name.clone(),
                        short: p.short.clone(),
                        division: p.division.clone(),
                        from: event.on,
                        until: None,
                        successors: BTreeSet::new(),
                        predecessors: p.succeeds.clone(),
                        capacities: p.capacities.clone(),
                        officers: BTreeMap::new(),
                    },
                );
            }
            DepartmentEvent::Dissolved(p) => {
                if let Some(department) = self.departments.get_mut(&p.code) {
                    department.until = Some(event.on);
                    department.successors.extend(&p.successors);
                }
                for successor in &p.successors {
                    if let Some(department) = self.departments.get_mut(successor) {
                        department.predecessors.insert(p.code);
                    }
                }
            }
            DepartmentEvent::Empowered(p) => {
                if let Some(department) = self.departments.get_mut(&p.code) {
                    department.capacities.clone_from(&p.capacities);
                }
            }
            DepartmentEvent::OfficerPosted(p) => {
                if let Some(department) = self.departments.get_mut(&p.department) {
                    department
                        .officers
                        .entry(p.officer.clone())
                        .or_default()
                        .push(Officer {
                            capacities: p.capacities.clone(),
                            from: event.on,
                            until: None,
                        });
                }
            }
            DepartmentEvent::OfficerLeft(p) => {
                let postings = self
                    .departments
                    .get_mut(&p.department)
                    .and_then(|d| d.officers.get_mut(&p.officer));
                for posting in postings.into_iter().flatten() {
                    posting.until.get_or_insert(event.on);
                }
            }
        }
    }
}

impl Department {
    /// Whether it exists on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Officer {
    /// Whether the posting lasts on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}
