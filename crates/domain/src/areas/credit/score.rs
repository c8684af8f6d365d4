//! Credit: judging changes of the score. Points come from the pack by the cause's ground.

use super::decide::{coded, credit, drafted, said};
use super::{Cause, Change, ChangeScore, Credit, CreditEvent, ReverseScore};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Drafts};
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::World;

pub(super) fn changed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &ChangeScore,
) -> Result<Drafts, Refusal> {
    let who = [Capacity::CreditOfficer, Capacity::Clock];
    world.register().may(asked.by, asked.on, &who)?;
    let credit = credit(world, p.operator)?;
    let cause = usable(&credit, asked.on, p)?;
    let book = world.book();
    // What an event weighs is a matter of the law of its own day.
    let rule = book.rule(&cause.slot(), cause.on)?;
    let weight = weight(&rule, cause)?;
    let counts = Clock::begin(
        "credit.counts",
        &rule.to_string(),
        rule.article(),
        cause.on,
        rule.term("counts")?,
        book.calendar(),
    );
    if counts.due < asked.on {
        return Err(Refusal::new(
            "credit.cause_expired",
            format!("the event could count until {} only", counts.due),
            "leave the score as it is",
        )
        .by_rule(&rule)
        .at("on"));
    }
    let points = bounded(&rule, &credit, asked.on, cause, weight);
    let start = book.rule("credit.score", asked.on)?;
    let score = start.amount("base_points")? + credit.points_on(asked.on) + points;
    Ok(vec![
        drafted(payload, asked, p.operator)
            .word(&rule, "ground", &cause.ground())
            .number(&rule, "weight_points", weight)
            .number(&rule, "score_change_points", points)
            .number(&start, "score_points", score)
            .clock(counts),
    ])
}

/// The cause that is named, where it holds and has not counted before.
fn usable<'a>(credit: &'a Credit, on: Day, p: &ChangeScore) -> Result<&'a Cause, Refusal> {
    let named = |c: &&Cause| c.seq == p.cause.seq && c.id == p.cause.id;
    let cause = credit.causes.iter().find(named).ok_or_else(|| {
        Refusal::new(
            "credit.cause_unknown",
            "no event of this id and position about this operator can bear on a score",
            "name a complaint's end, a listing, a penalty, a recognised rating or a finding",
        )
        .at("data.cause")
    })?;
    if on < cause.on {
        return Err(Refusal::new(
            "credit.before_cause",
            format!("the change would lie before its cause of {}", cause.on),
            "correct the date",
        )
        .at("on"));
    }
    if let Some(undone) = cause.undone {
        return Err(Refusal::new(
            "credit.cause_undone",
            format!("the event was taken back as of {undone}"),
            "nothing is left to count",
        )
        .at("data.cause"));
    }
    if let Some(change) = credit.counted(cause) {
        return Err(Refusal::new(
            "credit.cause_counted",
            format!("the same counted before, in event {}", change.seq),
            "a thing counts once under one ground",
        )
        .at("data.cause"));
    }
    Ok(cause)
}

/// The weight of the ground; where the rule has none, that of the event's type.
fn weight(rule: &RuleRef<'_>, cause: &Cause) -> Result<i64, Refusal> {
    let ground = cause.ground();
    rule.amount(&format!("{ground}_points"))
        .or_else(|_| rule.amount(&format!("{}_points", cause.event)))
        .map_err(|_| {
            Refusal::new(
                "credit.no_weight",
                format!("the rule in force gives {ground} no weight"),
                "leave the score as it is, or adopt a version of the pack that weighs it",
            )
            .by_rule(rule)
            .at("data.cause")
        })
}

/// What of a weight counts, where the rule bounds what its grounds may take or give together.
fn bounded(rule: &RuleRef<'_>, credit: &Credit, on: Day, cause: &Cause, weight: i64) -> i64 {
    let slot = cause.slot();
    let same = |c: &&Change| c.slot == slot && c.counts_on(on) && (c.points < 0) == (weight < 0);
    let sum: i64 = credit.changes.iter().filter(same).map(|c| c.points).sum();
    let bound = |name| rule.amount(name).map(|bound| bound - sum);
    match weight {
        ..0 => bound("floor_points").map_or(weight, |left| weight.max(left).min(0)),
        0.. => bound("ceiling_points").map_or(weight, |left| weight.min(left).max(0)),
    }
}

pub(super) fn reversed(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
    p: &ReverseScore,
) -> Result<Drafts, Refusal> {
    let who = [Capacity::CreditOfficer, Capacity::Head, Capacity::Clock];
    world.register().may(asked.by, asked.on, &who)?;
    let operator = super::decide::operator(world, p.operator)?;
    let credit = &operator.credit;
    let named = |c: &&Change| c.seq == p.change.seq && c.id == p.change.id;
    let change = credit.changes.iter().find(named).ok_or_else(|| {
        Refusal::new(
            "credit.change_unknown",
            "the operator's score has no change of this id and position",
            "name a change that `show` lists",
        )
        .at("data.change")
    })?;
    said(&p.reason, "data.reason")?;
    if let Some((seq, _)) = change.reversed {
        return Err(Refusal::new(
            "credit.change_reversed",
            format!("event {seq} has undone this change already"),
            "nothing is left to undo",
        )
        .at("data.change"));
    }
    if asked.on < change.on {
        return Err(Refusal::new(
            "credit.before_change",
            format!("the change counts from {} on", change.on),
            "undo it as of that day, or a later one",
        )
        .at("on"));
    }
    let rule = world.book().rule("credit.reversal", asked.on)?;
    coded(&rule, &p.code, "data.code")?;
    if rule.flag(&format!("{}_needs_head", p.code)) && asked.by.capacity != Capacity::Head {
        return Err(Refusal::new(
            "credit.reversal_needs_head",
            "a change is undone on this ground by the head alone",
            "let the head act, or name the ground that the ledger itself shows",
        )
        .by_rule(&rule)
        .at("by.capacity"));
    }
    let undone = credit
        .causes
        .iter()
        .any(|c| c.seq == change.cause.seq && c.undone.is_some());
    let repaired = operator.repairs.granted(&change.about, asked.on);
    let shown = match p.code.as_str() {
        "cause_undone" => undone,
        "repaired" => repaired,
        _ => true,
    };
    if !shown {
        return Err(Refusal::new(
            "credit.reversal_groundless",
            format!("the ledger shows no such ground for {}", change.about),
            "record what takes the cause back first, or let the head undo it as an error",
        )
        .by_rule(&rule)
        .at("data.code"));
    }
    let counted = if change.counts_on(asked.on) {
        change.points
    } else {
        0
    };
    let start = world.book().rule("credit.score", asked.on)?;
    let score = start.amount("base_points")? + credit.points_on(asked.on) - counted;
    Ok(vec![
        drafted(payload, asked, p.operator)
            .number(&rule, "score_change_points", -counted)
            .number(&start, "score_points", score),
    ])
}
