//! A deterministic county-year of invented operators, made of actions.
//!
//! Tancheng County (371322) from 2025-10-01 to 2026-09-30: operators of its 13 townships,
//! complaints with a season, and the abnormal list after the annual reports. Nothing is recorded
//! here: the actions go through the same door as everybody's.

mod year;

pub use year::{AUTHORITY_BODY, County, Day, authority};
