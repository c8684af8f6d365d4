//! Risk: judging.

use super::{
    AdoptPlan, Assess, Collect, Dispose, Level, Plan, RetirePlan, Risk, RiskEvent, RiskSource,
    Stage, Warn,
};
use crate::actor::Capacity;
use crate::areas::{Payload, registration, shop};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::{World, operator_subject};

/// The longest text of what was seen or done, in characters.
const TEXT_CHARS_MAX: usize = 4_000;
/// The longest name, in characters.
const WORD_CHARS_MAX: usize = 128;
/// Steps of a plan, departments warned and files named, at most.
const ITEMS_MAX: usize = 100;

/// Judges an action on a risk or a plan.
///
/// # Errors
/// `risk.number`, `risk.exists`, `risk.unknown`, `risk.text`, `risk.origin`, `risk.nobody_named`,
/// `risk.before_previous_step`, `risk.illegal_order`, `risk.factor_missing`,
/// `risk.factor_unknown`, `risk.value`, `risk.nobody_warned`, `risk.department_unknown`,
/// `risk.code_unknown`, `risk.led_to`, `risk.plan_unknown`, `risk.plan_level`, `risk.plan_exists`,
/// `risk.plan_empty`, `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RiskEvent,
) -> Result<Drafts, Refusal> {
    let allowed = capacities(payload);
    let draft = Draft::new(Payload::Risk(payload.clone()), asked.on);
    let draft = match payload {
        RiskEvent::PlanAdopted(p) => plan_adopted(world, asked, p, allowed, draft)?,
        RiskEvent::PlanRetired(p) => plan_retired(world, asked, p, allowed, draft)?,
        RiskEvent::Collected(p) => collected(world, asked, p, allowed, draft)?,
        RiskEvent::Assessed(p) => assessed(Step::of(world, asked, &p.risk, allowed, draft)?, p)?,
        RiskEvent::Warned(p) => warned(Step::of(world, asked, &p.risk, allowed, draft)?, p)?,
        RiskEvent::Disposed(p) => disposed(Step::of(world, asked, &p.risk, allowed, draft)?, p)?,
    };
    Ok(vec![draft])
}

/// In which capacities a step can be taken.
const fn capacities(payload: &RiskEvent) -> &'static [Capacity] {
    use Capacity as C;
    match payload {
        RiskEvent::Collected(_) => &[C::Enforcer, C::ComplaintDesk, C::CreditOfficer, C::Importer],
        RiskEvent::Assessed(_) => &[C::Enforcer, C::CreditOfficer],
        RiskEvent::Warned(_) => &[C::Head, C::CreditOfficer],
        RiskEvent::Disposed(_) => &[C::Head, C::Enforcer, C::CreditOfficer],
        RiskEvent::PlanAdopted(_) | RiskEvent::PlanRetired(_) => &[C::Head],
    }
}

fn collected(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &Collect,
    allowed: &[Capacity],
    draft: Draft,
) -> Result<Draft, Refusal> {
    world.register().may(asked.by, asked.on, allowed)?;
    let me = subject(Kind::Risk, &p.risk, "data.risk")?;
    if risk(world, &me).stage != Stage::Unknown {
        return Err(refuse(
            "risk.exists",
            "a risk of this number is on record",
            "choose another number",
            "data.risk",
        ));
    }
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    text("data.site", &p.site, 0, TEXT_CHARS_MAX)?;
    items("data.evidence", p.evidence.len())?;
    let mut draft = draft.about(me);
    match p.operator {
        Some(code) => {
            registration::registered(world, code)?;
            draft = draft.about(operator_subject(code));
        }
        None if p.site.trim().is_empty() => {
            return Err(refuse(
                "risk.nobody_named",
                "a risk is about an operator, a site, or a trade",
                "name the operator, or say in `site` where the risk lies",
                "data.operator",
            ));
        }
        None => {}
    }
    if let Some(shop) = shop::shop_on_record(world, &p.site) {
        draft = draft.about(shop);
    }
    // A report is secret, and so is what rests on it.
    let secret = p.source == RiskSource::Report
        || p.from
            .as_ref()
            .is_some_and(|from| from.kind() == Kind::Report);
    if let Some(from) = p.from.as_ref().filter(|from| world.entity(from).is_none()) {
        return Err(refuse(
            "risk.origin",
            format!("{from} is not on record"),
            "name what the risk rests on as `kind:id`, or leave it out",
            "data.from",
        ));
    }
    let rule = world.book().rule("risk.collect", asked.on)?;
    Ok(if secret {
        draft.under(&rule).seen_by(Visibility::Restricted)
    } else {
        draft.under(&rule)
    })
}

/// A risk on record and what is needed to judge a step of it.
struct Step<'a> {
    world: &'a dyn World,
    asked: &'a Asked<'a>,
    known: Risk,
    /// Names the risk and its operator.
    draft: Draft,
}

