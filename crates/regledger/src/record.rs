//! Commands that record: init, act.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::Receiver;

use anyhow::{Context, bail};
use ledger::{Ledger, Options, Receipt, Rejection};
use serde_json::{Value, json};

use crate::args::Args;

/// Actions under way at once, so that one sync serves many.
const WINDOW: usize = 512;
/// The longest line of actions, in bytes; the ledger's own limit is lower.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// An open ledger, with the folder that a look at a damaged one works in.
pub(crate) struct Opened {
    // Dropped first: it works in the other.
    ledger: Ledger,
    _scratch: Option<tempfile::TempDir>,
}

impl std::ops::Deref for Opened {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

pub(crate) fn open(args: &Args) -> anyhow::Result<Opened> {
    let options = Options {
        adopt: args.adopt,
        ..Options::default()
    };
    if !args.read_only {
        return Ok(Opened {
            ledger: Ledger::open(&args.ledger, &options).map_err(coded)?,
            _scratch: None,
        });
    }
    look(args, &options)
}

/// Codes of a folder that is older than what was acknowledged or signed, or another one.
const ROLLED_BACK: [&str; 4] = [
    "head_below_floor",
    "head_not_floor",
    "head_below_signed",
    "head_not_signed",
];

/// Opens a ledger to be served: an old folder that was copied back only to be looked at, so that
/// nothing is recorded or signed that contradicts what others have seen.
pub(crate) fn open_or_look(args: &Args) -> anyhow::Result<Opened> {
    if args.read_only {
        return open(args);
    }
    let options = Options {
        adopt: args.adopt,
        ..Options::default()
    };
    match Ledger::open(&args.ledger, &options) {
        Ok(ledger) => Ok(Opened {
            ledger,
            _scratch: None,
        }),
        Err(error) if ROLLED_BACK.contains(&error.code()) => {
            eprintln!(
                "READ ONLY, no checkpoint is signed: {error} ({})",
                error.code()
            );
            look(args, &options)
        }
        Err(error) => Err(coded(error)),
    }
}

/// A ledger's error as the command line tells it.
pub(crate) fn coded(error: ledger::LedgerError) -> anyhow::Error {
    anyhow::anyhow!("{}: {error}", error.code())
}

fn look(args: &Args, options: &Options) -> anyhow::Result<Opened> {
    let scratch = tempfile::tempdir().context("making a folder to look in")?;
    let ledger = Ledger::open_read_only(&args.ledger, scratch.path(), options).map_err(coded)?;
    if let Some(stopped) = ledger.stopped() {
        eprintln!(
            "read only: what is shown ends before position {}: {} ({})",
            stopped.position, stopped.what, stopped.code
        );
    }
    Ok(Opened {
        ledger,
        _scratch: Some(scratch),
    })
}

pub(crate) fn init(dir: &Path, origin: &str) -> anyhow::Result<ExitCode> {
    let ledger = Ledger::create(dir, origin, &Options::default())
        .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    println!("A ledger was made in {}.", dir.display());
    println!(
        "origin  {}\nhead    {}",
        ledger.origin(),
        ledger.head().hash
    );
    for key in ledger.log_keys().map_err(coded)? {
        println!("checkpoints {key}");
    }
    println!("key     {}", crate::keys::first(dir)?);
    println!("Hand the key of the checkpoints to whoever verifies; it is no secret.");
    println!("The other key may do everything through the HTTP door, and is shown this once.");
    println!("Next: establish the authority (department.establish), then adopt policy packs.");
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn act(args: &Args, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let mut source: Box<dyn BufRead> = match file {
        Some(path) => Box::new(BufReader::new(
            fs::File::open(path).with_context(|| format!("opening {}", path.display()))?,
        )),
        None => Box::new(BufReader::new(std::io::stdin())),
    };
    let mut told = Teller {
        json: args.json,
        ..Teller::default()
    };
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        let read = (&mut source).take_line(&mut line)?;
        if read == 0 {
            break;
        }
        if !line.trim_ascii().is_empty() {
            told.send(&ledger, number, line.trim_ascii());
        }
    }
    told.drain(0);
    if !args.json {
        println!(
            "{} recorded, {} known before, {} refused",
            told.new, told.known, told.refused
        );
    }
    Ok(if told.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Sends actions and tells what became of them, in order.
#[derive(Default)]
pub(crate) struct Teller {
    json: bool,
    quiet: bool,
    new: u64,
    known: u64,
    pub(crate) refused: u64,
    pub(crate) refusals: Vec<Value>,
    waiting: VecDeque<(u64, Receiver<Result<Receipt, Rejection>>)>,
}

impl Teller {
    /// One that tells nothing before the end.
    pub(crate) fn quiet() -> Self {
        Self {
            quiet: true,
            ..Self::default()
        }
    }

    pub(crate) fn send(&mut self, ledger: &Ledger, line: u64, bytes: &[u8]) {
        match ledger.begin(bytes, Some("cli")) {
            Ok(receipt) => {
                self.waiting.push_back((line, receipt));
                self.drain(WINDOW);
            }
            Err(rejection) => {
                self.drain(0);
                self.tell(line, Err(rejection));
            }
        }
    }

    pub(crate) fn drain(&mut self, keep: usize) {
        while self.waiting.len() > keep {
            let Some((line, receipt)) = self.waiting.pop_front() else {
                return;
            };
            let lost = || Err(Rejection::Failed(ledger::LedgerError::WriterOff));
            let outcome = receipt.recv().unwrap_or_else(|_| lost());
            self.tell(line, outcome);
        }
    }

    fn tell(&mut self, line: u64, outcome: Result<Receipt, Rejection>) {
        match outcome {
            Ok(receipt) => {
                if receipt.known {
                    self.known += 1
                } else {
                    self.new += 1
                }
                if self.json {
                    let told = server::shape::Receipt::of(&receipt, Some(line));
                    println!("{}", json!(told));
                } else if !self.quiet {
                    println!("{:>8}  {}  {}", receipt.seq, receipt.event, receipt.hash);
                }
            }
            Err(rejection) => {
                let (field, remedy) = match &rejection {
                    Rejection::Refused(r) => {
                        (r.field.clone().unwrap_or_default(), r.remedy.clone())
                    }
                    Rejection::Failed(_) => (String::new(), String::new()),
                };
                let reason = if remedy.is_empty() {
                    rejection.to_string()
                } else {
                    format!("{rejection}; {remedy}")
                };
                if !self.quiet && !self.json {
                    println!("line {line}: {} ({})", reason, rejection.code());
                }
                self.refuse(line, &field, rejection.code(), &reason);
            }
        }
    }

    fn refuse(&mut self, line: u64, column: &str, code: &str, reason: &str) {
        self.refused += 1;
        let told = json!({"code": code, "column": column, "line": line, "reason": reason});
        if self.json {
            println!("{told}");
        }
        self.refusals.push(told);
    }
}

/// Reading one line with a bound.
trait TakeLine {
    fn take_line(self, line: &mut Vec<u8>) -> anyhow::Result<usize>;
}

impl<R: BufRead + ?Sized> TakeLine for &mut R {
    fn take_line(self, line: &mut Vec<u8>) -> anyhow::Result<usize> {
        use std::io::Read;
        let read = self.take(LINE_BYTES_MAX).read_until(b'\n', line)?;
        if read as u64 == LINE_BYTES_MAX {
            bail!("line_too_long: a line has at most {LINE_BYTES_MAX} bytes");
        }
        Ok(read)
    }
}
