//! Enforcement, judging: the duty to publish, its term and its end.

use super::inquiry::not_before_end;
use super::payment::owed;
use super::{Matter, is_heavy, refuse, text};
use crate::areas::enforcement::penalty::fen_of;
use crate::areas::enforcement::{
    Decision, EndEarly, Forward, Penalty, PenaltyKind, Procedure, Sanctions,
};
use crate::areas::registration;
use crate::day::Day;
use crate::decide::{Draft, Drafts};
use crate::entity::{Entity, Operator};
use crate::event::Visibility;
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::row::List;
use crate::term::{Clock, Roll, TERM_MAX, Term, TermUnit, compute_due};
use crate::world::operator_subject;

/// The deadline for publishing.
const PUBLISH: &str = "enforcement.publish";
/// The deadline for sending a decision to the party's province.
const FORWARD: &str = "enforcement.forward";
/// How long a penalty is shown.
const SHOWN: &str = "enforcement.shown";
/// The deadline for sending a decision to the credit portal.
const PORTAL: &str = "enforcement.two_publicity";

/// Says how heavy penalties are: whether they give, or would have given, a right to a hearing.
pub(super) fn weight(
    draft: Draft,
    rule: &RuleRef<'_>,
    citizen: bool,
    penalties: &[Penalty],
) -> Result<Draft, NoRule> {
    let heavy = is_heavy(rule, citizen, penalties)?;
    Ok(draft.word(rule, "weight", if heavy { "heavy" } else { "ordinary" }))
}

/// Says whether a fresh decision has to be published, and starts the clocks if so.
pub(super) fn duty(
    matter: &Matter<'_>,
    draft: Draft,
    procedure: Procedure,
    penalties: &[Penalty],
) -> Result<Draft, Refusal> {
    let rule = matter.rule("enforcement.publish_duty")?;
    let alone = |p: &Penalty| rule.code(p.kind.name()).is_ok();
    let word = if rule.flag("ordinary_only") && procedure == Procedure::Summary {
        "none_summary"
    } else if penalties.iter().all(alone) {
        "none_kind"
    } else if matter.case.operator.is_none() {
        "none_unregistered"
    } else {
        "due"
    };
    let draft = draft.word(&rule, "publication", word);
    if word != "due" {
        return Ok(draft);
    }
    let on = matter.asked.on;
    let portal = matter.rule(PORTAL)?;
    let draft = draft
        .under(&portal)
        .clock(matter.clock(&portal, PORTAL, "send", on)?);
    let publish = matter.rule(PUBLISH)?;
    let elsewhere = publish.term("forward").is_ok() && !same_province(matter)?;
    let (name, term) = if elsewhere {
        (FORWARD, "forward")
    } else {
        (PUBLISH, "publish")
    };
    Ok(draft
        .under(&publish)
        .clock(matter.clock(&publish, name, term, on)?))
}

/// Whether authority and operator are in one province, by the first two digits of their divisions.
fn same_province(matter: &Matter<'_>) -> Result<bool, Refusal> {
    let Some(code) = matter.case.operator else {
        return Ok(true);
    };
    let operator = registration::registered(matter.world, code)?;
    let register = matter.world.register();
    let department = register.departments.get(&matter.asked.by.department);
    let ours = department.and_then(|d| d.division.get(..2));
    let theirs = operator.division().get(..2).or(code.division().get(..2));
    Ok(ours == theirs)
}

