//! Commitments to personal values, which never stand in an event themselves.
//!
//! `commitment = BLAKE3.keyed(salt, canonical value)`, 32 bytes, with a fresh random salt of 32
//! bytes each time; so equal values look different and a guess needs the salt.

use std::fmt;

use blake3::Hasher;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::canon::{CanonError, to_bytes};
use crate::hash::Hash;

/// A salt: 32 random bytes, secret until the value is disclosed. Drawn by the keeper.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// What stands in an event in a personal value's place: `{"sealed": "<64 lower-case hex>"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub Hash);

/// Commits to a value under a salt.
///
/// # Errors
/// A value that has no canonical form.
pub fn commit(salt: &Salt, value: &Value) -> Result<Commitment, CanonError> {
    let hash = blake3::keyed_hash(&salt.0, &to_bytes(value)?);
    Ok(Commitment(Hash::from_bytes(*hash.as_bytes())))
}

/// Whether a disclosed value with its salt is what was committed to. Takes the same time whether
/// it is or not.
#[must_use]
pub fn verify(salt: &Salt, value: &Value, commitment: &Commitment) -> bool {
    let Ok(bytes) = to_bytes(value) else {
        return false;
    };
    // blake3::Hash compares in constant time.
    blake3::keyed_hash(&salt.0, &bytes) == blake3::Hash::from(*commitment.0.as_bytes())
}

/// A token by which equal values find each other without being seen:
/// `BLAKE3.keyed(secret, length of kind as u8 ‖ kind ‖ normalised value)`.
///
/// The length keeps `("ab", "c")` and `("a", "bc")` apart; a kind has at most 255 bytes, longer
/// ones are cut there. Kept with the vault, never in an event or a public file.
#[must_use]
pub fn match_token(secret: &[u8; 32], kind: &str, normalised: &[u8]) -> [u8; 32] {
    let kind = kind.as_bytes().get(..255).unwrap_or(kind.as_bytes());
    let mut hasher = Hasher::new_keyed(secret);
    hasher.update(&[u8::try_from(kind.len()).unwrap_or(u8::MAX)]);
    hasher.update(kind);
    hasher.update(normalised);
    *hasher.finalize().as_bytes()
}

/// A sealed value that is disclosed, with all that shows it to be what was committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// The commitment in the event.
    pub commitment: Hash,
    /// The salt, 64 lower-case hex digits.
    #[serde(with = "salt")]
    pub salt: Salt,
    /// Position of the event.
    pub seq: u64,
    /// The value.
    pub value: Value,
}

impl Disclosure {
    /// Whether the value with its salt is what was committed to.
    #[must_use]
    pub fn holds(&self) -> bool {
        verify(&self.salt, &self.value, &Commitment(self.commitment))
    }
}

/// A salt in a disclosure, and nowhere else, is written down.
mod salt {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Salt;
    use crate::hash::Hash;

    pub(super) fn serialize<S: Serializer>(salt: &Salt, to: S) -> Result<S::Ok, S::Error> {
        Hash::from_bytes(salt.0).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Salt, D::Error> {
        Hash::deserialize(from).map(|hash| Salt(*hash.as_bytes()))
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let mut object = serializer.serialize_struct("Commitment", 1)?;
            object.serialize_field("sealed", &self.0)?;
            object.end()
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_map(SealedVisitor)
        } else {
            Hash::deserialize(deserializer).map(Self)
        }
    }
}

struct SealedVisitor;

impl<'de> Visitor<'de> for SealedVisitor {
    type Value = Commitment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"sealed\": 64 lower-case hex digits}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Commitment, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(de::Error::missing_field("sealed"));
        };
        if key != "sealed" {
            return Err(de::Error::unknown_field("(withheld)", &["sealed"]));
        }
        let hash = map.next_value()?;
        if map.next_key::<String>()?.is_some() {
            return Err(de::Error::custom("a sealed value has one field"));
        }
        Ok(Commitment(hash))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn commitment_reads_and_writes_its_object() {
        let made = commit(&Salt([7; 32]), &json!("李小满")).unwrap();
        let text = serde_json::to_string(&made).unwrap();
        assert!(text.starts_with("{\"sealed\":\""));
        assert_eq!(serde_json::from_str::<Commitment>(&text).unwrap(), made);
        for wrong in ["{}", "{\"sealed\":\"00\"}", "{\"seal\":\"x\"}", "\"x\""] {
            assert!(
                serde_json::from_str::<Commitment>(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn kinds_and_values_do_not_run_together() {
        let secret = [3; 32];
        assert_ne!(
            match_token(&secret, "ab", b"c"),
            match_token(&secret, "a", b"bc")
        );
        assert_eq!(
            match_token(&secret, "a", b"bc"),
            match_token(&secret, "a", b"bc")
        );
    }

    proptest! {
        #[test]
        fn only_the_value_with_its_salt_verifies(salt: [u8; 32], other: [u8; 32], text in "\\PC{0,20}") {
            let value = json!(text.chars().filter(char::is_ascii).collect::<String>());
            let made = commit(&Salt(salt), &value).unwrap();
            prop_assert!(verify(&Salt(salt), &value, &made));
            prop_assert!(!verify(&Salt(salt), &json!([value.clone()]), &made));
            prop_assert_eq!(verify(&Salt(other), &value, &made), salt == other);
        }
    }
}
