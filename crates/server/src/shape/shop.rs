//! Shapes: shops (网店), platforms, individuals who trade without registration.

use domain::areas::shop;
use domain::day::Day;
use domain::subject::Subject;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Ground, Lens};

/// One shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shop {
    /// The id of its normalised address.
    pub id: String,
    /// Its address as first written down.
    pub address: String,
    /// What it calls itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The platform that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// `open`, or `closed`.
    pub status: String,
    /// Why it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_why: Option<String>,
    /// Who runs it, over time; empty where nobody was ever known to.
    pub run_by: Vec<Holding>,
    /// Whether the real name of whoever runs it was verified.
    pub verified: bool,
    /// The last day on which it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<Day>,
    /// Times that it was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Sighting>,
    /// Identity marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Months in whose platform report it was flagged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flagged: Vec<String>,
    /// Turnover by year.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turnover: Vec<Turnover>,
    /// Batches of goods that are offered in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<String>,
    /// Batches that were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub batches_before: Vec<String>,
    /// The deadline for verifying the real name again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
}

/// Who runs a shop for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holding {
    /// `operator:…` or `individual:…`.
    pub who: String,
    /// First day.
    pub from: Day,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether it lasts on the day looked at.
    pub stands: bool,
}

/// One time that a shop was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sighting {
    /// The day.
    pub on: Day,
    /// `online` or `offline`.
    pub how: String,
}

/// An identity mark (电子标识).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mark {
    /// Its number.
    pub mark: String,
    /// First day.
    pub from: Day,
    /// Last day, as issued.
    pub to: Day,
    /// First day no longer, where it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Day>,
    /// Code of the ground for that.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// A shop's turnover of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Turnover {
    /// The year.
    pub year: i32,
    /// In fen.
    pub turnover_fen: i64,
}

/// A shop on the page of whoever runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShopLine {
    /// The subject, `shop:…`.
    pub shop: String,
    /// Its address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What it calls itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The platform that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// First day on which it was run.
    pub from: Day,
    /// Whether it is run on the day looked at.
    pub stands: bool,
    /// The last day on which the real name was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<Day>,
}

/// A year's turnover over all shops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TradeYear {
    /// The year.
    pub year: i32,
    /// What counts against the exemption, in fen.
    pub turnover_fen: i64,
    /// What needs no registration at most, in fen; absent where no rule said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_fen: Option<i64>,
    /// Whether it is beyond that.
    pub over: bool,
    /// Day on which it was first seen to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceeded: Option<Day>,
    /// How many shops have told of the year.
    pub shops_counted: u64,
    /// The rule, `pack@version#rule.id`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule_id: String,
}

/// An individual who trades without registration; the name is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Individual {
    /// Its number.
    pub individual: String,
    /// Why no registration is needed.
    pub exempt: Ground,
    /// First day on which it was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Its shops.
    pub shops: Vec<ShopLine>,
    /// Turnover by year.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<TradeYear>,
}

/// A trading platform (网络交易平台), or of the register the hosts of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Platform {
    /// Its id.
    pub platform: String,
    /// What people call it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Credit code of whoever runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// First day of its duty to report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Day on which its service ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Day>,
    /// The month that is to be reported, `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The deadline for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Months that passed in silence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<String>,
    /// Reports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platform_reports: Vec<PlatformReport>,
    /// Hosts, each with its platform.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<PlatformHost>,
}

/// A platform's report for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlatformReport {
    /// The month, `YYYY-MM`.
    pub period: String,
    /// Day on which it came in.
    pub received: Day,
    /// How many operators it names.
    pub operators_counted: u32,
    /// How many of them are not registered.
    pub unregistered: u32,
    /// Numbers of unregistered shops beyond the exemption.
    pub flagged: Vec<String>,
    /// Days by which it came late.
    pub late_days: i64,
}

/// A host of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlatformHost {
    /// The host.
    pub host_name: String,
    /// The platform.
    pub platform: String,
    /// Where its pages carry a shop's number: `subdomain`, `path`, `query`.
    pub shop_in: String,
}

impl Shop {
    /// The shape of a shop.
    #[must_use]
    pub fn of(id: &str, state: &shop::Shop, lens: &Lens<'_>) -> Self {
        let on = lens.seen().on;
        let life = match on {
            Some(day) => state.life.on(day),
            None => state.life.last(),
        };
        let why = match life {
            Some(shop::Life::Closed(why)) => Some(why.name().to_owned()),
            _ => None,
        };
        let holding = |(holder, from, until): (&Subject, Day, Option<Day>)| Holding {
            who: holder.to_string(),
            from,
            until,
            stands: lens.stands(from, until),
        };
        let batches = |stands: bool| {
            let all = state.batches.iter();
            let these = all.filter(|b| lens.stands(b.from, b.until) == stands);
            these.map(|b| b.batch.clone()).collect()
        };
        let sighting = |s: &shop::Sighting| Sighting {
            on: s.on,
            how: s.how.name().to_owned(),
        };
        Self {
            id: id.to_owned(),
            address: state.address.clone(),
            name: lens.at(&state.names),
            platform: state.platform.clone(),
            status: if why.is_some() { "closed" } else { "open" }.to_owned(),
            closed_why: why,
            run_by: state.stays().map(holding).collect(),
            verified: state.is_verified_on(on.unwrap_or(Day::MAX)),
            verified_on: state.verified.last().copied(),
            found: state.sightings.iter().map(sighting).collect(),
            marks: state.marks.iter().map(Mark::of).collect(),
            flagged: state.flagged.iter().cloned().collect(),
            turnover: state
                .turnover_fen
                .iter()
                .map(|(year, fen)| Turnover {
                    year: *year,
                    turnover_fen: *fen,
                })
                .collect(),
            batches: batches(true),
            batches_before: batches(false),
            clock: state.verify_again.as_ref().map(|c| Clock::of(c, lens)),
        }
    }
}

