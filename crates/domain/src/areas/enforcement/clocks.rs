//! Enforcement: the deadlines of a case, what ends them, and what the calendar brings about.

use super::{Case, EnforcementEvent as E, MeasureId, MeasureKind, OfCase, Right, Stage};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::day::Day;
use crate::entity;
use crate::event::Event;
use crate::lapse::Lapse;
use crate::policy::Book;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    authority(
        "enforcement.verify",
        &[
            "enforcement.opened",
            "enforcement.not_opened",
            "enforcement.closed",
        ],
    ),
    // The days with another authority do not count; the term goes on when the case comes back.
    authority(
        "enforcement.decide",
        &[
            "enforcement.decided",
            "enforcement.transferred_out",
            "enforcement.closed",
        ],
    ),
    of_measure("enforcement.preservation"),
    of_measure("enforcement.seizure"),
    party(
        "enforcement.statement",
        statement,
        &[
            "enforcement.statement_made",
            "enforcement.rights_waived",
            "enforcement.rights_lapsed",
            "enforcement.decided",
            "enforcement.closed",
        ],
    ),
    party(
        "enforcement.hearing_request",
        hearing,
        &[
            "enforcement.hearing_requested",
            "enforcement.rights_waived",
            "enforcement.rights_lapsed",
            "enforcement.notice_served",
            "enforcement.decided",
            "enforcement.closed",
        ],
    ),
    authority(
        "enforcement.serve",
        &[
            "enforcement.decision_served",
            "enforcement.decision_revoked",
            "enforcement.closed",
        ],
    ),
    party(
        "enforcement.pay",
        part,
        &[
            "enforcement.payment_recorded",
            "enforcement.payment_overdue",
            "enforcement.decision_revoked",
            "enforcement.closed",
        ],
    ),
    authority(
        "enforcement.two_publicity",
        &["enforcement.sent_to_portal", "enforcement.decision_revoked"],
    ),
    authority(
        "enforcement.publish",
        &["enforcement.published", "enforcement.decision_revoked"],
    ),
    authority(
        "enforcement.forward",
        &["enforcement.forwarded", "enforcement.decision_revoked"],
    ),
    // The register shows the change with the event itself.
    authority(
        "enforcement.withdraw",
        &[
            "enforcement.decision_revoked",
            "enforcement.decision_changed",
        ],
    ),
    ClockKind::new(
        "enforcement.shown",
        Kind::Case,
        Whose::Effect,
        &[
            "enforcement.publication_ended",
            "enforcement.publication_ended_early",
            "enforcement.decision_changed",
            "enforcement.decision_revoked",
        ],
    )
    .of_part(part),
];

const fn authority(name: &'static str, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Case, Whose::Authority, ended_by).of_part(part)
}

const fn party(
    name: &'static str,
    part: fn(&Event, &Subject, Turn) -> Part,
    ended_by: &'static [&'static str],
) -> ClockKind {
    ClockKind::new(name, Kind::Case, Whose::Party, ended_by).of_part(part)
}

const fn of_measure(name: &'static str) -> ClockKind {
    let ended_by = &["enforcement.measure_lifted", "enforcement.measure_lapsed"];
    ClockKind::new(name, Kind::Case, Whose::Effect, ended_by).of_part(measure)
}

fn part(event: &Event, _: &Subject, turn: Turn) -> Part {
    match (&event.payload, turn) {
        (Payload::Enforcement(E::PaymentRecorded(_)), Turn::Ends) => {
            Part::whole_if(event.derived.number("outstanding_fen") == Some(0))
        }
        // A change that gives a new term of publication does not end it.
        (Payload::Enforcement(E::DecisionChanged(_)), Turn::Ends) => {
            Part::whole_if(event.derived.clock("enforcement.shown").is_none())
        }
        _ => Part::Whole,
    }
}

fn statement(event: &Event, _: &Subject, turn: Turn) -> Part {
    match (&event.payload, turn) {
        (Payload::Enforcement(E::RightsWaived(p)), Turn::Ends) => Part::whole_if(p.statement),
        _ => Part::Whole,
    }
}

fn hearing(event: &Event, _: &Subject, turn: Turn) -> Part {
    match (&event.payload, turn) {
        (Payload::Enforcement(E::RightsWaived(p)), Turn::Ends) => Part::whole_if(p.hearing),
        // A new notice may give no right to a hearing.
        (Payload::Enforcement(E::NoticeServed(_)), Turn::Ends) => {
            Part::whole_if(event.derived.clock("enforcement.hearing_request").is_none())
        }
        _ => Part::Whole,
    }
}

