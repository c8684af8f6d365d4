//! Verifying: a ledger or a history file, read in large pieces and looked at on all cores.

use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;
use std::thread::{available_parallelism, scope};

use anyhow::{Context, bail};
use audit::{Audit, Level, Report};
use ledger::{Ledger, LedgerError, check_archive, read_history};

mod brought;
mod signed;

pub(crate) use self::brought::disclose;
use self::signed::Signed;
use crate::args::{Args, Verify};
use crate::file::export;
use crate::record::{coded, open};

/// A piece of a history, in bytes, to which its last line is added.
const PIECE_BYTES: usize = 1 << 20;
/// The longest line of a history, in bytes.
const LINE_BYTES_MAX: usize = 4 << 20;
/// Pieces that are read ahead of the audit.
const AHEAD: usize = 4;

/// What is held against a history besides itself.
#[derive(Default)]
pub(crate) struct Against<'a> {
    /// An archive, whose checkpoints and keys count with those that are named.
    pub(crate) archive: Option<&'a Path>,
    /// Heads that were noted earlier, SIZE:HEAD.
    pub(crate) noted: &'a [String],
    /// Files with checkpoints.
    pub(crate) checkpoints: &'a [PathBuf],
    /// Keys that sign them.
    pub(crate) keys: &'a [String],
    /// The policy of witnesses.
    pub(crate) policy: Option<&'a Path>,
    /// Files with disclosed values.
    pub(crate) disclosed: &'a [PathBuf],
    /// The folder of evidence.
    pub(crate) evidence: Option<&'a Path>,
}

/// As asked for on the command line.
pub(crate) fn asked_for(args: &Args, asked: &Verify) -> anyhow::Result<ExitCode> {
    let against = Against {
        archive: asked.archive.as_deref(),
        noted: &asked.noted,
        checkpoints: &asked.checkpoint,
        keys: &asked.key,
        policy: asked.policy.as_deref(),
        disclosed: &asked.disclosed,
        evidence: asked.evidence.as_deref(),
    };
    verify(args, &asked.levels, asked.file.as_deref(), &against)
}

