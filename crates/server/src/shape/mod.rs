//! The JSON forms of what is shown, one file an area.
//!
//! Whoever adds an area adds a file here: its shapes with a constructor from the domain's state,
//! and its labels in Chinese and English; then a variant of [`State`] (a thing of its own) or a
//! field of [`Operator`] (a part of an operator), and a line in `labels.rs`. The command line
//! prints any shape by its labels, the HTTP door describes any by its schema.
//!
//! A shape is built from what one class of readers may see, never from the whole and then cut.

mod address;
mod application;
mod award;
mod checkpoint;
mod clock;
mod compare;
mod complaint;
mod credit;
mod department;
mod dossier;
mod enforcement;
mod event;
mod exposure;
mod goods;
mod labels;
mod lead;
mod ledger;
mod lens;
mod list;
mod operator;
mod page;
mod plan;
mod policy;
mod registration;
mod repair;
mod report;
mod risk;
mod rule;
mod sharing;
mod shop;
mod status;
mod trace;
mod vault;

use domain::day::Day;
use domain::entity::Entity;
use domain::event::Event as DomainEvent;
use domain::subject::Subject;
use schemars::JsonSchema;
use serde::Serialize;

pub use address::Address;
pub use application::{Application, Step};
pub use award::{Alert, Award, Guidance, Incentive};
pub use checkpoint::{Checkpoint, Witness};
pub use clock::Deadline;
pub use compare::{Difference, Differing};
pub use complaint::{Arbitration, Complaint, Counts, Tally};
pub use credit::{ClassSpan, Commitment, Credit, NegativeItem, Rating, Recognition, ScoreChange};
pub use department::{Approvals, Department, Officer, Register, Succession};
pub use dossier::{Dossier, DossierLine, Sentence};
pub use enforcement::{Account, Case, CaseLine, Decision, Measure, Notice, Penalty, Sanction};
pub use event::{Action, Event, EventLine, Expect, Receipt};
pub use exposure::{Bulletin, BulletinEntry, Exposure, Shown, Site};
pub use goods::{Batch, BatchHolder, BatchRecall, BatchSample, OperatorGoods};
pub use labels::{Label, label, word};
pub use lead::{Analysis, Campaign, ChainLink, DayCode, Lead, Target};
pub use ledger::{LogKey, LogKeys};
pub use lens::Lens;
pub use list::{ListEntry, Membership, Objection, entries};
pub use operator::Operator;
pub use page::{Differences, Health, Items, ListName, OperatorLine, TypeName, lists, types};
pub use plan::{Goal, GoalReport, Seat, Task};
pub use policy::{Book, Pack, PackRule};
pub use registration::{Dated, Registration, Stay, Suspension};
pub use repair::{Repair, RepairLine, Track};
pub use report::{Report, ReportTally};
pub use risk::{AssessedFactor, Assessment, Risk, RiskLine, RiskPlan};
pub use rule::{Clock, Excluded, Ground, Law, Rule, Term};
pub use sharing::{Duties, Duty, Exchange, Meeting, Overdue, Resolution, Settled};
pub use shop::{
    Holding, Individual, Mark, Platform, PlatformHost, PlatformReport, Shop, ShopLine, Sighting,
    TradeYear, Turnover,
};
pub use status::{Head, Status, Views};
pub use trace::{Hop, Path, Reached, Shared, Trace};
pub use vault::Erasures;

/// Everything about one subject, as one class of readers sees it from one place in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Page<S = State> {
    /// The subject, `kind:id`.
    pub subject: String,
    /// From where it was looked at.
    pub seen: Seen,
    /// Where the subject stands.
    pub state: S,
    /// How many events name the subject, as far as this reader sees them.
    pub events_total: u64,
    /// The latest of these events, in recorded order.
    pub events: Vec<EventLine>,
}

/// From where something was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// What was known: a position or a time as asked for; absent for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The legal date asked for; absent where the state is shown as decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
    /// Size of the history when it was read.
    pub size: u64,
}

