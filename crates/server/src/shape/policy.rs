//! Shapes: policy packs (规则包).

use std::collections::BTreeMap;

use domain::day::Day;
use domain::policy;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::rule::{Ground, Term, confidence};

/// The adopted packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Book {
    /// In the order of adoption.
    pub packs: Vec<Pack>,
    /// Years whose working days are known.
    pub calendar_years: Vec<i32>,
}

/// One adopted pack in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pack {
    /// Name and version, `cn.complaints.order-121@1`.
    pub pack: String,
    /// What people call it, in Chinese.
    pub title_zh: String,
    /// In English.
    pub title_en: String,
    /// The instrument (法规文件), in Chinese.
    pub instrument_zh: String,
    /// In English.
    pub instrument_en: String,
    /// Its number.
    pub number: String,
    /// First day of the instrument.
    pub in_force_from: Day,
    /// Its last day, where it was repealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force_to: Option<Day>,
    /// A choice of the county, not of the law.
    pub local: bool,
    /// Legal day from which the authority adopted it.
    pub adopted_from: Day,
    /// Legal day from which it is retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_from: Option<Day>,
    /// Its rules; absent in lists of packs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PackRule>,
}

/// One rule of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackRule {
    /// The slot that it fills, `complaint.decide`.
    pub slot: String,
    /// The article.
    pub article: String,
    /// How sure the text is: A read, B recalled, C computed or chosen.
    pub confidence: String,
    /// First legal day on which it governs.
    pub in_force_from: Day,
    /// Last one; absent while open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force_to: Option<Day>,
    /// What it says in short, in Chinese.
    pub text_zh: String,
    /// In English.
    pub text_en: String,
    /// Terms by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Term>,
    /// Whole numbers by name; the name ends in the unit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub amounts: BTreeMap<String, i64>,
    /// Switches by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<String, bool>,
    /// Coded grounds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Ground>,
}

impl Book {
    /// The shape of the book, packs without their rules.
    #[must_use]
    pub fn of(book: &policy::Book) -> Self {
        let packs = book.packs();
        Self {
            packs: packs
                .map(|(pack, from, retired)| Pack {
                    rules: Vec::new(),
                    ..Pack::of(pack, from, retired)
                })
                .collect(),
            calendar_years: book.calendar().years().collect(),
        }
    }
}

impl Pack {
    /// The shape of a pack with its rules.
    #[must_use]
    pub fn of(pack: &policy::Pack, adopted_from: Day, retired_from: Option<Day>) -> Self {
        Self {
            pack: pack.id().to_string(),
            title_zh: pack.title.zh.clone(),
            title_en: pack.title.en.clone(),
            instrument_zh: pack.instrument.zh.clone(),
            instrument_en: pack.instrument.en.clone(),
            number: pack.instrument.number.clone(),
            in_force_from: pack.instrument.in_force,
            in_force_to: pack.instrument.ends,
            local: pack.local,
            adopted_from,
            retired_from,
            rules: pack.rules.iter().map(PackRule::of).collect(),
        }
    }
}

impl PackRule {
    fn of(rule: &policy::Rule) -> Self {
        let terms = rule.terms.iter();
        let codes = rule.codes.iter().map(|(code, text)| Ground {
            code: code.clone(),
            zh: Some(text.zh.clone()),
            en: Some(text.en.clone()),
        });
        Self {
            slot: rule.id.clone(),
            article: rule.article.clone(),
            confidence: confidence(rule.confidence).to_owned(),
            in_force_from: rule.from,
            in_force_to: rule.until,
            text_zh: rule.text.zh.clone(),
            text_en: rule.text.en.clone(),
            terms: terms.map(|(name, t)| (name.clone(), Term::of(t))).collect(),
            amounts: rule.amounts.clone(),
            flags: rule.flags.clone(),
            codes: codes.collect(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("adopted_from", "采用自", "adopted from"),
    Label::new("amounts", "数值", "amounts"),
    Label::new("calendar_years", "日历年份", "calendar years"),
    Label::new("codes", "情形代码", "codes"),
    Label::new("flags", "开关", "switches"),
    Label::new("number", "文号", "number"),
    Label::new("pack", "规则包", "pack"),
    Label::new("packs", "规则包", "packs"),
    Label::new("retired_from", "停用自", "retired from"),
    Label::new("rules", "规则", "rules"),
    Label::new("slot", "规则位", "slot"),
    Label::new("terms", "期间", "terms"),
    Label::new("title_en", "标题（英）", "title in English"),
    Label::new("title_zh", "标题", "title"),
];
