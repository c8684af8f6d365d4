//! Files of other departments read into actions, by mappings that are data.
//!
//! A layout (`schemas/layouts/*.json`) says which columns mean what. A row becomes one action with
//! an id made from its content, so that the same file twice records nothing the second time; a row
//! that cannot be read is refused by line and column, never dropped in silence.

mod layout;
mod read;

pub use layout::{Layout, LayoutError, layouts};
pub use read::{Reader, Row, RowError};
