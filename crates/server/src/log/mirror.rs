//! A mirror: follows another ledger over HTTP, verifies as it goes, keeps a full copy of what is
//! public, and says at once when what is served contradicts what it holds.
//!
//! `DIR/log/` holds checkpoint, tiles and entries as C2SP tlog-tiles lays them out, so that any web
//! host can serve them on; `DIR/events.ndjson` the public events; `DIR/evidence/` what contradicts
//! itself. The checkpoint is replaced last: what a stop has left behind it, is fetched again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use audit::Difference;
use chain::hash::{Hash, event_hash};
use chain::link::read_link;
use chain::note::checkpoint::Checkpoint;
use chain::note::policy::{Policy, TrustError, signed_by_log};
use chain::note::{NOTE_BYTES_MAX, Note, Verifier};
use chain::tree::tile::{Content, TILE_HEIGHT, TILE_WIDTH, Tile};
use chain::tree::{Frontier, Node, leaf};
use ledger::{Clock, LedgerError, SystemClock, read_file, replace_file};
use thiserror::Error;

use super::fetch::{Client, FetchError};

const FOR_ALL: u32 = 0o644;
/// An entry in its bundle: its length, then the 32 bytes of an event's hash.
const ENTRY_BYTES: usize = 34;
/// The largest tile or bundle, in bytes.
const TILE_BYTES_MAX: u64 = TILE_WIDTH as u64 * ENTRY_BYTES as u64;
/// The longest event that is read, in bytes.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// Whom to follow, where to keep it, whom to believe.
#[derive(Debug, Clone)]
pub struct Following {
    /// Where the ledger is: an address, its log under `/log`, its events under `/api/v1/events`;
    /// or a folder with a log alone.
    pub url: String,
    /// Where the copy is kept.
    pub dir: PathBuf,
    /// The keys that sign its checkpoints.
    pub keys: Vec<Verifier>,
    /// Witnesses that must have cosigned; absent: none.
    pub policy: Option<Policy>,
}

/// What one look has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The ledger's origin.
    pub origin: String,
    /// Events that were held before.
    pub from: u64,
    /// Events that are held and verified now.
    pub size: u64,
    /// Public events that were fetched; absent where the ledger serves its log alone.
    pub events: Option<u64>,
    /// Whether the policy's quorum has cosigned; absent where none was asked for.
    pub quorum: Option<bool>,
}

/// Something that the ledger cannot have done honestly.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} ({code}, position {position})")]
pub struct Contradiction {
    /// Stable code: which kind.
    pub code: &'static str,
    /// Where in the history.
    pub position: u64,
    /// In a sentence.
    pub message: String,
}

/// Why a look ended early.
#[derive(Debug, Error)]
pub enum MirrorError {
    /// What is served contradicts itself or what is held.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// No whole answer came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// An answer of another status than 200.
    #[error("{url} answers {status}")]
    Status {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The copy could not be read or written.
    #[error(transparent)]
    File(#[from] LedgerError),
    /// The copy is not as it was written.
    #[error("{} is damaged: delete the copy and mirror again", .0.display())]
    Damaged(PathBuf),
}

impl MirrorError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Contradiction(found) => found.code,
            Self::Fetch(error) => error.code(),
            Self::Status { .. } => "fetch_status",
            Self::File(error) => error.code(),
            Self::Damaged(_) => "mirror_damaged",
        }
    }
}

/// Follows one ledger.
pub struct Mirror {
    how: Following,
    client: Client,
}

impl Mirror {
    /// One that has asked for nothing yet.
    #[must_use]
    pub fn new(how: Following) -> Self {
        let url = how.url.trim_end_matches('/');
        let url = url.strip_suffix("/log").unwrap_or(url).to_owned();
        Self {
            how: Following { url, ..how },
            client: Client::default(),
        }
    }

