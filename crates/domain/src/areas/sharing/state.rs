//! Sharing: the state of an exchange and of a joint meeting.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ExchangeKind, FallOverdue, Outside, Resolved, SharingEvent};
use crate::areas::Payload;
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::subject::Subject;
use crate::term::Clock;

/// One exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What kind.
    pub kind: ExchangeKind,
    /// Where it stands.
    pub stage: Stage,
    /// Who sent it.
    pub from: Option<Party>,
    /// Who has to acknowledge and answer.
    pub to: Option<Party>,
    /// What was sent or asked for.
    pub title: String,
    /// By which duty, in words.
    pub basis: String,
    /// The task of a plan by which it is owed.
    pub task: Option<String>,
    /// The matter it is about.
    pub matter: Option<Subject>,
    /// Operators that it is about.
    pub operators: BTreeSet<CreditCode>,
    /// Number of the letter from elsewhere.
    pub document: String,
    /// Only for those who handle the matter.
    pub confidential: bool,
    /// Day on which it left, or came in.
    pub sent: Option<Day>,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Day on which it was acknowledged.
    pub acknowledged: Option<Day>,
    /// Day on which it was answered.
    pub answered: Option<Day>,
    /// Code of the outcome; empty before the answer.
    pub outcome: String,
    /// The answer.
    pub reply: String,
    /// The rule that lists the outcomes, `pack@version#rule.id`.
    pub rule: String,
    /// The deadline for acknowledging; absent once that was done.
    pub to_acknowledge: Option<Clock>,
    /// The deadline for answering, where an answer is owed.
    pub to_answer: Option<Clock>,
    /// How often the term for the answer was lengthened.
    pub extensions: u32,
    /// Terms that went by, as the clock found them.
    pub overdue: Vec<Overdue>,
    /// Days on which the sender asked again.
    pub reminders: Vec<Day>,
    /// Days by which acknowledgement and answer came late, added up.
    pub late_days: i64,
    /// Departments that took over one side of it.
    pub heirs: BTreeSet<CreditCode>,
}

/// One side of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Party {
    /// A department of the register.
    Department(CreditCode),
    /// An authority elsewhere.
    Outside(Outside),
}

/// A term that went by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// The deadline's name.
    pub task: String,
    /// Its last day.
    pub due: Day,
    /// Day on which it was found.
    pub found: Day,
}

/// Where an exchange stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// On its way.
    Sent,
    /// Whoever it was sent to has it, and owes an answer.
    Acknowledged,
    /// Answered; a record is at its end once acknowledged.
    Done,
    /// Taken back.
    Withdrawn,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Party {
    /// The department, where it is one of the register.
    #[must_use]
    pub const fn department(&self) -> Option<CreditCode> {
        match self {
            Self::Department(code) => Some(*code),
            Self::Outside(_) => None,
        }
    }

    /// Credit code of the department, or the authority's name.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Department(code) => code.to_string(),
            Self::Outside(outside) => outside.name.clone(),
        }
    }
}

impl Exchange {
    /// The departments of the register that are, or were, a side of it.
    pub fn departments(&self) -> impl Iterator<Item = CreditCode> + '_ {
        let sides = [&self.from, &self.to].into_iter().flatten();
        let sides = sides.filter_map(Party::department);
        sides.chain(self.heirs.iter().copied())
    }

    /// The deadlines that run: for acknowledging, and for answering.
    pub fn clocks(&self) -> impl Iterator<Item = &Clock> {
        let open = matches!(self.stage, Stage::Sent | Stage::Acknowledged);
        let clocks = [&self.to_acknowledge, &self.to_answer].into_iter();
        clocks.flatten().filter(move |_| open)
    }
}

/// The terms of an exchange that go by without the act.
pub(crate) fn lapses(state: &Exchange, me: &Subject, out: &mut Vec<Lapse>) {
    let told = |c: &Clock| {
        let mut overdue = state.overdue.iter();
        overdue.any(|o| o.task == c.name && o.due == c.due)
    };
    let to = state.to.as_ref().and_then(Party::department);
    let from = state.from.as_ref().and_then(Party::department);
    // The calendar speaks for whoever waits, so that a silent department needs no part in it.
    let handler = from.or(to);
    for clock in state.clocks().filter(|c| !told(c)) {
        let overdue = SharingEvent::FellOverdue(FallOverdue {
            exchange: me.id().to_owned(),
        });
        out.push(Lapse::after(clock, me, Payload::Sharing(overdue), handler));
    }
}

