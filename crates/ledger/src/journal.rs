//! The commit journal: append-only segments; an acknowledgement comes from here.
//!
//! Segment `DIR/journal/<first seq, 20 digits>.seg`. Frame: `length u32 LE ‖ crc32 of payload u32
//! LE ‖ payload`; payload is a [`Group`] in postcard. A group is one write and one `fdatasync`.
//! Segments behind the anchor are deleted. Events carry their own links, so a lost middle shows.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::LedgerError;

/// A segment is closed once it is this long, in bytes.
const SEGMENT_BYTES_MAX: u64 = 16 << 20;
/// The longest frame that is believed, in bytes.
const FRAME_BYTES_MAX: usize = 64 << 20;

/// A commitment and the encrypted record of its value.
pub(crate) type SealedRecord = ([u8; 32], Vec<u8>);

/// What is acknowledged together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) first_seq: u64,
    /// Canonical bytes of the events, in order.
    pub(crate) events: Vec<Vec<u8>>,
    /// Commitment to sealed record, for the vault.
    pub(crate) vault: Vec<SealedRecord>,
}

pub(crate) struct Journal {
    dir: PathBuf,
    file: File,
    path: PathBuf,
    bytes: u64,
}

/// What reading the journal found.
pub(crate) struct Replay {
    pub(crate) groups: Vec<Group>,
    /// Bytes of an unfinished frame at the very end, and where it begins.
    pub(crate) torn: Option<(PathBuf, u64)>,
}

impl Journal {
    /// Opens a fresh segment that begins at a position.
    pub(crate) fn begin(dir: &Path, first_seq: u64) -> Result<Self, LedgerError> {
        let path = dir.join(format!("{first_seq:020}.seg"));
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(LedgerError::io("making", &path))?;
        sync_dir(dir)?;
        let bytes = file
            .metadata()
            .map_err(LedgerError::io("reading", &path))?
            .len();
        Ok(Self {
            dir: dir.to_owned(),
            file,
            path,
            bytes,
        })
    }

    /// Makes a group durable; `Ok` is the acknowledgement.
    pub(crate) fn append(&mut self, group: &Group) -> Result<(), LedgerError> {
        let payload = postcard::to_stdvec(group)
            .map_err(|e| LedgerError::Settled(format!("a group does not encode: {e}")))?;
        let length = u32::try_from(payload.len())
            .ok()
            .filter(|_| payload.len() <= FRAME_BYTES_MAX);
        let Some(length) = length else {
            return Err(LedgerError::Settled("a group is too large".to_owned()));
        };
        let mut frame = Vec::with_capacity(payload.len() + 8);
        frame.extend(length.to_le_bytes());
        frame.extend(crc32fast::hash(&payload).to_le_bytes());
        frame.extend(payload);
        self.file
            .write_all(&frame)
            .map_err(LedgerError::io("writing", &self.path))?;
        self.file
            .sync_data()
            .map_err(LedgerError::io("syncing", &self.path))?;
        self.bytes += frame.len() as u64;
        Ok(())
    }

    /// Whether it is time to settle and begin a new segment.
    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= SEGMENT_BYTES_MAX
    }

    /// Begins a new segment and deletes those before it; what they hold must be settled.
    pub(crate) fn restart(&mut self, first_seq: u64) -> Result<(), LedgerError> {
        if self.bytes == 0 {
            return Ok(());
        }
        *self = Self::begin(&self.dir, first_seq)?;
        for old in segments(&self.dir)? {
            if old != self.path {
                fs::remove_file(&old).map_err(LedgerError::io("deleting", &old))?;
            }
        }
        sync_dir(&self.dir)
    }
}

/// Reads every group of every segment, in order.
pub(crate) fn replay(dir: &Path) -> Result<Replay, LedgerError> {
    let mut replay = Replay {
        groups: Vec::new(),
        torn: None,
    };
    let paths = segments(dir)?;
    for (i, path) in paths.iter().enumerate() {
        let bytes = fs::read(path).map_err(LedgerError::io("reading", path))?;
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            if let Some((group, after)) = frame(rest) {
                replay.groups.push(group);
                rest = after;
                continue;
            }
            let at = (bytes.len() - rest.len()) as u64;
            let position = replay
                .groups
                .last()
                .map_or(0, |g| g.first_seq + g.events.len() as u64);
            // An unfinished frame is legal only at the very end of the last segment, and a frame
            // that is whole in length but wrong in content is damage, not a torn write.
            if i + 1 < paths.len() || is_whole(rest) {
                return Err(LedgerError::Damaged {
                    code: "journal_bad_checksum",
                    position,
                    what: format!("{} is damaged at byte {at}", path.display()),
                });
            }
            replay.torn = Some((path.clone(), at));
            break;
        }
    }
    Ok(replay)
}

/// Cuts an unfinished frame off.
pub(crate) fn cut(path: &Path, at: u64) -> Result<(), LedgerError> {
    let file = OpenOptions::new().write(true).open(path);
    let file = file.map_err(LedgerError::io("opening", path))?;
    file.set_len(at).map_err(LedgerError::io("cutting", path))?;
    file.sync_all().map_err(LedgerError::io("syncing", path))
}

fn header(bytes: &[u8]) -> Option<(usize, u32, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    Some((
        u32::from_le_bytes(*length) as usize,
        u32::from_le_bytes(*crc),
        rest,
    ))
}

fn frame(bytes: &[u8]) -> Option<(Group, &[u8])> {
    let (length, crc, rest) = header(bytes)?;
    let (payload, after) = rest.split_at_checked(length)?;
    if crc32fast::hash(payload) != crc {
        return None;
    }
    Some((postcard::from_bytes(payload).ok()?, after))
}

fn is_whole(bytes: &[u8]) -> bool {
    header(bytes).is_some_and(|(length, _, rest)| length <= FRAME_BYTES_MAX && rest.len() > length)
}

fn segments(dir: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(LedgerError::io("reading", dir))? {
        let path = entry.map_err(LedgerError::io("reading", dir))?.path();
        if path.extension().is_some_and(|e| e == "seg") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Makes names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), LedgerError> {
    let opened = File::open(dir).map_err(LedgerError::io("opening", dir))?;
    opened.sync_all().map_err(LedgerError::io("syncing", dir))
}
