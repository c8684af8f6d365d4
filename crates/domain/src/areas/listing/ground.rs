//! Listing: what a decision to list must show besides its ground.

use super::{Enter, Hear, Listings, Notice, Statement};
use crate::day::Day;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::World;

/// An operator that can't be reached was written to as the rule asks (专用信函); gives the rule
/// where it asks for letters on this ground.
///
/// # Errors
/// `listing.letters_missing`, `listing.letters_apart`, `listing.letters_after`.
pub(super) fn letters<'a>(
    world: &'a dyn World,
    p: &Enter,
    on: Day,
) -> Result<Option<RuleRef<'a>>, Refusal> {
    let rule = world.book().rule("listing.letters", on)?;
    if rule.code(&p.ground).is_err() {
        return Ok(None);
    }
    let (count, least, most) = (
        rule.amount("letters")?,
        rule.amount("apart_min_days")?,
        rule.amount("apart_max_days")?,
    );
    let wrong = |code, what: String, remedy: &str| {
        let refusal = Refusal::new(code, what, remedy);
        Err(refusal.by_rule(&rule).at("data.letters"))
    };
    if i64::try_from(p.letters.len()).unwrap_or(i64::MAX) < count {
        return wrong(
            "listing.letters_missing",
            format!("this ground asks for {count} letters that did not arrive"),
            "send them, and give the days on which they were sent",
        );
    }
    for (first, second) in p.letters.iter().zip(p.letters.iter().skip(1)) {
        let days = first.days_until(*second);
        if !(least..=most).contains(&days) {
            return wrong(
                "listing.letters_apart",
                format!("letters are {days} days apart, the rule asks for {least} to {most}"),
                "send another one within that time, or correct the days",
            );
        }
    }
    if p.letters.last().is_some_and(|last| p.ground_found < *last) {
        return wrong(
            "listing.letters_after",
            "the ground would be found before the last letter was sent".to_owned(),
            "correct one of the two dates",
        );
    }
    Ok(Some(rule))
}

/// The factors weighed are those of the rule; gives the rule where any are named.
///
/// # Errors
/// `listing.factor_unknown`.
pub(super) fn factors<'a>(
    world: &'a dyn World,
    factors: &[String],
    on: Day,
) -> Result<Option<RuleRef<'a>>, Refusal> {
    if factors.is_empty() {
        return Ok(None);
    }
    let rule = world.book().rule("listing.serious_factors", on)?;
    match factors.iter().find(|f| rule.code(f).is_err()) {
        None => Ok(Some(rule)),
        Some(code) => {
            let refusal = super::decide::unknown("listing.factor_unknown", code, &rule);
            Err(refusal.at("data.factors"))
        }
    }
}

/// The time for a statement (陈述、申辩) that a notice sets going.
pub(super) fn statement_clock(
    world: &dyn World,
    rule: &RuleRef<'_>,
    on: Day,
) -> Result<Clock, Refusal> {
    Ok(Clock::begin(
        "listing.statement",
        &rule.to_string(),
        rule.article(),
        on,
        rule.term("statement")?,
        world.book().calendar(),
    ))
}

/// That a statement may be recorded: after the notice, once, and silence only when the time is up.
///
/// # Errors
/// `listing.notice_missing`, `listing.already_heard`, `listing.before_notice`,
/// `listing.statement_open`.
pub(super) fn hearable(
    rule: &RuleRef<'_>,
    known: &Listings,
    p: &Hear,
    on: Day,
) -> Result<(), Refusal> {
    let wrong = |code, what: String, remedy: &str, field: &str| {
        Err(Refusal::new(code, what, remedy).by_rule(rule).at(field))
    };
    let Some(notice) = known.notice(&p.entry) else {
        return wrong(
            "listing.notice_missing",
            "the operator was not told of this entry before".to_owned(),
            "give notice first (listing.notice)",
            "data.entry",
        );
    };
    if notice.heard.is_some() {
        return wrong(
            "listing.already_heard",
            "the operator was heard on this entry already".to_owned(),
            "decide, or give another notice",
            "data.entry",
        );
    }
    if on < notice.on {
        return wrong(
            "listing.before_notice",
            format!("notice was given on {}", notice.on),
            "correct the day of the statement",
            "on",
        );
    }
    if let (Statement::Silent, Some(due)) = (p.statement, notice.statement_due)
        && on <= due
    {
        return wrong(
            "listing.statement_open",
            format!("the operator may state its case until {due}"),
            "wait for the day after, or record that it waived",
            "on",
        );
    }
    Ok(())
}

/// That the operator was told of this entry under this ground, and heard by the day of decision.
///
/// # Errors
/// `listing.notice_missing`, `listing.statement_missing`.
pub(super) fn heard(
    rule: &RuleRef<'_>,
    known: &Listings,
    p: &Enter,
    on: Day,
) -> Result<(), Refusal> {
    let told = known.notice(&p.entry).filter(|n| n.ground == p.ground);
    let Some(notice) = told else {
        return Err(Refusal::new(
            "listing.notice_missing",
            "the operator was not told of this entry under this ground before",
            "give notice first (listing.notice) and hear the statement",
        )
        .by_rule(rule)
        .at("data.entry"));
    };
    if notice.heard.is_none_or(|(_, heard)| heard > on) {
        return Err(Refusal::new(
            "listing.statement_missing",
            "the operator was told, and neither stated its case nor waived it by this day",
            "record the statement first (listing.hear)",
        )
        .by_rule(rule)
        .at("data.entry"));
    }
    Ok(())
}

/// That a notice may be given: of an entry not announced under the same ground and still unheard.
pub(super) fn announced(p: &Notice, known: &Listings) -> Result<(), Refusal> {
    let open = known.notice(&p.entry).filter(|n| n.ground == p.ground);
    if open.is_some_and(|n| n.heard.is_none()) {
        return Err(Refusal::new(
            "listing.already_noticed",
            "the operator was told of this entry under this ground already",
            "hear its statement (listing.hear)",
        )
        .at("data.entry"));
    }
    Ok(())
}
