//! Complaint: the operator's tally, by outcome, cause and product.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AwardOutcome, ComplaintEvent};
use crate::event::Event;

/// Words of one kind that are counted apart; what comes beyond them counts as `other`.
const WORDS_MAX: usize = 64;
/// All of something, in basis points.
const WHOLE_BP: u64 = 10_000;

/// Complaints about one operator, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Received.
    pub received: u64,
    /// Accepted.
    pub accepted: u64,
    /// Refused.
    pub refused: u64,
    /// Merged into another.
    pub merged: u64,
    /// Settled between the parties.
    pub settled: u64,
    /// Settled by agreement.
    pub agreed: u64,
    /// Terminated without agreement.
    pub terminated: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// Agreements and settlements that the operator performed.
    pub performed: u64,
    /// Agreements and settlements that it did not perform.
    pub unperformed: u64,
    /// Referred to arbitration.
    pub arbitrated: u64,
    /// Awards for the consumer.
    pub lost: u64,
    /// Claimed, in fen.
    pub claim_fen: u64,
    /// Paid back by settlement or agreement, in fen.
    pub refund_fen: u64,
    /// By what went wrong.
    pub by_cause: BTreeMap<String, Counts>,
    /// By what was bought, where that is known.
    pub by_product: BTreeMap<String, Counts>,
}

/// Complaints of one cause or product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Received.
    pub received: u64,
    /// Claimed, in fen.
    pub claim_fen: u64,
}

impl Tally {
    /// Neither refused nor brought to an end.
    #[must_use]
    pub fn open(&self) -> u64 {
        let closed = self.refused
            + self.merged
            + self.settled
            + self.agreed
            + self.terminated
            + self.withdrawn;
        self.received.saturating_sub(closed)
    }

    /// Of the complaints that ended by settling, agreeing or terminating, the part that ended with
    /// the parties at one (调解成功率), in basis points; `None` where none has ended so.
    #[must_use]
    pub fn settled_bp(&self) -> Option<u64> {
        let good = self.settled + self.agreed;
        (good * WHOLE_BP).checked_div(good + self.terminated)
    }

    /// The part that a cause has in all received, in basis points.
    #[must_use]
    pub fn cause_bp(&self, cause: &str) -> Option<u64> {
        let of_cause = self.by_cause.get(cause).map_or(0, |c| c.received);
        (of_cause * WHOLE_BP).checked_div(self.received)
    }
}

pub(crate) fn evolve(state: &mut Tally, _: &Event, payload: &ComplaintEvent) {
    match payload {
        ComplaintEvent::Filed(p) => {
            state.received += 1;
            state.claim_fen = state.claim_fen.saturating_add(p.claim_fen);
            count(&mut state.by_cause, &p.cause, p.claim_fen);
            if !p.product.is_empty() {
                count(&mut state.by_product, &p.product, p.claim_fen);
            }
        }
        ComplaintEvent::Accepted(_) => state.accepted += 1,
        ComplaintEvent::Refused(_) => state.refused += 1,
        ComplaintEvent::Merged(_) => state.merged += 1,
        ComplaintEvent::Settled(p) => {
            state.settled += 1;
            state.refund_fen = state.refund_fen.saturating_add(p.refund_fen);
        }
        ComplaintEvent::Agreed(p) => {
            state.agreed += 1;
            state.refund_fen = state.refund_fen.saturating_add(p.refund_fen);
        }
        ComplaintEvent::Performed(p) if p.performed => state.performed += 1,
        ComplaintEvent::Performed(_) => state.unperformed += 1,
        ComplaintEvent::Terminated(_) => state.terminated += 1,
        ComplaintEvent::ArbitrationReferred(_) => state.arbitrated += 1,
        ComplaintEvent::Awarded(p) => {
            state.lost += u64::from(p.outcome == AwardOutcome::ForConsumer);
        }
        ComplaintEvent::Withdrawn(_) => state.withdrawn += 1,
        ComplaintEvent::Assigned(_)
        | ComplaintEvent::Told(_)
        | ComplaintEvent::NegotiationOffered(_)
        | ComplaintEvent::NegotiationFailed(_)
        | ComplaintEvent::MediationOpened(_)
        | ComplaintEvent::MediationHeld(_)
        | ComplaintEvent::TimeExcluded(_) => {}
    }
}

fn count(by: &mut BTreeMap<String, Counts>, word: &str, claim_fen: u64) {
    let known = by.contains_key(word) || by.len() < WORDS_MAX;
    let counts = by.entry(if known { word } else { "other" }.to_owned());
    let counts = counts.or_default();
    counts.received += 1;
    counts.claim_fen = counts.claim_fen.saturating_add(claim_fen);
}
