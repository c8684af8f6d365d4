//! Enforcement: an operator's cases and penalties, and the rows of the public register of penalties.

use serde::{Deserialize, Serialize};

use super::action::EnforcementEvent;
use super::penalty::{Penalty, PenaltyKind, Procedure};
use super::sequel::Closing;
use super::state::Stage;
use crate::day::Day;
use crate::entity::Operator;
use crate::event::{Event, Visibility};
use crate::row::{List, Row};
use crate::subject::Subject;

/// What enforcement knows of one operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanctions {
    /// Cases in the order in which they became known.
    pub cases: Vec<CaseMark>,
    /// Penalties in the order in which they became known.
    pub penalties: Vec<Penalised>,
}

/// A case of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMark {
    /// Its number.
    pub case: String,
    /// The breach, once the case was opened.
    pub cause: String,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last change of stage.
    pub since: Day,
    /// How it was closed.
    pub closing: Option<Closing>,
}

/// A penalty of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Penalised {
    /// The case's number.
    pub case: String,
    /// The breach.
    pub cause: String,
    /// Number of the decision.
    pub document: String,
    /// Under which procedure.
    pub procedure: Procedure,
    /// Day of the decision.
    pub decided: Day,
    /// Day of service, from which it takes effect.
    pub served: Option<Day>,
    /// The penalties.
    pub penalties: Vec<Penalty>,
    /// Whether it gave a right to a hearing, or would have: the heavier penalties.
    pub heavy: bool,
    /// Credit code or name of the authority that decided.
    pub authority: String,
    /// The rule behind its publication, `pack@version#rule.id`.
    pub rule: String,
    /// Whether all that was owed is paid, or the case closed as executed.
    pub performed: bool,
    /// Day on which it was revoked.
    pub revoked: Option<Day>,
    /// Day of publication.
    pub published: Option<Day>,
    /// Last day of publication; absent for a bar without end.
    pub shown_until: Option<Day>,
    /// Day on which publication ended before its term, or was found to have ended by term.
    pub publication_ended: Option<Day>,
    /// How often publication began anew after a revoked repair.
    pub resumed: u32,
    /// Came in with a file.
    pub imported: bool,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

impl Sanctions {
    /// The penalty of a case.
    #[must_use]
    pub fn penalty(&self, case: &str) -> Option<&Penalised> {
        self.penalties.iter().find(|p| p.case == case)
    }

    /// The mark of a case; a fresh one where it was not known.
    fn mark(&mut self, case: &str, on: Day) -> &mut CaseMark {
        let place = self.cases.iter().position(|c| c.case == case);
        let place = place.unwrap_or_else(|| {
            self.cases.push(CaseMark {
                case: case.to_owned(),
                cause: String::new(),
                stage: Stage::Unknown,
                since: on,
                closing: None,
            });
            self.cases.len() - 1
        });
        &mut self.cases[place]
    }
}

impl Penalised {
    /// Whether a kind of penalty is among its penalties.
    #[must_use]
    pub fn has(&self, kind: PenaltyKind) -> bool {
        self.penalties.iter().any(|p| p.kind == kind)
    }

    /// Whether it has taken effect by a day and was not revoked by then.
    #[must_use]
    pub fn is_in_effect_on(&self, day: Day) -> bool {
        self.served.is_some_and(|served| served <= day)
            && self.revoked.is_none_or(|revoked| day < revoked)
    }

