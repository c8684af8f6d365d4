//! The one writer: judges, chains, makes durable, folds, and only then acknowledges.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use chain::hash::{Hash, origin_hash};
use domain::areas::Payload;
use domain::areas::department::Register;
use domain::areas::vault::VaultEvent;
use domain::day::Instant;
use domain::decide::{Placed, decide, place};
use domain::entity::Entity;
use domain::event::Event;
use domain::policy::Book;
use domain::refusal::Refusal;
use domain::row::Row;
use domain::subject::Subject;
use domain::world::World;
use uuid::Uuid;

use crate::admit::{Admitted, admit, same_content};
use crate::anchor::{Mark, MarkFile};
use crate::error::{LedgerError, Rejection};
use crate::ids::{Clock, SystemClock};
use crate::journal::{Group, Journal, SealedRecord, cut, replay, sync_dir};
use crate::read::Head;
use crate::settled::{GroupWrite, Settled};
use crate::vault::{Vault, random};

/// Requests that wait for the writer at most; further ones wait outside.
const QUEUE_MAX: usize = 1_024;
/// Actions in one group at most.
const GROUP_ACTIONS_MAX: usize = 256;
/// The on-disk format, in `ledger.json`.
const FORMAT: u64 = 1;

/// How to open a ledger.
#[derive(Clone)]
pub struct Options {
    /// Where recording times come from.
    pub clock: Arc<dyn Clock>,
    /// Accept a folder without the floor beside it, because it was moved or restored on purpose.
    pub adopt: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            adopt: false,
        }
    }
}

/// The answer to an action that is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Position of its first event.
    pub seq: u64,
    /// Positions of all its events.
    pub seqs: Vec<u64>,
    /// Hash of its first event.
    pub hash: Hash,
    /// Type of its first event.
    pub event: String,
    /// It was on record already: same id, same content.
    pub known: bool,
}

/// A ledger that is open. Dropping it stops the writer and settles what is acknowledged.
pub struct Ledger {
    pub(crate) shared: Arc<Shared>,
    queue: Mutex<Option<SyncSender<Request>>>,
    writer: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    pub(crate) settled: Settled,
    pub(crate) origin: String,
    head: RwLock<Head>,
}

struct Request {
    admitted: Admitted,
    answer: SyncSender<Result<Receipt, Rejection>>,
}

struct Writer {
    shared: Arc<Shared>,
    journal: Journal,
    anchor: MarkFile,
    floor: MarkFile,
    vault: Vault,
    clock: Arc<dyn Clock>,
    mark: Mark,
    last_at: Instant,
    book: Arc<Entity>,
    register: Arc<Entity>,
    off: bool,
    _lock: File,
}

impl Shared {
    pub(crate) fn head(&self) -> Head {
        match self.head.read() {
            Ok(head) => *head,
            Err(poisoned) => *poisoned.into_inner(),
        }
    }
}

