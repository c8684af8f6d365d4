//! Restoring: an archive becomes a ledger with the same head.
//!
//! The archive is checked whole before anything is made. Then its events go through the journal as
//! they were written, decided by nobody again, and are folded into views, in `DIR.restoring`; once
//! head and views are those of the archive, that becomes `DIR`. A stop leaves `DIR.restoring`,
//! which the next attempt with the same archive goes on with.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use chain::history::{Line, classify};
use data_encoding::HEXLOWER;
use domain::event::Event;
use domain::subject::Subject;

use super::check::{Archived, check_archive, open};
use super::read::{Taker, read};
use super::{NoteLine, Of, Part, SEALED, SealedLine, SlotLine, fault, lines};
use crate::error::{LedgerError, Rejection};
use crate::files::{self, folder_of};
use crate::journal::Group;
use crate::judge::Request;
use crate::ledger::{Ledger, Options, Receipt, make};
use crate::matches::fields_of;
use crate::media::Disk;
use crate::open::floor_path;
use crate::vault::{SLOT, Taken, Vault, sync_dir};

/// Events that are journaled together.
const GROUP_EVENTS: usize = 256;
/// Groups that are under way at once.
const WINDOW: usize = 4;
/// Says in the folder under way which archive it is made from.
const MARKER: &str = "restoring.json";
const OWNER_ONLY: u32 = 0o600;
const FOR_ALL: u32 = 0o644;

/// How to restore.
#[derive(Default)]
pub struct Restoring<'a> {
    /// The `keys/` of the old folder, which are in no archive: without them the vault cannot be
    /// read, and the ledger cannot sign for its origin.
    pub keys: Option<&'a Path>,
    /// Leave the vault's ciphertext out though it is there: sealed values stay withheld for ever.
    pub without_vault: bool,
    /// How the new ledger is opened meanwhile.
    pub options: Options,
}

/// Makes a ledger in a new or empty folder from an archive: same events, same head, same views.
///
/// Cost: the archive is read twice; then about 25 µs an event for folding and journaling.
///
/// # Errors
/// [`LedgerError::Archive`] where the archive does not hold (nothing is made then), where the vault
/// needs keys that are not named (`archive_keys_needed`) or are others (`archive_keys_other`),
/// where another archive's restoring was broken off there (`restore_underway`), where the place has
/// seen a longer history (`restore_older`); `ledger_exists`, `ledger_io`.
pub fn restore(file: &Path, dir: &Path, how: &Restoring<'_>) -> Result<Archived, LedgerError> {
    if fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some()) {
        return Err(LedgerError::Exists(dir.to_owned()));
    }
    let archived = check_archive(file)?;
    let with_vault = archived.vault && !how.without_vault;
    if with_vault && how.keys.is_none() {
        let what = "the archive has the vault's ciphertext: name the folder keys/ that was kept \
                    apart from it, or leave the vault out on purpose";
        return Err(fault("archive_keys_needed", archived.size, what));
    }
    seen_less(dir, &archived)?;
    let work = beside(dir, ".restoring");
    begin(file, &work, &archived, how, with_vault)?;
    let ledger = Ledger::open(&work, &how.options)?;
    let from = ledger.head().size;
    let mut bringing = Bringing {
        ledger: &ledger,
        vault: with_vault.then_some(ledger.shared.vault.as_ref()),
        from,
        next: 0,
        records: BTreeMap::new(),
        group: empty_group(from),
        waiting: VecDeque::new(),
        signed: None,
    };
    read(open(file)?, &mut bringing)?;
    bringing.finish()?;
    let signed = bringing.signed.take();
    let (head, views) = ledger.claim()?;
    if (head.size, head.hash, views) != (archived.size, archived.head, archived.projections) {
        let what = "what was restored has another head or other views than the archive: it was \
                    made by a release with other views, or this one is at fault";
        return Err(fault("restore_differs", head.size, what));
    }
    let published = archived.checkpoints.iter();
    ledger.checkpoints.restore(published)?;
    drop(ledger);
    let signed = signed.filter(|_| how.keys.is_some());
    put_in_place(&work, dir, signed.as_deref())?;
    Ok(archived)
}

/// What lies beside the place must not have seen more than the archive has.
fn seen_less(dir: &Path, archived: &Archived) -> Result<(), LedgerError> {
    let Some((_, floor)) = crate::anchor::MarkFile::read(&Disk, &floor_path(dir))? else {
        return Ok(());
    };
    if floor.size > archived.size {
        let what = format!(
            "{} says that {} events were acknowledged here, the archive has {}: take a newer one, \
             or another folder",
            floor_path(dir).display(),
            floor.size,
            archived.size
        );
        return Err(fault("restore_older", archived.size, &what));
    }
    Ok(())
}

