//! Opening: journal, anchor, floor and settled store held against each other.
//!
//! What is unsettled is folded again from the journal; what is settled is not looked at but for
//! its last event. Nothing is repaired but an unfinished last frame that nobody was told of.
//! `DIR/running` lies there while the ledger is open: found on opening, the last stop was unclean.
//! `DIR/closed` says after a clean stop how long the database was.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

use chain::hash::{event_hash, origin_hash};
use domain::day::Instant;
use domain::entity::{Entity, VIEW_VERSION};
use domain::subject::Subject;

use crate::anchor::{Mark, MarkFile};
use crate::cache::States;
use crate::checkpoint::Checkpoints;
use crate::commit::{Committer, Task};
use crate::error::LedgerError;
use crate::evidence;
use crate::journal::{Journal, Replay, replay};
use crate::judge::{Writer, damaged};
use crate::ledger::{Ledger, Options, QUEUE_MAX, TASKS_MAX, Writing};
use crate::media::{Disk, Media};
use crate::mem::Mem;
use crate::read::Head;
use crate::settle::Settler;
use crate::settled::engine::{Engine, SledEngine};
use crate::settled::keeper::Keeper;
use crate::shared::{Shared, Snapshot};
use crate::vault::{Vault, sync_dir};

/// The on-disk format, in `ledger.json`.
pub(crate) const FORMAT: u64 = 1;

/// How the engine is opened, once everything before it has been checked.
pub(crate) type OpenEngine<'a> = &'a dyn Fn(&Path) -> Result<Arc<dyn Engine>, LedgerError>;

/// What opening has found out before anything is written.
pub(crate) struct Found {
    pub(crate) origin: String,
    pub(crate) anchored: Mark,
    pub(crate) journaled: Replay,
}

impl Ledger {
    /// Opens a ledger, holding journal, anchor, floor and settled store against each other.
    /// Costs what is unsettled: about 10 µs for each event since the last step.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] with code and position where they disagree; nothing is repaired
    /// but an unfinished last frame that was never acknowledged.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, LedgerError> {
        let media: Arc<dyn Media> = Arc::new(Disk);
        let engine = |settled: &Path| -> Result<Arc<dyn Engine>, LedgerError> {
            Ok(Arc::new(SledEngine::open(settled)?))
        };
        Self::assemble(dir, options, &media, &engine)
    }

    /// Opens a ledger over any media and engine.
    pub(crate) fn assemble(
        dir: &Path,
        options: &Options,
        media: &Arc<dyn Media>,
        open_engine: OpenEngine<'_>,
    ) -> Result<Self, LedgerError> {
        let origin = read_origin(dir)?;
        let lock = lock(dir, true)?;
        let (floor, acknowledged) = open_floor(media.as_ref(), dir, options.adopt)?;
        let Some((anchor, anchored)) = MarkFile::open(media.as_ref(), &dir.join("anchor"), 2)?
        else {
            return Err(damaged("anchor_missing", 0, "the anchor file is missing"));
        };
        let unclean = dir.join("running").exists();
        if unclean {
            evidence::keep(dir)?;
        }
        check_database(dir, unclean)?;
        let mut journaled = replay(media.as_ref(), &dir.join("journal"))?;
        if let Some(damage) = journaled.damage.take() {
            return Err(damage);
        }
        mark_running(dir)?;
        let engine = open_engine(&dir.join("settled"))?;
        let found = Found {
            origin,
            anchored,
            journaled,
        };
        let mut keeper = open_keeper(&engine, &found, options)?;
        check_settled(&keeper, &found)?;
        keeper.sweep()?;
        keeper.open_tree()?;
        if keeper.view.slot.version != VIEW_VERSION {
            // Views of another release cannot be read: they are made anew before anything else.
            keeper.begin_rebuild(None);
            keeper.take_views()?;
        }
        let (tasks, groups) = sync_channel(TASKS_MAX);
        let vault = Vault::open(dir, true)?;
        crate::matches::complete(&mut keeper, &vault)?;
        let mut writer = writer_over(vault, found.origin.clone(), &keeper, options, tasks);
        catch_up(&mut writer, &keeper)?;
        keeper.vault = Some(Arc::clone(&writer.vault));
        for group in &found.journaled.groups {
            writer.redo(group)?;
        }
        check_end(&writer, acknowledged, &found)?;
        let checkpoints = Checkpoints::open(dir, Arc::clone(media), options.adopt)?;
        let head = Head {
            size: writer.mark.size,
            hash: writer.mark.hash,
        };
        writer.shared.update(|s| s.head = head);
        checkpoints.check(&found.origin, &writer.shared.snapshot())?;
        if let Some((path, at)) = &found.journaled.torn {
            media
                .cut(path, *at)
                .map_err(LedgerError::io("cutting", path))?;
        }
        let journal_dir = dir.join("journal");
        let segment = found.journaled.newest.unwrap_or(writer.mark.size);
        let journal = Journal::begin(media, &journal_dir, segment)?;
        evidence::discard(dir)?;
        let (queue, requests) = sync_channel(QUEUE_MAX);
        let (jobs, settler_jobs) = channel();
        let committer = Committer {
            shared: Arc::clone(&writer.shared),
            journal,
            floor,
            vault: Arc::clone(&writer.vault),
            settler: jobs.clone(),
        };
        let settler = Settler {
            shared: Arc::clone(&writer.shared),
            keeper,
            anchor,
            media: Arc::clone(media),
            journal: journal_dir,
        };
        let shared = Arc::clone(&writer.shared);
        let threads = vec![
            thread("ledger-writer", move || writer.serve(&requests))?,
            thread("ledger-journal", move || committer.serve(&groups))?,
            thread("ledger-settler", move || settler.serve(&settler_jobs))?,
        ];
        Ok(Self {
            shared,
            writing: Some(Writing {
                queue: Mutex::new(Some(queue)),
                jobs: Mutex::new(Some(jobs)),
                threads,
                engine,
                dir: dir.to_owned(),
                _lock: lock,
            }),
            stopped: None,
            checkpoints,
            folds: false,
        })
    }
}