/// Adds how long penalties are shown from a day on: `shown` is `short`, `long`, `restriction` or
/// `for_life`, and `shown_until` the last day, which a bar without end has not.
pub(super) fn shown(
    matter: &Matter<'_>,
    draft: Draft,
    penalties: &[Penalty],
    from: Day,
) -> Result<Draft, Refusal> {
    let rule = matter.rule(SHOWN)?;
    let low = matter.rule("enforcement.low_fine")?;
    let (citizen, draft) = matter.is_citizen(draft)?;
    let low_fen = low.amount(if citizen {
        "citizen_max_fen"
    } else {
        "organisation_max_fen"
    })?;
    let light = penalties.iter().all(|p| rule.code(p.kind.name()).is_ok())
        && fen_of(penalties, PenaltyKind::Fine) <= low_fen.unsigned_abs();
    let length = if light { "short" } else { "long" };
    let clock = matter.clock(&rule, SHOWN, length, from)?;
    let draft = draft.under(&low);
    let restrictions = || penalties.iter().filter(|p| p.kind.restricts());
    if rule.flag("follows_restriction") {
        if restrictions().any(|p| p.until.is_none()) {
            return Ok(draft.word(&rule, "shown", "for_life"));
        }
        if let Some(last) = restrictions().filter_map(|p| p.until).max()
            && last > clock.due
        {
            let term = Term {
                n: u32::try_from(from.days_until(last)).unwrap_or(TERM_MAX),
                roll: Roll::None,
                unit: TermUnit::Days,
            };
            let (text, calendar) = (rule.to_string(), matter.world.book().calendar());
            let article = rule.article();
            let clock = Clock::begin(SHOWN, &text, article, from, term, calendar);
            let draft = draft.clock(clock).word(&rule, "shown", "restriction");
            return Ok(draft.day(&rule, "shown_until", last));
        }
    }
    let due = clock.due;
    let draft = draft.clock(clock).word(&rule, "shown", length);
    Ok(draft.day(&rule, "shown_until", due))
}

pub(super) fn sent_to_portal(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let decision = to_publish(matter)?;
    if decision.sent_to_portal.is_some() {
        return Err(matter.order("the decision was sent to the portal already"));
    }
    let draft = matter.draft().seen_by(Visibility::Departments);
    Ok(vec![matter.late(draft, &matter.rule(PORTAL)?, PORTAL)])
}

pub(super) fn forwarded(matter: &Matter<'_>, p: &Forward) -> Result<Drafts, Refusal> {
    to_publish(matter)?;
    text("data.to", &p.to)?;
    if !matter.case.clocks.contains_key(FORWARD) || matter.case.clocks.contains_key(PUBLISH) {
        return Err(matter.order("the decision is published here, or was forwarded already"));
    }
    let rule = matter.rule(PUBLISH)?;
    let clock = matter.clock(&rule, PUBLISH, "assist", matter.asked.on)?;
    let draft = matter.draft().seen_by(Visibility::Departments);
    Ok(vec![
        matter.late(draft, &rule, FORWARD).under(&rule).clock(clock),
    ])
}

pub(super) fn published(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let decision = to_publish(matter)?;
    if decision.published.is_some() {
        return Err(matter.order("the penalty was published already"));
    }
    let draft = matter.draft().seen_by(Visibility::Public);
    let draft = matter.late(draft, &matter.rule(PUBLISH)?, PUBLISH);
    let draft = shown(matter, draft, &decision.penalties, matter.asked.on)?;
    Ok(vec![draft])
}

/// The decision, which there is a duty to publish.
fn to_publish<'m>(matter: &'m Matter<'_>) -> Result<&'m Decision, Refusal> {
    let decision = matter.decision()?;
    if decision.to_publish {
        return Ok(decision);
    }
    Err(refuse(
        "enforcement.not_published",
        "penalties on the spot, warnings alone and those of unregistered persons are not published",
        "nothing is left to do",
        "type",
    )
    .by_rule(&matter.rule("enforcement.publish_duty")?))
}

/// The decision, which is shown on the day of the step or was until its term ran out.
fn showing<'m>(matter: &'m Matter<'_>) -> Result<&'m Decision, Refusal> {
    let decision = matter.decision()?;
    if decision.published.is_some() && decision.publication_ended.is_none() {
        return Ok(decision);
    }
    Err(matter.order("the penalty is not published, or no longer"))
}

