//! Sharing: what can be asked and what can have happened.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duty::Duty;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::sealed::Evidence;
use crate::subject::Subject;

crate::events! {
    clocks = super::clocks::CLOCKS;
    /// What can happen between departments.
    pub enum SharingEvent {
        /// Something is sent to another department, or to an authority elsewhere.
        Sent(Send): "sharing.send" => "sharing.sent.v1",
        /// Something came in from an authority elsewhere.
        Received(Receive): "sharing.receive" => "sharing.received.v1",
        /// Whoever it was sent to has it (签收).
        Acknowledged(Acknowledge): "sharing.acknowledge" => "sharing.acknowledged.v1",
        /// The term for the answer is lengthened, by notice before it is over.
        Extended(Extend): "sharing.extend" => "sharing.extended.v1",
        /// Answered (回复、反馈).
        Answered(Answer): "sharing.answer" => "sharing.answered.v1",
        /// The sender asks again (催办).
        Reminded(Remind): "sharing.remind" => "sharing.reminded.v1",
        /// A term went by without the act; the clock's action.
        FellOverdue(FallOverdue): "sharing.fall_overdue" => "sharing.fell_overdue.v1",
        /// The sender takes it back.
        Withdrawn(Withdraw): "sharing.withdraw" => "sharing.withdrawn.v1",
        /// A joint meeting was held and resolved (联席会议).
        MeetingHeld(HoldMeeting): "sharing.hold_meeting" => "sharing.meeting_held.v1",
        /// One resolution of it, with who carries it out and by when.
        Resolved(Resolved): _ => "sharing.resolved.v1",
        /// A resolution was carried out (办结).
        ResolutionPerformed(Perform):
            "sharing.perform_resolution" => "sharing.resolution_performed.v1",
        /// What a department owed and was owed goes to its successor.
        HandedOver(HandOver): _ => "sharing.handed_over.v1",
    }
}

/// What kind of exchange.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeKind {
    /// A record is shared (信息共享): to be acknowledged, not answered.
    #[default]
    Record,
    /// Data are asked for (数据需求).
    Request,
    /// Assistance is asked for (协助调查).
    Assist,
    /// A matter is handed to who is responsible (移送).
    Transfer,
}

impl ExchangeKind {
    /// The kind's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Request => "request",
            Self::Assist => "assist",
            Self::Transfer => "transfer",
        }
    }
}

/// An authority that is not in the register of departments: of another county, city or province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Division code (GB/T 2260) that it is responsible for, 6 to 12 digits.
    pub division: String,
    /// Full name.
    pub name: String,
}

/// Something is sent; the legal date is the day on which it left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {
    /// By which duty, where no task of a plan says so: an article, an arrangement.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// Only for those who handle the matter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// What goes along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The exchange's number: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub exchange: String,
    /// What kind.
    pub kind: ExchangeKind,
    /// The matter it is about: a case, a complaint and so on, that is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Subject>,
    /// Operators that it is about, as registered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub operators: BTreeSet<CreditCode>,
    /// To which authority elsewhere; exactly one of this and `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
    /// The task of a plan by which it is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// What is sent or asked for, in a sentence without a person's name.
    pub title: String,
    /// To which department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<CreditCode>,
}

/// Something came in; the legal date is the day of receipt, and the department that acts has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// By which duty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// Only for those who handle the matter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// Number of their letter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// What came along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The exchange's number here.
    pub exchange: String,
    /// From whom.
    pub from: Outside,
    /// What kind.
    pub kind: ExchangeKind,
    /// Operators that it is about, as registered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub operators: BTreeSet<CreditCode>,
    /// What is sent or asked for, in a sentence without a person's name.
    pub title: String,
}

/// It has arrived. For an authority elsewhere the sender records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// The exchange's number.
    pub exchange: String,
}

/// The term is lengthened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// The exchange's number.
    pub exchange: String,
    /// Why.
    pub reason: String,
}

/// It is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Code of the outcome, from the rule in force.
    pub code: String,
    /// What comes along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The exchange's number.
    pub exchange: String,
    /// The answer, in sentences without a person's name.
    pub reply: String,
}

/// The sender asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remind {
    /// The exchange's number.
    pub exchange: String,
}

/// A term went by; the legal date is a day after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FallOverdue {
    /// The exchange's number.
    pub exchange: String,
}

/// The sender takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The exchange's number.
    pub exchange: String,
    /// Why.
    pub reason: String,
}

/// A joint meeting; the legal date is its day, and who acts convened it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldMeeting {
    /// Departments invited that stayed away.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub absent: BTreeSet<CreditCode>,
    /// Departments that took part.
    pub attended: BTreeSet<CreditCode>,
    /// The meeting's number: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub meeting: String,
    /// The minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Evidence>,
    /// What was resolved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolve>,
    /// What it was about.
    pub title: String,
}

/// One resolution of a meeting (议定事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// By when.
    pub due: Day,
    /// Which department carries it out.
    pub owner: CreditCode,
    /// Its id within the meeting: 1 to 32 of `A-Z a-z 0-9 _ -`.
    pub resolution: String,
    /// The task of a plan that it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// What is to be done.
    pub title: String,
}

/// A resolution stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolved {
    /// The meeting's number.
    pub meeting: String,
    /// What was resolved.
    pub resolve: Resolve,
}

/// A resolution was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Perform {
    /// The meeting's number.
    pub meeting: String,
    /// What was done.
    pub report: String,
    /// The resolution's id.
    pub resolution: String,
}

/// Duties go from one department to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// What goes over, as it stood.
    pub duties: Vec<Duty>,
    /// From whom.
    pub from: CreditCode,
    /// To whom.
    pub to: CreditCode,
}