    /// Fetches and verifies what is new; `again` also reads everything anew that is held already.
    ///
    /// # Errors
    /// [`MirrorError::Contradiction`] with the kind and the position, after the evidence was kept;
    /// the others where no judgement is possible. The copy stays what it was.
    pub fn look(&self, again: bool) -> Result<Followed, MirrorError> {
        let note = self.log_file("checkpoint", NOTE_BYTES_MAX as u64)?;
        let (note, new, quorum) = self.trusted(&note)?;
        let held = self.held()?;
        let from = held.as_ref().map_or(0, |(_, held)| held.size);
        if !again && held.is_some_and(|(held, _)| held.text == note.text) {
            // Cosignatures may be newer ones.
            let path = self.how.dir.join("log/checkpoint");
            replace_file(&path, note.to_string().as_bytes(), FOR_ALL)?;
            return Ok(Followed {
                origin: new.origin,
                from,
                size: new.size,
                events: Some(0),
                quorum,
            });
        }
        if new.size < from {
            let message = format!(
                "a checkpoint over {} events is served after one over {from}: the log was rolled \
                 back",
                new.size
            );
            return Err(self.contradiction("log_rolled_back", new.size, message, &note));
        }
        let mut leaves = self.leaves(from)?;
        let first = if again { 0 } else { from };
        let served = self.entries(first, new.size)?;
        let (mut grown, mut whole) = (Frontier::empty(), leaves.clone());
        whole.truncate(usize::try_from(first).unwrap_or(usize::MAX));
        whole.extend(served);
        let mut tiles: Vec<Vec<Node>> = Vec::new();
        for hash in &whole {
            grown.push(leaf(hash), &mut |level, _, node| {
                if level.is_multiple_of(TILE_HEIGHT) {
                    let level = (level / TILE_HEIGHT) as usize;
                    if tiles.len() <= level {
                        tiles.resize_with(level + 1, Vec::new);
                    }
                    if let Some(tile) = tiles.get_mut(level) {
                        tile.push(node);
                    }
                }
            });
        }
        if grown.root() != new.root || !whole.starts_with(&leaves) {
            return Err(self.diagnose(&leaves, &new, &note)?);
        }
        self.check_tiles(from, new.size, &tiles, &note)?;
        let events = self.events(from, &whole, again, &note)?;
        leaves = whole;
        self.keep(from, new.size, &leaves, &tiles)?;
        let path = self.how.dir.join("log/checkpoint");
        replace_file(&path, note.to_string().as_bytes(), FOR_ALL)?;
        Ok(Followed {
            origin: new.origin,
            from,
            size: new.size,
            events,
            quorum,
        })
    }

    /// Reads a checkpoint that one of the ledger's keys has signed.
    fn trusted(&self, bytes: &[u8]) -> Result<(Note, Checkpoint, Option<bool>), MirrorError> {
        let forged = |error: TrustError| Contradiction {
            code: error.code(),
            position: 0,
            message: format!("the checkpoint that is served: {error}"),
        };
        let note = Note::parse(bytes).map_err(|e| forged(e.into()))?;
        let new = signed_by_log(&note, &self.how.keys).map_err(forged)?;
        let quorum = match &self.how.policy {
            None => None,
            Some(policy) => match policy.cosigners(&note) {
                Ok(cosigned) => Some(policy.is_quorum(&cosigned)),
                Err(error) => return Err(forged(error.into()).into()),
            },
        };
        Ok((note, new, quorum))
    }

    /// The checkpoint up to which the copy is verified.
    fn held(&self) -> Result<Option<(Note, Checkpoint)>, MirrorError> {
        let path = self.how.dir.join("log/checkpoint");
        let Some(bytes) = read_file(&path)? else {
            return Ok(None);
        };
        let note = Note::parse(&bytes).ok();
        let held = note.and_then(|n| Some((n.clone(), Checkpoint::parse(&n.text).ok()?)));
        held.map(Some).ok_or(MirrorError::Damaged(path))
    }

    /// Hashes of the events that are held.
    fn leaves(&self, size: u64) -> Result<Vec<Hash>, MirrorError> {
        let mut leaves = Vec::new();
        for tile in bundles(0, size) {
            let path = self.how.dir.join("log").join(tile.to_string());
            let bytes = read_file(&path)?.ok_or_else(|| MirrorError::Damaged(path.clone()))?;
            leaves.extend(hashes(&bytes, tile.width).ok_or(MirrorError::Damaged(path))?);
        }
        Ok(leaves)
    }

    /// Hashes of the events that are served, from one position to another.
    fn entries(&self, from: u64, to: u64) -> Result<Vec<Hash>, MirrorError> {
        let mut served = Vec::new();
        for tile in bundles(from, to) {
            let bytes = self.log_file(&tile.to_string(), TILE_BYTES_MAX)?;
            let hashes = hashes(&bytes, tile.width).ok_or_else(|| Contradiction {
                code: "log_entries_malformed",
                position: tile.index * u64::from(TILE_WIDTH),
                message: format!("{tile} is no bundle of {} hashes", tile.width),
            })?;
            let skip = from.saturating_sub(tile.index * u64::from(TILE_WIDTH));
            served.extend(hashes.into_iter().skip(usize::try_from(skip).unwrap_or(0)));
        }
        Ok(served)
    }

