//! The state of everything an event can be about.
//!
//! Invariant: an entity's state is the fold, in order, of exactly the events that name it among
//! their subjects. Therefore its past is the fold of a prefix of those events, and its state by
//! legal date the fold of those that had taken effect, by `(on, seq)`; see [`crate::fold`].

use serde::{Deserialize, Serialize};

use crate::areas::department::Register;
use crate::areas::{
    Payload, award, clock, complaint, credit, enforcement, exposure, goods, guidance, lead, ledger,
    listing, plan, registration, repair, report, risk, sharing, shop, vault,
};
use crate::clocks::{Clocks, Timed};
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::policy::{Book, Text};
use crate::row::Row;
use crate::shared::Shared;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// The version of the states and rows that these folds make; raised whenever their meaning changes.
pub const VIEW_VERSION: u32 = 2;

/// State of one subject, by kind. What has deadlines is [`Timed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entity {
    /// An operator: one part an area.
    Operator(Timed<Operator>),
    /// A complaint.
    Complaint(Timed<complaint::Complaint>),
    /// A report of a breach.
    Report(Timed<report::Report>),
    /// A lead.
    Lead(Timed<lead::Lead>),
    /// A campaign.
    Campaign(Timed<lead::Campaign>),
    /// A batch of goods.
    Batch(Timed<goods::Batch>),
    /// A risk.
    Risk(Timed<risk::Risk>),
    /// A plan for risks.
    RiskPlan(Box<risk::Plan>),
    /// An enforcement case.
    Case(Timed<enforcement::Case>),
    /// A bulletin of exposure.
    Bulletin(Timed<exposure::Bulletin>),
    /// An address and who is there.
    Address(Box<registration::Address>),
    /// An application for registration.
    Application(Timed<registration::Application>),
    /// An item of the negative list.
    NegativeItem(Box<credit::NegativeItem>),
    /// An application for credit repair.
    Repair(Timed<repair::Repair>),
    /// A shop.
    Shop(Timed<shop::Shop>),
    /// A platform; the register of platforms holds the hosts of all.
    Platform(Timed<shop::Platform>),
    /// An individual who trades without registration.
    Individual(Box<shop::Person>),
    /// An exchange between departments.
    Exchange(Timed<sharing::Exchange>),
    /// A joint meeting.
    Meeting(Timed<sharing::Meeting>),
    /// A task of a plan.
    Task(Timed<plan::Task>),
    /// A piece of guidance.
    Guidance(Timed<guidance::Guidance>),
    /// A consumer alert.
    Alert(Timed<guidance::Alert>),
    /// The register of departments, whole; a single department keeps its part of it.
    Register(Box<Register>),
    /// The book of packs.
    Book(Box<Book>),
    /// What was erased of one subject.
    Vault(Box<vault::Erasures>),
    /// The keys of the ledger's checkpoints.
    Ledger(Box<ledger::LogKeys>),
}

/// Where an operator stands: one part an area, each folded by its area, and shared with the states
/// before until an event changes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Registration, addresses, status.
    pub registration: Shared<registration::Registration>,
    /// Complaints about it, counted.
    pub complaints: Shared<complaint::Tally>,
    /// Reports about it, counted.
    pub reports: Shared<report::Tally>,
    /// What was known and said about it: leads, interviews, warnings, campaigns, revisits.
    pub chain: Shared<lead::Chain>,
    /// Its batches, samples taken from it, its recalls.
    pub goods: Shared<goods::Goods>,
    /// Its risks.
    pub risks: Shared<risk::Risks>,
    /// Entries on the lists.
    pub listing: Shared<listing::Listings>,
    /// Ratings, score, classes, commitments.
    pub credit: Shared<credit::Credit>,
    /// Applications for credit repair.
    pub repairs: Shared<repair::Repairs>,
    /// Cases against it and penalties.
    pub enforcement: Shared<enforcement::Sanctions>,
    /// Entries in bulletins of exposure.
    pub exposure: Shared<exposure::Exposures>,
    /// Shops, and their turnover by year.
    pub shops: Shared<shop::Shops>,
    /// Awards, and incentives given for them.
    pub awards: Shared<award::Awards>,
}

