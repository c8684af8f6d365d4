//! Are all ids different? 24 bytes an event, one sort at the end.

use std::collections::BTreeSet;

/// The ids of all events, in the order of the history.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    ids: Vec<[u8; 16]>,
    /// From which place on in `ids` positions count from which one on.
    runs: Vec<(usize, u64)>,
}

impl Ids {
    pub(crate) fn push(&mut self, position: u64, id: [u8; 16]) {
        let place = self.ids.len();
        let expected = self
            .runs
            .last()
            .map(|(from, first)| first + (place - from) as u64);
        if expected != Some(position) {
            self.runs.push((place, position));
        }
        self.ids.push(id);
    }

    /// Positions of events whose id stands in the history before.
    pub(crate) fn repeated(self) -> Vec<u64> {
        // The last eight bytes of a UUIDv7 are random, so what is equal here is nearly always
        // equal as a whole, and what differs here differs.
        let tail = |id: &[u8; 16]| id.last_chunk::<8>().map_or(0, |t| u64::from_ne_bytes(*t));
        let mut tails: Vec<u64> = self.ids.iter().map(tail).collect();
        tails.sort_unstable();
        let pairs = tails.windows(2).filter(|pair| pair[0] == pair[1]);
        let suspects: BTreeSet<u64> = pairs.map(|pair| pair[0]).collect();
        if suspects.is_empty() {
            return Vec::new();
        }
        let mut known = BTreeSet::new();
        let mut repeated = Vec::new();
        for (place, id) in self.ids.iter().enumerate() {
            if suspects.contains(&tail(id)) && !known.insert(*id) {
                let run = self.runs.partition_point(|(from, _)| *from <= place);
                let (from, first) = self.runs[run - 1];
                repeated.push(first + (place - from) as u64);
            }
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_later_of_equal_ids_and_no_others() {
        let mut ids = Ids::default();
        let id = |n: u8, m: u8| {
            let mut id = [7; 16];
            (id[0], id[15]) = (n, m);
            id
        };
        // Equal tails alone make no repeat; positions jump from 3 to 10.
        let all = [
            (0, 1, 1),
            (1, 2, 1),
            (2, 1, 2),
            (3, 1, 1),
            (10, 3, 3),
            (11, 2, 1),
        ];
        for (position, n, m) in all {
            ids.push(position, id(n, m));
        }
        assert_eq!(ids.repeated(), [3, 11]);
    }
}