    /// First day no longer shown, as far as it is known.
    #[must_use]
    pub fn hidden_from(&self) -> Option<Day> {
        let by_term = self.shown_until.map(|last| last.plus_days(1));
        match (by_term, self.publication_ended) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

pub(crate) fn evolve_operator(state: &mut Sanctions, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    let on = event.on;
    let case = payload.case();
    if let Some(stage) = stage_after(payload) {
        let mark = state.mark(case, on);
        // A lead that comes back is no case yet.
        let lead = matches!(payload, E::TakenBack(_)) && mark.cause.is_empty();
        mark.stage = if lead { Stage::Lead } else { stage };
        mark.since = on;
        match payload {
            E::Opened(p) => mark.cause.clone_from(&p.cause),
            E::PunishedOnSpot(p) => mark.cause.clone_from(&p.cause),
            E::DecisionImported(p) => mark.cause.clone_from(&p.cause),
            E::Closed(p) => mark.closing = Some(p.closing),
            _ => {}
        }
    }
    let heavy = event.derived.word("weight") == Some("heavy");
    let fresh = match payload {
        E::Decided(p) => Some((&p.document, p.penalties.clone(), None)),
        E::PunishedOnSpot(p) => Some((&p.document, p.penalties.clone(), Some(on))),
        E::DecisionImported(p) => Some((&p.document, p.penalties(), Some(on))),
        _ => None,
    };
    if let Some((document, penalties, served)) = fresh {
        let summary = matches!(payload, E::PunishedOnSpot(_));
        let cause = state.mark(case, on).cause.clone();
        state.penalties.push(Penalised {
            case: case.to_owned(),
            cause,
            document: document.clone(),
            procedure: if summary {
                Procedure::Summary
            } else {
                Procedure::Ordinary
            },
            decided: on,
            served,
            penalties,
            heavy,
            authority: event.by.department.to_string(),
            rule: String::new(),
            performed: false,
            revoked: None,
            published: None,
            shown_until: None,
            publication_ended: None,
            resumed: 0,
            imported: false,
            seqs: Vec::new(),
        });
    }
    if let Some(penalty) = state.penalties.iter_mut().find(|p| p.case == case) {
        penalised(penalty, event, payload);
    }
}

fn penalised(penalty: &mut Penalised, event: &Event, payload: &EnforcementEvent) {
    use EnforcementEvent as E;
    let on = event.on;
    penalty.seqs.push(event.seq);
    if let Some(fact) = event.derived.facts.iter().find(|f| f.name == "shown") {
        penalty.rule.clone_from(&fact.rule);
        penalty.shown_until = event.derived.day("shown_until");
    }
    match payload {
        E::DecisionImported(p) => {
            penalty.imported = true;
            penalty.published = p.is_shown(event).then_some(on);
            penalty.shown_until = penalty.shown_until.or(p.shown_until);
            penalty.revoked = (!p.cancelled.is_empty()).then_some(on);
            penalty.authority = match p.department {
                Some(code) => code.to_string(),
                None => p.source.authority.clone(),
            };
        }
        E::DecisionServed(_) => penalty.served = Some(on),
        E::PaymentRecorded(_) => {
            penalty.performed = event.derived.number("outstanding_fen") == Some(0);
        }
        E::Closed(p) => penalty.performed |= p.closing == Closing::Executed,
        E::DecisionRevoked(_) => penalty.revoked = Some(on),
        E::DecisionChanged(p) => {
            penalty.document.clone_from(&p.document);
            penalty.penalties.clone_from(&p.penalties);
            penalty.heavy = event.derived.word("weight") == Some("heavy");
        }
        E::DecisionCorrected(p) => {
            if let Some(document) = &p.document {
                penalty.document.clone_from(document);
            }
            if let Some(cause) = &p.cause {
                penalty.cause.clone_from(cause);
            }
        }
        E::Published(_) => penalty.published = Some(on),
        E::PublicationEndedEarly(_) | E::PublicationEnded(_) => {
            penalty.publication_ended = Some(on);
        }
        E::PublicationResumed(_) => {
            penalty.published = Some(on);
            penalty.publication_ended = None;
            penalty.resumed += 1;
        }
        _ => {}
    }
}

const fn stage_after(payload: &EnforcementEvent) -> Option<Stage> {
    use EnforcementEvent as E;
    Some(match payload {
        E::LeadReceived(_) => Stage::Lead,
        E::NotOpened(_) => Stage::NotOpened,
        E::Opened(_) | E::TakenBack(_) => Stage::Investigation,
        E::NoticeServed(_) => Stage::Noticed,
        E::Decided(_) | E::PunishedOnSpot(_) | E::DecisionImported(_) => Stage::Decided,
        E::TransferredOut(_) => Stage::Transferred,
        E::Closed(_) => Stage::Closed,
        _ => return None,
    })
}

/// The row of the public register, where this event made or changed what it shows.
pub(crate) fn rows(
    operator: &Operator,
    me: &Subject,
    payload: &EnforcementEvent,
    out: &mut Vec<Row>,
) {
    use EnforcementEvent as E;
    let shows = matches!(
        payload,
        E::Published(_)
            | E::DecisionImported(_)
            | E::DecisionRevoked(_)
            | E::DecisionChanged(_)
            | E::DecisionCorrected(_)
            | E::PublicationEndedEarly(_)
            | E::PublicationEnded(_)
            | E::PublicationResumed(_)
    );
    let penalty = operator.enforcement.penalty(payload.case());
    let Some((penalty, from)) = penalty
        .filter(|_| shows)
        .and_then(|penalty| Some((penalty, penalty.published?)))
    else {
        return;
    };
    out.push(Row {
        list: List::Penalties,
        key: me.id().to_owned(),
        // What is shown anew is another entry beside the one that ended.
        entry: match penalty.resumed {
            0 => penalty.case.clone(),
            n => format!("{}.{n}", penalty.case),
        },
        from,
        until: penalty.hidden_from(),
        void: penalty.revoked.is_some(),
        name: operator.registration.name().to_owned(),
        reason: penalty.cause.clone(),
        rule: penalty.rule.clone(),
        authority: penalty.authority.clone(),
        document: penalty.document.clone(),
        visibility: Visibility::Public,
        clock: None,
    });
}
