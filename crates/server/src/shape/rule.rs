//! Shapes: rules, coded grounds and deadlines, explained so that a person can read why.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::policy::{self, Confidence, Text};
use domain::term;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// The adopted packs, kept to explain citations. An adopted pack never changes, so what this
/// finds stays right; what it does not find may stand in a pack adopted since.
#[derive(Debug, Clone, Default)]
pub struct Law {
    packs: BTreeMap<String, policy::Pack>,
}

impl Law {
    /// The law of a book.
    #[must_use]
    pub fn of(book: &policy::Book) -> Self {
        let packs = book.packs().map(|(pack, _, _)| pack);
        Self {
            packs: packs.map(|p| (p.id().to_string(), p.clone())).collect(),
        }
    }

    /// Whether the pack of a citation is held; nothing cited needs none.
    pub(super) fn holds(&self, cited: &str) -> bool {
        cited
            .split_once('#')
            .is_none_or(|(pack, _)| self.packs.contains_key(pack))
    }

    /// The rule that `pack@version#rule.id` names, as it reads for a legal day; with its id alone
    /// where no adopted pack holds it.
    pub(super) fn rule(&self, cited: &str, day: Day) -> Rule {
        match self.find(cited, day) {
            Some((pack, rule)) => Rule::of(cited, pack, rule),
            None => Rule {
                id: cited.to_owned(),
                ..Rule::default()
            },
        }
    }

    /// A coded ground with its text in the rule that lists it.
    pub(super) fn ground(&self, code: &str, cited: &str, day: Day) -> Ground {
        let text = self.find(cited, day).and_then(|(_, r)| r.codes.get(code));
        Ground {
            code: code.to_owned(),
            en: text.map(|t| t.en.clone()),
            zh: text.map(|t| t.zh.clone()),
        }
    }

    /// The pack and rule of a citation. A slot may read differently for different days; where
    /// none of them holds the day, the first is meant.
    fn find(&self, cited: &str, day: Day) -> Option<(&policy::Pack, &policy::Rule)> {
        let (pack, id) = cited.split_once('#')?;
        let pack = self.packs.get(pack)?;
        let of_slot = || pack.rules.iter().filter(|r| r.id == id);
        let in_force = |r: &&policy::Rule| r.from <= day && r.until.is_none_or(|u| day <= u);
        let rule = of_slot().find(in_force).or_else(|| of_slot().next())?;
        Some((pack, rule))
    }
}

/// A rule of an adopted policy pack, cited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// `pack@version#rule.id`.
    pub id: String,
    /// The article, as `Art 15`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The instrument, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument_zh: Option<String>,
    /// The instrument, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument_en: Option<String>,
    /// What it says in short, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_zh: Option<String>,
    /// What it says in short, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_en: Option<String>,
    /// How sure the text is: A read, B recalled, C computed or chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// First legal day on which it governs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force_from: Option<Day>,
    /// Last legal day on which it governs; absent while open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force_to: Option<Day>,
    /// A choice of the county, not of the law.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
}

impl Rule {
    fn of(cited: &str, pack: &policy::Pack, rule: &policy::Rule) -> Self {
        let Text { en, zh } = rule.text.clone();
        Self {
            id: cited.to_owned(),
            article: Some(rule.article.clone()),
            instrument_zh: Some(pack.instrument.zh.clone()),
            instrument_en: Some(pack.instrument.en.clone()),
            text_zh: Some(zh),
            text_en: Some(en),
            confidence: Some(confidence(rule.confidence).to_owned()),
            in_force_from: Some(rule.from),
            in_force_to: rule.until,
            local: pack.local,
        }
    }
}

pub(super) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::A => "A",
        Confidence::B => "B",
        Confidence::C => "C",
    }
}

