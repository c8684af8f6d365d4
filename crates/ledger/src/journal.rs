//! The commit journal: append-only segments; an acknowledgement comes from here.
//!
//! Segment `DIR/journal/<first seq, 20 digits>.seg`. Frame: `length u32 LE ‖ crc32 of payload u32
//! LE ‖ payload`. Payload, one group: `first seq u64 LE ‖ events u32 LE ‖ (length u32 LE ‖
//! canonical bytes) each ‖ records u32 LE ‖ (commitment 32 ‖ length u32 LE ‖ sealed record) each ‖
//! keys u32 LE ‖ (length u32 LE ‖ subject ‖ slot u64 LE) each ‖ erased u32 LE ‖ slot u64 LE each ‖
//! matches u32 LE ‖ (token and mark 56 ‖ length u32 LE ‖ sealed place) each ‖ root of the tree after
//! the group 32`; the matches are missing in frames of releases before match tokens, the root too
//! in those before the tree.
//! A frame is one write and one `fdatasync`, so only the last one can be unfinished. A segment is begun with each tail;
//! it is deleted once its tail is settled and the anchor moved. Events carry their own links, so a
//! lost middle shows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chain::tree::Node;
use domain::subject::Subject;

use crate::error::LedgerError;
use crate::media::{Handle, Media};

/// A root of the tree at a frame's end, in bytes.
const ROOT_BYTES: usize = 32;
/// The longest frame that is believed, in bytes.
const FRAME_BYTES_MAX: usize = 128 << 20;

/// A commitment and the encrypted record of its value.
pub(crate) type SealedRecord = ([u8; 32], Vec<u8>);

/// A match token with its mark, and the encrypted place of its value.
pub(crate) type MatchRecord = ([u8; 56], Vec<u8>);

/// What is acknowledged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) first_seq: u64,
    /// Canonical bytes of the events, in order.
    pub(crate) events: Vec<Arc<[u8]>>,
    /// Commitment to sealed record, for the vault.
    pub(crate) vault: Vec<SealedRecord>,
    /// Slots of vault keys that subjects got or lost, in order.
    pub(crate) keys: Vec<(Subject, u64)>,
    /// Slots whose keys are destroyed.
    pub(crate) erased: Vec<u64>,
    /// Root of the tree after the last event.
    pub(crate) root: Option<Node>,
    /// Match tokens of the values in `vault`.
    pub(crate) matches: Vec<MatchRecord>,
}

impl Group {
    /// Takes in the group that follows, so that both are acknowledged together.
    pub(crate) fn join(&mut self, mut next: Self) {
        self.events.append(&mut next.events);
        self.vault.append(&mut next.vault);
        self.keys.append(&mut next.keys);
        self.erased.append(&mut next.erased);
        self.root = next.root;
        self.matches.append(&mut next.matches);
    }

    /// The frame as it is written.
    ///
    /// # Errors
    /// Where the group is longer than a frame may be.
    pub(crate) fn frame(&self) -> Result<Vec<u8>, LedgerError> {
        let bytes: usize = self.events.iter().map(|e| e.len() + 4).sum();
        let mut frame = Vec::with_capacity(bytes + 64);
        frame.extend([0; 8]);
        frame.extend(self.first_seq.to_le_bytes());
        frame.extend(length(self.events.len())?);
        for event in &self.events {
            frame.extend(length(event.len())?);
            frame.extend_from_slice(event);
        }
        frame.extend(length(self.vault.len())?);
        for (commitment, record) in &self.vault {
            frame.extend(commitment);
            frame.extend(length(record.len())?);
            frame.extend_from_slice(record);
        }
        frame.extend(length(self.keys.len())?);
        for (subject, slot) in &self.keys {
            frame.extend(length(subject.as_str().len())?);
            frame.extend_from_slice(subject.as_str().as_bytes());
            frame.extend(slot.to_le_bytes());
        }
        frame.extend(length(self.erased.len())?);
        for slot in &self.erased {
            frame.extend(slot.to_le_bytes());
        }
        frame.extend(length(self.matches.len())?);
        for (token, place) in &self.matches {
            frame.extend(token);
            frame.extend(length(place.len())?);
            frame.extend_from_slice(place);
        }
        if let Some(root) = &self.root {
            frame.extend_from_slice(root.as_bytes());
        }
        let size = length(frame.len() - 8)?;
        let crc = crc32fast::hash(&frame[8..]).to_le_bytes();
        frame[..4].copy_from_slice(&size);
        frame[4..8].copy_from_slice(&crc);
        Ok(frame)
    }

