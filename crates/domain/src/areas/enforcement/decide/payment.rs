//! Enforcement, judging: payment, late fee, appeals.

use super::decision::withdraw;
use super::inquiry::not_before_end;
use super::{Matter, refuse, text};
use crate::areas::Payload;
use crate::areas::enforcement::{
    Account, Appeal, AppealForum, AppealOutcome, Decision, DeferPayment, EndAppeal,
    EnforcementEvent, Ground, LateFee, Pay, RevokeDecision, Stage,
};
use crate::day::Day;
use crate::decide::Drafts;
use crate::event::Visibility;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::{Clock, Roll, TERM_MAX, Term, TermUnit};

pub(super) fn deferred(matter: &Matter<'_>, p: &DeferPayment) -> Result<Drafts, Refusal> {
    let decision = in_effect(matter)?;
    let rule = matter.rule("enforcement.defer")?;
    if decision
        .account
        .due
        .is_none_or(|due| p.until <= due || p.until <= matter.asked.on)
    {
        return Err(refuse(
            "enforcement.deferral",
            "a deferral moves the last day for payment to a later one",
            "correct it",
            "data.until",
        )
        .by_rule(&rule));
    }
    if decision.overdue {
        return Err(matter
            .order("the payment is overdue already")
            .by_rule(&rule));
    }
    let days = matter.asked.on.days_until(p.until);
    let term = Term {
        n: u32::try_from(days).unwrap_or_default().clamp(1, TERM_MAX),
        roll: Roll::None,
        unit: TermUnit::Days,
    };
    let (name, calendar) = (rule.to_string(), matter.world.book().calendar());
    let clock = Clock::begin(
        "enforcement.pay",
        &name,
        rule.article(),
        matter.asked.on,
        term,
        calendar,
    );
    let draft = matter.draft().seen_by(Visibility::Departments);
    Ok(vec![draft.under(&rule).clock(clock)])
}

pub(super) fn recorded(matter: &Matter<'_>, p: &Pay) -> Result<Drafts, Refusal> {
    let decision = in_effect(matter)?;
    let (rule, fee) = late_fee(matter, decision)?;
    let mut account = decision.account.clone();
    account.late_fee_fen = account.late_fee_on(matter.asked.on, fee);
    let owed = [
        (p.fine_fen, account.fine_fen, account.fine_paid_fen),
        (p.gains_fen, account.gains_fen, account.gains_paid_fen),
        (
            p.late_fee_fen,
            account.late_fee_fen,
            account.late_fee_paid_fen,
        ),
    ];
    let nothing = owed.iter().all(|(pays, ..)| *pays == 0);
    if nothing
        || owed
            .iter()
            .any(|(pays, due, paid)| *pays > due.saturating_sub(*paid))
    {
        return Err(refuse(
            "enforcement.payment",
            format!(
                "a payment is something, and not more than is owed: fine {}, gains {}, late fee {} fen",
                account.fine_fen.saturating_sub(account.fine_paid_fen),
                account.gains_fen.saturating_sub(account.gains_paid_fen),
                account.late_fee_fen.saturating_sub(account.late_fee_paid_fen),
            ),
            "divide it as it was paid; return what is too much",
            "data",
        )
        .by_rule(&rule));
    }
    let left = account
        .outstanding_fen()
        .saturating_sub(p.fine_fen)
        .saturating_sub(p.gains_fen)
        .saturating_sub(p.late_fee_fen);
    let draft = matter.draft().seen_by(Visibility::Departments);
    Ok(vec![
        draft
            .number(&rule, "late_fee_fen", fen(account.late_fee_fen))
            .number(&rule, "outstanding_fen", fen(left)),
    ])
}

