//! Commands over the history: events, verify.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use audit::{Audit, Level, Report};
use chain::history::{Header, Trailer};
use domain::subject::Subject;
use ledger::{Known, Ledger};

use crate::args::Args;
use crate::record::open;

/// The longest line of a history, in bytes.
const LINE_BYTES_MAX: u64 = 4 << 20;

pub(crate) fn events(
    args: &Args,
    subject: Option<&str>,
    r#type: Option<&str>,
    after: Option<u64>,
) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.json && subject.is_none() && r#type.is_none() {
        let from = after.map_or(0, |a| a + 1);
        export(&ledger, from, &mut |line| Ok(out.write_all(line)?))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut failed = None;
    let mut write = |bytes: &[u8]| {
        let told = tell(&mut out, args.json, r#type, bytes);
        failed = told.err();
        failed.is_none()
    };
    let first = after.map_or(0, |a| a + 1);
    match subject {
        Some(subject) => {
            let subject = Subject::parse(subject)?;
            for event in ledger.history(&subject, Known::Now)? {
                let bytes = event.to_bytes()?;
                if event.seq >= first && !write(&bytes) {
                    break;
                }
            }
        }
        None => ledger.events(first..u64::MAX, &mut |_, bytes| write(bytes))?,
    }
    if let Some(error) = failed {
        return Err(error);
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn tell(
    out: &mut impl Write,
    json: bool,
    r#type: Option<&str>,
    bytes: &[u8],
) -> anyhow::Result<()> {
    let link = chain::link::read_link(bytes)?;
    if r#type.is_some_and(|t| !link.kind.starts_with(t)) {
        return Ok(());
    }
    if json {
        out.write_all(bytes)?;
        return Ok(out.write_all(b"\n")?);
    }
    Ok(writeln!(
        out,
        "{:>8}  {}  {}  {}",
        link.seq, link.at, link.on, link.kind
    )?)
}

/// Writes the history file: header, events, trailer with the claim about the views.
fn export(
    ledger: &Ledger,
    from: u64,
    write: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let head = ledger.head();
    if from > head.size {
        bail!("position_unknown: the history ends at {}", head.size);
    }
    let prev = match from.checked_sub(1) {
        None => chain::hash::origin_hash(ledger.origin()),
        Some(before) => {
            let bytes = ledger.event(before)?.context("an event is missing")?;
            chain::hash::event_hash(&bytes)
        }
    };
    let origin = ledger.origin().to_owned();
    let header = Header {
        from,
        history: chain::history::HISTORY_VERSION,
        origin,
        prev,
    };
    write(&header.to_line()?)?;
    write(b"\n")?;
    let mut failed = None;
    ledger.events(from..head.size, &mut |_, bytes| {
        failed = write(bytes).and_then(|()| write(b"\n")).err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let views = (from == 0).then(|| ledger.projections()).transpose()?;
    let trailer = Trailer::close(&header, head.size - from, head.hash, views)?;
    write(&trailer.to_line()?)?;
    write(b"\n")
}

pub(crate) fn verify(
    args: &Args,
    levels: &[String],
    file: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let mut asked = Vec::new();
    for name in levels {
        let Some(level) = Level::by_name(name) else {
            let known: Vec<&str> = Level::ALL.iter().map(|l| l.name()).collect();
            bail!("level_unknown: choose among {}", known.join(", "));
        };
        asked.push(level);
    }
    if asked.is_empty() {
        asked.extend(Level::ALL);
    }
    let mut audit = Audit::of(&asked);
    match file {
        Some(path) if path.as_os_str() == "-" => read(&mut audit, std::io::stdin().lock())?,
        Some(path) => {
            let file = fs::File::open(path);
            let file = file.with_context(|| format!("opening {}", path.display()))?;
            read(&mut audit, BufReader::with_capacity(1 << 20, file))?;
        }
        None => {
            let ledger = open(args)?;
            let mut line = Vec::new();
            export(&ledger, 0, &mut |part| {
                match part {
                    b"\n" => {
                        audit.line(&line);
                        line.clear();
                    }
                    part => line.extend_from_slice(part),
                }
                Ok(())
            })?;
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

fn read(audit: &mut Audit, mut source: impl BufRead) -> anyhow::Result<()> {
    use std::io::Read;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut source)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        match line.strip_suffix(b"\n") {
            Some(whole) => audit.line(whole),
            None => {
                audit.broken_line();
                return Ok(());
            }
        }
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
    if report.withheld > 0 {
        println!(
            "withheld: {} sealed values, whose content an audit does not see",
            report.withheld
        );
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
