//! Canonical JSON: RFC 8785 (JCS), narrowed so that one value has one spelling everywhere.
//!
//! Beyond the RFC: numbers are integers within ±(2^53-1), strings and keys are in Unicode
//! Normalisation Form C, nesting and size are bounded. Whatever breaks a rule is refused with a
//! [`CanonError`]; nothing is repaired on the way in.

mod error;
mod nfc;
mod order;
mod parse;
mod ser;
#[cfg(test)]
mod tests;
mod write;

use serde::Serialize;
use serde_json::Value;

pub use error::{CanonError, Place};

/// The largest magnitude of an integer, 2^53-1: what every JSON reader holds exactly
/// (RFC 7493, section 2.2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// The deepest nesting that any [`Limits`] can allow; reading and writing recurse that far.
pub const DEPTH_CEILING: usize = 128;

/// How much a reader accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the whole text, in bytes.
    pub bytes_max: usize,
    /// Arrays and objects around a scalar; `[]` has depth 1. More than [`DEPTH_CEILING`] counts
    /// as that.
    pub depth_max: usize,
}

impl Default for Limits {
    /// 256 KiB and 32 levels.
    fn default() -> Self {
        Self {
            bytes_max: 256 * 1024,
            depth_max: 32,
        }
    }
}

/// Reads one JSON text, in any spelling, under the rules of this module.
///
/// # Errors
/// The first rule that the text breaks, with its place.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, CanonError> {
    parse::run(bytes, limits, parse::Mode::Any)
}

/// Reads one JSON text that must already be its own canonical form, byte for byte.
///
/// # Errors
/// As [`parse()`], and `json_not_canonical` for another spelling of an acceptable value.
pub fn parse_canonical(bytes: &[u8], limits: &Limits) -> Result<Value, CanonError> {
    parse::run(bytes, limits, parse::Mode::Canonical)
}

/// Checks what [`parse_canonical`] checks without building the value: what a replay runs before
/// it reads the bytes into a type of its own.
///
/// # Errors
/// As [`parse_canonical`].
pub fn check_canonical(bytes: &[u8], limits: &Limits) -> Result<(), CanonError> {
    parse::run(bytes, limits, parse::Mode::Check).map(|_| ())
}

/// The canonical bytes of a value.
///
/// # Errors
/// A value can hold what canonical JSON may not: floats, integers out of range, strings that are
/// not NFC, nesting beyond [`DEPTH_CEILING`].
pub fn to_bytes(value: &Value) -> Result<Vec<u8>, CanonError> {
    let mut out = write::Out::new();
    out.value(value)?;
    Ok(out.into_bytes())
}

/// The canonical bytes of anything that serialises, whatever the order of its fields.
///
/// # Errors
/// As [`to_bytes`], and `json_unsupported` for what has no place in JSON (map keys that are not
/// strings, integers or booleans; raw values; a type whose own serialisation fails).
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonError> {
    let mut out = write::Out::new();
    value.serialize(&mut out)?;
    Ok(out.into_bytes())
}
