//! Envelope: what an event is about, `kind:id`.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ident::{AddressId, ShopId, ShopPlace};

/// The longest subject accepted, in bytes.
pub const SUBJECT_BYTES_MAX: usize = 128;

/// What an event is about, written `kind:id`: `operator:91371322…`, `complaint:2026-0012`.
///
/// The id holds 1 to 119 characters of `A-Z a-z 0-9 . _ -`; cloning is cheap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(Arc<str>);

/// What kinds of things the ledger keeps a state for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An online operator (网络经营者), by its unified social credit code.
    Operator,
    /// A complaint (投诉).
    Complaint,
    /// A report of a breach (举报).
    Report,
    /// A lead (线索).
    Lead,
    /// A campaign over many operators (专项行动).
    Campaign,
    /// A batch of goods (商品批次).
    Batch,
    /// A risk (风险).
    Risk,
    /// A plan for risks (处置预案).
    RiskPlan,
    /// An enforcement case (案件), by its number.
    Case,
    /// A bulletin of exposure (曝光公告), by its number.
    Bulletin,
    /// A normalised address (地址).
    Address,
    /// An application for registration (登记申请).
    Application,
    /// The register of departments (部门); one entity, `department:register`, or one department.
    Department,
    /// An item of the negative list (负面清单).
    NegativeItem,
    /// An application for credit repair (信用修复).
    Repair,
    /// An exchange between departments or regions (往来), by its number.
    Exchange,
    /// A joint meeting (联席会议), by its number.
    Meeting,
    /// A task of a plan (任务), by its number.
    Task,
    /// A piece of guidance (行政指导), by its number.
    Guidance,
    /// A consumer alert (消费警示), by its number.
    Alert,
    /// The adopted policy packs (规则包); one entity, `policy:book`.
    Policy,
    /// A shop (网店), by its normalised address.
    Shop,
    /// A trading platform (网络交易平台), by a short id; `platform:register` knows all their hosts.
    Platform,
    /// An individual who trades without registration (免予登记的自然人), by a number.
    Individual,
    /// The vault of sealed values; one entity for each person or subject whose key was erased.
    Vault,
    /// The ledger itself; one entity, `ledger:keys`.
    Ledger,
}

impl Kind {
    /// Every kind, in the order of their names' declaration.
    pub const ALL: [Self; 26] = [
        Self::Operator,
        Self::Complaint,
        Self::Report,
        Self::Lead,
        Self::Campaign,
        Self::Batch,
        Self::Risk,
        Self::RiskPlan,
        Self::Case,
        Self::Bulletin,
        Self::Address,
        Self::Application,
        Self::Department,
        Self::NegativeItem,
        Self::Repair,
        Self::Exchange,
        Self::Meeting,
        Self::Task,
        Self::Guidance,
        Self::Alert,
        Self::Policy,
        Self::Shop,
        Self::Platform,
        Self::Individual,
        Self::Vault,
        Self::Ledger,
    ];

    /// The names of all kinds, joined.
    fn names(between: &str) -> String {
        Self::ALL.map(Self::name).join(between)
    }

    /// The word before the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Complaint => "complaint",
            Self::Report => "report",
            Self::Lead => "lead",
            Self::Campaign => "campaign",
            Self::Batch => "batch",
            Self::Risk => "risk",
            Self::RiskPlan => "risk_plan",
            Self::Case => "case",
            Self::Bulletin => "bulletin",
            Self::Address => "address",
            Self::Application => "application",
            Self::Department => "department",
            Self::NegativeItem => "negative_item",
            Self::Repair => "repair",
            Self::Exchange => "exchange",
            Self::Meeting => "meeting",
            Self::Task => "task",
            Self::Guidance => "guidance",
            Self::Alert => "alert",
            Self::Policy => "policy",
            Self::Shop => "shop",
            Self::Platform => "platform",
            Self::Individual => "individual",
            Self::Vault => "vault",
            Self::Ledger => "ledger",
        }
    }
}

