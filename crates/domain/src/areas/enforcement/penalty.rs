//! Enforcement: the kinds of penalty (处罚种类), Administrative Penalty Law Art 9.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What kind of penalty. Administrative detention (行政拘留) is the police's alone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyKind {
    /// Warning (警告).
    Warning,
    /// Public criticism (通报批评).
    Criticism,
    /// Fine (罚款).
    Fine,
    /// Unlawful gains confiscated (没收违法所得).
    ConfiscateGains,
    /// Unlawful goods confiscated (没收非法财物).
    ConfiscateGoods,
    /// Licence suspended (暂扣许可证件).
    SuspendLicence,
    /// Grade of qualification lowered (降低资质等级).
    Downgrade,
    /// Licence revoked (吊销许可证件).
    RevokeLicence,
    /// Business licence revoked (吊销营业执照), which ends the registration.
    RevokeBusinessLicence,
    /// Certain business restricted (限制开展生产经营活动).
    RestrictBusiness,
    /// Production and business halted (责令停产停业).
    HaltBusiness,
    /// Closed down (责令关闭).
    CloseDown,
    /// Barred from the trade (限制从业).
    BarFromTrade,
}

impl PenaltyKind {
    /// The kind's name, which policy packs use as a code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Criticism => "criticism",
            Self::Fine => "fine",
            Self::ConfiscateGains => "confiscate_gains",
            Self::ConfiscateGoods => "confiscate_goods",
            Self::SuspendLicence => "suspend_licence",
            Self::Downgrade => "downgrade",
            Self::RevokeLicence => "revoke_licence",
            Self::RevokeBusinessLicence => "revoke_business_licence",
            Self::RestrictBusiness => "restrict_business",
            Self::HaltBusiness => "halt_business",
            Self::CloseDown => "close_down",
            Self::BarFromTrade => "bar_from_trade",
        }
    }

    /// Whether it takes a sum of money or goods of a value.
    #[must_use]
    pub const fn has_value(self) -> bool {
        matches!(
            self,
            Self::Fine | Self::ConfiscateGains | Self::ConfiscateGoods
        )
    }

    /// Whether it names a licence or qualification.
    #[must_use]
    pub const fn names_licence(self) -> bool {
        matches!(
            self,
            Self::SuspendLicence | Self::Downgrade | Self::RevokeLicence
        )
    }

    /// Whether it restricts business or trade for a time, or for ever.
    #[must_use]
    pub const fn restricts(self) -> bool {
        matches!(self, Self::RestrictBusiness | Self::BarFromTrade)
    }
}

/// One penalty of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// The fine, the gains or the value of the goods, in fen; absent for other kinds.
    #[serde(default)]
    pub fen: u64,
    /// What kind.
    pub kind: PenaltyKind,
    /// Last day of a suspension or restriction; absent where it has none.
    #[serde(default)]
    pub until: Option<Day>,
    /// The licence with its number, the goods, or the trade.
    #[serde(default)]
    pub what: String,
}

/// Under which procedure a penalty is decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// Ordinary (普通程序).
    #[default]
    Ordinary,
    /// Summary, on the spot (简易程序).
    Summary,
}

/// The sum of all penalties of a kind, in fen.
pub(super) fn fen_of(penalties: &[Penalty], kind: PenaltyKind) -> u64 {
    penalties
        .iter()
        .filter(|p| p.kind == kind)
        .fold(0, |sum, p| sum.saturating_add(p.fen))
}