impl Ledger {
    /// Makes a ledger in a new or empty folder.
    ///
    /// # Errors
    /// `ledger_exists`, `ledger_io`.
    pub fn create(dir: &Path, origin: &str, options: &Options) -> Result<Self, LedgerError> {
        if fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some()) {
            return Err(LedgerError::Exists(dir.to_owned()));
        }
        let journal = dir.join("journal");
        fs::create_dir_all(&journal).map_err(LedgerError::io("making", &journal))?;
        Vault::create(dir)?;
        let mark = Mark {
            size: 0,
            hash: origin_hash(origin),
        };
        MarkFile::create(&dir.join("anchor"), 2, mark)?;
        MarkFile::create(&floor_path(dir), 1, mark)?;
        let id: String = random::<16>()?.iter().map(|b| format!("{b:02x}")).collect();
        let about = serde_json::json!({"format": FORMAT, "id": id, "origin": origin});
        let path = dir.join("ledger.json");
        fs::write(&path, format!("{about}\n")).map_err(LedgerError::io("writing", &path))?;
        let file = File::open(&path).map_err(LedgerError::io("opening", &path))?;
        file.sync_all().map_err(LedgerError::io("syncing", &path))?;
        sync_dir(dir)?;
        Self::open(dir, options)
    }

    /// Opens a ledger, holding journal, anchor, floor and settled store against each other.
    /// Costs what is unsettled: at most one journal segment.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] with code and position where they disagree; nothing is repaired
    /// but an unfinished last frame that was never acknowledged.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, LedgerError> {
        let origin = read_origin(dir)?;
        let lock_path = dir.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path);
        let lock = lock.map_err(LedgerError::io("opening", &lock_path))?;
        lock.try_lock().map_err(|_| LedgerError::Locked)?;
        let Some((anchor, anchored)) = MarkFile::open(&dir.join("anchor"), 2)? else {
            return Err(damaged("anchor_missing", 0, "the anchor file is missing"));
        };
        let floor_file = floor_path(dir);
        let (floor, acknowledged) = match MarkFile::open(&floor_file, 1)? {
            Some(found) => found,
            None if options.adopt => (MarkFile::create(&floor_file, 1, anchored)?, anchored),
            None => {
                let what = "the floor file beside the folder is missing: if the folder was moved \
                            or restored on purpose, open it with adopt";
                return Err(damaged("floor_missing", anchored.size, what));
            }
        };
        let journaled = replay(&dir.join("journal"))?;
        let settled = Settled::open(&dir.join("settled"))?;
        let start = Mark {
            size: 0,
            hash: origin_hash(&origin),
        };
        let reached = settled.head()?.unwrap_or(start);
        if reached.size < anchored.size {
            let what = "the settled store is shorter than the anchor says: files are missing or \
                        older than the rest";
            return Err(damaged("settled_behind_anchor", reached.size, what));
        }
        let shared = Shared {
            settled,
            origin,
            head: RwLock::new(Head {
                size: reached.size,
                hash: reached.hash,
            }),
        };
        let first_open = reached.size;
        let mut writer = Writer {
            journal: Journal::begin(&dir.join("journal"), anchored.size)?,
            shared: Arc::new(shared),
            anchor,
            floor,
            vault: Vault::open(dir)?,
            clock: Arc::clone(&options.clock),
            mark: reached,
            last_at: Instant::from_millis(0),
            book: Arc::new(Entity::empty_for(&Subject::policy_book())),
            register: Arc::new(Entity::empty_for(&Subject::department_register())),
            off: false,
            _lock: lock,
        };
        writer.load_globals()?;
        writer.redo(&journaled.groups)?;
        if writer.mark.size < acknowledged.size {
            let what = "the history is shorter than what was acknowledged: an old folder was \
                        copied back, or its end is lost";
            return Err(damaged("head_below_floor", writer.mark.size, what));
        }
        if acknowledged.size == writer.mark.size && acknowledged.hash != writer.mark.hash {
            let what = "the history ends in another event than was acknowledged";
            return Err(damaged("head_not_floor", writer.mark.size, what));
        }
        if let Some((path, at)) = &journaled.torn {
            cut(path, *at)?;
        }
        if writer.mark.size > first_open || journaled.torn.is_some() || first_open > anchored.size {
            writer.settle()?;
        } else {
            writer.journal.restart(writer.mark.size)?;
        }
        Ok(Self::run(writer))
    }

    fn run(mut writer: Writer) -> Self {
        let shared = Arc::clone(&writer.shared);
        shared.publish(writer.mark);
        let (queue, requests) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("ledger-writer".to_owned());
        let writer = thread.spawn(move || writer.serve(&requests)).ok();
        Self {
            shared,
            queue: Mutex::new(writer.is_some().then_some(queue)),
            writer,
        }
    }

    /// Records an action: judged, chained, durable, folded; then answered. `credential` is the id
    /// of the key that the door saw.
    ///
    /// # Errors
    /// [`Rejection::Refused`] changes nothing; [`Rejection::Failed`] acknowledges nothing.
    pub fn submit(&self, bytes: &[u8], credential: Option<&str>) -> Result<Receipt, Rejection> {
        self.begin(bytes, credential)?
            .recv()
            .map_err(|_| LedgerError::WriterOff)?
    }

    /// Queues an action; the answer comes through the receiver. Many may be under way at once.
    ///
    /// # Errors
    /// As [`Ledger::submit`], for what can be told before judging.
    pub fn begin(
        &self,
        bytes: &[u8],
        credential: Option<&str>,
    ) -> Result<Receiver<Result<Receipt, Rejection>>, Rejection> {
        let admitted = admit(bytes, credential)?;
        let (answer, receipt) = sync_channel(1);
        let queue = self
            .queue
            .lock()
            .ok()
            .and_then(|q| q.clone())
            .ok_or(LedgerError::WriterOff)?;
        queue
            .send(Request { admitted, answer })
            .map_err(|_| LedgerError::WriterOff)?;
        Ok(receipt)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        if let Ok(mut queue) = self.queue.lock() {
            *queue = None;
        }
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has acknowledged nothing since; the journal holds the rest.
            let _ = writer.join();
        }
    }
}

