//! Sameness of personal values: one spelling of what is sealed, so that equal values are found to
//! be equal by their match tokens.

use super::address::{narrow, normalise_address};
use super::personal::{is_mobile, is_resident_id};

/// A personal value in the one spelling by which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sameness {
    /// What kind of value it is: `phone`, `resident_id`, `home_address`, `name`. Equal names may be two
    /// persons'; the others are one's own.
    pub kind: &'static str,
    /// The spelling.
    pub text: String,
}

impl Sameness {
    /// The kind and spelling of a value in a field of this name; `None` where nothing is left to
    /// compare. A phone or identity number is one in whatever field it stands.
    #[must_use]
    pub fn of(field: &str, value: &str) -> Option<Self> {
        let plain: String = value.chars().map(narrow).collect();
        let compact: String = plain
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '·' | '.'))
            .collect();
        let digits = compact.trim_start_matches('+');
        let digits = digits.strip_prefix("00").unwrap_or(digits);
        let national = digits.strip_prefix("86").filter(|d| d.len() == 11);
        let digits = national.unwrap_or(digits);
        let (kind, text) = if digits.len() == 11 && is_mobile(digits) {
            ("phone", digits.to_owned())
        } else if is_resident_id(&compact) {
            ("resident_id", compact.to_ascii_uppercase())
        } else if field.contains("phone") {
            ("phone", digits.to_owned())
        } else if field.contains("address") {
            ("home_address", normalise_address(value))
        } else {
            ("name", compact.to_lowercase())
        };
        (!text.is_empty()).then_some(Self { kind, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_in_many_spellings() {
        for (field, one, other, kind) in [
            ("phone", "139 0000 1234", "+86-13900001234", "phone"),
            (
                "consumer",
                "１３９００００１２３４",
                "008613900001234",
                "phone",
            ),
            (
                "document",
                "11010519491231002x",
                "110105 19491231 002X",
                "resident_id",
            ),
            ("phone", "(0539) 6222222", "0539-6222222", "phone"),
            (
                "home_address",
                "郯城县 人民路１号",
                "郯城县人民路1号",
                "home_address",
            ),
            ("legal_representative", " 李 小满", "李小满", "name"),
            ("legal_representative", "Anna·Li", "anna li", "name"),
        ] {
            let (one, other) = (Sameness::of(field, one), Sameness::of(field, other));
            assert_eq!(one, other, "{field}");
            assert_eq!(one.unwrap().kind, kind);
        }
        assert_ne!(Sameness::of("x", "李小满"), Sameness::of("x", "李小曼"));
        assert_eq!(Sameness::of("x", " "), None);
    }
}
