//! Checking an archive without a ledger: container, chain, head, tree under every checkpoint, and
//! all that is said beside the events.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use chain::hash::{Hash, origin_hash};
use chain::history::{Header, Line, Projections, Trailer, classify};
use chain::note::Note;
use chain::note::checkpoint::Checkpoint;
use chain::seal::Commitment;
use chain::tree::{Frontier, Node, leaf};
use chain::walk::Walker;
use data_encoding::HEXLOWER;
use serde_json::Value;

use super::read::{Taker, read};
use super::{
    ARCHIVE_VERSION, About, Following, KeyLine, NoteLine, Of, Part, SEALED, SealedLine, SlotLine,
    fault, lines, schema_lines,
};
use crate::checkpoint::Published;
use crate::error::LedgerError;
use crate::matches::fields_of;

/// An archive that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The ledger's origin line.
    pub origin: String,
    /// How many events it has.
    pub size: u64,
    /// Hash of the last.
    pub head: Hash,
    /// What the ledger claimed its views to be.
    pub projections: Projections,
    /// Whether the vault's ciphertext is in it.
    pub vault: bool,
    /// BLAKE3 of the file, without its own last 40 bytes, which repeat it.
    pub digest: Hash,
    /// Checkpoints that were published, oldest first, with their cosignatures.
    pub checkpoints: Vec<Published>,
    /// The keys that sign checkpoints, as the archive names them.
    pub keys: Vec<String>,
}

impl Archived {
    pub(super) fn of(about: &About, digest: blake3::Hash) -> Self {
        Self {
            origin: about.origin.clone(),
            size: about.size,
            head: about.head,
            projections: about.projections,
            vault: about.vault,
            digest: Hash::from_bytes(*digest.as_bytes()),
            checkpoints: Vec::new(),
            keys: Vec::new(),
        }
    }
}

/// Checks a whole archive: that no bit was changed, that its events are a chain from the origin to
/// its head, that every checkpoint signs the tree of its events, and that schemas, evidence,
/// policies and vault records are those of the events. Not whether events follow from their actions
/// and laws, nor who signed: that is an audit's, over [`read_history`].
///
/// Cost: one pass, about 3 µs an event; memory one member and 100 bytes a checkpoint.
///
/// # Errors
/// [`LedgerError::Archive`] with code and position; `ledger_io`.
pub fn check_archive(file: &Path) -> Result<Archived, LedgerError> {
    let mut check = Check::default();
    let digest = read(open(file)?, &mut check)?;
    let position = check.walker.next_seq();
    check.close_stretch()?;
    let about = check.about.as_ref();
    let (Some(about), Some(digest), true) = (about, digest, check.closed) else {
        let what = "the archive has no end of its history";
        return Err(fault("archive_cut", position, what));
    };
    let mut archived = Archived::of(about, digest);
    archived.checkpoints = std::mem::take(&mut check.checkpoints);
    archived.keys = std::mem::take(&mut check.keys);
    Ok(archived)
}

/// Hands over the history in an archive, a history file in pieces of whole lines; false stops.
///
/// # Errors
/// As [`check_archive`], as far as the container is read.
pub fn read_history(file: &Path, f: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), LedgerError> {
    read(open(file)?, &mut Pieces { f }).map(drop)
}

pub(super) fn open(file: &Path) -> Result<File, LedgerError> {
    File::open(file).map_err(LedgerError::io("opening", file))
}

struct Pieces<'a> {
    f: &'a mut dyn FnMut(&[u8]) -> bool,
}

impl Taker for Pieces<'_> {
    fn take(&mut self, part: Part, bytes: &[u8]) -> Result<bool, LedgerError> {
        Ok(match part {
            Part::Stretch(_, Of::History) => (self.f)(bytes),
            _ => true,
        })
    }

    fn position(&self) -> u64 {
        0
    }
}

struct Check {
    about: Option<About>,
    header: Option<Header>,
    closed: bool,
    walker: Walker,
    tree: Frontier,
    /// Roots that checkpoints sign, by size.
    roots: BTreeMap<u64, BTreeSet<Node>>,
    checkpoints: Vec<Published>,
    keys: Vec<String>,
    /// Commitments of the vault records that the next stretch must have.
    sealed: BTreeSet<[u8; 32]>,
    following: Following,
}

impl Default for Check {
    fn default() -> Self {
        Self {
            about: None,
            header: None,
            closed: false,
            walker: Walker::from_origin(""),
            tree: Frontier::empty(),
            roots: BTreeMap::new(),
            checkpoints: Vec::new(),
            keys: Vec::new(),
            sealed: BTreeSet::new(),
            following: Following::default(),
        }
    }
}

