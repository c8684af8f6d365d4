//! The one keeper of the history.
//!
//! An action comes in through [`Ledger::submit`], is judged by [`domain::decide`], chained, made
//! durable in the `journal` (one write, one `fdatasync` a group: the acknowledgement comes from
//! there), then folded into the settled store. Readers never meet half a group.
//!
//! What is absent: HTTP, rules of regulation, any sled type in a public signature.

mod admit;
mod anchor;
mod archive;
mod cache;
mod calendar;
mod checkpoint;
mod commit;
mod diff;
mod disclose;
mod error;
mod evidence;
#[cfg(test)]
mod faults;
mod files;
mod ids;
mod journal;
mod judge;
mod ledger;
mod matches;
mod media;
mod mem;
mod open;
mod read;
mod readonly;
mod settle;
mod settled;
mod shared;
mod tree;
mod trial;
mod vault;
mod views;

pub use archive::{Archived, Restoring, check_archive, read_history, restore};
pub use checkpoint::{Published, Signed};
pub use diff::{Differing, point_of_view};
pub use error::{LedgerError, Rejection};
pub use files::{read as read_file, replace as replace_file};
pub use ids::{Clock, SetClock, SystemClock, new_action_id};
pub use ledger::{Ledger, Options, Receipt};
pub use read::{AsOf, Head, Known};
pub use readonly::Stopped;
pub use tree::Tree;
pub use trial::Trial;