/// A coded ground or reason (情形), with its text where the rule lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ground {
    /// The code, or the words of an imported file.
    pub code: String,
    /// In Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// A deadline (期限), explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clock {
    /// What must be done by then, as `complaint.decide`.
    pub task: String,
    /// The last day in time.
    pub due: Day,
    /// A calendar year not adopted yet could still move it.
    pub provisional: bool,
    /// The day of the act that set it going; not counted itself.
    pub start: Day,
    /// How long.
    pub term: Term,
    /// Days on which the term began anew; the last one counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restarts: Vec<Day>,
    /// Time not counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// Calendar years that were used, as `cn@2026`; `none` where none was.
    pub calendar: String,
    /// The rule that gives the term.
    pub rule: Rule,
}

/// A length of time that a rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Term {
    /// How many units.
    pub n: u32,
    /// What is counted: `working_days`, `days`, `months`, `years`.
    pub unit: String,
    /// What moves a last day that is off: `none`, `holiday`, `holiday_or_weekend`.
    pub roll: String,
}

/// Days that a term does not count (不计入期限), both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excluded {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Why, as a stable word.
    pub reason: String,
}

impl Clock {
    /// The shape of a deadline.
    #[must_use]
    pub fn of(clock: &term::Clock, lens: &super::Lens<'_>) -> Self {
        let excluded = clock.excluded.iter().map(|e| Excluded {
            from: e.from,
            to: e.to,
            reason: e.reason.clone(),
        });
        Self {
            task: clock.name.clone(),
            due: clock.due,
            provisional: clock.provisional,
            start: clock.start,
            term: Term::of(&clock.term),
            restarts: clock.restarts.clone(),
            excluded: excluded.collect(),
            calendar: clock.calendar.clone(),
            rule: lens.rule(&clock.rule, clock.start),
        }
    }
}

impl Term {
    pub(super) fn of(term: &term::Term) -> Self {
        let unit = match term.unit {
            term::TermUnit::WorkingDays => "working_days",
            term::TermUnit::Days => "days",
            term::TermUnit::Months => "months",
            term::TermUnit::Years => "years",
        };
        let roll = match term.roll {
            term::Roll::None => "none",
            term::Roll::Holiday => "holiday",
            term::Roll::HolidayOrWeekend => "holiday_or_weekend",
        };
        Self {
            n: term.n,
            unit: unit.to_owned(),
            roll: roll.to_owned(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("article", "条款", "article"),
    Label::new("calendar", "日历", "calendar"),
    Label::new("code", "代码", "code"),
    Label::new("confidence", "可信度", "confidence"),
    Label::new("due", "届满日", "due"),
    Label::new("en", "英文", "English"),
    Label::new("excluded", "不计入期限", "not counted"),
    Label::new("from", "起", "from"),
    Label::new("ground", "情形", "ground"),
    Label::new("in_force_from", "施行", "in force from"),
    Label::new("in_force_to", "失效", "in force to"),
    Label::new("instrument_en", "法规（英）", "instrument in English"),
    Label::new("instrument_zh", "法规", "instrument"),
    Label::new("local", "本地规则", "local choice"),
    Label::new("n", "数", "number"),
    Label::new("provisional", "暂定", "provisional"),
    Label::new("reason", "原因", "reason"),
    Label::new("restarts", "重新起算", "restarts"),
    Label::new("roll", "节假日顺延", "roll"),
    Label::new("rule", "依据", "rule"),
    Label::new("start", "起算日", "start"),
    Label::new("task", "事项", "task"),
    Label::new("term", "期间", "term"),
    Label::new("text_en", "内容（英）", "text in English"),
    Label::new("text_zh", "内容", "text"),
    Label::new("to", "至", "to"),
    Label::new("unit", "单位", "unit"),
    Label::new("zh", "中文", "Chinese"),
    Label::word("unit", "working_days", "工作日"),
    Label::word("unit", "days", "自然日"),
    Label::word("unit", "months", "月"),
    Label::word("unit", "years", "年"),
    Label::word("roll", "none", "不顺延"),
    Label::word("roll", "holiday", "遇法定节假日顺延"),
    Label::word("roll", "holiday_or_weekend", "遇休息日顺延"),
];
