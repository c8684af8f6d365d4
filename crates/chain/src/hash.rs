//! The hashes of the chain: BLAKE3 in its key-derivation mode, one context for each purpose, so
//! that a hash made for one can never stand for another.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use blake3::Hasher;
use blake3::hazmat::{ContextKey, HasherExt, hash_derive_key_context};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{self, Serialize, Serializer};
use thiserror::Error;

use crate::hex;

/// A 32-byte BLAKE3 value. In text, and in any human-readable format, 64 lower-case hex digits;
/// in a binary one, its 32 bytes without a length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The hash of an event's canonical bytes:
/// `BLAKE3.derive_key("regledger 2026 event v1", canonical bytes)`.
#[must_use]
pub fn event_hash(canonical: &[u8]) -> Hash {
    derive(&EVENT, &[canonical])
}

/// What the first event names as its predecessor:
/// `BLAKE3.derive_key("regledger 2026 origin v1", origin)`, over the UTF-8 of the ledger's origin.
#[must_use]
pub fn origin_hash(origin: &str) -> Hash {
    derive(&ORIGIN, &[origin.as_bytes()])
}

/// The id of the `n`-th event that follows from the action `id` (a UUIDv7 of RFC 9562; `n` from
/// 1).
///
/// The 48 bits of time, the version and the variant are the action's; the 74 other bits are the
/// same bits of `BLAKE3.derive_key("regledger 2026 follower id v1", id ‖ n as u32 big-endian)`.
#[must_use]
pub fn derived_id(id: [u8; 16], n: u32) -> [u8; 16] {
    let fresh = derive(&FOLLOWER, &[&id, &n.to_be_bytes()]).0;
    let mut out = id;
    out[6] = id[6] & 0xf0 | fresh[6] & 0x0f;
    out[7] = fresh[7];
    out[8] = id[8] & 0xc0 | fresh[8] & 0x3f;
    out[9..].copy_from_slice(&fresh[9..16]);
    out
}

/// A text that is not 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a hash: write 64 lower-case hex digits")]
pub struct HashError;

impl HashError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "hash_malformed"
    }
}

impl Hash {
    /// Takes 32 bytes that are a hash already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 raw bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hex digits; upper case is refused, as one hash has one spelling.
    pub(crate) fn from_hex(digits: &[u8]) -> Result<Self, HashError> {
        hex::decode(digits).map(Self).ok_or(HashError)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(&self.0);
        f.pad(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::from_hex(text.as_bytes())
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let digits = hex::encode(&self.0);
            serializer.serialize_str(str::from_utf8(&digits).map_err(ser::Error::custom)?)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(HexVisitor)
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

struct HexVisitor;

impl Visitor<'_> for HexVisitor {
    type Value = Hash;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 lower-case hex digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Hash, E> {
        text.parse().map_err(E::custom)
    }
}

static EVENT: LazyLock<ContextKey> =
    LazyLock::new(|| hash_derive_key_context("regledger 2026 event v1"));
static ORIGIN: LazyLock<ContextKey> =
    LazyLock::new(|| hash_derive_key_context("regledger 2026 origin v1"));
static FOLLOWER: LazyLock<ContextKey> =
    LazyLock::new(|| hash_derive_key_context("regledger 2026 follower id v1"));
/// See [`crate::history`]: what covers the first and last line of a history.
pub(crate) static HISTORY: LazyLock<ContextKey> =
    LazyLock::new(|| hash_derive_key_context("regledger 2026 history v1"));

/// `BLAKE3.derive_key(context, parts joined)`; the context's own hash is computed once a process.
pub(crate) fn derive(context: &ContextKey, parts: &[&[u8]]) -> Hash {
    let mut hasher = Hasher::new_from_context_key(context);
    for part in parts {
        hasher.update(part);
    }
    Hash(*hasher.finalize().as_bytes())
}
