//! The order of keys: by UTF-16 code units (RFC 8785, section 3.2.3), decided on UTF-8.

use std::cmp::Ordering;

/// Compares two keys as their UTF-16 forms compare.
///
/// The two encodings disagree in one place: characters beyond U+FFFF are written with surrogates
/// (D800..DFFF) and so sort before U+E000..U+FFFF. In UTF-8 these are the lead bytes F0.. against
/// EE and EF.
pub(super) fn key_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    for (&x, &y) in a.iter().zip(b) {
        if x != y {
            let swapped = x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0);
            return if swapped { y.cmp(&x) } else { x.cmp(&y) };
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Facts of RFC 8785, section 3.2.3: these keys in this order.
    #[test]
    fn sorts_the_keys_of_the_rfc() {
        let sorted = [
            "\r",
            "1",
            "\u{80}",
            "\u{f6}",
            "\u{20ac}",
            "\u{1f600}",
            "\u{fb33}",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(key_order(a, b), i.cmp(&j), "{i} {j}");
            }
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let any = prop_oneof![
            prop::char::range('a', 'c'),
            prop::char::range('\u{d7f0}', '\u{d7ff}'),
            prop::char::range('\u{e000}', '\u{ffff}'),
            prop::char::range('\u{10000}', '\u{10ffff}'),
            any::<char>(),
        ];
        prop::collection::vec(any, 0..6).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn agrees_with_utf16(prefix in text(), a in text(), b in text()) {
            let (a, b) = (format!("{prefix}{a}"), format!("{prefix}{b}"));
            prop_assert_eq!(key_order(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }
    }
}
