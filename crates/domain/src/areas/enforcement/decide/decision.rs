//! Enforcement, judging: the decision, its service, and what undoes or mends it.

use super::inquiry::DECIDE;
use super::publication::{duty, shown, weight};
use super::{Matter, coded, lead, refuse, text, word};
use crate::areas::enforcement::penalty::fen_of;
use crate::areas::enforcement::{
    Case, ChangeDecision, CorrectDecision, Decide, Penalty, PenaltyKind, Procedure, PunishOnSpot,
    ReviewOpinion, RevokeDecision, Stage,
};
use crate::areas::registration;
use crate::decide::{Draft, Drafts};
use crate::event::Visibility;
use crate::refusal::Refusal;

/// The largest sum accepted, in fen: ten thousand billion yuan, well below what JSON carries.
const FEN_MAX: u64 = 1_000_000_000_000_000;
/// The deadline for serving the decision.
const SERVE: &str = "enforcement.serve";

pub(super) fn decided(matter: &Matter<'_>, p: &Decide) -> Result<Drafts, Refusal> {
    may_decide(matter, &p.penalties)?;
    word("data.document", &p.document)?;
    text("data.basis", &p.basis)?;
    text("data.facts", &p.facts)?;
    check_penalties(matter, &p.penalties)?;
    let (citizen, draft) = matter.is_citizen(matter.draft())?;
    let rule = matter.rule(DECIDE)?;
    let draft = matter.late(draft, &rule, DECIDE);
    let draft = weight(
        draft,
        &matter.rule("enforcement.hearing")?,
        citizen,
        &p.penalties,
    )?;
    let serve = matter.rule(SERVE)?;
    let draft = draft
        .under(&serve)
        .clock(matter.clock(&serve, SERVE, "serve", matter.asked.on)?);
    let draft = duty(matter, draft, Procedure::Ordinary, &p.penalties)?;
    Ok(vec![draft.seen_by(Visibility::Departments)])
}

/// What the law wants before a decision: notice, its rights used up, review, another officer, and
/// no more than was announced.
fn may_decide(matter: &Matter<'_>, penalties: &[Penalty]) -> Result<(), Refusal> {
    let rule = matter.rule("enforcement.notice")?;
    if matter.case.stage == Stage::Investigation {
        return Err(refuse(
            "enforcement.notice_missing",
            "no notice of the intended penalty was served; a decision without it does not stand",
            "serve it (enforcement.serve_notice) and hear the party",
            "type",
        )
        .by_rule(&rule));
    }
    matter.must(&[Stage::Noticed])?;
    let review = matter.rule("enforcement.review")?;
    matter.is_another(&review)?;
    let Some(notice) = &matter.case.notice else {
        return Err(matter.order("no notice was served").by_rule(&rule));
    };
    if notice.hearing.is_pending() {
        let hearing = matter.rule("enforcement.hearing")?;
        return Err(refuse(
            "enforcement.hearing_open",
            "the party can still ask for a hearing, or has asked and it was not held",
            "hold it, or record that it was waived or has lapsed",
            "type",
        )
        .by_rule(&hearing));
    }
    if notice.statement.is_pending() {
        return Err(refuse(
            "enforcement.statement_open",
            "the party can still make its statement",
            "record that it was made or waived, or that the right has lapsed",
            "type",
        )
        .by_rule(&matter.rule("enforcement.statement")?));
    }
    if !matches!(matter.case.review, Some((ReviewOpinion::Agree, _))) {
        return Err(refuse(
            "enforcement.review_missing",
            "legal review has not agreed",
            "let a reviewer review the case (enforcement.review)",
            "type",
        )
        .by_rule(&review));
    }
    if heavier(penalties, &notice.penalties) {
        return Err(refuse(
            "enforcement.beyond_notice",
            "the decision is heavier than the notice announced",
            "serve a new notice, or decide within it",
            "data.penalties",
        )
        .by_rule(&rule));
    }
    Ok(())
}