pub(crate) fn evolve_exchange(state: &mut Exchange, event: &Event, payload: &SharingEvent) {
    let on = event.on;
    if let Some(clock) = event.derived.clock("sharing.answer") {
        state.to_answer = Some(clock.clone());
    }
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    match payload {
        SharingEvent::Sent(p) => {
            state.kind = p.kind;
            state.from = Some(Party::Department(event.by.department));
            let outside = p.outside.clone().map(Party::Outside);
            state.to = p.to.map(Party::Department).or(outside);
            state.title.clone_from(&p.title);
            state.basis.clone_from(&p.basis);
            state.task.clone_from(&p.task);
            state.matter.clone_from(&p.matter);
            state.operators.clone_from(&p.operators);
            state.confidential = p.confidential;
            begin(state, event);
        }
        SharingEvent::Received(p) => {
            state.kind = p.kind;
            state.from = Some(Party::Outside(p.from.clone()));
            state.to = Some(Party::Department(event.by.department));
            state.title.clone_from(&p.title);
            state.basis.clone_from(&p.basis);
            state.document.clone_from(&p.document);
            state.operators.clone_from(&p.operators);
            state.confidential = p.confidential;
            begin(state, event);
            acknowledge(state, on);
        }
        SharingEvent::Acknowledged(_) => acknowledge(state, on),
        SharingEvent::Extended(_) => state.extensions += 1,
        SharingEvent::Answered(p) => {
            state.answered = Some(on);
            state.acknowledged = state.acknowledged.or(Some(on));
            state.outcome.clone_from(&p.code);
            state.reply.clone_from(&p.reply);
            state.stage = Stage::Done;
        }
        SharingEvent::Reminded(_) => state.reminders.push(on),
        SharingEvent::FellOverdue(_) => {
            let facts = event.derived.facts.iter();
            let named = facts.filter_map(|f| Some((f.name.strip_suffix("_due")?, f.day?)));
            state.overdue.extend(named.map(|(task, due)| Overdue {
                task: format!("sharing.{task}"),
                due,
                found: on,
            }));
            return;
        }
        SharingEvent::Withdrawn(_) => state.stage = Stage::Withdrawn,
        SharingEvent::HandedOver(p) => {
            state.heirs.insert(p.to);
            return;
        }
        SharingEvent::MeetingHeld(_)
        | SharingEvent::Resolved(_)
        | SharingEvent::ResolutionPerformed(_) => return,
    }
    state.since = Some(on);
}

fn begin(state: &mut Exchange, event: &Event) {
    state.sent = Some(event.on);
    state.stage = Stage::Sent;
    state.to_acknowledge = event.derived.clock("sharing.acknowledge").cloned();
    state.rule = super::cited(event, &slot(state.kind));
}

fn acknowledge(state: &mut Exchange, on: Day) {
    state.acknowledged = Some(on);
    state.to_acknowledge = None;
    state.stage = match state.kind {
        ExchangeKind::Record => Stage::Done,
        _ => Stage::Acknowledged,
    };
}

/// The slot of a kind of exchange.
pub(super) fn slot(kind: ExchangeKind) -> String {
    format!("sharing.{}", kind.name())
}

/// A joint meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// What it was about.
    pub title: String,
    /// Its day.
    pub held: Option<Day>,
    /// Who convened it.
    pub convened_by: Option<CreditCode>,
    /// Who took part.
    pub attended: BTreeSet<CreditCode>,
    /// Who stayed away.
    pub absent: BTreeSet<CreditCode>,
    /// What was resolved, in the order of the minutes.
    pub resolutions: Vec<Resolution>,
}

/// One resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// Its id within the meeting.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// Which department carries it out.
    pub owner: CreditCode,
    /// Departments that took it over.
    pub heirs: BTreeSet<CreditCode>,
    /// The task of a plan that it serves.
    pub task: Option<String>,
    /// Its deadline, as the meeting set it.
    pub clock: Option<Clock>,
    /// Day on which it was carried out.
    pub performed: Option<Day>,
    /// What was done.
    pub report: String,
    /// Days by which that came late.
    pub late_days: i64,
}

impl Meeting {
    /// The resolution of an id.
    #[must_use]
    pub fn resolution(&self, id: &str) -> Option<&Resolution> {
        self.resolutions.iter().find(|r| r.id == id)
    }

    /// The departments that convened it, carry something out, or took one over.
    pub fn departments(&self) -> impl Iterator<Item = CreditCode> + '_ {
        let resolutions = self.resolutions.iter();
        let owners = resolutions.flat_map(|r| r.heirs.iter().copied().chain([r.owner]));
        owners.chain(self.convened_by)
    }
}

pub(crate) fn evolve_meeting(
    state: &mut Meeting,
    me: &Subject,
    event: &Event,
    payload: &SharingEvent,
) {
    match payload {
        SharingEvent::MeetingHeld(p) => {
            state.title.clone_from(&p.title);
            state.held = Some(event.on);
            state.convened_by = Some(event.by.department);
            state.attended.clone_from(&p.attended);
            state.absent.clone_from(&p.absent);
        }
        SharingEvent::Resolved(Resolved { resolve, .. }) => state.resolutions.push(Resolution {
            id: resolve.resolution.clone(),
            title: resolve.title.clone(),
            owner: resolve.owner,
            heirs: BTreeSet::new(),
            task: resolve.task.clone(),
            clock: event.derived.clock("sharing.resolution").cloned(),
            performed: None,
            report: String::new(),
            late_days: 0,
        }),
        SharingEvent::ResolutionPerformed(p) => {
            let mut resolutions = state.resolutions.iter_mut();
            if let Some(resolution) = resolutions.find(|r| r.id == p.resolution) {
                resolution.performed = Some(event.on);
                resolution.report.clone_from(&p.report);
                resolution.late_days = event.derived.number("late_days").unwrap_or(0);
            }
        }
        SharingEvent::HandedOver(p) => {
            let mine = p.duties.iter().filter(|d| d.matter == *me);
            for duty in mine {
                let mut resolutions = state.resolutions.iter_mut();
                if let Some(resolution) = resolutions.find(|r| r.id == duty.part) {
                    resolution.heirs.insert(p.to);
                }
            }
        }
        _ => {}
    }
}
