//! Enforcement: what is owed and paid, and the late fee (加处罚款).

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::policy::{NoRule, RuleRef};
use crate::term::Exclusion;

/// What a decision makes the party owe; all sums in fen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The fine.
    pub fine_fen: u64,
    /// Confiscated gains.
    pub gains_fen: u64,
    /// Paid towards the fine.
    pub fine_paid_fen: u64,
    /// Paid towards the gains.
    pub gains_paid_fen: u64,
    /// Late fee that has accrued up to `accrued_to`.
    pub late_fee_fen: u64,
    /// Paid towards the late fee.
    pub late_fee_paid_fen: u64,
    /// Last day for which the late fee is counted.
    pub accrued_to: Option<Day>,
    /// Last day for payment.
    pub due: Option<Day>,
    /// Days for which no late fee is counted: reconsideration and litigation.
    pub paused: Vec<Exclusion>,
    /// First day of a pause that lasts.
    pub paused_since: Option<Day>,
}

/// The rule of the late fee, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFee {
    /// A day's fee, in basis points of the unpaid fine.
    pub daily_bp: u64,
    /// The cap, in basis points of the fine.
    pub cap_bp: u64,
    /// Whether days of reconsideration and litigation are left out.
    pub pauses: bool,
}

impl LateFee {
    /// The numbers of a rule.
    ///
    /// # Errors
    /// [`NoRule::Value`] where the rule lacks one.
    pub(super) fn of(rule: &RuleRef<'_>) -> Result<Self, NoRule> {
        let bp = |name| Ok::<_, NoRule>(rule.amount(name)?.unsigned_abs());
        Ok(Self {
            daily_bp: bp("daily_bp")?,
            cap_bp: bp("cap_bp")?,
            pauses: rule.flag("pauses_during_appeal"),
        })
    }
}

impl Account {
    /// What is owed still, without late fee that accrues later.
    #[must_use]
    pub fn outstanding_fen(&self) -> u64 {
        let left = |owed: u64, paid: u64| owed.saturating_sub(paid);
        left(self.fine_fen, self.fine_paid_fen)
            .saturating_add(left(self.gains_fen, self.gains_paid_fen))
            .saturating_add(left(self.late_fee_fen, self.late_fee_paid_fen))
    }

    /// The late fee up to and including a day: for each day after the due day that is not paused,
    /// the day's rate of the fine unpaid so far, rounded down to the fen once, capped.
    #[must_use]
    pub fn late_fee_on(&self, day: Day, rule: LateFee) -> u64 {
        let Some(due) = self.due else {
            return self.late_fee_fen;
        };
        let from = self.accrued_to.map_or(due, |to| to.max(due));
        let days = self.counted_days(from, day, rule);
        let unpaid = u128::from(self.fine_fen.saturating_sub(self.fine_paid_fen));
        let fee = unpaid * u128::from(rule.daily_bp) * u128::from(days) / 10_000;
        let cap = u128::from(self.fine_fen) * u128::from(rule.cap_bp) / 10_000;
        let total = u128::from(self.late_fee_fen).saturating_add(fee).min(cap);
        u64::try_from(total).unwrap_or(u64::MAX)
    }

    /// Days after `from`, up to and including `to`, that are not paused.
    fn counted_days(&self, from: Day, to: Day, rule: LateFee) -> u64 {
        let span = |from: Day, to: Day| u64::try_from(from.days_until(to)).unwrap_or(0);
        let all = span(from, to);
        if !rule.pauses {
            return all;
        }
        let open = self.paused_since.map(|since| (since, to));
        let paused = self.paused.iter().map(|p| (p.from, p.to)).chain(open);
        // Pauses follow one another, so that their days never count twice.
        let left_out: u64 = paused
            .map(|(a, b)| span(a.max(from.plus_days(1)), b.min(to).plus_days(1)))
            .sum();
        all.saturating_sub(left_out)
    }
}
