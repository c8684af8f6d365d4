//! Shapes: exchanges between departments (往来), joint meetings (联席会议), and who owes what to whom.

use domain::areas::sharing;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Ground, Lens};

/// An exchange between departments, or with an authority elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exchange {
    /// Its number.
    pub exchange: String,
    /// `record`, `request`, `assist`, `transfer`.
    pub exchange_kind: String,
    /// Where it stands.
    pub stage: String,
    /// Who sent it: a credit code, or the name of an authority elsewhere.
    pub sent_by: String,
    /// Who has to act on it.
    pub sent_to: String,
    /// What was sent or asked for.
    pub title: String,
    /// By which duty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by_duty: String,
    /// The task of a plan by which it is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_task: Option<String>,
    /// The matter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// Operators it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub about_operators: Vec<String>,
    /// Number of the letter from elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Day on which it left, or came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Day>,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Day on which it was acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Day>,
    /// Day on which it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Day>,
    /// The outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Ground>,
    /// The answer's words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reply: String,
    /// The deadlines that run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// How often the term for the answer was lengthened.
    pub extensions: u32,
    /// Terms that were found to have gone by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<Overdue>,
    /// Days on which the sender asked again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Day>,
    /// Days by which acts came late, added up.
    pub late_days: i64,
    /// Days by which the next act is late on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by_days: Option<i64>,
    /// Departments that took over one side of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_over_by: Vec<String>,
}

/// A term that went by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overdue {
    /// What was to be done.
    pub task: String,
    /// Its last day.
    pub due: Day,
    /// Day on which that was found.
    pub found_on: Day,
}

/// A joint meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meeting {
    /// Its number.
    pub meeting: String,
    /// What it was about.
    pub title: String,
    /// Its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_on: Option<Day>,
    /// Who convened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convened_by: Option<String>,
    /// Who took part.
    pub attended: Vec<String>,
    /// Who stayed away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// What was resolved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
}

/// One resolution of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Resolution {
    /// Its id within the meeting.
    pub resolution: String,
    /// What is to be done.
    pub title: String,
    /// Which department carries it out.
    pub owner: String,
    /// Departments that took it over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_over_by: Vec<String>,
    /// The task of a plan that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_task: Option<String>,
    /// Its deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Day on which it was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried_out: Option<Day>,
    /// What was done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub report_text: String,
    /// Days by which that came late.
    pub late_days: i64,
    /// Days by which it is late on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by_days: Option<i64>,
}

/// What one department owes to others and is owed by them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duties {
    /// What it owes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owes: Vec<Duty>,
    /// What it is owed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is_owed: Vec<Duty>,
    /// What went over to others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<Duty>,
    /// What it owed and did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties_done: Vec<Settled>,
    /// How much of what it owes is late on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owes_late: Option<u64>,
    /// How much of what it is owed is late on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_owed_late: Option<u64>,
}

/// One duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duty {
    /// What is to be done.
    pub duty: Ground,
    /// The exchange, meeting or task that it comes from.
    pub matter: String,
    /// The resolution or target within it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// What it is, in words.
    pub title: String,
    /// Who is on the other side.
    pub counterparts: Vec<String>,
    /// Since when.
    pub since: Day,
    /// Its deadlines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// Days by which it is late on the day looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by_days: Option<i64>,
    /// Departments that it came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_from: Vec<String>,
    /// Departments that it went over to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone_to: Vec<String>,
}

/// Duties of a kind that were done, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settled {
    /// Which kind, as a stable word.
    pub duty_kind: String,
    /// How many.
    pub total: u64,
    /// How many of them late.
    pub late: u64,
    /// Days by which they were late, added up.
    pub late_days: i64,
}