impl Entity {
    /// The state before any event.
    #[must_use]
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Operator => Self::Operator(Timed::default()),
            Kind::Complaint => Self::Complaint(Timed::default()),
            Kind::Case => Self::Case(Timed::default()),
            Kind::Bulletin => Self::Bulletin(Timed::default()),
            Kind::Report => Self::Report(Timed::default()),
            Kind::Lead => Self::Lead(Timed::default()),
            Kind::Campaign => Self::Campaign(Timed::default()),
            Kind::Batch => Self::Batch(Timed::default()),
            Kind::Risk => Self::Risk(Timed::default()),
            Kind::RiskPlan => Self::RiskPlan(Box::default()),
            Kind::Address => Self::Address(Box::default()),
            Kind::Application => Self::Application(Timed::default()),
            Kind::NegativeItem => Self::NegativeItem(Box::default()),
            Kind::Repair => Self::Repair(Timed::default()),
            Kind::Shop => Self::Shop(Timed::default()),
            Kind::Platform => Self::Platform(Timed::default()),
            Kind::Individual => Self::Individual(Box::default()),
            Kind::Exchange => Self::Exchange(Timed::default()),
            Kind::Meeting => Self::Meeting(Timed::default()),
            Kind::Task => Self::Task(Timed::default()),
            Kind::Guidance => Self::Guidance(Timed::default()),
            Kind::Alert => Self::Alert(Timed::default()),
            Kind::Department => Self::Register(Box::default()),
            Kind::Policy => Self::Book(Box::default()),
            Kind::Vault => Self::Vault(Box::default()),
            Kind::Ledger => Self::Ledger(Box::default()),
        }
    }

    /// The state before any event, for the kind of a subject.
    #[must_use]
    pub fn empty_for(subject: &Subject) -> Self {
        Self::empty(subject.kind())
    }

    /// Takes in one event that names `me`. Total: whatever decided the event, this never fails.
    pub fn apply(&mut self, me: &Subject, event: &Event) {
        match (&mut *self, &event.payload) {
            (Self::Operator(operator), payload) => operator.apply(me, event, payload),
            (Self::Complaint(state), Payload::Complaint(p)) => {
                complaint::evolve(state, me, event, p)
            }
            (Self::Complaint(state), Payload::Report(p)) => complaint::note_report(state, p),
            (Self::Report(state), Payload::Report(p)) => report::evolve(state, me, event, p),
            (Self::Complaint(state), Payload::Lead(p)) => complaint::note_lead(state, p),
            (Self::Report(state), Payload::Lead(p)) => report::note_lead(state, p),
            (Self::Lead(state), Payload::Lead(p)) => lead::evolve(state, me, event, p),
            (Self::Campaign(state), Payload::Lead(p)) => lead::evolve_campaign(state, event, p),
            (Self::Batch(state), Payload::Goods(p)) => goods::evolve(state, event, p),
            (Self::Risk(state), Payload::Risk(p)) => risk::evolve(state, event, p),
            (Self::Risk(state), Payload::Lead(p)) => risk::note_lead(state, p),
            (Self::RiskPlan(state), Payload::Risk(p)) => risk::evolve_plan(state, event, p),
            (Self::Case(state), Payload::Enforcement(p)) => enforcement::evolve(state, event, p),
            (Self::Case(state), Payload::Report(_) | Payload::Lead(_)) => {
                enforcement::note_origin(state, event)
            }
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
            (Self::Shop(state), Payload::Shop(p)) => shop::evolve(state, me, event, p),
            (Self::Shop(state), Payload::Goods(p)) => shop::note_goods(state, event, p),
            (Self::Platform(state), Payload::Shop(p)) => {
                shop::evolve_platform(state, me, event, p);
            }
            (Self::Individual(state), Payload::Shop(p)) => {
                shop::evolve_person(state, me, event, p);
            }
            (Self::Exchange(state), Payload::Sharing(p)) => {
                sharing::evolve_exchange(state, event, p);
            }
            (Self::Meeting(state), Payload::Sharing(p)) => {
                sharing::evolve_meeting(state, me, event, p);
            }
            (Self::Guidance(state), Payload::Guidance(p)) => guidance::evolve(state, event, p),
            (Self::Alert(state), Payload::Guidance(p)) => guidance::evolve_alert(state, event, p),
            (Self::Task(state), Payload::Plan(p)) => plan::evolve(state, me, event, p),
            (Self::Register(state), Payload::Plan(_) | Payload::Sharing(_) | Payload::Clock(_)) => {
                sharing::evolve_duties(&mut state.duties, me, event);
            }
            (Self::Register(state), Payload::Department(p)) => state.evolve(event, p),
            (Self::Book(state), Payload::Policy(p)) => {
                crate::areas::policy::evolve(state, event, p)
            }
            (Self::Vault(state), Payload::Vault(p)) => vault::evolve(state, event, p),
            (Self::Ledger(state), Payload::Ledger(p)) => ledger::evolve(state, event, p),
            _ => {}
        }
        if let Some((p, clock)) = clock::Recompute::of(event) {
            self.retime(clock, &p.part);
        }
        if let Some(clocks) = self.clocks_mut() {
            clocks.apply(me, event);
        }
    }

    /// Takes over a deadline that was computed again, wherever the state goes by it.
    fn retime(&mut self, clock: &Clock, part: &str) {
        match self {
            Self::Operator(operator) => {
                registration::retime(&mut operator.registration, clock);
                listing::retime(&mut operator.listing, clock, part);
                award::retime(&mut operator.awards, clock, part);
            }
            Self::Complaint(state) => complaint::retime(state, clock),
            Self::Report(state) => report::retime(state, clock),
            Self::Lead(state) => lead::retime(state, clock),
            Self::Campaign(state) => retime(&mut state.clock, clock),
            Self::Batch(state) => goods::retime(state, clock, part),
            Self::Risk(state) => risk::retime(state, clock),
            Self::Case(state) => enforcement::retime(state, clock, part),
            Self::Bulletin(state) => retime(&mut state.clock, clock),
            Self::Application(state) => registration::retime_application(state, clock, part),
            Self::Repair(state) => retime(&mut state.clock, clock),
            Self::Guidance(state) => retime(&mut state.clock, clock),
            Self::Alert(state) => retime(&mut state.clock, clock),
            Self::Exchange(state) => {
                retime(&mut state.to_acknowledge, clock);
                retime(&mut state.to_answer, clock);
            }
            Self::Meeting(state) => {
                let mut resolutions = state.resolutions.iter_mut();
                if let Some(resolution) = resolutions.find(|r| part_is(part, &r.id)) {
                    retime(&mut resolution.clock, clock);
                }
            }
            Self::Task(state) => {
                let mut targets = state.targets.iter_mut();
                if let Some(target) = targets.find(|t| part_is(part, &t.id)) {
                    retime(&mut target.clock, clock);
                }
            }
            _ => {}
        }
    }

    /// The deadlines of a subject that may have some.
    #[must_use]
    pub const fn clocks(&self) -> Option<&Clocks> {
        match self {
            Self::Operator(s) => Some(s.deadlines()),
            Self::Complaint(s) => Some(s.deadlines()),
            Self::Report(s) => Some(s.deadlines()),
            Self::Lead(s) => Some(s.deadlines()),
            Self::Campaign(s) => Some(s.deadlines()),
            Self::Batch(s) => Some(s.deadlines()),
            Self::Risk(s) => Some(s.deadlines()),
            Self::Case(s) => Some(s.deadlines()),
            Self::Bulletin(s) => Some(s.deadlines()),
            Self::Application(s) => Some(s.deadlines()),
            Self::Repair(s) => Some(s.deadlines()),
            Self::Shop(s) => Some(s.deadlines()),
            Self::Platform(s) => Some(s.deadlines()),
            Self::Exchange(s) => Some(s.deadlines()),
            Self::Meeting(s) => Some(s.deadlines()),
            Self::Task(s) => Some(s.deadlines()),
            Self::Guidance(s) => Some(s.deadlines()),
            Self::Alert(s) => Some(s.deadlines()),
            _ => None,
        }
    }

    const fn clocks_mut(&mut self) -> Option<&mut Clocks> {
        match self {
            Self::Operator(s) => Some(s.deadlines_mut()),
            Self::Complaint(s) => Some(s.deadlines_mut()),
            Self::Report(s) => Some(s.deadlines_mut()),
            Self::Lead(s) => Some(s.deadlines_mut()),
            Self::Campaign(s) => Some(s.deadlines_mut()),
            Self::Batch(s) => Some(s.deadlines_mut()),
            Self::Risk(s) => Some(s.deadlines_mut()),
            Self::Case(s) => Some(s.deadlines_mut()),
            Self::Bulletin(s) => Some(s.deadlines_mut()),
            Self::Application(s) => Some(s.deadlines_mut()),
            Self::Repair(s) => Some(s.deadlines_mut()),
            Self::Shop(s) => Some(s.deadlines_mut()),
            Self::Platform(s) => Some(s.deadlines_mut()),
            Self::Exchange(s) => Some(s.deadlines_mut()),
            Self::Meeting(s) => Some(s.deadlines_mut()),
            Self::Task(s) => Some(s.deadlines_mut()),
            Self::Guidance(s) => Some(s.deadlines_mut()),
            Self::Alert(s) => Some(s.deadlines_mut()),
            _ => None,
        }
    }

    /// What the calendar is still to bring about in this state: of what recurs, the next time.
    /// Whoever records one asks again.
    pub fn lapses(&self, me: &Subject, book: &Book, out: &mut Vec<Lapse>) {
        if let Some(clocks) = self.clocks() {
            clock::lapses(clocks, me, book, out);
        }
        match self {
            Self::Operator(operator) => operator.lapses(me, book, out),
            Self::Complaint(state) => complaint::lapses(state, me, book, out),
            Self::Case(state) => enforcement::lapses(state, me, book, out),
            Self::Bulletin(state) => exposure::lapses(state, me, out),
            Self::Platform(state) => shop::lapses(state, me, out),
            Self::Exchange(state) => sharing::lapses(state, me, out),
            Self::Alert(state) => guidance::lapses(state, me, out),
            _ => {}
        }
    }

    /// The departments that keep a side of what this state is about, in their duties.
    #[must_use]
    pub fn departments(&self) -> Vec<CreditCode> {
        match self {
            Self::Exchange(state) => state.departments().collect(),
            Self::Meeting(state) => state.departments().collect(),
            Self::Task(state) => state.departments().collect(),
            _ => Vec::new(),
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
            (Self::Operator(operator), Payload::Risk(p)) => risk::rows(operator, me, p, out),
            (Self::Risk(state), Payload::Risk(p)) => {
                risk::rows_of_site(state, me, event, p, out);
            }
            (Self::Operator(operator), Payload::Shop(p)) => {
                let name = operator.registration.name();
                shop::rows_of_holder(&operator.shops, me, name, event, p, out);
            }
            (Self::Individual(person), Payload::Shop(p)) => {
                shop::rows_of_holder(&person.shops, me, "", event, p, out);
            }
            (Self::Shop(state), Payload::Shop(_)) => shop::rows(state, me, event, out),
            (Self::Platform(state), Payload::Shop(p)) => {
                shop::rows_of_platform(state, me, event, p, out);
            }
            (Self::Operator(operator), Payload::Award(p)) => award::rows(operator, me, p, out),
            (Self::Alert(alert), Payload::Guidance(_)) => guidance::rows(alert, me, out),
            (Self::Register(register), Payload::Plan(_) | Payload::Sharing(_)) => {
                sharing::rows(register, me, event, out);
            }
            _ => {}
        }
        if let Some(clocks) = self.clocks() {
            clocks.rows(me, event, out);
        }
    }
}

