//! Checkpoints: signing, which cannot be rolled back.
//!
//! A checkpoint is signed only where it continues the last signed one, which lies beside the
//! folder in `DIR.signed`: read again before, compared with what this process wrote last, replaced
//! as a whole. And only after the events since then were read again from the disk (journal and
//! settled store), hashed, joined to the chain and folded into the tree: what memory says alone is
//! never signed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chain::hash::event_hash;
use chain::note::checkpoint::Checkpoint;
use chain::note::{Note, Signer, Verifier};
use chain::tree::over::OverTiles;
use chain::tree::{Frontier, Node, empty_root, leaf, prove};
use chain::walk::Walker;

use super::kept::{self, Published};
use super::keys;
use crate::error::LedgerError;
use crate::files;
use crate::journal::replay;
use crate::judge::damaged;
use crate::ledger::Ledger;
use crate::media::Media;
use crate::shared::Snapshot;

/// Readable by all, as what it holds is made to be published.
const FOR_ALL: u32 = 0o644;
/// How often what is being settled is read again while it moves.
const READS_MAX: usize = 4;

/// What signing needs besides the ledger itself.
pub(crate) struct Checkpoints {
    pub(crate) dir: PathBuf,
    media: Arc<dyn Media>,
    /// The missing file beside the folder is no reason to refuse.
    adopt: bool,
    pub(super) held: Mutex<Held>,
}

pub(super) struct Held {
    /// The bytes of the last signed checkpoint, as this process knows them.
    signed: Option<Vec<u8>>,
    pub(super) published: Option<Arc<Published>>,
}

/// A checkpoint that this ledger has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The note, signed by every key in force.
    pub note: Note,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Its keys, in the order of the note's lines.
    pub keys: Vec<Verifier>,
}

/// The file beside the folder.
fn signed_path(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".signed");
    dir.with_file_name(name)
}

impl Checkpoints {
    /// The first key of a ledger, and its checkpoint of no events.
    pub(crate) fn create(dir: &Path, origin: &str) -> Result<Verifier, LedgerError> {
        let key = keys::make_keys(dir, origin)?;
        let first = Checkpoint {
            origin: origin.to_owned(),
            size: 0,
            root: empty_root(),
        };
        let note = sign_all(&first, &keys::all(dir, origin)?);
        files::replace(&signed_path(dir), note.to_string().as_bytes(), FOR_ALL)?;
        Ok(key)
    }

    /// The same for a ledger that was made before there were checkpoints. Where something was
    /// signed already, its key was lost, and a key alone is made: the rest is for people to see to.
    pub(super) fn begin(&self, origin: &str) -> Result<Verifier, LedgerError> {
        let mut held = self.lock();
        if held.signed.is_some() {
            return keys::make_keys(&self.dir, origin);
        }
        let key = Self::create(&self.dir, origin)?;
        held.signed = files::read(&signed_path(&self.dir))?;
        Ok(key)
    }

    pub(crate) fn open(
        dir: &Path,
        media: Arc<dyn Media>,
        adopt: bool,
    ) -> Result<Self, LedgerError> {
        let held = Held {
            signed: files::read(&signed_path(dir))?,
            published: kept::last(dir)?.map(Arc::new),
        };
        Ok(Self {
            dir: dir.to_owned(),
            media,
            adopt,
            held: Mutex::new(held),
        })
    }

    /// The note that was signed last, as it was written.
    pub(crate) fn signed(&self) -> Option<String> {
        let signed = self.lock().signed.clone();
        signed.and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// Keeps the checkpoints that an archive brought.
    pub(crate) fn restore<'a>(
        &self,
        published: impl Iterator<Item = &'a Published>,
    ) -> Result<(), LedgerError> {
        kept::write_all(&self.dir, published)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The history must continue what was signed.
    pub(crate) fn check(&self, origin: &str, snapshot: &Snapshot) -> Result<(), LedgerError> {
        let Some(last) = self.last(self.lock().signed.as_deref(), origin)? else {
            return Ok(());
        };
        continues(&last, snapshot)
    }

    /// Reads the last signed checkpoint, which one of the ledger's own keys has signed.
    fn last(&self, bytes: Option<&[u8]>, origin: &str) -> Result<Option<Checkpoint>, LedgerError> {
        let Some(bytes) = bytes else { return Ok(None) };
        let unreadable = || {
            let what = format!(
                "{} is no checkpoint that this ledger signed",
                signed_path(&self.dir).display()
            );
            damaged("signed_unreadable", 0, &what)
        };
        let known: Vec<Verifier> = keys::all(&self.dir, origin)?
            .iter()
            .map(Signer::verifier)
            .collect();
        let note = Note::parse(bytes).map_err(|_| unreadable())?;
        note.signed_by(&known).map_err(|_| unreadable())?;
        let last = Checkpoint::parse(&note.text).map_err(|_| unreadable())?;
        if last.origin == origin {
            Ok(Some(last))
        } else {
            Err(unreadable())
        }
    }
}

impl Ledger {
    /// Signs a checkpoint over what is durable now, unless the last one says the same. One at a
    /// time; recording and reading go on meanwhile.
    ///
    /// Cost: each event since the last signed one is read again and hashed, about 3 µs.
    ///
    /// # Errors
    /// [`LedgerError::NotSigned`] where there is no key, or the last signed checkpoint is missing
    /// or was changed by somebody else; [`LedgerError::Damaged`] where the history does not
    /// continue it, or the disk holds other events than are read; `ledger_read_only`,
    /// `ledger_writer_off`. Nothing is signed then.
    pub fn sign_checkpoint(&self) -> Result<Signed, LedgerError> {
        if self.writing.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        if let Some(off) = self.shared.off() {
            return Err(off);
        }
        let signers = self.signers()?;
        if signers.is_empty() {
            let what = "the ledger has no key in force for it: make one with `keys rotate`";
            return Err(not_signed("checkpoint_no_key", what));
        }
        let checkpoints = &self.checkpoints;
        let mut held = checkpoints.lock();
        let path = signed_path(&checkpoints.dir);
        let on_disk = files::read(&path)?;
        if on_disk != held.signed {
            let what = "the last signed checkpoint was exchanged while the ledger is open: find \
                        out who else signs for this origin";
            return Err(not_signed("signed_changed", what));
        }
        let last = checkpoints.last(on_disk.as_deref(), self.origin())?;
        if last.is_none() && !checkpoints.adopt {
            let what = "the last signed checkpoint, beside the folder, is missing: put it back, \
                        or sign anew with --adopt where nothing was ever published";
            return Err(not_signed("signed_missing", what));
        }
        let next = self.next_checkpoint(last.as_ref())?;
        let keys: Vec<Verifier> = signers.iter().map(Signer::verifier).collect();
        let note = sign_all(&next, &signers);
        let bytes = note.to_string().into_bytes();
        if held.signed.as_deref() != Some(bytes.as_slice()) {
            files::replace(&path, &bytes, FOR_ALL)?;
            held.signed = Some(bytes);
        }
        Ok(Signed {
            note,
            checkpoint: next,
            keys,
        })
    }

