//! Department: judging.

use std::collections::BTreeSet;

use super::{Department, DepartmentEvent, Dissolve, Establish, Register, TakeOver};
use crate::actor::Capacity;
use crate::areas::{Payload, sharing};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::{World, department_subject};

/// The longest name, in bytes.
const NAME_BYTES_MAX: usize = 200;
/// Departments that one event may name besides its own.
const OTHERS_MAX: usize = 16;

/// Judges an action on a department.
///
/// # Errors
/// `department.unknown`, `department.exists`, `department.ended`, `department.name`,
/// `department.division`, `department.nothing_changed`, `department.succession`,
/// `department.officer_exists`, `department.officer_unknown`, `department.officer_capacity`, and
/// those of [`Register::may`].
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &DepartmentEvent,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    if !founds(register, asked, payload) {
        register.may(asked.by, asked.on, &[Capacity::Administrator])?;
    }
    let mut named = BTreeSet::new();
    let mut gone = Vec::new();
    match payload {
        DepartmentEvent::Established(p) => {
            established(register, asked.on, p, &mut named)?;
            gone.extend(p.succeeds.iter().map(|old| (*old, p.code)));
        }
        DepartmentEvent::Dissolved(p) => {
            dissolved(register, asked.on, p, &mut named)?;
            gone.extend(p.successors.iter().map(|new| (p.code, *new)));
        }
        DepartmentEvent::Renamed(p) => {
            let department = standing(register, p.code, asked.on, "data.code")?;
            names(&p.name, &p.short)?;
            let held = department.names.on(asked.on);
            if held.is_some_and(|n| n.full == p.name && n.short == p.short) {
                return Err(nothing_changed("this is its name on that day", "data.name"));
            }
            named.insert(p.code);
        }
        DepartmentEvent::TookOver(p) => {
            took_over(register, asked.on, p, &mut named)?;
            // Who takes over one role alone does not take over what departments owe each other.
            if p.capacities.is_empty() {
                gone.push((p.predecessor, p.code));
            }
        }
        DepartmentEvent::Empowered(p) => {
            let department = standing(register, p.code, asked.on, "data.code")?;
            if department.capacities.on(asked.on) == Some(&p.capacities) {
                let what = "these are its capacities on that day";
                return Err(nothing_changed(what, "data.capacities"));
            }
            named.insert(p.code);
        }
        DepartmentEvent::OfficerPosted(p) => {
            let department = standing(register, p.department, asked.on, "data.department")?;
            if is_posted(department, &p.officer, asked.on) {
                return Err(Refusal::new(
                    "department.officer_exists",
                    "this officer already holds a post in this department",
                    "release the officer first, then post anew",
                )
                .at("data.officer"));
            }
            if let Some(lacking) = p
                .capacities
                .iter()
                .find(|c| !department.holds(**c, asked.on))
            {
                return Err(Refusal::new(
                    "department.officer_capacity",
                    format!("the department has no capacity {lacking:?} on that day"),
                    "empower the department first, or leave this capacity out",
                )
                .at("data.capacities"));
            }
            named.insert(p.department);
        }
        DepartmentEvent::OfficerLeft(p) => {
            let department = known(register, p.department, "data.department")?;
            if !is_posted(department, &p.officer, asked.on) {
                return Err(Refusal::new(
                    "department.officer_unknown",
                    "this officer holds no post in this department on that day",
                    "correct the number or the day",
                )
                .at("data.officer"));
            }
            named.insert(p.department);
        }
    }
    let draft = Draft::new(Payload::Department(payload.clone()), asked.on)
        .about(Subject::department_register())
        .seen_by(Visibility::Public);
    let draft = named
        .into_iter()
        .fold(draft, |draft, code| draft.about(department_subject(code)));
    let mut drafts = vec![draft];
    drafts.extend(sharing::handed_over(world, asked.on, &gone));
    Ok(drafts)
}

/// The first department of a ledger establishes itself.
fn founds(register: &Register, asked: &Asked<'_>, payload: &DepartmentEvent) -> bool {
    let DepartmentEvent::Established(p) = payload else {
        return false;
    };
    register.departments.is_empty() && asked.by.department == p.code
}

