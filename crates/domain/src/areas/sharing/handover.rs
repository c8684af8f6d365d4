//! Sharing: duties that go over to a successor.
//!
//! Whoever takes over all of a department's work takes over what it owed and was owed. That
//! follows from the event of the succession and is told as an event of its own, so that the
//! successor's page, the matter's and that of whoever is on the other side say so.

use std::collections::{BTreeMap, BTreeSet};

use super::duty::{Duties, Duty, Side, is};
use super::{HandOver, SharingEvent};
use crate::areas::Payload;
use crate::areas::plan::PlanEvent;
use crate::day::Day;
use crate::decide::{Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};
use crate::world::{World, department_subject};

/// Duties that one event hands over.
const DUTIES_MAX: usize = 50;

/// What follows for open duties where all work of departments goes over: `pairs` of who gives and
/// who takes. Nothing where nothing is open, or all went over before.
pub(crate) fn handed_over(
    world: &dyn World,
    on: Day,
    pairs: &[(CreditCode, CreditCode)],
) -> Drafts {
    let mut drafts = Vec::new();
    for (from, to) in pairs {
        let me = department_subject(*from);
        let known = world.entity(&me);
        let Some(Entity::Register(register)) = known.as_deref() else {
            continue;
        };
        let open = register.duties.open.iter();
        let open = open.filter(|d| d.gone_to.keys().all(|gone| gone != to));
        // Apart are what only some may see, tasks of a plan, and what is owed to the department.
        let mut apart: BTreeMap<(Visibility, bool, Side), Vec<Duty>> = BTreeMap::new();
        for duty in open {
            let of_plan = duty.matter.kind() == Kind::Task;
            let class = (duty.seen_by, of_plan, duty.side);
            apart.entry(class).or_default().push(duty.clone());
        }
        for ((seen_by, of_plan, _), duties) in apart {
            for some in duties.chunks(DUTIES_MAX) {
                let over = HandOver {
                    duties: some.to_vec(),
                    from: *from,
                    to: *to,
                };
                drafts.push(drafted(on, over, of_plan).seen_by(seen_by));
            }
        }
    }
    drafts
}

fn drafted(on: Day, over: HandOver, of_plan: bool) -> Draft {
    let matters: Vec<Subject> = over.duties.iter().map(|d| d.matter.clone()).collect();
    // Whoever is on the other side learns with whom it deals from now on.
    let with: BTreeSet<CreditCode> = over
        .duties
        .iter()
        .flat_map(|d| &d.with)
        .filter_map(|text| CreditCode::parse(text).ok())
        .collect();
    let named = with.into_iter().chain([over.from, over.to]);
    let payload = match of_plan {
        true => Payload::Plan(PlanEvent::HandedOver(over)),
        false => Payload::Sharing(SharingEvent::HandedOver(over)),
    };
    let draft = named.fold(Draft::new(payload, on), |draft, code| {
        draft.about(department_subject(code))
    });
    matters.into_iter().fold(draft, Draft::about)
}

/// Folds it into the duties of one department named: of who gives, who takes, or who is on the
/// other side.
pub(super) fn evolve(state: &mut Duties, me: &Subject, on: Day, p: &HandOver) {
    let gives = is(me, p.from);
    for given in &p.duties {
        let same =
            |d: &Duty| d.matter == given.matter && d.part == given.part && d.what == given.what;
        for duty in state.open.iter_mut().filter(|d| same(d)) {
            if gives && duty.side == given.side {
                duty.gone_to.insert(p.to, on);
            } else if duty.side != given.side && duty.with.contains(p.from.as_str()) {
                duty.with.insert(p.to.to_string());
            }
        }
        if is(me, p.to) {
            let mut taken = given.clone();
            taken.gone_to.clear();
            taken.since = on;
            taken.taken_from.insert(p.from);
            state.add(taken);
        }
    }
}
