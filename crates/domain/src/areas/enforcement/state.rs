//! Enforcement: the state of a case, and its fold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::action::{EnforcementEvent, MeasureKind, ReviewOpinion, TermExtension};
use super::clocks::is_ended;
use super::money::Account;
use super::penalty::{Penalty, PenaltyKind, Procedure, fen_of};
use super::sequel::{AppealForum, AppealOutcome, Closing, ImportDecision};
use crate::day::Day;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Exclusion};

/// One case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The operator, where the party is one.
    pub operator: Option<CreditCode>,
    /// Whether the party is a natural person without registration, whose name is sealed.
    pub person: bool,
    /// The department that handles it.
    pub department: Option<CreditCode>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// The reports and leads that it came of, once they name it.
    pub came_of: BTreeSet<Subject>,
    /// Day on which the lead was received.
    pub lead: Option<Day>,
    /// Whether the term of verification was extended.
    pub verification_extended: bool,
    /// Day on which the case was opened.
    pub opened: Option<Day>,
    /// The breach.
    pub cause: String,
    /// Whether it concerns food, drugs or special equipment.
    pub sensitive: bool,
    /// The officers who handle it.
    pub officers: BTreeSet<String>,
    /// Evidence by its hash in hex, with the code of its kind.
    pub evidence: BTreeMap<String, String>,
    /// Measures in the order in which they were taken.
    pub measures: Vec<Measure>,
    /// How the term for the decision was extended.
    pub extensions: Vec<TermExtension>,
    /// The last legal review: opinion and day.
    pub review: Option<(ReviewOpinion, Day)>,
    /// The last notice of an intended penalty.
    pub notice: Option<Notice>,
    /// The decision.
    pub decision: Option<Decision>,
    /// To whom it was transferred, and when.
    pub transferred: Option<(String, Day)>,
    /// The ground on which no case was opened.
    pub declined: String,
    /// How it was closed.
    pub closing: Option<Closing>,
    /// The deadlines that run, by name, each as it was computed last.
    pub clocks: BTreeMap<String, Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// A lead is being verified (核查).
    Lead,
    /// No case was opened (不予立案).
    NotOpened,
    /// Opened, under investigation (调查).
    Investigation,
    /// Notice of the intended penalty was served (告知).
    Noticed,
    /// Decided (决定).
    Decided,
    /// With another authority (移送).
    Transferred,
    /// Closed (结案).
    Closed,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Lead => "lead",
            Self::NotOpened => "not_opened",
            Self::Investigation => "investigation",
            Self::Noticed => "noticed",
            Self::Decided => "decided",
            Self::Transferred => "transferred",
            Self::Closed => "closed",
        }
    }
}

/// A measure of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its id within the case.
    pub id: String,
    /// What kind.
    pub kind: MeasureKind,
    /// Day on which it was taken.
    pub taken: Day,
    /// Its term.
    pub clock: Option<Clock>,
    /// Whether it was extended.
    pub extended: bool,
    /// When it ended, and the code of what became of the things; `lapsed` where its term ran out.
    pub ended: Option<(Day, String)>,
}

/// What became of a right of the party.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// The law gives none here.
    #[default]
    None,
    /// It can be used.
    Open,
    /// A hearing was asked for and has to be held.
    Requested,
    /// It was used.
    Used,
    /// It was waived.
    Waived,
    /// It lapsed unused.
    Lapsed,
}

impl Right {
    /// Whether it stands in the way of a decision.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::Requested)
    }
}

/// Notice of an intended penalty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Day of service.
    pub on: Day,
    /// What is intended.
    pub penalties: Vec<Penalty>,
    /// The statement (陈述申辩).
    pub statement: Right,
    /// Last day for the statement.
    pub statement_due: Option<Day>,
    /// The hearing (听证).
    pub hearing: Right,
    /// Last day on which the hearing can be asked for, where there is a right to it.
    pub hearing_due: Option<Day>,
    /// Day on which the hearing was asked for.
    pub requested: Option<Day>,
    /// Day for which the hearing was called, and who presides.
    pub called: Option<(Day, String)>,
}