    /// What is served does not continue what is held: tells which kind of contradiction it is.
    fn diagnose(
        &self,
        leaves: &[Hash],
        new: &Checkpoint,
        note: &Note,
    ) -> Result<MirrorError, MirrorError> {
        let served = self.entries(0, new.size)?;
        let mut tree = Frontier::empty();
        for hash in &served {
            tree.push(leaf(hash), &mut |_, _, _| {});
        }
        let difference = Difference::between(leaves, &served);
        let (code, at, message) = match difference {
            _ if tree.root() != new.root => (
                "log_entries_not_signed",
                leaves.len() as u64,
                "the entries that are served are not those that the checkpoint signs",
            ),
            Difference::Reordered { at } => (
                "log_reordered",
                at,
                "events that were held stand in another order now",
            ),
            Difference::Edited { at, .. } => (
                "log_edited",
                at,
                "an event that was held is another one now; those behind it are the same",
            ),
            Difference::Forked { at } => (
                "log_forked",
                at,
                "from here on the log is another one than was held: it was written anew",
            ),
            Difference::Cut { at } => ("log_rolled_back", at, "the log ends earlier than was held"),
            Difference::None => (
                "log_unsteady",
                leaves.len() as u64,
                "entries that are asked for twice are not the same",
            ),
        };
        Ok(self.contradiction(code, at, message.to_owned(), note))
    }

    /// The tiles that are served are those that the entries make.
    fn check_tiles(
        &self,
        from: u64,
        size: u64,
        tiles: &[Vec<Node>],
        note: &Note,
    ) -> Result<(), MirrorError> {
        for tile in Tile::new_since(from, size) {
            let Content::Nodes { level } = tile.content else {
                continue;
            };
            let served = self.log_file(&tile.to_string(), TILE_BYTES_MAX)?;
            if tile_bytes(tiles, level, &tile) != served {
                let position = (tile.index * u64::from(TILE_WIDTH))
                    .checked_shl(u32::from(level) * TILE_HEIGHT)
                    .unwrap_or(0);
                let message = format!("{tile} is not what the entries below it make");
                return Err(self.contradiction("log_tile_differs", position, message, note));
            }
        }
        Ok(())
    }

    /// Fetches the public events, each of which must be the one that the log has at its position.
    fn events(
        &self,
        from: u64,
        whole: &[Hash],
        again: bool,
        note: &Note,
    ) -> Result<Option<u64>, MirrorError> {
        let size = whole.len() as u64;
        let first = if again { 0 } else { from };
        if first >= size {
            return Ok(Some(0));
        }
        if self.folder().is_some() {
            return Ok(None);
        }
        let mut url = format!("{}/api/v1/events?as_of={}", self.how.url, size - 1);
        if let Some(after) = first.checked_sub(1) {
            url.push_str(&format!("&after={after}"));
        }
        let path = self.how.dir.join("events.ndjson");
        let mut fresh = Vec::new();
        let (mut next, mut count, mut found) = (first, 0, None);
        let answered = self.client.lines(&url, EVENT_BYTES_MAX, &mut |line| {
            let checked = check_event(line, next, whole);
            match checked {
                Ok(seq) => {
                    next = seq + 1;
                    count += 1;
                    if seq >= from {
                        fresh.extend_from_slice(line);
                        fresh.push(b'\n');
                    }
                }
                Err(contradiction) => found = Some(contradiction),
            }
            found.is_none()
        })?;
        if let Some(Contradiction {
            code,
            position,
            message,
        }) = found
        {
            return Err(self.contradiction(code, position, message, note));
        }
        match answered {
            200 => {}
            // A static copy of the log has no events beside it.
            404 => return Ok(None),
            status => return Err(MirrorError::Status { url, status }),
        }
        self.append(&path, from, &fresh)?;
        Ok(Some(count))
    }

