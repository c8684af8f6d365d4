//! Sharing: who owes what to whom, as each department keeps its side of it, and the rows of the
//! list of duties.
//!
//! Only what is open is kept whole; what was settled is counted, so that a busy department's state
//! stays small.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::Party;
use super::{ExchangeKind, Outside, SharingEvent};
use crate::areas::Payload;
use crate::areas::clock::Recompute;
use crate::areas::department::Register;
use crate::areas::plan::PlanEvent;
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// What one department owes and is owed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// What is open, in the order in which it came about.
    pub open: Vec<Duty>,
    /// What the department itself was to do and did, counted by the kind of duty.
    pub settled: BTreeMap<What, Settled>,
    /// What the last event ended.
    pub ended: Vec<Duty>,
}

/// One duty as one department sees it.
///
/// States and events hold it in binary form too, so no field is ever left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its deadlines, the next act's first; none where none was set.
    pub clocks: Vec<Clock>,
    /// Departments that it went over to, and since when; they go on with it.
    pub gone_to: BTreeMap<CreditCode, Day>,
    /// The exchange, meeting or task that it comes from.
    pub matter: Subject,
    /// The resolution or target within it; empty for the whole.
    pub part: String,
    /// The rule that names the kind of duty, `pack@version#rule.id`.
    pub rule: String,
    /// Who may see it: as the exchange, meeting or task that it comes from.
    pub seen_by: Visibility,
    /// Whether the department owes it or is owed it.
    pub side: Side,
    /// Since when.
    pub since: Day,
    /// Departments that it came from.
    pub taken_from: BTreeSet<CreditCode>,
    /// What it is, in the words of the exchange, resolution, task or target.
    pub title: String,
    /// What is to be done.
    pub what: What,
    /// Who is on the other side: credit codes, or names of authorities elsewhere.
    pub with: BTreeSet<String>,
}

/// On which side of a duty a department stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It has to act.
    Owes,
    /// It waits for another.
    Owed,
}

/// What is to be done.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Acknowledge a record (签收).
    Acknowledge,
    /// Answer a request or a transfer (回复).
    Answer,
    /// Carry out a resolution (落实议定事项).
    Perform,
    /// Lead a task (牵头).
    Lead,
    /// Cooperate in a task (配合).
    Cooperate,
    /// Reach a target (完成目标).
    Reach,
}

/// Duties that were settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// How many.
    pub count: u64,
    /// How many of them late.
    pub late: u64,
    /// Days by which they were late, added up.
    pub late_days: i64,
}

impl What {
    /// The word for it, which packs use as a code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Answer => "answer",
            Self::Perform => "perform",
            Self::Lead => "lead",
            Self::Cooperate => "cooperate",
            Self::Reach => "reach",
        }
    }
}

impl Duty {
    /// Whether the department still has to do with it: it did not go over to another.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.gone_to.is_empty()
    }

    /// The days by which its earliest deadline is past on a day; 0 where none is.
    #[must_use]
    pub fn late_days_on(&self, day: Day) -> i64 {
        let late = self.clocks.iter().map(|c| c.due.days_until(day));
        late.max().unwrap_or(0).max(0)
    }

    /// The part of its matter by which its deadline is known.
    pub(crate) fn clock_part(&self) -> String {
        super::part(self.matter.id(), &self.part)
    }

    fn is(&self, matter: &Subject, part: &str, what: What) -> bool {
        self.matter == *matter && self.part == part && self.what == what
    }
}

impl Duties {
    /// Adds a duty; to one that the department has already, from whom it has it besides.
    pub(crate) fn add(&mut self, duty: Duty) {
        let held = |d: &Duty| d.side == duty.side && d.is(&duty.matter, &duty.part, duty.what);
        match self.open.iter_mut().find(|d| held(d)) {
            Some(known) => {
                known.taken_from.extend(duty.taken_from);
                known.with.extend(duty.with);
            }
            None => self.open.push(duty),
        }
    }

    /// Ends a duty of both sides; an own one is counted, where it was done and not called off.
    pub(crate) fn settle(
        &mut self,
        matter: &Subject,
        part: &str,
        what: What,
        event: &Event,
        done: bool,
    ) {
        let mut left = Vec::with_capacity(self.open.len());
        for duty in std::mem::take(&mut self.open) {
            if !duty.is(matter, part, what) {
                left.push(duty);
                continue;
            }
            if duty.side == Side::Owes && duty.is_here() && done {
                let late_days = event.derived.number("late_days").unwrap_or(0);
                let settled = self.settled.entry(duty.what).or_default();
                settled.count += 1;
                settled.late += u64::from(late_days > 0);
                settled.late_days += late_days;
            }
            self.ended.push(duty);
        }
        self.open = left;
    }

    /// Ends every duty of a matter that is called off.
    pub(crate) fn call_off(&mut self, matter: &Subject) {
        let open = std::mem::take(&mut self.open).into_iter();
        let (ended, left): (Vec<Duty>, Vec<Duty>) = open.partition(|d| d.matter == *matter);
        self.open = left;
        self.ended.extend(ended);
    }

