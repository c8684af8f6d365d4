//! Shapes: credit repair (信用修复) on both tracks.

use domain::areas::repair;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, Rule, word_of};

/// An application for credit repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Repair {
    /// Its number.
    pub repair: String,
    /// The operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What is to be repaired, `kind:id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The commitment that comes with it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub commitment: String,
    /// Where it stands.
    pub stage: String,
    /// Day of application; its law decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The tracks applied for, as they were judged last.
    pub tracks: Vec<Track>,
    /// In what the tracks conflict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
    /// Code of the ground on which it was not accepted, refused or revoked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The deadline that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
    /// To whom it was passed on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_to: Vec<String>,
}

/// How a track judged an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Track {
    /// The track.
    pub track: String,
    /// `allowed`, `too_early` or `ended`.
    pub outcome: String,
    /// First day on which it may be granted.
    pub earliest: Day,
    /// Last day of publication, where the track has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Day>,
    /// Granted from this day on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<Day>,
    /// The rule that judged.
    pub rule: Rule,
}

/// An application on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepairLine {
    /// Its number.
    pub repair: String,
    /// What is to be repaired, `kind:id`.
    pub about: String,
    /// Where it stands.
    pub stage: String,
    /// First day of a grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<Day>,
    /// The day on which the grant was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Day>,
}

impl Repair {
    /// The shape of an application.
    #[must_use]
    pub fn of(number: &str, state: &repair::Repair, lens: &Lens<'_>) -> Self {
        let day = state.applied.unwrap_or(Day::MIN);
        let tracks = state.tracks.iter().map(|t| Track {
            track: word_of(&t.track),
            outcome: t.outcome.clone(),
            earliest: t.earliest,
            latest: t.latest,
            granted: t.granted,
            rule: lens.rule(&t.rule, day),
        });
        let conflicts = state.conflicts.iter();
        Self {
            repair: number.to_owned(),
            operator: state.operator.map(|code| code.to_string()),
            about: state.target.as_ref().map(repair::Target::about),
            commitment: state.commitment.clone(),
            stage: state.stage.name().to_owned(),
            applied: state.applied,
            since: state.since,
            tracks: tracks.collect(),
            conflicts: conflicts
                .map(|(name, rule)| format!("{name} ({rule})"))
                .collect(),
            code: state.code.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
            passed_to: state.passed_to.iter().map(ToString::to_string).collect(),
        }
    }
}

impl RepairLine {
    pub(super) fn all(state: &repair::Repairs) -> Vec<Self> {
        let shape = |a: &repair::Application| Self {
            repair: a.number.clone(),
            about: a.about.clone(),
            stage: a.stage.name().to_owned(),
            granted: a.granted,
            revoked: a.revoked,
        };
        state.applications.iter().map(shape).collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("about", "关于", "about"),
    Label::new("commitment", "承诺", "commitment"),
    Label::new("conflicts", "两轨冲突", "conflicts"),
    Label::new("earliest", "最早可修复", "earliest"),
    Label::new("granted", "准予", "granted"),
    Label::new("latest", "公示届满", "latest"),
    Label::new("outcome", "结论", "outcome"),
    Label::new("passed_to", "通报", "passed on to"),
    Label::new("repair", "修复编号", "repair"),
    Label::new("repairs", "信用修复", "credit repair"),
    Label::new("revoked", "撤销", "revoked"),
    Label::new("track", "轨道", "track"),
    Label::new("tracks", "轨道", "tracks"),
    Label::word("stage", "applied", "已申请"),
    Label::word("stage", "accepted", "已受理"),
    Label::word("stage", "declined", "不予受理"),
    Label::word("stage", "checked", "已核实"),
    Label::word("stage", "revoked", "已撤销"),
    Label::word("outcome", "allowed", "可以"),
    Label::word("outcome", "too_early", "未到期"),
    Label::word("outcome", "ended", "已结束"),
];
