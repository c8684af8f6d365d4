//! Checkpoints that a history is held against, with the keys and the policy to judge them by.

use anyhow::Context;
use audit::Audit;
use chain::note::Verifier;
use chain::note::policy::Policy;
use ledger::{Archived, Ledger};
use serde::Deserialize;

use super::Against;
use crate::checkpoint::{read_keys, read_policy};
use crate::record::coded;

/// A line of a ledger's `checkpoints.ndjson`, as far as it is looked at.
#[derive(Deserialize)]
struct Line {
    note: String,
}

#[derive(Default)]
pub(super) struct Signed {
    pub(super) notes: Vec<String>,
    pub(super) keys: Vec<Verifier>,
    pub(super) policy: Option<Policy>,
}

impl Signed {
    /// What was named, and of a ledger or an archive that is checked itself what it keeps.
    pub(super) fn gather(
        ledger: Option<&Ledger>,
        archived: Option<&Archived>,
        against: &Against<'_>,
    ) -> anyhow::Result<Self> {
        let mut gathered = Self {
            notes: Vec::new(),
            keys: read_keys(against.keys)?,
            policy: against.policy.map(read_policy).transpose()?,
        };
        for path in against.checkpoints {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            if text.trim_start().starts_with('{') {
                for line in text.lines().filter(|line| !line.is_empty()) {
                    let line: Line = serde_json::from_str(line)
                        .with_context(|| format!("reading {}", path.display()))?;
                    gathered.notes.push(line.note);
                }
            } else {
                gathered.notes.push(text);
            }
        }
        if let Some(archived) = archived {
            let published = archived.checkpoints.iter();
            gathered.notes.extend(published.map(|p| p.note.to_string()));
            if gathered.keys.is_empty() {
                gathered.keys = read_keys(&archived.keys)?;
            }
        }
        if let Some(ledger) = ledger {
            ledger
                .checkpoints(&mut |published| {
                    gathered.notes.push(published.note.to_string());
                    true
                })
                .map_err(coded)?;
            if gathered.keys.is_empty() {
                gathered.keys = ledger.all_log_keys().map_err(coded)?;
            }
            if gathered.policy.is_none() {
                gathered.policy = ledger.witness_policy().map_err(coded)?;
            }
        }
        Ok(gathered)
    }

    pub(super) fn give(self, audit: &mut Audit) {
        audit.trust(self.keys, self.policy);
        for note in &self.notes {
            audit.checkpoint(note.as_bytes());
        }
    }
}
