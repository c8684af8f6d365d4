//! Shop: what can be asked and what can have happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::{CreditCode, Host, ShopAddress};
use crate::sealed::{Evidence, Sealed};

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to shops and platforms.
    pub enum ShopEvent {
        /// Whoever runs a shop declares it (申报网店).
        Declared(Declare): "shop.declare" => "shop.declared.v1",
        /// Found, searching online or inspecting on the spot (线上搜索、线下排查).
        Found(Find): "shop.find" => "shop.found.v1",
        /// It was found out who runs it from the legal date on (认领).
        Matched(Match): "shop.match" => "shop.matched.v1",
        /// The real name of whoever runs it was verified (网店实名核验).
        NameVerified(Verify): "shop.verify_name" => "shop.name_verified.v1",
        /// An identity mark was issued (核发电子标识).
        MarkIssued(IssueMark): "shop.issue_mark" => "shop.mark_issued.v1",
        /// The mark was revoked on a coded ground (收回标识).
        MarkRevoked(RevokeMark): "shop.revoke_mark" => "shop.mark_revoked.v1",
        /// Closed (关闭).
        Closed(Close): "shop.close" => "shop.closed.v1",
        /// Its turnover of a year became known (年交易额).
        TurnoverReported(ReportTurnover): "shop.report_turnover" => "shop.turnover_reported.v1",
        /// Over all shops of whoever runs it, the year's turnover is beyond the exemption.
        LimitExceeded(ExceedLimit): _ => "shop.limit_exceeded.v1",
        /// A platform comes under the duty to report (平台入库).
        PlatformRegistered(RegisterPlatform): "shop.register_platform" => "shop.platform_registered.v1",
        /// A platform's January or July report of its operators came in (平台报送).
        PlatformReported(ReportPlatform): "shop.report_platform" => "shop.platform_reported.v1",
        /// A platform let a period pass in silence (逾期未报送).
        PlatformSilent(NoteSilence): "shop.note_silence" => "shop.platform_silent.v1",
        /// A platform ends its service; its duty to report ends.
        PlatformLeft(LeavePlatform): "shop.leave_platform" => "shop.platform_left.v1",
    }
}

/// An individual who runs shops without registration; named in full once, later by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Individual {
    /// Why no registration is needed, a code of the rule in force; needed at first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exempt: String,
    /// Name; needed at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sealed>,
    /// The number under which the ledger knows the individual: `A-Z a-z 0-9 . _ -`.
    pub number: String,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// Number of the identity document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident_id: Option<Sealed>,
}

/// A shop is declared by whoever runs it, an operator or an individual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// Where it is found.
    pub address: ShopAddress,
    /// The individual who runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub individual: Option<Individual>,
    /// What it calls itself.
    pub name: String,
    /// The operator that runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
}

/// How a shop was found.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FoundHow {
    /// Searching online (线上搜索).
    Online,
    /// Inspecting on the spot (线下排查).
    Offline,
}

impl FoundHow {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
        }
    }
}

/// A shop is found; nobody needs to be known who runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// Where it is found.
    pub address: ShopAddress,
    /// What shows it: pictures of pages, records of the inspection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// How it was found.
    pub how: FoundHow,
    /// What it calls itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The operator that it shows as its own, where it shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
}

/// Who runs a known shop, from the legal date on; whoever ran it until then runs it no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The shop.
    pub address: ShopAddress,
    /// By what this is known, in a sentence.
    pub ground: String,
    /// The individual who runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub individual: Option<Individual>,
    /// The operator that runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<CreditCode>,
}

/// The real name behind a shop was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The shop.
    pub address: ShopAddress,
    /// The person who was met or seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Sealed>,
}

/// An identity mark is issued to a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueMark {
    /// The shop.
    pub address: ShopAddress,
    /// The mark's number: `A-Z a-z 0-9 . _ -`.
    pub mark: String,
}

/// A mark is revoked from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeMark {
    /// The shop.
    pub address: ShopAddress,
    /// Code of the ground, from the rule in force.
    pub code: String,
    /// The mark's number.
    pub mark: String,
}

/// Why a shop is closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClosedWhy {
    /// By whoever ran it.
    ByItself,
    /// By the platform.
    ByPlatform,
    /// By order of an authority.
    Ordered,
    /// Nobody is there any more.
    Vanished,
}

impl ClosedWhy {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByItself => "by_itself",
            Self::ByPlatform => "by_platform",
            Self::Ordered => "ordered",
            Self::Vanished => "vanished",
        }
    }
}

/// A shop is closed from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The shop.
    pub address: ShopAddress,
    /// Day on which the end was announced on its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Day>,
    /// Why.
    pub why: ClosedWhy,
}

/// The turnover of a shop in a year became known; a later figure for the same year replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportTurnover {
    /// The shop.
    pub address: ShopAddress,
    /// Who says so, in a few words: the platform, the tax office, an inspection.
    pub source: String,
    /// Turnover in fen.
    pub turnover_fen: i64,
    /// The year.
    pub year: i32,
}

/// Over all shops of whoever runs them, a year's turnover is beyond what needs no registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceedLimit {
    /// Turnover over all shops so far, in fen.
    pub turnover_fen: i64,
    /// The year.
    pub year: i32,
}

/// A platform comes under the duty to report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterPlatform {
    /// Its hosts, and where their pages carry a shop's number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
    /// What people call it.
    pub name: String,
    /// The credit code of whoever runs it, in the county's register or not.
    pub operator: CreditCode,
    /// A short id of `a-z 0-9 -`.
    pub platform: String,
}

/// A shop that a platform's report flags: not registered, and beyond the exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flagged {
    /// The shop's number on the platform.
    pub shop: String,
    /// Its turnover of the year before or so far, in fen, where the report gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turnover_fen: Option<i64>,
}

/// A platform's report of its operators' identity for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportPlatform {
    /// The file that came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Evidence>,
    /// Unregistered shops beyond the exemption.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flagged: Vec<Flagged>,
    /// How many operators it names.
    pub operators: u32,
    /// The month for which it stands, `YYYY-MM`.
    pub period: String,
    /// The platform.
    pub platform: String,
    /// How many of them are not registered.
    pub unregistered: u32,
}

/// A period passed without a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSilence {
    /// The month, `YYYY-MM`.
    pub period: String,
    /// The platform.
    pub platform: String,
}

/// A platform ends its service on the legal date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeavePlatform {
    /// The platform.
    pub platform: String,
}