impl Taker for Check {
    fn take(&mut self, part: Part, bytes: &[u8]) -> Result<bool, LedgerError> {
        if !bytes.is_empty() && bytes.last() != Some(&b'\n') {
            return Err(self.wrong("archive_line", "a member ends within a line"));
        }
        match part {
            Part::About => self.about(bytes)?,
            _ if self.about.is_none() => {
                return Err(self.wrong("archive_member", "the archive does not say what it is"));
            }
            Part::Schemas => self.schemas(bytes)?,
            Part::Keys => {
                for line in lines(bytes) {
                    let key: KeyLine = self.parse(line)?;
                    self.keys.push(key.key);
                }
            }
            Part::Checkpoints => {
                for line in lines(bytes) {
                    let published = crate::checkpoint::read_published(line);
                    let published = published
                        .ok_or_else(|| self.wrong("archive_line", "a checkpoint cannot be read"))?;
                    self.sign(&published.note)?;
                    self.checkpoints.push(published);
                }
            }
            Part::Signed => {
                for line in lines(bytes) {
                    let line: NoteLine = self.parse(line)?;
                    let note = Note::parse(line.note.as_bytes())
                        .map_err(|e| self.wrong(e.code(), "the signed checkpoint does not read"))?;
                    self.sign(&note)?;
                }
            }
            Part::VaultKeys(_) => self.slots(bytes)?,
            Part::Stretch(_, Of::Vault) => {
                self.close_stretch()?;
                self.sealed(bytes)?;
            }
            Part::Stretch(_, Of::History) => {
                // Its own vault records came just before it; only what follows is closed here.
                self.close_following()?;
                self.history(bytes)?;
            }
            Part::Stretch(_, Of::Evidence) => {
                if std::mem::take(&mut self.following.evidence) != bytes {
                    return Err(self.derived("evidence"));
                }
            }
            Part::Stretch(_, Of::Policies) => {
                if std::mem::take(&mut self.following.policies) != bytes {
                    return Err(self.derived("policies"));
                }
            }
            Part::Manifest => {}
        }
        Ok(true)
    }

    fn position(&self) -> u64 {
        self.walker.next_seq()
    }
}

impl Check {
    fn wrong(&self, code: &'static str, what: &str) -> LedgerError {
        fault(code, self.walker.next_seq(), what)
    }

    fn derived(&self, what: &str) -> LedgerError {
        let what = format!("the archive's {what} are not those that its events name");
        self.wrong("archive_derived", &what)
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, line: &[u8]) -> Result<T, LedgerError> {
        let read = serde_json::from_slice(line);
        read.map_err(|_| self.wrong("archive_line", "a line of the archive cannot be read"))
    }

    fn about(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let version: Value = self.parse(bytes)?;
        let version = version["archive"].as_u64();
        if version != Some(u64::from(ARCHIVE_VERSION)) {
            let what = "this release does not know the archive's format: use a newer one";
            return Err(self.wrong("archive_version_unknown", what));
        }
        let about: About = self.parse(bytes)?;
        self.walker = Walker::from_origin(&about.origin);
        self.about = Some(about);
        Ok(())
    }

    /// Schemas that this release knows must be as it knows them, as released ones never change.
    fn schemas(&self, bytes: &[u8]) -> Result<(), LedgerError> {
        let read = |bytes: &[u8]| -> Result<BTreeMap<String, Value>, LedgerError> {
            let each = lines(bytes).map(|line| {
                let line: Value = self.parse(line)?;
                let kind = line["type"].as_str().unwrap_or_default().to_owned();
                Ok((kind, line["schema"].clone()))
            });
            each.collect()
        };
        let known = read(&schema_lines()?)?;
        let differs = |(kind, schema): (&String, &Value)| {
            known.get(kind).is_some_and(|known| known != schema)
        };
        if read(bytes)?.iter().any(differs) {
            return Err(self.derived("schemas"));
        }
        Ok(())
    }

    fn sign(&mut self, note: &Note) -> Result<(), LedgerError> {
        let checkpoint = Checkpoint::parse(&note.text)
            .map_err(|e| self.wrong(e.code(), "a checkpoint of the archive cannot be read"))?;
        let about = self.about.as_ref();
        if about.is_none_or(|a| a.origin != checkpoint.origin || a.size < checkpoint.size) {
            let what = "a checkpoint is of another ledger, or of more events than the archive has";
            return Err(self.wrong("archive_checkpoint", what));
        }
        let roots = self.roots.entry(checkpoint.size).or_default();
        roots.insert(checkpoint.root);
        self.hold_root()
    }