    /// Sets the deadlines of a matter's duties anew.
    fn set_clocks(&mut self, matter: &Subject, clocks: &[Clock]) {
        for duty in self.open.iter_mut().filter(|d| d.matter == *matter) {
            duty.clocks = clocks.to_vec();
        }
    }
}

/// Folds an event of either area into a department's duties.
pub(crate) fn evolve_duties(state: &mut Duties, me: &Subject, event: &Event) {
    state.ended.clear();
    if me.kind() != Kind::Department {
        return;
    }
    match &event.payload {
        Payload::Sharing(p) => shared(state, me, event, p),
        Payload::Plan(p) => planned(state, me, event, p),
        Payload::Clock(_) => {
            if let Some((p, clock)) = Recompute::of(event) {
                let matter = |d: &&mut Duty| d.matter == p.subject && d.clock_part() == p.part;
                let clocks = state
                    .open
                    .iter_mut()
                    .filter(matter)
                    .flat_map(|d| &mut d.clocks);
                for held in clocks.filter(|held| held.name == clock.name) {
                    *held = clock.clone();
                }
            }
        }
        _ => {}
    }
}

fn shared(state: &mut Duties, me: &Subject, event: &Event, payload: &SharingEvent) {
    let exchange = |id: &str| Subject::new(Kind::Exchange, id).ok();
    match payload {
        SharingEvent::Sent(p) => {
            let to = match (p.to, &p.outside) {
                (Some(code), _) => Party::Department(code),
                (None, Some(outside)) => Party::Outside(outside.clone()),
                (None, None) => return,
            };
            let from = Party::Department(event.by.department);
            exchanged(
                state,
                me,
                event,
                (&p.exchange, p.kind, &p.title),
                [&from, &to],
            );
        }
        SharingEvent::Received(p) => {
            let from = Party::Outside(p.from.clone());
            let to = Party::Department(event.by.department);
            exchanged(
                state,
                me,
                event,
                (&p.exchange, p.kind, &p.title),
                [&from, &to],
            );
        }
        SharingEvent::Acknowledged(p) => {
            let Some(matter) = exchange(&p.exchange) else {
                return;
            };
            state.settle(&matter, "", What::Acknowledge, event, true);
            let answer = event.derived.clock("sharing.answer").cloned();
            let left = state.open.iter().find(|d| d.matter == matter);
            let held = left.and_then(|d| d.clocks.iter().find(|c| c.name == "sharing.answer"));
            let clocks: Vec<Clock> = answer.or(held.cloned()).into_iter().collect();
            state.set_clocks(&matter, &clocks);
        }
        SharingEvent::Extended(p) => {
            if let Some(matter) = exchange(&p.exchange) {
                state.set_clocks(&matter, &event.derived.clocks);
            }
        }
        SharingEvent::Answered(p) => {
            if let Some(matter) = exchange(&p.exchange) {
                state.settle(&matter, "", What::Answer, event, true);
            }
        }
        SharingEvent::Withdrawn(p) => {
            if let Some(matter) = exchange(&p.exchange) {
                state.call_off(&matter);
            }
        }
        SharingEvent::Resolved(p) => {
            let Ok(matter) = Subject::new(Kind::Meeting, &p.meeting) else {
                return;
            };
            let convener = event.by.department;
            let resolve = &p.resolve;
            let mut one = |side, with: CreditCode| {
                state.add(Duty {
                    clocks: event.derived.clocks.clone(),
                    part: resolve.resolution.clone(),
                    rule: super::cited(event, "sharing.duties"),
                    title: resolve.title.clone(),
                    with: BTreeSet::from([with.to_string()]),
                    ..fresh(&matter, side, What::Perform, event)
                });
            };
            if is(me, resolve.owner) {
                one(Side::Owes, convener);
            } else if is(me, convener) {
                one(Side::Owed, resolve.owner);
            }
        }
        SharingEvent::ResolutionPerformed(p) => {
            if let Ok(matter) = Subject::new(Kind::Meeting, &p.meeting) {
                state.settle(&matter, &p.resolution, What::Perform, event, true);
            }
        }
        SharingEvent::HandedOver(p) => super::handover::evolve(state, me, event.on, p),
        SharingEvent::Reminded(_) | SharingEvent::FellOverdue(_) | SharingEvent::MeetingHeld(_) => {
        }
    }
}

fn exchanged(
    state: &mut Duties,
    me: &Subject,
    event: &Event,
    (number, kind, title): (&str, ExchangeKind, &str),
    [from, to]: [&Party; 2],
) {
    let Ok(matter) = Subject::new(Kind::Exchange, number) else {
        return;
    };
    let what = match kind {
        ExchangeKind::Record => What::Acknowledge,
        _ => What::Answer,
    };
    for (mine, side, other) in [(to, Side::Owes, from), (from, Side::Owed, to)] {
        if mine.department().is_some_and(|code| is(me, code)) {
            state.add(Duty {
                clocks: event.derived.clocks.clone(),
                rule: super::cited(event, "sharing.duties"),
                title: title.to_owned(),
                with: BTreeSet::from([other.text()]),
                ..fresh(&matter, side, what, event)
            });
        }
    }
}

