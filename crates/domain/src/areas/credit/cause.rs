//! Credit: which events of the ledger may bear on a score, and what undoes them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Credit, CreditEvent};
use crate::areas::Payload;
use crate::areas::complaint::ComplaintEvent;
use crate::areas::enforcement::{EnforcementEvent, Penalty};
use crate::areas::listing::ListingEvent;
use crate::areas::repair::RepairEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::shared::Shared;

/// An event about the operator that a pack may give a weight to.
///
/// Its ground is made of the event's type and one word of its content: `complaint.terminated` with
/// code 3 is the ground `complaint_terminated_3`. The pack weighs that, or `complaint_terminated`.
/// All events that decide a penalty are `penalty`, with the gravest kind: `penalty_fine`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Position of the event.
    pub seq: u64,
    /// Its id.
    pub id: Uuid,
    /// Its legal date.
    pub on: Day,
    /// Its type without version, dots as underscores; `penalty` for all that decide one.
    pub event: String,
    /// The word of its content that tells its weight apart; empty where there is none.
    pub word: String,
    /// What it is about, `listing:A1`; the same thing under the same ground counts once.
    pub about: String,
    /// Credit code of who recorded it.
    pub authority: CreditCode,
    /// From which day on it does not hold any more: struck out, revoked or withdrawn.
    pub undone: Option<Day>,
}

impl Cause {
    /// The ground, as packs name it.
    #[must_use]
    pub fn ground(&self) -> String {
        if self.word.is_empty() {
            self.event.clone()
        } else {
            format!("{}_{}", self.event, self.word)
        }
    }

    /// The slot of the rule that weighs it: `credit.weight_<area>`, or `credit.weight_penalty`.
    #[must_use]
    pub fn slot(&self) -> String {
        let area = self.event.split('_').next().unwrap_or_default();
        format!("credit.weight_{area}")
    }
}

/// Keeps an event as a possible cause where it is one, and strikes out those that it undoes.
pub(crate) fn note(state: &mut Shared<Credit>, event: &Event, payload: &Payload) {
    if let Some((about, whose)) = undone(event, payload) {
        let struck = state.causes.iter_mut();
        for cause in struck.filter(|c| c.about == about && whose.is_none_or(|w| c.authority == w)) {
            cause.undone.get_or_insert(event.on);
        }
    }
    if let Some((word, about)) = bearing(state, payload) {
        let full = payload.event_type();
        let name = full.rsplit_once(".v").map_or(full, |(name, _)| name);
        let penalty = matches!(payload, Payload::Enforcement(_));
        state.causes.push(Cause {
            seq: event.seq,
            id: event.id,
            on: event.on,
            event: if penalty {
                "penalty".to_owned()
            } else {
                name.replace('.', "_")
            },
            word,
            about,
            authority: event.by.department,
            undone: None,
        });
    }
}

/// The telling word and what it is about, for events that may bear on a score.
fn bearing(state: &Credit, payload: &Payload) -> Option<(String, String)> {
    match payload {
        Payload::Complaint(p) => of_complaint(p),
        Payload::Listing(p) => of_listing(p),
        Payload::Enforcement(p) => of_penalty(p),
        Payload::Credit(CreditEvent::RatingRecognised(p)) => {
            let rating = state.rating(&p.rating)?;
            let word = format!("{}_{}", rating.method, rating.level);
            Some((word, format!("rating:{}", p.rating)))
        }
        Payload::Credit(CreditEvent::NegativeItemMatched(p)) => {
            Some((String::new(), format!("negative:{}", p.record)))
        }
        Payload::Credit(CreditEvent::CommitmentFoundFalse(p)) => {
            Some((String::new(), format!("commitment:{}", p.commitment)))
        }
        Payload::Repair(RepairEvent::Revoked(p)) => {
            Some((String::new(), format!("repair:{}", p.repair)))
        }
        _ => None,
    }
}

fn of_complaint(event: &ComplaintEvent) -> Option<(String, String)> {
    match event {
        ComplaintEvent::Agreed(p) => Some((String::new(), format!("complaint:{}", p.complaint))),
        ComplaintEvent::Terminated(p) => {
            Some((p.code.clone(), format!("complaint:{}", p.complaint)))
        }
        _ => None,
    }
}

fn of_listing(event: &ListingEvent) -> Option<(String, String)> {
    let (word, entry) = match event {
        ListingEvent::Entered(p) => (p.list.name(), &p.entry),
        ListingEvent::Imported(p) => (p.list.name(), &p.entry),
        ListingEvent::Removed(p) => (p.code.as_str(), &p.entry),
        _ => return None,
    };
    Some((word.to_owned(), format!("listing:{entry}")))
}

/// A decision counts by the gravest of its penalties, a changed one anew.
fn of_penalty(event: &EnforcementEvent) -> Option<(String, String)> {
    use EnforcementEvent as E;
    let of = |penalties: &[Penalty]| penalties.iter().map(|p| p.kind).max();
    let gravest = match event {
        E::Decided(p) => of(&p.penalties),
        E::PunishedOnSpot(p) => of(&p.penalties),
        E::DecisionChanged(p) => of(&p.penalties),
        E::DecisionImported(p) if p.cancelled.is_empty() => p.kinds.iter().copied().max(),
        _ => None,
    };
    Some((
        gravest?.name().to_owned(),
        format!("penalty:{}", event.case()),
    ))
}

/// What an event takes back, and of which department alone.
fn undone(event: &Event, payload: &Payload) -> Option<(String, Option<CreditCode>)> {
    use EnforcementEvent as E;
    match payload {
        Payload::Listing(ListingEvent::Corrected(p)) if p.ground.is_none() => {
            Some((format!("listing:{}", p.entry), None))
        }
        Payload::Enforcement(p @ (E::DecisionRevoked(_) | E::DecisionChanged(_))) => {
            Some((format!("penalty:{}", p.case()), None))
        }
        // A department takes back its own recognition, not another's.
        Payload::Credit(CreditEvent::RatingDeclined(p)) => {
            Some((format!("rating:{}", p.rating), Some(event.by.department)))
        }
        _ => None,
    }
}
