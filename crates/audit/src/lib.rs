//! Replay and verification of a history, level by level, trusting nobody.
//!
//! Input is the history file (see [`chain::history`]), from wherever; the caller does the reading.
//! [`Audit`] takes it line by line, or as [`Block`]s of lines that were looked at on whatever
//! thread. Every level says how much it covered; a level that was asked for and covered nothing is
//! a failure. [`Audit::texts`] does the looking on several
//! threads itself. [`WhatIf`] decides a history again under another pack. What is absent: storage, network, clock.

mod audit;
mod block;
mod difference;
mod ids;
mod named;
mod parallel;
mod report;
mod rules;
mod signed;
mod whatif;

pub use audit::Audit;
pub use block::Block;
pub use difference::Difference;
pub use report::{Finding, Level, LevelReport, Levels, Report};
pub use whatif::{
    ClockEffect, Effect, FactEffect, OperatorEffect, Otherwise, PackDigest, Refused, WhatIf,
};