fn planned(state: &mut Duties, me: &Subject, event: &Event, payload: &PlanEvent) {
    let task = |id: &str| Subject::new(Kind::Task, id).ok();
    match payload {
        PlanEvent::TaskAssigned(p) => {
            let Some(matter) = task(&p.task) else { return };
            let codes = |of: &BTreeSet<CreditCode>| of.iter().map(ToString::to_string).collect();
            let mut one = |side, what, with| {
                state.add(Duty {
                    clocks: Vec::new(),
                    rule: super::cited(event, "plan.duties"),
                    title: p.title.clone(),
                    with,
                    ..fresh(&matter, side, what, event)
                });
            };
            let assigner = event.by.department;
            if p.lead.iter().any(|code| is(me, *code)) {
                one(
                    Side::Owes,
                    What::Lead,
                    BTreeSet::from([assigner.to_string()]),
                );
                if !p.cooperating.is_empty() {
                    one(Side::Owed, What::Cooperate, codes(&p.cooperating));
                }
            } else if is(me, assigner) {
                one(Side::Owed, What::Lead, codes(&p.lead));
            }
            if p.cooperating.iter().any(|code| is(me, *code)) {
                one(Side::Owes, What::Cooperate, codes(&p.lead));
            }
        }
        PlanEvent::TargetSet(p) => {
            let Some(matter) = task(&p.task) else { return };
            let leads = |d: &Duty| d.side == Side::Owes && d.is(&matter, "", What::Lead);
            if let Some(lead) = state.open.iter().find(|d| leads(d) && d.is_here()) {
                let duty = Duty {
                    clocks: event.derived.clocks.clone(),
                    part: p.target.clone(),
                    rule: super::cited(event, "plan.duties"),
                    title: p.title.clone(),
                    with: lead.with.clone(),
                    ..fresh(&matter, Side::Owes, What::Reach, event)
                };
                state.add(duty);
            }
        }
        PlanEvent::TargetReported(p) => {
            if let (Some(matter), Some("reached")) = (task(&p.task), event.derived.word("standing"))
            {
                state.settle(&matter, &p.target, What::Reach, event, true);
            }
        }
        PlanEvent::HandedOver(p) => super::handover::evolve(state, me, event.on, p),
        PlanEvent::TaskEnded(p) => {
            if let Some(matter) = task(&p.task) {
                state.call_off(&matter);
            }
        }
    }
}

/// A duty of its matter alone, to be filled in.
fn fresh(matter: &Subject, side: Side, what: What, event: &Event) -> Duty {
    Duty {
        clocks: Vec::new(),
        gone_to: BTreeMap::new(),
        matter: matter.clone(),
        part: String::new(),
        rule: String::new(),
        seen_by: event.visibility,
        side,
        since: event.on,
        taken_from: BTreeSet::new(),
        title: String::new(),
        what,
        with: BTreeSet::new(),
    }
}

/// Whether a department's subject is that of a code.
pub(super) fn is(me: &Subject, code: CreditCode) -> bool {
    me.id() == code.as_str()
}

/// The rows of what a department owes, as the last event left it: who owes what to whom.
pub(crate) fn rows(register: &Register, me: &Subject, event: &Event, out: &mut Vec<Row>) {
    let duties = &register.duties;
    let open = duties.open.iter().map(|d| (d, None));
    let open = open.filter(|(d, _)| event.subjects.contains(&d.matter));
    let ended = duties.ended.iter().map(|d| (d, Some(event.on)));
    for (duty, ended) in open.chain(ended).filter(|(d, _)| d.side == Side::Owes) {
        let with: Vec<&str> = duty.with.iter().map(String::as_str).collect();
        let part = match duty.part.as_str() {
            "" => String::new(),
            part => format!(".{part}"),
        };
        out.push(Row {
            list: List::Duties,
            key: me.id().to_owned(),
            entry: format!("{}{part}.{}", duty.matter, duty.what.name()),
            from: duty.since,
            // What went over to another is no longer owed here, whenever it ends there.
            until: duty.gone_to.values().min().copied().or(ended),
            void: false,
            name: duty.title.clone(),
            reason: duty.what.name().to_owned(),
            rule: duty.rule.clone(),
            authority: with.join(" "),
            document: duty.matter.to_string(),
            visibility: duty.seen_by,
            clock: None,
        });
    }
}

/// An authority elsewhere has a code of its division and a name.
pub(super) fn is_named(outside: &Outside) -> bool {
    let digits = outside.division.bytes().all(|b| b.is_ascii_digit());
    digits && (6..=12).contains(&outside.division.len()) && !outside.name.trim().is_empty()
}
