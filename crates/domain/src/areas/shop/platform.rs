//! Shop: platforms (网络交易平台) and their January and July reports; judging, state, fold, rows.
//!
//! One duty runs at a time: the registration starts the first, a report or a noted silence the one
//! after. So the deadline of a silent platform stands until its silence is noted or it reports.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{LeavePlatform, NoteSilence, RegisterPlatform, ReportPlatform, ShopEvent};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::{Event, Visibility};
use crate::ident::{CreditCode, Host, Hosts, OnPlatform, ShopAddress};
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Roll, Term, TermUnit};
use crate::world::{World, operator_subject};

/// Hosts of one platform.
const HOSTS_MAX: usize = 20;
/// Shops that one report may flag; a longer one comes in parts of the file of evidence.
const FLAGGED_MAX: usize = 40;
/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 200;
/// The name of the deadline.
pub(super) const CLOCK: &str = "shop.platform_report";

/// A platform; `platform:register` holds the hosts of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// What people call it.
    pub name: String,
    /// Who runs it.
    pub operator: Option<CreditCode>,
    /// First day of its duty to report.
    pub since: Option<Day>,
    /// Day on which its service ended.
    pub left: Option<Day>,
    /// Deadlines by month, `YYYY-MM`.
    pub duties: BTreeMap<String, Clock>,
    /// Reports by month.
    pub reports: BTreeMap<String, Report>,
    /// Months that passed in silence, as noted.
    pub silent: BTreeSet<String>,
    /// Hosts, each with its platform: its own, or of the register those of all.
    pub hosts: Hosts,
}

/// A report of a platform's operators, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Day on which it came in.
    pub on: Day,
    /// How many operators it names.
    pub operators: u32,
    /// How many of them are not registered.
    pub unregistered: u32,
    /// Numbers of unregistered shops beyond the exemption.
    pub flagged: Vec<String>,
    /// Days by which it came late.
    pub late_days: i64,
}

impl Platform {
    /// The month that is not reported yet, and its deadline.
    #[must_use]
    pub fn open_duty(&self) -> Option<(&str, &Clock)> {
        let open =
            |month: &String| !self.reports.contains_key(month) && !self.silent.contains(month);
        let mut open = self.duties.iter().filter(|(month, _)| open(month));
        let (month, clock) = open.next_back()?;
        self.left.is_none().then_some((month.as_str(), clock))
    }
}

/// `YYYY-MM` of a day.
pub(super) fn month_of(day: Day) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The first day of a month `YYYY-MM`.
fn first_of(month: &str) -> Option<Day> {
    let shaped = month.len() == 7;
    Day::parse(&format!("{month}-01")).ok().filter(|_| shaped)
}

/// Whether a platform reports in a month.
fn is_due_in(rule: &RuleRef<'_>, first: Day) -> Result<bool, Refusal> {
    let months = [
        rule.amount("first_report_month")?,
        rule.amount("second_report_month")?,
    ];
    Ok(months.contains(&i64::from(first.month())))
}

/// The deadline of the first month of reports that begins after a day: the last day of that month.
fn next_duty(world: &dyn World, rule: &RuleRef<'_>, after: Day) -> Result<Clock, Refusal> {
    let mut first = after;
    for _ in 0..12 {
        first = first.plus_days(1 - i64::from(first.day())).plus_months(1);
        if is_due_in(rule, first)? {
            break;
        }
    }
    let days = first.days_until(first.plus_months(1));
    let term = Term {
        n: u32::try_from(days).unwrap_or_default(),
        roll: Roll::None,
        unit: TermUnit::Days,
    };
    let (text, start) = (rule.to_string(), first.plus_days(-1));
    let calendar = world.book().calendar();
    Ok(Clock::begin(
        CLOCK,
        &text,
        rule.article(),
        start,
        term,
        calendar,
    ))
}