pub(super) fn on_spot(matter: &Matter<'_>, p: &PunishOnSpot) -> Result<Drafts, Refusal> {
    word("data.document", &p.document)?;
    word("data.cause", &p.cause)?;
    text("data.basis", &p.basis)?;
    text("data.facts", &p.facts)?;
    lead::officers(matter, &p.officers)?;
    lead::party(p.operator.is_some(), p.person.is_some())?;
    check_penalties(matter, &p.penalties)?;
    let named = Matter {
        world: matter.world,
        asked: matter.asked,
        payload: matter.payload,
        me: matter.me.clone(),
        case: Case {
            operator: p.operator,
            person: p.person.is_some(),
            ..Case::default()
        },
    };
    if let Some(code) = p.operator {
        registration::registered(matter.world, code)?;
    }
    let (citizen, draft) = named.is_citizen(named.draft())?;
    let rule = matter.rule("enforcement.summary")?;
    let most = rule.amount(if citizen {
        "citizen_max_fen"
    } else {
        "organisation_max_fen"
    })?;
    let fine = fen_of(&p.penalties, PenaltyKind::Fine);
    let kinds_fit = p.penalties.iter().all(|x| rule.code(x.kind.name()).is_ok());
    if !kinds_fit || fine > most.unsigned_abs() {
        return Err(refuse(
            "enforcement.not_summary",
            format!("on the spot only a warning or a fine up to {most} fen can be given"),
            "open a case and go the ordinary way",
            "data.penalties",
        )
        .by_rule(&rule));
    }
    let found = matter.asked.on;
    let draft = lead::not_prescribed(matter, draft.under(&rule), p.breach_ended, found, false)?;
    let draft = duty(&named, draft, Procedure::Summary, &p.penalties)?;
    let draft = pay_clock(&named, draft, &p.penalties)?;
    Ok(vec![draft.seen_by(Visibility::Departments)])
}

pub(super) fn served(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Decided])?;
    let decision = matter.decision()?;
    if decision.served.is_some() {
        return Err(matter.order("the decision was served already"));
    }
    let rule = matter.rule(SERVE)?;
    let draft = matter.late(matter.draft(), &rule, SERVE);
    let draft = pay_clock(matter, draft, &decision.penalties)?;
    let mut drafts = vec![draft.seen_by(Visibility::Departments)];
    let revokes = decision
        .penalties
        .iter()
        .any(|p| p.kind == PenaltyKind::RevokeBusinessLicence);
    if let (true, Some(code)) = (revokes, matter.case.operator) {
        let end = registration::revoked(matter.world, matter.asked, code, &decision.document)?;
        drafts.extend(end.map(|end| end.under(&rule)));
    }
    Ok(drafts)
}

/// The term for payment, which begins with service.
fn pay_clock(matter: &Matter<'_>, draft: Draft, penalties: &[Penalty]) -> Result<Draft, Refusal> {
    let owed = [PenaltyKind::Fine, PenaltyKind::ConfiscateGains]
        .iter()
        .any(|kind| fen_of(penalties, *kind) > 0);
    if !owed {
        return Ok(draft);
    }
    let rule = matter.rule("enforcement.pay")?;
    let clock = matter.clock(&rule, "enforcement.pay", "pay", matter.asked.on)?;
    Ok(draft.under(&rule).clock(clock))
}

pub(super) fn revoked(matter: &Matter<'_>, p: &RevokeDecision) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Decided, Stage::Closed])?;
    let decision = matter.decision()?;
    text("data.reason", &p.reason)?;
    Ok(vec![withdraw(
        matter,
        matter.draft(),
        decision.published.is_some(),
    )?])
}

/// Names the days in which the publication of a revoked or changed decision is mended.
pub(super) fn withdraw(
    matter: &Matter<'_>,
    draft: Draft,
    published: bool,
) -> Result<Draft, Refusal> {
    if !published {
        return Ok(draft.seen_by(Visibility::Departments));
    }
    let rule = matter.rule("enforcement.withdraw")?;
    let clock = matter.clock(&rule, "enforcement.withdraw", "withdraw", matter.asked.on)?;
    Ok(draft.under(&rule).clock(clock).seen_by(Visibility::Public))
}

