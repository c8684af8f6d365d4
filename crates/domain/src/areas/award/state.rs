//! Award: an operator's awards, their term, and the rows of the red list.

use serde::{Deserialize, Serialize};

use super::{AwardEvent, End};
use crate::areas::Payload;
use crate::areas::sharing::cited;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::day::Day;
use crate::entity::{self, Operator};
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// What an award ends as where its term is over.
pub(super) const TERM_OVER: &str = "term_over";

pub(super) const CLOCKS: &[ClockKind] = &[ClockKind::new(
    "award.stand",
    Kind::Operator,
    Whose::Effect,
    &["award.ended", "award.revoked"],
)
.of_part(part)];

fn part(event: &Event, _: &Subject, _: Turn) -> Part {
    match &event.payload {
        Payload::Award(AwardEvent::Granted(p)) => Part::of(&p.award),
        Payload::Award(AwardEvent::Revoked(p)) => Part::of(&p.award),
        Payload::Award(AwardEvent::Ended(p)) => Part::of(&p.award),
        _ => Part::None,
    }
}

/// All awards of one operator, in the order in which they became known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awards {
    /// The awards.
    pub awards: Vec<Award>,
}

/// One award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// Its number.
    pub id: String,
    /// Code of its kind; empty for who sees the grant's consequences alone.
    pub kind: String,
    /// The rule that lists the kinds, `pack@version#rule.id`.
    pub rule: String,
    /// Day of the nomination.
    pub nominated: Option<Day>,
    /// For what.
    pub reason: String,
    /// Day of the grant.
    pub granted: Option<Day>,
    /// Number of the decision.
    pub document: String,
    /// Department that granted it, or proposed it.
    pub authority: CreditCode,
    /// Its term.
    pub clock: Option<Clock>,
    /// How it ended.
    pub ended: Option<Ending>,
    /// Incentives given for it.
    pub incentives: Vec<Incentive>,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

/// How an award ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// First day on which it stands no longer.
    pub on: Day,
    /// Code of the ground; `term_over` by its term.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The rule, `pack@version#rule.id`.
    pub rule: String,
}

/// A credit incentive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incentive {
    /// Its code.
    pub code: String,
    /// The rule that lists it, `pack@version#rule.id`.
    pub rule: String,
    /// Since when.
    pub on: Day,
    /// Department that gives it.
    pub by: CreditCode,
}

impl Awards {
    /// The award of a number.
    #[must_use]
    pub fn award(&self, id: &str) -> Option<&Award> {
        self.awards.iter().find(|a| a.id == id)
    }
}

impl Award {
    /// Whether it stands on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.granted.is_some_and(|from| from <= day)
            && self.ended.as_ref().is_none_or(|ended| day < ended.on)
    }
}

pub(crate) fn evolve(state: &mut Awards, event: &Event, payload: &AwardEvent) {
    let id = match payload {
        AwardEvent::Nominated(p) => &p.award,
        AwardEvent::Granted(p) => &p.award,
        AwardEvent::Revoked(p) => &p.award,
        AwardEvent::Ended(p) => &p.award,
        AwardEvent::IncentiveGiven(p) => &p.award,
    };
    let place = state.awards.iter().position(|a| a.id == *id);
    let place = place.unwrap_or_else(|| {
        // A public reader learns of the award by its grant.
        state.awards.push(Award {
            id: id.clone(),
            kind: String::new(),
            rule: String::new(),
            nominated: None,
            reason: String::new(),
            granted: None,
            document: String::new(),
            authority: event.by.department,
            clock: None,
            ended: None,
            incentives: Vec::new(),
            seqs: Vec::new(),
        });
        state.awards.len() - 1
    });
    let Some(award) = state.awards.get_mut(place) else {
        return;
    };
    award.seqs.push(event.seq);
    match payload {
        AwardEvent::Nominated(p) => {
            award.kind.clone_from(&p.kind);
            award.rule = cited(event, "award.kinds");
            award.nominated = Some(event.on);
            award.reason.clone_from(&p.reason);
        }
        AwardEvent::Granted(p) => {
            if let Some(kind) = event.derived.word("kind") {
                kind.clone_into(&mut award.kind);
            }
            award.rule = cited(event, "award.kinds");
            award.granted = Some(event.on);
            award.document.clone_from(&p.document);
            award.authority = event.by.department;
            award.clock = event.derived.clock("award.stand").cloned();
        }
        AwardEvent::Revoked(p) => {
            award.ended = Some(Ending {
                on: event.on,
                code: p.code.clone(),
                reason: p.reason.clone(),
                rule: cited(event, "award.revocation"),
            });
        }
        AwardEvent::Ended(_) => {
            award.ended = Some(Ending {
                on: event.on,
                code: TERM_OVER.to_owned(),
                reason: String::new(),
                rule: cited(event, "award.term"),
            });
        }
        AwardEvent::IncentiveGiven(p) => award.incentives.push(Incentive {
            code: p.code.clone(),
            rule: cited(event, "award.incentives"),
            on: event.on,
            by: event.by.department,
        }),
    }
}

/// Takes over the term of an award that was computed again.
pub(crate) fn retime(state: &mut Awards, clock: &Clock, part: &str) {
    if let Some(award) = state.awards.iter_mut().find(|a| a.id == part) {
        entity::retime(&mut award.clock, clock);
    }
}

/// Awards whose term is over on a day.
pub(crate) fn lapses(state: &Awards, operator: CreditCode, me: &Subject, out: &mut Vec<Lapse>) {
    let open = state.awards.iter().filter(|a| a.ended.is_none());
    for (award, clock) in open.filter_map(|a| Some((a, a.clock.as_ref()?))) {
        let end = AwardEvent::Ended(End {
            award: award.id.clone(),
            operator,
        });
        let handler = Some(award.authority);
        out.push(Lapse::after(clock, me, Payload::Award(end), handler));
    }
}

/// The row of the red list, where the event is public.
pub(crate) fn rows(operator: &Operator, me: &Subject, payload: &AwardEvent, out: &mut Vec<Row>) {
    let id = match payload {
        AwardEvent::Granted(p) => &p.award,
        AwardEvent::Revoked(p) => &p.award,
        AwardEvent::Ended(p) => &p.award,
        AwardEvent::Nominated(_) | AwardEvent::IncentiveGiven(_) => return,
    };
    let Some((award, from)) = operator
        .awards
        .award(id)
        .and_then(|award| Some((award, award.granted?)))
    else {
        return;
    };
    out.push(Row {
        list: List::Red,
        key: me.id().to_owned(),
        entry: award.id.clone(),
        from,
        until: award.ended.as_ref().map(|e| e.on),
        void: false,
        name: operator.registration.name().to_owned(),
        reason: award.kind.clone(),
        rule: award.rule.clone(),
        authority: award.authority.to_string(),
        document: award.document.clone(),
        visibility: Visibility::Public,
        clock: None,
    });
}
