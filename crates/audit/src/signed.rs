//! Checkpoints against the history: the tree over its events, signatures, quorum. What a quorum has
//! cosigned must reach as far as what was signed.

use std::collections::{BTreeMap, BTreeSet};

use chain::hash::Hash;
use chain::note::checkpoint::Checkpoint;
use chain::note::policy::{Policy, TrustError, signed_by_log};
use chain::note::{Note, Verifier};
use chain::tree::{Frontier, Node, leaf};

use crate::audit::Audit;
use crate::report::Level;

/// What checkpoints say, and the tree as far as it has grown.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    keys: Vec<Verifier>,
    policy: Option<Policy>,
    tree: Frontier,
    /// Roots that were signed, by size.
    roots: BTreeMap<u64, BTreeSet<Node>>,
    origins: BTreeSet<String>,
    /// The largest sizes that were signed, and that a quorum has cosigned.
    largest: u64,
    quorate: u64,
}

impl Audit {
    /// Whom to believe: the keys that sign the ledger's checkpoints, and the policy of witnesses.
    pub fn trust(&mut self, keys: Vec<Verifier>, policy: Option<Policy>) {
        self.signed.keys = keys;
        self.signed.policy = policy;
    }

    /// Holds the history against a checkpoint that was published, after [`Audit::trust`] and before
    /// the first line: its tree must be the one that it signs, its signatures must hold, and the
    /// quorum have cosigned it, as far as these levels are asked for.
    pub fn checkpoint(&mut self, note: &[u8]) {
        let read = Note::parse(note)
            .map_err(TrustError::from)
            .and_then(|note| Ok((Checkpoint::parse(&note.text)?, note)));
        let (checkpoint, note) = match read {
            Ok(read) => read,
            Err(error) => {
                for level in [Level::Tree, Level::Signatures, Level::Quorum] {
                    self.find_at(0, level, error.code(), &error.to_string());
                }
                return;
            }
        };
        let at = checkpoint.size.saturating_sub(1);
        let told = |what: String| format!("the checkpoint over {} events: {what}", checkpoint.size);
        if self.has(Level::Signatures) {
            match signed_by_log(&note, &self.signed.keys) {
                Ok(_) => self.cover(Level::Signatures, 1),
                Err(e) => self.find_at(at, Level::Signatures, e.code(), &told(e.to_string())),
            }
        }
        self.signed.largest = self.signed.largest.max(checkpoint.size);
        let policy = self.signed.policy.as_ref();
        match policy.map(|policy| Ok(policy.is_quorum(&policy.cosigners(&note)?))) {
            Some(Ok(true)) => {
                self.signed.quorate = self.signed.quorate.max(checkpoint.size);
                self.cover(Level::Quorum, 1);
            }
            // One that was published without is no fault, where a later one has its quorum.
            Some(Ok(false)) | None => {}
            Some(Err(error)) => {
                let error = TrustError::Note(error);
                self.find_at(at, Level::Quorum, error.code(), &told(error.to_string()));
            }
        }
        self.signed.origins.insert(checkpoint.origin);
        let roots = self.signed.roots.entry(checkpoint.size).or_default();
        roots.insert(checkpoint.root);
    }

    /// The header is read: the tree begins.
    pub(crate) fn begin_tree(&mut self, origin: &str) {
        if self.signed.origins.iter().any(|named| named != origin) {
            let what = "a checkpoint is of another origin than the history";
            self.find(Level::Tree, "checkpoint_origin", what);
        }
        self.meet_roots();
    }

    /// The next event's leaf. About 0.4 µs.
    pub(crate) fn grow_tree(&mut self, hash: &Hash) {
        if self.has(Level::Tree) {
            self.signed.tree.push(leaf(hash), &mut |_, _, _| {});
            self.meet_roots();
        }
    }

    /// The history is at its end: what was signed beyond it is missing.
    pub(crate) fn end_tree(&mut self) {
        if self.signed.quorate < self.signed.largest {
            let what = format!(
                "{} events are signed, but a quorum of witnesses has cosigned {} alone",
                self.signed.largest, self.signed.quorate
            );
            let at = self.signed.quorate;
            self.find_at(at, Level::Quorum, "checkpoint_quorum", &what);
        }
        for (size, _) in std::mem::take(&mut self.signed.roots) {
            let what = format!(
                "a checkpoint signs {size} events, the history ends earlier: it was rolled back or \
                 cut"
            );
            self.find(Level::Tree, "tree_rolled_back", &what);
        }
    }

    fn meet_roots(&mut self) {
        let size = self.signed.tree.size();
        let Some(roots) = self.signed.roots.remove(&size) else {
            return;
        };
        let at = size.saturating_sub(1);
        if roots.len() > 1 {
            let what = format!("two checkpoints sign different trees of {size} events: a fork");
            self.find_at(at, Level::Tree, "tree_forked", &what);
        }
        if roots.contains(&self.signed.tree.root()) {
            self.cover_to(Level::Tree, size);
        } else {
            let what = format!(
                "the tree over the first {size} events is not the one that was signed: one of them \
                 was changed, moved, added or removed since"
            );
            self.find_at(at, Level::Tree, "tree_not_signed", &what);
        }
    }
}
