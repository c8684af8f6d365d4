//! Domain ground: legal days and recorded instants. Knows no law and no clock.
//!
//! A [`Day`] is a date in Asia/Shanghai as statutes count it; an [`Instant`] is when something
//! was recorded. Both have exactly one text form, so that canonical bytes cannot differ.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use time::{Date, Month, Weekday};

const UNIX_EPOCH_JULIAN: i32 = 2_440_588;
const MILLIS_PER_DAY: u64 = 86_400_000;
const SHANGHAI_OFFSET_MILLIS: u64 = 8 * 3_600_000;

/// A legal date (日期) in Asia/Shanghai, 0001-01-01 to 9999-12-31, as days since 1970-01-01.
///
/// Text form `YYYY-MM-DD`, nothing else; an `i32` in binary formats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A recorded moment: milliseconds since 1970-01-01T00:00:00Z, up to the end of year 9999.
///
/// Text form `2026-01-02T03:04:05.678Z` (RFC 3339, UTC, always three decimals); a `u64` in binary
/// formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

/// Why a text is no [`Day`] or no [`Instant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// The layout is not `YYYY-MM-DD`.
    #[error("a date is written YYYY-MM-DD, as in 2026-04-15")]
    Format,
    /// The layout is right, the date does not exist.
    #[error("this date does not exist in the calendar")]
    NoSuchDay,
    /// The layout is not `YYYY-MM-DDThh:mm:ss.sssZ`.
    #[error("a time is written in UTC with milliseconds, as in 2026-04-15T01:02:03.004Z")]
    InstantFormat,
    /// The layout is right, the moment does not exist or lies before 1970.
    #[error("this time does not exist, or lies before 1970")]
    NoSuchInstant,
}

impl DayError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Format => "day_format",
            Self::NoSuchDay => "day_not_in_calendar",
            Self::InstantFormat => "instant_format",
            Self::NoSuchInstant => "instant_not_in_calendar",
        }
    }
}

impl Day {
    /// 0001-01-01.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31, which exchange files also use for an open end.
    pub const MAX: Self = Self(2_932_896);

    /// The day of a year, month (1-12) and day of the month, where it exists.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        let date = Date::from_calendar_date(year, month, day).ok()?;
        Self::from_unix_days(date.to_julian_day() - UNIX_EPOCH_JULIAN)
    }

    /// The day that many days after 1970-01-01, where in range.
    pub fn from_unix_days(days: i32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&days)
            .then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub fn unix_days(self) -> i32 {
        self.0
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`DayError::Format`] for another layout, [`DayError::NoSuchDay`] for a date that is none.
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let b: &[u8; 10] = text.as_bytes().try_into().map_err(|_| DayError::Format)?;
        if b[4] != b'-' || b[7] != b'-' {
            return Err(DayError::Format);
        }
        let year = digits(&b[0..4]).ok_or(DayError::Format)?;
        let month = digits(&b[5..7]).ok_or(DayError::Format)?;
        let day = digits(&b[8..10]).ok_or(DayError::Format)?;
        // Each is below 10,000, months and days below 100: the conversions lose nothing.
        Self::new(year as i32, month as u8, day as u8).ok_or(DayError::NoSuchDay)
    }

    /// This many days later (earlier where negative), held inside the range of a day.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let sum = i64::from(self.0).saturating_add(days);
        let sum = sum.clamp(i64::from(Self::MIN.0), i64::from(Self::MAX.0));
        Self(sum as i32)
    }

    /// The same day of the month this many months later; where that month is shorter, its last day.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let (year, month, day) = self.ymd();
        let index = (i64::from(year) * 12 + i64::from(month) - 1).saturating_add(months);
        let year = index.div_euclid(12);
        let month = index.rem_euclid(12) as u8 + 1;
        let Ok(year) = i32::try_from(year) else {
            return if months < 0 { Self::MIN } else { Self::MAX };
        };
        let found = (28..=day).rev().find_map(|d| Self::new(year, month, d));
        let found = found.or_else(|| Self::new(year, month, day.min(28)));
        found.unwrap_or(if months < 0 { Self::MIN } else { Self::MAX })
    }

    /// The same date this many years later; 29 February becomes the 28th where it must.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Self {
        self.plus_months(years.saturating_mul(12))
    }

    /// Days from this day to `later`; negative where that is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        i64::from(later.0) - i64::from(self.0)
    }

    /// Monday to Sunday.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        (self.0 + 3).rem_euclid(7) >= 5
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.ymd().2
    }

    fn ymd(self) -> (i32, u8, u8) {
        // Every Day is in the range of Date, so the fallback is never taken.
        let date = Date::from_julian_day(self.0 + UNIX_EPOCH_JULIAN).unwrap_or(Date::MIN);
        (date.year(), u8::from(date.month()), date.day())
    }

    fn text(self) -> [u8; 10] {
        let (year, month, day) = self.ymd();
        let mut out = *b"0000-00-00";
        put(&mut out[0..4], year.unsigned_abs());
        put(&mut out[5..7], u32::from(month));
        put(&mut out[8..10], u32::from(day));
        out
    }
}

