//! Writing: one buffer; an object whose members came out of order is put in order when it closes.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::error::{CanonError, Place};
use super::{DEPTH_CEILING, INTEGER_MAX, nfc, order};
use crate::scan;

/// The bytes written so far.
pub(super) struct Out {
    bytes: Vec<u8>,
    depth: usize,
}

/// The members of an object that is being written.
pub(super) struct Members<'k> {
    /// Where the first member starts.
    body: usize,
    list: Vec<Member<'k>>,
    sorted: bool,
}

struct Member<'k> {
    key: Cow<'k, str>,
    /// Where the quote of its key stands.
    start: usize,
}

impl Out {
    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(256),
            depth: 0,
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<(), CanonError> {
        match value {
            Value::Null => self.raw(b"null"),
            Value::Bool(b) => self.bool(*b),
            Value::Number(n) => self.number(n)?,
            Value::String(s) => self.string(s)?,
            Value::Array(items) => {
                self.open(b'[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.byte(b',');
                    }
                    self.value(item).map_err(|e| e.under_index(index))?;
                }
                self.close(b']');
            }
            Value::Object(map) => {
                let mut members = self.open_object()?;
                for (key, item) in map {
                    self.member(&mut members, Cow::Borrowed(key))?;
                    self.value(item).map_err(|e| e.under_key(key))?;
                }
                self.close_object(members)?;
            }
        }
        Ok(())
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn bool(&mut self, b: bool) {
        self.raw(if b { b"true" } else { b"false" });
    }

    /// Any integer that a caller can name, if it is within ±(2^53-1).
    pub(super) fn integer(&mut self, n: impl TryInto<i64>) -> Result<(), CanonError> {
        let within = n
            .try_into()
            .ok()
            .filter(|n| (-INTEGER_MAX..=INTEGER_MAX).contains(n));
        let n: i64 = within.ok_or(CanonError::IntegerRange {
            at: Place::default(),
        })?;
        let mut digits = [0; 16];
        let mut at = digits.len();
        let mut rest = n.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            self.byte(b'-');
        }
        self.raw(&digits[at..]);
        Ok(())
    }

    pub(super) fn string(&mut self, text: &str) -> Result<(), CanonError> {
        if !nfc::is_nfc(text) {
            return Err(CanonError::NotNfc {
                at: Place::default(),
            });
        }
        self.byte(b'"');
        let bytes = text.as_bytes();
        let mut from = 0;
        loop {
            let end = scan::plain_run(bytes, from);
            self.raw(&bytes[from..end]);
            let Some(&special) = bytes.get(end) else {
                break;
            };
            self.escape(special);
            from = end + 1;
        }
        self.byte(b'"');
        Ok(())
    }

    pub(super) fn open(&mut self, bracket: u8) -> Result<(), CanonError> {
        if self.depth >= DEPTH_CEILING {
            return Err(CanonError::TooDeep {
                at: Place::default(),
                depth_max: DEPTH_CEILING,
            });
        }
        self.depth += 1;
        self.byte(bracket);
        Ok(())
    }

    pub(super) fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        self.byte(bracket);
    }

    pub(super) fn open_object<'k>(&mut self) -> Result<Members<'k>, CanonError> {
        self.open(b'{')?;
        Ok(Members {
            body: self.bytes.len(),
            list: Vec::new(),
            sorted: true,
        })
    }

    /// Writes a key and its colon; the value comes next.
    pub(super) fn member<'k>(
        &mut self,
        members: &mut Members<'k>,
        key: Cow<'k, str>,
    ) -> Result<(), CanonError> {
        let start = self.start_member(members);
        self.string(&key).map_err(|e| e.under_key(&key))?;
        self.byte(b':');
        members.note(key, start)
    }

    /// Where the next member starts; a comma is written before it where one is due.
    pub(super) fn start_member(&mut self, members: &Members<'_>) -> usize {
        if !members.list.is_empty() {
            self.byte(b',');
        }
        self.bytes.len()
    }

    pub(super) fn written_since(&self, start: usize) -> &[u8] {
        &self.bytes[start..]
    }

    /// Puts quotes around what was written from `start` on.
    pub(super) fn quote_since(&mut self, start: usize) {
        self.bytes.insert(start, b'"');
        self.byte(b'"');
    }

    pub(super) fn close_object(&mut self, members: Members<'_>) -> Result<(), CanonError> {
        if !members.sorted {
            self.put_in_order(members)?;
        }
        self.close(b'}');
        Ok(())
    }

    fn put_in_order(&mut self, members: Members<'_>) -> Result<(), CanonError> {
        let written = self.bytes.split_off(members.body);
        let ends = members.list.iter().skip(1).map(|next| next.start - 1);
        let ends = ends.chain([members.body + written.len()]);
        let mut spans: Vec<(&str, &[u8])> = members
            .list
            .iter()
            .zip(ends)
            .map(|(m, end)| {
                (
                    &*m.key,
                    &written[m.start - members.body..end - members.body],
                )
            })
            .collect();
        spans.sort_by(|a, b| order::key_order(a.0, b.0));
        for (index, (key, span)) in spans.iter().enumerate() {
            if index > 0 {
                if spans[index - 1].0 == *key {
                    return Err(duplicate(key));
                }
                self.byte(b',');
            }
            self.raw(span);
        }
        Ok(())
    }

    fn number(&mut self, n: &Number) -> Result<(), CanonError> {
        if let Some(n) = n.as_i64() {
            self.integer(n)
        } else if n.is_u64() {
            Err(CanonError::IntegerRange {
                at: Place::default(),
            })
        } else {
            Err(CanonError::Float {
                at: Place::default(),
            })
        }
    }

    fn escape(&mut self, special: u8) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        match special {
            b'"' => self.raw(b"\\\""),
            b'\\' => self.raw(b"\\\\"),
            0x08 => self.raw(b"\\b"),
            b'\t' => self.raw(b"\\t"),
            b'\n' => self.raw(b"\\n"),
            0x0c => self.raw(b"\\f"),
            b'\r' => self.raw(b"\\r"),
            _ => {
                self.raw(b"\\u00");
                self.byte(DIGITS[usize::from(special >> 4)]);
                self.byte(DIGITS[usize::from(special & 15)]);
            }
        }
    }
}

impl<'k> Members<'k> {
    /// Records that the member with this key starts at `start`.
    pub(super) fn note(&mut self, key: Cow<'k, str>, start: usize) -> Result<(), CanonError> {
        if let Some(last) = self.list.last() {
            match order::key_order(&last.key, &key) {
                Ordering::Less => {}
                Ordering::Equal => return Err(duplicate(&key)),
                Ordering::Greater => self.sorted = false,
            }
        }
        self.list.push(Member { key, start });
        Ok(())
    }

    /// The key of the member that is being written; empty before the first.
    pub(super) fn key(&self) -> &str {
        self.list.last().map_or("", |m| &m.key)
    }
}

fn duplicate(key: &str) -> CanonError {
    CanonError::DuplicateKey {
        at: Place::default(),
    }
    .under_key(key)
}
