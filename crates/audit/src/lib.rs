//! Replay and verification of a history, level by level, trusting nobody.
//!
//! Input is the history file (see [`chain::history`]), line by line, from wherever; the caller
//! does the reading. Every level says how much it covered; a level that was asked for and covered
//! nothing is a failure. What is absent: storage, network, clock.

mod replay;
mod report;

pub use replay::Audit;
pub use report::{Finding, Level, LevelReport, Report};
