//! Goods: judging. Here a batch, its ways and its shops, and what all steps share.

use super::{Batch, EndOffer, GoodsEvent, Offer, RegisterBatch, Supply, steps};
use crate::actor::Capacity;
use crate::areas::{Payload, registration, shop};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::{World, operator_subject};

/// The longest word or name, in characters.
pub(super) const WORD_CHARS_MAX: usize = 128;
/// The longest reason or address of a site, in characters.
pub(super) const TEXT_CHARS_MAX: usize = 2_000;

/// Judges an action on a batch.
///
/// # Errors
/// `goods.number`, `goods.exists`, `goods.unknown`, `goods.text`, `goods.dates`, `goods.units`,
/// `goods.same_operator`, `goods.too_many`, `goods.offered_before`, `goods.not_offered`,
/// `goods.before_registered`, `goods.sample_exists`, `goods.sample_unknown`, `goods.officers`,
/// `goods.officer`, `goods.illegal_order`, `goods.nothing_to_tell`, `goods.retest_too_late`,
/// `goods.not_a_holder`, `goods.recall_runs`, `goods.no_recall`, `goods.code_unknown`,
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &GoodsEvent,
) -> Result<Drafts, Refusal> {
    let allowed = capacities(payload);
    let register = world.register();
    let me = Subject::new(Kind::Batch, payload.batch()).map_err(|e| {
        Refusal::new("goods.number", e.to_string(), "choose such a number").at("data.batch")
    })?;
    let known = batch(world, &me);
    let draft = Draft::new(Payload::Goods(payload.clone()), asked.on).about(me);
    if let GoodsEvent::BatchRegistered(p) = payload {
        register.may(asked.by, asked.on, allowed)?;
        return registered(world, asked, p, &known, draft).map(|draft| vec![draft]);
    }
    let (Some(handler), Some(day)) = (known.handler, known.registered) else {
        register.may(asked.by, asked.on, allowed)?;
        return Err(Refusal::new(
            "goods.unknown",
            "no batch of this number is on record",
            "register it first, or correct the number",
        )
        .at("data.batch"));
    };
    register.may_for(asked.by, asked.on, allowed, handler)?;
    // A supply may be older than the day on which anybody came to know of the batch.
    if !matches!(payload, GoodsEvent::Supplied(_) | GoodsEvent::Offered(_)) && asked.on < day {
        return Err(Refusal::new(
            "goods.before_registered",
            format!("the batch came to be known on {day}"),
            "correct the date",
        )
        .at("on"));
    }
    let step = Step {
        world,
        asked,
        known,
        draft,
    };
    let draft = match payload {
        GoodsEvent::Supplied(p) => supplied(step, p)?,
        GoodsEvent::Offered(p) => offered(step, p)?,
        GoodsEvent::OfferEnded(p) => offer_ended(step, p)?,
        other => steps::decide(step, other)?,
    };
    Ok(vec![draft])
}

/// In which capacities a step can be taken.
const fn capacities(payload: &GoodsEvent) -> &'static [Capacity] {
    use Capacity as C;
    match payload {
        GoodsEvent::BatchRegistered(_)
        | GoodsEvent::Supplied(_)
        | GoodsEvent::Offered(_)
        | GoodsEvent::OfferEnded(_) => &[C::Enforcer, C::Importer],
        GoodsEvent::RecallOrdered(_) | GoodsEvent::RecallClosed(_) => &[C::Head],
        GoodsEvent::Sampled(_)
        | GoodsEvent::Tested(_)
        | GoodsEvent::ResultTold(_)
        | GoodsEvent::RetestAsked(_)
        | GoodsEvent::RecallReported(_) => &[C::Enforcer],
    }
}

/// A batch on record and what is needed to judge a step of it.
pub(super) struct Step<'a> {
    pub(super) world: &'a dyn World,
    pub(super) asked: &'a Asked<'a>,
    pub(super) known: Batch,
    /// Names the batch.
    pub(super) draft: Draft,
}

impl<'a> Step<'a> {
    /// The rule that fills a slot on the day of the step.
    pub(super) fn rule(&self, slot: &str) -> Result<RuleRef<'a>, NoRule> {
        self.world.book().rule(slot, self.asked.on)
    }
}