pub(super) fn changed(matter: &Matter<'_>, p: &ChangeDecision) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Decided])?;
    let decision = matter.decision()?;
    word("data.document", &p.document)?;
    text("data.reason", &p.reason)?;
    check_penalties(matter, &p.penalties)?;
    if heavier(&p.penalties, &decision.penalties) {
        return Err(refuse(
            "enforcement.heavier_than_before",
            "a change can't be heavier than the decision; that needs a new notice",
            "revoke the decision and decide anew",
            "data.penalties",
        )
        .by_rule(&matter.rule("enforcement.notice")?));
    }
    let (citizen, draft) = matter.is_citizen(matter.draft())?;
    let draft = withdraw(matter, draft, decision.published.is_some())?;
    let draft = weight(
        draft,
        &matter.rule("enforcement.hearing")?,
        citizen,
        &p.penalties,
    )?;
    let Some(published) = decision.published.filter(|_| !decision.imported) else {
        return Ok(vec![draft]);
    };
    Ok(vec![shown(matter, draft, &p.penalties, published)?])
}

pub(super) fn corrected(matter: &Matter<'_>, p: &CorrectDecision) -> Result<Drafts, Refusal> {
    let decision = matter.decision()?;
    if matter.asked.on != decision.on {
        return Err(refuse(
            "enforcement.correction_day",
            format!(
                "a correction takes effect on the decision's day, {}",
                decision.on
            ),
            "give that day as the legal date",
            "on",
        ));
    }
    text("data.reason", &p.reason)?;
    if p.cause.is_none() && p.document.is_none() {
        return Err(refuse(
            "enforcement.nothing_changed",
            "a correction says what is right",
            "give the cause, the document's number, or both",
            "data",
        ));
    }
    for (field, value) in [("data.cause", &p.cause), ("data.document", &p.document)] {
        if let Some(value) = value {
            word(field, value)?;
        }
    }
    let visibility = if decision.published.is_some() {
        Visibility::Public
    } else {
        Visibility::Departments
    };
    Ok(vec![matter.draft().seen_by(visibility)])
}

/// Whether penalties hold a kind, a sum or a length that others do not.
fn heavier(penalties: &[Penalty], than: &[Penalty]) -> bool {
    penalties.iter().any(|p| {
        let Some(before) = than.iter().find(|b| b.kind == p.kind) else {
            return true;
        };
        let longer = match (p.until, before.until) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(now), Some(then)) => now > then,
        };
        p.fen > before.fen || longer
    })
}

/// Checks that penalties are known, whole and each named once.
pub(super) fn check_penalties(matter: &Matter<'_>, penalties: &[Penalty]) -> Result<(), Refusal> {
    let rule = matter.rule("enforcement.kinds")?;
    let wrong = |code, what: &str, remedy: &str| {
        Err(refuse(code, what, remedy, "data.penalties").by_rule(&rule))
    };
    if penalties.is_empty() {
        return wrong(
            "enforcement.penalties_missing",
            "a decision gives at least one penalty",
            "name it; without penalty close the case (no_penalty)",
        );
    }
    for (i, p) in penalties.iter().enumerate() {
        coded(&rule, p.kind.name(), "data.penalties")?;
        if penalties.iter().take(i).any(|other| other.kind == p.kind) {
            return wrong(
                "enforcement.penalty_twice",
                "a kind of penalty is named twice",
                "join the two into one",
            );
        }
        if p.kind.has_value() != (p.fen > 0) || p.fen > FEN_MAX {
            return wrong(
                "enforcement.penalty_fen",
                "fines and confiscations have a sum in fen, other penalties have none",
                "correct the sum",
            );
        }
        if p.kind.names_licence() && p.what.trim().is_empty() {
            return wrong(
                "enforcement.penalty_licence",
                "the licence is not named",
                "name it with its number in what",
            );
        }
        if !p.what.is_empty() {
            text("data.penalties", &p.what)?;
        }
        let dated = matches!(
            p.kind,
            PenaltyKind::SuspendLicence | PenaltyKind::RestrictBusiness
        );
        let may_be_dated = dated || p.kind.restricts();
        let in_order = p
            .until
            .is_none_or(|last| may_be_dated && last > matter.asked.on);
        if (dated && p.until.is_none()) || !in_order {
            return wrong(
                "enforcement.penalty_until",
                "suspensions and restrictions end on a later day; other penalties have no end",
                "correct until",
            );
        }
    }
    Ok(())
}
