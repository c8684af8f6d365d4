//! Enforcement: judging. Here what all steps share; the steps themselves by phase.

mod conclude;
mod decision;
mod import;
mod inquiry;
mod lead;
mod payment;
mod publication;
mod rights;

use super::penalty::{Penalty, PenaltyKind, fen_of};
use super::{Case, Decision, EnforcementEvent, OfCase, Stage};
use crate::actor::{Actor, Capacity};
use crate::areas::Payload;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::{CreditCode, OperatorKind};
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, TERM_MAX};
use crate::world::{World, operator_subject};

/// The longest text of facts, basis or reason, in characters.
const TEXT_CHARS_MAX: usize = 4_000;
/// The longest word or number (cause, document, id), in bytes.
const WORD_BYTES_MAX: usize = 128;

/// Judges an action on a case.
///
/// # Errors
/// `enforcement.*`, each with its rule where one stands in the way; `registration.unknown`,
/// `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &EnforcementEvent,
) -> Result<Drafts, Refusal> {
    use EnforcementEvent as E;
    let matter = Matter::of(world, asked, payload)?;
    let (register, allowed) = (world.register(), capacities(payload));
    match matter.case.department {
        Some(handler) => register.may_for(asked.by, asked.on, allowed, handler)?,
        None => register.may(asked.by, asked.on, allowed)?,
    };
    match payload {
        E::LeadReceived(p) => lead::received(&matter, p),
        E::VerificationExtended(_) => lead::extended(&matter),
        E::NotOpened(p) => lead::declined(&matter, p),
        E::Opened(p) => lead::opened(&matter, p),
        E::EvidenceAdded(p) => inquiry::evidence(&matter, p),
        E::MeasureTaken(p) => inquiry::measure_taken(&matter, p),
        E::MeasureExtended(p) => inquiry::measure_extended(&matter, p),
        E::MeasureLifted(p) => inquiry::measure_lifted(&matter, p),
        E::MeasureLapsed(p) => inquiry::measure_lapsed(&matter, p),
        E::TimeExcluded(p) => inquiry::time_excluded(&matter, p),
        E::TermExtended(p) => inquiry::term_extended(&matter, p),
        E::Reviewed(_) => inquiry::reviewed(&matter),
        E::NoticeServed(p) => rights::notice(&matter, p),
        E::StatementMade(_) => rights::statement(&matter),
        E::RightsWaived(p) => rights::waived(&matter, p),
        E::RightsLapsed(_) => rights::lapsed(&matter),
        E::HearingRequested(_) => rights::hearing_requested(&matter),
        E::HearingCalled(p) => rights::hearing_called(&matter, p),
        E::HearingHeld(_) => rights::hearing_held(&matter),
        E::Decided(p) => decision::decided(&matter, p),
        E::PunishedOnSpot(p) => decision::on_spot(&matter, p),
        E::DecisionServed(_) => decision::served(&matter),
        E::DecisionRevoked(p) => decision::revoked(&matter, p),
        E::DecisionChanged(p) => decision::changed(&matter, p),
        E::DecisionCorrected(p) => decision::corrected(&matter, p),
        E::PaymentDeferred(p) => payment::deferred(&matter, p),
        E::PaymentRecorded(p) => payment::recorded(&matter, p),
        E::PaymentOverdue(_) => payment::overdue(&matter),
        E::AppealRecorded(p) => payment::appeal(&matter, p),
        E::AppealEnded(p) => payment::appeal_ended(&matter, p),
        E::SentToPortal(_) => publication::sent_to_portal(&matter),
        E::Forwarded(p) => publication::forwarded(&matter, p),
        E::Published(_) => publication::published(&matter),
        E::PublicationEndedEarly(p) => publication::ended_early(&matter, p),
        E::PublicationEnded(_) => publication::ended(&matter),
        E::PublicationResumed(_) => Err(matter.order("this follows from a revoked repair alone")),
        E::TransferredOut(p) => conclude::transferred(&matter, p),
        E::TakenBack(_) => conclude::taken_back(&matter),
        E::Closed(p) => conclude::closed(&matter, p),
        E::DecisionImported(p) => import::imported(&matter, p),
    }
}

/// Publication of a penalty begins anew: a repair that ended it early is revoked.
pub(crate) fn resumed(
    world: &dyn World,
    asked: &Asked<'_>,
    case: String,
) -> Result<Draft, Refusal> {
    let payload = EnforcementEvent::PublicationResumed(OfCase { case });
    publication::resumed(&Matter::of(world, asked, &payload)?)
}

