//! The history file: newline-delimited canonical JSON that carries a history from hand to hand.
//!
//! ```text
//! {"from":0,"history":1,"origin":"…","prev":"…"}            header
//! {"at":…}                                                   events, as they were hashed
//! {"check":"…","events":2,"head":"…","history":1,"size":2}   trailer
//! ```
//!
//! Every line is canonical and ends in one line feed. Events are covered by the chain, the last
//! of them by `head`; `check` covers header and trailer: it is
//! `BLAKE3.derive_key("regledger 2026 history v1", header line ‖ 0x0A ‖ trailer line without its
//! check)`. So there is no byte whose change goes unseen; but a trailer is the word of whoever
//! wrote the file, and what the *right* head is must be known from elsewhere.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::canon::{Limits, check_canonical, to_vec};
use crate::hash::{HISTORY, Hash, derive};

/// The version of this file's format.
pub const HISTORY_VERSION: u32 = 1;

/// First line of a history file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Position of the first event in the file.
    pub from: u64,
    /// Format version, [`HISTORY_VERSION`].
    pub history: u32,
    /// The ledger's origin line.
    pub origin: String,
    /// Hash of the event before the first; that of the origin where `from` is 0.
    pub prev: Hash,
}

/// Last line of a history file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trailer {
    /// Covers header and trailer; see the module.
    pub check: Hash,
    /// Number of events in the file.
    pub events: u64,
    /// Hash of the last event; the header's `prev` where there is none.
    pub head: Hash,
    /// Format version, [`HISTORY_VERSION`].
    pub history: u32,
    /// What the ledger claims its views to be at `size`; an audit computes it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projections: Option<Projections>,
    /// Position after the last event.
    pub size: u64,
}

/// A claim about all views after a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Projections {
    /// Digest over every subject's state and every row.
    pub digest: Hash,
    /// Version of the views.
    pub version: u32,
}

/// A line of a history file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'a> {
    /// The first.
    Header(Header),
    /// An event's canonical bytes, unread.
    Event(&'a [u8]),
    /// The last.
    Trailer(Trailer),
}

/// What is wrong with a line of a history file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// Neither header, event nor trailer.
    #[error("a line is neither header, event nor trailer of a history")]
    Line,
    /// Header or trailer do not read or are not canonical.
    #[error("header or trailer do not read: they were changed, or written by another program")]
    Frame,
    /// Written by a later release.
    #[error("history format {0} is not known to this release: use a newer one")]
    Version(u32),
    /// Header and trailer do not belong together, or one was changed.
    #[error("header and trailer do not belong together, or one of them was changed")]
    Check,
}

impl HistoryError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line => "history_line",
            Self::Frame => "history_frame",
            Self::Version(_) => "history_version_unknown",
            Self::Check => "history_check",
        }
    }
}

/// Tells what a line is, by its first key; the line comes without its line feed.
///
/// # Errors
/// [`HistoryError`] for what is no line of a history.
pub fn classify(line: &[u8]) -> Result<Line<'_>, HistoryError> {
    if line.starts_with(b"{\"at\":") {
        return Ok(Line::Event(line));
    }
    let frame = line.starts_with(b"{\"from\":") || line.starts_with(b"{\"check\":");
    if !frame {
        return Err(HistoryError::Line);
    }
    check_canonical(line, &Limits::default()).map_err(|_| HistoryError::Frame)?;
    let (read, version) = if line.starts_with(b"{\"from\":") {
        let header: Header = serde_json::from_slice(line).map_err(|_| HistoryError::Frame)?;
        let version = header.history;
        (Line::Header(header), version)
    } else {
        let trailer: Trailer = serde_json::from_slice(line).map_err(|_| HistoryError::Frame)?;
        let version = trailer.history;
        (Line::Trailer(trailer), version)
    };
    if version == HISTORY_VERSION {
        Ok(read)
    } else {
        Err(HistoryError::Version(version))
    }
}

impl Header {
    /// The line, without its line feed.
    ///
    /// # Errors
    /// [`HistoryError::Frame`] where the origin has no canonical form.
    pub fn to_line(&self) -> Result<Vec<u8>, HistoryError> {
        to_vec(self).map_err(|_| HistoryError::Frame)
    }
}

impl Trailer {
    /// The trailer that closes a file with this header.
    ///
    /// # Errors
    /// [`HistoryError::Frame`] where the origin has no canonical form.
    pub fn close(
        header: &Header,
        events: u64,
        head: Hash,
        projections: Option<Projections>,
    ) -> Result<Self, HistoryError> {
        let mut trailer = Self {
            check: Hash::from_bytes([0; 32]),
            events,
            head,
            history: HISTORY_VERSION,
            projections,
            size: header.from.saturating_add(events),
        };
        trailer.check = trailer.check_over(header)?;
        Ok(trailer)
    }