impl<'a> Step<'a> {
    fn of(
        world: &'a dyn World,
        asked: &'a Asked<'a>,
        number: &str,
        allowed: &[Capacity],
        draft: Draft,
    ) -> Result<Self, Refusal> {
        let me = subject(Kind::Risk, number, "data.risk")?;
        let known = risk(world, &me);
        let register = world.register();
        register.may(asked.by, asked.on, allowed)?;
        let Some(handler) = known.handler else {
            return Err(refuse(
                "risk.unknown",
                "no risk of this number is on record",
                "collect it first, or correct the number",
                "data.risk",
            ));
        };
        // Who was warned may act as well as who keeps the risk.
        let mut warned = known.warned.iter().copied();
        if !warned.any(|code| register.may_for(asked.by, asked.on, allowed, code).is_ok()) {
            register.may_for(asked.by, asked.on, allowed, handler)?;
        }
        if known.since.is_some_and(|since| asked.on < since) {
            return Err(refuse(
                "risk.before_previous_step",
                "the step would lie before the one before it",
                "correct the date",
                "on",
            ));
        }
        let draft = draft.about(me);
        let draft = match known.operator {
            Some(operator) => draft.about(operator_subject(operator)),
            None => draft,
        };
        Ok(Self {
            world,
            asked,
            known,
            draft,
        })
    }

    fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.known.stage) {
            return Ok(());
        }
        Err(refuse(
            "risk.illegal_order",
            format!("the risk stands at {}", self.known.stage.name()),
            "a risk is collected, assessed, warned of and disposed of",
            "type",
        ))
    }
}

/// Adds up values times weights; the level follows from the thresholds of the same rule.
fn assessed(step: Step<'_>, p: &Assess) -> Result<Draft, Refusal> {
    step.must(&[Stage::Collected, Stage::Assessed, Stage::Warned])?;
    let method = step.world.book().rule("risk.method", step.asked.on)?;
    let scale = method.amount("scale_max")?;
    let factors = &method.rule().codes;
    if let Some(other) = p.values.keys().find(|name| !factors.contains_key(*name)) {
        let known: Vec<&str> = factors.keys().map(String::as_str).collect();
        return Err(refuse(
            "risk.factor_unknown",
            format!("the method has no factor {other}"),
            format!("give values for {}", known.join(", ")),
            "data.values",
        )
        .by_rule(&method));
    }
    let mut draft = step.draft;
    let mut score: i64 = 0;
    for factor in factors.keys() {
        let Some(value) = p.values.get(factor).copied() else {
            return Err(refuse(
                "risk.factor_missing",
                format!("the method asks for {factor}"),
                "give a value for each factor, 0 where nothing was found",
                "data.values",
            )
            .by_rule(&method));
        };
        let value = i64::from(value);
        if value > scale {
            return Err(refuse(
                "risk.value",
                format!("a value goes from 0 to {scale}"),
                "correct the value",
                "data.values",
            )
            .by_rule(&method));
        }
        let weight = method.amount(&format!("weight_{factor}_points"))?;
        let points = value.saturating_mul(weight);
        score = score.saturating_add(points);
        draft = draft
            .number(&method, &format!("weight_{factor}_points"), weight)
            .number(&method, &format!("{factor}_points"), points);
    }
    let (medium, high) = (
        method.amount("medium_from_points")?,
        method.amount("high_from_points")?,
    );
    let level = if score >= high {
        Level::High
    } else if score >= medium {
        Level::Medium
    } else {
        Level::Low
    };
    Ok(draft
        .number(&method, "score_points", score)
        .number(&method, "medium_from_points", medium)
        .number(&method, "high_from_points", high)
        .word(&method, "level", level.name()))
}

fn warned(step: Step<'_>, p: &Warn) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assessed])?;
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    items("data.to", p.to.len())?;
    if p.to.is_empty() {
        return Err(refuse(
            "risk.nobody_warned",
            "a warning goes to the departments that have to act",
            "name one at least",
            "data.to",
        ));
    }
    departments(step.world, step.asked, &p.to, "data.to")?;
    let rule = step.world.book().rule("risk.dispose", step.asked.on)?;
    let level = step.known.level().unwrap_or(Level::Low);
    let term = format!("dispose_{}", level.name());
    let on = step.asked.on;
    let clock = step.world.clock(&rule, "risk.dispose", &term, on)?;
    let draft = step.draft.under(&rule);
    Ok(draft.word(&rule, "level", level.name()).clock(clock))
}

fn disposed(step: Step<'_>, p: &Dispose) -> Result<Draft, Refusal> {
    step.must(&[Stage::Assessed, Stage::Warned])?;
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    let outcomes = step.world.book().rule("risk.outcome", step.asked.on)?;
    Refusal::unless_coded("risk.code_unknown", &outcomes, &p.code)?;
    let mut draft = step.draft.under(&outcomes);
    if let Some(led_to) = &p.led_to {
        let fits = matches!(led_to.kind(), Kind::Lead | Kind::Case);
        if !fits || step.world.entity(led_to).is_none() {
            return Err(refuse(
                "risk.led_to",
                "a risk leads to a lead or a case that is on record",
                "record that first, and name it as `lead:id` or `case:id`",
                "data.led_to",
            ));
        }
    }
    if let Some(number) = &p.plan {
        draft = draft.about(followed(&step.known, step.world, step.asked, number)?);
    }
    let Some(clock) = &step.known.clock else {
        return Ok(draft);
    };
    let rule: RuleRef<'_> = step.world.book().rule("risk.dispose", clock.start)?;
    let days = clock.due.days_until(step.asked.on).max(0);
    Ok(draft.number(&rule, "late_days", days))
}

