//! Department: the register's fold.

use std::collections::{BTreeMap, BTreeSet};

use super::{Department, DepartmentEvent, Name, Officer, Register, Succession};
use crate::actor::Capacity;
use crate::dated::Dated;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;

impl Register {
    pub(crate) fn evolve(&mut self, event: &Event, payload: &DepartmentEvent) {
        match payload {
            DepartmentEvent::Established(p) => {
                let department = Department {
                    names: Dated::since(event.on, name(&p.name, &p.short)),
                    division: p.division.clone(),
                    from: event.on,
                    until: None,
                    successors: Vec::new(),
                    predecessors: Vec::new(),
                    capacities: Dated::since(event.on, p.capacities.clone()),
                    officers: BTreeMap::new(),
                };
                self.departments.insert(p.code, department);
                for old in &p.succeeds {
                    self.succeed(*old, p.code, event.on, &BTreeSet::new());
                }
            }
            DepartmentEvent::Dissolved(p) => {
                if let Some(department) = self.departments.get_mut(&p.code) {
                    department.until = Some(event.on);
                }
                for successor in &p.successors {
                    self.succeed(p.code, *successor, event.on, &BTreeSet::new());
                }
            }
            DepartmentEvent::Renamed(p) => {
                if let Some(department) = self.departments.get_mut(&p.code) {
                    department.names.set(event.on, name(&p.name, &p.short));
                }
            }
            DepartmentEvent::TookOver(p) => {
                self.succeed(p.predecessor, p.code, event.on, &p.capacities);
            }
            DepartmentEvent::Empowered(p) => {
                if let Some(department) = self.departments.get_mut(&p.code) {
                    department.capacities.set(event.on, p.capacities.clone());
                }
            }
            DepartmentEvent::OfficerPosted(p) => {
                if let Some(department) = self.departments.get_mut(&p.department) {
                    let posting = Officer {
                        capacities: p.capacities.clone(),
                        from: event.on,
                        until: None,
                    };
                    let postings = department.officers.entry(p.officer.clone()).or_default();
                    postings.push(posting);
                }
            }
            DepartmentEvent::OfficerLeft(p) => {
                let postings = self
                    .departments
                    .get_mut(&p.department)
                    .and_then(|d| d.officers.get_mut(&p.officer));
                let standing = postings.into_iter().flatten();
                for posting in standing.filter(|posting| posting.stands_on(event.on)) {
                    posting.until = Some(event.on);
                }
            }
        }
    }

    /// Notes at both departments that work went from one to the other.
    fn succeed(
        &mut self,
        old: CreditCode,
        new: CreditCode,
        from: Day,
        capacities: &BTreeSet<Capacity>,
    ) {
        let one = |other| Succession {
            other,
            from,
            capacities: capacities.clone(),
        };
        if let Some(department) = self.departments.get_mut(&old) {
            note(&mut department.successors, one(new));
        }
        if let Some(department) = self.departments.get_mut(&new) {
            note(&mut department.predecessors, one(old));
        }
    }
}

fn note(held: &mut Vec<Succession>, one: Succession) {
    if !held.contains(&one) {
        held.push(one);
    }
}

fn name(full: &str, short: &str) -> Name {
    Name {
        full: full.to_owned(),
        short: short.to_owned(),
    }
}
