//! Unified social credit code (统一社会信用代码, GB 32100-2015).

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The 31 characters; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^i mod 31 for the first 17 characters.
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

/// A checked code of 18 characters, in its canonical upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// What a code's second character says of its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorKind {
    /// Enterprise (企业).
    Enterprise,
    /// Individual business (个体工商户): marked, never listed as abnormal.
    Individual,
    /// Farmers' cooperative (农民专业合作社).
    Cooperative,
    /// Anybody else: authorities, institutions, associations.
    Other,
}

/// Why a text is no credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters after blanks are taken out.
    #[error("a unified social credit code has 18 characters (GB 32100-2015)")]
    Length,
    /// A character outside the standard's 31.
    #[error("a unified social credit code has digits and capitals without I, O, S, V and Z")]
    Alphabet,
    /// The last character does not check the others.
    #[error(
        "the check character of the unified social credit code is wrong: a character is mistyped"
    )]
    Check,
}

impl CreditCodeError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "credit_code_length",
            Self::Alphabet => "credit_code_alphabet",
            Self::Check => "credit_code_check",
        }
    }
}

impl CreditCode {
    /// Reads a code as real files carry it: lower case and blanks are accepted.
    ///
    /// # Errors
    /// [`CreditCodeError`].
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let mut code = [0_u8; 18];
        let mut length = 0;
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let slot = code.get_mut(length).ok_or(CreditCodeError::Length)?;
            *slot = u8::try_from(c)
                .map_err(|_| CreditCodeError::Alphabet)?
                .to_ascii_uppercase();
            length += 1;
        }
        if length != 18 {
            return Err(CreditCodeError::Length);
        }
        let check = Self::check_character(&code)?;
        if code[17] == check {
            Ok(Self(code))
        } else {
            Err(CreditCodeError::Check)
        }
    }

    /// Completes 17 characters with their check character.
    ///
    /// # Errors
    /// [`CreditCodeError::Length`] or [`CreditCodeError::Alphabet`].
    pub fn complete(body: &str) -> Result<Self, CreditCodeError> {
        let body: &[u8; 17] = body
            .as_bytes()
            .try_into()
            .map_err(|_| CreditCodeError::Length)?;
        let mut code = [b'0'; 18];
        code[..17].copy_from_slice(body);
        code[17] = Self::check_character(&code)?;
        Ok(Self(code))
    }

    fn check_character(code: &[u8; 18]) -> Result<u8, CreditCodeError> {
        let mut sum = 0;
        for (byte, weight) in code.iter().zip(WEIGHTS) {
            sum += value(*byte)? * weight;
        }
        value(code[17])?;
        let check = (31 - sum % 31) % 31;
        ALPHABET
            .get(check as usize)
            .copied()
            .ok_or(CreditCodeError::Check)
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The six-digit division (GB/T 2260) of the registering authority.
    #[must_use]
    pub fn division(&self) -> &str {
        self.as_str().get(2..8).unwrap_or_default()
    }

    /// The nine-character organisation code (GB 11714).
    #[must_use]
    pub fn org_code(&self) -> &str {
        self.as_str().get(8..17).unwrap_or_default()
    }

    /// Who holds it.
    #[must_use]
    pub const fn kind(&self) -> OperatorKind {
        match (self.0[0], self.0[1]) {
            (b'9', b'1') => OperatorKind::Enterprise,
            (b'9', b'2') => OperatorKind::Individual,
            (b'9', b'3') => OperatorKind::Cooperative,
            _ => OperatorKind::Other,
        }
    }
}

fn value(byte: u8) -> Result<u32, CreditCodeError> {
    let place = ALPHABET
        .iter()
        .position(|a| *a == byte)
        .ok_or(CreditCodeError::Alphabet)?;
    u32::try_from(place).map_err(|_| CreditCodeError::Alphabet)
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;

    fn from_str(text: &str) -> Result<Self, CreditCodeError> {
        Self::parse(text)
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CreditCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CreditCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for CreditCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CreditCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9A-HJ-NP-RTUWXY]{18}$",
            "description": "Unified social credit code, GB 32100-2015."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSING: [&str; 7] = [
        "9144030071526726XG",
        "91330100799655058B",
        "91110000802100433B",
        "914403001922038216",
        "91110108551385082Q",
        "9152000071430580XT",
        "91100000100003962T",
    ];

    #[test]
    fn published_codes_pass_in_any_spelling() {
        for code in PASSING {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
            let messy = format!(" {} {}\t", &code[..9], code[9..].to_lowercase());
            assert_eq!(CreditCode::parse(&messy).unwrap().as_str(), code);
            assert_eq!(CreditCode::complete(&code[..17]).unwrap().as_str(), code);
            assert!(crate::ident::is_org_code(
                CreditCode::parse(code).unwrap().org_code()
            ));
        }
    }

    #[test]
    fn every_single_wrong_character_is_seen() {
        for code in PASSING {
            for at in 0..18 {
                for other in ALPHABET.iter().filter(|a| **a != code.as_bytes()[at]) {
                    let mut wrong = code.as_bytes().to_vec();
                    wrong[at] = *other;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(
                        CreditCode::parse(&wrong),
                        Err(CreditCodeError::Check),
                        "{wrong}"
                    );
                }
            }
        }
    }

    #[test]
    fn refusals_are_coded() {
        assert_eq!(
            CreditCode::parse("91").unwrap_err().code(),
            "credit_code_length"
        );
        let vowel = CreditCode::parse("9144030071526726IG").unwrap_err();
        assert_eq!(vowel.code(), "credit_code_alphabet");
    }
}
