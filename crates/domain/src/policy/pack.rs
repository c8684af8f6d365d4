//! Domain ground: one policy pack, its shape and what is checked before it may be adopted.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::calendar::CalendarYear;
use crate::day::Day;
use crate::term::{TERM_MAX, Term};

/// Rules one pack may hold.
const RULES_MAX: usize = 500;
/// Entries one table of a rule may hold.
const TABLE_MAX: usize = 500;
/// Bytes one text may have.
const TEXT_MAX: usize = 2_000;
/// The largest integer canonical JSON carries exactly.
const AMOUNT_MAX: i64 = (1 << 53) - 1;

/// The dated rules of one instrument, or one local decision, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Working-day facts, where the pack brings some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<PackCalendar>,
    /// The instrument (法规文件) that the rules come from.
    pub instrument: Instrument,
    /// Whether this is a choice of the county, not of the law.
    #[serde(default)]
    pub local: bool,
    /// The pack's name, as `cn.complaints.order-121`.
    pub pack: String,
    /// The rules.
    pub rules: Vec<Rule>,
    /// What people call it.
    pub title: Text,
    /// 1 and up; a higher version stands beside the lower one and wins from its adoption on.
    pub version: u32,
}

/// A text in both languages of the interfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// Where rules come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// English name.
    pub en: String,
    /// The last day in force, where it was repealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Day>,
    /// The first day in force.
    pub in_force: Day,
    /// Its number, as `国家市场监督管理总局令第121号`.
    pub number: String,
    /// Chinese name.
    pub zh: String,
}

/// One rule as it reads for a range of legal days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whole numbers by name; the name ends in the unit (`_fen`, `_bp`, `_days`, `_points`, …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub amounts: BTreeMap<String, i64>,
    /// The article, as `Art 15`.
    pub article: String,
    /// Coded grounds with their texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, Text>,
    /// How sure the text is.
    pub confidence: Confidence,
    /// Switches by name; absent is off.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<String, bool>,
    /// The first legal day on which it governs.
    pub from: Day,
    /// The slot that it fills, as `complaint.decide`.
    pub id: String,
    /// Statutory terms by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Term>,
    /// What it says, in short.
    pub text: Text,
    /// The last legal day on which it governs; absent while open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// How sure a rule's text is, for the legal officer who checks packs against official texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Confidence {
    /// Read in a copy of the instrument.
    A,
    /// Recalled; to be checked against the official text.
    B,
    /// Computed or chosen.
    C,
}

/// Working-day facts that a pack brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackCalendar {
    /// One entry a yearly notice.
    pub years: Vec<CalendarYear>,
}

/// A pack in one version; written `cn.complaints.order-121@1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackId {
    /// The pack's name.
    pub pack: String,
    /// Its version.
    pub version: u32,
}

/// Why a pack can't be adopted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It is no JSON of a pack's shape.
    #[error("the policy pack does not have the shape of its schema: {0}")]
    Shape(String),
    /// A name is empty, too long or has other characters than it may.
    #[error("policy pack {pack}: {what} is no valid name; use lower-case words joined by dots")]
    Name {
        /// The pack.
        pack: String,
        /// What was found.
        what: String,
    },
    /// A text is empty or too long.
    #[error("policy pack {pack}, {place}: a text is empty or longer than 2000 bytes")]
    Text {
        /// The pack.
        pack: String,
        /// The rule or part.
        place: String,
    },
    /// A range of days ends before it begins.
    #[error("policy pack {pack}, {place}: the range of days ends before it begins")]
    Range {
        /// The pack.
        pack: String,
        /// The rule or part.
        place: String,
    },
    /// Two rules fill one slot on the same day.
    #[error("policy pack {pack}: two rules fill {id} on {day}; end one before the other begins")]
    Overlap {
        /// The pack.
        pack: String,
        /// The slot.
        id: String,
        /// The first day that both claim.
        day: Day,
    },
    /// A number is outside what can be counted or carried.
    #[error("policy pack {pack}, {place}: a number is out of bounds")]
    Number {
        /// The pack.
        pack: String,
        /// The rule or part.
        place: String,
    },
    /// There is too much or nothing of something.
    #[error("policy pack {pack}: {what} are too many, or none at all")]
    Size {
        /// The pack.
        pack: String,
        /// What there is too much of.
        what: String,
    },
    /// A calendar fact contradicts itself.
    #[error("policy pack {pack}, calendar {year}: {what}")]
    Calendar {
        /// The pack.
        pack: String,
        /// The year.
        year: i32,
        /// What is wrong.
        what: String,
    },
}

impl PackError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "policy_shape",
            Self::Name { .. } => "policy_name",
            Self::Text { .. } => "policy_text",
            Self::Range { .. } => "policy_range",
            Self::Overlap { .. } => "policy_overlap",
            Self::Number { .. } => "policy_number",
            Self::Size { .. } => "policy_size",
            Self::Calendar { .. } => "policy_calendar",
        }
    }
}

impl Pack {
    /// Reads and checks a pack.
    ///
    /// # Errors
    /// [`PackError`], the first thing found.
    pub fn parse(json: &str) -> Result<Self, PackError> {
        let pack: Self = serde_json::from_str(json).map_err(|e| PackError::Shape(e.to_string()))?;
        pack.check()?;
        Ok(pack)
    }

    /// Its name and version.
    pub fn id(&self) -> PackId {
        PackId {
            pack: self.pack.clone(),
            version: self.version,
        }
    }

