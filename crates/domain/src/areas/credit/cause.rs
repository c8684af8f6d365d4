//! Credit: which events of the ledger may bear on a score, and what undoes them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Credit, CreditEvent};
use crate::areas::Payload;
use crate::areas::complaint::ComplaintEvent;
use crate::areas::listing::ListingEvent;
use crate::areas::repair::RepairEvent;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;

/// An event about the operator that a pack may give a weight to.
///
/// Its ground is made of the event's type and one word of its content: `complaint.terminated` with
/// code 3 is the ground `complaint_terminated_3`. The pack weighs that, or `complaint_terminated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Position of the event.
    pub seq: u64,
    /// Its id.
    pub id: Uuid,
    /// Its legal date.
    pub on: Day,
    /// Its type without version, dots as underscores.
    pub event: String,
    /// The word of its content that tells its weight apart; empty where there is none.
    pub word: String,
    /// What it is about, `listing:A1`; the same thing under the same ground counts once.
    pub about: String,
    /// Who recorded it.
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

    /// The slot of the rule that weighs it, `credit.weight_<area>`.
    #[must_use]
    pub fn slot(&self) -> String {
        let area = self.event.split('_').next().unwrap_or_default();
        format!("credit.weight_{area}")
    }
}

/// Keeps an event as a possible cause where it is one, and strikes out those that it undoes.
pub(crate) fn note(state: &mut Credit, event: &Event, payload: &Payload) {
    if let Some((about, whose)) = undone(event, payload) {
        let struck = state.causes.iter_mut();
        for cause in struck.filter(|c| c.about == about && whose.is_none_or(|w| c.authority == w)) {
            cause.undone.get_or_insert(event.on);
        }
    }
    if let Some((word, about)) = bearing(state, payload) {
        let full = payload.event_type();
        let name = full.rsplit_once(".v").map_or(full, |(name, _)| name);
        state.causes.push(Cause {
            seq: event.seq,
            id: event.id,
            on: event.on,
            event: name.replace('.', "_"),
            word,
            about,
            authority: event.by.department,
            undone: None,
        });
    }
}

/// The telling word and what it is about, for events that may bear on a score.
fn bearing(state: &Credit, payload: &Payload) -> Option<(String, String)> {
    let (word, about) = match payload {
        Payload::Complaint(ComplaintEvent::Agreed(p)) => {
            (String::new(), format!("complaint:{}", p.complaint))
        }
        Payload::Complaint(ComplaintEvent::Terminated(p)) => {
            (p.code.clone(), format!("complaint:{}", p.complaint))
        }
        Payload::Listing(ListingEvent::Entered(p)) => {
            (p.list.name().to_owned(), format!("listing:{}", p.entry))
        }
        Payload::Listing(ListingEvent::Imported(p)) => {
            (p.list.name().to_owned(), format!("listing:{}", p.entry))
        }
        Payload::Listing(ListingEvent::Removed(p)) => {
            (p.code.clone(), format!("listing:{}", p.entry))
        }
        Payload::Credit(CreditEvent::RatingRecognised(p)) => {
            let rating = state.rating(&p.rating)?;
            let word = format!("{}_{}", rating.method, rating.level);
            (word, format!("rating:{}", p.rating))
        }
        Payload::Credit(CreditEvent::NegativeItemMatched(p)) => {
            (String::new(), format!("negative:{}", p.record))
        }
        Payload::Repair(RepairEvent::Revoked(p)) => (String::new(), format!("repair:{}", p.repair)),
        Payload::Credit(CreditEvent::CommitmentFoundFalse(p)) => {
            (String::new(), format!("commitment:{}", p.commitment))
        }
        _ => return None,
    };
    Some((word, about))
}

/// What an event takes back, and of which department alone.
fn undone(event: &Event, payload: &Payload) -> Option<(String, Option<CreditCode>)> {
    match payload {
        Payload::Listing(ListingEvent::Corrected(p)) if p.ground.is_none() => {
            Some((format!("listing:{}", p.entry), None))
        }
        // A department takes back its own recognition, not another's.
        Payload::Credit(CreditEvent::RatingDeclined(p)) => {
            Some((format!("rating:{}", p.rating), Some(event.by.department)))
        }
        _ => None,
    }
}
