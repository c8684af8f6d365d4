//! Shapes: awards (评选表彰), the incentives given for them, guidance (行政指导) and consumer alerts
//! (消费警示).

use domain::areas::{award, guidance};
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Ground, Lens};

/// An award of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Award {
    /// Its number.
    pub honour: String,
    /// Its kind.
    pub honour_kind: Ground,
    /// Whether it stands on the day looked at.
    pub stands: bool,
    /// Day of the nomination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nominated_on: Option<Day>,
    /// For what.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Day of the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_on: Option<Day>,
    /// Number of the decision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Department that granted or proposed it.
    pub authority: String,
    /// Its term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// First day on which it stands no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_ground: Option<Ground>,
    /// Incentives given for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub incentives: Vec<Incentive>,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

/// A credit incentive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Incentive {
    /// What is done.
    pub incentive: Ground,
    /// Since when.
    pub since: Day,
    /// Department that gives it.
    pub given_by: String,
}

/// One piece of guidance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Guidance {
    /// Its number.
    pub guidance: String,
    /// Its kind.
    pub guidance_kind: Ground,
    /// The operators.
    pub about_operators: Vec<String>,
    /// What is advised.
    pub advice: String,
    /// Who gave it.
    pub given_by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_on: Option<Day>,
    /// The deadline for looking after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// When it was looked after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed_up_on: Option<Day>,
    /// Whether it was followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<bool>,
    /// What was found then.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub found_then: String,
    /// Days by which that came late.
    pub late_days: i64,
}

/// A consumer alert; once it ended without what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alert {
    /// Its number.
    pub alert: String,
    /// Title in Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_zh: String,
    /// Title in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_en: String,
    /// What it says, in Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text_zh: String,
    /// What it says, in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text_en: String,
    /// Who published it.
    pub published_by: String,
    /// Day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Day>,
    /// Its term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// First day on which it is shown no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_ground: Option<Ground>,
}

impl Award {
    /// The shapes of an operator's awards.
    #[must_use]
    pub fn all(state: &award::Awards, lens: &Lens<'_>) -> Vec<Self> {
        let shape = |a: &award::Award| {
            let begun = a.granted.or(a.nominated).unwrap_or(Day::MIN);
            let until = a.ended.as_ref().map(|e| e.on);
            Self {
                honour: a.id.clone(),
                honour_kind: lens.ground(&a.kind, &a.rule, begun),
                stands: a.granted.is_some_and(|from| lens.stands(from, until)),
                nominated_on: a.nominated,
                reason: a.reason.clone(),
                granted_on: a.granted,
                document: a.document.clone(),
                authority: a.authority.to_string(),
                clock: a.clock.as_ref().map(|c| Clock::of(c, lens)),
                until,
                end_ground: a
                    .ended
                    .as_ref()
                    .map(|e| lens.ground(&e.code, &e.rule, e.on)),
                incentives: a
                    .incentives
                    .iter()
                    .map(|i| Incentive {
                        incentive: lens.ground(&i.code, &i.rule, i.on),
                        since: i.on,
                        given_by: i.by.to_string(),
                    })
                    .collect(),
                seqs: a.seqs.clone(),
            }
        };
        state.awards.iter().map(shape).collect()
    }
}

impl Guidance {
    /// The shape of a piece of guidance.
    #[must_use]
    pub fn of(number: &str, state: &guidance::Guidance, lens: &Lens<'_>) -> Self {
        let given = state.given.unwrap_or(Day::MIN);
        let after = state.followed_up.as_ref();
        Self {
            guidance: number.to_owned(),
            guidance_kind: lens.ground(&state.kind, &state.rule, given),
            about_operators: state.operators.iter().map(ToString::to_string).collect(),
            advice: state.text.clone(),
            given_by: state.given_by.map(|c| c.to_string()).unwrap_or_default(),
            given_on: state.given,
            clock: state.clock.as_ref().map(|c| Clock::of(c, lens)),
            followed_up_on: after.map(|(on, ..)| *on),
            followed: after.map(|(_, followed, _)| *followed),
            found_then: after.map(|(.., note)| note.clone()).unwrap_or_default(),
            late_days: state.late_days,
        }
    }
}

impl Alert {
    /// The shape of a consumer alert.
    #[must_use]
    pub fn of(number: &str, state: &guidance::Alert, lens: &Lens<'_>) -> Self {
        let words = |text: &Option<domain::policy::Text>| {
            let text = text.as_ref();
            text.map(|t| (t.zh.clone(), t.en.clone()))
                .unwrap_or_default()
        };
        let ((title_zh, title_en), (text_zh, text_en)) = (words(&state.title), words(&state.text));
        let ended = state.ended.as_ref();
        Self {
            alert: number.to_owned(),
            title_zh,
            title_en,
            text_zh,
            text_en,
            published_by: state
                .published_by
                .map(|c| c.to_string())
                .unwrap_or_default(),
            published: state.published,
            clock: state.clock.as_ref().map(|c| Clock::of(c, lens)),
            until: ended.map(|(on, _)| *on),
            end_ground: ended.map(|(on, code)| lens.ground(code, &state.rule, *on)),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("advice", "指导内容", "advice"),
    Label::new("alert", "警示编号", "alert"),
    Label::new("awards", "表彰", "awards"),
    Label::new("end_ground", "终止情形", "ended by"),
    Label::new("followed", "已采纳", "followed"),
    Label::new("followed_up_on", "回访日", "looked after on"),
    Label::new("found_then", "回访情况", "found then"),
    Label::new("given_by", "给予部门", "given by"),
    Label::new("given_on", "给予日", "given on"),
    Label::new("granted_on", "授予日", "granted on"),
    Label::new("guidance", "指导编号", "guidance"),
    Label::new("guidance_kind", "指导类别", "kind of guidance"),
    Label::new("honour", "表彰编号", "award number"),
    Label::new("honour_kind", "表彰类别", "kind of award"),
    Label::new("incentive", "激励措施", "incentive"),
    Label::new("incentives", "激励措施", "incentives"),
    Label::new("nominated_on", "推荐日", "nominated on"),
    Label::new("published_by", "公布部门", "published by"),
    Label::word("list", "red", "红名单"),
    Label::word("list", "alerts", "消费警示"),
];
