//! A disk in memory that fails when it is told to, and forgets what was not synced when its power
//! goes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::{Handle, Media};

/// Counts the calls that write, of everything that shares it, and fails from one of them on.
pub(crate) struct Faults {
    calls: AtomicU64,
    fail_at: AtomicU64,
    failed: AtomicBool,
}

impl Faults {
    pub(crate) fn none() -> Arc<Self> {
        Arc::new(Self {
            calls: AtomicU64::new(0),
            fail_at: AtomicU64::new(u64::MAX),
            failed: AtomicBool::new(false),
        })
    }

    /// The `n`-th call from now, and all after it, fail.
    pub(crate) fn fail_in(&self, n: u64) {
        let at = self.calls.load(Ordering::SeqCst) + n;
        self.fail_at.store(at, Ordering::SeqCst);
    }

    pub(crate) fn heal(&self) {
        self.fail_at.store(u64::MAX, Ordering::SeqCst);
        self.failed.store(false, Ordering::SeqCst);
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    pub(crate) fn call(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        if call >= self.fail_at.load(Ordering::SeqCst) {
            self.failed.store(true, Ordering::SeqCst);
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }
}

#[derive(Default, Clone)]
struct Content {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    /// The name outlives a loss of power.
    named: bool,
}

type Files = Arc<Mutex<BTreeMap<PathBuf, Content>>>;

pub(crate) struct Memory {
    files: Files,
    faults: Arc<Faults>,
}

impl Memory {
    pub(crate) fn new(faults: &Arc<Faults>) -> Self {
        Self {
            files: Files::default(),
            faults: Arc::clone(faults),
        }
    }

    /// What was not synced is gone; of an append that was under way, `torn` bytes may be there.
    pub(crate) fn lose_power(&self, torn: usize) {
        let mut files = self.files.lock().unwrap();
        files.retain(|_, f| f.named);
        for file in files.values_mut() {
            let kept = file.durable.len() + torn;
            let appended = file.bytes.starts_with(&file.durable);
            file.bytes = if appended && file.bytes.len() > file.durable.len() {
                file.bytes[..file.bytes.len().min(kept)].to_vec()
            } else {
                file.durable.clone()
            };
            file.durable.clone_from(&file.bytes);
        }
    }
}

impl Media for Memory {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        let mut files = self.files.lock().unwrap();
        if !files.contains_key(path) {
            self.faults.call()?;
            files.insert(path.to_owned(), Content::default());
        }
        Ok(Box::new(MemoryFile {
            files: Arc::clone(&self.files),
            faults: Arc::clone(&self.faults),
            path: path.to_owned(),
        }))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = self.files.lock().unwrap();
        let file = files.get(path);
        let file = file.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(file.bytes.clone())
    }

    fn files(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let files = self.files.lock().unwrap();
        let paths = files.keys().filter(|p| p.parent() == Some(dir));
        Ok(paths.cloned().collect())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.faults.call()?;
        let removed = self.files.lock().unwrap().remove(path);
        removed.map(drop).ok_or(io::ErrorKind::NotFound.into())
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.faults.call()?;
        let mut files = self.files.lock().unwrap();
        let file = files.get_mut(path).ok_or(io::ErrorKind::NotFound)?;
        file.bytes.truncate(usize::try_from(length).unwrap());
        file.durable.clone_from(&file.bytes);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.faults.call()?;
        let mut files = self.files.lock().unwrap();
        for (_, file) in files.iter_mut().filter(|(p, _)| p.parent() == Some(dir)) {
            file.named = true;
        }
        Ok(())
    }
}

struct MemoryFile {
    files: Files,
    faults: Arc<Faults>,
    path: PathBuf,
}

impl MemoryFile {
    fn with(&self, change: impl FnOnce(&mut Content)) -> io::Result<()> {
        self.faults.call()?;
        let mut files = self.files.lock().unwrap();
        let file = files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?;
        change(file);
        Ok(())
    }
}

impl Handle for MemoryFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        // A write that fails may have written a part of it.
        let half = bytes.len() / 2;
        let failed = self.with(|f| f.bytes.extend_from_slice(bytes)).err();
        let Some(error) = failed else { return Ok(()) };
        let mut files = self.files.lock().unwrap();
        if let Some(file) = files.get_mut(&self.path) {
            file.bytes.extend_from_slice(&bytes[..half]);
        }
        Err(error)
    }

    fn write_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        self.with(|f| {
            let end = f.bytes.len().max(at + bytes.len());
            f.bytes.resize(end, 0);
            f.bytes[at..at + bytes.len()].copy_from_slice(bytes);
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.with(|f| f.durable.clone_from(&f.bytes))
    }
}

/// The same expectations for every media.
fn conforms(media: &dyn Media, dir: &Path) {
    let path = dir.join("a.seg");
    assert_eq!(
        media.read(&path).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
    let mut file = media.open(&path).unwrap();
    file.append(b"one").unwrap();
    file.append(b"two").unwrap();
    file.sync().unwrap();
    media.sync_dir(dir).unwrap();
    drop(file);
    let mut again = media.open(&path).unwrap();
    again.append(b"three").unwrap();
    assert_eq!(media.read(&path).unwrap(), b"onetwothree");
    again.write_at(b"ONE", 0).unwrap();
    assert_eq!(media.read(&path).unwrap(), b"ONEtwothree");
    media.cut(&path, 3).unwrap();
    assert_eq!(media.read(&path).unwrap(), b"ONE");
    assert_eq!(media.files(dir).unwrap(), vec![path.clone()]);
    media.remove(&path).unwrap();
    assert_eq!(media.files(dir).unwrap(), Vec::<PathBuf>::new());
    assert!(media.remove(&path).is_err());
}

#[test]
fn disk_and_memory_conform() {
    let dir = tempfile::tempdir().unwrap();
    conforms(&super::Disk, dir.path());
    conforms(&Memory::new(&Faults::none()), dir.path());
}
