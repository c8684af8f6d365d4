//! How long the history is: the anchor inside the folder, the floor beside it.
//!
//! The anchor (`DIR/anchor`, two slots written in turn, synced) says how far the settled store is
//! known to reach on the disk. The floor (`DIR.floor`, one slot, written after every group without
//! a sync) says how far was acknowledged; a folder copied back from yesterday is shorter than it.
//!
//! Slot, 64 bytes: `size u64 LE ‖ hash 32 ‖ turn u64 LE ‖ zeros 12 ‖ crc32 LE`.

use std::path::{Path, PathBuf};

use chain::hash::Hash;

use crate::error::LedgerError;
use crate::media::{Handle, Media};

const SLOT: usize = 64;

/// A position with the hash of the event before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) size: u64,
    pub(crate) hash: Hash,
}

/// One small file of one or two slots.
pub(crate) struct MarkFile {
    file: Box<dyn Handle>,
    path: PathBuf,
    slots: u64,
    turn: u64,
}

impl MarkFile {
    pub(crate) fn create(
        media: &dyn Media,
        path: &Path,
        slots: u64,
        mark: Mark,
    ) -> Result<Self, LedgerError> {
        let file = media.open(path).map_err(LedgerError::io("making", path))?;
        let mut made = Self {
            file,
            path: path.to_owned(),
            slots,
            turn: 0,
        };
        made.write(mark)?;
        made.sync()?;
        Ok(made)
    }

    /// Reads the newest whole slot, and the turn in which it was written.
    pub(crate) fn read(media: &dyn Media, path: &Path) -> Result<Option<(u64, Mark)>, LedgerError> {
        let bytes = match media.read(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(LedgerError::io("reading", path))?,
        };
        let slots = bytes.chunks_exact(SLOT).filter_map(decode);
        let newest = slots.max_by_key(|(turn, _)| *turn);
        newest.map(Some).ok_or_else(|| LedgerError::Damaged {
            code: "mark_unreadable",
            position: 0,
            what: format!("{} holds no whole slot", path.display()),
        })
    }

    /// Opens the file for writing behind its newest whole slot.
    pub(crate) fn open(
        media: &dyn Media,
        path: &Path,
        slots: u64,
    ) -> Result<Option<(Self, Mark)>, LedgerError> {
        let Some((turn, mark)) = Self::read(media, path)? else {
            return Ok(None);
        };
        let file = media.open(path).map_err(LedgerError::io("opening", path))?;
        let opened = Self {
            file,
            path: path.to_owned(),
            slots,
            turn,
        };
        Ok(Some((opened, mark)))
    }

    pub(crate) fn write(&mut self, mark: Mark) -> Result<(), LedgerError> {
        self.turn += 1;
        let at = self.turn % self.slots * SLOT as u64;
        let written = self.file.write_at(&encode(self.turn, mark), at);
        written.map_err(LedgerError::io("writing", &self.path))
    }

    pub(crate) fn sync(&mut self) -> Result<(), LedgerError> {
        self.file
            .sync()
            .map_err(LedgerError::io("syncing", &self.path))
    }
}

fn encode(turn: u64, mark: Mark) -> [u8; SLOT] {
    let mut bytes = [0_u8; SLOT];
    bytes[..8].copy_from_slice(&mark.size.to_le_bytes());
    bytes[8..40].copy_from_slice(mark.hash.as_bytes());
    bytes[40..48].copy_from_slice(&turn.to_le_bytes());
    let crc = crc32fast::hash(&bytes[..60]);
    bytes[60..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<(u64, Mark)> {
    let crc = u32::from_le_bytes(bytes.get(60..64)?.try_into().ok()?);
    if crc != crc32fast::hash(bytes.get(..60)?) {
        return None;
    }
    let size = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let hash = Hash::from_bytes(bytes.get(8..40)?.try_into().ok()?);
    let turn = u64::from_le_bytes(bytes.get(40..48)?.try_into().ok()?);
    Some((turn, Mark { size, hash }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_with_any_bit_flipped_is_none() {
        let mark = Mark {
            size: 7,
            hash: chain::hash::origin_hash("a mark"),
        };
        let good = encode(3, mark);
        assert_eq!(decode(&good), Some((3, mark)));
        for bit in 0..SLOT * 8 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&bad), None, "bit {bit}");
        }
    }
}
