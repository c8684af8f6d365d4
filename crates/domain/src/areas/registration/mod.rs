//! Registration (登记, M01 M02): applied for, granted, changed, suspended, ended; addresses asked in
//! both directions.
//!
//! An operator exists here once a registration was granted or came in with the file of market
//! entities (市场主体信息). One licence may have many addresses (一照多址), one address many licences
//! (一址多照); an address is a subject of its own, an application too.
//!
//! Law: 市场主体登记管理条例 from 2022-03-01 (deciding Art 19, changes Art 24, suspension Art 30),
//! 行政许可法 Art 42 before it; 网络交易监督管理办法 Art 12 for what the operator's pages show.

mod action;
mod application;
mod clocks;
mod decide;
mod delivery;
mod place;
mod state;
mod summary;
#[cfg(test)]
mod tests;

pub use action::{
    AddressUse, AttachAddress, Change, DetachAddress, End, EndKind, Grant, Import,
    RegistrationEvent, Resume, ShowChange, Source, Suspend,
};
pub use application::{
    Application, ApplicationKind, Apply, Approvals, ApproveStep, Extend, OpenStep, Refuse,
    ResubmitStep, ReturnStep, Route, Stage, Step, StepStage, Withdraw,
};
pub(crate) use application::{evolve as evolve_application, evolve_approvals};
pub(crate) use clocks::{lapses, retime, retime_application};
pub use decide::decide;
pub(crate) use decide::{check_source, registered, revoked};
pub(crate) use place::evolve as evolve_address;
pub use place::{Address, Stay};
pub(crate) use state::evolve;
pub use state::{Registration, Status, Suspension};
pub(crate) use summary::summary;