fn thread(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> Result<std::thread::JoinHandle<()>, LedgerError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(LedgerError::io("starting", name))
}

/// The settled store in an engine.
pub(crate) fn open_keeper(
    engine: &Arc<dyn Engine>,
    found: &Found,
    options: &Options,
) -> Result<Keeper, LedgerError> {
    let start = Mark {
        size: 0,
        hash: origin_hash(&found.origin),
    };
    Keeper::open(Arc::clone(engine), start, options.block_cache_bytes)
}

/// The settled store reaches at least as far as the anchor says, and ends in the event it says.
pub(crate) fn check_settled(keeper: &Keeper, found: &Found) -> Result<(), LedgerError> {
    let reached = keeper.manifest.size;
    if reached < found.anchored.size {
        let what = "the settled store is shorter than the anchor says: files are missing or older \
                    than the rest";
        return Err(damaged("settled_behind_anchor", reached, what));
    }
    let same = reached > found.anchored.size || keeper.manifest.hash == found.anchored.hash;
    if !same {
        let what = "the settled store ends in another event than the anchor says";
        return Err(damaged("settled_head_mismatch", reached, what));
    }
    if let Some(last) = reached.checked_sub(1)
        && event_hash(&keeper.view.event(last)?) != keeper.manifest.hash
    {
        let what = "the last settled event is not the head's";
        return Err(damaged("settled_head_mismatch", last, what));
    }
    Ok(())
}

/// The writer over a settled store, with an empty tail, before the journal is redone.
pub(crate) fn writer_over(
    vault: Vault,
    origin: String,
    keeper: &Keeper,
    options: &Options,
    tasks: SyncSender<Task>,
) -> Writer {
    let mark = Mark {
        size: keeper.manifest.size,
        hash: keeper.manifest.hash,
    };
    let snapshot = Snapshot {
        head: Head {
            size: mark.size,
            hash: mark.hash,
        },
        active: Arc::new(Mem::new()),
        frozen: None,
        view: Arc::clone(&keeper.view),
    };
    let states = States::new(options.state_cache_bytes);
    states.clear(keeper.view.epoch);
    let vault = Arc::new(vault);
    let shared = Arc::new(Shared::new(origin, states, Arc::clone(&vault), snapshot));
    Writer {
        shared,
        tasks,
        vault,
        clock: Arc::clone(&options.clock),
        tail_bytes: options.tail_bytes,
        mark,
        tree: keeper.frontier(),
        last_at: Instant::from_millis(0),
        next_key: keeper.manifest.next_key,
        book: Arc::new(Entity::empty_for(&Subject::policy_book())),
        register: Arc::new(Entity::empty_for(&Subject::department_register())),
    }
}

