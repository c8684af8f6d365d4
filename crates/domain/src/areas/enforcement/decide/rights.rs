//! Enforcement, judging: notice, statement and hearing.

use super::inquiry::{DECIDE, not_before_end};
use super::{Matter, is_heavy, refuse, text};
use crate::areas::enforcement::decide::decision::check_penalties;
use crate::areas::enforcement::{CallHearing, Notice, Right, ServeNotice, Stage, WaiveRights};
use crate::day::Day;
use crate::decide::Drafts;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::{Exclusion, compute_due};

/// How long a statement can be made.
const STATEMENT: &str = "enforcement.statement";
/// How long a hearing can be asked for.
const REQUEST: &str = "enforcement.hearing_request";

pub(super) fn notice(matter: &Matter<'_>, p: &ServeNotice) -> Result<Drafts, Refusal> {
    matter.must(&[Stage::Investigation, Stage::Noticed])?;
    text("data.basis", &p.basis)?;
    check_penalties(matter, &p.penalties)?;
    let statement = matter.rule(STATEMENT)?;
    let hearing = matter.rule("enforcement.hearing")?;
    let (citizen, draft) = matter.is_citizen(matter.draft())?;
    let clock = matter.clock(&statement, STATEMENT, "statement", matter.asked.on)?;
    let draft = draft.under(&statement).clock(clock);
    if !is_heavy(&hearing, citizen, &p.penalties)? {
        return Ok(vec![draft.word(&hearing, "hearing_right", "none")]);
    }
    let clock = matter.clock(&hearing, REQUEST, "request", matter.asked.on)?;
    Ok(vec![
        draft.word(&hearing, "hearing_right", "given").clock(clock),
    ])
}

pub(super) fn statement(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let notice = served(matter)?;
    if !matches!(notice.statement, Right::Open | Right::Lapsed) {
        return Err(matter.order("the statement was made or waived already"));
    }
    let rule = matter.rule(STATEMENT)?;
    let due = notice.statement_due.unwrap_or(Day::MAX);
    let days = due.days_until(matter.asked.on).max(0);
    Ok(vec![matter.draft().number(&rule, "late_days", days)])
}

pub(super) fn waived(matter: &Matter<'_>, p: &WaiveRights) -> Result<Drafts, Refusal> {
    let notice = served(matter)?;
    let statement = !p.statement || notice.statement.is_pending();
    let hearing = !p.hearing || notice.hearing.is_pending();
    if !(statement && hearing && (p.statement || p.hearing)) {
        return Err(matter.order("only a right that can still be used can be waived"));
    }
    Ok(vec![matter.draft().under(&matter.rule(STATEMENT)?)])
}

pub(super) fn lapsed(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let notice = served(matter)?;
    let rule = matter.rule(STATEMENT)?;
    let open = [
        (notice.statement, notice.statement_due),
        (notice.hearing, notice.hearing_due),
    ];
    let mut any = false;
    for (right, due) in open {
        if right == Right::Open {
            any = true;
            not_before_end(matter, due.unwrap_or(Day::MAX), &rule)?;
        }
    }
    if !any {
        return Err(matter.order("no right of the party is open"));
    }
    Ok(vec![matter.draft().under(&rule)])
}

pub(super) fn hearing_requested(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let notice = served(matter)?;
    let rule = matter.rule("enforcement.hearing")?;
    let due = notice.hearing_due.unwrap_or(Day::MAX);
    match notice.hearing {
        Right::None => {
            return Err(refuse(
                "enforcement.no_hearing",
                "the intended penalty gives no right to a hearing",
                "hear the party's statement instead",
                "type",
            )
            .by_rule(&rule));
        }
        Right::Open if matter.asked.on <= due => {}
        Right::Open | Right::Lapsed => {
            return Err(refuse(
                "enforcement.hearing_right_lapsed",
                format!("a hearing could be asked for until {due}"),
                "hear the party's statement instead",
                "on",
            )
            .by_rule(&rule));
        }
        Right::Requested | Right::Used | Right::Waived => {
            return Err(matter.order("the hearing was asked for, held or waived already"));
        }
    }
    Ok(vec![matter.draft().under(&rule)])
}

