//! Reading an archive's container: members in their order, each whole, then what covers them all.

use std::io::{self, BufRead, BufReader, Read};

use super::{Listed, MEMBER_BYTES_MAX, Part, TAIL_HEAD, fault, lines, push_line};
use crate::error::LedgerError;

/// Who takes the members.
pub(super) trait Taker {
    /// Takes a member; answers whether more is wanted.
    fn take(&mut self, part: Part, bytes: &[u8]) -> Result<bool, LedgerError>;

    /// Up to which event all held so far.
    fn position(&self) -> u64;
}

/// Hands over every member but the manifest, which it checks, then checks the whole file's digest
/// and gives it; `None` where no more was wanted before the end.
///
/// # Errors
/// `archive_unreadable`, `archive_member`, `archive_manifest`, `archive_tail`, `archive_digest`.
pub(super) fn read(
    source: impl Read,
    taker: &mut dyn Taker,
) -> Result<Option<blake3::Hash>, LedgerError> {
    let hashing = Hashing {
        inner: BufReader::with_capacity(1 << 20, source),
        hasher: blake3::Hasher::new(),
    };
    let unreadable = |taker: &dyn Taker, e: &io::Error| {
        let what = format!(
            "the archive cannot be read on from here: it was changed or cut, or is none ({e})"
        );
        fault("archive_unreadable", taker.position(), &what)
    };
    let unpacked = zstd::Decoder::with_buffer(hashing);
    let unpacked = unpacked.map_err(|e| unreadable(taker, &e))?.single_frame();
    let mut container = tar::Archive::new(unpacked);
    let (mut manifest, mut last) = (Vec::new(), None);
    let entries = container.entries().map_err(|e| unreadable(taker, &e))?;
    for entry in entries {
        let entry = entry.map_err(|e| unreadable(taker, &e))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let part = Part::of_name(&name).filter(|part| last.is_none_or(|last| last < *part));
        let Some(part) = part.filter(|_| entry.size() <= MEMBER_BYTES_MAX) else {
            let what = "a member of the archive is none that belongs here";
            return Err(fault("archive_member", taker.position(), what));
        };
        last = Some(part);
        let mut bytes = Vec::new();
        let mut limited = entry.take(MEMBER_BYTES_MAX);
        let whole = limited.read_to_end(&mut bytes);
        whole.map_err(|e| unreadable(taker, &e))?;
        if part == Part::Manifest {
            if bytes != manifest {
                return Err(misses(&bytes, &manifest, taker.position()));
            }
            continue;
        }
        let listed = Listed {
            blake3: chain::hash::Hash::from_bytes(*blake3::hash(&bytes).as_bytes()),
            bytes: bytes.len() as u64,
            name,
        };
        push_line(&mut manifest, &listed)?;
        if !taker.take(part, &bytes)? {
            return Ok(None);
        }
    }
    if last != Some(Part::Manifest) {
        let what = "the archive ends before its manifest: it was cut";
        return Err(fault("archive_cut", taker.position(), what));
    }
    let mut unpacked = container.into_inner();
    // What follows the last member is the container's own end, nothing but zeros.
    let mut rest = Vec::new();
    let ended = (&mut unpacked)
        .take(MEMBER_BYTES_MAX)
        .read_to_end(&mut rest);
    ended.map_err(|e| unreadable(taker, &e))?;
    if rest.iter().any(|b| *b != 0) {
        let what = "something follows the last member of the archive";
        return Err(fault("archive_member", taker.position(), what));
    }
    tail(unpacked.finish(), taker.position()).map(Some)
}

/// The first member that is not what the manifest says.
fn misses(told: &[u8], found: &[u8], position: u64) -> LedgerError {
    let differs = lines(told).zip(lines(found)).find(|(a, b)| a != b);
    let name = differs.and_then(|(_, found)| serde_json::from_slice::<Listed>(found).ok());
    let name = name.map_or_else(|| "a member".to_owned(), |listed| listed.name);
    let what = format!("{name} is not what the archive's manifest lists: it was changed or lost");
    fault("archive_manifest", position, &what)
}

/// The frame behind the container: the digest of every byte before it, and nothing more.
fn tail(mut file: Hashing<impl BufRead>, position: u64) -> Result<blake3::Hash, LedgerError> {
    let digest = file.hasher.finalize();
    let mut tail = Vec::new();
    let read = (&mut file).take(64).read_to_end(&mut tail);
    let digested = tail.strip_prefix(&TAIL_HEAD).filter(|d| d.len() == 32);
    let (Ok(_), Some(told)) = (read, digested) else {
        let what = "the archive does not end as archives do: it was cut, or something was added";
        return Err(fault("archive_tail", position, what));
    };
    if told == digest.as_bytes() {
        Ok(digest)
    } else {
        let what = "the archive's bytes are not those that were written";
        Err(fault("archive_digest", position, what))
    }
}

/// Hashes what is consumed, so that the digest covers exactly what the frame has.
struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R: BufRead> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.hasher.update(&out[..n]);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Hashing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if let Ok(bytes) = self.inner.fill_buf() {
            self.hasher.update(&bytes[..n.min(bytes.len())]);
        }
        self.inner.consume(n);
    }
}
