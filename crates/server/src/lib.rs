//! What the ledger shows, and the HTTP door.
//!
//! - [`shape`] holds the JSON forms of states, rows and events, one file an area: the only way in
//!   which a domain state leaves the house. The command line's `--json` shows the same.
//! - [`http`] is the API under `/api/v1`.
//! - [`clocks`] looks at the deadlines that run.
//! - [`files`] writes the log and the public data for any web host.
//! - [`follow`] follows what operators share, for one class of readers.
//! - [`keys`] says who may read what and act as whom through the HTTP door.
//! - [`log`] publishes checkpoints, asks witnesses, is one, follows other ledgers.
//! - [`look`] reads one subject as of a position, a time, a legal date, for one class of readers.
//!
//! What is absent: rules of regulation, storage, a domain type serialised straight.

pub mod clocks;
pub mod files;
pub mod follow;
pub mod http;
pub mod keys;
pub mod log;
pub mod look;
pub mod shape;
