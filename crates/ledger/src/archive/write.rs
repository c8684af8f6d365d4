//! Writing an archive, in one pass over the history.
//!
//! It is written beside its name and put there once it is whole and synced: what a stop leaves is
//! `FILE.part`, which the next attempt replaces.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chain::history::{HISTORY_VERSION, Header, Trailer};
use chain::seal::Commitment;
use data_encoding::HEXLOWER;
use domain::areas::ledger::LogKeys;
use domain::entity::Entity;
use domain::event::Event;
use domain::subject::Subject;

use super::{
    ARCHIVE_VERSION, About, Archived, Following, KeyLine, Listed, MEMBER_BYTES, NoteLine, Of, Part,
    SEALED, SealedLine, SlotLine, TAIL_HEAD, fault, push_line, schema_lines,
};
use crate::error::LedgerError;
use crate::files::folder_of;
use crate::judge::owner;
use crate::ledger::Ledger;
use crate::matches::fields_of;
use crate::read::{AsOf, Known};
use crate::shared::Snapshot;
use crate::vault::sync_dir;

/// How hard it packs: about 200 MB a second, a tenth of the canonical bytes.
const LEVEL: i32 = 6;

impl Ledger {
    /// Writes an archive of everything that is durable now; with the vault's ciphertext where it is
    /// to be a backup. The ledger's own keys are never in it. Nothing may be recorded meanwhile.
    ///
    /// Cost: the whole history is read once, 5 to 10 µs an event; memory a few members.
    ///
    /// # Errors
    /// `archive_exists`, `ledger_io`, and where the store cannot be read. No file is left under
    /// that name then.
    pub fn archive(&self, file: &Path, with_vault: bool) -> Result<Archived, LedgerError> {
        if file.exists() {
            let what = format!("{} is there already: name a new file", file.display());
            return Err(fault("archive_exists", 0, &what));
        }
        let part = part_path(file);
        let made = File::create(&part).map_err(LedgerError::io("making", &part))?;
        let out = Counted {
            inner: BufWriter::with_capacity(1 << 20, made),
            hasher: blake3::Hasher::new(),
        };
        let (out, about) = self.write(out, &part, with_vault)?;
        let digest = out.hasher.finalize();
        let mut inner = out.inner;
        let writing = || LedgerError::io("writing", &part);
        inner.write_all(&TAIL_HEAD).map_err(writing())?;
        inner.write_all(digest.as_bytes()).map_err(writing())?;
        let made = inner.into_inner();
        let made = made.map_err(|e| writing()(e.into_error()))?;
        made.sync_all().map_err(LedgerError::io("syncing", &part))?;
        fs::rename(&part, file).map_err(LedgerError::io("renaming", &part))?;
        sync_dir(folder_of(file))?;
        Ok(Archived::of(&about, digest))
    }

    fn write<W: Write>(
        &self,
        out: W,
        path: &Path,
        with_vault: bool,
    ) -> Result<(W, About), LedgerError> {
        let io = || LedgerError::io("writing", path);
        let (head, projections) = self.claim()?;
        let about = About {
            archive: ARCHIVE_VERSION,
            head: head.hash,
            origin: self.origin().to_owned(),
            projections,
            size: head.size,
            vault: with_vault,
        };
        let mut packed = zstd::Encoder::new(out, LEVEL).map_err(io())?;
        packed.include_checksum(true).map_err(io())?;
        let mut members = Members {
            tar: tar::Builder::new(packed),
            path,
            manifest: Vec::new(),
        };
        let mut first = Vec::new();
        push_line(&mut first, &about)?;
        members.add(Part::About, &first)?;
        members.add(Part::Schemas, &schema_lines()?)?;
        members.add(Part::Keys, &self.key_lines()?)?;
        let checkpoints = crate::files::read(&self.checkpoints.dir.join("checkpoints.ndjson"))?;
        let checkpoints = checkpoints.unwrap_or_default();
        let whole = checkpoints.split_inclusive(|b| *b == b'\n');
        let whole: Vec<u8> = whole
            .filter(|line| serde_json::from_slice::<serde_json::Value>(line).is_ok())
            .flatten()
            .copied()
            .collect();
        members.add(Part::Checkpoints, &whole)?;
        if let Some(note) = self.checkpoints.signed() {
            let mut line = Vec::new();
            push_line(&mut line, &NoteLine { note })?;
            members.add(Part::Signed, &line)?;
        }
        if with_vault {
            self.write_slots(&mut members)?;
        }
        self.write_history(&mut members, &about)?;
        let manifest = std::mem::take(&mut members.manifest);
        members.add(Part::Manifest, &manifest)?;
        let packed = members.tar.into_inner().map_err(io())?;
        Ok((packed.finish().map_err(io())?, about))
    }

    /// Every key that has signed or signs: as the history names them, else the one that is here.
    fn key_lines(&self) -> Result<Vec<u8>, LedgerError> {
        let now = AsOf {
            known: Known::Now,
            on: None,
        };
        let told = match self.entity(&Subject::log_keys(), now)? {
            Some(Entity::Ledger(keys)) => *keys,
            _ => LogKeys::default(),
        };
        let mut out = Vec::new();
        for key in &told.keys {
            let line = KeyLine {
                from: key.from.map(|day| day.to_string()),
                key: key.key.clone(),
                retired: key.retired.map(|day| day.to_string()),
            };
            push_line(&mut out, &line)?;
        }
        if told.keys.is_empty() {
            for key in self.all_log_keys()?.iter().take(1) {
                let line = KeyLine {
                    from: None,
                    key: key.to_string(),
                    retired: None,
                };
                push_line(&mut out, &line)?;
            }
        }
        Ok(out)
    }