/// Where a subject stands, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum State {
    /// An operator.
    Operator(Box<Operator>),
    /// A complaint.
    Complaint(Box<Complaint>),
    /// A report of a breach.
    Report(Box<Report>),
    /// A lead.
    Lead(Box<Lead>),
    /// A campaign.
    Campaign(Box<Campaign>),
    /// A batch of goods.
    Batch(Box<Batch>),
    /// A risk.
    Risk(Box<Risk>),
    /// A plan for risks.
    RiskPlan(RiskPlan),
    /// An enforcement case.
    Case(Box<Case>),
    /// A bulletin of exposure.
    Bulletin(Box<Bulletin>),
    /// An address.
    Address(Address),
    /// An application for registration.
    Application(Box<Application>),
    /// An item of the negative list.
    NegativeItem(NegativeItem),
    /// An application for credit repair.
    Repair(Box<Repair>),
    /// A shop.
    Shop(Box<Shop>),
    /// A platform.
    Platform(Box<Platform>),
    /// An individual who trades without registration.
    Individual(Box<Individual>),
    /// An exchange between departments.
    Exchange(Box<Exchange>),
    /// A joint meeting.
    Meeting(Meeting),
    /// A task of a plan.
    Task(Task),
    /// A piece of guidance.
    Guidance(Box<Guidance>),
    /// A consumer alert.
    Alert(Box<Alert>),
    /// The register of departments, or a single department's part of it.
    Register(Register),
    /// The adopted policy packs.
    Book(Book),
    /// What was erased of a subject.
    Vault(Erasures),
    /// The keys of the ledger's checkpoints.
    Ledger(LogKeys),
}

impl State {
    /// The shape of a state.
    #[must_use]
    pub fn of(subject: &Subject, entity: &Entity, lens: &Lens<'_>) -> Self {
        match entity {
            Entity::Operator(o) => Self::Operator(Box::new(Operator::of(subject.id(), o, lens))),
            Entity::Complaint(c) => Self::Complaint(Box::new(Complaint::of(subject.id(), c, lens))),
            Entity::Report(r) => Self::Report(Box::new(Report::of(subject.id(), r, lens))),
            Entity::Lead(l) => Self::Lead(Box::new(Lead::of(subject.id(), l, lens))),
            Entity::Campaign(c) => Self::Campaign(Box::new(Campaign::of(subject.id(), c, lens))),
            Entity::Risk(r) => Self::Risk(Box::new(Risk::of(subject.id(), r, lens))),
            Entity::RiskPlan(p) => Self::RiskPlan(RiskPlan::of(subject.id(), p)),
            Entity::Batch(b) => Self::Batch(Box::new(Batch::of(subject.id(), b, lens))),
            Entity::Case(c) => Self::Case(Box::new(Case::of(subject.id(), c, lens))),
            Entity::Bulletin(b) => Self::Bulletin(Box::new(Bulletin::of(subject.id(), b, lens))),
            Entity::Application(a) => {
                Self::Application(Box::new(Application::of(subject.id(), a, lens)))
            }
            Entity::NegativeItem(i) => Self::NegativeItem(NegativeItem::of(subject.id(), i, lens)),
            Entity::Repair(r) => Self::Repair(Box::new(Repair::of(subject.id(), r, lens))),
            Entity::Shop(s) => Self::Shop(Box::new(Shop::of(subject.id(), s, lens))),
            Entity::Platform(p) => Self::Platform(Box::new(Platform::of(subject.id(), p, lens))),
            Entity::Individual(i) => {
                Self::Individual(Box::new(Individual::of(subject.id(), i, lens)))
            }
            Entity::Address(a) => Self::Address(Address::of(subject.id(), a, lens)),
            Entity::Exchange(e) => Self::Exchange(Box::new(Exchange::of(subject.id(), e, lens))),
            Entity::Meeting(m) => Self::Meeting(Meeting::of(subject.id(), m, lens)),
            Entity::Guidance(g) => Self::Guidance(Box::new(Guidance::of(subject.id(), g, lens))),
            Entity::Alert(a) => Self::Alert(Box::new(Alert::of(subject.id(), a, lens))),
            Entity::Task(t) => Self::Task(Task::of(subject.id(), t, lens)),
            Entity::Register(r) => Self::Register(Register::of(r, lens)),
            Entity::Book(b) => Self::Book(Book::of(b)),
            Entity::Vault(v) => Self::Vault(Erasures::of(v)),
            Entity::Ledger(l) => Self::Ledger(LogKeys::of(l)),
        }
    }
}

/// The word of a closed list, as events write it.
fn word_of(value: &impl Serialize) -> String {
    let word = serde_json::to_value(value).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// The shape of one subject: its state and the events behind it, the latest `events_max` of them.
#[must_use]
pub fn subject(
    subject: &Subject,
    entity: &Entity,
    events: &[DomainEvent],
    events_max: usize,
    lens: &Lens<'_>,
) -> Page {
    let skipped = events.len().saturating_sub(events_max);
    Page {
        subject: subject.to_string(),
        seen: lens.seen().clone(),
        state: State::of(subject, entity, lens),
        events_total: events.len() as u64,
        events: events.iter().skip(skipped).map(EventLine::of).collect(),
    }
}
