//! Listing: the deadlines of entries, what ends them, and what the calendar brings about.

use super::{Lapse as Lapsed, ListingEvent as L, Listings, Outstay};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::entity;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::policy::Book;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

pub(super) const CLOCKS: &[ClockKind] = &[
    kind(
        "listing.statement",
        Whose::Party,
        &["listing.heard", "listing.entered"],
    ),
    // These two are over when they are told: the entry says whether it was made in time.
    kind("listing.list", Whose::Authority, &["listing.entered"]),
    kind("listing.object", Whose::Party, &["listing.objected"]),
    kind(
        "listing.stay",
        Whose::Effect,
        &[
            "listing.removed",
            "listing.lapsed",
            "listing.corrected",
            "listing.end_imported",
        ],
    ),
    kind(
        "listing.outstay",
        Whose::Effect,
        &[
            "listing.outstayed",
            "listing.removed",
            "listing.corrected",
            "listing.end_imported",
        ],
    ),
    kind(
        "listing.remove",
        Whose::Authority,
        &[
            "listing.removed",
            "listing.corrected",
            "listing.end_imported",
        ],
    ),
    kind(
        "listing.accept_objection",
        Whose::Authority,
        &["listing.objection_accepted", "listing.objection_refused"],
    ),
    kind(
        "listing.check_objection",
        Whose::Authority,
        &["listing.objection_decided"],
    ),
];

const fn kind(name: &'static str, whose: Whose, ended_by: &'static [&'static str]) -> ClockKind {
    ClockKind::new(name, Kind::Operator, whose, ended_by).of_part(part)
}

fn part(event: &Event, _: &Subject, turn: Turn) -> Part {
    let Payload::Listing(payload) = &event.payload else {
        return Part::None;
    };
    let entry = match payload {
        // Another ground leaves the entry's terms as they are.
        L::Corrected(p) if turn == Turn::Ends && p.ground.is_some() => return Part::None,
        L::Noticed(p) => &p.entry,
        L::Heard(p) => &p.entry,
        L::Outstayed(p) => &p.entry,
        L::Entered(p) => &p.entry,
        L::CureFound(p) => &p.entry,
        L::Removed(p) => &p.entry,
        L::Lapsed(p) => &p.entry,
        L::Corrected(p) => &p.entry,
        L::Objected(p) => &p.entry,
        L::ObjectionAccepted(p) => &p.entry,
        L::ObjectionRefused(p) => &p.entry,
        L::ObjectionDecided(p) => &p.entry,
        L::Imported(p) => &p.entry,
        L::EndImported(p) => &p.entry,
    };
    Part::of(entry)
}

/// Entries whose term is over come off; a long stay has its consequence where the rule in force
/// then asks for nothing but time.
pub(crate) fn lapses(
    state: &Listings,
    operator: CreditCode,
    me: &Subject,
    book: &Book,
    out: &mut Vec<Lapse>,
) {
    let standing = state
        .entries
        .iter()
        .filter(|e| !e.void && e.until.is_none());
    for entry in standing {
        let mut push = |day, payload| {
            let handler = entry.authority.parse().ok();
            out.push(Lapse::on(day, me, Payload::Listing(payload), handler));
        };
        if let Some(over) = entry.term_over {
            let lapse = Lapsed {
                entry: entry.id.clone(),
                operator,
            };
            push(over, L::Lapsed(lapse));
        }
        let due = entry.outstay_due.filter(|_| entry.consequence.is_none());
        if let Some(due) = due
            && book
                .rule("listing.outstay", due)
                .is_ok_and(|rule| rule.term("stay").is_ok())
        {
            let outstay = Outstay {
                entry: entry.id.clone(),
                operator,
                reports_missed_years: 0,
                unreachable: false,
            };
            push(due, L::Outstayed(outstay));
        }
    }
}

/// Takes over a deadline of an entry that was computed again.
pub(crate) fn retime(state: &mut Listings, clock: &Clock, part: &str) {
    let notices = state.notices.iter_mut().rev();
    let mut notices = notices.filter(|n| clock.name == "listing.statement" && n.entry == part);
    if let Some(notice) = notices.next() {
        notice.statement_due = Some(clock.due);
    }
    let entry = state.entries.iter_mut().find(|e| e.id == part);
    let Some(entry) = entry else {
        return;
    };
    entity::retime(&mut entry.to_remove, clock);
    if let Some(objection) = entry.objections.last_mut() {
        entity::retime(&mut objection.clock, clock);
    }
}