pub(super) fn ended(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let decision = showing(matter)?;
    let rule = matter.rule("enforcement.shown")?;
    not_before_end(matter, decision.shown_until.unwrap_or(Day::MAX), &rule)?;
    Ok(vec![
        matter.draft().under(&rule).seen_by(Visibility::Public),
    ])
}

pub(super) fn resumed(matter: &Matter<'_>) -> Result<Draft, Refusal> {
    let decision = matter.decision()?;
    let draft = matter.draft().seen_by(Visibility::Public);
    shown(matter, draft, &decision.penalties, matter.asked.on)
}

pub(super) fn ended_early(matter: &Matter<'_>, p: &EndEarly) -> Result<Drafts, Refusal> {
    let decision = showing(matter)?;
    let rule = matter.rule("enforcement.early_end")?;
    let no = |code, what: String, remedy: &str, field: &str| {
        Err(refuse(code, what, remedy, field).by_rule(&rule))
    };
    let never = decision
        .penalties
        .iter()
        .find(|x| rule.code(x.kind.name()).is_ok());
    if let Some(penalty) = never {
        let what = format!("a penalty of {} is shown to the end", penalty.kind.name());
        return no(
            "enforcement.early_end_forbidden",
            what,
            "wait for the end of the term",
            "data.case",
        );
    }
    let from = decision.published.unwrap_or(matter.asked.on);
    let least = matter.rule("enforcement.early_end_minimum")?;
    let term = least.term(if matter.case.sensitive {
        "minimum_sensitive"
    } else {
        "minimum"
    })?;
    let earliest = compute_due(from, &term, matter.world.book().calendar(), &[]).day;
    if p.applied > matter.asked.on || p.applied < earliest {
        return Err(refuse(
            "enforcement.too_early",
            format!("the end can be applied for from {earliest} on, before it is granted"),
            "apply again from that day on",
            "data.applied",
        )
        .by_rule(&least));
    }
    if owed(matter, decision)? > 0 {
        let what = "what the decision demands is not performed".to_owned();
        return no(
            "enforcement.not_performed",
            what,
            "record the payments first",
            "data.case",
        );
    }
    if !p.harm_removed {
        let what = "harm and bad effects are not found removed".to_owned();
        return no(
            "enforcement.harm_not_removed",
            what,
            "check again once they are",
            "data.harm_removed",
        );
    }
    let Some(code) = matter.case.operator else {
        return Err(matter.order("the party is not registered"));
    };
    let entity = matter.world.entity(&operator_subject(code));
    if let Some(Entity::Operator(operator)) = entity.as_deref() {
        no_obstacle(matter, operator, decision, &rule)?;
    }
    Ok(vec![
        matter
            .draft()
            .under(&rule)
            .day(&least, "earliest", earliest)
            .seen_by(Visibility::Public),
    ])
}

/// No further penalty for the same cause, and the operator on no list.
fn no_obstacle(
    matter: &Matter<'_>,
    operator: &Operator,
    decision: &Decision,
    rule: &RuleRef<'_>,
) -> Result<(), Refusal> {
    let again = |sanctions: &Sanctions| {
        sanctions.penalties.iter().any(|other| {
            other.case != matter.me.id()
                && other.cause == matter.case.cause
                && other.decided >= decision.on
                && other.is_in_effect_on(matter.asked.on)
        })
    };
    if again(&operator.enforcement) {
        return Err(refuse(
            "enforcement.repeated",
            "the operator was punished again for a breach of the same kind",
            "wait for the end of the term",
            "data.case",
        )
        .by_rule(rule));
    }
    let lists = [List::Abnormal, List::Marks, List::Serious];
    let on = |list: &List| operator.listing.on_list(*list, matter.asked.on);
    if let Some(list) = lists.iter().find(|list| on(list)) {
        return Err(refuse(
            "enforcement.on_list",
            format!("the operator is on the list {}", list.name()),
            "apply again once it is off",
            "data.case",
        )
        .by_rule(rule));
    }
    Ok(())
}
