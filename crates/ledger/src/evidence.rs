//! Evidence: after an unclean stop the files are kept as they were found until everything is
//! verified, as opening a damaged database destroys what could explain it.
//!
//! `DIR/evidence/` gets hard links of files that are only ever made and removed (sled's snapshots,
//! journal segments but the last), and copies of those that change in place (the database, the
//! last segment, the marks): reflinks where the file system has them; else byte by byte up to
//! [`COPY_BYTES_MAX`], as more would make every opening after a kill slow. What was not kept is
//! named in `evidence/not-kept`. Evidence of an opening that was refused stays until one succeeds.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::LedgerError;

/// Files that are copied byte by byte, at most; about 0.1 s.
const COPY_BYTES_MAX: u64 = 128 << 20;

fn folder(dir: &Path) -> PathBuf {
    dir.join("evidence")
}

/// Keeps the files of a ledger that was not closed.
pub(crate) fn keep(dir: &Path) -> Result<(), LedgerError> {
    let target = folder(dir);
    if target.exists() {
        // From an opening that was refused: older, and nearer to what happened.
        return Ok(());
    }
    let making = dir.join("evidence.making");
    let _ = fs::remove_dir_all(&making);
    fs::create_dir_all(&making).map_err(LedgerError::io("making", &making))?;
    let mut left_out = Vec::new();
    for place in ["journal", "settled"] {
        let from = dir.join(place);
        let to = making.join(place);
        fs::create_dir_all(&to).map_err(LedgerError::io("making", &to))?;
        let Ok(entries) = fs::read_dir(&from) else {
            continue;
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        files.sort();
        let last = files.last().cloned();
        for file in files.into_iter().filter(|f| f.is_file()) {
            let name = file.file_name().unwrap_or_default().to_owned();
            let text = name.to_string_lossy();
            let changes =
                !text.starts_with("snap.") && (place == "settled" || Some(&file) == last.as_ref());
            if !one(&file, &to.join(&name), changes) {
                left_out.push(format!("{place}/{text}"));
            }
        }
    }
    if !one(&dir.join("anchor"), &making.join("anchor"), true) {
        left_out.push("anchor".to_owned());
    }
    if !left_out.is_empty() {
        let path = making.join("not-kept");
        let names = left_out.join("\n") + "\n";
        fs::write(&path, names).map_err(LedgerError::io("writing", &path))?;
    }
    fs::rename(&making, &target).map_err(LedgerError::io("renaming", &making))
}

/// Whether a file is kept: linked where it never changes, else copied.
fn one(from: &Path, to: &Path, changes: bool) -> bool {
    if !changes && fs::hard_link(from, to).is_ok() {
        return true;
    }
    if reflink_copy::reflink(from, to).is_ok() {
        return true;
    }
    let small = fs::metadata(from).is_ok_and(|m| m.len() <= COPY_BYTES_MAX);
    small && fs::copy(from, to).is_ok()
}

/// Everything is verified: what was kept is no longer needed.
pub(crate) fn discard(dir: &Path) -> Result<(), LedgerError> {
    let kept = folder(dir);
    match fs::remove_dir_all(&kept) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(LedgerError::io("deleting", &kept)(e))
        }
        _ => Ok(()),
    }
}
