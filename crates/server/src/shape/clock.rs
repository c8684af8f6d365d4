//! Shapes: the deadlines that run (期限), over all processes.

use domain::areas::department::Register;
use domain::clocks::ClockKind;
use domain::day::Day;
use domain::row::ListRow;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens};

/// One deadline that runs on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Deadline {
    /// The subject on which it runs, `kind:id`.
    pub subject: String,
    /// What must be done by then, or what lasts until then.
    pub task: String,
    /// Which part of the subject it concerns: an entry, a measure, a department.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// Whose time it is: `authority`, `party` or `effect` (something lasts until then).
    pub whose: String,
    /// The last day.
    pub due: Day,
    /// Days by which it is over on the day looked at; 0 while it runs in time.
    pub late_days: i64,
    /// A calendar year not adopted yet could still move it.
    pub provisional: bool,
    /// Credit code of the department that holds it.
    pub holder: String,
    /// What that department is called.
    pub holder_name: String,
    /// The article that gives the term.
    pub article: String,
    /// The rule, `pack@version#rule.id`.
    pub rule_id: String,
    /// Legal day of the event that set it going.
    pub from: Day,
    /// Days that do not count.
    pub excluded_days: i64,
    /// How often the term began anew.
    pub restarted: u64,
    /// Position of the event that made it what it is.
    pub seq: u64,
    /// The deadline, explained.
    pub clock: Clock,
}

impl Deadline {
    /// The shape of a row of the list of clocks, on a day; `None` for any other row.
    #[must_use]
    pub fn of(
        ListRow { seq, row }: &ListRow,
        day: Day,
        register: &Register,
        lens: &Lens<'_>,
    ) -> Option<Self> {
        let clock = row.clock.as_deref()?;
        let whose = ClockKind::by_name(&clock.name).map_or("authority", |k| k.whose.name());
        let code = row.authority.parse().ok();
        let holder = code.and_then(|code| register.departments.get(&code));
        let part = row.entry.split_once('/').map_or("", |(_, part)| part);
        let excluded = clock.excluded.iter();
        Some(Self {
            subject: row.key.clone(),
            task: clock.name.clone(),
            part: part.rsplit_once('@').map_or("", |(p, _)| p).to_owned(),
            whose: whose.to_owned(),
            due: clock.due,
            late_days: clock.due.days_until(day).max(0),
            provisional: clock.provisional,
            holder: row.authority.clone(),
            holder_name: holder.map_or("", |d| d.name_on(day)).to_owned(),
            article: clock.article.clone(),
            rule_id: clock.rule.clone(),
            from: row.from,
            excluded_days: excluded.map(|e| e.from.days_until(e.to) + 1).sum(),
            restarted: clock.restarts.len() as u64,
            seq: *seq,
            clock: Clock::of(clock, lens),
        })
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("excluded_days", "不计入天数", "days not counted"),
    Label::new("holder", "责任部门", "holder"),
    Label::new("holder_name", "责任部门名称", "holder's name"),
    Label::new("part", "部分", "part"),
    Label::new("restarted", "重新起算次数", "times begun anew"),
    Label::new("whose", "谁的期限", "whose"),
    Label::word("list", "clocks", "期限"),
    Label::word("whose", "authority", "机关"),
    Label::word("whose", "party", "当事人"),
    Label::word("whose", "effect", "存续"),
];
