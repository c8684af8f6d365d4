//! Draws: numbers that look like chance and come from the seed alone.

/// Draws by seed, count and purpose: the same three give the same number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    /// A number from 0 to 2^64 - 1.
    pub(crate) fn number(self, n: u64, what: &str) -> u64 {
        let mut hasher = blake3::Hasher::new_derive_key("regledger 2026 demo v1");
        hasher.update(&self.0.to_le_bytes());
        hasher.update(&n.to_le_bytes());
        hasher.update(what.as_bytes());
        let hash = hasher.finalize();
        let first = hash.as_bytes().first_chunk::<8>();
        first.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// A number below a bound.
    pub(crate) fn below(self, n: u64, what: &str, bound: u64) -> u64 {
        self.number(n, what) % bound.max(1)
    }

    /// A number of days below a bound.
    pub(crate) fn days(self, n: u64, what: &str, bound: u64) -> i64 {
        i64::try_from(self.below(n, what, bound)).unwrap_or(0)
    }

    /// One of several.
    pub(crate) fn pick<'a, T: ?Sized>(self, n: u64, what: &str, from: &[&'a T]) -> Option<&'a T> {
        let place = usize::try_from(self.below(n, what, from.len() as u64)).ok()?;
        from.get(place).copied()
    }

    /// A place among weights, as often as its weight says.
    pub(crate) fn weighted(self, n: u64, what: &str, weights: &[u64]) -> usize {
        let mut left = self.below(n, what, weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }
}
