//! The demo's actions as a file, and loading it as a batch.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use ledger::{Ledger, Options};
use serde_json::{Value, json};

use crate::ledger_dir;
use crate::probe::{bytes_below, peak_memory_mb, per_second};

/// Actions under way at once.
const WINDOW: usize = 1_024;
/// Events that one operator's year comes to, in the demo's mix; the county is sized by it.
const EVENTS_PER_OPERATOR: u64 = 20;

/// Writes actions until they should come to so many events.
pub(crate) fn generate(dir: &Path, events: u64) -> anyhow::Result<Value> {
    let mut out = BufWriter::new(File::create(dir.join("actions.ndjson"))?);
    let actions = demo_actions(events, &mut |action| {
        writeln!(out, "{action}")?;
        Ok(())
    })?;
    out.flush()?;
    Ok(json!({ "actions": actions }))
}

fn demo_actions(
    events: u64,
    write: &mut dyn FnMut(&Value) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let county = demo::County::new((events / EVENTS_PER_OPERATOR).max(100), 371_322)?;
    let mut actions = 0;
    for day in county {
        for action in &day?.actions {
            write(action)?;
            actions += 1;
        }
        if actions >= events {
            break;
        }
    }
    Ok(actions)
}

/// Loads the file of actions into a fresh ledger, as `act` does.
pub(crate) fn measure(dir: &Path) -> anyhow::Result<Value> {
    let folder = ledger_dir(dir);
    let ledger = Ledger::create(&folder, "benchmark", &Options::default())?;
    let source = BufReader::with_capacity(1 << 20, File::open(dir.join("actions.ndjson"))?);
    let mut waiting = VecDeque::new();
    let (mut actions, mut refused) = (0_u64, 0_u64);
    let mut settle = |waiting: &mut VecDeque<_>, keep: usize| -> anyhow::Result<()> {
        while waiting.len() > keep {
            let answer: std::sync::mpsc::Receiver<_> = waiting.pop_front().context("empty")?;
            let outcome: Result<ledger::Receipt, ledger::Rejection> = answer.recv()?;
            match outcome {
                Ok(_) => {}
                Err(ledger::Rejection::Refused(_)) => refused += 1,
                Err(failed) => bail!("loading failed: {failed}"),
            }
        }
        Ok(())
    };
    let begun = Instant::now();
    for line in source.split(b'\n') {
        waiting.push_back(ledger.begin(&line?, Some("bench"))?);
        actions += 1;
        settle(&mut waiting, WINDOW)?;
    }
    settle(&mut waiting, 0)?;
    let took = begun.elapsed();
    let head = ledger.head();
    let memory = peak_memory_mb();
    let mut canonical = 0_u64;
    drop(ledger);
    let closed = Instant::now();
    let ledger = Ledger::open(&folder, &Options::default())?;
    let reopened = closed.elapsed();
    ledger.events(0..u64::MAX, &mut |_, bytes| {
        canonical += bytes.len() as u64;
        true
    })?;
    drop(ledger);
    Ok(json!({"actions": actions, "canonical_bytes": canonical,
        "disk_bytes": bytes_below(&folder), "events": head.size,
        "memory_mb": memory, "per_second": per_second(head.size, took), "refused": refused,
        "reopen_ms": u64::try_from(reopened.as_millis())?, "seconds": took.as_secs()}))
}