impl Shared {
    fn publish(&self, mark: Mark) {
        let head = Head {
            size: mark.size,
            hash: mark.hash,
        };
        match self.head.write() {
            Ok(mut held) => *held = head,
            Err(poisoned) => *poisoned.into_inner() = head,
        }
    }
}

/// A group under way: what its events have changed so far.
#[derive(Default)]
struct Pending {
    entities: BTreeMap<Subject, Arc<Entity>>,
    placed: Vec<Placed>,
    rows: Vec<(u64, Row)>,
    vault: Vec<SealedRecord>,
    ids: BTreeMap<Uuid, (u64, Admitted)>,
    erased: Vec<Subject>,
}

/// What a decision sees: the group so far, then the settled store.
struct Seen<'a> {
    writer: &'a Writer,
    pending: &'a Pending,
    failed: Mutex<Option<LedgerError>>,
}

impl World for Seen<'_> {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        if let Some(entity) = self.pending.entities.get(subject) {
            return Some(Arc::clone(entity));
        }
        match self.writer.shared.settled.entity(subject) {
            Ok(found) => found.map(Arc::new),
            Err(error) => {
                if let Ok(mut failed) = self.failed.lock() {
                    *failed = Some(error);
                }
                None
            }
        }
    }

    fn book(&self) -> &Book {
        match self
            .pending
            .entities
            .get(&Subject::policy_book())
            .unwrap_or(&self.writer.book)
            .as_ref()
        {
            Entity::Book(book) => book,
            _ => &EMPTY_BOOK,
        }
    }

    fn register(&self) -> &Register {
        let pending = self.pending.entities.get(&Subject::department_register());
        match pending.unwrap_or(&self.writer.register).as_ref() {
            Entity::Register(register) => register,
            _ => &EMPTY_REGISTER,
        }
    }
}

pub(crate) static EMPTY_BOOK: std::sync::LazyLock<Book> = std::sync::LazyLock::new(Book::default);
pub(crate) static EMPTY_REGISTER: std::sync::LazyLock<Register> =
    std::sync::LazyLock::new(Register::default);

