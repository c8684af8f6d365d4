//! Files of other departments read into actions, by mappings that are data.
//!
//! A layout (`schemas/layouts/*.json`) says which columns mean what. A file is weighed and hashed
//! ([`Delivery`]), then streamed row by row; a row becomes one action ([`Mapper`]) with an id made
//! from its content, so that the same file twice records nothing the second time, in whatever
//! order, encoding or format. A row that cannot be read is refused by line and column, never
//! dropped in silence.

mod cell;
mod delivery;
mod fault;
mod layout;
mod mapper;
mod meet;
pub mod out;
mod xlsx;

pub use delivery::{Delivery, Encoding, FILE_BYTES_MAX, Format, Record};
pub use fault::Fault;
pub use layout::{Column, Layout, Read, layout_schema, layouts};
pub use mapper::{Mapper, OWN_COLUMNS, Row};
pub use meet::{Meeting, meet, operator_of};
