//! Commands over the history: events, and its file.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use chain::history::{Header, Trailer};
use domain::subject::Subject;
use ledger::{Known, Ledger};

use crate::args::Args;
use crate::record::open;

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
pub(crate) fn export(
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
    // The views are read beside the events, so that nobody waits for them at the end.
    let views = std::thread::scope(|scope| {
        let views = (from == 0).then(|| scope.spawn(|| ledger.projections()));
        let mut failed = None;
        ledger.events(from..head.size, &mut |_, bytes| {
            failed = write(bytes).and_then(|()| write(b"\n")).err();
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        match views.map(|reading| reading.join()).transpose() {
            Ok(views) => Ok(views.transpose()?),
            Err(_) => bail!("the views could not be read to their end"),
        }
    })?;
    let trailer = Trailer::close(&header, head.size - from, head.hash, views)?;
    write(&trailer.to_line()?)?;
    write(b"\n")
}
