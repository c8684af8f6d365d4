//! Shapes: what fields and words are called, in Chinese and English.
//!
//! Each area keeps its own labels beside its shapes; this file joins them and holds that every
//! field has one.

/// What a field, or a word in a field, is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    field: &'static str,
    word: Option<&'static str>,
    /// In Chinese.
    pub zh: &'static str,
    /// In English; for a word the word itself.
    pub en: &'static str,
}

impl Label {
    /// The label of a field.
    pub(super) const fn new(field: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self {
            field,
            word: None,
            zh,
            en,
        }
    }

    /// The Chinese term of a word in a field.
    pub(super) const fn word(field: &'static str, word: &'static str, zh: &'static str) -> Self {
        Self {
            field,
            word: Some(word),
            zh,
            en: word,
        }
    }
}

/// The labels of all areas; whoever adds an area adds a line.
const ALL: &[&[Label]] = &[
    super::address::LABELS,
    super::application::LABELS,
    super::award::LABELS,
    super::clock::LABELS,
    super::checkpoint::LABELS,
    super::compare::LABELS,
    super::complaint::LABELS,
    super::credit::LABELS,
    super::department::LABELS,
    super::enforcement::LABELS,
    super::event::LABELS,
    super::exposure::LABELS,
    super::ledger::LABELS,
    super::goods::LABELS,
    super::lead::LABELS,
    super::list::LABELS,
    super::operator::LABELS,
    super::plan::LABELS,
    super::policy::LABELS,
    super::registration::LABELS,
    super::repair::LABELS,
    super::report::LABELS,
    super::risk::LABELS,
    super::rule::LABELS,
    super::shop::LABELS,
    super::sharing::LABELS,
    super::status::LABELS,
    super::trace::LABELS,
    super::vault::LABELS,
];

/// What a field is called.
#[must_use]
pub fn label(field: &str) -> Option<&'static Label> {
    let all = ALL.iter().copied().flatten();
    all.filter(|l| l.word.is_none()).find(|l| l.field == field)
}

/// The Chinese term of a word in a field, where the field holds words of a closed list.
#[must_use]
pub fn word(field: &str, word: &str) -> Option<&'static str> {
    let mut all = ALL.iter().copied().flatten();
    all.find(|l| l.field == field && l.word == Some(word))
        .map(|l| l.zh)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Adds the names of all properties in a schema. What lies below names of the law's own
    /// (terms, amounts) is no field.
    fn properties(schema: &Value, out: &mut BTreeSet<String>) {
        match schema {
            Value::Object(map) => {
                if let Some(Value::Object(fields)) = map.get("properties") {
                    out.extend(fields.keys().cloned());
                }
                map.values().for_each(|v| properties(v, out));
            }
            Value::Array(items) => items.iter().for_each(|v| properties(v, out)),
            _ => {}
        }
    }

    #[test]
    fn every_field_has_one_label() {
        let mut fields = BTreeSet::new();
        for schema in [
            schemars::schema_for!(super::super::Page),
            schemars::schema_for!(super::super::ListEntry),
            schemars::schema_for!(super::super::Deadline),
            schemars::schema_for!(super::super::Status),
            schemars::schema_for!(super::super::Pack),
            schemars::schema_for!(super::super::Differing),
            schemars::schema_for!(super::super::Trace),
            schemars::schema_for!(super::super::Checkpoint),
        ] {
            properties(schema.as_value(), &mut fields);
        }
        let missing: Vec<&String> = fields.iter().filter(|f| label(f).is_none()).collect();
        assert_eq!(missing, Vec::<&String>::new());
        let mut seen = BTreeSet::new();
        for l in ALL.iter().copied().flatten() {
            assert!(seen.insert((l.field, l.word)), "{} twice", l.field);
        }
    }
}