    /// The checkpoint over what is durable now, read again from the disk as far as it is new.
    fn next_checkpoint(&self, last: Option<&Checkpoint>) -> Result<Checkpoint, LedgerError> {
        let mut reads = 0;
        loop {
            reads += 1;
            let snapshot = self.shared.snapshot();
            if let Some(last) = last {
                continues(last, &snapshot)?;
            }
            let from = last.map_or(0, |last| last.size);
            match self.read_again(&snapshot, from) {
                Ok(root) => {
                    return Ok(Checkpoint {
                        origin: self.origin().to_owned(),
                        size: snapshot.head.size,
                        root,
                    });
                }
                // A segment of the journal may have been settled and removed under the reading.
                Err(error) if reads == READS_MAX => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Folds the events from `from` on into the tree, as they lie on the disk.
    fn read_again(&self, snapshot: &Snapshot, from: u64) -> Result<Node, LedgerError> {
        let head = snapshot.head;
        let prev = match from.checked_sub(1) {
            None => chain::hash::origin_hash(self.origin()),
            Some(before) => event_hash(&snapshot.event(before)?),
        };
        let peaks = prove::peaks(from, &OverTiles::new(snapshot, from))?;
        let mut again = Again {
            walker: Walker::resume(from, prev),
            tree: Frontier::restore(from, peaks)
                .ok_or_else(|| differs(from, "the tree has no such size"))?,
        };
        let settled = snapshot.settled_size().min(head.size);
        let mut failed = None;
        snapshot
            .view
            .events(from..settled.max(from), &mut |_, bytes| {
                failed = again.take(bytes).err();
                failed.is_none()
            })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if settled < head.size {
            let journal = self.checkpoints.dir.join("journal");
            let journaled = replay(self.checkpoints.media.as_ref(), &journal)?;
            for group in &journaled.groups {
                for (seq, bytes) in (group.first_seq..).zip(&group.events) {
                    if seq == again.walker.next_seq() && seq < head.size {
                        again.take(bytes)?;
                    }
                }
            }
        }
        if (again.walker.next_seq(), again.walker.head()) != (head.size, head.hash) {
            let what = "the disk holds another history than is read from memory";
            return Err(differs(again.walker.next_seq(), what));
        }
        let root = prove::root(head.size, &OverTiles::new(snapshot, head.size))?;
        if again.tree.root() == root {
            Ok(root)
        } else {
            let what = "the tree is not the one that the events on the disk make";
            Err(differs(head.size, what))
        }
    }
}

/// Events that are read again.
struct Again {
    walker: Walker,
    tree: Frontier,
}

impl Again {
    fn take(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let linked = self.walker.push(bytes);
        let linked =
            linked.map_err(|e| damaged(e.code(), self.walker.next_seq(), &e.to_string()))?;
        self.tree.push(leaf(&linked.hash), &mut |_, _, _| {});
        Ok(())
    }
}

/// Whether the history at hand begins with what a checkpoint signed.
fn continues(last: &Checkpoint, snapshot: &Snapshot) -> Result<(), LedgerError> {
    let size = snapshot.head.size;
    if size < last.size {
        let what = format!(
            "the history has {size} events, but a checkpoint over {} was signed: an old folder was \
             copied back, or its end is lost",
            last.size
        );
        return Err(damaged("head_below_signed", size, &what));
    }
    if prove::root(last.size, &OverTiles::new(snapshot, last.size))? != last.root {
        let what = "the history is not the one that was signed: it was written anew, or another \
                    folder stands in its place";
        return Err(damaged("head_not_signed", last.size, what));
    }
    Ok(())
}

fn sign_all(checkpoint: &Checkpoint, signers: &[Signer]) -> Note {
    let text = checkpoint.to_string();
    // Plain Ed25519 signatures carry no time.
    let signatures = signers.iter().map(|signer| signer.sign(&text, 0));
    Note {
        signatures: signatures.collect(),
        text,
    }
}

fn differs(position: u64, what: &str) -> LedgerError {
    damaged("disk_differs", position, what)
}

fn not_signed(code: &'static str, what: &str) -> LedgerError {
    LedgerError::NotSigned {
        code,
        what: what.to_owned(),
    }
}