/// Whether a deadline's part is that of an id within its matter.
fn part_is(part: &str, id: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, last)| last == id)
}

/// Puts a deadline in the place of the one of its name.
pub(crate) fn retime(held: &mut Option<Clock>, clock: &Clock) {
    if let Some(held) = held.as_mut().filter(|held| held.name == clock.name) {
        *held = clock.clone();
    }
}

impl Operator {
    /// Where it stands on a day, in a few words. Every part is named here and speaks for itself.
    #[must_use]
    pub fn in_words(&self, day: Day) -> Vec<Text> {
        let Self {
            registration,
            complaints,
            reports,
            chain,
            goods,
            risks,
            listing,
            credit,
            repairs,
            enforcement,
            exposure,
            shops,
            awards,
        } = self;
        let mut words = Vec::new();
        registration.in_words(day, &mut words);
        complaints.in_words(&mut words);
        reports.in_words(&mut words);
        chain.in_words(&mut words);
        goods.in_words(&mut words);
        risks.in_words(day, &mut words);
        listing.in_words(day, &mut words);
        credit.in_words(day, &mut words);
        repairs.in_words(day, &mut words);
        enforcement.in_words(day, &mut words);
        exposure.in_words(day, &mut words);
        shops.in_words(day, &mut words);
        awards.in_words(day, &mut words);
        words
    }