    fn write_slots<W: Write>(&self, members: &mut Members<'_, W>) -> Result<(), LedgerError> {
        let (mut n, mut out) = (0, Vec::new());
        self.shared.vault.slots(&mut |slot, key| {
            let key = HEXLOWER.encode(key);
            push_line(&mut out, &SlotLine { key, slot })?;
            if out.len() >= MEMBER_BYTES {
                members.add(Part::VaultKeys(n), &std::mem::take(&mut out))?;
                n += 1;
            }
            Ok(())
        })?;
        members.add(Part::VaultKeys(n), &out)
    }

    fn write_history<W: Write>(
        &self,
        members: &mut Members<'_, W>,
        about: &About,
    ) -> Result<(), LedgerError> {
        let snapshot = self.shared.snapshot();
        let header = Header {
            from: 0,
            history: HISTORY_VERSION,
            origin: about.origin.clone(),
            prev: chain::hash::origin_hash(&about.origin),
        };
        let views = Some(about.projections);
        let trailer = Trailer::close(&header, about.size, about.head, views);
        let framed = |e: chain::history::HistoryError| LedgerError::Settled(e.to_string());
        let trailer = trailer.map_err(framed)?;
        let mut stretch = Stretch::default();
        stretch.history.extend(header.to_line().map_err(framed)?);
        stretch.history.push(b'\n');
        let mut failed = None;
        snapshot.events(0..about.size, &mut |seq, bytes| {
            let taken = stretch.take(&snapshot, seq, bytes, about.vault);
            let taken = taken.and_then(|()| match stretch.is_full() {
                true => stretch.close(members),
                false => Ok(()),
            });
            failed = taken.err();
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        stretch.history.extend(trailer.to_line().map_err(framed)?);
        stretch.history.push(b'\n');
        stretch.close(members)
    }
}

/// A stretch of history that is being gathered.
#[derive(Default)]
struct Stretch {
    n: u32,
    vault: Vec<u8>,
    history: Vec<u8>,
    following: Following,
}

impl Stretch {
    fn take(
        &mut self,
        snapshot: &Snapshot,
        seq: u64,
        bytes: &[u8],
        with_vault: bool,
    ) -> Result<(), LedgerError> {
        let link = chain::link::read_link(bytes)
            .map_err(|e| crate::judge::damaged("event_unreadable", seq, &e.to_string()))?;
        self.following.take(seq, link.kind, bytes)?;
        if with_vault && memchr::memmem::find(bytes, SEALED).is_some() {
            self.seal(snapshot, seq, bytes)?;
        }
        self.history.extend_from_slice(bytes);
        self.history.push(b'\n');
        Ok(())
    }

    fn seal(&mut self, snapshot: &Snapshot, seq: u64, bytes: &[u8]) -> Result<(), LedgerError> {
        let event = Event::parse(bytes)
            .map_err(|e| crate::judge::damaged(e.code(), seq, "an event cannot be read"))?;
        let mut fields = Vec::new();
        fields_of(&event.payload.data(), "", &mut fields);
        let mut commitments: Vec<Commitment> = fields.into_iter().map(|(_, c)| c).collect();
        commitments.sort_by_key(|c| *c.0.as_bytes());
        commitments.dedup();
        for commitment in commitments {
            let Some(record) = snapshot.sealed(commitment.0.as_bytes())? else {
                continue;
            };
            let slot = record.first_chunk::<8>().map(|b| u64::from_le_bytes(*b));
            let holder = owner(&event);
            let current = holder.map(|h| snapshot.vault_key(h)).transpose()?.flatten();
            let line = SealedLine {
                commitment: commitment.0,
                owner: holder
                    .filter(|_| slot.is_some() && slot == current)
                    .map(|h| h.as_str().to_owned()),
                record: HEXLOWER.encode(&record),
            };
            push_line(&mut self.vault, &line)?;
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.history.len().max(self.vault.len()) >= MEMBER_BYTES
    }

    fn close<W: Write>(&mut self, members: &mut Members<'_, W>) -> Result<(), LedgerError> {
        let next = self.n + 1;
        let full = std::mem::take(self);
        let of = |of| Part::Stretch(full.n, of);
        if !full.vault.is_empty() {
            members.add(of(Of::Vault), &full.vault)?;
        }
        members.add(of(Of::History), &full.history)?;
        if !full.following.evidence.is_empty() {
            members.add(of(Of::Evidence), &full.following.evidence)?;
        }
        if !full.following.policies.is_empty() {
            members.add(of(Of::Policies), &full.following.policies)?;
        }
        self.n = next;
        Ok(())
    }
}

/// The container, with the manifest of what it holds so far.
struct Members<'a, W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, W>>,
    path: &'a Path,
    manifest: Vec<u8>,
}

impl<W: Write> Members<'_, W> {
    fn add(&mut self, part: Part, bytes: &[u8]) -> Result<(), LedgerError> {
        let name = part.name();
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        let writing = || LedgerError::io("writing", self.path);
        let added = self.tar.append_data(&mut header, &name, bytes);
        added.map_err(writing())?;
        let listed = Listed {
            blake3: chain::hash::Hash::from_bytes(*blake3::hash(bytes).as_bytes()),
            bytes: bytes.len() as u64,
            name,
        };
        push_line(&mut self.manifest, &listed)
    }
}

/// Hashes what goes through.
struct Counted<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn part_path(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    file.with_file_name(name)
}