/// Why a text is not a subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// No `kind:` of a known kind in front.
    #[error("a subject begins with one of {} and a colon", Kind::names(", "))]
    Kind,
    /// The id is empty, too long, or holds a character outside `A-Z a-z 0-9 . _ -`.
    #[error("a subject's id has 1 to 119 characters of A-Z a-z 0-9 . _ -")]
    Id,
}

impl SubjectError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind => "subject_kind",
            Self::Id => "subject_id",
        }
    }
}

impl Subject {
    /// Reads `kind:id`.
    ///
    /// # Errors
    /// [`SubjectError`] where the kind is unknown or the id malformed.
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        let (kind, id) = text.split_once(':').ok_or(SubjectError::Kind)?;
        if !Kind::ALL.iter().any(|k| k.name() == kind) {
            return Err(SubjectError::Kind);
        }
        check_id(id)?;
        Ok(Self(text.into()))
    }

    /// Joins a kind and an id.
    ///
    /// # Errors
    /// [`SubjectError::Id`] where the id is malformed.
    pub fn new(kind: Kind, id: &str) -> Result<Self, SubjectError> {
        check_id(id)?;
        Ok(Self(format!("{}:{id}", kind.name()).into()))
    }

    /// Joins a kind and a credit code, whose alphabet a subject always allows.
    #[must_use]
    pub fn from_code(kind: Kind, code: crate::ident::CreditCode) -> Self {
        Self(format!("{}:{code}", kind.name()).into())
    }

    /// The address of a text, in any spelling.
    #[must_use]
    pub fn for_address(text: &str) -> Self {
        Self(format!("{}:{}", Kind::Address.name(), AddressId::of(text)).into())
    }

    /// The shop at a normalised address.
    #[must_use]
    pub fn for_shop(place: &ShopPlace) -> Self {
        Self(format!("{}:{}", Kind::Shop.name(), ShopId::of(place)).into())
    }

    /// The register of platforms and their hosts.
    #[must_use]
    pub fn platform_register() -> Self {
        Self("platform:register".into())
    }

    /// The register of departments and officers.
    #[must_use]
    pub fn department_register() -> Self {
        Self("department:register".into())
    }

    /// The book of adopted policy packs.
    #[must_use]
    pub fn policy_book() -> Self {
        Self("policy:book".into())
    }

    /// The keys that sign the ledger's checkpoints.
    #[must_use]
    pub fn log_keys() -> Self {
        Self("ledger:keys".into())
    }

    /// The kind in front of the colon.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let name = self.0.split(':').next().unwrap_or_default();
        Kind::ALL
            .into_iter()
            .find(|k| k.name() == name)
            .unwrap_or(Kind::Vault)
    }

    /// What stands behind the colon.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, id)| id)
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_id(id: &str) -> Result<(), SubjectError> {
    let fine = !id.is_empty()
        && id.len() < SUBJECT_BYTES_MAX - 8
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if fine { Ok(()) } else { Err(SubjectError::Id) }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Subject;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a subject, kind:id")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Subject, E> {
                Subject::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl JsonSchema for Subject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Subject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": format!("^({}):[A-Za-z0-9._-]{{1,119}}$", Kind::names("|")),
            "description": "What an event is about: kind:id."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_kind_and_id() {
        let s = Subject::parse("complaint:2026-0012").unwrap();
        assert_eq!((s.kind(), s.id()), (Kind::Complaint, "2026-0012"));
    }

    #[test]
    fn refuses_what_is_no_subject() {
        for (text, code) in [
            ("", "subject_kind"),
            ("complaint", "subject_kind"),
            ("king:1", "subject_kind"),
            ("complaint:", "subject_id"),
            ("complaint:a b", "subject_id"),
            ("complaint:张", "subject_id"),
        ] {
            assert_eq!(Subject::parse(text).unwrap_err().code(), code, "{text}");
        }
    }
}
