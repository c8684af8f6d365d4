//! Judging: `(world, action) -> drafts`, or a coded refusal that changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chain::hash::Hash;
use uuid::Uuid;

use crate::action::Action;
use crate::actor::Actor;
use crate::areas::Payload;
use crate::day::{Day, Instant};
use crate::event::{Derived, Event, Fact, PackRules, Visibility};
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::term::Clock;
use crate::world::World;

/// The events a single action may lead to.
pub const EVENTS_PER_ACTION_MAX: usize = 64;

/// What the areas see of an action besides its payload.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The action's id.
    pub id: Uuid,
    /// The legal date.
    pub on: Day,
    /// Who asks.
    pub by: &'a Actor,
    /// What led to it.
    pub cause: Option<Uuid>,
}

/// What an action becomes: the first draft carries what was asked for.
pub type Drafts = Vec<Draft>;

/// An event before it has a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Type and data.
    pub payload: Payload,
    /// What it is about.
    pub subjects: BTreeSet<Subject>,
    /// The legal date on which it takes effect.
    pub on: Day,
    /// Who may see it.
    pub visibility: Visibility,
    /// The rules that shaped it.
    rules: BTreeMap<String, BTreeSet<String>>,
    /// What they made of it.
    pub derived: Derived,
}

impl Draft {
    /// A draft that takes effect on a day; seen by departments unless said otherwise.
    #[must_use]
    pub fn new(payload: Payload, on: Day) -> Self {
        Self {
            payload,
            subjects: BTreeSet::new(),
            on,
            visibility: Visibility::Departments,
            rules: BTreeMap::new(),
            derived: Derived::default(),
        }
    }

    /// Names a subject.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subjects.insert(subject);
        self
    }

    /// Sets who may see it.
    #[must_use]
    pub const fn seen_by(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// Names a rule that shaped it.
    #[must_use]
    pub fn under(mut self, rule: &RuleRef<'_>) -> Self {
        let pack = rule.pack().id().to_string();
        self.rules
            .entry(pack)
            .or_default()
            .insert(rule.rule().id.clone());
        self
    }

    /// Adds a deadline that starts here.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.derived.clocks.push(clock);
        self
    }

    /// Adds an integer consequence; the name ends in its unit.
    #[must_use]
    pub fn number(self, rule: &RuleRef<'_>, name: &str, number: i64) -> Self {
        self.fact(rule, name, |f| f.number = Some(number))
    }

    /// Adds a consequence that is a word of a closed list.
    #[must_use]
    pub fn word(self, rule: &RuleRef<'_>, name: &str, word: &str) -> Self {
        self.fact(rule, name, |f| f.word = Some(word.to_owned()))
    }

    /// Adds a consequence that is a date.
    #[must_use]
    pub fn day(self, rule: &RuleRef<'_>, name: &str, day: Day) -> Self {
        self.fact(rule, name, |f| f.day = Some(day))
    }

    fn fact(mut self, rule: &RuleRef<'_>, name: &str, set: impl FnOnce(&mut Fact)) -> Self {
        let mut fact = Fact {
            day: None,
            name: name.to_owned(),
            number: None,
            rule: rule.to_string(),
            word: None,
        };
        set(&mut fact);
        self.derived.facts.push(fact);
        self.under(rule)
    }
}

/// Judges an action on the state before it.
///
/// Cost: one look at each entity the area asks for, no search; about 5 µs without storage.
///
/// # Errors
/// The area's coded refusals; `too_many_consequences` where one action would lead to more than
/// [`EVENTS_PER_ACTION_MAX`] events.
pub fn decide(world: &dyn World, action: &Action) -> Result<Drafts, Refusal> {
    let asked = Asked {
        id: action.id,
        on: action.on,
        by: &action.by,
        cause: action.cause,
    };
    let drafts = action.payload.decide(world, &asked)?;
    if drafts.len() > EVENTS_PER_ACTION_MAX {
        return Err(Refusal::new(
            "too_many_consequences",
            "the action would lead to more events than one group may hold",
            "split it into several actions",
        ));
    }
    Ok(drafts)
}

/// Gives drafts their place: position, link, ids, time. The group's events in order, with their
/// canonical bytes and hashes.
///
/// # Errors
/// Where a payload holds what canonical JSON does not allow.
pub fn place(
    drafts: Drafts,
    action: &Action,
    first_seq: u64,
    prev: Hash,
    at: Instant,
) -> Result<Vec<Placed>, chain::canon::CanonError> {
    let mut placed: Vec<Placed> = Vec::with_capacity(drafts.len());
    let mut prev = prev;
    for ((n, seq), draft) in (0_u32..).zip(first_seq..).zip(drafts) {
        let follows = n > 0;
        let event = Event {
            seq,
            prev,
            id: if follows {
                follower_id(action.id, n)
            } else {
                action.id
            },
            payload: draft.payload,
            subjects: draft.subjects.into_iter().collect(),
            at,
            on: draft.on,
            by: action.by.clone(),
            rules: draft
                .rules
                .into_iter()
                .map(|(pack, ids)| PackRules {
                    ids: ids.into_iter().collect(),
                    pack,
                })
                .collect(),
            cause: if follows {
                Some(action.id)
            } else {
                action.cause
            },
            visibility: draft.visibility,
            derived: draft.derived,
        };
        let bytes = event.to_bytes()?;
        prev = chain::hash::event_hash(&bytes);
        placed.push(Placed {
            event,
            bytes,
            hash: prev,
        });
    }
    Ok(placed)
}

/// An event with its canonical bytes and their hash.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The event.
    pub event: Event,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// Their hash, the `prev` of the next event.
    pub hash: Hash,
}

/// The id of the n-th event that follows an action's first one.
#[must_use]
pub fn follower_id(action: Uuid, n: u32) -> Uuid {
    Uuid::from_bytes(chain::hash::derived_id(*action.as_bytes(), n))
}