/// The plan that was followed: it stands, and is made for the level.
fn followed(
    known: &Risk,
    world: &dyn World,
    asked: &Asked<'_>,
    number: &str,
) -> Result<Subject, Refusal> {
    let me = subject(Kind::RiskPlan, number, "data.plan")?;
    let plan = plan(world, &me);
    if !plan.stands_on(asked.on) {
        return Err(no_plan("data.plan"));
    }
    if known
        .level()
        .is_none_or(|level| !plan.levels.contains(&level))
    {
        return Err(refuse(
            "risk.plan_level",
            "the plan is not made for risks of this level",
            "name a plan that is, or leave it out",
            "data.plan",
        ));
    }
    Ok(me)
}

fn plan_adopted(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &AdoptPlan,
    allowed: &[Capacity],
    draft: Draft,
) -> Result<Draft, Refusal> {
    world.register().may(asked.by, asked.on, allowed)?;
    let me = subject(Kind::RiskPlan, &p.plan, "data.plan")?;
    if plan(world, &me).adopted.is_some() {
        return Err(refuse(
            "risk.plan_exists",
            "a plan of this number is on record",
            "choose another number; a changed plan is a new one",
            "data.plan",
        ));
    }
    text("data.title", &p.title, 1, WORD_CHARS_MAX)?;
    items("data.steps", p.steps.len())?;
    items("data.departments", p.departments.len())?;
    if p.steps.is_empty() || p.levels.is_empty() {
        return Err(refuse(
            "risk.plan_empty",
            "a plan says for which levels it is made, and what is done",
            "give levels and steps",
            "data.steps",
        ));
    }
    for step in &p.steps {
        text("data.steps", step, 1, TEXT_CHARS_MAX)?;
    }
    departments(world, asked, &p.departments, "data.departments")?;
    let rule = world.book().rule("risk.dispose", asked.on)?;
    Ok(draft.about(me).under(&rule))
}

fn plan_retired(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &RetirePlan,
    allowed: &[Capacity],
    draft: Draft,
) -> Result<Draft, Refusal> {
    let me = subject(Kind::RiskPlan, &p.plan, "data.plan")?;
    let known = plan(world, &me);
    world.register().may(asked.by, asked.on, allowed)?;
    let Some(handler) = known.handler.filter(|_| known.stands_on(asked.on)) else {
        return Err(no_plan("data.plan"));
    };
    let register = world.register();
    register.may_for(asked.by, asked.on, allowed, handler)?;
    text("data.reason", &p.reason, 1, TEXT_CHARS_MAX)?;
    Ok(draft.about(me))
}

fn no_plan(field: &str) -> Refusal {
    refuse(
        "risk.plan_unknown",
        "no plan of this number stands on that day",
        "adopt it first, or correct the number",
        field,
    )
}

/// Every department named is in the register on the day of the step.
fn departments<'a>(
    world: &dyn World,
    asked: &Asked<'_>,
    named: impl IntoIterator<Item = &'a CreditCode>,
    field: &str,
) -> Result<(), Refusal> {
    let known = &world.register().departments;
    let stands = |code: &CreditCode| known.get(code).is_some_and(|d| d.stands_on(asked.on));
    if named.into_iter().all(stands) {
        return Ok(());
    }
    Err(refuse(
        "risk.department_unknown",
        "a department named is not in the register on that day",
        "establish it first, or correct its code",
        field,
    ))
}

fn text(field: &str, text: &str, least: usize, max: usize) -> Result<(), Refusal> {
    Refusal::unless_long("risk.text", field, text, least, max)
}

fn items(field: &str, count: usize) -> Result<(), Refusal> {
    if count <= ITEMS_MAX {
        return Ok(());
    }
    let what = format!("{field} has up to {ITEMS_MAX} items");
    Err(refuse("risk.text", what, "name fewer", field))
}

fn subject(kind: Kind, number: &str, field: &str) -> Result<Subject, Refusal> {
    Subject::new(kind, number)
        .map_err(|e| refuse("risk.number", e.to_string(), "choose such a number", field))
}

fn refuse(
    code: &'static str,
    what: impl Into<String>,
    remedy: impl Into<String>,
    field: &str,
) -> Refusal {
    Refusal::new(code, what, remedy).at(field)
}

fn risk(world: &dyn World, me: &Subject) -> Risk {
    match world.entity(me).as_deref() {
        Some(Entity::Risk(known)) => (**known).clone(),
        _ => Risk::default(),
    }
}

fn plan(world: &dyn World, me: &Subject) -> Plan {
    match world.entity(me).as_deref() {
        Some(Entity::RiskPlan(known)) => (**known).clone(),
        _ => Plan::default(),
    }
}