    /// Appends to the events; what a stopped attempt had appended is cut first.
    fn append(&self, path: &Path, from: u64, fresh: &[u8]) -> Result<(), MirrorError> {
        fs::create_dir_all(&self.how.dir).map_err(io("making", &self.how.dir))?;
        let old = read_file(path)?.unwrap_or_default();
        let kept = old.split_inclusive(|b| *b == b'\n');
        let kept = kept
            .take_while(|line| read_link(line.trim_ascii_end()).is_ok_and(|link| link.seq < from));
        let length: usize = kept.map(<[u8]>::len).sum();
        let opened = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let mut file = opened.map_err(io("opening", path))?;
        file.set_len(length as u64).map_err(io("cutting", path))?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).map_err(io("writing", path))?;
        file.write_all(fresh).map_err(io("writing", path))?;
        Ok(file.sync_all().map_err(io("syncing", path))?)
    }

    /// Writes tiles and entries; partial ones of the size before are removed.
    fn keep(
        &self,
        from: u64,
        size: u64,
        leaves: &[Hash],
        tiles: &[Vec<Node>],
    ) -> Result<(), MirrorError> {
        let log = self.how.dir.join("log");
        for tile in Tile::new_since(from, size) {
            let bytes = match tile.content {
                Content::Nodes { level } => tile_bytes(tiles, level, &tile),
                Content::Entries => bundle_bytes(leaves, &tile),
            };
            let path = log.join(tile.to_string());
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(io("making", folder))?;
            }
            replace_file(&path, &bytes, FOR_ALL)?;
        }
        Ok(())
    }

    /// The folder that is followed instead of an address.
    fn folder(&self) -> Option<&Path> {
        (!self.how.url.contains("://")).then(|| Path::new(&self.how.url))
    }

    fn log_file(&self, name: &str, bytes_max: u64) -> Result<Vec<u8>, MirrorError> {
        let url = format!("{}/log/{name}", self.how.url);
        if self.folder().is_some() {
            let read = read_file(Path::new(&url))?;
            let read = read.filter(|bytes| bytes.len() as u64 <= bytes_max);
            return read.ok_or(MirrorError::Status { url, status: 404 });
        }
        let fetched = self.client.get(&url, bytes_max)?;
        match fetched.status {
            200 => Ok(fetched.body),
            status => Err(MirrorError::Status { url, status }),
        }
    }

    /// Keeps both checkpoints, signed as they are: together they show what was done.
    fn contradiction(
        &self,
        code: &'static str,
        position: u64,
        message: String,
        served: &Note,
    ) -> MirrorError {
        let found = Contradiction {
            code,
            position,
            message,
        };
        let folder = self.how.dir.join("evidence");
        let name = format!("{}-{code}.txt", SystemClock.now().millis());
        let held = self.held().ok().flatten().map(|(note, _)| note.to_string());
        let text = format!(
            "{found}\n\n-- held --\n{}\n-- served --\n{served}",
            held.unwrap_or_default()
        );
        let kept = fs::create_dir_all(&folder)
            .map_err(io("making", &folder))
            .and_then(|()| replace_file(&folder.join(name), text.as_bytes(), FOR_ALL));
        match kept {
            Ok(()) => found.into(),
            Err(error) => error.into(),
        }
    }
}

/// An event of the stream: behind the one before, and the one that the log has there.
fn check_event(line: &[u8], next: u64, whole: &[Hash]) -> Result<u64, Contradiction> {
    let wrong = |code, position, message: &str| Contradiction {
        code,
        position,
        message: message.to_owned(),
    };
    let link = read_link(line).map_err(|e| wrong("event_unreadable", next, &e.to_string()))?;
    let seq = link.seq;
    if seq < next {
        return Err(wrong(
            "events_reordered",
            seq,
            "an event is served behind one that follows it",
        ));
    }
    let expected = usize::try_from(seq).ok().and_then(|seq| whole.get(seq));
    match expected {
        None => Err(wrong(
            "event_beyond",
            seq,
            "an event is served beyond the asked end",
        )),
        Some(hash) if *hash == event_hash(line) => Ok(seq),
        Some(_) => Err(wrong(
            "event_edited",
            seq,
            "the event that is served is not the one that the log has here",
        )),
    }
}

/// The bundles that hold the entries of a range.
fn bundles(from: u64, to: u64) -> impl Iterator<Item = Tile> {
    let width = u64::from(TILE_WIDTH);
    let first = if from >= to {
        to.div_ceil(width)
    } else {
        from / width
    };
    (first..to.div_ceil(width)).map(move |index| Tile {
        content: Content::Entries,
        index,
        width: u16::try_from(to - index * width)
            .unwrap_or(TILE_WIDTH)
            .min(TILE_WIDTH),
    })
}

fn hashes(bundle: &[u8], width: u16) -> Option<Vec<Hash>> {
    let (entries, ragged) = bundle.as_chunks::<ENTRY_BYTES>();
    if !ragged.is_empty() || entries.len() != usize::from(width) {
        return None;
    }
    let entries = entries.iter().map(|entry| {
        let (length, hash) = entry.split_first_chunk::<2>()?;
        let hash = (u16::from_be_bytes(*length) == 32).then_some(hash)?;
        Some(Hash::from_bytes(hash.try_into().ok()?))
    });
    entries.collect()
}

fn place(tile: &Tile) -> std::ops::Range<usize> {
    let from = tile.index * u64::from(TILE_WIDTH);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    from..from.saturating_add(usize::from(tile.width))
}

fn tile_bytes(tiles: &[Vec<Node>], level: u8, tile: &Tile) -> Vec<u8> {
    let nodes = tiles
        .get(usize::from(level))
        .and_then(|nodes| nodes.get(place(tile)));
    let nodes = nodes.unwrap_or_default().iter();
    nodes.flat_map(|node| *node.as_bytes()).collect()
}

fn bundle_bytes(leaves: &[Hash], tile: &Tile) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(usize::from(tile.width) * ENTRY_BYTES);
    for hash in leaves.get(place(tile)).unwrap_or_default() {
        bytes.extend(32_u16.to_be_bytes());
        bytes.extend_from_slice(hash.as_bytes());
    }
    bytes
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> LedgerError {
    let path = path.to_owned();
    move |source| LedgerError::Io {
        doing,
        path,
        source,
    }
}
