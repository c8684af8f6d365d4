//! Complaint: its deadlines, what ends them, and what the calendar brings about.

use super::{Complaint, ComplaintEvent, Stage, Terminate};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::lapse::Lapse;
use crate::policy::Book;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind(
        "complaint.decide",
        &[
            "complaint.accepted",
            "complaint.refused",
            "complaint.merged",
            "complaint.settled",
            "complaint.withdrawn",
        ],
    ),
    kind(
        "complaint.mediation",
        &[
            "complaint.settled",
            "complaint.agreed",
            "complaint.terminated",
            "complaint.merged",
            "complaint.withdrawn",
        ],
    ),
    // What was not told of a decision is told with the termination.
    kind(
        "complaint.tell_decision",
        &["complaint.told", "complaint.terminated"],
    ),
    kind("complaint.tell_parties", &["complaint.told"]),
];

const fn kind(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Complaint, Whose::Authority, ended_by)
        .of_part(part)
        .held_by(|event, _| match &event.payload {
            Payload::Complaint(ComplaintEvent::Assigned(p)) => p.department,
            _ => None,
        })
}

fn part(event: &Event, me: &Subject, turn: Turn) -> Part {
    match (&event.payload, turn) {
        // Of two that are merged, the term of the one that goes on may begin anew; the other's ends.
        (Payload::Complaint(ComplaintEvent::Merged(p)), turn) => {
            Part::whole_if((me.id() == p.into) == (turn == Turn::Starts))
        }
        // The last party to be told ends it.
        (Payload::Complaint(ComplaintEvent::Told(_)), Turn::Ends) => {
            Part::whole_if(event.derived.number("late_days").is_some())
        }
        _ => Part::Whole,
    }
}

/// A mediation whose term is over is terminated.
pub(crate) fn lapses(state: &Complaint, me: &Subject, book: &Book, out: &mut Vec<Lapse>) {
    let (Stage::Mediation, Some(clock), Some(received)) =
        (state.stage, &state.clock, state.received)
    else {
        return;
    };
    let grounds = book.rule("complaint.termination_grounds", received);
    let Ok(code) = grounds.and_then(|rule| rule.amount("term_over_code")) else {
        return;
    };
    let terminate = ComplaintEvent::Terminated(Terminate {
        code: code.to_string(),
        complaint: me.id().to_owned(),
    });
    out.push(Lapse::after(
        clock,
        me,
        Payload::Complaint(terminate),
        state.handler,
    ));
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Complaint, clock: &Clock) {
    entity::retime(&mut state.clock, clock);
    entity::retime(&mut state.tell, clock);
}
