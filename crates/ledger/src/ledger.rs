//! The façade: making, opening, recording, closing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use chain::hash::{Hash, origin_hash};

use crate::admit::admit;
use crate::anchor::{Mark, MarkFile};
use crate::checkpoint::Checkpoints;
use crate::error::{LedgerError, Rejection};
use crate::ids::{Clock, SystemClock};
use crate::judge::Request;
use crate::media::{Disk, Media};
use crate::open::{FORMAT, floor_path};
use crate::readonly::Stopped;
use crate::settle::Job;
use crate::settled::engine::Engine;
use crate::shared::Shared;
use crate::vault::{Vault, random, sync_dir};

/// Requests that wait for the writer at most; further ones wait outside.
pub(crate) const QUEUE_MAX: usize = 1_024;
/// Groups that wait for the journal at most.
pub(crate) const TASKS_MAX: usize = 2;

/// How to open a ledger.
#[derive(Clone)]
pub struct Options {
    /// Where recording times come from.
    pub clock: Arc<dyn Clock>,
    /// Accept a folder without the floor beside it, because it was moved or restored on purpose.
    pub adopt: bool,
    /// Bytes of what is not settled, about, before a step settles it; two such tails are held at
    /// most. More makes steps cheaper, and opening after an unclean stop slower.
    pub tail_bytes: usize,
    /// Bytes of settled blocks that are kept unpacked.
    pub block_cache_bytes: usize,
    /// Bytes of decoded states that are kept, about.
    pub state_cache_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            adopt: false,
            tail_bytes: 12 << 20,
            block_cache_bytes: 24 << 20,
            state_cache_bytes: 48 << 20,
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
    pub(crate) writing: Option<Writing>,
    pub(crate) stopped: Option<Stopped>,
    pub(crate) checkpoints: Checkpoints,
    /// The views hold more than is served: states are folded from events.
    pub(crate) folds: bool,
}

/// What a ledger that is open for writing has besides.
pub(crate) struct Writing {
    pub(crate) queue: Mutex<Option<SyncSender<Request>>>,
    pub(crate) jobs: Mutex<Option<Sender<Job>>>,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) dir: PathBuf,
    pub(crate) _lock: File,
}

impl Ledger {
    /// Makes a ledger in a new or empty folder.
    ///
    /// # Errors
    /// `ledger_exists`, `ledger_io`.
    pub fn create(dir: &Path, origin: &str, options: &Options) -> Result<Self, LedgerError> {
        make(&Disk, dir, origin)?;
        Self::open(dir, options)
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
        let queue = self.queue()?;
        let admitted = admit(bytes, credential)?;
        let (answer, receipt) = sync_channel(1);
        // An asker that has gone away is not an error; its action stands.
        let answer = Box::new(move |told| drop(answer.send(told)));
        queue
            .send(Request::Act(Box::new(admitted), answer))
            .map_err(|_| LedgerError::WriterOff)?;
        Ok(receipt)
    }

    /// Queues an action without ever waiting; `answer` is called once it is decided and durable,
    /// on a thread of the ledger's own, so it must be quick. Where the ledger goes off before,
    /// it is dropped without a call: the action may or may not be on record then.
    ///
    /// # Errors
    /// As [`Ledger::begin`], and `ledger_busy` where the queue is full; nothing is queued then.
    pub fn begin_with(
        &self,
        bytes: &[u8],
        credential: Option<&str>,
        answer: impl FnOnce(Result<Receipt, Rejection>) + Send + 'static,
    ) -> Result<(), Rejection> {
        let queue = self.queue()?;
        let admitted = admit(bytes, credential)?;
        let sent = queue.try_send(Request::Act(Box::new(admitted), Box::new(answer)));
        Ok(sent.map_err(|e| match e {
            TrySendError::Full(_) => LedgerError::Busy,
            TrySendError::Disconnected(_) => LedgerError::WriterOff,
        })?)
    }

    /// Why nothing more is recorded, after a write that failed; `None` while all is well.
    #[must_use]
    pub fn why_off(&self) -> Option<String> {
        self.shared.why_off().map(str::to_owned)
    }

    /// Whether it was opened for recording, and not only to be looked at.
    #[must_use]
    pub const fn records(&self) -> bool {
        self.writing.is_some()
    }

    /// Makes states and rows anew from the events alone, beside those that are read, then reads
    /// the new ones; answers whether the old ones agreed with them.
    ///
    /// Cost: about 10 µs an event, during which reading and recording go on; recording waits while
    /// both are compared, about 1 µs an entry.
    ///
    /// # Errors
    /// Where the events cannot be read or the new views not be written; the old ones stay then.
    pub fn rebuild_views(&self) -> Result<bool, LedgerError> {
        let queue = self.queue()?;
        let jobs = self
            .writing
            .as_ref()
            .and_then(|w| w.jobs.lock().ok()?.clone());
        let (told, caught_up) = sync_channel(1);
        jobs.ok_or(LedgerError::ReadOnly)?
            .send(Job::Rebuild(told))
            .map_err(|_| LedgerError::WriterOff)?;
        caught_up.recv().map_err(|_| LedgerError::WriterOff)??;
        let (told, finished) = sync_channel(1);
        queue
            .send(Request::TakeViews(told))
            .map_err(|_| LedgerError::WriterOff)?;
        finished.recv().map_err(|_| LedgerError::WriterOff)?
    }

    pub(crate) fn queue(&self) -> Result<SyncSender<Request>, LedgerError> {
        let writing = self.writing.as_ref().ok_or(LedgerError::ReadOnly)?;
        let queue = writing.queue.lock().ok().and_then(|q| q.clone());
        queue.ok_or(LedgerError::WriterOff)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let Some(writing) = &mut self.writing else {
            return;
        };
        if let Ok(mut jobs) = writing.jobs.lock() {
            *jobs = None;
        }
        if let Ok(mut queue) = writing.queue.lock() {
            *queue = None;
        }
        // A thread that panicked has acknowledged nothing since; the journal holds the rest.
        let stopped = writing.threads.drain(..).map(JoinHandle::join);
        let whole = stopped.filter(Result::is_err).count() == 0;
        let snapshot = self.shared.snapshot();
        let settled = snapshot.head.size == snapshot.view.size;
        if whole && settled && self.shared.off().is_none() {
            // What fails here costs the next opening time, not events.
            let _ = crate::open::close(writing.engine.as_ref(), &writing.dir);
        }
    }
}

/// Makes the files of an empty ledger.
pub(crate) fn make(media: &dyn Media, dir: &Path, origin: &str) -> Result<(), LedgerError> {
    if fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some()) {
        return Err(LedgerError::Exists(dir.to_owned()));
    }
    let journal = dir.join("journal");
    fs::create_dir_all(&journal).map_err(LedgerError::io("making", &journal))?;
    Vault::create(dir)?;
    Checkpoints::create(dir, origin)?;
    let mark = Mark {
        size: 0,
        hash: origin_hash(origin),
    };
    MarkFile::create(media, &dir.join("anchor"), 2, mark)?;
    MarkFile::create(media, &floor_path(dir), 1, mark)?;
    let id: String = random::<16>()?.iter().map(|b| format!("{b:02x}")).collect();
    let about = serde_json::json!({"format": FORMAT, "id": id, "origin": origin});
    let path = dir.join("ledger.json");
    fs::write(&path, format!("{about}\n")).map_err(LedgerError::io("writing", &path))?;
    let file = File::open(&path).map_err(LedgerError::io("opening", &path))?;
    file.sync_all().map_err(LedgerError::io("syncing", &path))?;
    sync_dir(dir)
}
