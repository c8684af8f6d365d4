//! The one list of areas. Whoever adds a mechanism adds a folder and one row here.

pub mod award;
pub mod clock;
pub mod complaint;
pub mod credit;
pub mod department;
pub mod enforcement;
pub mod exposure;
pub mod goods;
pub mod guidance;
pub mod lead;
pub mod ledger;
pub mod listing;
pub mod plan;
pub mod policy;
pub mod registration;
pub mod repair;
pub mod report;
pub mod risk;
pub mod sharing;
pub mod shop;
pub mod vault;

use serde_json::Value;

use crate::action::scrub;
use crate::clocks::ClockKind;
use crate::decide::{Asked, Drafts};
use crate::dossier::Telling;
use crate::event::{EventError, TypeInfo};
use crate::policy::Text;
use crate::refusal::Refusal;
use crate::world::World;

/// Builds [`Payload`] and everything that must know all areas from one table.
macro_rules! areas {
    ($( $(#[$meta:meta])* $variant:ident = $module:ident :: $events:ident, )+) => {
        /// What an event or action carries, by area.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Payload {
            $( $(#[$meta])* $variant($module::$events), )+
        }

        impl Payload {
            /// Every event type of every area, in the order of the list.
            pub fn types() -> impl Iterator<Item = &'static TypeInfo> {
                [$( $module::$events::TYPES, )+].into_iter().flatten()
            }

            /// Reads an action's data by its type, `area.verb`.
            ///
            /// # Errors
            /// `action_type_unknown`, `action_schema`.
            pub fn from_action(r#type: &str, mut data: Value) -> Result<Self, Refusal> {
                $(
                    if let Some(read) = $module::$events::parse_action(r#type, &mut data) {
                        return read.map(Self::$variant).map_err(|e| {
                            Refusal::new(
                                "action_schema",
                                format!("the data does not fit {}: {}", r#type, scrub(&e)),
                                "compare it with the schema of this type (`regledger schema`)",
                            )
                            .at("data")
                        });
                    }
                )+
                Err(Refusal::new(
                    "action_type_unknown",
                    "this type of action is not known",
                    "choose a type that `regledger schema` lists",
                )
                .at("type"))
            }

            /// Reads an event's data by its type, `area.verb_past.vN`.
            ///
            /// # Errors
            /// [`EventError::Type`] or [`EventError::Data`].
            pub fn from_event(r#type: &str, data: &str) -> Result<Self, EventError> {
                $(
                    if let Some(read) = $module::$events::parse_event(r#type, data) {
                        return read
                            .map(Self::$variant)
                            .map_err(|e| EventError::Data(scrub(&e)));
                    }
                )+
                Err(EventError::Type)
            }

            /// The event's name with its version.
            #[must_use]
            pub const fn event_type(&self) -> &'static str {
                match self { $( Self::$variant(p) => p.event_type(), )+ }
            }

            /// The action that asks for it, if it can be asked for.
            #[must_use]
            pub const fn action_type(&self) -> Option<&'static str> {
                match self { $( Self::$variant(p) => p.action_type(), )+ }
            }

            /// The data as JSON.
            #[must_use]
            pub fn data(&self) -> Value {
                match self { $( Self::$variant(p) => p.data().unwrap_or(Value::Null), )+ }
            }

            /// Writes the data in one pass: the same as [`Self::data`], without the tree between.
            ///
            /// # Errors
            /// Those of the serializer.
            pub(crate) fn serialize_data<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                match self { $( Self::$variant(p) => p.serialize_data(serializer), )+ }
            }

            /// The area it belongs to: its folder, the first word of its type.
            #[must_use]
            pub const fn area(&self) -> &'static str {
                match self { $( Self::$variant(_) => stringify!($module), )+ }
            }

            /// The deadlines that its area declares.
            pub(crate) const fn area_clock_kinds(&self) -> &'static [ClockKind] {
                match self { $( Self::$variant(_) => $module::$events::CLOCKS, )+ }
            }

            /// The deadlines that any area declares, in the order of the list of areas.
            pub fn clock_kinds() -> impl Iterator<Item = &'static ClockKind> {
                [$( $module::$events::CLOCKS, )+].into_iter().flatten()
            }

            /// What happened, in one sentence; each area words its own events.
            #[must_use]
            pub fn summary(&self, telling: &Telling<'_>) -> Text {
                match self { $( Self::$variant(p) => $module::summary(p, telling), )+ }
            }

            /// Judges the action in its area.
            ///
            /// # Errors
            /// The area's coded refusals.
            pub(crate) fn decide(&self, world: &dyn World, asked: &Asked<'_>) -> Result<Drafts, Refusal> {
                match self { $( Self::$variant(p) => $module::decide(world, asked, p), )+ }
            }
        }
    };
}

areas! {
    /// Departments and officers.
    Department = department::DepartmentEvent,
    /// Registration and addresses.
    Registration = registration::RegistrationEvent,
    /// Complaints.
    Complaint = complaint::ComplaintEvent,
    /// Reports of breaches.
    Report = report::ReportEvent,
    /// Leads and campaigns.
    Lead = lead::LeadEvent,
    /// Cases and penalties.
    Enforcement = enforcement::EnforcementEvent,
    /// Batches of goods, tests, recalls.
    Goods = goods::GoodsEvent,
    /// Risks and plans.
    Risk = risk::RiskEvent,
    /// The lists.
    Listing = listing::ListingEvent,
    /// Ratings, score, classes, negative list, commitments.
    Credit = credit::CreditEvent,
    /// Credit repair.
    Repair = repair::RepairEvent,
    /// Bulletins of exposure.
    Exposure = exposure::ExposureEvent,
    /// Deadlines computed again.
    Clock = clock::ClockEvent,
    /// Shops and platforms.
    Shop = shop::ShopEvent,
    /// Exchanges between departments, joint meetings.
    Sharing = sharing::SharingEvent,
    /// Awards and credit incentives.
    Award = award::AwardEvent,
    /// Guidance and consumer alerts.
    Guidance = guidance::GuidanceEvent,
    /// Tasks and targets of a plan.
    Plan = plan::PlanEvent,
    /// Policy packs.
    Policy = policy::PolicyEvent,
    /// Erasures.
    Vault = vault::VaultEvent,
    /// The ledger itself: keys of its checkpoints.
    Ledger = ledger::LedgerEvent,
}
