//! Department: judging.

use super::{DepartmentEvent, Register};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::decide::{Asked, Draft, Drafts};
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::{World, department_subject};

/// Judges an action on a department.
///
/// # Errors
/// `department.unknown`, `department.exists`, `department.ended`, `department.officer_exists`,
/// `department.officer_unknown` and those of [`Register::may`].
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &DepartmentEvent,
) -> Result<Drafts, Refusal> {
    let register = world.register();
    let code = match payload {
        DepartmentEvent::Established(p) => {
            let first = register.departments.is_empty() && asked.by.department == p.code;
            if !first {
                register.may(asked.by, asked.on, &[Capacity::Administrator])?;
            }
            if register.departments.contains_key(&p.code) {
                return Err(Refusal::new(
                    "department.exists",
                    format!("department {} is already in the register", p.code),
                    "empower it, or establish a successor under its own code",
                )
                .at("data.code"));
            }
            for old in &p.succeeds {
                standing(register, *old)?;
            }
            p.code
        }
        DepartmentEvent::Dissolved(p) => {
            register.may(asked.by, asked.on, &[Capacity::Administrator])?;
            let department = standing(register, p.code)?;
            if department.until.is_some() || department.from > asked.on {
                return Err(Refusal::new(
                    "department.ended",
                    format!("{} does not exist on {}", department.name, asked.on),
                    "nothing is left to dissolve",
                )
                .at("data.code"));
            }
            for successor in &p.successors {
                standing(register, *successor)?;
            }
            p.code
        }
        DepartmentEvent::Empowered(p) => {
            register.may(asked.by, asked.on, &[Capacity::Administrator])?;
            standing(register, p.code)?;
            p.code
        }
        DepartmentEvent::OfficerPosted(p) => {
            register.may(asked.by, asked.on, &[Capacity::Administrator])?;
            let department = standing(register, p.department)?;
            let posted = department
                .officers
                .get(&p.officer)
                .is_some_and(|postings| postings.iter().any(|o| o.stands_on(asked.on)));
            if posted {
                return Err(Refusal::new(
                    "department.officer_exists",
                    "this officer already holds a post in this department",
                    "release the officer first, then post anew",
                )
                .at("data.officer"));
            }
            p.department
        }
        DepartmentEvent::OfficerLeft(p) => {
            register.may(asked.by, asked.on, &[Capacity::Administrator])?;
            let department = standing(register, p.department)?;
            let posted = department
                .officers
                .get(&p.officer)
                .is_some_and(|postings| postings.iter().any(|o| o.stands_on(asked.on)));
            if !posted {
                return Err(Refusal::new(
                    "department.officer_unknown",
                    "this officer holds no post in this department on that day",
                    "correct the number or the day",
                )
                .at("data.officer"));
            }
            p.department
        }
    };
    let draft = Draft::new(Payload::Department(payload.clone()), asked.on)
        .about(Subject::department_register())
        .about(department_subject(code))
        .seen_by(Visibility::Public);
    Ok(vec![draft])
}

fn standing(register: &Register, code: CreditCode) -> Result<&super::Department, Refusal> {
    register.departments.get(&code).ok_or_else(|| {
        Refusal::new(
            "department.unknown",
            format!("department {code} is not in the register"),
            "establish it first, or correct its code",
        )
        .at("data.code")
    })
}
