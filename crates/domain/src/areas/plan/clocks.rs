//! Plan: the deadlines of targets, and what ends each.

use super::PlanEvent;
use crate::areas::Payload;
use crate::areas::sharing::{Side, What, part};
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};

pub(super) const CLOCKS: &[ClockKind] = &[ClockKind::new(
    "plan.target",
    Kind::Task,
    Whose::Authority,
    &["plan.target_reported", "plan.task_ended"],
)
.of_part(target)
.held_by(holder)];

fn target(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Plan(PlanEvent::TargetSet(p)) => Part::of(part(&p.task, &p.target)),
        Payload::Plan(PlanEvent::TargetReported(p))
            if event.derived.word("standing") == Some("reached") =>
        {
            Part::of(part(&p.task, &p.target))
        }
        Payload::Plan(PlanEvent::TaskEnded(_)) => Part::All,
        _ => Part::None,
    }
}

/// Who leads the task when the target is set, or takes the lead over.
fn holder(event: &Event, of: &str) -> Option<CreditCode> {
    match &event.payload {
        Payload::Plan(PlanEvent::TargetSet(_)) => {
            let mut named = event.subjects.iter();
            let lead = named.find(|s| s.kind() == Kind::Department)?;
            CreditCode::parse(lead.id()).ok()
        }
        Payload::Plan(PlanEvent::HandedOver(p)) => {
            // The duties of one event are all of one side.
            let mut duties = p.duties.iter();
            duties
                .any(|d| d.side == Side::Owes && d.what == What::Reach && d.clock_part() == of)
                .then_some(p.to)
        }
        _ => None,
    }
}
