//! Goods: judging samples, tests, retests and recalls.

use super::decide::{Step, TEXT_CHARS_MAX, WORD_CHARS_MAX, in_shop, text, units};
use super::{
    BatchKind, CloseRecall, Direction, GoodsEvent, OrderRecall, ReportRecall, Sample, TakeSample,
    Test,
};
use crate::actor::Capacity;
use crate::areas::registration;
use crate::decide::Draft;
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::operator_subject;

/// What a test found wrong, at most so many items.
const FAILED_MAX: usize = 100;
/// Operators that one recall names beside the one who recalls; the batch's trail holds them all.
const NAMED_MAX: usize = 60;

/// Judges a step.
pub(super) fn decide(step: Step<'_>, payload: &GoodsEvent) -> Result<Draft, Refusal> {
    match payload {
        GoodsEvent::Sampled(p) => sampled(step, p),
        GoodsEvent::Tested(p) => tested(step, p),
        GoodsEvent::ResultTold(p) => told(step, &p.sample),
        GoodsEvent::RetestAsked(p) => retest_asked(step, &p.sample),
        GoodsEvent::RecallOrdered(p) => recall_ordered(step, p),
        GoodsEvent::RecallReported(p) => recall_reported(step, p),
        GoodsEvent::RecallClosed(p) => recall_closed(step, p),
        // The batch itself and its ways are judged beside this.
        _ => Err(order("this is no step of a sample or recall")),
    }
}

fn sampled(step: Step<'_>, p: &TakeSample) -> Result<Draft, Refusal> {
    text("data.sample", &p.sample, 1, WORD_CHARS_MAX)?;
    text("data.site", &p.site, usize::from(p.bought), TEXT_CHARS_MAX)?;
    units(p.units)?;
    registration::registered(step.world, p.operator)?;
    if step.known.samples.contains_key(&p.sample) {
        return Err(Refusal::new(
            "goods.sample_exists",
            "the batch has a sample of this id",
            "choose another id",
        )
        .at("data.sample"));
    }
    let rule = step.rule("goods.sample")?;
    let least = rule.amount("officers_min")?.unsigned_abs();
    if (p.officers.len() as u64) < least {
        return Err(Refusal::new(
            "goods.officers",
            format!("a sample is taken by at least {least} officers"),
            "name them all",
        )
        .by_rule(&rule)
        .at("data.officers"));
    }
    let departments = &step.world.register().departments;
    let department = departments.get(&step.asked.by.department);
    let posted = |officer: &String| {
        department.is_some_and(|d| d.posted(officer, Capacity::Enforcer, step.asked.on))
    };
    if !p.officers.iter().all(posted) {
        return Err(Refusal::new(
            "goods.officer",
            "an officer named holds no post of enforcement on that day",
            "name officers who do, or post them first",
        )
        .at("data.officers"));
    }
    let clock = step
        .world
        .clock(&rule, "goods.test", "test", step.asked.on)?;
    let draft = step.draft.about(operator_subject(p.operator));
    let draft = in_shop(step.world, draft, &p.site);
    Ok(draft.under(&rule).clock(clock))
}

fn tested(step: Step<'_>, p: &Test) -> Result<Draft, Refusal> {
    text("data.laboratory", &p.laboratory, 1, WORD_CHARS_MAX)?;
    text("data.standard", &p.standard, 1, WORD_CHARS_MAX)?;
    for item in &p.failed {
        text("data.failed", item, 1, WORD_CHARS_MAX)?;
    }
    if p.failed.len() > FAILED_MAX {
        let what = format!("a result names at most {FAILED_MAX} items");
        return Err(Refusal::new("goods.text", what, "name the gravest").at("data.failed"));
    }
    let sample = sample(&step, &p.sample)?;
    let again = sample.retest_asked.is_some();
    if sample.retested.is_some() || (sample.tested.is_some() && !again) {
        return Err(order("the sample was tested; a retest is asked for first"));
    }
    let rule = step.rule("goods.sample")?;
    let late = late(sample.clock.as_ref(), &step);
    let tell = step
        .world
        .clock(&rule, "goods.tell_result", "tell", step.asked.on)?;
    let word = if p.failed.is_empty() {
        "passed"
    } else {
        "failed"
    };
    let draft = step.draft.about(operator_subject(sample.operator));
    let draft = draft.word(&rule, "result", word).clock(tell);
    Ok(draft.number(&rule, "late_days", late))
}

fn told(step: Step<'_>, id: &str) -> Result<Draft, Refusal> {
    let sample = sample(&step, id)?;
    let done = match (&sample.tested, &sample.retested, sample.told) {
        (None, _, _) => true,
        (Some(_), None, told) => told.is_some(),
        // After a retest the operator is told once more, until which a deadline runs.
        (Some(_), Some(_), _) => sample.clock.is_none(),
    };
    if done {
        return Err(Refusal::new(
            "goods.nothing_to_tell",
            "there is no result yet, or the operator was told of it",
            "record the result first",
        )
        .at("data.sample"));
    }
    let rule = step.rule("goods.sample")?;
    let late = late(sample.clock.as_ref(), &step);
    // A failed first test may be tested again (复检); the retest is final.
    let failed = sample.failures().is_some_and(|failed| !failed.is_empty());
    let right = step.rule("goods.retest")?;
    let clock = match sample.retested {
        None if failed => Some(
            step.world
                .clock(&right, "goods.retest", "ask", step.asked.on)?,
        ),
        _ => None,
    };
    let draft = step.draft.about(operator_subject(sample.operator));
    let draft = draft.number(&rule, "late_days", late);
    Ok(match clock {
        Some(clock) => draft.under(&right).clock(clock),
        None => draft,
    })
}