fn established(
    register: &Register,
    on: Day,
    p: &Establish,
    named: &mut BTreeSet<CreditCode>,
) -> Result<(), Refusal> {
    if register.departments.contains_key(&p.code) {
        return Err(Refusal::new(
            "department.exists",
            format!("department {} is already in the register", p.code),
            "empower or rename it, or establish a successor under its own code",
        )
        .at("data.code"));
    }
    names(&p.name, &p.short)?;
    let digits = p.division.bytes().all(|b| b.is_ascii_digit());
    if !digits || !(6..=12).contains(&p.division.len()) {
        return Err(Refusal::new(
            "department.division",
            "a division code (GB/T 2260) has 6 to 12 digits",
            "give the code of the division it is responsible for",
        )
        .at("data.division"));
    }
    few(p.succeeds.len(), "data.succeeds")?;
    for old in &p.succeeds {
        begun(register, *old, on, "data.succeeds")?;
    }
    named.insert(p.code);
    named.extend(&p.succeeds);
    Ok(())
}

fn dissolved(
    register: &Register,
    on: Day,
    p: &Dissolve,
    named: &mut BTreeSet<CreditCode>,
) -> Result<(), Refusal> {
    let department = standing(register, p.code, on, "data.code")?;
    if let Some(until) = department.until {
        return Err(Refusal::new(
            "department.ended",
            format!("{} ends on {until} already", department.name_on(on)),
            "nothing is left to dissolve",
        )
        .at("data.code"));
    }
    few(p.successors.len(), "data.successors")?;
    for successor in &p.successors {
        other_than(p.code, *successor, "data.successors")?;
        standing(register, *successor, on, "data.successors")?;
    }
    named.insert(p.code);
    named.extend(&p.successors);
    Ok(())
}

fn took_over(
    register: &Register,
    on: Day,
    p: &TakeOver,
    named: &mut BTreeSet<CreditCode>,
) -> Result<(), Refusal> {
    other_than(p.predecessor, p.code, "data.predecessor")?;
    standing(register, p.code, on, "data.code")?;
    let predecessor = begun(register, p.predecessor, on, "data.predecessor")?;
    let told = predecessor.successors.iter().any(|s| {
        s.other == p.code
            && s.from <= on
            && (s.capacities.is_empty() || s.capacities == p.capacities)
    });
    if told {
        let what = "it took this work over before";
        return Err(nothing_changed(what, "data.predecessor"));
    }
    named.extend([p.code, p.predecessor]);
    Ok(())
}

fn known<'a>(
    register: &'a Register,
    code: CreditCode,
    field: &str,
) -> Result<&'a Department, Refusal> {
    register.departments.get(&code).ok_or_else(|| {
        Refusal::new(
            "department.unknown",
            format!("department {code} is not in the register"),
            "establish it first, or correct its code",
        )
        .at(field)
    })
}

/// A department that exists on a day.
fn standing<'a>(
    register: &'a Register,
    code: CreditCode,
    on: Day,
    field: &str,
) -> Result<&'a Department, Refusal> {
    let department = known(register, code, field)?;
    if department.stands_on(on) {
        return Ok(department);
    }
    Err(Refusal::new(
        "department.ended",
        format!("{} does not exist on {on}", department.name_on(on)),
        "correct the code or the day",
    )
    .at(field))
}

/// A department that exists on a day or did before.
fn begun<'a>(
    register: &'a Register,
    code: CreditCode,
    on: Day,
    field: &str,
) -> Result<&'a Department, Refusal> {
    let department = known(register, code, field)?;
    if department.from <= on {
        return Ok(department);
    }
    standing(register, code, on, field)
}

fn is_posted(department: &Department, officer: &str, on: Day) -> bool {
    let postings = department.officers.get(officer);
    postings.is_some_and(|postings| postings.iter().any(|o| o.stands_on(on)))
}

fn names(name: &str, short: &str) -> Result<(), Refusal> {
    for (text, field) in [(name, "data.name"), (short, "data.short")] {
        if text.trim().is_empty() || text.len() > NAME_BYTES_MAX {
            return Err(Refusal::new(
                "department.name",
                format!("a name has 1 to {NAME_BYTES_MAX} bytes"),
                "give the full and the short name",
            )
            .at(field));
        }
    }
    Ok(())
}

fn few(count: usize, field: &str) -> Result<(), Refusal> {
    if count <= OTHERS_MAX {
        return Ok(());
    }
    Err(Refusal::new(
        "department.succession",
        format!("one event names at most {OTHERS_MAX} other departments"),
        "tell the others by department.take_over",
    )
    .at(field))
}

fn other_than(old: CreditCode, new: CreditCode, field: &str) -> Result<(), Refusal> {
    if old != new {
        return Ok(());
    }
    Err(Refusal::new(
        "department.succession",
        "a department does not succeed itself",
        "name the other department; a new name alone is a rename",
    )
    .at(field))
}

fn nothing_changed(what: &str, field: &str) -> Refusal {
    Refusal::new("department.nothing_changed", what, "nothing is left to do").at(field)
}