/// Makes the folder under way, unless it is there for this archive.
fn begin(
    file: &Path,
    work: &Path,
    archived: &Archived,
    how: &Restoring<'_>,
    with_vault: bool,
) -> Result<(), LedgerError> {
    let marker = work.join(MARKER);
    let about = serde_json::json!({"archive": archived.digest, "vault": with_vault}).to_string();
    match files::read(&marker)? {
        Some(found) if found == about.as_bytes() => return Ok(()),
        Some(_) => {
            let what = format!(
                "{} holds the broken-off restoring of another archive: end that one, or delete it",
                work.display()
            );
            return Err(fault("restore_underway", 0, &what));
        }
        // Broken off before anything was in it.
        None if work.exists() => {
            fs::remove_dir_all(work).map_err(LedgerError::io("deleting", work))?;
        }
        None => {}
    }
    for stale in [floor_path(work), beside(work, ".signed")] {
        remove(&stale)?;
    }
    make(&Disk, work, &archived.origin)?;
    remove(&beside(work, ".signed"))?;
    // The key that was made with the folder is none of this ledger's.
    remove(&work.join("keys/log.json"))?;
    if let Some(keys) = how.keys {
        bring_keys(keys, &work.join("keys"))?;
    }
    if with_vault {
        read(open(file)?, &mut Slots { dir: work })?;
        let vault = Vault::open(work, false)?;
        if !vault.opens()? {
            let what = "these keys are not those of the archive's vault";
            return Err(fault("archive_keys_other", 0, what));
        }
    }
    files::replace(&marker, about.as_bytes(), FOR_ALL)
}

fn bring_keys(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let entries = fs::read_dir(from).map_err(LedgerError::io("reading", from))?;
    for entry in entries {
        let entry = entry.map_err(LedgerError::io("reading", from))?;
        if entry.path().is_file() {
            let path = entry.path();
            let bytes = fs::read(&path).map_err(LedgerError::io("reading", &path))?;
            files::replace(&to.join(entry.file_name()), &bytes, OWNER_ONLY)?;
        }
    }
    sync_dir(to)
}

/// Puts floor, signed checkpoint and folder in place; the folder last.
fn put_in_place(work: &Path, dir: &Path, signed: Option<&str>) -> Result<(), LedgerError> {
    let floor = floor_path(dir);
    if files::read(&floor)?.is_none()
        && let Some(bytes) = files::read(&floor_path(work))?
    {
        files::replace(&floor, &bytes, FOR_ALL)?;
    }
    let last = beside(dir, ".signed");
    if let Some(note) = signed
        && files::read(&last)?.is_none()
    {
        files::replace(&last, note.as_bytes(), FOR_ALL)?;
    }
    if dir.exists() {
        fs::remove_dir(dir).map_err(LedgerError::io("replacing", dir))?;
    }
    fs::rename(work, dir).map_err(LedgerError::io("renaming", work))?;
    sync_dir(folder_of(dir))?;
    remove(&dir.join(MARKER))?;
    remove(&floor_path(work))
}

fn beside(dir: &Path, ending: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    dir.with_file_name(name)
}

fn remove(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(LedgerError::io("deleting", path)(e))
        }
        _ => Ok(()),
    }
}

/// Writes the wrapped keys of the vault.
struct Slots<'a> {
    dir: &'a Path,
}

impl Taker for Slots<'_> {
    fn take(&mut self, part: Part, bytes: &[u8]) -> Result<bool, LedgerError> {
        if let Part::Stretch(..) = part {
            return Ok(false);
        }
        if !matches!(part, Part::VaultKeys(_)) {
            return Ok(true);
        }
        let path = self.dir.join("vault/keys.slots");
        let mut options = fs::OpenOptions::new();
        let opened = options.write(true).mode(OWNER_ONLY).open(&path);
        let out = opened.map_err(LedgerError::io("opening", &path))?;
        for line in lines(bytes) {
            let line: SlotLine = parse(line, 0)?;
            let key = decode(&line.key, 0)?;
            out.write_all_at(&key, line.slot * SLOT as u64)
                .map_err(LedgerError::io("writing", &path))?;
        }
        out.sync_all().map_err(LedgerError::io("syncing", &path))?;
        Ok(true)
    }

    fn position(&self) -> u64 {
        0
    }
}

/// Brings the events into a ledger, in groups, with what the vault holds of them.
struct Bringing<'a> {
    ledger: &'a Ledger,
    vault: Option<&'a Vault>,
    /// The first event that the ledger does not have yet.
    from: u64,
    next: u64,
    /// Vault records of the stretch that comes, by commitment, with their current owner.
    records: BTreeMap<[u8; 32], (Vec<u8>, Option<String>)>,
    group: Group,
    waiting: VecDeque<Receiver<Result<Receipt, Rejection>>>,
    signed: Option<String>,
}

