//! Addresses: one spelling, so that the same place is found again.

use std::fmt;

/// The longest address that is read, in characters.
const ADDRESS_CHARS_MAX: usize = 300;

/// A place by its normalised address: 32 hex digits of
/// `BLAKE3.derive_key("regledger 2026 address v1", normalised address)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressId(String);

impl AddressId {
    /// The id of an address in any spelling.
    #[must_use]
    pub fn of(address: &str) -> Self {
        let hash = blake3::derive_key(
            "regledger 2026 address v1",
            normalise_address(address).as_bytes(),
        );
        Self(hash.iter().take(16).map(|b| format!("{b:02x}")).collect())
    }

    /// The 32 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AddressId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One spelling of an address: full-width forms made narrow, capitals, no blanks or punctuation.
#[must_use]
pub fn normalise_address(address: &str) -> String {
    address
        .chars()
        .take(ADDRESS_CHARS_MAX)
        .map(|c| narrow(c).to_ascii_uppercase())
        .filter(|c| c.is_alphanumeric() || *c == '-' || *c == '#')
        .collect()
}

/// A full-width form made narrow.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_in_many_spellings() {
        let plain = AddressId::of("郯城县人民路1号A座301室");
        assert_eq!(AddressId::of(" 郯城县 人民路１号Ａ座(301室) "), plain);
        assert_ne!(AddressId::of("郯城县人民路2号A座301室"), plain);
        assert_eq!(plain.as_str().len(), 32);
    }
}