fn retest_asked(step: Step<'_>, id: &str) -> Result<Draft, Refusal> {
    let sample = sample(&step, id)?;
    let right = step.rule("goods.retest")?;
    let open = sample.told.is_some() && sample.retest_asked.is_none();
    let Some(clock) = sample.clock.as_ref().filter(|_| open) else {
        return Err(order(
            "a retest is asked for once, after the operator was told of a failed test",
        )
        .by_rule(&right));
    };
    if clock.due < step.asked.on {
        return Err(Refusal::new(
            "goods.retest_too_late",
            format!("a retest could be asked for until {}", clock.due),
            "the first result stands",
        )
        .by_rule(&right)
        .at("on"));
    }
    let rule = step.rule("goods.sample")?;
    let test = step
        .world
        .clock(&rule, "goods.test", "test", step.asked.on)?;
    let draft = step.draft.about(operator_subject(sample.operator));
    Ok(draft.under(&right).under(&rule).clock(test))
}

fn recall_ordered(step: Step<'_>, p: &OrderRecall) -> Result<Draft, Refusal> {
    text("data.document", &p.document, 0, WORD_CHARS_MAX)?;
    text("data.reason", &p.reason, 1, TEXT_CHARS_MAX)?;
    let rule = step.rule(slot(step.known.kind))?;
    Refusal::unless_coded("goods.code_unknown", &rule, &p.level)
        .map_err(|refusal| refusal.at("data.level"))?;
    let on = step.asked.on;
    if !step.known.holders(Some(on)).contains_key(&p.operator) {
        return Err(Refusal::new(
            "goods.not_a_holder",
            "nothing on record says that this operator made, got or offered the batch",
            "record the supply or offer first",
        )
        .at("data.operator"));
    }
    if running(&step, p.operator).is_some() {
        return Err(Refusal::new(
            "goods.recall_runs",
            "this operator recalls the batch already",
            "report on that recall, or close it first",
        )
        .at("data.operator"));
    }
    let term = format!("complete_{}", p.level);
    let clock = step.world.clock(&rule, "goods.recall", &term, on)?;
    // Whoever got the batch from the one who recalls has to be reached.
    let down = step.known.trail(p.operator, Direction::Forward, Some(on));
    let reached = down.keys().filter(|code| **code != p.operator);
    let mut draft = step.draft.about(operator_subject(p.operator));
    for code in reached.clone().take(NAMED_MAX) {
        draft = draft.about(operator_subject(*code));
    }
    let count = i64::try_from(reached.count()).unwrap_or(i64::MAX);
    Ok(draft
        .number(&rule, "downstream_operators", count)
        .clock(clock))
}

fn recall_reported(step: Step<'_>, p: &ReportRecall) -> Result<Draft, Refusal> {
    units(p.units)?;
    let recall = recall(&step, p.operator)?;
    let rule = step.rule(slot(step.known.kind))?;
    let draft = step.draft.about(operator_subject(p.operator)).under(&rule);
    if !rule.flag("reported_in_stages") {
        return Ok(draft);
    }
    // Consumer goods are reported on in stages: each report sets the next term going.
    let late = recall
        .clock
        .as_ref()
        .map_or(0, |clock| clock.due.days_until(step.asked.on).max(0));
    let term = format!("complete_{}", recall.level);
    let next = step
        .world
        .clock(&rule, "goods.recall", &term, step.asked.on)?;
    Ok(draft.number(&rule, "late_days", late).clock(next))
}

fn recall_closed(step: Step<'_>, p: &CloseRecall) -> Result<Draft, Refusal> {
    let recall = recall(&step, p.operator)?;
    let rule = step.rule(slot(step.known.kind))?;
    let outcomes = step.rule("goods.recall_outcome")?;
    Refusal::unless_coded("goods.code_unknown", &outcomes, &p.code)?;
    let late = recall
        .clock
        .as_ref()
        .map_or(0, |clock| clock.due.days_until(step.asked.on).max(0));
    let draft = step.draft.about(operator_subject(p.operator));
    let draft = draft.under(&outcomes);
    Ok(draft.number(&rule, "late_days", late))
}

/// The rule of recall for a kind of goods.
const fn slot(kind: BatchKind) -> &'static str {
    match kind {
        BatchKind::Food => "goods.recall_food",
        BatchKind::ConsumerGoods => "goods.recall_goods",
    }
}

fn sample(step: &Step<'_>, id: &str) -> Result<Sample, Refusal> {
    step.known.samples.get(id).cloned().ok_or_else(|| {
        Refusal::new(
            "goods.sample_unknown",
            "the batch has no sample of this id",
            "take it first, or correct the id",
        )
        .at("data.sample")
    })
}

fn running(step: &Step<'_>, operator: CreditCode) -> Option<super::Recall> {
    let recall = step.known.recalls.get(&operator).cloned();
    recall.filter(|recall| recall.closed.is_none())
}

fn recall(step: &Step<'_>, operator: CreditCode) -> Result<super::Recall, Refusal> {
    running(step, operator).ok_or_else(|| {
        Refusal::new(
            "goods.no_recall",
            "no recall of this operator runs for the batch",
            "order it first, or correct the operator",
        )
        .at("data.operator")
    })
}

fn late(clock: Option<&Clock>, step: &Step<'_>) -> i64 {
    clock.map_or(0, |clock| clock.due.days_until(step.asked.on).max(0))
}

fn order(what: &str) -> Refusal {
    let remedy = "a sample is taken, tested, told of, and perhaps tested again; `show` the batch";
    Refusal::new("goods.illegal_order", what, remedy).at("type")
}
