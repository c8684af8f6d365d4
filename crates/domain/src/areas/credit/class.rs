//! Credit: judging classes, monthly by the clock and singly by an officer and the head.

use super::decide::{credit, drafted, operator, said};
use super::{AssignClass, ChangeClass, Class, CreditEvent, Proposal, ProposeClass};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Operator;
use crate::policy::{Book, NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::row::List;
use crate::term::Clock;
use crate::world::World;

/// A class, with the rule and threshold that made it.
pub(super) struct Computed<'a> {
    pub(super) class: Class,
    pub(super) rule: RuleRef<'a>,
    /// The score's base, whose rule is named beside the sum.
    pub(super) base: RuleRef<'a>,
    pub(super) score_points: i64,
    /// The lower end of the class by score; absent for D and where a list decided.
    pub(super) threshold_points: Option<i64>,
    /// The list that decided, where one did.
    pub(super) list: Option<List>,
}

/// The class that score and lists give on a day: the worse of the two.
pub(super) fn compute<'a>(
    book: &'a Book,
    operator: &Operator,
    on: Day,
) -> Result<Computed<'a>, NoRule> {
    let base = book.rule("credit.score", on)?;
    let score_points = base.amount("base_points")? + operator.credit.points_on(on);
    let thresholds = book.rule("credit.class_score", on)?;
    let mut computed = Computed {
        class: Class::D,
        rule: thresholds,
        base,
        score_points,
        threshold_points: None,
        list: None,
    };
    for class in [Class::A, Class::B, Class::C] {
        let least = thresholds.amount(&format!("{}_min_points", class.key()))?;
        if score_points >= least {
            computed.class = class;
            computed.threshold_points = Some(least);
            break;
        }
    }
    let lists = book.rule("credit.class_lists", on)?;
    for list in List::ALL {
        // A list that the pack does not name bears on no class.
        let Some(level) = lists.rule().amounts.get(&format!("{}_level", list.name())) else {
            continue;
        };
        let place = usize::try_from(level - 1).unwrap_or(usize::MAX);
        let at_best = Class::ALL.get(place).copied().unwrap_or(Class::D);
        if at_best >= computed.class && operator.listing.on_list(list, on) {
            computed.class = at_best;
            computed.rule = lists;
            computed.threshold_points = None;
            computed.list = Some(list);
        }
    }
    Ok(computed)
}

pub(super) fn assigned(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &AssignClass,
) -> Result<Drafts, Refusal> {
    let clock = [Capacity::Clock];
    world.register().may(asked.by, asked.on, &clock)?;
    let operator = operator(world, p.operator)?;
    let meaning = world.book().rule("credit.classes", asked.on)?;
    if asked.on.day() != 1 {
        return Err(Refusal::new(
            "credit.class_day",
            "classes are computed for the first day of a month",
            "give that day as the legal date",
        )
        .by_rule(&meaning)
        .at("on"));
    }
    if operator
        .credit
        .assigned
        .is_some_and(|last| asked.on <= last)
    {
        return Err(Refusal::new(
            "credit.class_assigned",
            "this month, or a later one, was classed before",
            "nothing is left to do; an officer may propose another class",
        )
        .by_rule(&meaning)
        .at("on"));
    }
    in_order(&operator, asked.on)?;
    if !operator.registration.stands_on(asked.on) {
        return Err(Refusal::new(
            "credit.operator_not_registered",
            format!("the operator is not registered on {}", asked.on),
            "leave it out of this month",
        )
        .at("data.operator"));
    }
    let computed = compute(world.book(), &operator, asked.on)?;
    let held = operator.credit.class_on(asked.on);
    let held = held.filter(|h| h.held_until.is_some_and(|until| asked.on <= until));
    let mut draft = drafted(payload, asked, p.operator);
    let class = match held {
        Some(held) => {
            let rule = world.book().rule("credit.class_change", asked.on)?;
            draft = draft
                .word(&rule, "class", held.class.name())
                .word(&rule, "class_made_by", "officer")
                .word(&computed.rule, "class_computed", computed.class.name());
            held.class
        }
        None => {
            let by = if computed.list.is_some() {
                "list"
            } else {
                "score"
            };
            draft = draft
                .word(&computed.rule, "class", computed.class.name())
                .word(&computed.rule, "class_made_by", by);
            computed.class
        }
    };
    if let Some(list) = computed.list {
        draft = draft.word(&computed.rule, "list", list.name());
    }
    if let Some(threshold) = computed.threshold_points {
        draft = draft.number(&computed.rule, "threshold_points", threshold);
    }
    draft = draft.number(&computed.base, "score_points", computed.score_points);
    Ok(vec![meant(world.book(), draft, class, asked.on)?])
}

