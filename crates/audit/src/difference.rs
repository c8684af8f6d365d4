//! Two histories of one ledger held against each other, by the hashes of their events: which kind
//! of contradiction it is.

use std::collections::BTreeMap;

use chain::hash::Hash;
use serde::Serialize;

/// How the history that is served differs from the one that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Difference {
    /// What was kept is how the other begins.
    None,
    /// What is served ends earlier.
    Cut {
        /// How many events are served.
        at: u64,
    },
    /// The same events stand in another order.
    Reordered {
        /// First position with another event.
        at: u64,
    },
    /// Single events are others; what follows them is the same.
    Edited {
        /// First position with another event.
        at: u64,
        /// How many positions differ.
        events: u64,
    },
    /// From here on everything is another history: it was written anew.
    Forked {
        /// First position with another event.
        at: u64,
    },
}

impl Difference {
    /// Tells what became of a history.
    ///
    /// Costs one pass; where they differ, memory for the hashes behind the first difference.
    #[must_use]
    pub fn between(kept: &[Hash], served: &[Hash]) -> Self {
        let both = kept.iter().zip(served);
        let Some(first) = both.clone().position(|(a, b)| a != b) else {
            return if served.len() < kept.len() {
                Self::Cut {
                    at: served.len() as u64,
                }
            } else {
                Self::None
            };
        };
        let at = first as u64;
        let mut counts: BTreeMap<Hash, i64> = BTreeMap::new();
        let (mut events, mut last_same) = (0, false);
        for (a, b) in both.skip(first) {
            *counts.entry(*a).or_default() += 1;
            *counts.entry(*b).or_default() -= 1;
            last_same = a == b;
            events += u64::from(!last_same);
        }
        if counts.values().all(|n| *n == 0) {
            Self::Reordered { at }
        } else if last_same {
            Self::Edited { at, events }
        } else {
            Self::Forked { at }
        }
    }
}

#[cfg(test)]
mod tests {
    use chain::hash::event_hash;

    use super::*;

    #[track_caller]
    fn check(kept: &[u8], served: &[u8], expected: Difference) {
        let hashes = |history: &[u8]| -> Vec<Hash> {
            history.iter().map(|event| event_hash(&[*event])).collect()
        };
        assert_eq!(
            Difference::between(&hashes(kept), &hashes(served)),
            expected
        );
    }

    #[test]
    fn each_kind_is_told_apart() {
        check(b"abc", b"abcd", Difference::None);
        check(b"abc", b"ab", Difference::Cut { at: 2 });
        check(b"abcdef", b"abdcef", Difference::Reordered { at: 2 });
        check(b"abcd", b"abdcx", Difference::Reordered { at: 2 });
        check(
            b"abcdef",
            b"abXdef",
            Difference::Edited { at: 2, events: 1 },
        );
        check(
            b"abcdef",
            b"aXcYefg",
            Difference::Edited { at: 1, events: 2 },
        );
        check(b"abcdef", b"abVWXY", Difference::Forked { at: 2 });
        check(b"abcdef", b"abVWX", Difference::Forked { at: 2 });
    }
}