impl Writer {
    fn serve(&mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut batch = vec![first];
            batch.extend(requests.try_iter().take(GROUP_ACTIONS_MAX - 1));
            self.group(batch);
        }
        if !self.off {
            // Whatever fails here was acknowledged from the journal, which stays.
            let _ = self.settle();
        }
    }

    /// Judges a batch, makes it durable with one sync, then answers.
    fn group(&mut self, batch: Vec<Request>) {
        let mut pending = Pending::default();
        let mut answers = Vec::with_capacity(batch.len());
        for request in batch {
            let outcome = if self.off {
                Err(LedgerError::WriterOff.into())
            } else {
                self.judge(&mut pending, request.admitted)
            };
            answers.push((request.answer, outcome));
        }
        if let Err(error) = self.commit(pending) {
            self.off = true;
            let told = error.to_string();
            for (answer, outcome) in answers {
                let outcome = outcome.and(Err(LedgerError::Settled(told.clone()).into()));
                let _ = answer.send(outcome);
            }
            return;
        }
        for (answer, outcome) in answers {
            // An asker that has gone away is not an error; its action stands.
            let _ = answer.send(outcome);
        }
    }

    fn judge(&self, pending: &mut Pending, admitted: Admitted) -> Result<Receipt, Rejection> {
        let id = admitted.action.id;
        if let Some(receipt) = self.on_record(pending, &admitted)? {
            return Ok(receipt);
        }
        self.check_condition(pending, &admitted)?;
        let seen = Seen {
            writer: self,
            pending,
            failed: Mutex::new(None),
        };
        let drafts = decide(&seen, &admitted.action);
        if let Some(error) = seen.failed.into_inner().unwrap_or(None) {
            return Err(error.into());
        }
        let drafts = drafts?;
        let (first_seq, prev) = match pending.placed.last() {
            Some(last) => (last.event.seq + 1, last.hash),
            None => (self.mark.size, self.mark.hash),
        };
        let at = self.clock.now().max(self.last_at);
        let at = pending
            .placed
            .last()
            .map_or(at, |last| at.max(last.event.at));
        let placed = place(drafts, &admitted.action, first_seq, prev, at).map_err(|e| {
            Refusal::new(
                e.code(),
                e.to_string(),
                "shorten or correct what is asked for",
            )
        })?;
        let Some(first) = placed.first() else {
            return Err(LedgerError::Settled("a decision came without events".to_owned()).into());
        };
        let owner = first
            .event
            .subjects
            .iter()
            .find(|s| !s.as_str().starts_with("operator:"));
        if let Some(owner) = owner.or(first.event.subjects.first()) {
            pending
                .vault
                .extend(self.vault.seal(owner, &admitted.taken)?);
        }
        pending.erased.extend(erased(&first.event).cloned());
        let receipt = receipt(&placed, false);
        for one in &placed {
            self.fold(pending, &one.event)?;
        }
        pending.ids.insert(id, (first_seq, admitted));
        pending.placed.extend(placed);
        Ok(receipt)
    }

    /// The receipt of an action whose id is on record, or a refusal where its content differs.
    fn on_record(
        &self,
        pending: &Pending,
        admitted: &Admitted,
    ) -> Result<Option<Receipt>, Rejection> {
        let conflict = || {
            Refusal::new(
                "action_id_reused",
                "this id is on record with another content",
                "make a fresh id for a new action; repeat an action unchanged",
            )
            .at("id")
        };
        let id = admitted.action.id;
        if let Some((seq, earlier)) = pending.ids.get(&id) {
            if earlier.asked != admitted.asked {
                return Err(conflict().into());
            }
            let group: Vec<Placed> = pending
                .placed
                .iter()
                .filter(|p| p.event.seq == *seq || p.event.cause == Some(id))
                .cloned()
                .collect();
            return Ok(Some(receipt(&group, true)));
        }
        let settled = &self.shared.settled;
        let Some(seq) = settled.seq_of_id(id.as_bytes())? else {
            return Ok(None);
        };
        let bytes = settled.event(seq)?.unwrap_or_default();
        let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if !same_content(settled, &self.vault, admitted, &event)? {
            return Err(conflict().into());
        }
        let mut seqs = vec![seq];
        let mut n = 1;
        while let Some(next) = settled.seq_of_id(domain::decide::follower_id(id, n).as_bytes())? {
            seqs.push(next);
            n += 1;
        }
        let event = event
            .get("type")
            .and_then(|t| t.as_str())
            .unwrap_or_default()
            .to_owned();
        let hash = chain::hash::event_hash(&bytes);
        Ok(Some(Receipt {
            seq,
            seqs,
            hash,
            event,
            known: true,
        }))
    }

    fn check_condition(&self, pending: &Pending, admitted: &Admitted) -> Result<(), Rejection> {
        let Some(expect) = &admitted.action.expect else {
            return Ok(());
        };
        for subject in &expect.subjects {
            let in_group = pending
                .placed
                .iter()
                .any(|p| p.event.subjects.binary_search(subject).is_ok());
            let last = self
                .shared
                .settled
                .postings(subject, u64::MAX)?
                .last()
                .copied();
            if in_group || last.is_some_and(|seq| seq >= expect.since) {
                return Err(Refusal::new(
                    "condition_stale",
                    format!("something new is known about {subject}"),
                    "read it again, then decide and send the action with the new position",
                )
                .at("expect")
                .into());
            }
        }
        Ok(())
    }

    fn fold(&self, pending: &mut Pending, event: &Event) -> Result<(), LedgerError> {
        for subject in &event.subjects {
            let mut state = match pending.entities.remove(subject) {
                Some(state) => state,
                None => match self.shared.settled.entity(subject)? {
                    Some(state) => Arc::new(state),
                    None => Arc::new(Entity::empty_for(subject)),
                },
            };
            let entity = Arc::make_mut(&mut state);
            entity.apply(subject, event);
            let mut rows = Vec::new();
            entity.rows(subject, event, &mut rows);
            pending
                .rows
                .extend(rows.into_iter().map(|row| (event.seq, row)));
            pending.entities.insert(subject.clone(), state);
        }
        Ok(())
    }

    /// Journal first, then the settled store, then the readers.
    fn commit(&mut self, pending: Pending) -> Result<(), LedgerError> {
        let Some(last) = pending.placed.last() else {
            return Ok(());
        };
        let mark = Mark {
            size: last.event.seq + 1,
            hash: last.hash,
        };
        let at = last.event.at;
        let group = Group {
            first_seq: self.mark.size,
            events: pending.placed.iter().map(|p| p.bytes.clone()).collect(),
            vault: pending.vault.clone(),
        };
        self.journal.append(&group)?;
        self.floor.write(mark)?;
        self.apply(&pending, mark)?;
        for subject in &pending.erased {
            self.vault.erase(subject)?;
        }
        self.last_at = at;
        self.shared.publish(mark);
        if self.journal.is_full() {
            self.settle()?;
        }
        Ok(())
    }

    fn apply(&mut self, pending: &Pending, mark: Mark) -> Result<(), LedgerError> {
        let mut write = GroupWrite::default();
        for placed in &pending.placed {
            let event = &placed.event;
            write.event(event.seq, &placed.bytes);
            write.id(event.id.as_bytes(), event.seq);
            for subject in &event.subjects {
                write.posting(subject, event.seq);
            }
        }
        for (subject, entity) in &pending.entities {
            write.entity(subject, entity)?;
        }
        for (seq, row) in &pending.rows {
            write.row(*seq, row)?;
        }
        for (commitment, record) in &pending.vault {
            write.sealed(commitment, record);
        }
        write.head(mark);
        self.shared.settled.apply(write)?;
        self.mark = mark;
        if let Some(book) = pending.entities.get(&Subject::policy_book()) {
            self.book = Arc::clone(book);
        }
        if let Some(register) = pending.entities.get(&Subject::department_register()) {
            self.register = Arc::clone(register);
        }
        Ok(())
    }

    /// Makes the settled store durable, moves the anchor, drops journal segments behind it.
    fn settle(&mut self) -> Result<(), LedgerError> {
        self.shared.settled.sync()?;
        self.anchor.write(self.mark)?;
        self.anchor.sync()?;
        self.floor.write(self.mark)?;
        self.floor.sync()?;
        self.journal.restart(self.mark.size)
    }

    fn load_globals(&mut self) -> Result<(), LedgerError> {
        let settled = &self.shared.settled;
        if let Some(book) = settled.entity(&Subject::policy_book())? {
            self.book = Arc::new(book);
        }
        if let Some(register) = settled.entity(&Subject::department_register())? {
            self.register = Arc::new(register);
        }
        if let Some(last) = self.mark.size.checked_sub(1) {
            let bytes = settled.event(last)?.unwrap_or_default();
            let whole = chain::hash::event_hash(&bytes) == self.mark.hash;
            let link = chain::link::read_link(&bytes).ok().filter(|_| whole);
            let at = link.and_then(|link| Instant::parse(link.at).ok());
            self.last_at = at.ok_or_else(|| {
                damaged(
                    "settled_head_mismatch",
                    last,
                    "the last settled event is not the head's",
                )
            })?;
        }
        Ok(())
    }

    /// Brings what is journaled and not settled into the settled store again.
    fn redo(&mut self, groups: &[Group]) -> Result<(), LedgerError> {
        for group in groups {
            let mut pending = Pending {
                vault: group.vault.clone(),
                ..Pending::default()
            };
            for (seq, bytes) in (group.first_seq..).zip(&group.events) {
                self.erase_again(seq, bytes)?;
                if seq < self.mark.size {
                    if self.shared.settled.event(seq)?.as_deref() != Some(bytes.as_slice()) {
                        let what = "journal and settled store hold different events";
                        return Err(damaged("journal_not_settled", seq, what));
                    }
                    continue;
                }
                let (next, prev) = match pending.placed.last() {
                    Some(last) => (last.event.seq + 1, last.hash),
                    None => (self.mark.size, self.mark.hash),
                };
                let event = Event::parse(bytes)
                    .map_err(|e| damaged(e.code(), seq, "a journaled event cannot be read"))?;
                if seq != next || event.seq != next || event.prev != prev {
                    let what = "a journaled event does not continue the chain";
                    return Err(damaged("journal_gap", next, what));
                }
                self.fold(&mut pending, &event)?;
                let hash = chain::hash::event_hash(bytes);
                pending.placed.push(Placed {
                    event,
                    bytes: bytes.clone(),
                    hash,
                });
            }
            if let Some(last) = pending.placed.last() {
                let mark = Mark {
                    size: last.event.seq + 1,
                    hash: last.hash,
                };
                self.last_at = last.event.at;
                self.apply(&pending, mark)?;
            }
        }
        Ok(())
    }

    /// A stop between an erasure's acknowledgement and the key's destruction is made good here.
    fn erase_again(&self, seq: u64, bytes: &[u8]) -> Result<(), LedgerError> {
        let event = Event::parse(bytes)
            .map_err(|e| damaged(e.code(), seq, "a journaled event cannot be read"))?;
        match erased(&event) {
            Some(subject) => self.vault.erase(subject),
            None => Ok(()),
        }
    }
}