fn measure(event: &Event, _: &Subject, _: Turn) -> Part {
    let Payload::Enforcement(payload) = &event.payload else {
        return Part::None;
    };
    match payload {
        E::MeasureTaken(p) => Part::of(&p.measure),
        E::MeasureExtended(p) | E::MeasureLapsed(p) => Part::of(&p.measure),
        E::MeasureLifted(p) => Part::of(&p.measure),
        E::TimeExcluded(p) => p.measure.as_ref().map_or(Part::None, Part::of),
        _ => Part::None,
    }
}

/// Whether an event ends a deadline that the case keeps for judging: one that only stands still
/// while the case is with another authority is kept.
pub(super) fn is_ended(event: &Event, name: &str) -> bool {
    let paused = matches!(&event.payload, Payload::Enforcement(E::TransferredOut(_)));
    let me = event.subjects.iter().find(|s| s.kind() == Kind::Case);
    let kind = CLOCKS.iter().find(|kind| kind.name == name);
    match (me, kind) {
        (Some(me), Some(kind)) => !paused && kind.is_ended_by(event, me),
        _ => false,
    }
}

/// Measures lapse, rights lapse, fines become overdue, publications end.
pub(crate) fn lapses(state: &Case, me: &Subject, book: &Book, out: &mut Vec<Lapse>) {
    let handler = state.department;
    let mut push = |clock: &Clock, payload| {
        out.push(Lapse::after(
            clock,
            me,
            Payload::Enforcement(payload),
            handler,
        ));
    };
    let of_case = || OfCase {
        case: me.id().to_owned(),
    };
    for measure in state.measures.iter().filter(|m| m.ended.is_none()) {
        let slot = match measure.kind {
            MeasureKind::Preservation => "enforcement.preservation",
            MeasureKind::SealUp | MeasureKind::Seizure => "enforcement.seizure",
        };
        let Some(clock) = &measure.clock else {
            continue;
        };
        let rule = book.rule(slot, clock.due.plus_days(1));
        if rule.is_ok_and(|rule| rule.flag("lapses_by_itself")) {
            let measure = MeasureId {
                case: me.id().to_owned(),
                measure: measure.id.clone(),
            };
            push(clock, E::MeasureLapsed(measure));
        }
    }
    let notice = state.notice.as_ref();
    if let Some(notice) = notice.filter(|_| state.stage == Stage::Noticed) {
        let rights = [
            (notice.statement, "enforcement.statement"),
            (notice.hearing, "enforcement.hearing_request"),
        ];
        let open = rights.iter().filter(|(right, _)| *right == Right::Open);
        let clocks = open.filter_map(|(_, name)| state.clocks.get(*name));
        if let Some(last) = clocks.max_by_key(|clock| clock.due) {
            push(last, E::RightsLapsed(of_case()));
        }
    }
    let Some(decision) = state.decision.as_ref().filter(|d| d.revoked.is_none()) else {
        return;
    };
    let unpaid = decision.account.fine_paid_fen < decision.account.fine_fen;
    if unpaid
        && !decision.overdue
        && state.stage == Stage::Decided
        && let Some(clock) = state.clocks.get("enforcement.pay")
    {
        push(clock, E::PaymentOverdue(of_case()));
    }
    let shown = decision.published.is_some() && decision.publication_ended.is_none();
    if let Some(last) = decision
        .shown_until
        .filter(|last| shown && *last < Day::MAX)
    {
        let payload = Payload::Enforcement(E::PublicationEnded(of_case()));
        out.push(Lapse::on(last.plus_days(1), me, payload, handler));
    }
}

/// Takes over a deadline that was computed again.
pub(crate) fn retime(state: &mut Case, clock: &Clock, part: &str) {
    if let Some(measure) = state.measures.iter_mut().find(|m| m.id == part) {
        entity::retime(&mut measure.clock, clock);
        return;
    }
    if let Some(held) = state.clocks.get_mut(&clock.name) {
        *held = clock.clone();
    }
    if let Some(notice) = &mut state.notice {
        match clock.name.as_str() {
            "enforcement.statement" => notice.statement_due = Some(clock.due),
            "enforcement.hearing_request" => notice.hearing_due = Some(clock.due),
            _ => {}
        }
    }
    if let Some(decision) = &mut state.decision
        && clock.name == "enforcement.pay"
    {
        decision.account.due = Some(clock.due);
    }
}
