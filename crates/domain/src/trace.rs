//! Tracing (追溯): what operators share, followed outwards from one of them.
//!
//! An address names its operators and an operator its addresses, so neighbours are looked up and
//! never searched for. Breadth first, in the order of codes: the same history gives the same trace.

use std::collections::{BTreeMap, BTreeSet};

use crate::areas::registration::Stay;
use crate::day::Day;
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};

/// How far a trace goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Steps from operator to operator.
    pub depth_max: u32,
    /// Operators named in all; further ones are counted only.
    pub operators_max: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            depth_max: 1,
            operators_max: 200,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Operators reached, the first one among them, by code.
    pub operators: BTreeMap<String, Reached>,
    /// What they share, by the subject through which they are joined.
    pub shared: BTreeMap<Subject, Shared>,
    /// Operators that were met and not followed, as the bound was reached.
    pub left_out: u64,
}

/// One operator of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its registered name.
    pub name: String,
    /// Steps from where the trace began.
    pub steps: u32,
}

/// Something that several operators share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// As people read it.
    pub text: String,
    /// Codes of operators of the trace that share it.
    pub operators: BTreeSet<String>,
    /// How many share it in all.
    pub total: u64,
}

/// Follows what is shared from one operator outwards; with a legal date only what was shared on
/// it, without one whatever was ever shared.
///
/// Cost: one look for each operator and each address of the trace. `None` where the first operator
/// is not known.
///
/// # Errors
/// Those of `look`.
pub fn trace<E>(
    start: CreditCode,
    on: Option<Day>,
    bounds: Bounds,
    look: &mut dyn FnMut(&Subject) -> Result<Option<Entity>, E>,
) -> Result<Option<Trace>, E> {
    let mut trace = Trace::default();
    let mut ring = vec![start.to_string()];
    for steps in 0..=bounds.depth_max {
        let mut next = BTreeSet::new();
        for code in ring {
            let Ok(subject) = Subject::new(Kind::Operator, &code) else {
                continue;
            };
            let Some(Entity::Operator(operator)) = look(&subject)? else {
                continue;
            };
            let name = operator.registration.name().to_owned();
            trace
                .operators
                .insert(code.clone(), Reached { name, steps });
            for stay in lasting(&operator.registration.addresses, on) {
                next.extend(share(&mut trace, &code, stay, on, look)?);
            }
        }
        if trace.operators.is_empty() {
            return Ok(None);
        }
        next.retain(|code| !trace.operators.contains_key(code));
        let room = bounds.operators_max.saturating_sub(trace.operators.len());
        let met = next.len();
        ring = next.into_iter().take(room).collect();
        if steps < bounds.depth_max {
            trace.left_out += (met - ring.len()) as u64;
        }
        if ring.is_empty() {
            break;
        }
    }
    let reached = &trace.operators;
    for shared in trace.shared.values_mut() {
        shared.operators.retain(|code| reached.contains_key(code));
    }
    trace.shared.retain(|_, shared| shared.total > 1);
    Ok(Some(trace))
}

/// Notes what an operator shares through one address, and says with whom.
fn share<E>(
    trace: &mut Trace,
    code: &str,
    stay: &Stay,
    on: Option<Day>,
    look: &mut dyn FnMut(&Subject) -> Result<Option<Entity>, E>,
) -> Result<BTreeSet<String>, E> {
    let Ok(subject) = Subject::new(Kind::Address, &stay.key) else {
        return Ok(BTreeSet::new());
    };
    if trace.shared.contains_key(&subject) {
        return Ok(BTreeSet::new());
    }
    let Some(Entity::Address(address)) = look(&subject)? else {
        return Ok(BTreeSet::new());
    };
    let there: BTreeSet<String> = lasting(&address.operators, on)
        .map(|s| s.key.clone())
        .collect();
    let shared = Shared {
        text: address.text.clone(),
        operators: there.clone(),
        total: there.len() as u64,
    };
    trace.shared.insert(subject, shared);
    Ok(there.into_iter().filter(|other| other != code).collect())
}

fn lasting(stays: &[Stay], on: Option<Day>) -> impl Iterator<Item = &Stay> {
    stays
        .iter()
        .filter(move |s| on.is_none_or(|day| s.stands_on(day)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::registration::{Address, AddressUse, Registration};
    use crate::clocks::Timed;
    use crate::entity::Operator;

    const CODES: [&str; 4] = [
        "9144030071526726XG",
        "91330100799655058B",
        "91110000802100433B",
        "914403001922038216",
    ];

    fn stay(key: &str, from: &str, until: Option<&str>) -> Stay {
        Stay {
            key: key.to_owned(),
            text: String::new(),
            r#use: AddressUse::Domicile,
            host: None,
            from: Day::parse(from).unwrap(),
            until: until.map(|d| Day::parse(d).unwrap()),
        }
    }

    /// 0 and 1 share `a` (1 only until March), 1 and 2 share `b`, 3 is alone.
    fn look(subject: &Subject) -> Result<Option<Entity>, ()> {
        let stays = |id: &str| -> Vec<Stay> {
            let of = |n: usize| CODES.get(n).copied() == Some(id);
            let mut out = Vec::new();
            if of(0) {
                out.push(stay("a", "2026-01-01", None));
            }
            if of(1) {
                out.push(stay("a", "2026-01-01", Some("2026-03-01")));
                out.push(stay("b", "2026-01-01", None));
            }
            if of(2) {
                out.push(stay("b", "2026-01-01", None));
            }
            out
        };
        let at = |id: &str| -> Vec<Stay> {
            let mut out = Vec::new();
            for code in CODES {
                let there = stays(code).into_iter().filter(|s| s.key == id);
                out.extend(there.map(|s| Stay {
                    key: code.to_owned(),
                    ..s
                }));
            }
            out
        };
        Ok(Some(match subject.kind() {
            Kind::Operator => Entity::Operator(Timed::from(Operator {
                registration: Registration {
                    addresses: stays(subject.id()),
                    ..Registration::default()
                },
                ..Operator::default()
            })),
            _ => Entity::Address(Box::new(Address {
                text: subject.id().to_owned(),
                operators: at(subject.id()),
            })),
        }))
    }

    #[track_caller]
    fn check(
        start: usize,
        on: Option<&str>,
        depth_max: u32,
        most: usize,
        expected: &[usize],
        left_out: u64,
    ) {
        let bounds = Bounds {
            depth_max,
            operators_max: most,
        };
        let on = on.map(|d| Day::parse(d).unwrap());
        let found = trace(CODES[start].parse().unwrap(), on, bounds, &mut look);
        let found = found.unwrap().unwrap();
        let mut codes: Vec<&str> = expected.iter().map(|n| CODES[*n]).collect();
        codes.sort_unstable();
        assert_eq!(found.operators.keys().collect::<Vec<_>>(), codes);
        assert_eq!(found.left_out, left_out);
    }

    #[test]
    fn neighbours_are_found_as_far_as_the_bounds_let() {
        check(0, None, 1, 10, &[0, 1], 0);
        check(0, None, 2, 10, &[0, 1, 2], 0);
        check(0, Some("2026-02-28"), 2, 10, &[0, 1, 2], 0);
        check(0, Some("2026-03-01"), 2, 10, &[0], 0);
        check(3, None, 5, 10, &[3], 0);
        check(0, None, 2, 1, &[0], 1);
    }
}
