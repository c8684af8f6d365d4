//! Credit: judging, and what all its judgements share.

use super::{Credit, CreditEvent, class, conduct, rating, score};
use crate::areas::{Payload, registration};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::{Entity, Operator};
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::world::{World, operator_subject};

/// The longest id of a rating, finding or commitment, in bytes.
const ID_BYTES_MAX: usize = 64;
/// The longest sentence, in characters.
const TEXT_CHARS_MAX: usize = 1_000;

/// Judges an action on credit.
///
/// # Errors
/// `credit.id`, `credit.text_missing`, `credit.code_unknown`, `registration.unknown`,
/// `no_rule_in_force`, those of who may act, and
/// - of ratings `credit.rating_exists`, `credit.rating_unknown`, `credit.rating_dates`,
///   `credit.rating_not_valid`, `credit.rating_own`, `credit.rating_answered`;
/// - of the score `credit.cause_unknown`, `credit.cause_undone`, `credit.cause_counted`, `credit.cause_expired`,
///   `credit.before_cause`, `credit.no_weight`, `credit.change_unknown`,
///   `credit.change_reversed`, `credit.before_change`, `credit.reversal_groundless`,
///   `credit.reversal_needs_head`;
/// - of classes `credit.class_day`, `credit.class_assigned`, `credit.class_before_last`,
///   `credit.operator_not_registered`, `credit.class_same`, `credit.officer_missing`,
///   `credit.proposal_unknown`, `credit.proposal_approved`, `credit.before_proposal`,
///   `credit.same_officer`, `credit.other_department`;
/// - of the negative list and commitments `credit.item_exists`, `credit.item_unknown`,
///   `credit.item_not_in_force`, `credit.record_exists`, `credit.commitment_exists`,
///   `credit.commitment_unknown`, `credit.commitment_false`, `credit.before_commitment`.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &CreditEvent,
) -> Result<Drafts, Refusal> {
    match payload {
        CreditEvent::RatingGiven(p) => rating::given(world, asked, payload, p),
        CreditEvent::RatingImported(p) => rating::imported(world, asked, payload, p),
        CreditEvent::RatingRecognised(p) => rating::answered(
            world,
            asked,
            payload,
            (p.operator, &p.rating, &p.reason),
            true,
        ),
        CreditEvent::RatingDeclined(p) => rating::answered(
            world,
            asked,
            payload,
            (p.operator, &p.rating, &p.reason),
            false,
        ),
        CreditEvent::ScoreChanged(p) => score::changed(world, asked, payload, p),
        CreditEvent::ScoreReversed(p) => score::reversed(world, asked, payload, p),
        CreditEvent::ClassAssigned(p) => class::assigned(world, asked, payload, p),
        CreditEvent::ClassProposed(p) => class::proposed(world, asked, payload, p),
        CreditEvent::ClassChanged(p) => class::changed(world, asked, payload, p),
        CreditEvent::NegativeItemAdopted(p) => conduct::item_adopted(world, asked, payload, p),
        CreditEvent::NegativeItemRetired(p) => conduct::item_retired(world, asked, payload, p),
        CreditEvent::NegativeItemMatched(p) => conduct::item_matched(world, asked, payload, p),
        CreditEvent::CommitmentMade(p) => conduct::commitment_made(world, asked, payload, p),
        CreditEvent::CommitmentFoundFalse(p) => conduct::found_false(world, asked, payload, p),
    }
}

pub(super) fn drafted(payload: &CreditEvent, asked: &Asked<'_>, operator: CreditCode) -> Draft {
    Draft::new(Payload::Credit(payload.clone()), asked.on).about(operator_subject(operator))
}

/// The operator, registered at some time.
pub(super) fn operator(world: &dyn World, code: CreditCode) -> Result<Operator, Refusal> {
    registration::registered(world, code)?;
    Ok(match world.operator(code).as_deref() {
        Some(Entity::Operator(operator)) => (**operator).clone(),
        _ => Operator::default(),
    })
}

/// The operator's credit, where the operator was registered at some time.
pub(super) fn credit(world: &dyn World, code: CreditCode) -> Result<Shared<Credit>, Refusal> {
    Ok(operator(world, code)?.credit)
}

/// That an id has the form that subjects and file names bear.
pub(super) fn well_formed(id: &str, field: &str) -> Result<(), Refusal> {
    let fine = (1..=ID_BYTES_MAX).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if fine {
        return Ok(());
    }
    let what = format!("an id here has 1 to {ID_BYTES_MAX} characters of A-Z a-z 0-9 . _ -");
    Err(Refusal::new("credit.id", what, "choose such an id").at(field))
}

/// That a sentence is there and not too long.
pub(super) fn said(text: &str, field: &str) -> Result<(), Refusal> {
    if !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX {
        return Ok(());
    }
    let what = format!("a text of 1 to {TEXT_CHARS_MAX} characters is needed here");
    Err(Refusal::new("credit.text_missing", what, "say it in a sentence or two").at(field))
}

/// That the rule in force has a code.
pub(super) fn coded(rule: &RuleRef<'_>, code: &str, field: &str) -> Result<(), Refusal> {
    if rule.code(code).is_ok() {
        return Ok(());
    }
    let known: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
    let shown: String = code.chars().take(48).collect();
    Err(Refusal::new(
        "credit.code_unknown",
        format!("the rule in force has no code {shown}"),
        format!("choose one of {}", known.join(", ")),
    )
    .by_rule(rule)
    .at(field))
}
