//! Registration: what can be asked and what can have happened.

use std::collections::BTreeMap;

use chain::hash::Hash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Apply, ApproveStep, Extend, OpenStep, Refuse, ResubmitStep, ReturnStep, Route, Withdraw,
};
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Sealed;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen to an application and to an operator's registration.
    pub enum RegistrationEvent {
        /// Applied for, online or at the window (全程电子化登记).
        Applied(Apply): "registration.apply" => "registration.applied.v1",
        /// Sent to other departments, which work on it side by side (网上并联审批).
        Routed(Route): "registration.route" => "registration.routed.v1",
        /// A department begins its step.
        StepOpened(OpenStep): "registration.open_step" => "registration.step_opened.v1",
        /// A department approves.
        StepApproved(ApproveStep): "registration.approve_step" => "registration.step_approved.v1",
        /// A department returns the application, to be mended.
        StepReturned(ReturnStep): "registration.return_step" => "registration.step_returned.v1",
        /// The mended application goes to that department again.
        StepResubmitted(ResubmitStep): "registration.resubmit_step" => "registration.step_resubmitted.v1",
        /// The head lengthens the term for deciding.
        Extended(Extend): "registration.extend" => "registration.extended.v1",
        /// Refused on a coded ground (不予登记).
        Refused(Refuse): "registration.refuse" => "registration.refused.v1",
        /// Withdrawn by the applicant.
        Withdrawn(Withdraw): "registration.withdraw" => "registration.withdrawn.v1",
        /// Granted: at the window at once, or upon an application.
        Granted(Grant): "registration.grant" => "registration.granted.v1",
        /// Came in with the register's file; a historic fact with its own legal date.
        Imported(Import): "registration.import" => "registration.imported.v1",
        /// A later delivery of that file knows the operator otherwise, from a later approval on.
        ChangeImported(Import): "registration.import_change" => "registration.change_imported.v1",
        /// A shown fact changed; a correction where its legal date is the grant's.
        Changed(Change): "registration.change" => "registration.changed.v1",
        /// The operator shows on its pages what changed.
        ChangeShown(ShowChange): "registration.show_change" => "registration.change_shown.v1",
        /// Business is suspended (歇业).
        Suspended(Suspend): "registration.suspend" => "registration.suspended.v1",
        /// Business goes on, by the operator's word or as the time is over.
        Resumed(Resume): "registration.resume" => "registration.resumed.v1",
        /// Cancelled (注销), revoked (吊销) or annulled (撤销登记).
        Ended(End): "registration.end" => "registration.ended.v1",
        /// An address was attached; with a host, the operator joined an incubator or secretary.
        AddressAttached(AttachAddress): "registration.attach_address" => "registration.address_attached.v1",
        /// An address was detached; with a host, the operator left it.
        AddressDetached(DetachAddress): "registration.detach_address" => "registration.address_detached.v1",
    }
}

/// A registration is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Domicile or business place; never a home.
    pub address: String,
    /// The application that it ends, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
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
    /// First day of the registration (成立日期); of a first delivery that is the legal date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub established: Option<Day>,
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

/// Shown facts change from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The new domicile; the former one is left on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The application that it ends, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The operator.
    pub code: CreditCode,
    /// The new division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// The new industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// The new legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_representative: Option<Sealed>,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why; required where the legal date lies before what is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Day of the resolution or occurrence behind it; the term for applying runs from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Day>,
    /// The new scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// The operator shows on its pages what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowChange {
    /// The operator.
    pub code: CreditCode,
}

/// Business is suspended from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// The application that it ends, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Code of the cause, from the rule in force.
    pub cause: String,
    /// The operator.
    pub code: CreditCode,
    /// Last day of the suspension; business goes on by itself the day after.
    pub to: Day,
}

/// Business goes on from the legal date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The operator.
    pub code: CreditCode,
}

/// How a registration ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// On application (注销).
    Cancelled,
    /// As a penalty (吊销); cancelling may follow.
    Revoked,
    /// By the registrar, as it was obtained by fraud (撤销登记).
    Annulled,
}

impl EndKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
            Self::Annulled => "annulled",
        }
    }
}

/// A registration ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The application that it ends, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The operator.
    pub code: CreditCode,
    /// How.
    pub kind: EndKind,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What an operator uses an address for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
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

impl AddressUse {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domicile => "domicile",
            Self::BusinessPlace => "business_place",
            Self::Secretary => "secretary",
            Self::Incubator => "incubator",
        }
    }
}

/// An address is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachAddress {
    /// The address.
    pub address: String,
    /// The operator.
    pub code: CreditCode,
    /// The secretary or incubator that gives the address, itself an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<CreditCode>,
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