    /// The tree as it stands is the one that is signed for its size.
    fn hold_root(&mut self) -> Result<(), LedgerError> {
        let Some(roots) = self.roots.get(&self.tree.size()) else {
            return Ok(());
        };
        let root = self.tree.root();
        if roots.iter().any(|signed| *signed != root) {
            let what = "the events are not those that the checkpoint over them signs";
            return Err(self.wrong("archive_checkpoint", what));
        }
        Ok(())
    }

    fn slots(&self, bytes: &[u8]) -> Result<(), LedgerError> {
        for line in lines(bytes) {
            let slot: SlotLine = self.parse(line)?;
            if HEXLOWER.decode(slot.key.as_bytes()).map_or(0, |k| k.len()) != crate::vault::SLOT {
                return Err(self.wrong("archive_line", "a key of the vault cannot be read"));
            }
        }
        Ok(())
    }

    fn sealed(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        for line in lines(bytes) {
            let line: SealedLine = self.parse(line)?;
            let whole = HEXLOWER
                .decode(line.record.as_bytes())
                .is_ok_and(|r| r.len() > 8);
            if !whole || !self.sealed.insert(*line.commitment.as_bytes()) {
                return Err(self.wrong("archive_line", "a record of the vault cannot be read"));
            }
        }
        Ok(())
    }

    fn history(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        for line in lines(bytes) {
            if self.closed {
                return Err(self.wrong("archive_history", "something follows the history's end"));
            }
            let read = classify(line).map_err(|e| self.wrong(e.code(), &e.to_string()))?;
            match (read, &self.header) {
                (Line::Header(header), None) => self.begin(header)?,
                (Line::Event(bytes), Some(_)) => self.event(bytes)?,
                (Line::Trailer(trailer), Some(_)) => self.end(&trailer)?,
                _ => {
                    let what = "header, events and trailer of the history are out of order";
                    return Err(self.wrong("archive_history", what));
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, header: Header) -> Result<(), LedgerError> {
        let origin = self.about.as_ref().map(|a| a.origin.as_str());
        if header.from != 0
            || origin != Some(&header.origin)
            || header.prev != origin_hash(&header.origin)
        {
            let what = "the history in the archive does not begin with its origin";
            return Err(self.wrong("archive_history", what));
        }
        self.header = Some(header);
        Ok(())
    }

    fn event(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let seq = self.walker.next_seq();
        let linked = self.walker.push(bytes);
        let linked = linked.map_err(|e| fault(e.code(), e.position(), &e.to_string()))?;
        self.following.take(seq, linked.link.kind, bytes)?;
        self.tree.push(leaf(&linked.hash), &mut |_, _, _| {});
        self.hold_root()?;
        if !self.sealed.is_empty() && memchr::memmem::find(bytes, SEALED).is_some() {
            let event: Value = self.parse(bytes)?;
            let mut fields: Vec<(String, Commitment)> = Vec::new();
            fields_of(&event["data"], "", &mut fields);
            for (_, commitment) in fields {
                self.sealed.remove(commitment.0.as_bytes());
            }
        }
        Ok(())
    }

    fn end(&mut self, trailer: &Trailer) -> Result<(), LedgerError> {
        let (Some(header), Some(about)) = (&self.header, &self.about) else {
            return Ok(());
        };
        let verified = trailer.verify(header);
        verified.map_err(|e| self.wrong(e.code(), &e.to_string()))?;
        let here = (self.walker.next_seq(), self.walker.head());
        let told = (about.size, about.head);
        let views = trailer.projections == Some(about.projections);
        if here != told || here != (trailer.size, trailer.head) || !views {
            let what = "the archive names another end than its events have: some were cut or added";
            return Err(self.wrong("archive_head", what));
        }
        self.closed = true;
        Ok(())
    }

    fn close_following(&mut self) -> Result<(), LedgerError> {
        if self.following == Following::default() {
            Ok(())
        } else {
            Err(self.derived("evidence or policies"))
        }
    }

    fn close_stretch(&mut self) -> Result<(), LedgerError> {
        self.close_following()?;
        if self.sealed.is_empty() {
            return Ok(());
        }
        let what = "the archive has vault records that no event of it names";
        Err(self.wrong("archive_vault", what))
    }
}
