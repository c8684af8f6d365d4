//! Shapes: credit (信用): ratings, score and class with their causes; the negative list.

use domain::areas::credit;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Lens, Rule};

/// An operator's credit, down to the event, rule and weight behind each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Credit {
    /// The class in force on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What all changes that count add up to, in points.
    pub score_change_points: i64,
    /// Classes over time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassSpan>,
    /// Changes of the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ScoreChange>,
    /// Ratings by departments, and whether others recognise them (互评互认).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<Rating>,
    /// Commitments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<Commitment>,
}

/// A class for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClassSpan {
    /// A to D.
    pub class: String,
    /// First day.
    pub from: Day,
    /// `score`, `list` or `officer`.
    pub made_by: String,
    /// The score on that day, in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_points: Option<i64>,
    /// The threshold that decided, in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_points: Option<i64>,
    /// Until which day a class set by an officer outlasts the monthly ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Day>,
    /// The rule that made it.
    pub rule: Rule,
    /// Position of the event.
    pub seq: u64,
}

/// One change of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScoreChange {
    /// First day on which it counts.
    pub from: Day,
    /// Last day on which it counts.
    pub to: Day,
    /// What of it counts, in points.
    pub points: i64,
    /// What the pack gives the ground, in points.
    pub weight_points: i64,
    /// The ground, as the pack names it.
    pub reason: String,
    /// What the cause is about.
    pub about: String,
    /// Position of the event behind it.
    pub cause_seq: u64,
    /// From which day on it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed: Option<Day>,
    /// The rule that weighs it.
    pub rule: Rule,
    /// Position of the event.
    pub seq: u64,
}

/// A rating of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rating {
    /// Its id.
    pub id: String,
    /// Method.
    pub method: String,
    /// Level.
    pub level: String,
    /// The rating department.
    pub rater: String,
    /// First day on which it is valid.
    pub from: Day,
    /// Last day on which it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Came in with another authority's file.
    pub imported: bool,
    /// Answers of other departments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recognitions: Vec<Recognition>,
    /// Position of the event.
    pub seq: u64,
}

/// A department's answer to another's rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Recognition {
    /// Who answers.
    pub department: String,
    /// Whether it recognises the rating.
    pub recognised: bool,
    /// From which day on.
    pub from: Day,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Position of the event.
    pub seq: u64,
}

/// A commitment (信用承诺).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Commitment {
    /// Its id.
    pub id: String,
    /// What for.
    pub purpose: String,
    /// When.
    pub on: Day,
    /// From which day on it was found false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_false: Option<Day>,
    /// Position of the event.
    pub seq: u64,
}

/// An item of the negative list (负面清单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NegativeItem {
    /// Its id.
    pub item: String,
    /// What must not be done.
    pub title: String,
    /// What forbids it.
    pub basis: String,
    /// Who adopted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether it is in force on the day looked at.
    pub stands: bool,
    /// How often an operator was found to do it.
    pub matches: u64,
}

impl Credit {
    /// The shape of an operator's credit; `None` where nothing was said about it.
    #[must_use]
    pub fn of(state: &credit::Credit, lens: &Lens<'_>) -> Option<Self> {
        let on = lens.seen().on;
        let class = state.class_on(on.unwrap_or(Day::MAX));
        let shape = Self {
            class: class.map(|c| c.class.name().to_owned()),
            score_change_points: match on {
                Some(day) => state.points_on(day),
                None => state.points_unreversed(),
            },
            classes: state
                .classes
                .iter()
                .map(|c| ClassSpan::of(c, lens))
                .collect(),
            changes: state
                .changes
                .iter()
                .map(|c| ScoreChange::of(c, lens))
                .collect(),
            ratings: state.ratings.iter().map(Rating::of).collect(),
            commitments: state.commitments.iter().map(Commitment::of).collect(),
        };
        let silent = shape.classes.is_empty()
            && shape.changes.is_empty()
            && shape.ratings.is_empty()
            && shape.commitments.is_empty();
        (!silent).then_some(shape)
    }
}