/// Takes book, register and the last recording time from what is settled.
fn catch_up(writer: &mut Writer, keeper: &Keeper) -> Result<(), LedgerError> {
    let snapshot = writer.shared.snapshot();
    writer.read_globals(&snapshot)?;
    if let Some(last) = writer.mark.size.checked_sub(1) {
        let bytes = keeper.view.event(last)?;
        let link = chain::link::read_link(&bytes).ok();
        let at = link.and_then(|link| Instant::parse(link.at).ok());
        writer.last_at =
            at.ok_or_else(|| damaged("event_unreadable", last, "an event cannot be read"))?;
    }
    Ok(())
}

/// The history must reach what was acknowledged, and the journal begin no later.
pub(crate) fn check_end(
    writer: &Writer,
    acknowledged: Mark,
    found: &Found,
) -> Result<(), LedgerError> {
    let end = writer.mark;
    if end.size < acknowledged.size {
        let what = "the history is shorter than what was acknowledged: an old folder was copied \
                    back, or its end is lost";
        return Err(damaged("head_below_floor", end.size, what));
    }
    if acknowledged.size == end.size && acknowledged.hash != end.hash {
        let what = "the history ends in another event than was acknowledged";
        return Err(damaged("head_not_floor", end.size, what));
    }
    if found.journaled.newest.is_some_and(|first| first > end.size) {
        let what = "the journal's newest segment begins behind the history's end";
        return Err(damaged("journal_gap", end.size, what));
    }
    Ok(())
}

/// Ends the work on the engine, and notes that this was a clean stop.
pub(crate) fn close(engine: &dyn Engine, dir: &Path) -> Result<(), LedgerError> {
    engine.close()?;
    let database = dir.join("settled/db");
    let length = fs::metadata(&database).map_or(0, |m| m.len());
    let path = dir.join("closed");
    fs::write(&path, format!("{length}\n")).map_err(LedgerError::io("writing", &path))?;
    let file = File::open(&path).map_err(LedgerError::io("opening", &path))?;
    file.sync_all().map_err(LedgerError::io("syncing", &path))?;
    let running = dir.join("running");
    fs::remove_file(&running).map_err(LedgerError::io("deleting", &running))?;
    sync_dir(dir)
}

/// After a clean stop the database is exactly as long as it was; seen before sled touches it.
pub(crate) fn check_database(dir: &Path, unclean: bool) -> Result<(), LedgerError> {
    let told = fs::read_to_string(dir.join("closed")).ok();
    let expected: Option<u64> = told.and_then(|t| t.trim().parse().ok());
    let length = fs::metadata(dir.join("settled/db")).map_or(0, |m| m.len());
    match expected {
        Some(expected) if !unclean && expected != length => {
            let what = format!(
                "settled/db has {length} bytes, {expected} when the ledger was closed: it was cut, \
                 removed or exchanged"
            );
            Err(damaged("settled_behind_anchor", 0, &what))
        }
        _ => Ok(()),
    }
}

fn mark_running(dir: &Path) -> Result<(), LedgerError> {
    let path = dir.join("running");
    File::create(&path).map_err(LedgerError::io("making", &path))?;
    sync_dir(dir)
}

/// Takes the lock that one process has on a ledger.
pub(crate) fn lock(dir: &Path, make: bool) -> Result<File, LedgerError> {
    let path = dir.join("lock");
    let mut options = OpenOptions::new();
    let lock = if make {
        options.create(true).truncate(false).write(true).open(&path)
    } else {
        options.read(true).open(&path)
    };
    let lock = lock.map_err(LedgerError::io("opening", &path))?;
    lock.try_lock().map_err(|_| LedgerError::Locked)?;
    Ok(lock)
}

fn open_floor(media: &dyn Media, dir: &Path, adopt: bool) -> Result<(MarkFile, Mark), LedgerError> {
    let path = floor_path(dir);
    if let Some(found) = MarkFile::open(media, &path, 1)? {
        return Ok(found);
    }
    let anchored = MarkFile::read(media, &dir.join("anchor"))?.map(|(_, mark)| mark);
    let anchored =
        anchored.ok_or_else(|| damaged("anchor_missing", 0, "the anchor file is missing"))?;
    if adopt {
        return Ok((MarkFile::create(media, &path, 1, anchored)?, anchored));
    }
    let what = "the floor file beside the folder is missing: if the folder was moved or restored \
                on purpose, open it with adopt";
    Err(damaged("floor_missing", anchored.size, what))
}

pub(crate) fn read_origin(dir: &Path) -> Result<String, LedgerError> {
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
pub(crate) fn floor_path(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".floor");
    dir.with_file_name(name)
}
