//! What events name and do not hold: sealed values, by their commitments, and files of evidence, by
//! their hashes. Both are covered as far as they are brought along; what is brought along and does
//! not fit is a finding, and so is evidence that is missing among it.

use std::collections::BTreeMap;

use chain::hash::Hash;
use chain::seal::{Commitment, Disclosure};
use serde::Deserialize;
use serde_json::Value;

use crate::audit::Audit;
use crate::report::Level;

/// What was brought along.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    /// By position.
    disclosed: BTreeMap<u64, Vec<Disclosure>>,
    /// Length by hash.
    files: BTreeMap<[u8; 32], u64>,
}

/// What one event names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    commitments: Vec<Commitment>,
    /// Hash and length in bytes.
    evidence: Vec<(Hash, u64)>,
}

impl Named {
    /// Cost: nothing but a search where the event names neither.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut named = Self::default();
        let holds = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
        if (holds(b"{\"sealed\":\"") || holds(b"\"blake3\":"))
            && let Ok(event) = serde_json::from_slice::<Value>(bytes)
        {
            named.look(&event["data"]);
        }
        named
    }

    fn look(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                if let Ok(commitment) = Commitment::deserialize(value) {
                    self.commitments.push(commitment);
                    return;
                }
                let hash = map.get("blake3").map(Hash::deserialize);
                let bytes = map.get("bytes").and_then(Value::as_u64);
                if let (Some(Ok(hash)), Some(bytes)) = (hash, bytes) {
                    self.evidence.push((hash, bytes));
                }
                map.values().for_each(|item| self.look(item));
            }
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            _ => {}
        }
    }
}

impl Audit {
    /// Holds the history against a value that was disclosed, before the first line is taken.
    pub fn disclosed(&mut self, disclosure: Disclosure) {
        let at = self.brought.disclosed.entry(disclosure.seq).or_default();
        at.push(disclosure);
    }

    /// Holds the history against a file of evidence by its BLAKE3 and its length in bytes, before
    /// the first line is taken.
    pub fn evidence(&mut self, digest: Hash, bytes: u64) {
        self.brought.files.insert(*digest.as_bytes(), bytes);
    }

    /// Takes what the event at a position names.
    pub(crate) fn name(&mut self, position: u64, named: &Named) {
        for disclosure in self.brought.disclosed.remove(&position).unwrap_or_default() {
            let known = named
                .commitments
                .iter()
                .any(|c| c.0 == disclosure.commitment);
            let level = Level::Commitments;
            if !known {
                let what = "the event has no such commitment as was disclosed";
                self.find_at(position, level, "commitment_unknown", what);
            } else if disclosure.holds() {
                self.cover(level, 1);
            } else {
                let what = "the disclosed value is not the one that was committed to";
                self.find_at(position, level, "commitment_differs", what);
            }
        }
        if !self.has(Level::Evidence) {
            return;
        }
        for (hash, bytes) in &named.evidence {
            match self.brought.files.get(hash.as_bytes()) {
                Some(found) if found == bytes => self.cover(Level::Evidence, 1),
                Some(_) => {
                    let what =
                        format!("the evidence {hash} has another length than the event says");
                    self.find_at(position, Level::Evidence, "evidence_length", &what);
                }
                None => {
                    let what = format!(
                        "no file has the BLAKE3 {hash} that the event names: it is missing, or was \
                         changed"
                    );
                    self.find_at(position, Level::Evidence, "evidence_missing", &what);
                }
            }
        }
    }

    /// Values disclosed of events that the history does not have.
    pub(crate) fn end_named(&mut self) {
        for position in std::mem::take(&mut self.brought.disclosed).into_keys() {
            let what = "a value is disclosed of an event that the history does not have";
            self.find_at(position, Level::Commitments, "commitment_unknown", what);
        }
    }
}

#[cfg(test)]
// A test fails by panicking.
#[allow(clippy::unwrap_used)]
mod tests {
    use chain::hash::origin_hash;
    use chain::history::{HISTORY_VERSION, Header, Trailer};
    use chain::walk::Walker;

    use super::*;
    use crate::report::Report;

    /// A history of two events, the second of which names this file.
    fn audit(file: &[u8], brought: &[(&[u8], u64)]) -> Report {
        let header = Header {
            from: 0,
            history: HISTORY_VERSION,
            origin: "named".to_owned(),
            prev: origin_hash("named"),
        };
        let mut audit = Audit::of(&[Level::Evidence]);
        for (content, bytes) in brought {
            audit.evidence(Hash::from_bytes(*blake3::hash(content).as_bytes()), *bytes);
        }
        audit.line(&header.to_line().unwrap());
        let mut walker = Walker::from_origin("named");
        let digest = blake3::hash(file).to_hex();
        let named = format!(
            "[{{\"blake3\":\"{digest}\",\"bytes\":{},\"media_type\":\"text/plain\"}}]",
            file.len()
        );
        for (seq, files) in ["[]", named.as_str()].into_iter().enumerate() {
            let prev = walker.head();
            let event = format!(
                "{{\"at\":\"2026-01-02T03:04:05.678Z\",\"by\":{{}},\"data\":{{\"files\":{files}}},\"derived\":{{}},\"id\":\"01890a5d-ac96-774b-bcce-b302099a805{seq}\",\"on\":\"2026-01-02\",\"prev\":\"{prev}\",\"rules\":[],\"seq\":{seq},\"subjects\":[\"case:1\"],\"type\":\"a.b.v1\",\"v\":1,\"visibility\":\"public\"}}"
            );
            walker.push(event.as_bytes()).unwrap();
            audit.line(event.as_bytes());
        }
        let trailer = Trailer::close(&header, 2, walker.head(), None).unwrap();
        audit.line(&trailer.to_line().unwrap());
        audit.finish()
    }

    fn found(report: &Report) -> Vec<(&str, u64)> {
        let findings = report.findings.iter();
        findings.map(|f| (f.code.as_str(), f.position)).collect()
    }

    #[test]
    fn evidence_is_covered_where_the_file_is_there_unchanged() {
        let file = b"photograph".as_slice();
        let whole = audit(file, &[(file, 10), (b"something else", 14)]);
        assert!(whole.holds, "{whole:?}");
        let covered = whole.levels.iter().find(|l| l.level == Level::Evidence);
        assert_eq!(covered.map(|l| l.covered), Some(1));

        let changed = audit(file, &[(b"photogravure", 12)]);
        assert_eq!(found(&changed), [("evidence_missing", 1)]);
        assert!(!changed.holds);
        let cut = audit(file, &[(file, 9)]);
        assert_eq!(found(&cut), [("evidence_length", 1)]);
        assert_eq!(found(&audit(file, &[])), [("evidence_missing", 1)]);
    }
}
