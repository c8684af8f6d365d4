//! Is a string in Normalisation Form C (UAX #15)?

/// Most text is decided without the Unicode tables: these characters are starters that never
/// combine with what stands before them and never change under NFC.
pub(super) fn is_nfc(text: &str) -> bool {
    text.is_ascii() || text.chars().all(is_inert) || unicode_normalization::is_nfc(text)
}

fn is_inert(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{2ff}'
        | '\u{3001}'..='\u{3029}' // CJK punctuation
        | '\u{4e00}'..='\u{9fff}' // CJK unified ideographs
        | '\u{ff01}'..='\u{ff5e}' // full-width forms
    )
}

#[cfg(test)]
mod tests {
    use unicode_normalization::{IsNormalized, is_nfc_quick};

    use super::*;

    #[test]
    fn inert_characters_are_stable_in_every_company() {
        let inert: Vec<char> = ('\0'..=char::MAX).filter(|&c| is_inert(c)).collect();
        assert!(inert.len() > 20_000);
        for c in inert {
            assert_eq!(
                is_nfc_quick(std::iter::once(c)),
                IsNormalized::Yes,
                "{:x}",
                u32::from(c)
            );
            assert_eq!(
                unicode_normalization::char::canonical_combining_class(c),
                0,
                "{:x}",
                u32::from(c)
            );
        }
    }

    #[test]
    fn decomposed_text_is_seen() {
        assert!(is_nfc("caf\u{e9} 市场监管 ｶﾞ"));
        assert!(!is_nfc("cafe\u{301}"));
        assert!(!is_nfc("\u{fb33}"), "a composition exclusion");
        assert!(
            !is_nfc("\u{f900}"),
            "a compatibility ideograph with a canonical twin"
        );
        assert!(!is_nfc("\u{1100}\u{1161}"), "jamo that compose");
    }
}
