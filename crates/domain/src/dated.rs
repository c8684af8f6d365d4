//! Domain ground: a fact over time, each version with the first legal day on which it holds.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// Versions of one fact, by first legal day. A later event about the same day wins, so that a
/// correction replaces what it corrects; the order in which versions come in does not matter
/// otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T>(Vec<(Day, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Dated<T> {
    /// A fact that holds from a day on.
    #[must_use]
    pub fn since(day: Day, value: T) -> Self {
        Self(vec![(day, value)])
    }

    /// Lets another version hold from a day on, up to the next version's day.
    pub fn set(&mut self, day: Day, value: T) {
        let place = self.0.partition_point(|(from, _)| *from <= day);
        match self.0.get_mut(place.wrapping_sub(1)) {
            Some((from, held)) if *from == day => *held = value,
            _ => self.0.insert(place, (day, value)),
        }
    }

    /// The version that holds on a day; `None` before the first.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&T> {
        self.0
            .iter()
            .rev()
            .find(|(from, _)| *from <= day)
            .map(|(_, value)| value)
    }

    /// The version with the latest first day.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.0.last().map(|(_, value)| value)
    }

    /// Every version with its first day, in the order of the days.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Day, &T)> {
        self.0.iter().map(|(from, value)| (*from, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn versions_hold_from_their_day_whatever_the_order_they_came_in() {
        let mut fact = Dated::since(day("2020-01-01"), "first");
        fact.set(day("2022-01-01"), "third");
        fact.set(day("2021-01-01"), "second");
        fact.set(day("2020-01-01"), "corrected");
        for (on, held) in [
            ("2019-12-31", None),
            ("2020-01-01", Some("corrected")),
            ("2021-06-01", Some("second")),
            ("2030-01-01", Some("third")),
        ] {
            assert_eq!(fact.on(day(on)).copied(), held, "{on}");
        }
        assert_eq!(fact.iter().count(), 3);
    }
}
