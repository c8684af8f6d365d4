//! Folds: any history of events, prefix by prefix or at once, in whatever order.

use proptest::prelude::*;

use super::{county, ordinary, penalties, take};
use crate::entity::Entity;
use crate::event::Event;
use crate::fold::as_recorded;
use crate::subject::Subject;

/// The events of a whole case that name a subject.
fn events_of(subject: &Subject) -> Vec<Event> {
    let mut t = county();
    for one in ordinary(&penalties()) {
        take(&mut t, one);
    }
    let named = t.events.iter().filter(|e| e.subjects.contains(subject));
    named.cloned().collect()
}

fn both() -> [(Subject, Vec<Event>); 2] {
    let operator = format!("operator:{}", crate::trial::operator());
    [operator.as_str(), "case:C1"].map(|text| {
        let subject = Subject::parse(text).unwrap();
        let events = events_of(&subject);
        (subject, events)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A state kept after a prefix (written and read back, as a ledger does) and folded on is the
    /// state of the whole.
    #[test]
    fn folding_on_from_a_prefix_is_folding_at_once(cuts in prop::collection::vec(0_usize..40, 0..5)) {
        for (me, events) in both() {
            let whole = as_recorded(&me, &events);
            let mut state = Entity::empty_for(&me);
            for (i, event) in events.iter().enumerate() {
                if cuts.contains(&i) {
                    let bytes = postcard::to_stdvec(&state).unwrap();
                    state = postcard::from_bytes(&bytes).unwrap();
                }
                state.apply(&me, event);
            }
            prop_assert_eq!(&state, &whole);
        }
    }

    /// No order makes a fold fail, and none makes it forget that the decision was made.
    #[test]
    fn no_order_makes_a_fold_fail(order in Just((0..14_usize).collect::<Vec<_>>()).prop_shuffle()) {
        for (me, events) in both() {
            let mut state = Entity::empty_for(&me);
            for i in order.iter().filter(|i| **i < events.len()) {
                state.apply(&me, &events[*i]);
            }
            let decided = match &state {
                Entity::Case(case) => case.decision.is_some(),
                Entity::Operator(operator) => operator.enforcement.penalties.len() == 1,
                _ => false,
            };
            // The operator's own list begins with its registration.
            prop_assert!(decided || matches!(state, Entity::Operator(_)));
        }
    }
}