impl Mark {
    fn of(mark: &shop::Mark) -> Self {
        let revoked = mark.revoked.as_ref();
        Self {
            mark: mark.number.clone(),
            from: mark.from,
            to: mark.to,
            revoked: revoked.map(|(on, _)| *on),
            code: revoked.map_or_else(String::new, |(_, code)| code.clone()),
        }
    }
}

impl ShopLine {
    pub(super) fn all(state: &shop::Shops, lens: &Lens<'_>) -> Vec<Self> {
        let shape = |(id, held): (&String, &shop::Held)| {
            let (from, _) = held.runs.iter().next()?;
            Some(Self {
                shop: format!("shop:{id}"),
                address: held.address.clone(),
                name: held.name.clone(),
                platform: held.platform.clone(),
                from,
                stands: match lens.seen().on {
                    Some(day) => held.runs_on(day),
                    None => held.runs.last() == Some(&true),
                },
                verified_on: held.verified,
            })
        };
        state.held.iter().filter_map(shape).collect()
    }
}

impl TradeYear {
    pub(super) fn all(state: &shop::Shops) -> Vec<Self> {
        let shape = |(year, moved): (&i32, &shop::Year)| Self {
            year: *year,
            turnover_fen: moved.counted_fen(),
            limit_fen: moved.limit_fen,
            over: moved.is_over(),
            exceeded: moved.exceeded,
            shops_counted: moved.shops_fen.len() as u64,
            rule_id: moved.rule.clone(),
        };
        state.years.iter().map(shape).collect()
    }
}

impl Individual {
    /// The shape of an individual.
    #[must_use]
    pub fn of(number: &str, state: &shop::Person, lens: &Lens<'_>) -> Self {
        let since = state.since.unwrap_or(Day::MAX);
        Self {
            individual: number.to_owned(),
            exempt: lens.ground(&state.exempt, &state.rule, since),
            since: state.since,
            shops: ShopLine::all(&state.shops, lens),
            years: TradeYear::all(&state.shops),
        }
    }
}

impl Platform {
    /// The shape of a platform.
    #[must_use]
    pub fn of(id: &str, state: &shop::Platform, lens: &Lens<'_>) -> Self {
        let open = state.open_duty();
        let report = |(period, report): (&String, &shop::Report)| PlatformReport {
            period: period.clone(),
            received: report.on,
            operators_counted: report.operators,
            unregistered: report.unregistered,
            flagged: report.flagged.clone(),
            late_days: report.late_days,
        };
        let host =
            |(name, (platform, rule)): (&String, &(String, domain::ident::Host))| PlatformHost {
                host_name: name.clone(),
                platform: platform.clone(),
                shop_in: super::word_of(&rule.shop_in),
            };
        Self {
            platform: id.to_owned(),
            name: state.name.clone(),
            operator: state.operator.map(|code| code.to_string()),
            since: state.since,
            left: state.left,
            period: open.map(|(period, _)| period.to_owned()),
            clock: open.map(|(_, clock)| Clock::of(clock, lens)),
            silent: state.silent.iter().cloned().collect(),
            platform_reports: state.reports.iter().map(report).collect(),
            hosts: state.hosts.iter().map(host).collect(),
        }
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("closed_why", "关闭原因", "closed"),
    Label::new("exceeded", "超限日", "beyond since"),
    Label::new("exempt", "免予登记情形", "exempt as"),
    Label::new("flagged", "平台标示", "flagged"),
    Label::new("found", "发现", "found"),
    Label::new("host_name", "域名", "host"),
    Label::new("hosts", "域名", "hosts"),
    Label::new("how", "方式", "how"),
    Label::new("individual", "自然人经营者", "individual"),
    Label::new("left", "终止服务", "service ended"),
    Label::new("limit_fen", "限额（分）", "limit in fen"),
    Label::new("mark", "电子标识", "mark"),
    Label::new("marks", "电子标识", "marks"),
    Label::new("operators_counted", "经营者户数", "operators"),
    Label::new("over", "超过限额", "beyond the limit"),
    Label::new("period", "报送月份", "month of report"),
    Label::new("platform", "平台", "platform"),
    Label::new("run_by", "经营者沿革", "run by, over time"),
    Label::new("who", "经营者", "who"),
    Label::new("platform_reports", "平台报送", "reports of the platform"),
    Label::new("shop", "网店", "shop"),
    Label::new("shop_in", "店铺号所在", "shop's number in"),
    Label::new("shops", "网店", "shops"),
    Label::new("shops_counted", "计入网店数", "shops counted"),
    Label::new("silent", "逾期未报送", "silent"),
    Label::new("turnover", "交易额", "turnover"),
    Label::new("turnover_fen", "交易额（分）", "turnover in fen"),
    Label::new("unregistered", "未登记户数", "not registered"),
    Label::new("verified", "已实名核验", "verified"),
    Label::new("verified_on", "最近核验", "last verified"),
    Label::new("year", "年度", "year"),
    Label::new("years", "年度", "years"),
    Label::word("status", "open", "开业"),
    Label::word("status", "closed", "关闭"),
    Label::word("closed_why", "by_itself", "自行关闭"),
    Label::word("closed_why", "by_platform", "平台关闭"),
    Label::word("closed_why", "ordered", "责令关闭"),
    Label::word("closed_why", "vanished", "不再经营"),
    Label::word("how", "online", "线上搜索"),
    Label::word("how", "offline", "线下排查"),
];
