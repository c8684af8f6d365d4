//! Goods (商品质量监控及追溯, M04): batches, who passed them on and in which shops they are sold,
//! samples and tests with their retests, recalls.
//!
//! Law: Product Quality Law Art 15 (retest within 15 days), the rules on recalling food and
//! consumer goods; how a county samples is its own pack. A batch is a thing of its own, so that it
//! can be traced: forward to everybody who has it, backward to where it came from. The operator
//! keeps its samples and recalls.

mod action;
mod clocks;
mod decide;
mod state;
mod steps;
mod summary;
#[cfg(test)]
mod tests;
mod trail;

pub use action::{
    AskRetest, BatchKind, CloseRecall, EndOffer, GoodsEvent, Offer, OrderRecall, RegisterBatch,
    ReportRecall, Supply, TakeSample, TellResult, Test,
};
pub(crate) use clocks::retime;
pub use decide::decide;
pub use state::{Batch, Goods, OfferSpan, Recall, RecallMark, Sample, SampleMark, SupplyLine};
pub(crate) use state::{evolve, evolve_operator};
pub(crate) use summary::summary;
pub use trail::{Direction, Holder};