/// The subject of a case that was opened, against this operator where one is known.
///
/// # Errors
/// In a sentence: there is no such case, it was not opened, or it is against another.
pub(crate) fn opened_case(
    world: &dyn World,
    number: &str,
    operator: Option<CreditCode>,
) -> Result<Subject, String> {
    let me = Subject::new(Kind::Case, number).map_err(|e| e.to_string())?;
    let entity = world.entity(&me);
    let Some(Entity::Case(case)) = entity.as_deref() else {
        return Err("no case of this number is on record".to_owned());
    };
    if matches!(case.stage, Stage::Unknown | Stage::Lead | Stage::NotOpened) {
        return Err(format!("the case stands at {}", case.stage.name()));
    }
    if operator.is_some() && case.operator.is_some() && operator != case.operator {
        return Err("the case is against another operator".to_owned());
    }
    Ok(me)
}

/// In which capacities a step can be taken.
const fn capacities(payload: &EnforcementEvent) -> &'static [Capacity] {
    use Capacity as C;
    use EnforcementEvent as E;
    match payload {
        E::LeadReceived(_) => &[C::Enforcer, C::ComplaintDesk],
        E::VerificationExtended(_)
        | E::NotOpened(_)
        | E::MeasureExtended(_)
        | E::TermExtended(_)
        | E::Decided(_)
        | E::PaymentDeferred(_)
        | E::DecisionRevoked(_)
        | E::DecisionChanged(_)
        | E::DecisionCorrected(_)
        | E::Closed(_) => &[C::Head],
        E::Reviewed(_) => &[C::Reviewer],
        E::HearingCalled(_) | E::HearingHeld(_) => &[C::Reviewer, C::Enforcer],
        E::MeasureLapsed(_)
        | E::RightsLapsed(_)
        | E::PaymentOverdue(_)
        | E::PublicationEnded(_) => &[C::Clock],
        E::SentToPortal(_) | E::Forwarded(_) | E::Published(_) => &[C::Publisher, C::CreditOfficer],
        E::PublicationEndedEarly(_) => &[C::CreditOfficer, C::Head],
        E::DecisionImported(_) => &[C::Importer],
        _ => &[C::Enforcer],
    }
}

/// An action on a case, with the case as it stands before it.
struct Matter<'a> {
    world: &'a dyn World,
    asked: &'a Asked<'a>,
    payload: &'a EnforcementEvent,
    me: Subject,
    case: Case,
}

impl<'a> Matter<'a> {
    fn of(
        world: &'a dyn World,
        asked: &'a Asked<'a>,
        payload: &'a EnforcementEvent,
    ) -> Result<Self, Refusal> {
        use EnforcementEvent as E;
        let me = Subject::new(Kind::Case, payload.case()).map_err(|e| {
            refuse(
                "enforcement.number",
                e.to_string(),
                "choose such a number",
                "data.case",
            )
        })?;
        let case = match world.entity(&me).as_deref() {
            Some(Entity::Case(case)) => (**case).clone(),
            _ => Case::default(),
        };
        let begins = matches!(
            payload,
            E::LeadReceived(_) | E::PunishedOnSpot(_) | E::DecisionImported(_)
        );
        if begins && case.stage != Stage::Unknown {
            return Err(refuse(
                "enforcement.exists",
                "a case of this number is on record",
                "choose another number",
                "data.case",
            ));
        }
        if !begins && case.stage == Stage::Unknown {
            return Err(refuse(
                "enforcement.unknown",
                "no case of this number is on record",
                "receive its lead first, or correct the number",
                "data.case",
            ));
        }
        // A correction takes effect on the decision's day; what the calendar brought about on its
        // own, also where it is recorded late.
        let any_day =
            matches!(payload, E::DecisionCorrected(_)) || asked.by.capacity == Capacity::Clock;
        if !any_day && case.since.is_some_and(|since| asked.on < since) {
            return Err(refuse(
                "enforcement.before_previous_step",
                "the step would lie before the one before it",
                "correct the date",
                "on",
            ));
        }
        Ok(Self {
            world,
            asked,
            payload,
            me,
            case,
        })
    }

