//! Envelope: a refusal is a value, with a stable code, the rule behind it and what to do.

use serde::Serialize;

use crate::policy::{NoRule, RuleRef};

/// Why an action was not taken. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Stable code, `area.reason`, that programs may rely on.
    pub code: &'static str,
    /// What is wrong, in a sentence; holds no personal value.
    pub message: String,
    /// What the asker can do about it.
    pub remedy: String,
    /// The rule that stands in the way, `pack@version#rule.id`, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The article of that rule's instrument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The field of the action at fault, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Refusal {
    /// A refusal with its code, what is wrong and what to do.
    pub fn new(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            remedy: remedy.into(),
            rule: None,
            article: None,
            field: None,
        }
    }

    /// Names the rule in force that stands in the way.
    #[must_use]
    pub fn by_rule(mut self, rule: &RuleRef<'_>) -> Self {
        self.rule = Some(rule.to_string());
        self.article = Some(rule.article().to_owned());
        self
    }

    /// Names the field at fault, as a dotted path inside the action.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl Refusal {
    /// Passes where a rule lists the code that stands in `data.code`; else a refusal that names
    /// those it lists.
    pub(crate) fn unless_coded(
        refusal: &'static str,
        rule: &RuleRef<'_>,
        code: &str,
    ) -> Result<(), Self> {
        if rule.code(code).is_ok() {
            return Ok(());
        }
        let known: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
        let remedy = format!("choose one of {}", known.join(", "));
        let what = "the rule in force has no such code";
        Err(Self::new(refusal, what, remedy)
            .by_rule(rule)
            .at("data.code"))
    }
}

impl Refusal {
    /// Passes a text of `least` to `max` characters, blanks at its ends not counted; else a refusal
    /// that names its field.
    pub(crate) fn unless_long(
        refusal: &'static str,
        field: &str,
        text: &str,
        least: usize,
        max: usize,
    ) -> Result<(), Self> {
        let long = text.chars().count();
        if text.trim().chars().count() >= least && long <= max {
            return Ok(());
        }
        let what = format!("{field} has {least} to {max} characters");
        Err(Self::new(refusal, what, "fill it in, and keep it short").at(field))
    }
}

impl From<NoRule> for Refusal {
    fn from(missing: NoRule) -> Self {
        let remedy = "adopt a policy pack that rules this day, or correct the date";
        Self::new(missing.code(), missing.to_string(), remedy)
    }
}