impl Taker for Bringing<'_> {
    fn take(&mut self, part: Part, bytes: &[u8]) -> Result<bool, LedgerError> {
        match part {
            Part::Signed => {
                for line in lines(bytes) {
                    let line: NoteLine = parse(line, 0)?;
                    self.signed = Some(line.note);
                }
            }
            Part::Stretch(_, Of::Vault) if self.vault.is_some() => {
                self.records.clear();
                for line in lines(bytes) {
                    let line: SealedLine = parse(line, self.next)?;
                    let record = decode(&line.record, self.next)?;
                    let key = *line.commitment.as_bytes();
                    self.records.insert(key, (record, line.owner));
                }
            }
            Part::Stretch(_, Of::History) => {
                for line in lines(bytes) {
                    if let Ok(Line::Event(bytes)) = classify(line) {
                        self.event(bytes)?;
                    }
                }
            }
            _ => {}
        }
        Ok(true)
    }

    fn position(&self) -> u64 {
        self.next
    }
}

impl Bringing<'_> {
    fn event(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let seq = self.next;
        self.next += 1;
        if seq < self.from {
            // Brought in before a stop: it must be this very event.
            if seq + 1 == self.from && self.ledger.event(seq)?.as_deref() != Some(bytes) {
                let what = "what was restored before is not what the archive holds";
                return Err(fault("restore_differs", seq, what));
            }
            return Ok(());
        }
        if !self.records.is_empty() && memchr::memmem::find(bytes, SEALED).is_some() {
            self.seal(seq, bytes)?;
        }
        self.group.events.push(bytes.into());
        if self.group.events.len() >= GROUP_EVENTS {
            self.send()?;
        }
        Ok(())
    }

    /// Vault records of an event, the key that seals for their owner, and the tokens by which equal
    /// values find each other, as when it was recorded.
    fn seal(&mut self, seq: u64, bytes: &[u8]) -> Result<(), LedgerError> {
        let Some(vault) = self.vault else {
            return Ok(());
        };
        let event = Event::parse(bytes)
            .map_err(|e| fault(e.code(), seq, "an event of the archive cannot be read"))?;
        let mut fields = Vec::new();
        fields_of(&event.payload.data(), "", &mut fields);
        let mut taken: BTreeMap<u64, Taken> = BTreeMap::new();
        for (_, commitment) in fields {
            let found = self.records.remove(commitment.0.as_bytes());
            let Some((record, owner)) = found else {
                continue;
            };
            let slot = record
                .first_chunk::<8>()
                .map_or(0, |b| u64::from_le_bytes(*b));
            if let Some(opened) = vault.reopen(&record, &commitment)? {
                taken.entry(slot).or_default().insert(commitment, opened);
            }
            if let Some(owner) = owner {
                let subject = Subject::parse(&owner)
                    .map_err(|_| fault("archive_line", seq, "a vault record names no subject"))?;
                self.group.keys.push((subject, slot));
            }
            self.group.vault.push((*commitment.0.as_bytes(), record));
        }
        for (slot, taken) in taken {
            let matches = crate::matches::records(vault, slot, &event, &taken)?;
            self.group.matches.extend(matches);
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), LedgerError> {
        if self.group.events.is_empty() {
            return Ok(());
        }
        let group = std::mem::replace(&mut self.group, empty_group(self.next));
        let (told, answer) = sync_channel(1);
        // Who asked waits for it, unless restoring has failed already.
        let told = Box::new(move |result| drop(told.send(result)));
        let queue = self.ledger.queue()?;
        queue
            .send(Request::Restore(Box::new(group), told))
            .map_err(|_| LedgerError::WriterOff)?;
        self.waiting.push_back(answer);
        while self.waiting.len() > WINDOW {
            self.hear()?;
        }
        Ok(())
    }

    fn hear(&mut self) -> Result<(), LedgerError> {
        let Some(answer) = self.waiting.pop_front() else {
            return Ok(());
        };
        match answer.recv().map_err(|_| LedgerError::WriterOff)? {
            Ok(_) => Ok(()),
            Err(Rejection::Failed(error)) => Err(error),
            Err(Rejection::Refused(refusal)) => {
                Err(fault(refusal.code, self.next, "an event was refused"))
            }
        }
    }

    fn finish(&mut self) -> Result<(), LedgerError> {
        self.send()?;
        while !self.waiting.is_empty() {
            self.hear()?;
        }
        Ok(())
    }
}

fn empty_group(first_seq: u64) -> Group {
    Group {
        first_seq,
        events: Vec::new(),
        vault: Vec::new(),
        keys: Vec::new(),
        erased: Vec::new(),
        root: None,
        matches: Vec::new(),
    }
}

fn parse<T: serde::de::DeserializeOwned>(line: &[u8], position: u64) -> Result<T, LedgerError> {
    let read = serde_json::from_slice(line);
    read.map_err(|_| {
        fault(
            "archive_line",
            position,
            "a line of the archive cannot be read",
        )
    })
}

fn decode(hex: &str, position: u64) -> Result<Vec<u8>, LedgerError> {
    let read = HEXLOWER.decode(hex.as_bytes());
    read.map_err(|_| {
        fault(
            "archive_line",
            position,
            "a line of the archive cannot be read",
        )
    })
}