/// The decision of a case, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number of the document.
    pub document: String,
    /// Under which procedure.
    pub procedure: Procedure,
    /// Day of the decision.
    pub on: Day,
    /// The law that it rests on.
    pub basis: String,
    /// The penalties.
    pub penalties: Vec<Penalty>,
    /// Day of service.
    pub served: Option<Day>,
    /// What is owed and paid.
    pub account: Account,
    /// Whether the payment was found overdue.
    pub overdue: bool,
    /// The appeal that runs.
    pub appeal: Option<AppealForum>,
    /// How the last appeal ended.
    pub outcome: Option<AppealOutcome>,
    /// Whether it was changed.
    pub changed: Option<Day>,
    /// Day on which it was revoked.
    pub revoked: Option<Day>,
    /// Whether there is a duty to publish.
    pub to_publish: bool,
    /// Day of publication.
    pub published: Option<Day>,
    /// Last day of publication; absent for a bar without end.
    pub shown_until: Option<Day>,
    /// Day on which publication ended.
    pub publication_ended: Option<Day>,
    /// Day on which it was sent to the credit portal.
    pub sent_to_portal: Option<Day>,
    /// Came in with a file.
    pub imported: bool,
}

/// Notes what a case came of: the reports and leads that an event of theirs links with it.
pub(crate) fn note_origin(state: &mut Case, event: &Event) {
    let origins = event.subjects.iter();
    let origins = origins.filter(|s| matches!(s.kind(), Kind::Report | Kind::Lead));
    state.came_of.extend(origins.cloned());
}

pub(crate) fn evolve(state: &mut Case, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    let on = event.on;
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    if !matches!(payload, E::DecisionCorrected(_)) {
        state.since = Some(state.since.map_or(on, |since| since.max(on)));
    }
    keep_clocks(state, event, payload);
    match payload {
        E::LeadReceived(p) => {
            state.stage = Stage::Lead;
            state.lead = Some(on);
            state.operator = state.operator.or(p.operator);
            state.department = Some(event.by.department);
        }
        E::VerificationExtended(_) => state.verification_extended = true,
        E::NotOpened(p) => {
            state.stage = Stage::NotOpened;
            state.declined.clone_from(&p.code);
        }
        E::Opened(p) => {
            state.stage = Stage::Investigation;
            state.opened = Some(on);
            state.operator = state.operator.or(p.operator);
            state.person = p.person.is_some();
            state.cause.clone_from(&p.cause);
            state.sensitive = p.sensitive;
            state.officers.clone_from(&p.officers);
        }
        E::EvidenceAdded(p) => {
            state
                .evidence
                .insert(p.evidence.blake3.to_string(), p.kind.clone());
        }
        E::MeasureTaken(_) | E::MeasureExtended(_) | E::MeasureLifted(_) | E::MeasureLapsed(_) => {
            measure(state, event, payload);
        }
        E::TimeExcluded(_) => {}
        E::TermExtended(p) => state.extensions.push(p.extension),
        E::Reviewed(p) => state.review = Some((p.opinion, on)),
        E::NoticeServed(_)
        | E::StatementMade(_)
        | E::RightsWaived(_)
        | E::RightsLapsed(_)
        | E::HearingRequested(_)
        | E::HearingCalled(_)
        | E::HearingHeld(_) => rights(state, event, payload),
        E::TransferredOut(p) => {
            state.stage = Stage::Transferred;
            state.transferred = Some((p.to.clone(), on));
        }
        E::TakenBack(_) => {
            state.stage = if state.opened.is_some() {
                Stage::Investigation
            } else {
                Stage::Lead
            };
        }
        E::Closed(p) => {
            state.stage = Stage::Closed;
            state.closing = Some(p.closing);
        }
        E::Decided(p) => {
            state.stage = Stage::Decided;
            let decision = Decision::new(&p.document, &p.basis, on, p.penalties.clone());
            state.decision = Some(decision);
        }
        E::PunishedOnSpot(p) => {
            state.stage = Stage::Decided;
            state.operator = p.operator;
            state.person = p.person.is_some();
            state.department = Some(event.by.department);
            state.cause.clone_from(&p.cause);
            state.officers.clone_from(&p.officers);
            let mut decision = Decision::new(&p.document, &p.basis, on, p.penalties.clone());
            decision.procedure = Procedure::Summary;
            decision.served = Some(on);
            state.decision = Some(decision);
        }
        E::DecisionImported(p) => {
            state.stage = Stage::Decided;
            state.operator = Some(p.operator);
            state.department = p.department;
            state.cause.clone_from(&p.cause);
            state.decision = Some(Decision::imported(p, event));
        }
        _ => {}
    }
    if let Some(decision) = &mut state.decision {
        decided(decision, event, payload);
        if let E::DecisionCorrected(p) = payload
            && let Some(cause) = &p.cause
        {
            state.cause.clone_from(cause);
        }
    }
}

