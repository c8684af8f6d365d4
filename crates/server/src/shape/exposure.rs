//! Shapes: bulletins of exposure (曝光公告), their entries, and an operator's part in them.

use domain::areas::exposure;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, word_of};

/// One bulletin. The public sees it from its publication on, and only what was published; the
/// draft and who made it are shown to those who make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bulletin {
    /// Its number.
    pub bulletin: String,
    /// Title in Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_zh: String,
    /// Title in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_en: String,
    /// First day of the period that it reports on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// Last day of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
    /// Where it stands.
    pub stage: String,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Day>,
    /// Day of its withdrawal as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<Day>,
    /// Code of the reason for that.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Its entries; of those that ended the id, the operator, the day and the reason.
    pub entries: Vec<BulletinEntry>,
    /// Who drafted it, `department/officer`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drafters: Vec<String>,
    /// Who reviewed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// Who approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    /// The deadline that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// One entry of a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BulletinEntry {
    /// Its id.
    pub entry: String,
    /// The operator.
    pub operator: String,
    /// What it rests on, `kind:id`, for those who make the bulletin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The breach as drafted, before it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// What the public sees; absent before publication and once the entry ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// The last day on which it is to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// First day on which it is shown no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Code of the reason for its end.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// The public content of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shown {
    /// The operator's registered name.
    pub name: String,
    /// The breach in Chinese.
    pub breach_zh: String,
    /// The breach in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub breach_en: String,
    /// Natural persons, masked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<String>,
    /// Sites and shops on which the breach was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// What kind of decision it rests on.
    pub rests_on: String,
    /// Number of that decision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Who decided.
    pub decided_by: String,
    /// Position of the event that decided.
    pub decided_seq: u64,
    /// Parts that exist and are not shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// Why it was corrected.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub correction: String,
}

/// A site or shop (网站、网店).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Site {
    /// What it calls itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its address.
    pub url: String,
}

/// An exposure on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exposure {
    /// The bulletin's number.
    pub bulletin: String,
    /// The entry's id in it.
    pub entry: String,
    /// Whether it is shown on the day looked at.
    pub stands: bool,
    /// First day.
    pub from: Day,
    /// The last day on which it is to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// First day on which it is shown no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Code of the reason for its end.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// What the public sees; nothing once it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// Credit code of the department that published it.
    pub authority: String,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

impl Bulletin {
    /// The shape of a bulletin.
    #[must_use]
    pub fn of(number: &str, state: &exposure::Bulletin, lens: &Lens<'_>) -> Self {
        let title = state.title.as_ref();
        let withdrawn = state.withdrawn.as_ref();
        Self {
            bulletin: number.to_owned(),
            title_zh: title.map_or_else(String::new, |t| t.zh.clone()),
            title_en: title.map_or_else(String::new, |t| t.en.clone()),
            period_from: state.period.map(|(from, _)| from),
            period_to: state.period.map(|(_, to)| to),
            stage: state.stage.name().to_owned(),
            since: state.since,
            published: state.published,
            withdrawn_on: withdrawn.map(|(day, _)| *day),
            code: withdrawn.map_or_else(String::new, |(_, code)| code.clone()),
            entries: state.items.iter().map(BulletinEntry::of).collect(),
            drafters: state.drafters.iter().cloned().collect(),
            reviewer: state.reviewer.clone(),
            approver: state.approver.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        }
    }
}

impl BulletinEntry {
    fn of(item: &exposure::Item) -> Self {
        let (kind, drafted) = (word_of(&item.source.kind), item.drafted.as_ref());
        let draft = drafted.filter(|_| item.shown.is_none());
        Self {
            entry: item.id.clone(),
            operator: item.operator.to_string(),
            source: drafted.map(|entry| format!("{kind}:{}", entry.source.id)),
            draft: draft.map(|entry| entry.breach.zh.clone()),
            shown: item.shown.as_ref().map(Shown::of),
            shown_until: item.until,
            ended: item.ended.as_ref().map(|end| end.on),
            code: code(item.ended.as_ref()),
        }
    }
}

impl Shown {
    fn of(show: &exposure::Show) -> Self {
        let site = |site: &exposure::Site| Site {
            name: site.name.clone(),
            url: site.url.clone(),
        };
        Self {
            name: show.name.clone(),
            breach_zh: show.breach.zh.clone(),
            breach_en: show.breach.en.clone(),
            persons: show.persons.clone(),
            sites: show.sites.iter().map(site).collect(),
            rests_on: word_of(&show.source),
            document: show.document.clone(),
            decided_by: show.decided_by.clone(),
            decided_seq: show.source_seq,
            hidden: show.hidden.iter().map(word_of).collect(),
            correction: show.correction.clone(),
        }
    }
}

impl Exposure {
    pub(super) fn all(state: &exposure::Exposures, lens: &Lens<'_>) -> Vec<Self> {
        let shape = |exposed: &exposure::Exposed| Self {
            bulletin: exposed.bulletin.clone(),
            entry: exposed.entry.clone(),
            stands: lens.stands(exposed.from, exposed.ended.as_ref().map(|end| end.on)),
            from: exposed.from,
            shown_until: exposed.until,
            ended: exposed.ended.as_ref().map(|end| end.on),
            code: code(exposed.ended.as_ref()),
            shown: exposed.shown.as_ref().map(Shown::of),
            authority: exposed.authority.clone(),
            seqs: exposed.seqs.clone(),
        };
        state.entries.iter().map(shape).collect()
    }
}

fn code(ended: Option<&exposure::Ending>) -> String {
    ended.map_or_else(String::new, |end| end.code.clone())
}

pub(super) const LABELS: &[Label] = &[
    Label::new("approver", "批准人", "approved by"),
    Label::new("breach_en", "违法行为（英）", "breach in English"),
    Label::new("breach_zh", "违法行为", "breach"),
    Label::new("bulletin", "曝光公告", "bulletin"),
    Label::new("correction", "更正原因", "corrected because"),
    Label::new("decided_by", "作出决定机关", "decided by"),
    Label::new("decided_seq", "决定事件位置", "position of the decision"),
    Label::new("draft", "起草内容", "draft"),
    Label::new("drafters", "起草人", "drafted by"),
    Label::new("entries", "条目", "entries"),
    Label::new("exposures", "曝光", "exposures"),
    Label::new("hidden", "不予公布", "not shown"),
    Label::new("period_from", "期间起", "period from"),
    Label::new("period_to", "期间止", "period to"),
    Label::new("persons", "有关人员", "persons"),
    Label::new("rests_on", "依据类型", "rests on"),
    Label::new("reviewer", "审核人", "reviewed by"),
    Label::new("shown", "公布内容", "shown"),
    Label::new("sites", "网站网店", "sites"),
    Label::new("source", "依据", "source"),
    Label::new("url", "网址", "address"),
    Label::new("withdrawn_on", "撤回日", "withdrawn on"),
    Label::word("stage", "drafting", "起草中"),
    Label::word("stage", "submitted", "审核中"),
    Label::word("stage", "reviewed", "已审核"),
    Label::word("stage", "published", "已公布"),
    Label::word("rests_on", "listing", "名录列入"),
    Label::word("rests_on", "penalty", "行政处罚"),
];