/// What a class means for inspection, nationally and in the county's sampling.
fn meant(book: &Book, draft: Draft, class: Class, on: Day) -> Result<Draft, Refusal> {
    let meaning = book.rule("credit.classes", on)?;
    let draft = match meaning
        .rule()
        .amounts
        .get(&format!("{}_intensity_level", class.key()))
    {
        Some(level) => draft.number(&meaning, "inspection_intensity_level", *level),
        None => draft,
    };
    let sampling = book.rule("credit.sampling", on)?;
    let ratio = sampling.amount(&format!("{}_yearly_bp", class.key()))?;
    Ok(draft.number(&sampling, "inspection_yearly_bp", ratio))
}

/// That no class begins before the last one did.
fn in_order(operator: &Operator, on: Day) -> Result<(), Refusal> {
    match operator.credit.classes.iter().map(|c| c.from).max() {
        Some(last) if on < last => Err(Refusal::new(
            "credit.class_before_last",
            format!("the class in force began on {last}"),
            "classes are given in the order of their days",
        )
        .at("on")),
        _ => Ok(()),
    }
}

pub(super) fn proposed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &ProposeClass,
) -> Result<Drafts, Refusal> {
    let officers = [Capacity::CreditOfficer];
    world.register().may(asked.by, asked.on, &officers)?;
    let credit = credit(world, p.operator)?;
    said(&p.reason, "data.reason")?;
    officer(asked)?;
    let rule = world.book().rule("credit.class_change", asked.on)?;
    if credit
        .class_on(asked.on)
        .is_some_and(|c| c.class == p.class)
    {
        return Err(Refusal::new(
            "credit.class_same",
            format!("the operator is in class {} already", p.class.name()),
            "propose another class",
        )
        .by_rule(&rule)
        .at("data.class"));
    }
    Ok(vec![drafted(payload, asked, p.operator).under(&rule)])
}

pub(super) fn changed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &ChangeClass,
) -> Result<Drafts, Refusal> {
    let heads = [Capacity::Head];
    world.register().may(asked.by, asked.on, &heads)?;
    let operator = operator(world, p.operator)?;
    let rule = world.book().rule("credit.class_change", asked.on)?;
    let named = |c: &&Proposal| c.seq == p.proposal.seq && c.id == p.proposal.id;
    let proposal = operator
        .credit
        .proposals
        .iter()
        .find(named)
        .ok_or_else(|| {
            Refusal::new(
                "credit.proposal_unknown",
                "the operator has no proposal of this id and position",
                "let a credit officer propose the class first (credit.propose_class)",
            )
            .by_rule(&rule)
            .at("data.proposal")
        })?;
    approvable(asked, &rule, proposal)?;
    in_order(&operator, asked.on)?;
    let hold = Clock::begin(
        "credit.class_held",
        &rule.to_string(),
        rule.article(),
        asked.on,
        rule.term("hold")?,
        world.book().calendar(),
    );
    let draft = drafted(payload, asked, p.operator)
        .word(&rule, "class", proposal.class.name())
        .word(&rule, "class_made_by", "officer")
        .clock(hold);
    Ok(vec![meant(world.book(), draft, proposal.class, asked.on)?])
}

/// That the proposal is open, and approved by another officer of the same department.
fn approvable(asked: &Asked<'_>, rule: &RuleRef<'_>, proposal: &Proposal) -> Result<(), Refusal> {
    if let Some(seq) = proposal.approved {
        return Err(Refusal::new(
            "credit.proposal_approved",
            format!("the proposal was approved in event {seq}"),
            "nothing is left to approve",
        )
        .at("data.proposal"));
    }
    if asked.on < proposal.on {
        return Err(Refusal::new(
            "credit.before_proposal",
            format!("the proposal is of {}", proposal.on),
            "correct the date",
        )
        .at("on"));
    }
    if proposal.department != asked.by.department {
        return Err(Refusal::new(
            "credit.other_department",
            "the proposal is another department's",
            "let the head of that department approve it",
        )
        .by_rule(rule)
        .at("by.department"));
    }
    if officer(asked)? == proposal.officer {
        return Err(Refusal::new(
            "credit.same_officer",
            "who proposes a class does not approve it",
            "let the head approve, under another officer's number",
        )
        .by_rule(rule)
        .at("by.officer"));
    }
    Ok(())
}

/// The officer who acts; two of them are needed, so both are named.
fn officer<'a>(asked: &Asked<'a>) -> Result<&'a str, Refusal> {
    asked.by.officer.as_deref().ok_or_else(|| {
        Refusal::new(
            "credit.officer_missing",
            "a class is changed by two officers, so each is named",
            "act under the officer's number",
        )
        .at("by.officer")
    })
}
