//! Shapes: the lists (名录), by operator and by list.

use domain::areas::listing;
use domain::day::Day;
use domain::row::ListRow;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Ground, Lens, Rule};

/// One entry of an operator on a list, with the reasons behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Membership {
    /// Which list.
    pub list: String,
    /// The entry's id.
    pub entry: String,
    /// Whether it stands on the day looked at.
    pub stands: bool,
    /// First day on the list.
    pub from: Day,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Day on which its term is over, where the list has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term_over: Option<Day>,
    /// Day from which a long stay has a consequence, by the law of the entry's day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outstay_due: Option<Day>,
    /// What follows from its long stay, once it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence: Option<Ground>,
    /// Since when that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence_from: Option<Day>,
    /// The deadline for taking it off, once the cure of its ground was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_remove: Option<Clock>,
    /// Struck out as if it had never been.
    pub void: bool,
    /// Came in with another authority's file.
    pub imported: bool,
    /// Why.
    pub ground: Ground,
    /// The rule behind it; absent for imported entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Credit code of the department that decided.
    pub authority: String,
    /// Objections to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objections: Vec<Objection>,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

/// An objection to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Objection {
    /// Day on which it came in.
    pub objected: Day,
    /// Where it stands.
    pub stage: String,
    /// Day of the last step.
    pub since: Day,
    /// Code of the reason for which it was not accepted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The deadline that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which it came after its term.
    pub objection_late_days: i64,
    /// Days by which the department's steps came late, added up.
    pub late_days: i64,
}

impl Objection {
    fn of(state: &listing::Objection, lens: &Lens<'_>) -> Self {
        Self {
            objected: state.on,
            stage: state.stage.name().to_owned(),
            since: state.since,
            code: state.code.clone(),
            clock: state.clock.as_ref().map(|clock| Clock::of(clock, lens)),
            objection_late_days: state.late_days,
            late_days: state.answer_late_days,
        }
    }
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListEntry {
    /// Credit code of the operator; of duties, of the department that owes; the id of a shop or an
    /// individual on lists of these.
    pub operator: String,
    /// The operator's name when the entry was made; of duties, what it is.
    pub name: String,
    /// The entry's id, unique for the operator.
    pub entry: String,
    /// First day on the list.
    pub from: Day,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Code of the ground, or the words of an imported file.
    pub reason: String,
    /// The ground's text in Chinese, where the rule lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_zh: Option<String>,
    /// The ground's text in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_en: Option<String>,
    /// The rule behind it, `pack@version#rule.id`; empty for imported entries.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule_id: String,
    /// The article of that rule's instrument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Credit code of the department that decided.
    pub authority: String,
    /// Number of the document, where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Withdrawn or expired for the public: nothing is left but that an entry was there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tombstone: bool,
    /// Position of the event behind this version of the entry.
    pub seq: u64,
}

impl Membership {
    /// The shapes of an operator's entries.
    #[must_use]
    pub fn all(state: &listing::Listings, lens: &Lens<'_>) -> Vec<Self> {
        let shape = |entry: &listing::Entry| Self {
            list: entry.list.name().to_owned(),
            entry: entry.id.clone(),
            stands: !entry.void && lens.stands(entry.from, entry.until),
            from: entry.from,
            until: entry.until,
            term_over: entry.term_over,
            outstay_due: entry.outstay_due,
            consequence: entry
                .consequence
                .as_ref()
                .map(|c| lens.ground(&c.code, &c.rule, c.on)),
            to_remove: entry.to_remove.as_ref().map(|c| Clock::of(c, lens)),
            consequence_from: entry.consequence.as_ref().map(|c| c.on),
            void: entry.void,
            imported: entry.imported,
            ground: lens.ground(&entry.ground, &entry.rule, entry.from),
            rule: (!entry.rule.is_empty()).then(|| lens.rule(&entry.rule, entry.from)),
            authority: entry.authority.clone(),
            objections: entry
                .objections
                .iter()
                .map(|o| Objection::of(o, lens))
                .collect(),
            seqs: entry.seqs.clone(),
        };
        state.entries.iter().map(shape).collect()
    }
}

/// The shapes of a list's rows.
#[must_use]
pub fn entries(rows: &[ListRow], lens: &Lens<'_>) -> Vec<ListEntry> {
    let shape = |ListRow { seq, row }: &ListRow| {
        let ground = lens.ground(&row.reason, &row.rule, row.from);
        ListEntry {
            operator: row.key.clone(),
            name: row.name.clone(),
            entry: row.entry.clone(),
            from: row.from,
            until: row.until,
            reason: row.reason.clone(),
            reason_zh: ground.zh,
            reason_en: ground.en,
            rule_id: row.rule.clone(),
            article: lens.rule(&row.rule, row.from).article,
            authority: row.authority.clone(),
            document: row.document.clone(),
            tombstone: row.is_tombstone(),
            seq: *seq,
        }
    };
    rows.iter().map(shape).collect()
}

pub(super) const LABELS: &[Label] = &[
    Label::new("authority", "决定机关", "authority"),
    Label::new("consequence", "后果", "consequence"),
    Label::new("consequence_from", "后果起始", "consequence since"),
    Label::new("outstay_due", "长期未移出届满", "long stay due"),
    Label::new("document", "文号", "document"),
    Label::new("entry", "条目", "entry"),
    Label::new("list", "名录", "list"),
    Label::new("objected", "提出异议", "objected"),
    Label::new("objection_late_days", "异议逾期天数", "days too late"),
    Label::new("objections", "异议", "objections"),
    Label::new("reason_en", "原因（英）", "reason in English"),
    Label::new("reason_zh", "原因说明", "reason in Chinese"),
    Label::new("rule_id", "依据", "rule"),
    Label::new("seqs", "事件位置", "positions"),
    Label::new("term_over", "期满日", "term over"),
    Label::new("to_remove", "移出期限", "to be taken off"),
    Label::new("tombstone", "已撤下", "taken down"),
    Label::new("void", "自始无效", "struck out"),
    Label::word("stage", "struck", "撤销列入"),
    Label::word("stage", "upheld", "维持列入"),
    Label::word("list", "abnormal", "经营异常名录"),
    Label::word("list", "marks", "个体工商户经营异常标记"),
    Label::word("list", "serious", "严重违法失信名单"),
    Label::word("list", "exposure", "曝光名单"),
    Label::word("list", "classes", "信用风险分类"),
    Label::word("list", "penalties", "行政处罚公示"),
    Label::word("list", "risk_overdue", "预警逾期未处置"),
    Label::word("list", "risk_warnings", "预警未处置"),
    Label::word("list", "unclear_shops", "待核网店"),
    Label::word("list", "silent_platforms", "逾期未报送平台"),
    Label::word("list", "over_limit", "超过零星小额限额"),
];
