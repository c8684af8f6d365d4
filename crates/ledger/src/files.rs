//! Small files that are replaced as a whole: written beside, synced, put in the old one's place.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::LedgerError;
use crate::vault::sync_dir;

/// The bytes of a file; `None` where there is none.
///
/// # Errors
/// `ledger_io`.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, LedgerError> {
    match fs::read(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        other => other.map(Some).map_err(LedgerError::io("reading", path)),
    }
}

/// Replaces a file durably, or makes it; `mode` are its permissions.
///
/// # Errors
/// `ledger_io`; the old file stays then.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), LedgerError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    // One that an interrupted attempt left behind may have other permissions.
    match fs::remove_file(&new) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            return Err(LedgerError::io("deleting", &new)(e));
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true).mode(mode);
    let mut file: File = options
        .open(&new)
        .map_err(LedgerError::io("making", &new))?;
    file.write_all(bytes)
        .map_err(LedgerError::io("writing", &new))?;
    file.sync_all().map_err(LedgerError::io("syncing", &new))?;
    fs::rename(&new, path).map_err(LedgerError::io("renaming", &new))?;
    sync_dir(folder_of(path))
}

/// The folder that a file lies in; of a bare name, the one that is worked in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
}
