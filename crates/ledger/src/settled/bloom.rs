//! Bloom filters: what a run certainly does not hold needs no look at the disk.
//!
//! Ten bits a key and six looks: about one needless look in a hundred. The positions come from
//! the two halves of the key's 64-bit hash (the first 8 bytes of BLAKE3).

const BITS_PER_KEY: usize = 10;
const LOOKS: u64 = 6;

/// Hash of a key, for filters.
pub(crate) fn key_hash(key: &[u8]) -> u64 {
    let hash = blake3::hash(key);
    let (first, _) = hash
        .as_bytes()
        .split_first_chunk::<8>()
        .unwrap_or((&[0; 8], &[]));
    u64::from_le_bytes(*first)
}

/// A set of hashes that answers "perhaps" or "no".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bloom(Vec<u8>);

impl Bloom {
    pub(crate) fn of(hashes: &[u64]) -> Self {
        let mut bloom = Self(vec![0; (hashes.len() * BITS_PER_KEY).div_ceil(8).max(8)]);
        for hash in hashes {
            for bit in bloom.bits(*hash) {
                if let Some(byte) = bloom.0.get_mut(bit / 8) {
                    *byte |= 1 << (bit % 8);
                }
            }
        }
        bloom
    }

    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        self.bits(hash).into_iter().all(|bit| {
            self.0
                .get(bit / 8)
                .is_some_and(|b| b & (1 << (bit % 8)) != 0)
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    fn bits(&self, hash: u64) -> [usize; LOOKS as usize] {
        let bits = (self.0.len() * 8).max(1) as u64;
        let step = (hash >> 32) | 1;
        std::array::from_fn(|look| {
            let bit = hash.wrapping_add(step.wrapping_mul(look as u64)) % bits;
            usize::try_from(bit).unwrap_or(0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_forgets_and_seldom_errs() {
        let hash = |n: u32| key_hash(&n.to_le_bytes());
        let held: Vec<u64> = (0..10_000).map(hash).collect();
        let bloom = Bloom::of(&held);
        assert!(held.iter().all(|h| bloom.may_hold(*h)));
        let wrong = (10_000..20_000)
            .filter(|n| bloom.may_hold(hash(*n)))
            .count();
        assert!(wrong < 300, "{wrong} in 10,000");
    }
}