impl Case {
    fn measure(&mut self, id: &str) -> Option<&mut Measure> {
        self.measures.iter_mut().find(|m| m.id == id)
    }
}

/// A measure's deadlines stay with the measure, all others with the case.
fn keep_clocks(state: &mut Case, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    let of_measure = match payload {
        E::MeasureTaken(_) => return,
        E::MeasureExtended(p) => Some(&p.measure),
        E::TimeExcluded(p) => p.measure.as_ref(),
        _ => None,
    };
    let clocks = event.derived.clocks.iter();
    match of_measure {
        Some(id) => {
            if let Some(measure) = state.measure(id) {
                measure.clock = clocks.last().cloned().or(measure.clock.take());
            }
        }
        None => {
            let named = clocks.map(|clock| (clock.name.clone(), clock.clone()));
            state.clocks.extend(named);
            state.clocks.retain(|name, _| !is_ended(event, name));
        }
    }
}

fn measure(state: &mut Case, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    match payload {
        E::MeasureTaken(p) => state.measures.push(Measure {
            id: p.measure.clone(),
            kind: p.kind,
            taken: event.on,
            clock: event.derived.clocks.last().cloned(),
            extended: false,
            ended: None,
        }),
        E::MeasureExtended(p) => {
            if let Some(measure) = state.measure(&p.measure) {
                measure.extended = true;
            }
        }
        E::MeasureLifted(p) => {
            if let Some(measure) = state.measure(&p.measure) {
                measure.ended = Some((event.on, p.code.clone()));
            }
        }
        E::MeasureLapsed(p) => {
            if let Some(measure) = state.measure(&p.measure) {
                measure.ended = Some((event.on, "lapsed".to_owned()));
            }
        }
        _ => {}
    }
}

fn rights(state: &mut Case, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    if let E::NoticeServed(p) = payload {
        let heavy = event.derived.word("hearing_right") == Some("given");
        let due = |name: &str| event.derived.clock(name).map(|clock| clock.due);
        state.stage = Stage::Noticed;
        state.notice = Some(Notice {
            on: event.on,
            penalties: p.penalties.clone(),
            statement: Right::Open,
            statement_due: due("enforcement.statement"),
            hearing_due: due("enforcement.hearing_request"),
            hearing: if heavy { Right::Open } else { Right::None },
            requested: None,
            called: None,
        });
    }
    let Some(notice) = &mut state.notice else {
        return;
    };
    match payload {
        E::StatementMade(_) => notice.statement = Right::Used,
        E::RightsWaived(p) => {
            if p.statement {
                notice.statement = Right::Waived;
            }
            if p.hearing {
                notice.hearing = Right::Waived;
            }
        }
        E::RightsLapsed(_) => {
            for right in [&mut notice.statement, &mut notice.hearing] {
                if *right == Right::Open {
                    *right = Right::Lapsed;
                }
            }
        }
        E::HearingRequested(_) => {
            notice.hearing = Right::Requested;
            notice.requested = Some(event.on);
        }
        E::HearingCalled(p) => notice.called = Some((p.day, p.chair.clone())),
        E::HearingHeld(p) => {
            notice.hearing = if p.absent { Right::Waived } else { Right::Used };
        }
        _ => {}
    }
}