pub(crate) fn verify(
    args: &Args,
    levels: &[String],
    file: Option<&Path>,
    against: &Against<'_>,
) -> anyhow::Result<ExitCode> {
    let ledger = match (file, against.archive) {
        (None, None) => Some(open(args)?),
        _ => None,
    };
    let archived = match against.archive.map(check_archive).transpose() {
        Ok(archived) => archived,
        Err(error) => return refused(args, error),
    };
    let signed = Signed::gather(ledger.as_deref(), archived.as_ref(), against)?;
    let mut audit = Audit::of(&asked(levels, &signed, against)?);
    brought::give(against, &mut audit)?;
    for text in against.noted {
        let parts = text.split_once(':');
        let parts = parts.and_then(|(size, head)| Some((size.parse().ok()?, head.parse().ok()?)));
        let (size, head) = parts.context("noted: a size, a colon and a head of 64 hex digits")?;
        audit.note(size, head);
    }
    signed.give(&mut audit);
    let cores = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    match (file, &ledger) {
        (Some(path), _) if path.as_os_str() == "-" => {
            read(&mut audit, std::io::stdin().lock(), cores)?;
        }
        (Some(path), _) => {
            let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
            read(&mut audit, file, cores)?;
        }
        (None, Some(ledger)) => kept(ledger, &mut audit, cores)?,
        (None, None) => {
            if let Some(path) = against.archive {
                archived_history(path, &mut audit, cores)?;
            }
        }
    }
    let report = audit.finish();
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(if report.holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// An archive that does not hold is a finding like any other.
fn refused(args: &Args, error: LedgerError) -> anyhow::Result<ExitCode> {
    let LedgerError::Archive { code, position, .. } = &error else {
        return Err(coded(error));
    };
    let finding = serde_json::json!({"code": code, "position": position,
        "message": error.to_string()});
    if args.json {
        println!(
            "{}",
            serde_json::json!({"findings": [finding], "holds": false})
        );
    } else {
        println!("position {position}: {error} ({code})\nTHE ARCHIVE DOES NOT HOLD.");
    }
    Ok(ExitCode::from(1))
}

/// The levels that were named; else all that there is something to check by.
fn asked(levels: &[String], signed: &Signed, against: &Against<'_>) -> anyhow::Result<Vec<Level>> {
    let mut asked = Vec::new();
    for name in levels {
        let Some(level) = Level::by_name(name) else {
            let known: Vec<&str> = Level::ALL.iter().map(|l| l.name()).collect();
            bail!("level_unknown: choose among {}", known.join(", "));
        };
        asked.push(level);
    }
    if asked.is_empty() {
        asked.extend(Level::OF_HISTORY);
        if !signed.notes.is_empty() {
            asked.push(Level::Tree);
            asked.extend((!signed.keys.is_empty()).then_some(Level::Signatures));
            asked.extend(signed.policy.is_some().then_some(Level::Quorum));
        }
        asked.extend((!against.disclosed.is_empty()).then_some(Level::Commitments));
        asked.extend(against.evidence.map(|_| Level::Evidence));
    }
    Ok(asked)
}

/// Folds all views from the events, on all cores, and holds them against the kept ones.
pub(crate) fn replay(args: &Args, rebuild: bool) -> anyhow::Result<ExitCode> {
    let begun = std::time::Instant::now();
    let mut audit = Audit::of(&[Level::Projections]);
    let cores = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let ledger = open(args)?;
    kept(&ledger, &mut audit, cores)?;
    drop(ledger);
    let report = audit.finish();
    let took = begun.elapsed();
    let agreed = report.holds;
    if args.json {
        let mut told = serde_json::to_value(&report)?;
        told["millis"] = u64::try_from(took.as_millis())?.into();
        println!("{told}");
    } else {
        print(&report);
        println!("replayed {} events in {} ms", report.size, took.as_millis());
    }
    if rebuild {
        let ledger = open(args)?;
        let same = ledger
            .rebuild_views()
            .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
        if !args.json {
            let told = if same {
                "agreed with"
            } else {
                "differed from, and replace,"
            };
            println!("The views were made anew; they {told} the old ones.");
        }
    }
    Ok(if agreed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn read(audit: &mut Audit, source: impl Read, threads: NonZero<usize>) -> anyhow::Result<()> {
    let mut failed = None;
    let pieces = Pieces {
        source,
        rest: Vec::new(),
        ended: false,
    };
    let pieces = pieces.map_while(|piece| piece.map_err(|e| failed = Some(e)).ok());
    audit.texts(pieces, threads);
    match failed {
        Some(error) => Err(error).context("reading the history"),
        None => Ok(()),
    }
}

/// Exports the ledger's own history on a thread of its own, as an auditor would get it.
fn kept(ledger: &Ledger, audit: &mut Audit, threads: NonZero<usize>) -> anyhow::Result<()> {
    let (send, pieces) = sync_channel::<Vec<u8>>(AHEAD);
    scope(|scope| {
        let exported = scope.spawn(move || {
            let mut piece = Vec::with_capacity(PIECE_BYTES + 4096);
            export(ledger, 0, &mut |part| {
                piece.extend_from_slice(part);
                if piece.len() >= PIECE_BYTES && part == b"\n" {
                    let next = Vec::with_capacity(PIECE_BYTES + 4096);
                    send.send(std::mem::replace(&mut piece, next))?;
                }
                Ok(())
            })?;
            Ok(send.send(piece)?)
        });
        audit.texts(pieces, threads);
        match exported.join() {
            Ok(done) => done,
            Err(_) => bail!("the ledger could not be read to its end"),
        }
    })
}

/// Reads the history in an archive on a thread of its own.
fn archived_history(path: &Path, audit: &mut Audit, threads: NonZero<usize>) -> anyhow::Result<()> {
    let (send, pieces) = sync_channel::<Vec<u8>>(AHEAD);
    scope(|scope| {
        let reader = scope.spawn(move || {
            read_history(path, &mut |lines| send.send(lines.to_vec()).is_ok()).map_err(coded)
        });
        audit.texts(pieces, threads);
        match reader.join() {
            Ok(done) => done,
            Err(_) => bail!("the archive could not be read to its end"),
        }
    })
}

/// Whole lines, about [`PIECE_BYTES`] at a time; the last piece may end in a cut line.
struct Pieces<R> {
    source: R,
    rest: Vec<u8>,
    ended: bool,
}

impl<R: Read> Iterator for Pieces<R> {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut piece = std::mem::take(&mut self.rest);
        while !self.ended {
            // At once, as growing step by step would copy it several times.
            piece.reserve(PIECE_BYTES + 1);
            let read = (&mut self.source)
                .take(PIECE_BYTES as u64)
                .read_to_end(&mut piece);
            match read {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
            if let Some(end) = memchr::memrchr(b'\n', &piece) {
                self.rest.extend_from_slice(&piece[end + 1..]);
                piece.truncate(end + 1);
                return Some(Ok(piece));
            }
            // No line is that long: the audit says so of a cut line.
            self.ended |= piece.len() > LINE_BYTES_MAX;
        }
        (!piece.is_empty()).then_some(Ok(piece))
    }
}

fn print(report: &Report) {
    println!(
        "origin  {}\nsize    {}\nhead    {}",
        report.origin, report.size, report.head
    );
    for level in &report.levels {
        let verdict = match (level.covered, level.findings) {
            (0, _) => "NOT COVERED",
            (_, 0) => "holds",
            _ => "DOES NOT HOLD",
        };
        println!(
            "{:<12} {:>9} covered  {verdict}",
            level.level.name(),
            level.covered
        );
    }
    if !report.not_checked.is_empty() {
        let names: Vec<&str> = report.not_checked.iter().map(|l| l.name()).collect();
        println!("not checked: {}", names.join(", "));
    }
    if let Some(withheld) = report.withheld.filter(|n| *n > 0) {
        println!("withheld: {withheld} sealed values, whose content an audit does not see");
    }
    for finding in &report.findings {
        println!(
            "position {}: {} ({})",
            finding.position, finding.message, finding.code
        );
    }
    println!(
        "{}",
        if report.holds {
            "The history holds."
        } else {
            "THE HISTORY DOES NOT HOLD."
        }
    );
}