fn registered(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &RegisterBatch,
    known: &Batch,
    draft: Draft,
) -> Result<Draft, Refusal> {
    if known.registered.is_some() {
        return Err(Refusal::new(
            "goods.exists",
            "a batch of this number is on record",
            "choose another number",
        )
        .at("data.batch"));
    }
    text("data.product", &p.product, 1, WORD_CHARS_MAX)?;
    text("data.lot", &p.lot, 0, WORD_CHARS_MAX)?;
    text("data.producer_name", &p.producer_name, 0, WORD_CHARS_MAX)?;
    let expired = p.made.zip(p.expires).is_some_and(|(made, end)| end < made);
    if expired || p.made.is_some_and(|made| asked.on < made) {
        return Err(Refusal::new(
            "goods.dates",
            "the batch would be known before it was made, or past its shelf life when it was made",
            "correct the dates",
        )
        .at("data.made"));
    }
    match p.producer {
        Some(code) => {
            registration::registered(world, code)?;
            Ok(draft.about(operator_subject(code)))
        }
        None => Ok(draft),
    }
}

fn supplied(step: Step<'_>, p: &Supply) -> Result<Draft, Refusal> {
    units(p.units)?;
    let rule = step.rule("goods.trace")?;
    room(&rule, step.known.supplies.len())?;
    if p.from == p.to {
        return Err(Refusal::new(
            "goods.same_operator",
            "goods are passed on to somebody else",
            "name two operators",
        )
        .at("data.to"));
    }
    let mut draft = step.draft.under(&rule);
    for code in [p.from, p.to] {
        registration::registered(step.world, code)?;
        draft = draft.about(operator_subject(code));
    }
    Ok(draft)
}

fn offered(step: Step<'_>, p: &Offer) -> Result<Draft, Refusal> {
    text("data.site", &p.site, 1, TEXT_CHARS_MAX)?;
    let rule = step.rule("goods.trace")?;
    room(&rule, step.known.offers.len())?;
    registration::registered(step.world, p.operator)?;
    if is_offered(&step.known, p.operator, &p.site) {
        return Err(Refusal::new(
            "goods.offered_before",
            "the operator offers the batch there already",
            "leave it, or record first that it was taken down",
        )
        .at("data.site"));
    }
    let draft = step.draft.about(operator_subject(p.operator)).under(&rule);
    Ok(in_shop(step.world, draft, &p.site))
}

fn offer_ended(step: Step<'_>, p: &EndOffer) -> Result<Draft, Refusal> {
    if !is_offered(&step.known, p.operator, &p.site) {
        return Err(Refusal::new(
            "goods.not_offered",
            "the operator does not offer the batch there",
            "name the site as it was recorded",
        )
        .at("data.site"));
    }
    let draft = step.draft.about(operator_subject(p.operator));
    Ok(in_shop(step.world, draft, &p.site))
}

/// Names the shop at a site, where one is on record there.
pub(super) fn in_shop(world: &dyn World, draft: Draft, site: &str) -> Draft {
    match shop::shop_on_record(world, site) {
        Some(shop) => draft.about(shop),
        None => draft,
    }
}

fn is_offered(batch: &Batch, operator: CreditCode, site: &str) -> bool {
    let mut all = batch.offers.iter();
    all.any(|o| o.until.is_none() && o.operator == operator && o.site == site)
}

/// A batch has a bounded number of ways and shops, so that its trace is one short look.
fn room(rule: &RuleRef<'_>, held: usize) -> Result<(), Refusal> {
    let max = rule.amount("lines_max")?;
    if i64::try_from(held).is_ok_and(|held| held < max) {
        return Ok(());
    }
    Err(Refusal::new(
        "goods.too_many",
        format!("a batch has up to {max} supplies and as many offers"),
        "register the rest as a further batch of the same lot",
    )
    .by_rule(rule)
    .at("data.batch"))
}

pub(super) fn units(units: u64) -> Result<(), Refusal> {
    if units > 0 {
        return Ok(());
    }
    let what = "nothing would be passed on, taken or recovered";
    Err(Refusal::new("goods.units", what, "give the number of units").at("data.units"))
}

pub(super) fn text(field: &str, text: &str, least: usize, max: usize) -> Result<(), Refusal> {
    Refusal::unless_long("goods.text", field, text, least, max)
}

fn batch(world: &dyn World, me: &Subject) -> Batch {
    match world.entity(me).as_deref() {
        Some(Entity::Batch(known)) => (**known).clone(),
        _ => Batch::default(),
    }
}
