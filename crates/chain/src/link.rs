//! Where an event stands in the chain, read from its canonical bytes without parsing the rest.
//!
//! In canonical form the members of the envelope stand in one order, so they can be walked from
//! the front: what matters is read, everything else is stepped over with its nesting counted. A
//! key of the same name inside `data` is never met, as it lies inside a value that is stepped
//! over. What is stepped over is not checked here; [`crate::canon::check_canonical`] does that.

use thiserror::Error;

use crate::canon::INTEGER_MAX;
use crate::hash::Hash;
use crate::scan;

/// The members of an event's envelope that order it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// When the ledger recorded it: RFC 3339, UTC, milliseconds.
    pub at: &'a str,
    /// The id of the action or event that led to it, if it follows from one.
    pub cause: Option<&'a str>,
    /// The action's id, a UUIDv7 in text.
    pub id: &'a str,
    /// The legal date on which it takes effect, `YYYY-MM-DD`.
    pub on: &'a str,
    /// The hash of the event before it; for event 0 that of the ledger's origin.
    pub prev: Hash,
    /// Its position, from 0.
    pub seq: u64,
    /// Its `type`, such as `complaint.accepted.v1`.
    pub kind: &'a str,
}

/// Bytes that are no event of a version known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkError {
    /// A member of the envelope is missing, out of order or not of its form.
    #[error("`{member}` is missing, out of place or not of its form at byte {offset}")]
    Member {
        /// The member of the envelope that was expected.
        member: &'static str,
        /// Where it should have stood or gone on.
        offset: usize,
    },
    /// The envelope's version is not 1.
    #[error("the event's envelope has another version than 1: read it with a newer release")]
    Version,
    /// Something follows the event.
    #[error("something follows the event at byte {offset}")]
    Trailing {
        /// The first byte too many.
        offset: usize,
    },
}

impl LinkError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Member { .. } => "link_member",
            Self::Version => "link_version",
            Self::Trailing { .. } => "link_trailing",
        }
    }
}

/// Reads the link of one event from its canonical bytes, without line end.
///
/// Wherever the bytes are canonical JSON and an event, the link says what a full reading says.
///
/// # Errors
/// The member of the envelope that could not be read.
pub fn read_link(event: &[u8]) -> Result<Link<'_>, LinkError> {
    let mut cursor = Cursor {
        bytes: event,
        pos: 0,
    };
    let at = cursor.text("at", b"{\"at\":")?;
    cursor.skip("by", b",\"by\":")?;
    let cause = match cursor.after(b",\"cause\":") {
        Some(pos) => Some(cursor.text_at("cause", pos)?),
        None => None,
    };
    cursor.skip("data", b",\"data\":")?;
    cursor.skip("derived", b",\"derived\":")?;
    let id = cursor.text("id", b",\"id\":")?;
    let on = cursor.text("on", b",\"on\":")?;
    let prev = cursor.text("prev", b",\"prev\":")?;
    let prev = Hash::from_hex(prev.as_bytes()).map_err(|_| cursor.fault("prev"))?;
    cursor.skip("rules", b",\"rules\":")?;
    let seq = cursor.integer("seq", b",\"seq\":")?;
    cursor.skip("subjects", b",\"subjects\":")?;
    let kind = cursor.text("type", b",\"type\":")?;
    if cursor.integer("v", b",\"v\":")? != 1 {
        return Err(LinkError::Version);
    }
    cursor.text("visibility", b",\"visibility\":")?;
    cursor.expect("visibility", b"}")?;
    if cursor.pos < event.len() {
        return Err(LinkError::Trailing { offset: cursor.pos });
    }
    Ok(Link {
        at,
        cause,
        id,
        on,
        prev,
        seq,
        kind,
    })
}

struct Cursor<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Cursor<'a> {
    /// The position after these bytes, if they stand here.
    fn after(&self, bytes: &[u8]) -> Option<usize> {
        self.bytes[self.pos..]
            .starts_with(bytes)
            .then_some(self.pos + bytes.len())
    }

    fn expect(&mut self, member: &'static str, bytes: &[u8]) -> Result<(), LinkError> {
        self.pos = self.after(bytes).ok_or_else(|| self.fault(member))?;
        Ok(())
    }

    /// A member whose value is a string of printable ASCII without escapes.
    fn text(&mut self, member: &'static str, key: &[u8]) -> Result<&'a str, LinkError> {
        let pos = self.after(key).ok_or_else(|| self.fault(member))?;
        self.text_at(member, pos)
    }

    fn text_at(&mut self, member: &'static str, pos: usize) -> Result<&'a str, LinkError> {
        self.pos = pos;
        self.expect(member, b"\"")?;
        let end = scan::plain_run(self.bytes, self.pos);
        let text = &self.bytes[self.pos..end];
        if self.bytes.get(end) != Some(&b'"') || !text.is_ascii() {
            return Err(self.fault(member));
        }
        let text = str::from_utf8(text).map_err(|_| self.fault(member))?;
        self.pos = end + 1;
        Ok(text)
    }

    /// A member whose value is an integer from 0 to 2^53-1.
    fn integer(&mut self, member: &'static str, key: &[u8]) -> Result<u64, LinkError> {
        self.expect(member, key)?;
        let start = self.pos;
        let mut n: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.pos) {
            n = n.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            self.pos += 1;
        }
        let digits = self.pos - start;
        let padded = digits > 1 && self.bytes[start] == b'0';
        if digits == 0 || padded || n > INTEGER_MAX.unsigned_abs() {
            self.pos = start;
            return Err(self.fault(member));
        }
        Ok(n)
    }

    /// Steps over a member whose value is an array or an object.
    fn skip(&mut self, member: &'static str, key: &[u8]) -> Result<(), LinkError> {
        self.expect(member, key)?;
        let mut pos = self.pos;
        let mut open: usize = 0;
        loop {
            let byte = *self.bytes.get(pos).ok_or_else(|| self.fault(member))?;
            pos += 1;
            match byte {
                b'"' => pos = self.string_end(pos).ok_or_else(|| self.fault(member))?,
                b'{' | b'[' => open += 1,
                b'}' | b']' if open > 1 => open -= 1,
                b'}' | b']' if open == 1 => break,
                _ if open > 0 => {}
                _ => return Err(self.fault(member)),
            }
            if open == 0 {
                return Err(self.fault(member));
            }
        }
        self.pos = pos;
        Ok(())
    }

    /// The position after the closing quote of a string whose content starts at `pos`.
    fn string_end(&self, mut pos: usize) -> Option<usize> {
        loop {
            pos = scan::plain_run(self.bytes, pos);
            match self.bytes.get(pos)? {
                b'"' => return Some(pos + 1),
                // Whatever is escaped, a quote among it, does not end the string.
                b'\\' => pos += 2,
                _ => return None,
            }
        }
    }

    fn fault(&self, member: &'static str) -> LinkError {
        LinkError::Member {
            member,
            offset: self.pos,
        }
    }
}