/// Whose sealed values an event erases.
const fn erased(event: &Event) -> Option<&Subject> {
    match &event.payload {
        Payload::Vault(VaultEvent::Erased(p)) => Some(&p.subject),
        _ => None,
    }
}

fn receipt(placed: &[Placed], known: bool) -> Receipt {
    let first = placed.first();
    Receipt {
        seq: first.map_or(0, |p| p.event.seq),
        seqs: placed.iter().map(|p| p.event.seq).collect(),
        hash: first.map_or(Hash::from_bytes([0; 32]), |p| p.hash),
        event: first
            .map_or("", |p| p.event.payload.event_type())
            .to_owned(),
        known,
    }
}

fn read_origin(dir: &Path) -> Result<String, LedgerError> {
    let path = dir.join("ledger.json");
    let text = match fs::read_to_string(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(LedgerError::Missing(dir.to_owned()));
        }
        other => other.map_err(LedgerError::io("reading", &path))?,
    };
    let about: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    match about.get("format").and_then(serde_json::Value::as_u64) {
        Some(FORMAT) => {}
        other => return Err(LedgerError::Format(other.unwrap_or(0))),
    }
    let origin = about.get("origin").and_then(serde_json::Value::as_str);
    origin
        .map(str::to_owned)
        .ok_or_else(|| damaged("identity_damaged", 0, "ledger.json names no origin"))
}

/// The floor lies beside the folder, so that a copy of the folder does not bring its own.
fn floor_path(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".floor");
    dir.with_file_name(name)
}

fn damaged(code: &'static str, position: u64, what: &str) -> LedgerError {
    LedgerError::Damaged {
        code,
        position,
        what: what.to_owned(),
    }
}