    fn read(payload: &[u8]) -> Option<Self> {
        let mut rest = payload;
        let first_seq = u64::from_le_bytes(*take::<8>(&mut rest)?);
        let mut events = Vec::new();
        for _ in 0..u32::from_le_bytes(*take::<4>(&mut rest)?) {
            events.push(Arc::from(take_counted(&mut rest)?));
        }
        let mut vault = Vec::new();
        for _ in 0..u32::from_le_bytes(*take::<4>(&mut rest)?) {
            let commitment = *take::<32>(&mut rest)?;
            vault.push((commitment, take_counted(&mut rest)?.to_vec()));
        }
        let mut keys = Vec::new();
        for _ in 0..u32::from_le_bytes(*take::<4>(&mut rest)?) {
            let subject = str::from_utf8(take_counted(&mut rest)?).ok()?;
            let subject = Subject::parse(subject).ok()?;
            keys.push((subject, u64::from_le_bytes(*take::<8>(&mut rest)?)));
        }
        let mut erased = Vec::new();
        for _ in 0..u32::from_le_bytes(*take::<4>(&mut rest)?) {
            erased.push(u64::from_le_bytes(*take::<8>(&mut rest)?));
        }
        let mut matches = Vec::new();
        if rest.len() > ROOT_BYTES {
            for _ in 0..u32::from_le_bytes(*take::<4>(&mut rest)?) {
                let token = *take::<56>(&mut rest)?;
                matches.push((token, take_counted(&mut rest)?.to_vec()));
            }
        }
        let root = match rest.is_empty() {
            true => None,
            false => Some(Node::from_bytes(*take::<32>(&mut rest)?)),
        };
        rest.is_empty().then_some(Self {
            first_seq,
            events,
            vault,
            keys,
            erased,
            root,
            matches,
        })
    }
}

fn length(n: usize) -> Result<[u8; 4], LedgerError> {
    let fits = u32::try_from(n).ok().filter(|_| n <= FRAME_BYTES_MAX);
    let n = fits.ok_or_else(|| LedgerError::Settled("a group is too large".to_owned()))?;
    Ok(n.to_le_bytes())
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(taken)
}

fn take_counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let n = u32::from_le_bytes(*take::<4>(rest)?) as usize;
    let (taken, after) = rest.split_at_checked(n)?;
    *rest = after;
    Some(taken)
}

/// The segment being written.
pub(crate) struct Journal {
    media: Arc<dyn Media>,
    dir: PathBuf,
    file: Box<dyn Handle>,
    path: PathBuf,
}

impl Journal {
    /// Opens the segment that begins at a position, behind what it holds.
    pub(crate) fn begin(
        media: &Arc<dyn Media>,
        dir: &Path,
        first_seq: u64,
    ) -> Result<Self, LedgerError> {
        let path = dir.join(format!("{first_seq:020}.seg"));
        let opened = media.open(&path);
        let file = opened.map_err(LedgerError::io("making", &path))?;
        let synced = media.sync_dir(dir);
        synced.map_err(LedgerError::io("syncing", dir))?;
        Ok(Self {
            media: Arc::clone(media),
            dir: dir.to_owned(),
            file,
            path,
        })
    }