fn known(world: &dyn World, id: &str) -> Result<(Subject, Option<Platform>), Refusal> {
    let fine = (1..=32).contains(&id.len())
        && id != "register"
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let subject = Subject::new(Kind::Platform, id).ok().filter(|_| fine);
    let subject = subject.ok_or_else(|| {
        Refusal::new(
            "shop.platform_id",
            "a platform's id has 1 to 32 characters of a-z 0-9 -, and is not `register`",
            "choose such an id, as `taobao`",
        )
        .at("data.platform")
    })?;
    let known = match world.entity(&subject).as_deref() {
        Some(Entity::Platform(platform)) if platform.since.is_some() => Some((**platform).clone()),
        _ => None,
    };
    Ok((subject, known))
}

/// A platform that is under the duty to report on the action's day.
fn serving(world: &dyn World, asked: &Asked<'_>, id: &str) -> Result<(Subject, Platform), Refusal> {
    let (subject, known) = known(world, id)?;
    let known = known.ok_or_else(|| {
        Refusal::new(
            "shop.platform_unknown",
            "no platform of this id is on record",
            "register it first (shop.register_platform)",
        )
        .at("data.platform")
    })?;
    if known.left.is_some_and(|left| left <= asked.on) {
        return Err(Refusal::new(
            "shop.platform_left",
            format!("the platform has ended its service by {}", asked.on),
            "correct the id or the date",
        )
        .at("data.platform"));
    }
    Ok((subject, known))
}

fn draft(asked: &Asked<'_>, payload: &ShopEvent, platform: Subject) -> Draft {
    Draft::new(Payload::Shop(payload.clone()), asked.on).about(platform)
}

pub(super) fn registered(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &RegisterPlatform,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer];
    world.register().may(asked.by, asked.on, &may)?;
    let (subject, before) = known(world, &p.platform)?;
    let named = (1..=NAME_CHARS_MAX).contains(&p.name.trim().chars().count());
    if !named {
        let what = format!("a platform's name has 1 to {NAME_CHARS_MAX} characters");
        return Err(Refusal::new("shop.text", what, "write it").at("data.name"));
    }
    if before.is_some_and(|b| b.left.is_none_or(|left| asked.on < left)) {
        return Err(Refusal::new(
            "shop.platform_known",
            "a platform of this id is on record",
            "choose another id, or record its reports",
        )
        .at("data.platform"));
    }
    let register = world.entity(&Subject::platform_register());
    let hosts = match register.as_deref() {
        Some(Entity::Platform(register)) => register.hosts.clone(),
        _ => Hosts::new(),
    };
    check_hosts(p, &hosts)?;
    let mut draft = draft(asked, payload, subject)
        .about(Subject::platform_register())
        .seen_by(Visibility::Public);
    let operator = operator_subject(p.operator);
    if world.entity(&operator).is_some() {
        draft = draft.about(operator);
    }
    // Before 2021 no month was set in which platforms report.
    if let Ok(rule) = world.book().rule("trading.platform_report", asked.on) {
        let clock = next_duty(world, &rule, asked.on)?;
        draft = draft.under(&rule).clock(clock);
    }
    Ok(vec![draft])
}

fn check_hosts(p: &RegisterPlatform, taken: &Hosts) -> Result<(), Refusal> {
    let shaped = |h: &Host| {
        let url = url::Url::parse(&format!("https://{}/", h.host)).ok();
        let same = url.as_ref().and_then(url::Url::host_str) == Some(h.host.as_str());
        let query = h.shop_in == crate::ident::ShopIn::Query;
        same && h.host.contains('.') && query != h.name.is_empty()
    };
    if p.hosts.len() > HOSTS_MAX || !p.hosts.iter().all(shaped) {
        return Err(Refusal::new(
            "shop.host",
            format!(
                "a platform has at most {HOSTS_MAX} hosts, each in lower case like \
                     example.com; a name goes with `query` alone"
            ),
            "correct the hosts",
        )
        .at("data.hosts"));
    }
    let other = |h: &&Host| taken.get(&h.host).is_some_and(|(id, _)| *id != p.platform);
    if let Some(host) = p.hosts.iter().find(other) {
        return Err(Refusal::new(
            "shop.host_taken",
            format!("{} belongs to another platform", host.host),
            "leave it out, or correct it",
        )
        .at("data.hosts"));
    }
    Ok(())
}

