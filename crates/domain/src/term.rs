//! Domain ground: statutory terms (期限), and the explained deadlines that events carry.
//!
//! The first day is never counted. What the calendar does not cover yet makes an answer
//! provisional, never wrong in silence.

use schemars::JsonSchema;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::calendar::Calendar;
use crate::day::Day;

/// The longest term in its unit that a rule may state; a hundred years of days.
pub const TERM_MAX: u32 = 36_525;

/// A length of time that a rule gives (期限).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many units, at most [`TERM_MAX`].
    pub n: u32,
    /// What happens where the last day is a day off.
    #[serde(default)]
    pub roll: Roll,
    /// What is counted.
    pub unit: TermUnit,
}

/// What a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// Working days (工作日) by the adopted calendar.
    WorkingDays,
    /// Natural days (自然日).
    Days,
    /// Calendar months, to the same day of the month.
    Months,
    /// Years, to the same date.
    Years,
}

/// Where a last day that is off goes. Whether 法定节假日 takes in plain weekends is read both ways,
/// so each rule says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It stays.
    #[default]
    None,
    /// From a notified holiday to the first working day after it; a plain weekend stays.
    Holiday,
    /// From a holiday or a plain weekend to the first working day after it.
    HolidayOrWeekend,
}

/// Days that a running term does not count (不计入期限), both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// First day not counted.
    pub from: Day,
    /// Why, as a stable word: `appraisal`, `hearing`, …
    pub reason: String,
    /// Last day not counted.
    pub to: Day,
}

/// When a term ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day on which the act is in time.
    pub day: Day,
    /// Whether a calendar year that is not adopted yet could still move it.
    pub provisional: bool,
    /// The calendar years that were looked at, by [`Calendar::name`]; `none` where none was.
    pub calendar: String,
}

/// An explained deadline, as events carry it in `derived.clocks`.
///
/// In JSON, `excluded` and `restarts` are absent where empty; binary formats hold every field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// The article that gives the term, as `Art 15`.
    pub article: String,
    /// The calendar years that were used, as `cn@2026`; `none` where none was.
    pub calendar: String,
    /// The last day in time.
    pub due: Day,
    /// Time not counted.
    #[serde(default)]
    pub excluded: Vec<Exclusion>,
    /// What must be done by then, as `complaint.decide`.
    pub name: String,
    /// Whether a calendar year not adopted yet could still move `due`.
    pub provisional: bool,
    /// Days on which the term began anew; the last one counts instead of `start`.
    #[serde(default)]
    pub restarts: Vec<Day>,
    /// The rule, as `pack@version#rule.id`.
    pub rule: String,
    /// The day of the act that set it going; not counted itself.
    pub start: Day,
    /// The term.
    pub term: Term,
}

/// When a term that begins on `start` ends: the first day is excluded, days inside `excluded` are
/// not counted (natural days are added back to terms of months and years), and a last day off
/// moves as `term.roll` says.
pub fn compute_due(start: Day, term: &Term, calendar: &Calendar, excluded: &[Exclusion]) -> Due {
    let last = match term.unit {
        TermUnit::WorkingDays => advance(start, term.n, |day| {
            calendar.is_working(day) && !is_excluded(day, excluded)
        }),
        TermUnit::Days => advance_natural(start, term.n, excluded),
        TermUnit::Months => extend(start, start.plus_months(i64::from(term.n)), excluded),
        TermUnit::Years => extend(start, start.plus_years(i64::from(term.n)), excluded),
    };
    let moves = match term.roll {
        Roll::None => false,
        Roll::Holiday => calendar.is_holiday(last),
        Roll::HolidayOrWeekend => !calendar.is_working(last),
    };
    let day = if moves {
        advance(last, 1, |day| calendar.is_working(day))
    } else {
        last
    };
    let first_asked = match (term.unit, term.roll) {
        (TermUnit::WorkingDays, _) => start.plus_days(1).min(day),
        (_, Roll::None) => {
            return Due {
                day,
                provisional: false,
                calendar: "none".to_owned(),
            };
        }
        _ => last,
    };
    Due {
        day,
        provisional: !calendar.covers_all(first_asked, day),
        calendar: calendar.name(first_asked, day),
    }
}

impl Clock {
    /// The deadline of `name` under a rule's term, from `start`.
    pub fn begin(
        name: &str,
        rule: &str,
        article: &str,
        start: Day,
        term: Term,
        calendar: &Calendar,
    ) -> Self {
        let mut clock = Self {
            article: article.to_owned(),
            calendar: String::new(),
            due: start,
            excluded: Vec::new(),
            name: name.to_owned(),
            provisional: false,
            restarts: Vec::new(),
            rule: rule.to_owned(),
            start,
            term,
        };
        clock.compute(calendar);
        clock
    }

    /// Leaves these days out of the count and computes anew.
    pub fn exclude(&mut self, exclusion: Exclusion, calendar: &Calendar) {
        self.excluded.push(exclusion);
        self.compute(calendar);
    }

    /// Begins the term anew on `day` and computes anew.
    pub fn restart(&mut self, day: Day, calendar: &Calendar) {
        self.restarts.push(day);
        self.compute(calendar);
    }

    /// Computes `due`, `provisional` and `calendar` anew, as when another year was adopted.
    pub fn compute(&mut self, calendar: &Calendar) {
        let start = self.restarts.iter().copied().max().unwrap_or(self.start);
        let due = compute_due(start, &self.term, calendar, &self.excluded);
        self.due = due.day;
        self.provisional = due.provisional;
        self.calendar = due.calendar;
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = !serializer.is_human_readable();
        let (excluded, restarts) = (!self.excluded.is_empty(), !self.restarts.is_empty());
        let len = 8 + usize::from(all || excluded) + usize::from(all || restarts);
        let mut out = serializer.serialize_struct("Clock", len)?;
        out.serialize_field("article", &self.article)?;
        out.serialize_field("calendar", &self.calendar)?;
        out.serialize_field("due", &self.due)?;
        if all || excluded {
            out.serialize_field("excluded", &self.excluded)?;
        }
        out.serialize_field("name", &self.name)?;
        out.serialize_field("provisional", &self.provisional)?;
        if all || restarts {
            out.serialize_field("restarts", &self.restarts)?;
        }
        out.serialize_field("rule", &self.rule)?;
        out.serialize_field("start", &self.start)?;
        out.serialize_field("term", &self.term)?;
        out.end()
    }
}

/// The `n`-th day after `start` that counts; `start` itself where `n` is 0.
fn advance(start: Day, n: u32, counts: impl Fn(Day) -> bool) -> Day {
    let mut day = start;
    let mut left = n;
    while left > 0 && day < Day::MAX {
        day = day.plus_days(1);
        left -= u32::from(counts(day));
    }
    day
}

fn advance_natural(start: Day, n: u32, excluded: &[Exclusion]) -> Day {
    if excluded.is_empty() {
        return start.plus_days(i64::from(n));
    }
    advance(start, n, |day| !is_excluded(day, excluded))
}

/// `end` moved on by as many days as were excluded between.
fn extend(start: Day, end: Day, excluded: &[Exclusion]) -> Day {
    if excluded.is_empty() {
        return end;
    }
    let mut lost = 0;
    let mut day = start;
    while day < end {
        day = day.plus_days(1);
        lost += u32::from(is_excluded(day, excluded));
    }
    advance(end, lost, |day| !is_excluded(day, excluded))
}

fn is_excluded(day: Day, excluded: &[Exclusion]) -> bool {
    excluded
        .iter()
        .any(|span| span.from <= day && day <= span.to)
}