impl ClassSpan {
    fn of(span: &credit::ClassSpan, lens: &Lens<'_>) -> Self {
        Self {
            class: span.class.name().to_owned(),
            from: span.from,
            made_by: span.made_by.clone(),
            score_points: span.score_points,
            threshold_points: span.threshold_points,
            held_until: span.held_until,
            rule: lens.rule(&span.rule, span.from),
            seq: span.seq,
        }
    }
}

impl ScoreChange {
    fn of(change: &credit::Change, lens: &Lens<'_>) -> Self {
        Self {
            from: change.on,
            to: change.counts_until,
            points: change.points,
            weight_points: change.weight_points,
            reason: change.ground.clone(),
            about: change.about.clone(),
            cause_seq: change.cause.seq,
            reversed: change.reversed.map(|(_, day)| day),
            rule: lens.rule(&change.rule, change.on),
            seq: change.seq,
        }
    }
}

impl Rating {
    fn of(rating: &credit::Rating) -> Self {
        let answer = |r: &credit::Recognition| Recognition {
            department: r.department.to_string(),
            recognised: r.recognised,
            from: r.on,
            reason: r.reason.clone(),
            seq: r.seq,
        };
        Self {
            id: rating.id.clone(),
            method: rating.method.clone(),
            level: rating.level.clone(),
            rater: rating.rater.clone(),
            from: rating.from,
            to: rating.until,
            imported: rating.imported,
            recognitions: rating.recognitions.iter().map(answer).collect(),
            seq: rating.seq,
        }
    }
}

impl Commitment {
    fn of(commitment: &credit::Commitment) -> Self {
        Self {
            id: commitment.id.clone(),
            purpose: commitment.purpose.clone(),
            on: commitment.on,
            found_false: commitment.found_false.map(|(_, day)| day),
            seq: commitment.seq,
        }
    }
}

impl NegativeItem {
    /// The shape of an item.
    #[must_use]
    pub fn of(id: &str, state: &credit::NegativeItem, lens: &Lens<'_>) -> Self {
        Self {
            item: id.to_owned(),
            title: state.title.clone(),
            basis: state.basis.clone(),
            department: state.department.map(|code| code.to_string()),
            from: state.from,
            until: state.until,
            stands: state
                .from
                .is_some_and(|from| lens.stands(from, state.until)),
            matches: state.matches,
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("basis", "法律依据", "legal basis"),
    Label::new("cause_seq", "起因位置", "position of the cause"),
    Label::new("changes", "评分变动", "changes of the score"),
    Label::new("class", "类别", "class"),
    Label::new("classes", "分类沿革", "classes"),
    Label::new("commitments", "信用承诺", "commitments"),
    Label::new("credit", "信用", "credit"),
    Label::new("found_false", "认定不实", "found false"),
    Label::new("held_until", "保持至", "held until"),
    Label::new("item", "条目", "item"),
    Label::new("level", "等级", "level"),
    Label::new("made_by", "形成方式", "made by"),
    Label::new("matches", "认定次数", "times found"),
    Label::new("method", "方法", "method"),
    Label::new("points", "计分", "points"),
    Label::new("purpose", "用途", "purpose"),
    Label::new("rater", "评价部门", "rated by"),
    Label::new("ratings", "评价", "ratings"),
    Label::new("recognised", "互认", "recognised"),
    Label::new("recognitions", "互认意见", "recognitions"),
    Label::new("reversed", "撤回", "reversed"),
    Label::new("score_change_points", "评分变动合计", "points in all"),
    Label::new("score_points", "评分", "score"),
    Label::new("threshold_points", "分界", "threshold"),
    Label::new("title", "标题", "title"),
    Label::new("weight_points", "权重", "weight"),
    Label::word("made_by", "score", "评分"),
    Label::word("made_by", "list", "名录"),
    Label::word("made_by", "officer", "人工"),
];
