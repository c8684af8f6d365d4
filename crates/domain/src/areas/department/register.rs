//! Department: the dated register, and the question who may act.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Capacity};
use crate::areas::registration::Approvals;
use crate::areas::sharing::Duties;
use crate::dated::Dated;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::refusal::Refusal;

/// All departments that ever were, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Of a single department's part: what it did in the parallel approval of registrations.
    pub approvals: Approvals,
    /// Of a single department's part: what it owes to others and is owed.
    pub duties: Duties,
    /// By credit code.
    pub departments: BTreeMap<CreditCode, Department>,
}

/// One department over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its names over time.
    pub names: Dated<Name>,
    /// Division code (GB/T 2260).
    pub division: String,
    /// First day.
    pub from: Day,
    /// First day after its end.
    pub until: Option<Day>,
    /// Who took over its work, in the order of the events.
    pub successors: Vec<Succession>,
    /// Whose work it took over.
    pub predecessors: Vec<Succession>,
    /// Roles of its officers over time.
    pub capacities: Dated<BTreeSet<Capacity>>,
    /// Officers by number, every posting in order.
    pub officers: BTreeMap<String, Vec<Officer>>,
}

/// What a department is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Full name.
    pub full: String,
    /// Short name.
    pub short: String,
}

/// Work that went from one department to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The other department.
    pub other: CreditCode,
    /// First day on which the successor may act.
    pub from: Day,
    /// In which roles; all where empty.
    pub capacities: BTreeSet<Capacity>,
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
            return Err(self.not_in_office(by.department, department, on, by.capacity));
        }
        if !allowed.contains(&by.capacity) || !department.holds(by.capacity, on) {
            let able = self.able(allowed, on);
            return Err(Refusal::new(
                "department.no_capacity",
                format!(
                    "{} may not do this in this capacity on {on}",
                    department.name_on(on)
                ),
                if able.is_empty() {
                    "empower a department for it first".to_owned()
                } else {
                    format!("let one of {} act, or empower it first", able.join(", "))
                },
            )
            .at("by.capacity"));
        }
        if let Some(number) = &by.officer
            && !department.posted(number, by.capacity, on)
        {
            return Err(Refusal::new(
                "department.officer_unknown",
                "this officer holds no post with this capacity on that day",
                "post the officer first, or correct the number",
            )
            .at("by.officer"));
        }
        Ok(department)
    }

    /// Checks that an actor may go on with what `handler` has open: it is the handler itself, or
    /// took over from it, in this capacity and by that day, however many steps apart.
    ///
    /// # Errors
    /// Those of [`Register::may`], and `department.not_responsible`.
    pub fn may_for(
        &self,
        by: &Actor,
        on: Day,
        allowed: &[Capacity],
        handler: CreditCode,
    ) -> Result<&Department, Refusal> {
        let department = self.may(by, on, allowed)?;
        let heirs = self.heirs(handler, by.capacity, on);
        if by.department == handler || heirs.contains(&by.department) {
            return Ok(department);
        }
        let standing = |code: &&CreditCode| {
            let known = self.departments.get(*code);
            known.is_some_and(|d| d.stands_on(on))
        };
        let right: Vec<String> = std::iter::once(&handler)
            .chain(&heirs)
            .filter(standing)
            .map(|code| self.label(*code, on))
            .collect();
        Err(Refusal::new(
            "department.not_responsible",
            format!(
                "{} neither handles this nor succeeds who did by {on}",
                department.name_on(on)
            ),
            if right.is_empty() {
                "record first who took the work over (department.take_over)".to_owned()
            } else {
                format!("let {} act", right.join(" or "))
            },
        )
        .at("by.department"))
    }

    /// Whether a department is the one named, by its code or by any of its names as files give
    /// them, or took over from it in a capacity by a day.
    #[must_use]
    pub fn stands_for(&self, by: &Actor, on: Day, named: &str) -> bool {
        let called = |d: &Department| {
            let mut names = d.names.iter();
            names.any(|(_, name)| name.full == named || name.short == named)
        };
        self.departments
            .iter()
            .filter(|(code, d)| code.as_str() == named || called(d))
            .any(|(code, _)| {
                *code == by.department
                    || self.heirs(*code, by.capacity, on).contains(&by.department)
            })
    }

    /// Who took over from a department in a capacity by a day, successors of successors among
    /// them, whether they still exist or not.
    #[must_use]
    pub fn heirs(&self, code: CreditCode, capacity: Capacity, on: Day) -> BTreeSet<CreditCode> {
        let mut found = BTreeSet::new();
        let mut open = vec![code];
        while let Some(next) = open.pop() {
            let successions = self.departments.get(&next).map(|d| d.successors.iter());
            for one in successions.into_iter().flatten() {
                let goes = one.capacities.is_empty() || one.capacities.contains(&capacity);
                if goes && one.from <= on && one.other != code && found.insert(one.other) {
                    open.push(one.other);
                }
            }
        }
        found
    }

    fn not_in_office(
        &self,
        code: CreditCode,
        department: &Department,
        on: Day,
        capacity: Capacity,
    ) -> Refusal {
        let (name, from) = (department.name_on(on), department.from);
        let what = match department.until {
            Some(until) if until <= on => format!("{name} was dissolved on {until}"),
            _ => format!("{name} does not exist before {from}"),
        };
        let heirs: Vec<String> = self
            .heirs(code, capacity, on)
            .into_iter()
            .filter(|heir| self.departments.get(heir).is_some_and(|d| d.stands_on(on)))
            .map(|heir| self.label(heir, on))
            .collect();
        let remedy = if heirs.is_empty() {
            "choose a day on which it exists".to_owned()
        } else {
            format!("act through its successor {}", heirs.join(" or "))
        };
        Refusal::new("department.not_in_office", what, remedy).at("by.department")
    }

    /// Departments that may act in one of these capacities on a day, at most three.
    fn able(&self, allowed: &[Capacity], on: Day) -> Vec<String> {
        self.departments
            .iter()
            .filter(|(_, d)| d.stands_on(on) && allowed.iter().any(|c| d.holds(*c, on)))
            .map(|(code, _)| self.label(*code, on))
            .take(3)
            .collect()
    }

    fn label(&self, code: CreditCode, on: Day) -> String {
        match self.departments.get(&code) {
            Some(department) => format!("{} ({code})", department.name_on(on)),
            None => code.to_string(),
        }
    }
}

impl Department {
    /// Whether it exists on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Its full name on a day; before its first day the first one.
    #[must_use]
    pub fn name_on(&self, day: Day) -> &str {
        let name = self.names.on(day);
        let name = name.or_else(|| self.names.iter().next().map(|(_, first)| first));
        name.map_or("", |n| n.full.as_str())
    }

    /// Whether its officers may act in a capacity on a day.
    #[must_use]
    pub fn holds(&self, capacity: Capacity, day: Day) -> bool {
        let held = self.capacities.on(day);
        held.is_some_and(|held| held.contains(&capacity))
    }

    /// Whether an officer holds a post with a capacity on a day.
    #[must_use]
    pub fn posted(&self, number: &str, capacity: Capacity, day: Day) -> bool {
        let postings = self.officers.get(number).map_or(&[][..], Vec::as_slice);
        postings
            .iter()
            .any(|p| p.stands_on(day) && p.capacities.contains(&capacity))
    }
}

impl Officer {
    /// Whether the posting lasts on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}