pub(super) fn hearing_called(matter: &Matter<'_>, p: &CallHearing) -> Result<Drafts, Refusal> {
    requested(matter)?;
    let rule = matter.rule("enforcement.hearing")?;
    if matter.case.officers.contains(&p.chair) || !in_office(matter, &p.chair) {
        return Err(refuse(
            "enforcement.hearing_chair",
            "a hearing is chaired by an officer of the authority who does not handle the case",
            "name another officer",
            "data.chair",
        )
        .by_rule(&rule));
    }
    let term = rule.term("notice")?;
    let calendar = matter.world.book().calendar();
    let earliest = compute_due(matter.asked.on, &term, calendar, &[]).day;
    if p.day < earliest {
        return Err(refuse(
            "enforcement.hearing_too_soon",
            format!(
                "with notice on {} it can be held from {earliest} on",
                matter.asked.on
            ),
            "call it for that day or later",
            "data.day",
        )
        .by_rule(&rule));
    }
    Ok(vec![matter.draft().day(&rule, "earliest", earliest)])
}

pub(super) fn hearing_held(matter: &Matter<'_>) -> Result<Drafts, Refusal> {
    let notice = requested(matter)?;
    let rule = matter.rule("enforcement.hearing")?;
    let Some((day, _)) = &notice.called else {
        return Err(matter.order("the hearing was not called").by_rule(&rule));
    };
    if matter.asked.on < *day {
        return Err(refuse(
            "enforcement.hearing_too_soon",
            format!("the hearing is called for {day}"),
            "hold it on that day, or call it anew",
            "on",
        )
        .by_rule(&rule));
    }
    let excluded = matter.rule("enforcement.excluded_time")?;
    let draft = matter.draft().under(&rule);
    Ok(vec![match hearing_time(matter, notice, &excluded) {
        Some(clock) => draft.under(&excluded).clock(clock),
        None => draft,
    }])
}

/// The term for the decision without the days from the request to the hearing.
fn hearing_time(
    matter: &Matter<'_>,
    notice: &Notice,
    rule: &RuleRef<'_>,
) -> Option<crate::term::Clock> {
    rule.code("hearing").ok()?;
    let mut clock = matter.case.clocks.get(DECIDE)?.clone();
    let last = clock.excluded.iter().map(|e| e.to).max();
    let from = notice.requested?.max(clock.start.plus_days(1));
    let from = last.map_or(from, |last| from.max(last.plus_days(1)));
    if from > matter.asked.on {
        return None;
    }
    let exclusion = Exclusion {
        from,
        reason: "hearing".to_owned(),
        to: matter.asked.on,
    };
    clock.exclude(exclusion, matter.world.book().calendar());
    Some(clock)
}

/// The notice, in a case where it was served last.
fn served<'m>(matter: &'m Matter<'_>) -> Result<&'m Notice, Refusal> {
    matter.must(&[Stage::Noticed])?;
    let notice = matter.case.notice.as_ref();
    notice.ok_or_else(|| matter.order("no notice was served"))
}

fn requested<'m>(matter: &'m Matter<'_>) -> Result<&'m Notice, Refusal> {
    let notice = served(matter)?;
    if notice.hearing == Right::Requested {
        return Ok(notice);
    }
    Err(matter.order("no hearing is asked for"))
}

fn in_office(matter: &Matter<'_>, number: &str) -> bool {
    let register = matter.world.register();
    let department = register.departments.get(&matter.asked.by.department);
    department
        .and_then(|d| d.officers.get(number))
        .is_some_and(|postings| postings.iter().any(|p| p.stands_on(matter.asked.on)))
}