    /// The rule that fills a slot on the day of the step.
    fn rule(&self, slot: &str) -> Result<RuleRef<'a>, NoRule> {
        self.world.book().rule(slot, self.asked.on)
    }

    /// The event asked for, about the case and its operator, seen by those who handle it.
    fn draft(&self) -> Draft {
        let payload = Payload::Enforcement(self.payload.clone());
        let draft = Draft::new(payload, self.asked.on)
            .about(self.me.clone())
            .seen_by(Visibility::Restricted);
        match self.case.operator {
            Some(code) => draft.about(operator_subject(code)),
            None => draft,
        }
    }

    /// A deadline under a rule.
    fn clock(
        &self,
        rule: &RuleRef<'_>,
        name: &str,
        term: &str,
        start: Day,
    ) -> Result<Clock, NoRule> {
        self.world.clock(rule, name, term, start)
    }

    /// Adds so many of its own units to a running term, up to the longest that can be counted.
    fn prolong(&self, clock: &mut Clock, more: i64) {
        let more = u32::try_from(more).unwrap_or_default();
        clock.term.n = clock.term.n.saturating_add(more).min(TERM_MAX);
        clock.compute(self.world.book().calendar());
    }

    /// By how many days a deadline of the case was missed; 0 where it was met or there was none.
    fn late(&self, draft: Draft, rule: &RuleRef<'_>, clock: &str) -> Draft {
        let clock = self.case.clocks.get(clock);
        let days = clock.map_or(0, |clock| clock.due.days_until(self.asked.on).max(0));
        draft.number(rule, "late_days", days)
    }

    fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.case.stage) {
            return Ok(());
        }
        Err(self.order(format!(
            "the case stands at {}, not at {}",
            self.case.stage.name(),
            stages
                .iter()
                .map(|s| s.name())
                .collect::<Vec<_>>()
                .join(" or ")
        )))
    }

    fn order(&self, what: impl Into<String>) -> Refusal {
        refuse(
            "enforcement.illegal_order",
            what,
            "a case goes from lead to investigation, notice, decision, service, closing; `show` it",
            "type",
        )
    }

    /// The decision, which was made and not revoked.
    fn decision(&self) -> Result<&Decision, Refusal> {
        let decision = self.case.decision.as_ref();
        let decision = decision.ok_or_else(|| self.order("nothing is decided in this case"))?;
        if decision.revoked.is_some() {
            return Err(refuse(
                "enforcement.revoked",
                "the decision was revoked",
                "nothing is left to do under it; close the case",
                "data.case",
            ));
        }
        Ok(decision)
    }

    /// Whether the law of sums counts the party as a citizen (公民) rather than an organisation.
    fn is_citizen(&self, draft: Draft) -> Result<(bool, Draft), NoRule> {
        let rule = self.rule("enforcement.party_kind")?;
        let individual = self
            .case
            .operator
            .is_some_and(|code| code.kind() == OperatorKind::Individual);
        let citizen =
            self.case.person || (individual && rule.flag("individual_business_is_citizen"));
        Ok((citizen, draft.under(&rule)))
    }

    /// An officer's number, checked against the register for a capacity on the day of the step.
    fn officer(&self, number: &str, capacity: Capacity, field: &str) -> Result<(), Refusal> {
        let officer = Actor {
            capacity,
            credential: None,
            department: self.asked.by.department,
            officer: Some(number.to_owned()),
        };
        let register = self.world.register();
        match register.may(&officer, self.asked.on, &[capacity]) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refusal.at(field)),
        }
    }

    /// Refuses where the one who acts handles the case, or is not named.
    fn is_another(&self, rule: &RuleRef<'_>) -> Result<(), Refusal> {
        let Some(number) = &self.asked.by.officer else {
            return Err(refuse(
                "enforcement.officer_missing",
                "this step needs the number of the officer who takes it",
                "act as an officer",
                "by.officer",
            )
            .by_rule(rule));
        };
        if self.case.officers.contains(number) {
            return Err(refuse(
                "enforcement.same_officer",
                "an officer who handles the case can't take this step",
                "let another officer act",
                "by.officer",
            )
            .by_rule(rule));
        }
        Ok(())
    }
}

/// Whether penalties are of the kinds, or reach the sums, that give a right to a hearing.
fn is_heavy(rule: &RuleRef<'_>, citizen: bool, penalties: &[Penalty]) -> Result<bool, NoRule> {
    let from = if citizen {
        rule.amount("citizen_fen")?
    } else {
        rule.amount("organisation_fen")?
    };
    let reaches = |fen: u64| fen >= from.unsigned_abs();
    let taken = fen_of(penalties, PenaltyKind::ConfiscateGains)
        .saturating_add(fen_of(penalties, PenaltyKind::ConfiscateGoods));
    let by_kind = penalties
        .iter()
        .any(|p| !p.kind.has_value() && rule.code(p.kind.name()).is_ok());
    Ok(by_kind || reaches(fen_of(penalties, PenaltyKind::Fine)) || reaches(taken))
}

/// Refuses a code that the rule does not have.
fn coded(rule: &RuleRef<'_>, code: &str, field: &str) -> Result<(), Refusal> {
    Refusal::unless_coded("enforcement.code_unknown", rule, code).map_err(|r| r.at(field))
}

/// Refuses a text that is missing or too long.
fn text(field: &str, text: &str) -> Result<(), Refusal> {
    within(field, text, text.chars().count(), TEXT_CHARS_MAX)
}

/// Refuses a word or number that is missing or too long.
fn word(field: &str, text: &str) -> Result<(), Refusal> {
    within(field, text, text.len(), WORD_BYTES_MAX)
}

fn within(field: &str, text: &str, length: usize, max: usize) -> Result<(), Refusal> {
    if !text.trim().is_empty() && length <= max {
        return Ok(());
    }
    let what = format!("{field} is missing, or longer than {max}");
    Err(refuse(
        "enforcement.text",
        what,
        "fill it in, and keep it short",
        field,
    ))
}

fn refuse(
    code: &'static str,
    what: impl Into<String>,
    remedy: impl Into<String>,
    field: &str,
) -> Refusal {
    Refusal::new(code, what, remedy).at(field)
}
