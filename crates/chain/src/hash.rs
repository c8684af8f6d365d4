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

#[cfg(test)]
mod tests {
    use super::*;

    /// Input length, then the first 32 bytes of `hash`, `keyed_hash` and `derive_key`: ten of the
    /// cases of BLAKE3's own `test_vectors/test_vectors.json`, around the ends of its chunks.
    const CASES: [(usize, &str, &str, &str); 10] = [
        (
            0,
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
            "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26",
            "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d",
        ),
        (
            1,
            "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
            "6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b",
            "b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c",
        ),
        (
            1023,
            "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
            "c951ecdf03288d0fcc96ee3413563d8a6d3589547f2c2fb36d9786470f1b9d6e",
            "74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5",
        ),
        (
            1024,
            "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
            "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4",
            "7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706",
        ),
        (
            1025,
            "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
            "357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69",
            "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb",
        ),
        (
            2048,
            "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
            "879cf1fa2ea0e79126cb1063617a05b6ad9d0b696d0d757cf053439f60a99dd1",
            "7b2945cb4fef70885cc5d78a87bf6f6207dd901ff239201351ffac04e1088a23",
        ),
        (
            2049,
            "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
            "9f29700902f7c86e514ddc4df1e3049f258b2472b6dd5267f61bf13983b78dd5",
            "2ea477c5515cc3dd606512ee72bb3e0e758cfae7232826f35fb98ca1bcbdf273",
        ),
        (
            3072,
            "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2",
            "044a0e7b172a312dc02a4c9a818c036ffa2776368d7f528268d2e6b5df191770",
            "050df97f8c2ead654d9bb3ab8c9178edcd902a32f8495949feadcc1e0480c46b",
        ),
        (
            4096,
            "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969",
            "befc660aea2f1718884cd8deb9902811d332f4fc4a38cf7c7300d597a081bfc0",
            "1e0d7f3db8c414c97c6307cbda6cd27ac3b030949da8e23be1a1a924ad2f25b9",
        ),
        (
            5120,
            "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833",
            "2c493e48e9b9bf31e0553a22b23503c0a3388f035cece68eb438d22fa1943e20",
            "7a7acac8a02adcf3038d74cdd1d34527de8a0fcc0ee3399d1262397ce5817f60",
        ),
    ];

    #[test]
    fn hashes_as_published() {
        let context = hash_derive_key_context("BLAKE3 2019-12-27 16:29:52 test vectors context");
        for (length, hash, keyed, derived) in CASES {
            let input: Vec<u8> = (0..=250).cycle().take(length).collect();
            let key = b"whats the Elvish word for friend";
            assert_eq!(blake3::hash(&input).to_hex().as_str(), hash, "{length}");
            let tag = blake3::keyed_hash(key, &input);
            assert_eq!(tag.to_hex().as_str(), keyed, "{length}");
            // In one part and in two, as the chain uses it.
            let (head, tail) = input.split_at(length / 3);
            for parts in [&[&input[..]][..], &[head, tail]] {
                assert_eq!(derive(&context, parts).to_string(), derived, "{length}");
            }
        }
    }

    /// The UUIDv7 of RFC 9562, appendix A.6: made at 2022-02-22T19:22:22Z.
    #[test]
    fn a_following_id_keeps_time_version_and_variant() {
        let id = 0x017f_22e2_79b0_7cc3_98c4_dc0c_0c07_398f_u128.to_be_bytes();
        let mut known = std::collections::BTreeSet::from([id]);
        for n in 1..=1_000 {
            let follows = derived_id(id, n);
            assert_eq!(follows[..6], id[..6], "{n}");
            assert_eq!((follows[6] >> 4, follows[8] >> 6), (7, 0b10), "{n}");
            assert!(known.insert(follows), "{n}");
        }
    }
}
