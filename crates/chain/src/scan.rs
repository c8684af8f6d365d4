//! The one inner loop: how far does plain string content reach.

/// Index of the first byte from `from` on that a JSON string cannot hold as it is: a quote, a
/// backslash or a control character. The length of `bytes` if there is none.
pub(crate) fn plain_run(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let mut at = from;
    // Eight bytes at a time: a lane's high bit is set where the byte is zero after the XOR, or
    // below 0x20. A borrow can only set lanes above the first true one, and the first is taken.
    while let Some(&chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let x = u64::from_le_bytes(chunk);
        let quote = x ^ (ONES * 0x22);
        let slash = x ^ (ONES * 0x5c);
        let hit = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (x.wrapping_sub(ONES * 0x20) & !x);
        let hit = hit & HIGH;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&b) = bytes.get(at) {
        if is_special(b) {
            break;
        }
        at += 1;
    }
    at
}

fn is_special(b: u8) -> bool {
    b < 0x20 || b == b'"' || b == b'\\'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_loop_finds(
            bytes in prop::collection::vec(
                prop_oneof![any::<u8>(), 0x1eu8..0x24, 0x5bu8..0x5e, 0x7fu8..0x82], 0..40),
            from in 0usize..40,
        ) {
            let from = from.min(bytes.len());
            let plain = (from..bytes.len()).find(|&i| is_special(bytes[i])).unwrap_or(bytes.len());
            prop_assert_eq!(plain_run(&bytes, from), plain);
        }
    }
}
