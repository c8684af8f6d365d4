//! Reading: one pass by hand, as the rules are stricter than a general reader's and a refusal
//! has to name its place.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;
use serde_json::map::{Entry, Map};

use super::error::{CanonError, Place};
use super::{DEPTH_CEILING, INTEGER_MAX, Limits, nfc, order};
use crate::scan;

/// What a reader asks of the spelling, and whether it builds the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Any spelling.
    Any,
    /// The canonical spelling.
    Canonical,
    /// The canonical spelling; the value returned is null.
    Check,
}

pub(super) fn run(bytes: &[u8], limits: &Limits, mode: Mode) -> Result<Value, CanonError> {
    if bytes.len() > limits.bytes_max {
        return Err(CanonError::TooLarge {
            bytes: bytes.len(),
            bytes_max: limits.bytes_max,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| CanonError::NotUtf8 {
        at: Place::at(e.valid_up_to()),
    })?;
    let depth_max = limits.depth_max.min(DEPTH_CEILING);
    let mut parser = Parser {
        text,
        bytes,
        pos: 0,
        depth_max,
        mode,
    };
    parser.space()?;
    let value = parser.value(0)?;
    parser.space()?;
    if parser.pos < bytes.len() {
        return Err(CanonError::Trailing {
            at: Place::at(parser.pos),
        });
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    depth_max: usize,
    mode: Mode,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, CanonError> {
        match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                Ok(if self.builds() {
                    Value::String(text.into_owned())
                } else {
                    Value::Null
                })
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.integer().map(Value::from),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.syntax("a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonError> {
        self.descend(depth)?;
        let mut map = Map::new();
        self.space()?;
        if self.take(b'}') {
            return Ok(Value::Object(map));
        }
        let mut before: Option<Cow<'a, str>> = None;
        loop {
            let key_at = self.pos;
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a key in quotes"));
            }
            let key = self.string()?;
            if self.canonical() {
                if let Some(before) = &before {
                    check_order(before, &key, key_at)?;
                }
                before = Some(key.clone());
            }
            self.space()?;
            if !self.take(b':') {
                return Err(self.syntax("a colon"));
            }
            self.space()?;
            let value = self.value(depth + 1).map_err(|e| e.under_key(&key))?;
            if self.builds() {
                match map.entry(key) {
                    Entry::Vacant(free) => free.insert(value),
                    Entry::Occupied(taken) => return Err(duplicate(taken.key(), key_at)),
                };
            }
            self.space()?;
            if self.take(b'}') {
                return Ok(Value::Object(map));
            }
            if !self.take(b',') {
                return Err(self.syntax("a comma or a closing brace"));
            }
            self.space()?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, CanonError> {
        self.descend(depth)?;
        let mut items = Vec::new();
        self.space()?;
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        let mut index = 0;
        loop {
            let value = self.value(depth + 1).map_err(|e| e.under_index(index))?;
            if self.builds() {
                items.push(value);
            }
            index += 1;
            self.space()?;
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err(self.syntax("a comma or a closing bracket"));
            }
            self.space()?;
        }
    }

    /// Steps over the opening bracket of an array or object that stands inside `depth` others.
    fn descend(&mut self, depth: usize) -> Result<(), CanonError> {
        if depth >= self.depth_max {
            let at = Place::at(self.pos);
            return Err(CanonError::TooDeep {
                at,
                depth_max: self.depth_max,
            });
        }
        self.pos += 1;
        Ok(())
    }

    fn literal(&mut self, word: &'static str, value: Value) -> Result<Value, CanonError> {
        if !self.bytes[self.pos..].starts_with(word.as_bytes()) {
            return Err(self.syntax("true, false or null"));
        }
        self.pos += word.len();
        Ok(value)
    }

    fn integer(&mut self) -> Result<i64, CanonError> {
        let start = self.pos;
        let negative = self.take(b'-');
        let first = self.pos;
        let mut n: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            n = n.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.pos += 1;
        }
        let digits = self.pos - first;
        if digits == 0 {
            return Err(self.syntax("a digit"));
        }
        if digits > 1 && self.bytes[first] == b'0' {
            self.pos = first;
            return Err(self.syntax("a number without leading zeros"));
        }
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) || (negative && n == 0) {
            return Err(CanonError::Float {
                at: Place::at(start),
            });
        }
        if n > INTEGER_MAX {
            return Err(CanonError::IntegerRange {
                at: Place::at(start),
            });
        }
        Ok(if negative { -n } else { n })
    }

    /// A string or key, its escapes undone; stands at the opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, CanonError> {
        let start = self.pos;
        self.pos += 1;
        let end = scan::plain_run(self.bytes, self.pos);
        let text = if self.bytes.get(end) == Some(&b'"') {
            let plain = &self.text[self.pos..end];
            self.pos = end + 1;
            Cow::Borrowed(plain)
        } else {
            Cow::Owned(self.escaped_string()?)
        };
        if nfc::is_nfc(&text) {
            Ok(text)
        } else {
            Err(CanonError::NotNfc {
                at: Place::at(start),
            })
        }
    }

    /// The rest of a string that holds escapes; stands at its first byte.
    fn escaped_string(&mut self) -> Result<String, CanonError> {
        let mut out = String::new();
        loop {
            let end = scan::plain_run(self.bytes, self.pos);
            out.push_str(&self.text[self.pos..end]);
            self.pos = end;
            match self.peek() {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.syntax("an escape instead of a control character")),
                None => return Err(self.syntax("a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, CanonError> {
        let start = self.pos;
        let Some(&letter) = self.bytes.get(start + 1) else {
            return Err(self.syntax("an escape"));
        };
        let plain = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.syntax("a known escape")),
        };
        if plain == '/' && self.canonical() {
            return Err(not_canonical(start, "a slash stands without escape"));
        }
        self.pos = start + 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char, CanonError> {
        let start = self.pos;
        let unit = self.code_unit()?;
        let found = match unit {
            0xd800..=0xdbff => {
                let low = match self.peek() {
                    Some(b'\\') => self.code_unit()?,
                    _ => 0,
                };
                if !(0xdc00..=0xdfff).contains(&low) {
                    self.pos = start;
                    return Err(self.syntax("a surrogate pair"));
                }
                char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
            }
            _ => char::from_u32(unit),
        };
        let Some(c) = found else {
            self.pos = start;
            return Err(self.syntax("a surrogate pair"));
        };
        if self.canonical() {
            let written = &self.bytes[start..self.pos];
            let short = matches!(c, '\u{8}' | '\t' | '\n' | '\u{c}' | '\r');
            if short || c >= ' ' || written.iter().any(u8::is_ascii_uppercase) {
                return Err(not_canonical(
                    start,
                    "only control characters without a short escape stand as \\u00xx, in lower case",
                ));
            }
        }
        Ok(c)
    }

    /// The four hex digits of `\uXXXX`; stands at the backslash.
    fn code_unit(&mut self) -> Result<u32, CanonError> {
        let digits = self.bytes.get(self.pos + 2..self.pos + 6);
        if self.bytes.get(self.pos + 1) != Some(&b'u') {
            return Err(self.syntax("a surrogate pair"));
        }
        let unit = digits.and_then(|digits| {
            digits
                .iter()
                .try_fold(0, |unit, &d| Some(unit * 16 + char::from(d).to_digit(16)?))
        });
        match unit {
            Some(unit) => {
                self.pos += 6;
                Ok(unit)
            }
            None => Err(self.syntax("four hex digits after \\u")),
        }
    }

    fn space(&mut self) -> Result<(), CanonError> {
        let start = self.pos;
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.pos += 1;
        }
        if self.pos > start && self.canonical() {
            return Err(not_canonical(start, "no white space stands between tokens"));
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.pos += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn canonical(&self) -> bool {
        self.mode != Mode::Any
    }

    fn builds(&self) -> bool {
        self.mode != Mode::Check
    }

    fn syntax(&self, expected: &'static str) -> CanonError {
        CanonError::Syntax {
            at: Place::at(self.pos),
            expected,
        }
    }
}

fn check_order(before: &str, key: &str, key_at: usize) -> Result<(), CanonError> {
    match order::key_order(before, key) {
        Ordering::Less => Ok(()),
        Ordering::Equal => Err(duplicate(key, key_at)),
        Ordering::Greater => Err(not_canonical(
            key_at,
            "keys stand in the order of their UTF-16 code units",
        )),
    }
}

fn duplicate(key: &str, key_at: usize) -> CanonError {
    CanonError::DuplicateKey {
        at: Place::at(key_at),
    }
    .under_key(key)
}

fn not_canonical(offset: usize, rule: &'static str) -> CanonError {
    CanonError::NotCanonical {
        at: Place::at(offset),
        rule,
    }
}
