//! One table in three forms, written row by row: JSON, NDJSON, CSV with a byte order mark.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chain::hash::Hash;
use ledger::LedgerError;
use serde_json::Value;

use super::io;

const ENDINGS: [&str; 3] = ["json", "ndjson", "csv"];

/// A table under way.
pub(super) struct Sheet {
    columns: &'static [&'static str],
    forms: [Form; 3],
    rows: u64,
}

/// One of its files.
struct Form {
    path: PathBuf,
    making: PathBuf,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
}

/// What became of a table's files: name ending, digest, and whether it was replaced.
pub(super) type Finished = Vec<(&'static str, Hash, bool)>;

impl Sheet {
    /// Begins the files `path.json`, `path.ndjson`, `path.csv`; the CSV has these columns.
    pub(super) fn begin(
        path: &Path,
        columns: &'static [&'static str],
    ) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io("making", folder))?;
        }
        let mut forms = Vec::with_capacity(ENDINGS.len());
        for ending in ENDINGS {
            let path = path.with_extension(ending);
            let making = path.with_extension(format!("{ending}.new"));
            let file = File::create(&making).map_err(io("making", &making))?;
            forms.push(Form {
                path,
                making,
                file: BufWriter::new(file),
                hasher: blake3::Hasher::new(),
            });
        }
        let forms = <[Form; 3]>::try_from(forms);
        let forms =
            forms.map_err(|_| LedgerError::Settled("a table has three forms".to_owned()))?;
        let mut sheet = Self {
            columns,
            forms,
            rows: 0,
        };
        sheet.forms[0].put(b"[")?;
        sheet.forms[2].put("\u{feff}".as_bytes())?;
        sheet.forms[2].put(columns.join(",").as_bytes())?;
        sheet.forms[2].put(b"\r\n")?;
        Ok(sheet)
    }

    /// Adds a row: a whole object for the JSON forms, its columns for the CSV.
    pub(super) fn row(&mut self, whole: &Value) -> Result<(), LedgerError> {
        let row = BTreeMap::new();
        self.rows(whole, &[], &row)
    }

    /// Adds an object whose CSV rows are those of its parts, each with what they have in common.
    pub(super) fn rows(
        &mut self,
        whole: &Value,
        parts: &[Value],
        common: &BTreeMap<&str, Value>,
    ) -> Result<(), LedgerError> {
        let text = whole.to_string();
        let before: &[u8] = if self.rows == 0 { b"\n" } else { b",\n" };
        self.rows += 1;
        self.forms[0].put(before)?;
        self.forms[0].put(text.as_bytes())?;
        self.forms[1].put(text.as_bytes())?;
        self.forms[1].put(b"\n")?;
        let parts = if parts.is_empty() {
            std::slice::from_ref(whole)
        } else {
            parts
        };
        for part in parts {
            let cells: Vec<String> = self
                .columns
                .iter()
                .map(|name| cell(common.get(name).unwrap_or(&part[*name])))
                .collect();
            self.forms[2].put(cells.join(",").as_bytes())?;
            self.forms[2].put(b"\r\n")?;
        }
        Ok(())
    }

    /// Puts the files in place, but for those that would be the same.
    pub(super) fn finish(mut self) -> Result<Finished, LedgerError> {
        self.forms[0].put(b"\n]\n")?;
        let forms = ENDINGS.into_iter().zip(self.forms);
        forms
            .map(|(ending, form)| {
                let (digest, replaced) = form.finish()?;
                Ok((ending, digest, replaced))
            })
            .collect()
    }
}

impl Form {
    fn put(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        self.hasher.update(bytes);
        let written = self.file.write_all(bytes);
        written.map_err(io("writing", &self.making))
    }

    fn finish(self) -> Result<(Hash, bool), LedgerError> {
        let digest = self.hasher.finalize();
        let file = self.file.into_inner();
        let file = file.map_err(|e| io("writing", &self.making)(e.into_error()))?;
        let told = Hash::from_bytes(*digest.as_bytes());
        if same(&self.path, &digest)? {
            fs::remove_file(&self.making).map_err(io("deleting", &self.making))?;
            return Ok((told, false));
        }
        file.sync_all().map_err(io("syncing", &self.making))?;
        fs::rename(&self.making, &self.path).map_err(io("renaming", &self.making))?;
        if let Some(folder) = self.path.parent() {
            let opened = File::open(folder).map_err(io("opening", folder))?;
            opened.sync_all().map_err(io("syncing", folder))?;
        }
        Ok((told, true))
    }
}

/// Whether a file has these contents already.
fn same(path: &Path, digest: &blake3::Hash) -> Result<bool, LedgerError> {
    let mut file = match File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        other => other.map_err(io("opening", path))?,
    };
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut file, &mut hasher).map_err(io("reading", path))?;
    Ok(hasher.finalize() == *digest)
}

/// A cell by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let formula =
        matches!(value, Value::String(_)) && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        assert_eq!(cell(&json!("一,二")), "\"一,二\"");
        assert_eq!(cell(&json!("说\"好\"")), "\"说\"\"好\"\"\"");
        assert_eq!(cell(&json!("=HYPERLINK(1)")), "'=HYPERLINK(1)");
        assert_eq!(cell(&json!(-3)), "-3");
        assert_eq!(cell(&Value::Null), "");
    }
}