pub(super) fn overdue(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let decision = in_effect(matter)?;
    let (rule, fee) = late_fee(matter, decision)?;
    let account = &decision.account;
    if decision.overdue || account.fine_paid_fen >= account.fine_fen {
        return Err(matter.order("the fine is paid, or found overdue already"));
    }
    not_before_end(matter, account.due.unwrap_or(Day::MAX), &rule)?;
    let accrued = account.late_fee_on(matter.asked.on, fee);
    let unpaid = account.fine_fen.saturating_sub(account.fine_paid_fen);
    let draft = matter.draft().seen_by(Visibility::Departments);
    Ok(vec![
        draft
            .number(&rule, "late_fee_fen", fen(accrued))
            .number(&rule, "late_fee_daily_fen", share(unpaid, fee.daily_bp))
            .number(
                &rule,
                "late_fee_cap_fen",
                share(account.fine_fen, fee.cap_bp),
            ),
    ])
}

pub(super) fn appeal(matter: &Matter<'_>, p: &Appeal) -> Result<Drafts, Refusal> {
    let decision = in_effect(matter)?;
    text("data.before", &p.before)?;
    if decision.appeal.is_some() {
        return Err(matter.order("an appeal runs already"));
    }
    let (rule, fee) = late_fee(matter, decision)?;
    let accrued = decision
        .account
        .late_fee_on(matter.asked.on.plus_days(-1), fee);
    let draft = matter.draft().seen_by(Visibility::Departments);
    let pauses = fee.pauses && accrued > 0;
    // What accrued before the appeal stays; its days are left out from here on.
    Ok(vec![if pauses {
        draft.number(&rule, "late_fee_fen", fen(accrued))
    } else {
        draft.under(&rule)
    }])
}

pub(super) fn appeal_ended(matter: &Matter<'_>, p: &EndAppeal) -> Result<Drafts, Refusal> {
    let decision = in_effect(matter)?;
    let Some(forum) = decision.appeal else {
        return Err(matter.order("no appeal runs"));
    };
    let draft = matter.draft().seen_by(Visibility::Departments);
    if p.outcome != AppealOutcome::Revoked {
        return Ok(vec![draft]);
    }
    if p.document.trim().is_empty() {
        return Err(refuse(
            "enforcement.text",
            "a ruling that revokes the decision is named by its number",
            "give the ruling's number",
            "data.document",
        ));
    }
    let revoke = EnforcementEvent::DecisionRevoked(RevokeDecision {
        case: p.case.clone(),
        ground: match forum {
            AppealForum::Reconsideration => Ground::Reconsideration,
            AppealForum::Litigation => Ground::Litigation,
        },
        reason: p.document.clone(),
    });
    let mut follows = matter.draft();
    follows.payload = Payload::Enforcement(revoke);
    let follows = withdraw(matter, follows, decision.published.is_some())?;
    Ok(vec![draft, follows])
}

/// The decision, which was served and stands.
fn in_effect<'m>(matter: &'m Matter<'_>) -> Result<&'m Decision, Refusal> {
    matter.must(&[Stage::Decided, Stage::Closed])?;
    let decision = matter.decision()?;
    if decision.served.is_none() {
        return Err(matter.order("the decision was not served"));
    }
    Ok(decision)
}

/// The late fee under the law of the day of the decision.
pub(super) fn late_fee<'a>(
    matter: &Matter<'a>,
    decision: &Decision,
) -> Result<(RuleRef<'a>, LateFee), Refusal> {
    let rule = matter
        .world
        .book()
        .rule("enforcement.late_fee", decision.on)?;
    Ok((rule, LateFee::of(&rule)?))
}

/// What is owed in all on the day of the step, late fee included, in fen.
pub(super) fn owed(matter: &Matter<'_>, decision: &Decision) -> Result<u64, Refusal> {
    if decision.account.due.is_none() {
        return Ok(decision.account.outstanding_fen());
    }
    let (_, fee) = late_fee(matter, decision)?;
    let account = Account {
        late_fee_fen: decision.account.late_fee_on(matter.asked.on, fee),
        ..decision.account.clone()
    };
    Ok(account.outstanding_fen())
}

fn share(fen_of_whole: u64, bp: u64) -> i64 {
    let part = u128::from(fen_of_whole) * u128::from(bp) / 10_000;
    i64::try_from(part).unwrap_or(i64::MAX)
}

fn fen(sum: u64) -> i64 {
    i64::try_from(sum).unwrap_or(i64::MAX)
}