pub(super) fn reported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &ReportPlatform,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer, Capacity::Importer];
    world.register().may(asked.by, asked.on, &may)?;
    let (subject, known) = serving(world, asked, &p.platform)?;
    let rule = world.book().rule("trading.platform_report", asked.on)?;
    let first = period(&rule, &p.period)?;
    if asked.on < first {
        return Err(Refusal::new(
            "shop.period_ahead",
            "the month has not begun on that day",
            "correct the month or the date",
        )
        .by_rule(&rule)
        .at("data.period"));
    }
    if known.reports.contains_key(&p.period) {
        return Err(Refusal::new(
            "shop.period_reported",
            "the platform's report for this month is on record",
            "nothing is left to do",
        )
        .at("data.period"));
    }
    if p.unregistered > p.operators || p.flagged.len() > FLAGGED_MAX {
        return Err(Refusal::new(
            "shop.report_numbers",
            format!("not more are unregistered than there are; at most {FLAGGED_MAX} are flagged"),
            "correct the numbers; leave further flagged shops to the file",
        )
        .at("data.unregistered"));
    }
    let due = known.duties.get(&p.period).map(|clock| clock.due);
    let due = due.unwrap_or_else(|| first.plus_months(1).plus_days(-1));
    let late = due.days_until(asked.on).max(0);
    let mut draft = draft(asked, payload, subject).number(&rule, "late_days", late);
    for flagged in &p.flagged {
        let address = ShopAddress::Platform(OnPlatform {
            platform: p.platform.clone(),
            shop: flagged.shop.clone(),
        });
        let located = super::decide::locate(world, &address)?;
        draft = draft.about(located.subject);
    }
    // The open duty is done, so the next one begins; a report for an earlier month changes nothing.
    if known.open_duty().is_none_or(|(month, _)| month == p.period) {
        let after = known
            .duties
            .keys()
            .next_back()
            .and_then(|month| first_of(month));
        let after = after.map_or(first, |day| day.max(first));
        draft = draft.clock(next_duty(world, &rule, after)?);
    }
    Ok(vec![draft])
}

/// The first day of a month in which platforms report.
fn period(rule: &RuleRef<'_>, month: &str) -> Result<Day, Refusal> {
    match first_of(month) {
        Some(first) if is_due_in(rule, first)? => Ok(first),
        _ => Err(Refusal::new(
            "shop.period",
            "platforms do not report in this month",
            "give the month of the report as YYYY-MM",
        )
        .by_rule(rule)
        .at("data.period")),
    }
}

pub(super) fn silent(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &NoteSilence,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Clock, Capacity::Enforcer, Capacity::Registrar];
    world.register().may(asked.by, asked.on, &may)?;
    let (subject, known) = serving(world, asked, &p.platform)?;
    let rule = world.book().rule("trading.platform_report", asked.on)?;
    if known.silent.contains(&p.period) || known.reports.contains_key(&p.period) {
        return Err(Refusal::new(
            "shop.silence_noted",
            "the month was reported, or its silence noted",
            "nothing is left to do",
        )
        .by_rule(&rule)
        .at("data.period"));
    }
    let due = known.duties.get(&p.period).map(|clock| clock.due);
    let Some(due) = due.filter(|due| *due < asked.on) else {
        return Err(Refusal::new(
            "shop.not_due",
            "no deadline for this month has run out by that day",
            "wait for the day after the deadline",
        )
        .by_rule(&rule)
        .at("data.period"));
    };
    let first = period(&rule, &p.period)?;
    let late = due.days_until(asked.on);
    let draft = draft(asked, payload, subject).number(&rule, "late_days", late);
    Ok(vec![draft.clock(next_duty(world, &rule, first)?)])
}

