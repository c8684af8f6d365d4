//! The state of everything an event can be about.
//!
//! Invariant: an entity's state is the fold, in order, of exactly the events that name it among
//! their subjects. Therefore its past is the fold of a prefix of those events, and its state by
//! legal date the fold of those that had taken effect, by `(on, seq)`; see [`crate::fold`].

use serde::{Deserialize, Serialize};

use crate::areas::department::Register;
use crate::areas::{
    Payload, complaint, credit, enforcement, exposure, listing, registration, repair, vault,
};
use crate::day::Day;
use crate::event::Event;
use crate::policy::{Book, Text};
use crate::row::Row;
use crate::subject::{Kind, Subject};

/// The version of the states and rows that these folds make; raised whenever their meaning changes.
pub const VIEW_VERSION: u32 = 1;

/// State of one subject, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entity {
    /// An operator: one part an area.
    Operator(Box<Operator>),
    /// A complaint.
    Complaint(Box<complaint::Complaint>),
    /// An enforcement case.
    Case(Box<enforcement::Case>),
    /// A bulletin of exposure.
    Bulletin(Box<exposure::Bulletin>),
    /// An address and who is there.
    Address(Box<registration::Address>),
    /// An application for registration.
    Application(Box<registration::Application>),
    /// An item of the negative list.
    NegativeItem(Box<credit::NegativeItem>),
    /// An application for credit repair.
    Repair(Box<repair::Repair>),
    /// The register of departments, whole; a single department keeps its part of it.
    Register(Box<Register>),
    /// The book of packs.
    Book(Box<Book>),
    /// What was erased of one subject.
    Vault(Box<vault::Erasures>),
}

/// Where an operator stands: one part an area, each folded by its area.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Registration, addresses, status.
    pub registration: registration::Registration,
    /// Complaints about it, counted.
    pub complaints: complaint::Tally,
    /// Entries on the lists.
    pub listing: listing::Listings,
    /// Ratings, score, classes, commitments.
    pub credit: credit::Credit,
    /// Applications for credit repair.
    pub repairs: repair::Repairs,
    /// Cases against it and penalties.
    pub enforcement: enforcement::Sanctions,
    /// Entries in bulletins of exposure.
    pub exposure: exposure::Exposures,
}

impl Entity {
    /// The state before any event.
    #[must_use]
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Operator => Self::Operator(Box::default()),
            Kind::Complaint => Self::Complaint(Box::default()),
            Kind::Case => Self::Case(Box::default()),
            Kind::Bulletin => Self::Bulletin(Box::default()),
            Kind::Address => Self::Address(Box::default()),
            Kind::Application => Self::Application(Box::default()),
            Kind::NegativeItem => Self::NegativeItem(Box::default()),
            Kind::Repair => Self::Repair(Box::default()),
            Kind::Department => Self::Register(Box::default()),
            Kind::Policy => Self::Book(Box::default()),
            Kind::Vault => Self::Vault(Box::default()),
        }
    }

    /// The state before any event, for the kind of a subject.
    #[must_use]
    pub fn empty_for(subject: &Subject) -> Self {
        Self::empty(subject.kind())
    }

    /// Takes in one event that names `me`. Total: whatever decided the event, this never fails.
    pub fn apply(&mut self, me: &Subject, event: &Event) {
        match (self, &event.payload) {
            (Self::Operator(operator), payload) => operator.apply(me, event, payload),
            (Self::Complaint(state), Payload::Complaint(p)) => {
                complaint::evolve(state, me, event, p)
            }
            (Self::Case(state), Payload::Enforcement(p)) => enforcement::evolve(state, event, p),
            (Self::Bulletin(state), Payload::Exposure(p)) => exposure::evolve(state, event, p),
            (Self::Address(state), Payload::Registration(p)) => {
                registration::evolve_address(state, me, event, p);
            }
            (Self::Application(state), Payload::Registration(p)) => {
                registration::evolve_application(state, event, p);
            }
            (Self::Register(state), Payload::Registration(p)) => {
                registration::evolve_approvals(&mut state.approvals, me, event, p);
            }
            (Self::NegativeItem(state), Payload::Credit(p)) => {
                credit::evolve_negative_item(state, event, p);
            }
            (Self::Repair(state), Payload::Repair(p)) => repair::evolve(state, event, p),
            (Self::Register(state), Payload::Department(p)) => state.evolve(event, p),
            (Self::Book(state), Payload::Policy(p)) => {
                crate::areas::policy::evolve(state, event, p)
            }
            (Self::Vault(state), Payload::Vault(p)) => vault::evolve(state, event, p),
            _ => {}
        }
    }

    /// The list rows that `event` has made or changed in this state, after [`Self::apply`].
    pub fn rows(&self, me: &Subject, event: &Event, out: &mut Vec<Row>) {
        match (self, &event.payload) {
            (Self::Operator(operator), Payload::Listing(p)) => listing::rows(operator, me, p, out),
            (Self::Operator(operator), Payload::Credit(_) | Payload::Registration(_)) => {
                credit::rows(operator, me, event, out);
            }
            (Self::Operator(operator), Payload::Enforcement(p)) => {
                enforcement::rows(operator, me, p, out);
            }
            (Self::Operator(operator), Payload::Exposure(p)) => {
                exposure::rows(&operator.exposure, me, p, out);
            }
            _ => {}
        }
    }
}

impl Operator {
    /// Where it stands on a day, in a few words. Every part is named here and speaks for itself.
    #[must_use]
    pub fn in_words(&self, day: Day) -> Vec<Text> {
        let Self {
            registration,
            complaints,
            listing,
            credit,
            repairs,
            enforcement,
            exposure,
        } = self;
        let mut words = Vec::new();
        registration.in_words(day, &mut words);
        complaints.in_words(&mut words);
        listing.in_words(day, &mut words);
        credit.in_words(day, &mut words);
        repairs.in_words(day, &mut words);
        enforcement.in_words(day, &mut words);
        exposure.in_words(day, &mut words);
        words
    }

    fn apply(&mut self, me: &Subject, event: &Event, payload: &Payload) {
        credit::note_cause(&mut self.credit, event, payload);
        match payload {
            Payload::Registration(p) => registration::evolve(&mut self.registration, me, event, p),
            Payload::Complaint(p) => complaint::tally(&mut self.complaints, event, p),
            Payload::Listing(p) => listing::evolve(&mut self.listing, event, p),
            Payload::Credit(p) => credit::evolve(&mut self.credit, event, p),
            Payload::Repair(p) => repair::evolve_operator(&mut self.repairs, event, p),
            Payload::Enforcement(p) => {
                enforcement::evolve_operator(&mut self.enforcement, event, p);
            }
            Payload::Exposure(p) => exposure::expose(&mut self.exposure, event, p),
            Payload::Department(_) | Payload::Policy(_) | Payload::Vault(_) => {}
        }
    }
}
