//! Credit (信用, M09 M10): ratings between departments, the score, the classes, the negative list.
//!
//! Departments rate an operator (信用评价) and recognise each other's ratings (互认). The score changes
//! by weights of a county's pack, always with an event of this ledger as its cause; every month the
//! clock puts each operator into a risk class A to D (企业信用风险分类). Law: the national opinion on the
//! four classes gives what they mean; weights and thresholds are a local pack, as none are published
//! nationally. Repair is an area of its own, [`super::repair`].

mod action;
mod cause;
mod class;
mod clocks;
mod conduct;
mod decide;
mod rating;
mod score;
mod state;
mod summary;
mod view;

#[cfg(test)]
mod tests;

pub use action::{
    AdoptNegativeItem, AssignClass, ChangeClass, ChangeScore, Class, CreditEvent, DeclineRating,
    EventRef, FindCommitmentFalse, GiveRating, ImportRating, MakeCommitment, MatchNegativeItem,
    ProposeClass, RecogniseRating, RetireNegativeItem, ReverseScore,
};
pub use cause::Cause;
pub(crate) use cause::note as note_cause;
pub(crate) use clocks::lapses;
pub use decide::decide;
pub use state::{
    Change, ClassSpan, Commitment, Credit, Match, NegativeItem, Proposal, Rating, Recognition,
};
pub(crate) use state::{evolve, evolve_negative_item, rows};
pub(crate) use summary::summary;
pub use view::{ClassReason, Component, CreditStanding, explain};