impl Exchange {
    /// The shape of an exchange.
    #[must_use]
    pub fn of(number: &str, state: &sharing::Exchange, lens: &Lens<'_>) -> Self {
        let party = |party: &Option<sharing::Party>| party.as_ref().map(sharing::Party::text);
        let overdue = state.overdue.iter().map(|o| Overdue {
            task: o.task.clone(),
            due: o.due,
            found_on: o.found,
        });
        let begun = state.sent.unwrap_or(Day::MIN);
        let answer = lens.ground(&state.outcome, &state.rule, begun);
        let past = |day: Day| state.clocks().map(|c| c.due.days_until(day)).max();
        Self {
            exchange: number.to_owned(),
            exchange_kind: state.kind.name().to_owned(),
            stage: state.stage.name().to_owned(),
            sent_by: party(&state.from).unwrap_or_default(),
            sent_to: party(&state.to).unwrap_or_default(),
            title: state.title.clone(),
            by_duty: state.basis.clone(),
            plan_task: state.task.clone(),
            matter: state.matter.as_ref().map(ToString::to_string),
            about_operators: state.operators.iter().map(ToString::to_string).collect(),
            document: state.document.clone(),
            sent: state.sent,
            since: state.since,
            acknowledged: state.acknowledged,
            answered: state.answered,
            answer: (!state.outcome.is_empty()).then_some(answer),
            reply: state.reply.clone(),
            clocks: state.clocks().map(|c| Clock::of(c, lens)).collect(),
            extensions: state.extensions,
            overdue: overdue.collect(),
            reminders: state.reminders.clone(),
            late_days: state.late_days,
            late_by_days: late(lens, past),
            taken_over_by: state.heirs.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Meeting {
    /// The shape of a joint meeting.
    #[must_use]
    pub fn of(number: &str, state: &sharing::Meeting, lens: &Lens<'_>) -> Self {
        let resolution = |r: &sharing::Resolution| {
            let open = r.clock.as_ref().filter(|_| r.performed.is_none());
            Resolution {
                resolution: r.id.clone(),
                title: r.title.clone(),
                owner: r.owner.to_string(),
                taken_over_by: r.heirs.iter().map(ToString::to_string).collect(),
                plan_task: r.task.clone(),
                clock: r.clock.as_ref().map(|c| Clock::of(c, lens)),
                carried_out: r.performed,
                report_text: r.report.clone(),
                late_days: r.late_days,
                late_by_days: late(lens, |day| open.map(|c| c.due.days_until(day))),
            }
        };
        Self {
            meeting: number.to_owned(),
            title: state.title.clone(),
            held_on: state.held,
            convened_by: state.convened_by.map(|c| c.to_string()),
            attended: state.attended.iter().map(ToString::to_string).collect(),
            absent: state.absent.iter().map(ToString::to_string).collect(),
            resolutions: state.resolutions.iter().map(resolution).collect(),
        }
    }
}

impl Duties {
    /// The shape of a department's duties; nothing where it never had any.
    #[must_use]
    pub fn of(state: &sharing::Duties, lens: &Lens<'_>) -> Option<Self> {
        let all = |side: Option<sharing::Side>| -> Vec<Duty> {
            let open = state.open.iter().filter(|d| match side {
                Some(side) => d.side == side && d.is_here(),
                None => !d.is_here(),
            });
            open.map(|d| Duty::of(d, lens)).collect()
        };
        let done = state.settled.iter().map(|(what, settled)| Settled {
            duty_kind: what.name().to_owned(),
            total: settled.count,
            late: settled.late,
            late_days: settled.late_days,
        });
        let mut shape = Self {
            owes: all(Some(sharing::Side::Owes)),
            is_owed: all(Some(sharing::Side::Owed)),
            handed_on: all(None),
            duties_done: done.collect(),
            owes_late: None,
            is_owed_late: None,
        };
        if shape == Self::default() {
            return None;
        }
        if lens.seen().on.is_some() {
            let late = |duties: &[Duty]| {
                let late = duties.iter().filter(|d| d.late_by_days.is_some());
                Some(late.count() as u64)
            };
            shape.owes_late = late(&shape.owes);
            shape.is_owed_late = late(&shape.is_owed);
        }
        Some(shape)
    }
}

impl Duty {
    fn of(duty: &sharing::Duty, lens: &Lens<'_>) -> Self {
        Self {
            duty: lens.ground(duty.what.name(), &duty.rule, duty.since),
            matter: duty.matter.to_string(),
            part: duty.part.clone(),
            title: duty.title.clone(),
            counterparts: duty.with.iter().cloned().collect(),
            since: duty.since,
            clocks: duty.clocks.iter().map(|c| Clock::of(c, lens)).collect(),
            late_by_days: late(lens, |day| Some(duty.late_days_on(day))),
            taken_from: duty.taken_from.iter().map(ToString::to_string).collect(),
            gone_to: duty.gone_to.keys().map(ToString::to_string).collect(),
        }
    }
}

/// The days by which something is late on the legal date asked for; nothing where it is in time, or
/// no date was asked for: what is late depends on the day, and the ledger has no clock.
pub(super) fn late(lens: &Lens<'_>, past: impl Fn(Day) -> Option<i64>) -> Option<i64> {
    let days = lens.seen().on.and_then(past);
    days.filter(|days| *days > 0)
}

pub(super) const LABELS: &[Label] = &[
    Label::new("about_operators", "涉及主体", "about operators"),
    Label::new("absent", "缺席", "absent"),
    Label::new("acknowledged", "签收日", "acknowledged"),
    Label::new("answer", "答复", "answer"),
    Label::new("answered", "答复日", "answered"),
    Label::new("attended", "参加", "attended"),
    Label::new("by_duty", "职责依据", "by duty"),
    Label::new("carried_out", "办结日", "carried out"),
    Label::new("convened_by", "召集部门", "convened by"),
    Label::new("counterparts", "对方", "other side"),
    Label::new("duties", "应办事项", "duties"),
    Label::new("duties_done", "已办事项", "duties done"),
    Label::new("duty", "事项", "duty"),
    Label::new("duty_kind", "事项类别", "kind of duty"),
    Label::new("exchange", "往来编号", "exchange"),
    Label::new("exchange_kind", "往来类别", "kind of exchange"),
    Label::new("extensions", "延期次数", "times lengthened"),
    Label::new("found_on", "发现日", "found on"),
    Label::new("gone_to", "已移交", "gone to"),
    Label::new("handed_on", "已移交事项", "handed on"),
    Label::new("held_on", "召开日", "held on"),
    Label::new("is_owed", "待收", "is owed"),
    Label::new("is_owed_late", "待收逾期", "owed to it and late"),
    Label::new("late_by_days", "已逾期天数", "late by days"),
    Label::new("matter", "事由", "matter"),
    Label::new("meeting", "会议编号", "meeting"),
    Label::new("overdue", "逾期记录", "overdue"),
    Label::new("owes", "应办", "owes"),
    Label::new("owes_late", "应办逾期", "owes late"),
    Label::new("owner", "责任部门", "owner"),
    Label::new("plan_task", "方案任务", "task of a plan"),
    Label::new("reminders", "催办", "reminders"),
    Label::new("reply", "答复内容", "reply"),
    Label::new("report_text", "办理情况", "report"),
    Label::new("resolution", "议定事项", "resolution"),
    Label::new("resolutions", "议定事项", "resolutions"),
    Label::new("sent", "发出日", "sent"),
    Label::new("sent_by", "发出部门", "sent by"),
    Label::new("sent_to", "接收部门", "sent to"),
    Label::new("taken_from", "承接自", "taken from"),
    Label::new("taken_over_by", "承接部门", "taken over by"),
    Label::word("duty_kind", "acknowledge", "签收"),
    Label::word("duty_kind", "answer", "答复"),
    Label::word("duty_kind", "perform", "落实议定事项"),
    Label::word("duty_kind", "lead", "牵头"),
    Label::word("duty_kind", "cooperate", "配合"),
    Label::word("duty_kind", "reach", "完成目标"),
    Label::word("exchange_kind", "record", "信息共享"),
    Label::word("exchange_kind", "request", "数据需求"),
    Label::word("exchange_kind", "assist", "协助调查"),
    Label::word("exchange_kind", "transfer", "移送"),
    Label::word("list", "duties", "部门职责与往来"),
    Label::word("stage", "sent", "已发出"),
    Label::word("stage", "acknowledged", "已签收"),
    Label::word("stage", "done", "已办结"),
];
