//! The county-year, recorded by the pure crates alone: nothing is refused but what was planted,
//! and every position is the one that was counted on.

mod findings;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::action::Action;
use domain::areas::department::Register;
use domain::day::Instant;
use domain::decide::{decide, place};
use domain::entity::Entity;
use domain::policy::Book;
use domain::subject::Subject;
use domain::world::World;
use serde_json::{Value, json};

use crate::County;

/// States of everything, as a ledger would hold them.
#[derive(Default)]
struct States {
    all: BTreeMap<Subject, Arc<Entity>>,
    none: (Book, Register),
    size: u64,
}

impl World for States {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        self.all.get(subject).cloned()
    }

    fn book(&self) -> &Book {
        match self.all.get(&Subject::policy_book()).map(Arc::as_ref) {
            Some(Entity::Book(book)) => book,
            _ => &self.none.0,
        }
    }

    fn register(&self) -> &Register {
        match self
            .all
            .get(&Subject::department_register())
            .map(Arc::as_ref)
        {
            Some(Entity::Register(register)) => register,
            _ => &self.none.1,
        }
    }
}

impl States {
    /// Records an action; the code where it is refused.
    fn record(&mut self, action: &Value) -> Option<String> {
        let mut action = action.clone();
        seal(&mut action);
        let read = Action::from_value(action).unwrap();
        let drafts = match decide(self, &read) {
            Ok(drafts) => drafts,
            Err(refusal) => {
                return Some(format!(
                    "{} {}: {}",
                    read.payload.action_type().unwrap_or_default(),
                    refusal.code,
                    refusal.message
                ));
            }
        };
        let prev = chain::hash::origin_hash("demo");
        for placed in place(drafts, &read, self.size, prev, Instant::default()).unwrap() {
            for subject in &placed.event.subjects {
                let state = self.all.entry(subject.clone());
                let state = state.or_insert_with(|| Arc::new(Entity::empty_for(subject)));
                Arc::make_mut(state).apply(subject, &placed.event);
            }
            self.size += 1;
        }
        None
    }
}

/// Sealed values stand as commitments, as the door would put them.
fn seal(value: &mut Value) {
    match value {
        Value::Object(map) if map.contains_key("seal") => {
            *value = json!({"sealed": "5a".repeat(32)});
        }
        Value::Object(map) => map.values_mut().for_each(seal),
        Value::Array(items) => items.iter_mut().for_each(seal),
        _ => {}
    }
}

#[test]
fn a_year_is_legal_but_for_what_was_planted_and_every_position_is_counted() {
    let mut county = County::new(10_000, 371_322).unwrap();
    let mut states = States::default();
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    let mut last = None;
    while let Some(day) = county.next() {
        let day = day.unwrap();
        assert!(last.is_none_or(|last| last < day.on));
        last = Some(day.on);
        for action in &day.actions {
            *types
                .entry(action["type"].as_str().unwrap().to_owned())
                .or_default() += 1;
            if let Some(why) = states.record(action) {
                *refused.entry(why).or_default() += 1;
            }
        }
        assert_eq!(states.size, county.events(), "{}: {refused:#?}", day.on);
    }
    assert_eq!(
        refused.values().sum::<u64>(),
        county.planted(),
        "{refused:#?}"
    );
    assert_eq!(county.planted(), 7);
    assert!((180_000..220_000).contains(&states.size), "{}", states.size);
    assert!(types.len() > 50, "{types:#?}");
}

#[test]
fn the_same_seed_makes_the_same_actions() {
    let year = |seed| {
        let days = County::new(100, seed).unwrap().map(Result::unwrap);
        days.flat_map(|day| day.actions)
            .take(3_000)
            .collect::<Vec<Value>>()
    };
    assert_eq!(year(1), year(1));
    assert_ne!(year(1), year(2));
}
