//! Published facts that the ground must give: identifiers, ids, due dates, working days.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::LazyLock;

use domain::action::Action;
use domain::calendar::Calendar;
use domain::day::{Day, Instant};
use domain::ident::is_resident_id;
use domain::policy::Book;
use domain::term::{Exclusion, Roll, Term, TermUnit, compute_due};
use proptest::prelude::*;
use serde_json::json;

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let packs = domain::policy::builtin().unwrap();
    let calendar = packs.into_iter().filter(|p| p.pack == "cn.calendar");
    Book::of(calendar).unwrap()
});

fn calendar() -> &'static Calendar {
    BOOK.calendar()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Worked out by hand from the State Council General Office's notice for 2026. 6 vectors.
#[test]
fn due_dates_over_the_holidays_of_2026() {
    for (from, n, unit, due) in [
        ("2026-02-13", 7, TermUnit::WorkingDays, "2026-03-02"),
        ("2026-02-13", 15, TermUnit::WorkingDays, "2026-03-12"),
        ("2026-09-18", 7, TermUnit::WorkingDays, "2026-09-29"),
        ("2026-09-24", 20, TermUnit::WorkingDays, "2026-10-29"),
        ("2026-08-03", 60, TermUnit::Days, "2026-10-08"),
        ("2026-07-06", 90, TermUnit::Days, "2026-10-08"),
    ] {
        let roll = Roll::Holiday;
        let found = compute_due(day(from), &Term { n, roll, unit }, calendar(), &[]);
        assert_eq!(found.day, day(due), "{from} {n}");
        assert!(!found.provisional, "{from} {n}");
    }
}

/// The notices move days about, but the law fixes how many there are: the Measures for Holidays of
/// Annual Festivals and Memorial Days (全国年节及纪念日放假办法) give 11 days to everybody, 13 from
/// 2025, and one that falls on a weekend is made up for. So a year's working days are its weekdays
/// less these. 12 vectors, two of them with an exception of their own.
#[test]
fn working_days_of_a_year_are_its_weekdays_less_the_days_that_the_law_gives() {
    for (year, working) in [
        (2015, 249),
        (2016, 250),
        (2017, 249),
        (2018, 250),
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ] {
        let days = all_days(year);
        let found = days.iter().filter(|d| calendar().is_working(**d)).count();
        assert_eq!(found, working, "{year}");
        let weekdays = days.iter().filter(|d| !d.is_weekend()).count();
        let given = match year {
            // 3 September, the seventieth anniversary of victory, once.
            2015 => 12,
            // The Spring Festival was prolonged to 2 February against the epidemic.
            2020 => 13,
            2025.. => 13,
            _ => 11,
        };
        assert_eq!(weekdays - found, given, "{year}");
    }
}

fn all_days(year: i32) -> Vec<Day> {
    let first = Day::new(year, 1, 1).unwrap();
    let days = (0..366).map(|n| first.plus_days(n));
    days.filter(|d| d.year() == year).collect()
}

/// GB 11643: the usual specimen passes, and no other check character with it. 1 vector.
#[test]
fn the_specimen_of_a_resident_number_passes() {
    assert!(is_resident_id("11010519491231002X"));
    for wrong in '0'..='9' {
        assert!(!is_resident_id(&format!("11010519491231002{wrong}")));
    }
    assert!(
        !is_resident_id("11010519490231002X"),
        "there is no such day of birth"
    );
}

/// RFC 9562, appendix A: the id of version 7 is taken, those of versions 1, 3, 4, 5 and 6 are
/// refused. 6 vectors.
#[test]
fn actions_bear_ids_of_version_7() {
    let with = |id: &str| {
        let by = json!({"capacity": "head", "department": "9144030071526726XG"});
        let data = json!({"ground": "-", "subject": "complaint:1"});
        Action::from_value(json!({"by": by, "data": data, "id": id, "on": "2026-01-02",
            "type": "vault.erase"}))
    };
    let taken = with("017F22E2-79B0-7CC3-98C4-DC0C0C07398F").unwrap();
    let millis = taken.id.as_u128() >> 80;
    let at = Instant::parse("2022-02-22T19:22:22.000Z").unwrap();
    assert_eq!(u128::from(at.millis()), millis);
    for other in [
        "C232AB00-9414-11EC-B3C8-9F6BDECED846",
        "5df41881-3aed-3515-88a7-2f4a814cf09e",
        "919108f7-52d1-4320-9bac-f847db4148a8",
        "2ed6657d-e927-568b-95e1-2665a8aea6a2",
        "1EC9414C-232A-6B00-B3C8-9F6BDECED846",
    ] {
        let refused = with(other).unwrap_err();
        assert_eq!(refused.code, "action_id_version", "{other}");
    }
}

/// Counts day by day on a list of all days, knowing nothing of how the ground counts.
fn naive(start: Day, term: &Term, excluded: &[Exclusion]) -> Day {
    let out = |d: Day| excluded.iter().any(|e| e.from <= d && d <= e.to);
    let days = || (1..).map(|n| start.plus_days(n));
    let n = term.n as usize;
    let last = match term.unit {
        TermUnit::WorkingDays => days()
            .filter(|d| calendar().is_working(*d) && !out(*d))
            .nth(n - 1),
        _ => days().filter(|d| !out(*d)).nth(n - 1),
    };
    let last = last.unwrap();
    let off = |d: Day| match term.roll {
        Roll::None => false,
        Roll::Holiday => calendar().is_holiday(d),
        Roll::HolidayOrWeekend => !calendar().is_working(d),
    };
    if !off(last) {
        return last;
    }
    let after = (1..).map(|n| last.plus_days(n));
    let mut working = after.filter(|d| calendar().is_working(*d));
    working.next().unwrap()
}

proptest! {
    #[test]
    fn terms_end_where_a_count_by_hand_ends(
        start in 16_436_i32..20_000,
        n in 1_u32..120,
        working in any::<bool>(),
        roll in prop::sample::select(vec![Roll::None, Roll::Holiday, Roll::HolidayOrWeekend]),
        excluded in prop::collection::vec((0_i64..90, 0_i64..12), 0..3),
    ) {
        let start = Day::from_unix_days(start).unwrap();
        let unit = if working { TermUnit::WorkingDays } else { TermUnit::Days };
        let excluded: Vec<Exclusion> = excluded
            .into_iter()
            .map(|(from, length)| Exclusion {
                from: start.plus_days(from),
                reason: "appraisal".to_owned(),
                to: start.plus_days(from + length),
            })
            .collect();
        let term = Term { n, roll, unit };
        let found = compute_due(start, &term, calendar(), &excluded);
        prop_assert_eq!(found.day, naive(start, &term, &excluded));
    }
}
