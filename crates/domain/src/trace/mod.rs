//! Tracing (追溯): what operators share, followed outwards from one of them, or from one to another.
//!
//! An address names its operators and an operator its addresses, a shop whoever ran it, a match
//! token the places of an equal sealed value: neighbours are looked up and never searched for.
//! Breadth first, in the order of codes: the same history gives the same trace.

mod links;
mod path;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chain::seal::Commitment;
use serde::{Deserialize, Serialize};

use self::links::links_of;
pub use self::path::{Hop, Joined, PathBounds, joined};
use crate::day::Day;
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};

/// Through what a trace looks: whoever keeps the history gives it, as one reader sees it then.
pub trait Eyes {
    /// Why a look can fail.
    type Error;

    /// The state of a subject; by what was known, as recorded. Its facts are dated by themselves.
    ///
    /// # Errors
    /// Where the history cannot be read.
    fn entity(&mut self, subject: &Subject) -> Result<Option<Entity>, Self::Error>;

    /// The sealed values in an operator's events that stand elsewhere too.
    ///
    /// # Errors
    /// Where the history cannot be read.
    fn sealed(&mut self, operator: &Subject) -> Result<Vec<SealedLink>, Self::Error>;

    /// The matters (cases, complaints, applications, …) that an operator's events name.
    ///
    /// # Errors
    /// Where the history cannot be read.
    fn matters(&mut self, operator: &Subject) -> Result<BTreeSet<Subject>, Self::Error>;
}

/// A sealed value of an operator that stands elsewhere too; the value is not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLink {
    /// The beginning of the commitment to it in one of the operator's own events, 16 hex digits.
    pub id: String,
    /// What it is: see [`crate::ident::Sameness::kind`].
    pub kind: &'static str,
    /// Everywhere that it stands, the operator's own events among them.
    pub places: Vec<Place>,
}

/// Where a sealed value stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Position of the event.
    pub seq: u64,
    /// The event's legal date.
    pub on: Day,
    /// Who may see the event.
    pub visibility: Visibility,
    /// The field that holds it, as `legal_representative`.
    pub field: String,
    /// The commitment to it there.
    pub commitment: Commitment,
    /// What the event is about.
    pub subjects: Vec<Subject>,
}

impl Place {
    /// Codes of the operators that the event is about.
    pub(crate) fn operators(&self) -> impl Iterator<Item = &str> {
        let operators = self.subjects.iter().filter(|s| s.kind() == Kind::Operator);
        operators.map(Subject::id)
    }
}

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
    /// What they share, by what joins them: `address:…`, `shop:…`, `operator:…` (who gives an
    /// address), `sealed:…`.
    pub shared: BTreeMap<String, Shared>,
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
    /// What it is: `address`, `shop`, `host`, or of sealed values `phone`, `resident_id`,
    /// `home_address`, `name`.
    pub kind: &'static str,
    /// As people read it; of a sealed value the fields that hold it.
    pub text: String,
    /// Codes of operators of the trace that share it.
    pub operators: BTreeSet<String>,
    /// How many share it in all.
    pub total: u64,
}

/// Follows what is shared from one operator outwards; with a legal date only what was shared on
/// it, without one whatever was ever shared.
///
/// Cost: one look for each operator, address and shop of the trace, and what [`Eyes::sealed`]
/// costs for each operator that is followed. `None` where the first operator is not known.
///
/// # Errors
/// Those of `eyes`.
pub fn trace<E: Eyes>(
    start: CreditCode,
    on: Option<Day>,
    bounds: Bounds,
    eyes: &mut E,
) -> Result<Option<Trace>, E::Error> {
    let mut trace = Trace::default();
    let mut ring = vec![start.to_string()];
    for steps in 0..=bounds.depth_max {
        let mut next = BTreeSet::new();
        for code in ring {
            let Some(operator) = operator(&code, eyes)? else {
                continue;
            };
            let name = name_on(&operator, on);
            trace
                .operators
                .insert(code.clone(), Reached { name, steps });
            let known = |through: &str| trace.shared.contains_key(through);
            // The last ring is named and not followed; what joins it is known from the one before.
            if steps == bounds.depth_max && steps > 0 {
                continue;
            }
            for link in links_of(&code, &operator, on, &known, eyes)? {
                let others = link.operators.iter().filter(|other| **other != code);
                next.extend(others.cloned());
                let shared = Shared {
                    kind: link.kind,
                    text: link.text,
                    total: link.operators.len() as u64,
                    operators: link.operators,
                };
                trace.shared.insert(link.through, shared);
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

fn operator<E: Eyes>(
    code: &str,
    eyes: &mut E,
) -> Result<Option<crate::entity::Operator>, E::Error> {
    let Ok(subject) = Subject::new(Kind::Operator, code) else {
        return Ok(None);
    };
    Ok(match eyes.entity(&subject)? {
        Some(Entity::Operator(operator)) => Some(operator.into_inner()),
        _ => None,
    })
}

/// Its registered name on a day; the latest where none held.
fn name_on(operator: &crate::entity::Operator, on: Option<Day>) -> String {
    let registration = &operator.registration;
    let then = on.and_then(|day| registration.names.on(day));
    then.map_or_else(|| registration.name().to_owned(), Clone::clone)
}
