//! What is brought along beside a history: disclosed values, files of evidence.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use audit::Audit;
use chain::hash::Hash;
use chain::seal::Disclosure;

use super::Against;
use crate::args::Args;
use crate::record::{coded, open};

/// Gives an audit all that was brought along.
pub(super) fn give(against: &Against<'_>, audit: &mut Audit) -> anyhow::Result<()> {
    for path in against.disclosed {
        let reading = || format!("reading {}", path.display());
        for line in BufReader::new(File::open(path).with_context(reading)?).lines() {
            let line = line.with_context(reading)?;
            if !line.is_empty() {
                // The value is a personal one: no error repeats it.
                let read: Result<Disclosure, _> = serde_json::from_str(&line);
                let read = read.map_err(|_| anyhow::anyhow!("a line is no disclosure"));
                audit.disclosed(read.with_context(reading)?);
            }
        }
    }
    match against.evidence {
        Some(folder) => files(folder, audit),
        None => Ok(()),
    }
}

/// Hashes every file of a folder and of those in it; links are not followed.
fn files(folder: &Path, audit: &mut Audit) -> anyhow::Result<()> {
    let reading = |path: &Path| format!("reading {}", path.display());
    for entry in fs::read_dir(folder).with_context(|| reading(folder))? {
        let entry = entry.with_context(|| reading(folder))?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            files(&path, audit)?;
        } else if kind.is_file() {
            let mut hasher = blake3::Hasher::new();
            let mut file = File::open(&path).with_context(|| reading(&path))?;
            let bytes = std::io::copy(&mut file, &mut hasher).with_context(|| reading(&path))?;
            audit.evidence(Hash::from_bytes(*hasher.finalize().as_bytes()), bytes);
        }
    }
    Ok(())
}

/// Prints an event's sealed values with their salts.
pub(crate) fn disclose(args: &Args, event: u64) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let disclosed = ledger.disclose(event).map_err(coded)?;
    let disclosed = disclosed.context("position_unknown: the history has no such event")?;
    if disclosed.is_empty() {
        eprintln!("nothing to disclose: the event has no sealed value, or it was erased");
        return Ok(ExitCode::from(1));
    }
    for one in disclosed {
        println!("{}", serde_json::to_string(&one)?);
    }
    Ok(ExitCode::SUCCESS)
}