    /// Makes a frame durable; `Ok` is the acknowledgement. One write, one `fdatasync`.
    pub(crate) fn append(&mut self, frame: &[u8]) -> Result<(), LedgerError> {
        self.file
            .append(frame)
            .map_err(LedgerError::io("writing", &self.path))?;
        self.file
            .sync()
            .map_err(LedgerError::io("syncing", &self.path))
    }

    /// Goes on in a new segment.
    pub(crate) fn turn(&mut self, first_seq: u64) -> Result<(), LedgerError> {
        *self = Self::begin(&self.media, &self.dir, first_seq)?;
        Ok(())
    }
}

/// Deletes segments that hold nothing from `size` on; what they hold must be settled.
pub(crate) fn drop_before(media: &dyn Media, dir: &Path, size: u64) -> Result<(), LedgerError> {
    let paths = segments(media, dir)?;
    for (old, next) in paths.iter().zip(paths.iter().skip(1)) {
        if first_seq(next).is_some_and(|first| first <= size) {
            media
                .remove(old)
                .map_err(LedgerError::io("deleting", old))?;
        }
    }
    media.sync_dir(dir).map_err(LedgerError::io("syncing", dir))
}

fn first_seq(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}

/// What reading the journal found.
pub(crate) struct Replay {
    pub(crate) groups: Vec<Group>,
    /// An unfinished frame at the very end: where, and from which byte.
    pub(crate) torn: Option<(PathBuf, u64)>,
    /// Damage that ends the reading early.
    pub(crate) damage: Option<LedgerError>,
    /// First position of the newest segment.
    pub(crate) newest: Option<u64>,
}

/// Reads every group of every segment, in order, up to the first that is damaged.
pub(crate) fn replay(media: &dyn Media, dir: &Path) -> Result<Replay, LedgerError> {
    let paths = segments(media, dir)?;
    let mut replay = Replay {
        groups: Vec::new(),
        torn: None,
        damage: None,
        newest: paths.last().and_then(|p| first_seq(p)),
    };
    for (i, path) in paths.iter().enumerate() {
        let read = media.read(path);
        let bytes = read.map_err(LedgerError::io("reading", path))?;
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            if let Some((group, after)) = frame(rest) {
                replay.groups.push(group);
                rest = after;
                continue;
            }
            let at = (bytes.len() - rest.len()) as u64;
            // An unfinished frame is legal only at the very end of the last segment, and a frame
            // that is whole in length but wrong in content is damage, not a torn write.
            if i + 1 == paths.len() && !is_whole(rest) {
                replay.torn = Some((path.clone(), at));
                break;
            }
            let last = replay.groups.last();
            replay.damage = Some(LedgerError::Damaged {
                code: "journal_bad_checksum",
                position: last.map_or(0, |g| g.first_seq + g.events.len() as u64),
                what: format!("{} is damaged at byte {at}", path.display()),
            });
            return Ok(replay);
        }
    }
    Ok(replay)
}

fn header(bytes: &[u8]) -> Option<(usize, u32, &[u8])> {
    let mut rest = bytes;
    let length = u32::from_le_bytes(*take::<4>(&mut rest)?) as usize;
    let crc = u32::from_le_bytes(*take::<4>(&mut rest)?);
    Some((length, crc, rest))
}

fn frame(bytes: &[u8]) -> Option<(Group, &[u8])> {
    let (length, crc, rest) = header(bytes)?;
    let (payload, after) = rest.split_at_checked(length)?;
    if crc32fast::hash(payload) != crc {
        return None;
    }
    Some((Group::read(payload)?, after))
}

/// Whether a frame has all the bytes it says it has, and more follows: such a one was finished.
fn is_whole(bytes: &[u8]) -> bool {
    header(bytes).is_some_and(|(length, _, rest)| length <= FRAME_BYTES_MAX && rest.len() > length)
}

fn segments(media: &dyn Media, dir: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let files = media.files(dir);
    let mut paths = files.map_err(LedgerError::io("reading", dir))?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "seg"));
    paths.sort();
    Ok(paths)
}