fn decided(decision: &mut Decision, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    let on = event.on;
    if let Some(pay) = event.derived.clock("enforcement.pay") {
        decision.account.due = Some(pay.due);
    }
    if let Some(fee) = event.derived.number("late_fee_fen") {
        decision.account.late_fee_fen = fee.unsigned_abs();
        decision.account.accrued_to = Some(on);
    }
    if let Some(word) = event.derived.word("publication") {
        decision.to_publish = word == "due";
    }
    if let Some(day) = event.derived.day("shown_until") {
        decision.shown_until = Some(day);
    }
    match payload {
        E::DecisionServed(_) => decision.served = Some(on),
        E::PaymentRecorded(p) => {
            let account = &mut decision.account;
            let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
            add(&mut account.fine_paid_fen, p.fine_fen);
            add(&mut account.gains_paid_fen, p.gains_fen);
            add(&mut account.late_fee_paid_fen, p.late_fee_fen);
        }
        E::PaymentOverdue(_) => decision.overdue = true,
        E::AppealRecorded(p) => {
            decision.appeal = Some(p.forum);
            decision.account.paused_since = Some(on);
        }
        E::AppealEnded(p) => {
            decision.appeal = None;
            decision.outcome = Some(p.outcome);
            if let Some(from) = decision.account.paused_since.take() {
                let reason = "appeal".to_owned();
                let to = on;
                let pause = Exclusion { from, reason, to };
                decision.account.paused.push(pause);
            }
        }
        E::DecisionRevoked(_) => decision.revoked = Some(on),
        E::DecisionChanged(p) => {
            decision.document.clone_from(&p.document);
            decision.changed = Some(on);
            decision.set_penalties(p.penalties.clone());
        }
        E::DecisionCorrected(p) => {
            if let Some(document) = &p.document {
                decision.document.clone_from(document);
            }
        }
        E::SentToPortal(_) => decision.sent_to_portal = Some(on),
        E::Published(_) => decision.published = Some(on),
        E::PublicationEndedEarly(_) | E::PublicationEnded(_) => {
            decision.publication_ended = Some(on);
        }
        E::PublicationResumed(_) => {
            decision.published = Some(on);
            decision.publication_ended = None;
        }
        _ => {}
    }
}

impl Decision {
    fn new(document: &str, basis: &str, on: Day, penalties: Vec<Penalty>) -> Self {
        let mut decision = Self {
            document: document.to_owned(),
            procedure: Procedure::Ordinary,
            on,
            basis: basis.to_owned(),
            penalties: Vec::new(),
            served: None,
            account: Account::default(),
            overdue: false,
            appeal: None,
            outcome: None,
            changed: None,
            revoked: None,
            to_publish: false,
            published: None,
            shown_until: None,
            publication_ended: None,
            sent_to_portal: None,
            imported: false,
        };
        decision.set_penalties(penalties);
        decision
    }

    fn imported(p: &ImportDecision, event: &Event) -> Self {
        let on = event.on;
        let mut decision = Self::new(&p.document, &p.basis, on, p.penalties());
        decision.served = Some(on);
        decision.published = p.is_shown(event).then_some(on);
        decision.shown_until = p.shown_until;
        decision.imported = true;
        decision.revoked = (!p.cancelled.is_empty()).then_some(on);
        decision
    }

    fn set_penalties(&mut self, penalties: Vec<Penalty>) {
        self.account.fine_fen = fen_of(&penalties, PenaltyKind::Fine);
        self.account.gains_fen = fen_of(&penalties, PenaltyKind::ConfiscateGains);
        self.penalties = penalties;
    }

    /// Whether the penalty is shown to the public on a day.
    #[must_use]
    pub fn is_shown_on(&self, day: Day) -> bool {
        let ends = [
            self.shown_until.map(|last| last.plus_days(1)),
            self.publication_ended,
            self.revoked,
        ];
        self.published.is_some_and(|from| from <= day)
            && ends.iter().flatten().all(|end| day < *end)
    }
}

impl ImportDecision {
    /// Whether it is shown: the file says until when, or the rule of its day does.
    pub(super) fn is_shown(&self, event: &Event) -> bool {
        self.shown_until.is_some() || event.derived.word("shown").is_some()
    }

    /// The penalties that the file's columns make.
    pub(super) fn penalties(&self) -> Vec<Penalty> {
        let one = |kind: &PenaltyKind| Penalty {
            fen: match kind {
                PenaltyKind::Fine => self.fine_fen,
                PenaltyKind::ConfiscateGains => self.gains_fen,
                // The file has one column for both kinds of confiscation.
                PenaltyKind::ConfiscateGoods
                    if !self.kinds.contains(&PenaltyKind::ConfiscateGains) =>
                {
                    self.gains_fen
                }
                _ => 0,
            },
            kind: *kind,
            until: self.valid_until.filter(|_| kind.restricts()),
            what: if kind.names_licence() {
                self.licence.clone()
            } else {
                String::new()
            },
        };
        self.kinds.iter().map(one).collect()
    }
}
