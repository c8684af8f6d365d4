//! Domain ground: which days are working days (工作日), from adopted yearly notices.
//!
//! Facts come from the State Council General Office's yearly notice on holidays and reach this
//! type through adopted policy packs. What no notice covers is counted with weekends only, and
//! said to be provisional.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// One year's notice on holidays (节假日安排通知), as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year that the notice is for.
    pub year: i32,
    /// Where the notice is published: a path on www.gov.cn.
    pub notice: String,
    /// Days off (放假): the holiday and what was joined to it. Its first days may lie in the year
    /// before.
    pub off: Vec<Span>,
    /// Saturdays and Sundays that are worked (调休上班).
    pub working: Vec<Day>,
}

/// A range of days, both ends included.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// The working-day calendar of the adopted years.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeSet<i32>,
    kinds: BTreeMap<Day, Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Off,
    Working,
}

/// How a next year's notice can reach back: from this day of December on, a day is settled only
/// when both years' notices are known. The farthest that one has reached so far is 29 December
/// (2018, by the notice for 2019).
const REACH_BACK_FROM: (u8, u8) = (12, 25);

impl Calendar {
    /// Adopts one year's notice. Where it speaks of a day that an earlier notice spoke of, it wins.
    pub fn adopt(&mut self, year: &CalendarYear) {
        self.years.insert(year.year);
        for span in &year.off {
            let mut day = span.from;
            while day <= span.to && day < Day::MAX {
                self.kinds.insert(day, Kind::Off);
                day = day.plus_days(1);
            }
        }
        for &day in &year.working {
            self.kinds.insert(day, Kind::Working);
        }
    }

    /// Whether offices work on this day; weekdays do where no notice says otherwise.
    pub fn is_working(&self, day: Day) -> bool {
        match self.kinds.get(&day) {
            Some(Kind::Off) => false,
            Some(Kind::Working) => true,
            None => !day.is_weekend(),
        }
    }

    /// Whether a notice gives this day off for a holiday (法定节假日 in the wide sense: the holiday
    /// and the days joined to it). Plain weekends are not.
    pub fn is_holiday(&self, day: Day) -> bool {
        self.kinds.get(&day) == Some(&Kind::Off)
    }

    /// Whether the answer for this day is settled: its year's notice is adopted, and for the last
    /// week of December the next year's too, which may reach back.
    pub fn covers(&self, day: Day) -> bool {
        let year = day.year();
        let last_week = (day.month(), day.day()) >= REACH_BACK_FROM;
        self.years.contains(&year) && (!last_week || self.years.contains(&(year + 1)))
    }

    /// Whether every answer from one day to another, both included, is settled.
    pub fn covers_all(&self, from: Day, to: Day) -> bool {
        (from.year()..=to.year()).all(|year| self.years.contains(&year)) && self.covers(to)
    }

    /// The years whose notices are adopted, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.iter().copied()
    }

    /// Names the calendar behind an answer that looked at these days: `cn@2026`, or
    /// `cn@2026+2027?` where the notice for 2027 is not known yet.
    pub fn name(&self, from: Day, to: Day) -> String {
        let last_week = (to.month(), to.day()) >= REACH_BACK_FROM;
        let last = to.year() + i32::from(last_week && !self.covers(to));
        let mut out = String::from("cn@");
        for year in from.year()..=last {
            if !out.ends_with('@') {
                out.push('+');
            }
            out.push_str(&year.to_string());
            if !self.years.contains(&year) {
                out.push('?');
            }
        }
        out
    }
}
