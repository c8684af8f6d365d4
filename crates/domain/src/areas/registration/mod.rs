//! Registration (登记, M01 M02): granted, changed, ended; addresses asked in both directions.
//!
//! An operator exists here once a registration was granted at the window or came in with the file
//! of market entities (市场主体信息). One licence may have many addresses (一照多址), one address many
//! licences (一址多照); an address is a subject of its own.

mod action;
mod decide;
mod state;
mod summary;

pub use action::{
    AddressUse, AttachAddress, Change, DetachAddress, End, EndKind, Grant, Import,
    RegistrationEvent, Source,
};
pub use decide::decide;
pub(crate) use decide::{check_source, registered};
pub use state::{Address, Registration, Stay};
pub(crate) use state::{evolve, evolve_address};
pub(crate) use summary::summary;