    /// The line, without its line feed.
    ///
    /// # Errors
    /// Never in practice; kept for symmetry with the header.
    pub fn to_line(&self) -> Result<Vec<u8>, HistoryError> {
        to_vec(self).map_err(|_| HistoryError::Frame)
    }

    /// Checks that this trailer closes a file with this header.
    ///
    /// # Errors
    /// [`HistoryError::Check`].
    pub fn verify(&self, header: &Header) -> Result<(), HistoryError> {
        let sizes = header.from.checked_add(self.events) == Some(self.size);
        if sizes && self.check == self.check_over(header)? {
            Ok(())
        } else {
            Err(HistoryError::Check)
        }
    }

    fn check_over(&self, header: &Header) -> Result<Hash, HistoryError> {
        let bare = Self {
            check: Hash::from_bytes([0; 32]),
            ..self.clone()
        };
        let mut bare = serde_json::to_value(bare).map_err(|_| HistoryError::Frame)?;
        if let Some(fields) = bare.as_object_mut() {
            fields.remove("check");
        }
        let bare = crate::canon::to_bytes(&bare).map_err(|_| HistoryError::Frame)?;
        Ok(derive(&HISTORY, &[&header.to_line()?, b"\n", &bare]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::origin_hash;
    use crate::walk::Walker;

    fn event(seq: u64, prev: Hash) -> Vec<u8> {
        format!(
            "{{\"at\":\"2026-01-02T03:04:05.678Z\",\"by\":{{}},\"data\":{{\"n\":{seq}}},\"derived\":{{}},\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"on\":\"2026-01-02\",\"prev\":\"{prev}\",\"rules\":[],\"seq\":{seq},\"subjects\":[\"case:1\"],\"type\":\"a.b.v1\",\"v\":1,\"visibility\":\"public\"}}"
        )
        .into_bytes()
    }

    fn file() -> Vec<u8> {
        let origin = "test origin";
        let header = Header {
            from: 0,
            history: 1,
            origin: origin.into(),
            prev: origin_hash(origin),
        };
        let mut out = header.to_line().unwrap();
        out.push(b'\n');
        let mut walker = Walker::from_origin(origin);
        for seq in 0..3 {
            let line = event(seq, walker.head());
            walker.push(&line).unwrap();
            out.extend(&line);
            out.push(b'\n');
        }
        let projections = Some(Projections {
            digest: origin_hash("x"),
            version: 1,
        });
        let trailer = Trailer::close(&header, 3, walker.head(), projections).unwrap();
        out.extend(trailer.to_line().unwrap());
        out.push(b'\n');
        out
    }

    fn walk(file: &[u8]) -> Result<(), String> {
        let body = file.strip_suffix(b"\n").ok_or("no line end")?;
        let mut lines = body.split(|b| *b == b'\n');
        let first = classify(lines.next().ok_or("empty")?).map_err(|e| e.to_string())?;
        let Line::Header(header) = first else {
            return Err("no header".into());
        };
        if header.from == 0 && header.prev != origin_hash(&header.origin) {
            return Err("origin".into());
        }
        let mut walker = Walker::resume(header.from, header.prev);
        let mut closed = false;
        for line in lines {
            if closed {
                return Err("after the end".into());
            }
            match classify(line).map_err(|e| e.to_string())? {
                Line::Event(bytes) => {
                    walker.push(bytes).map_err(|e| e.to_string())?;
                }
                Line::Trailer(trailer) => {
                    trailer.verify(&header).map_err(|e| e.to_string())?;
                    if trailer.head != walker.head() || trailer.size != walker.next_seq() {
                        return Err("head".into());
                    }
                    closed = true;
                }
                Line::Header(_) => return Err("second header".into()),
            }
        }
        if closed {
            Ok(())
        } else {
            Err("no trailer".into())
        }
    }

    #[test]
    fn every_single_flipped_bit_is_seen() {
        let good = file();
        assert_eq!(walk(&good), Ok(()));
        for byte in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[byte] ^= 1 << bit;
                assert!(
                    walk(&bad).is_err(),
                    "byte {byte} bit {bit} of {}",
                    good.len()
                );
            }
        }
    }

    #[test]
    fn a_lost_line_is_seen() {
        let good = file();
        let lines: Vec<&[u8]> = good.split_inclusive(|b| *b == b'\n').collect();
        for lost in 0..lines.len() {
            let mut kept = lines.clone();
            kept.remove(lost);
            assert!(walk(&kept.concat()).is_err(), "line {lost}");
        }
    }
}
