//! Registration: what can be asked and what can have happened.

use std::collections::BTreeMap;

use chain::hash::Hash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Sealed;

crate::events! {
    /// What can happen to an operator's registration.
    pub enum RegistrationEvent {
        /// Granted at the window.
        Granted(Grant): "registration.grant" => "registration.granted.v1",
        /// Came in with the register's file; a historic fact with its own legal date.
        Imported(Import): "registration.import" => "registration.imported.v1",
        /// A shown fact changed; a correction where its legal date is the grant's.
        Changed(Change): "registration.change" => "registration.changed.v1",
        /// Cancelled (注销) or revoked (吊销).
        Ended(End): "registration.end" => "registration.ended.v1",
        /// An address was attached.
        AddressAttached(AttachAddress): "registration.attach_address" => "registration.address_attached.v1",
        /// An address was detached.
        AddressDetached(DetachAddress): "registration.detach_address" => "registration.address_detached.v1",
    }
}

/// A registration is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Domicile or business place; never a home.
    pub address: String,
    /// Unified social credit code.
    pub code: CreditCode,
    /// Division (GB/T 2260), 6 to 12 digits.
    pub division: String,
    /// Industry (GB/T 4754), 4 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Legal representative (法定代表人).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_representative: Option<Sealed>,
    /// Registered name.
    pub name: String,
    /// Business scope (经营范围).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
}

/// Where an imported fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The authority's name as the file gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authority: String,
    /// Further columns, kept as they came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// BLAKE3 of the file, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", regex(pattern = "^[0-9a-f]{64}$"))]
    pub file: Option<Hash>,
    /// Layout of the file.
    pub layout: String,
    /// The record's own id in the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub record: String,
}

/// A registration from the file of market entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Address as the file gives it; empty where it gives none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Day on which the register last approved a change (核准日期).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Day>,
    /// Unified social credit code.
    pub code: CreditCode,
    /// Division code, where the file gives one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// How it ended, where it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndKind>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Day>,
    /// Industry code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_representative: Option<Sealed>,
    /// Registered name.
    pub name: String,
    /// Business scope.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The file.
    pub source: Source,
}

/// A shown fact changes from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The operator.
    pub code: CreditCode,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why; required where the legal date lies before what is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The new scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// How a registration ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// On application (注销).
    Cancelled,
    /// As a penalty (吊销).
    Revoked,
}

impl EndKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
        }
    }
}

/// A registration ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The operator.
    pub code: CreditCode,
    /// How.
    pub kind: EndKind,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What an operator uses an address for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressUse {
    /// Domicile (住所).
    Domicile,
    /// Business place (经营场所).
    BusinessPlace,
    /// Address of an e-commerce secretary (电子商务秘书).
    Secretary,
    /// Incubator (孵化基地).
    Incubator,
}

/// An address is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachAddress {
    /// The address.
    pub address: String,
    /// The operator.
    pub code: CreditCode,
    /// What for.
    pub r#use: AddressUse,
}

/// An address is detached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetachAddress {
    /// The address, in any spelling.
    pub address: String,
    /// The operator.
    pub code: CreditCode,
}