pub(super) fn left(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &LeavePlatform,
) -> Result<Drafts, Refusal> {
    let may = [Capacity::Registrar, Capacity::Enforcer];
    world.register().may(asked.by, asked.on, &may)?;
    let (subject, known) = serving(world, asked, &p.platform)?;
    let mut draft = draft(asked, payload, subject)
        .about(Subject::platform_register())
        .seen_by(Visibility::Public);
    if let Some(operator) = known.operator.map(operator_subject)
        && world.entity(&operator).is_some()
    {
        draft = draft.about(operator);
    }
    Ok(vec![draft])
}

pub(crate) fn evolve(state: &mut Platform, me: &Subject, event: &Event, payload: &ShopEvent) {
    let register = *me == Subject::platform_register();
    match payload {
        ShopEvent::PlatformRegistered(p) => {
            let hosts = p.hosts.iter();
            let hosts = hosts.map(|h| (h.host.clone(), (p.platform.clone(), h.clone())));
            state.hosts.extend(hosts);
            if register {
                return;
            }
            p.name.trim().clone_into(&mut state.name);
            state.operator = Some(p.operator);
            state.since = Some(state.since.map_or(event.on, |day| day.min(event.on)));
            state.left = state.left.filter(|left| event.on < *left);
        }
        ShopEvent::PlatformLeft(p) if register => {
            state
                .hosts
                .retain(|_, (platform, _)| *platform != p.platform);
        }
        ShopEvent::PlatformLeft(_) => state.left = Some(event.on),
        ShopEvent::PlatformReported(p) => {
            let report = Report {
                on: event.on,
                operators: p.operators,
                unregistered: p.unregistered,
                flagged: p.flagged.iter().map(|f| f.shop.clone()).collect(),
                late_days: event.derived.number("late_days").unwrap_or(0),
            };
            state.reports.insert(p.period.clone(), report);
        }
        ShopEvent::PlatformSilent(p) => {
            state.silent.insert(p.period.clone());
        }
        _ => return,
    }
    for clock in event.derived.clocks.iter().filter(|c| c.name == CLOCK) {
        state.duties.insert(month_of(clock.due), clock.clone());
    }
}

/// A platform stands on the list of silent ones from the day after a deadline until it reports.
/// The row is written when the deadline begins, so that no event is needed when it runs out.
pub(crate) fn rows(
    state: &Platform,
    me: &Subject,
    event: &Event,
    payload: &ShopEvent,
    out: &mut Vec<Row>,
) {
    let mut months: BTreeSet<String> = BTreeSet::new();
    let begun = event.derived.clocks.iter().filter(|c| c.name == CLOCK);
    months.extend(begun.map(|clock| month_of(clock.due)));
    match payload {
        ShopEvent::PlatformReported(p) => drop(months.insert(p.period.clone())),
        ShopEvent::PlatformLeft(_) => {
            let open = |month: &&String| !state.reports.contains_key(*month);
            months.extend(state.duties.keys().filter(open).cloned());
        }
        _ => {}
    }
    let Some(operator) = state.operator else {
        return;
    };
    for month in months {
        let Some(clock) = state.duties.get(&month) else {
            continue;
        };
        let from = clock.due.plus_days(1);
        let until = state
            .reports
            .get(&month)
            .map(|report| report.on)
            .or(state.left);
        out.push(Row {
            list: List::SilentPlatforms,
            key: operator.to_string(),
            entry: format!("{}.{month}", me.id()),
            from,
            until,
            void: until.is_some_and(|until| until <= from),
            name: state.name.clone(),
            reason: month,
            rule: clock.rule.clone(),
            authority: event.by.department.to_string(),
            document: String::new(),
            visibility: Visibility::Departments,
            clock: None,
        });
    }
}
