//! Registration: the deadlines of operators and applications, what ends them, and what the
//! calendar brings about.

use super::{Application, Registration, RegistrationEvent as R, Resume};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        "registration.decide",
        Kind::Application,
        Whose::Authority,
        &[
            "registration.granted",
            "registration.changed",
            "registration.suspended",
            "registration.ended",
            "registration.refused",
            "registration.withdrawn",
        ],
    ),
    ClockKind::new(
        "registration.step",
        Kind::Application,
        Whose::Authority,
        &[
            "registration.step_approved",
            "registration.step_returned",
            "registration.granted",
            "registration.changed",
            "registration.suspended",
            "registration.ended",
            "registration.refused",
            "registration.withdrawn",
        ],
    )
    .of_part(step)
    .held_by(|_, department| department.parse().ok()),
    of_operator(
        "registration.show_change",
        Whose::Party,
        &["registration.change_shown", "registration.ended"],
    ),
    // Over when it is told: the change says whether it was applied for in time.
    of_operator(
        "registration.change",
        Whose::Party,
        &["registration.changed"],
    ),
    of_operator(
        "registration.suspension",
        Whose::Effect,
        &["registration.resumed", "registration.ended"],
    ),
];

const fn of_operator(
    name: &'static str,
    whose: Whose,
    ended_by: &'static [&'static str],
) -> ClockKind {
    ClockKind::new(name, Kind::Operator, whose, ended_by).of_part(own)
}

/// An end names those too to whom the operator gave an address; their deadlines go on.
fn own(event: &Event, me: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Registration(R::Ended(p)) => Part::whole_if(p.code.as_str() == me.id()),
        _ => Part::Whole,
    }
}

fn step(event: &Event, _: &Subject, _: Turn) -> Part {
    let Payload::Registration(payload) = &event.payload else {
        return Part::None;
    };
    match payload {
        R::Routed(p) => Part::Of(p.departments.iter().map(ToString::to_string).collect()),
        R::StepResubmitted(p) => Part::of(p.department),
        R::StepApproved(p) => Part::of(p.department),
        R::StepReturned(p) => Part::of(p.department),
        _ => Part::All,
    }
}

/// Business goes on by itself after the last day of a suspension.
pub(crate) fn lapses(state: &Registration, code: CreditCode, me: &Subject, out: &mut Vec<Lapse>) {
    let Some(open) = state.suspension(None) else {
        return;
    };
    let day = open.to.plus_days(1);
    if state.stands_on(day) {
        let resume = Payload::Registration(R::Resumed(Resume { code }));
        out.push(Lapse::on(day, me, resume, None));
    }
}

/// Takes over a deadline of an operator that was computed again.
pub(crate) fn retime(state: &mut Registration, clock: &Clock) {
    entity::retime(&mut state.to_show, clock);
}

/// Takes over a deadline of an application, or of a department's step, that was computed again.
pub(crate) fn retime_application(state: &mut Application, clock: &Clock, part: &str) {
    entity::retime(&mut state.clock, clock);
    let step = part
        .parse()
        .ok()
        .and_then(|code| state.steps.get_mut(&code));
    if let Some(step) = step {
        entity::retime(&mut step.clock, clock);
    }
}