    fn lapses(&self, me: &Subject, book: &Book, out: &mut Vec<Lapse>) {
        let Ok(code) = me.id().parse() else {
            return;
        };
        registration::lapses(&self.registration, code, me, out);
        listing::lapses(&self.listing, code, me, book, out);
        award::lapses(&self.awards, code, me, out);
        credit::lapses(&self.credit, &self.registration, code, me, book, out);
    }

    fn apply(&mut self, me: &Subject, event: &Event, payload: &Payload) {
        credit::note_cause(&mut self.credit, event, payload);
        lead::note_chain(&mut self.chain, event, payload);
        match payload {
            Payload::Registration(p) => registration::evolve(&mut self.registration, me, event, p),
            Payload::Complaint(p) => complaint::tally(&mut self.complaints, event, p),
            Payload::Report(p) => report::tally(&mut self.reports, p),
            Payload::Goods(p) => goods::evolve_operator(&mut self.goods, me, event, p),
            Payload::Risk(p) => risk::evolve_operator(&mut self.risks, event, p),
            Payload::Listing(p) => listing::evolve(&mut self.listing, event, p),
            Payload::Credit(p) => credit::evolve(&mut self.credit, event, p),
            Payload::Repair(p) => repair::evolve_operator(&mut self.repairs, event, p),
            Payload::Enforcement(p) => {
                enforcement::evolve_operator(&mut self.enforcement, event, p);
            }
            Payload::Exposure(p) => exposure::expose(&mut self.exposure, event, p),
            Payload::Award(p) => award::evolve(&mut self.awards, event, p),
            Payload::Shop(p) => shop::evolve_shops(&mut self.shops, me, event, p),
            Payload::Department(_)
            | Payload::Clock(_)
            | Payload::Policy(_)
            | Payload::Vault(_)
            | Payload::Ledger(_)
            | Payload::Lead(_)
            | Payload::Sharing(_)
            | Payload::Plan(_)
            | Payload::Guidance(_) => {}
        }
    }
}
