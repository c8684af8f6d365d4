//! The log among others: publishing checkpoints, asking witnesses, being one, following a log.
//!
//! - [`prove`] makes proof files.
//! - [`publish`] signs at a set interval, gathers cosignatures, publishes.
//! - [`witness`] cosigns the checkpoints of other logs.
//! - [`mirror`] follows another ledger, verifies, keeps a copy.
//! - [`fetch`] is the one client of HTTP.

pub mod fetch;
pub mod mirror;
pub mod prove;
pub mod publish;
pub mod witness;
