//! Shapes: registration (登记) and addresses.

use domain::areas::registration::{self, Status};
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens};

/// An operator's registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Registration {
    /// Registered name.
    pub name: String,
    /// `registered`, `suspended`, `cancelled`, `revoked`, `annulled`, or `not_registered` before
    /// its first day.
    pub status: String,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The day on which it first ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Division code (GB/T 2260).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// Industry code (GB/T 4754).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub industry: String,
    /// Business scope (经营范围).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Came in with another authority's file.
    pub imported: bool,
    /// The latest approval that a file told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Day>,
    /// Names over time, where there was more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Dated>,
    /// Suspensions of business (歇业).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspensions: Vec<Suspension>,
    /// Where the operator is or was.
    pub addresses: Vec<Stay>,
    /// Operators to which it gives an address, as a secretary or incubator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<Stay>,
    /// The deadline for showing the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Days by which changes came late, added up.
    pub late_days: i64,
}

/// A value from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dated {
    /// First day.
    pub from: Day,
    /// The name.
    pub name: String,
}

/// One suspension of business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suspension {
    /// Code of the cause.
    pub cause: String,
    /// First day.
    pub from: Day,
    /// Last day as announced.
    pub to: Day,
    /// First day on which business goes on, where that was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Day>,
}

/// One address for a time, or one operator at an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stay {
    /// The subject: `address:…` on an operator, `operator:…` on an address.
    pub at: String,
    /// The address as it was written down.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What for: `domicile`, `business_place`, `secretary`, `incubator`.
    pub used_as: String,
    /// The secretary or incubator that gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// First day.
    pub from: Day,
    /// First day no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Whether it lasts on the day looked at.
    pub stands: bool,
}

impl Registration {
    /// The shape of a registration; `None` where nothing is known of one.
    #[must_use]
    pub fn of(state: &registration::Registration, lens: &Lens<'_>) -> Option<Self> {
        let from = state.from?;
        let on = lens.seen().on;
        let status = state.status(on).map_or("not_registered", Status::name);
        let names = state.names.iter().map(|(from, name)| Dated {
            from,
            name: name.clone(),
        });
        let names: Vec<Dated> = names.collect();
        let suspensions = state.suspensions.iter().map(|s| Suspension {
            cause: s.cause.clone(),
            from: s.from,
            to: s.to,
            resumed: s.resumed,
        });
        Some(Self {
            name: lens.at(&state.names),
            status: status.to_owned(),
            from: Some(from),
            ended: state.ended().map(|(_, day)| day),
            division: lens.at(&state.divisions),
            industry: lens.at(&state.industries),
            scope: lens.at(&state.scopes),
            imported: state.imported,
            approved: state.approved,
            names: if names.len() > 1 { names } else { Vec::new() },
            suspensions: suspensions.collect(),
            addresses: Stay::all("address", &state.addresses, lens),
            tenants: Stay::all("operator", &state.tenants, lens),
            clock: state.to_show.as_ref().map(|clock| Clock::of(clock, lens)),
            late_days: state.late_days,
        })
    }
}

impl Stay {
    pub(super) fn all(kind: &str, stays: &[registration::Stay], lens: &Lens<'_>) -> Vec<Self> {
        let shape = |stay: &registration::Stay| Self {
            at: format!("{kind}:{}", stay.key),
            address: stay.text.clone(),
            used_as: stay.r#use.name().to_owned(),
            host: stay.host.map(|code| code.to_string()),
            from: stay.from,
            until: stay.until,
            stands: lens.stands(stay.from, stay.until),
        };
        stays.iter().map(shape).collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("address", "地址", "address"),
    Label::new("addresses", "地址", "addresses"),
    Label::new("at", "在", "at"),
    Label::new("division", "行政区划", "division"),
    Label::new("ended", "终止", "ended"),
    Label::new("approved", "核准或同意", "approved"),
    Label::new("cause", "事由", "cause"),
    Label::new("host", "提供者", "host"),
    Label::new("industry", "行业", "industry"),
    Label::new("names", "名称沿革", "names"),
    Label::new("resumed", "恢复", "resumed"),
    Label::new("suspensions", "歇业", "suspensions"),
    Label::new("tenants", "入驻", "tenants"),
    Label::new("used_as", "用途", "used as"),
    Label::new("imported", "导入", "imported"),
    Label::new("name", "名称", "name"),
    Label::new("scope", "经营范围", "scope"),
    Label::new("stands", "有效", "stands"),
    Label::new("status", "状态", "status"),
    Label::new("until", "止", "until"),
    Label::word("status", "registered", "存续"),
    Label::word("status", "cancelled", "注销"),
    Label::word("status", "revoked", "吊销"),
    Label::word("status", "annulled", "撤销"),
    Label::word("status", "suspended", "歇业"),
    Label::word("used_as", "domicile", "住所"),
    Label::word("used_as", "business_place", "经营场所"),
    Label::word("used_as", "secretary", "电子商务秘书"),
    Label::word("used_as", "incubator", "孵化基地"),
    Label::word("status", "not_registered", "未登记"),
];
