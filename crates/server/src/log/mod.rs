//! The log among others: publishing checkpoints, asking witnesses, being one, following a log.
//!
//! - [`prove`] makes proof files.
//! - [`publish`] signs at a set interval, gathers cosignatures, publishes.
//! - [`fetch`] is the one client of HTTP.

pub mod fetch;
pub mod prove;
pub mod publish;
