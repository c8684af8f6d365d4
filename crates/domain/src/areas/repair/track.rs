//! Repair: what each track says of a record, and where the two conflict.

use super::Track;
use super::target::Record;
use crate::day::Day;
use crate::decide::Draft;
use crate::policy::{Book, RuleRef};
use crate::refusal::Refusal;
use crate::term::compute_due;

/// A track's judgement of a record.
pub(super) struct Judged<'a> {
    pub(super) track: Track,
    /// The rule on times of display or publication.
    pub(super) rule: RuleRef<'a>,
    /// First day on which it may be granted.
    pub(super) earliest: Day,
    /// Last day of publication, where the track has one.
    pub(super) latest: Option<Day>,
    /// How grave the record is, with the rule that says so.
    severity: Option<(RuleRef<'a>, &'static str)>,
}

impl Judged<'_> {
    /// `allowed`, `too_early` or `ended`.
    pub(super) fn outcome(&self, on: Day) -> &'static str {
        if on < self.earliest {
            "too_early"
        } else if self.latest.is_some_and(|latest| latest < on) {
            "ended"
        } else {
            "allowed"
        }
    }

    /// The refusal of whoever would go on against this track.
    pub(super) fn refusal(&self, on: Day) -> Refusal {
        let track = self.track.name();
        if on < self.earliest {
            return Refusal::new(
                "repair.too_early",
                format!(
                    "on track {track} the least time is over on {}",
                    self.earliest
                ),
                "apply again from that day on, or go on with the other track",
            )
            .by_rule(&self.rule)
            .at("on");
        }
        Refusal::new(
            "repair.publication_ended",
            format!("on track {track} publication has ended by itself"),
            "nothing is left to repair on it",
        )
        .by_rule(&self.rule)
        .at("on")
    }
}

/// Judges a record on one track, by the law of the day of application.
pub(super) fn judge<'a>(
    book: &'a Book,
    record: &Record,
    track: Track,
    applied: Day,
) -> Result<Judged<'a>, Refusal> {
    match track {
        Track::Samr => samr(book, record, applied),
        Track::Ndrc => ndrc(book, record, applied),
    }
}

/// Market supervision: a least time of display for penalties and the serious list.
fn samr<'a>(book: &'a Book, record: &Record, applied: Day) -> Result<Judged<'a>, Refusal> {
    let rule = book.rule("repair.samr_display", applied)?;
    covered(&rule, record)?;
    let least = record.lookup(|word| rule.rule().terms.get(word).copied());
    let earliest = least.map_or(record.from, |term| {
        compute_due(record.from, &term, book.calendar(), &[]).day
    });
    Ok(Judged {
        track: Track::Samr,
        rule,
        earliest,
        latest: None,
        severity: None,
    })
}

/// Credit portal: a least and a most time of publication by gravity.
fn ndrc<'a>(book: &'a Book, record: &Record, applied: Day) -> Result<Judged<'a>, Refusal> {
    let rule = book.rule("repair.ndrc_publication", applied)?;
    let severity = book.rule("repair.severity", applied)?;
    let amounts = &severity.rule().amounts;
    let level = record.lookup(|word| amounts.get(&format!("{word}_level")).copied());
    let word = match level {
        Some(1) => "minor",
        Some(2) => "ordinary",
        Some(3) => "serious",
        _ => return Err(not_for(&severity, record)),
    };
    let day = |bound: &str| {
        let term = rule.rule().terms.get(&format!("{word}_{bound}"));
        term.map(|term| compute_due(record.recorded, term, book.calendar(), &[]).day)
    };
    Ok(Judged {
        track: Track::Ndrc,
        rule,
        earliest: day("min").unwrap_or(record.recorded),
        latest: day("max"),
        severity: Some((severity, word)),
    })
}

fn covered(rule: &RuleRef<'_>, record: &Record) -> Result<(), Refusal> {
    match rule.code(record.kind()) {
        Ok(_) => Ok(()),
        Err(_) => Err(not_for(rule, record)),
    }
}

fn not_for(rule: &RuleRef<'_>, record: &Record) -> Refusal {
    Refusal::new(
        "repair.track_not_for_this",
        format!(
            "this track does not deal with records of the kind {}",
            record.kind()
        ),
        "apply on the other track alone",
    )
    .by_rule(rule)
    .at("data.tracks")
}

/// Writes down what each track says on a day, and where they conflict.
pub(super) fn state(mut draft: Draft, judged: &[Judged<'_>], on: Day) -> Draft {
    for j in judged {
        let name = |what: &str| format!("{}_{what}", j.track.name());
        draft = draft.day(&j.rule, &name("earliest"), j.earliest).word(
            &j.rule,
            &name("outcome"),
            j.outcome(on),
        );
        if let Some(latest) = j.latest {
            draft = draft.day(&j.rule, &name("latest"), latest);
        }
        if let Some((rule, word)) = &j.severity {
            draft = draft.word(rule, &name("severity"), word);
        }
    }
    let [a, b] = judged else {
        return draft;
    };
    // Each side of a conflict is named by its own rule.
    if a.outcome(on) != b.outcome(on) {
        draft = draft.word(&a.rule, "conflict_outcome", a.outcome(on)).word(
            &b.rule,
            "conflict_outcome",
            b.outcome(on),
        );
    }
    if a.earliest != b.earliest {
        draft = draft.day(&a.rule, "conflict_earliest", a.earliest).day(
            &b.rule,
            "conflict_earliest",
            b.earliest,
        );
    }
    draft
}