impl Instant {
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From milliseconds since the epoch; held at [`Instant::MAX`].
    pub fn from_millis(millis: u64) -> Self {
        Self(millis.min(Self::MAX.0))
    }

    /// Milliseconds since the epoch.
    pub fn millis(self) -> u64 {
        self.0
    }

    /// The date on the wall in Asia/Shanghai (UTC+8, no summer time since 1991).
    pub fn day_in_shanghai(self) -> Day {
        let days = (self.0 + SHANGHAI_OFFSET_MILLIS) / MILLIS_PER_DAY;
        Day::MIN.max(Day((days as i32).min(Day::MAX.0)))
    }

    /// Reads `YYYY-MM-DDThh:mm:ss.sssZ`.
    ///
    /// # Errors
    /// [`DayError::InstantFormat`] for another layout, [`DayError::NoSuchInstant`] for a time that
    /// is none (a leap second among them).
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let wrong = DayError::InstantFormat;
        let b: &[u8; 24] = text.as_bytes().try_into().map_err(|_| wrong)?;
        let marks = [
            (4, b'-'),
            (7, b'-'),
            (10, b'T'),
            (13, b':'),
            (16, b':'),
            (19, b'.'),
        ];
        if marks.iter().any(|&(i, c)| b[i] != c) || b[23] != b'Z' {
            return Err(wrong);
        }
        let part = |from: usize, to: usize| digits(&b[from..to]).ok_or(wrong);
        let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
        let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
        let millis = part(20, 23)?;
        let day = Day::new(year as i32, month as u8, day as u8).ok_or(DayError::NoSuchInstant)?;
        let days = u64::try_from(day.0).map_err(|_| DayError::NoSuchInstant)?;
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DayError::NoSuchInstant);
        }
        let seconds = u64::from((hour * 60 + minute) * 60 + second);
        Ok(Self(
            days * MILLIS_PER_DAY + seconds * 1000 + u64::from(millis),
        ))
    }

    fn text(self) -> [u8; 24] {
        let mut out = *b"0000-00-00T00:00:00.000Z";
        let day = Day((self.0 / MILLIS_PER_DAY) as i32);
        out[0..10].copy_from_slice(&day.text());
        let rest = (self.0 % MILLIS_PER_DAY) as u32;
        put(&mut out[11..13], rest / 3_600_000);
        put(&mut out[14..16], rest / 60_000 % 60);
        put(&mut out[17..19], rest / 1000 % 60);
        put(&mut out[20..23], rest % 1000);
        out
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0'))
    })
}

fn put(out: &mut [u8], mut n: u32) {
    for slot in out.iter_mut().rev() {
        *slot = b'0' + (n % 10) as u8;
        n /= 10;
    }
}

fn ascii(bytes: &[u8]) -> &str {
    // Only ASCII digits and marks were written into it.
    std::str::from_utf8(bytes).unwrap_or_default()
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(ascii(&self.text()))
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(ascii(&self.text()))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(ascii(&self.text()))
    }
}

impl FromStr for Day {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::parse(text)
    }
}

impl FromStr for Instant {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::parse(text)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.serialize_str(ascii(&self.text()))
        } else {
            s.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            d.deserialize_str(Text("a date YYYY-MM-DD", Self::parse))
        } else {
            let days = i32::deserialize(d)?;
            Self::from_unix_days(days).ok_or_else(|| de::Error::custom(DayError::NoSuchDay))
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.serialize_str(ascii(&self.text()))
        } else {
            s.serialize_u64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            d.deserialize_str(Text("a UTC time with milliseconds", Self::parse))
        } else {
            let millis = u64::deserialize(d)?;
            let out_of_range = || de::Error::custom(DayError::NoSuchInstant);
            (millis <= Self::MAX.0)
                .then_some(Self(millis))
                .ok_or_else(out_of_range)
        }
    }
}

struct Text<T>(&'static str, fn(&str) -> Result<T, DayError>);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.1)(text).map_err(E::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}
