//! One cell: from the text of a real file to what it means.

use domain::day::Day;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// From this year on a date is an open end: real files write `2099-12-31` and `9999-9-9`.
const OPEN_END_YEAR: i32 = 2099;
/// Days from 1899-12-30, where a spreadsheet's day 0 lies, to 1970-01-01.
const SERIAL_OF_1970: i32 = 25_569;
/// Serials that are taken for a date: 1954 to 2119.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=80_000;

/// The text of a cell in NFC without blanks at its ends; `None` where it says nothing. Real files
/// write null as nothing, as the two characters `\n`, or as a word.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() || matches!(text, "\\n" | "\\N" | "null" | "NULL") {
        return None;
    }
    // Nearly all text is in NFC already, which a quick look tells.
    Some(match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    })
}

/// Full-width letters, digits and signs made narrow, all blanks taken out.
pub(crate) fn narrow(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return text.to_owned();
    }
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// A date as real files write it: `Some(None)` for an open end, `None` for what is no date.
#[allow(clippy::option_option)] // three answers: no date, an open end, a day
pub(crate) fn day(text: &str) -> Option<Option<Day>> {
    let text: String = match text.is_ascii() {
        true => text.to_owned(),
        false => text.nfkc().collect(),
    };
    let date = text.trim().split([' ', 'T']).next().unwrap_or_default();
    let date = date.trim_end_matches('日');
    let (year, month, day) = if date.bytes().all(|b| b.is_ascii_digit()) && date.len() == 8 {
        (date.get(..4)?, date.get(4..6)?, date.get(6..)?)
    } else if let Some(serial) = integer(date).and_then(|d| d.parse::<i32>().ok()) {
        let on = SERIALS
            .contains(&serial)
            .then_some(serial - SERIAL_OF_1970)?;
        return Some(Day::from_unix_days(on));
    } else {
        let mut parts = date.split(['-', '/', '.', '年', '月']);
        let parts = (parts.next()?, parts.next()?, parts.next()?, parts.next());
        if parts.3.is_some() {
            return None;
        }
        (parts.0, parts.1, parts.2)
    };
    let year: i32 = (year.len() == 4).then(|| year.parse().ok())??;
    let day = Day::new(year, month.parse().ok()?, day.parse().ok()?)?;
    Some((year < OPEN_END_YEAR).then_some(day))
}

/// The whole part of a number whose decimals are all 0, as spreadsheets write codes: `5245.0`.
pub(crate) fn integer(text: &str) -> Option<&str> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let fine = !whole.is_empty()
        && whole.bytes().all(|b| b.is_ascii_digit())
        && rest.bytes().all(|b| b == b'0');
    fine.then_some(whole)
}

/// A short code of digits and capitals.
pub(crate) fn digits(text: &str) -> Option<String> {
    let text = narrow(text).to_ascii_uppercase();
    let code = integer(&text).unwrap_or(&text);
    let fine = (1..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    fine.then(|| code.to_owned())
}

/// An amount in fen, from a decimal number of units of `fen` each; `None` where it is no such
/// number, or holds part of a fen.
pub(crate) fn amount(text: &str, fen: u64) -> Option<u64> {
    let text = narrow(text).replace(',', "");
    let text = text.trim_end_matches("万元").trim_end_matches('元');
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return None;
    }
    let mut sum = whole.parse::<u64>().ok()?.checked_mul(fen)?;
    let mut unit = fen;
    for digit in rest.bytes().map(|b| u64::from(b - b'0')) {
        if !unit.is_multiple_of(10) {
            // Below a fen only zeros may follow.
            if digit != 0 {
                return None;
            }
            continue;
        }
        unit /= 10;
        sum = sum.checked_add(digit * unit)?;
    }
    Some(sum)
}

/// A further column kept as it came, but for the spellings in which CSV and spreadsheets differ.
pub(crate) fn fact(text: &str) -> String {
    if let Some(whole) = integer(text) {
        return whole.to_owned();
    }
    let dated = text.len() >= 8
        && text
            .as_bytes()
            .get(4)
            .is_some_and(|b| matches!(b, b'-' | b'/'));
    match dated.then(|| day(text)).flatten() {
        Some(Some(day)) if !text.contains(':') || text.trim_end().ends_with("0:00:00") => {
            day.to_string()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<Option<&str>>) {
        let found = day(text).map(|d| d.map(|d| d.to_string()));
        assert_eq!(found, expected.map(|d| d.map(str::to_owned)), "{text}");
    }

    #[test]
    fn dates_of_real_files_are_read() {
        for text in [
            "2017-7-7",
            "2017-07-07",
            "2017/7/7",
            "2017-7-7 0:00:00",
            "2017.7.7",
            "2017年7月7日",
            "20170707",
            "２０１７-７-７",
            "2017-07-07T00:00:00",
            "42923",
            "42923.0",
        ] {
            check(text, Some(Some("2017-07-07")));
        }
        for open in ["9999-9-9", "2099-12-31", "9999/12/31 0:00:00", "20991231"] {
            check(open, Some(None));
        }
        for wrong in [
            "2020-13-18",
            "2021-2-29",
            "7-7-2017",
            "17-7-7",
            "soon",
            "",
            "2017-7",
            "123",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn null_is_seen_in_its_spellings() {
        for text in ["", " ", "\u{3000}", "\\n", "\\N", "NULL", "\u{feff}"] {
            assert_eq!(clean(text), None, "{text:?}");
        }
        assert_eq!(clean("\u{3000}甲公司 ").as_deref(), Some("甲公司"));
    }

    #[test]
    fn amounts_become_fen_without_a_float() {
        for (text, fen, expected) in [
            ("1234.5", 100, Some(123_450)),
            ("0.5", 1_000_000, Some(500_000)),
            ("1.234567", 1_000_000, Some(1_234_567)),
            ("1.2345670", 1_000_000, Some(1_234_567)),
            ("1.2345678", 1_000_000, None),
            ("1,000元", 100, Some(100_000)),
            ("５万元", 1_000_000, Some(5_000_000)),
            ("-1", 100, None),
            ("", 100, None),
            ("99999999999999999999", 100, None),
        ] {
            assert_eq!(amount(text, fen), expected, "{text}");
        }
    }

    #[test]
    fn codes_come_back_from_floats() {
        assert_eq!(digits("5245.0").as_deref(), Some("5245"));
        assert_eq!(digits("Ｆ5245").as_deref(), Some("F5245"));
        assert_eq!(digits("5245.5"), None);
        assert_eq!(fact("2021-8-2 0:00:00"), "2021-08-02");
        assert_eq!(fact("2021-8-2 8:15:00"), "2021-8-2 8:15:00");
        assert_eq!(fact("500.0"), "500");
        assert_eq!(fact("0539-6221111"), "0539-6221111");
    }
}
