//! Lower-case hex of 32 bytes, and nothing else.

const DIGITS: &[u8; 16] = b"0123456789abcdef";
const BAD: u8 = 0xff;
const VALUES: [u8; 256] = values();

/// 64 lower-case hex digits.
pub(crate) fn encode(bytes: &[u8; 32]) -> [u8; 64] {
    let mut out = [0; 64];
    for (pair, b) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]];
    }
    out
}

/// The bytes of 64 lower-case hex digits; `None` for anything else.
pub(crate) fn decode(digits: &[u8]) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = digits.try_into().ok()?;
    let mut out = [0; 32];
    let mut seen = 0;
    for (b, pair) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        seen |= high | low;
        *b = high << 4 | (low & 15);
    }
    (seen <= 15).then_some(out)
}

const fn values() -> [u8; 256] {
    let mut table = [BAD; 256];
    let mut i = 0;
    while i < 16 {
        table[DIGITS[i] as usize] = i as u8;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_takes_only_lower_case() {
        let bytes: [u8; 32] = std::array::from_fn(|i| (i * 37 + 5) as u8);
        let digits = encode(&bytes);
        assert_eq!(decode(&digits), Some(bytes));
        assert_eq!(decode(&digits[..62]), None);
        for at in 0..64 {
            for wrong in (0..=255u8).filter(|b| !DIGITS.contains(b)) {
                let mut broken = digits;
                broken[at] = wrong;
                assert_eq!(decode(&broken), None);
            }
        }
    }
}