    /// Checks what the shape alone does not hold.
    ///
    /// # Errors
    /// [`PackError`], the first thing found.
    pub fn check(&self) -> Result<(), PackError> {
        let pack = || self.pack.clone();
        if !is_pack_name(&self.pack) {
            return Err(PackError::Name {
                pack: pack(),
                what: self.pack.clone(),
            });
        }
        if self.version == 0 {
            return Err(PackError::Number {
                pack: pack(),
                place: "version".to_owned(),
            });
        }
        let brings_nothing = self.rules.is_empty() && self.calendar.is_none();
        if self.rules.len() > RULES_MAX || brings_nothing {
            return Err(PackError::Size {
                pack: pack(),
                what: "rules".to_owned(),
            });
        }
        let instrument = &self.instrument;
        for text in [
            &self.title.en,
            &self.title.zh,
            &instrument.en,
            &instrument.zh,
            &instrument.number,
        ] {
            self.check_text("head", text)?;
        }
        if instrument
            .ends
            .is_some_and(|ends| ends < instrument.in_force)
        {
            return Err(PackError::Range {
                pack: pack(),
                place: "instrument".to_owned(),
            });
        }
        for rule in &self.rules {
            self.check_rule(rule)?;
        }
        self.check_overlaps()?;
        for year in self.calendar.iter().flat_map(|calendar| &calendar.years) {
            self.check_year(year)?;
        }
        Ok(())
    }

    fn check_rule(&self, rule: &Rule) -> Result<(), PackError> {
        let (pack, place) = (|| self.pack.clone(), || rule.id.clone());
        if !is_slot(&rule.id) {
            return Err(PackError::Name {
                pack: pack(),
                what: place(),
            });
        }
        self.check_text(&rule.id, &rule.article)?;
        self.check_text(&rule.id, &rule.text.en)?;
        self.check_text(&rule.id, &rule.text.zh)?;
        if rule.until.is_some_and(|until| until < rule.from) {
            return Err(PackError::Range {
                pack: pack(),
                place: place(),
            });
        }
        let tables = [
            rule.terms.len(),
            rule.amounts.len(),
            rule.codes.len(),
            rule.flags.len(),
        ];
        if tables.iter().any(|len| *len > TABLE_MAX) {
            return Err(PackError::Size {
                pack: pack(),
                what: place(),
            });
        }
        let names = rule
            .terms
            .keys()
            .chain(rule.amounts.keys())
            .chain(rule.flags.keys());
        for name in names.chain(rule.codes.keys()) {
            if !is_key(name) {
                let what = format!("{}/{name}", rule.id);
                return Err(PackError::Name { pack: pack(), what });
            }
        }
        for text in rule.codes.values() {
            self.check_text(&rule.id, &text.en)?;
            self.check_text(&rule.id, &text.zh)?;
        }
        let terms_hold = rule
            .terms
            .values()
            .all(|term| (1..=TERM_MAX).contains(&term.n));
        let amounts_hold = rule
            .amounts
            .values()
            .all(|n| (-AMOUNT_MAX..=AMOUNT_MAX).contains(n));
        if !terms_hold || !amounts_hold {
            return Err(PackError::Number {
                pack: pack(),
                place: place(),
            });
        }
        Ok(())
    }

    fn check_text(&self, place: &str, text: &str) -> Result<(), PackError> {
        if text.trim().is_empty() || text.len() > TEXT_MAX {
            return Err(PackError::Text {
                pack: self.pack.clone(),
                place: place.to_owned(),
            });
        }
        Ok(())
    }

    fn check_overlaps(&self) -> Result<(), PackError> {
        let mut by_slot: Vec<&Rule> = self.rules.iter().collect();
        by_slot.sort_by(|a, b| (&a.id, a.from).cmp(&(&b.id, b.from)));
        for pair in by_slot.windows(2) {
            let [earlier, later] = pair else { continue };
            let still_on = earlier.until.is_none_or(|until| until >= later.from);
            if earlier.id == later.id && still_on {
                let (pack, id) = (self.pack.clone(), later.id.clone());
                return Err(PackError::Overlap {
                    pack,
                    id,
                    day: later.from,
                });
            }
        }
        Ok(())
    }

    fn check_year(&self, year: &CalendarYear) -> Result<(), PackError> {
        let wrong = |what: &str| PackError::Calendar {
            pack: self.pack.clone(),
            year: year.year,
            what: what.to_owned(),
        };
        let near = |day: Day| day.year() == year.year || day.year() == year.year - 1;
        let days = year.off.iter().flat_map(|span| [span.from, span.to]);
        if !days.chain(year.working.iter().copied()).all(near) {
            return Err(wrong("a day lies outside the year and the one before"));
        }
        if year
            .off
            .iter()
            .any(|span| span.to < span.from || span.from.days_until(span.to) > 30)
        {
            return Err(wrong(
                "a range of days off is turned round or longer than a month",
            ));
        }
        if year.working.iter().any(|day| !day.is_weekend()) {
            return Err(wrong("a worked weekend day is neither Saturday nor Sunday"));
        }
        let both = |day: &Day| year.off.iter().any(|s| s.from <= *day && *day <= s.to);
        if year.working.iter().any(both) {
            return Err(wrong("a day is both off and worked"));
        }
        if year.off.is_empty() {
            return Err(wrong("there is no day off in it"));
        }
        Ok(())
    }
}

impl fmt::Display for PackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pack, self.version)
    }
}

/// The JSON Schema 2020-12 of a pack file.
pub fn pack_schema() -> Schema {
    schema_for!(Pack)
}

fn is_pack_name(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    name.len() <= 64 && name.split('.').all(word)
}

fn is_slot(id: &str) -> bool {
    id.len() <= 64 && id.split('.').count() >= 2 && id.split('.').all(is_key)
}

fn is_key(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 48
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
