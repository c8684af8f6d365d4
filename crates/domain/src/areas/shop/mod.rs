//! Shops (网店, M03): declared, found online or offline, matched to whoever runs them, their real
//! name verified, their identity mark issued and revoked, closed; platforms and their reports.
//!
//! A shop is a subject of its own, named after its normalised address, so that it is found again in
//! whatever spelling, and outlives whoever runs it: a shop that moves from one licence to another
//! keeps its past. It is run by an operator, or by an individual who needs no registration.
//!
//! Law: 电子商务法 Art 10 (who need not register), Art 16 (30 days' notice of an end), Art 27, 28;
//! 网络交易监督管理办法 Art 8 (100,000 yuan a year over all shops), Art 24 (verified every six
//! months), Art 25 (platforms report each January and July). Marks: 郯政办字〔2017〕85号, 三(二)1.

mod action;
mod clocks;
mod decide;
mod holder;
mod mark;
mod platform;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod turnover;

pub use action::{
    Close, ClosedWhy, Declare, ExceedLimit, Find, Flagged, FoundHow, Individual, IssueMark,
    LeavePlatform, Match, NoteSilence, RegisterPlatform, ReportPlatform, ReportTurnover,
    RevokeMark, ShopEvent, Verify,
};
pub(crate) use clocks::lapses;
pub(crate) use decide::shop_on_record;
pub use decide::{decide, shop_at};
pub use holder::{Held, Person, Shops, Year};
pub(crate) use holder::{evolve as evolve_shops, evolve_person, rows as rows_of_holder};
pub use platform::{Platform, Report};
pub(crate) use platform::{evolve as evolve_platform, rows as rows_of_platform};
pub use state::{Life, Mark, OfferedBatch, Shop, Sighting};
pub(crate) use state::{evolve, note_goods, rows};
pub(crate) use summary::summary;
