//! Verifying and replaying with the product's own binary, timed from outside.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use crate::ledger_dir;
use crate::probe::per_second;

/// `verify chain order` of an exported history file.
pub(crate) fn measure(dir: &Path) -> anyhow::Result<Value> {
    let history = dir.join("history.ndjson");
    let mut export = regledger(dir)?;
    export
        .args(["events", "--json"])
        .stdout(File::create(&history)?);
    anyhow::ensure!(export.status()?.success(), "the export failed");
    let mut verify = regledger(dir)?;
    verify
        .args(["verify", "chain", "order", "--json", "--file"])
        .arg(&history);
    let (told, took) = timed(&mut verify)?;
    let events = told["size"].as_u64().context("the report names no size")?;
    Ok(json!({"events": events, "per_second": per_second(events, took)}))
}

/// `replay`: all views anew from the events.
pub(crate) fn replay(dir: &Path) -> anyhow::Result<Value> {
    let mut replay = regledger(dir)?;
    replay.args(["replay", "--json"]);
    let (told, took) = timed(&mut replay)?;
    let events = told["size"].as_u64().context("the report names no size")?;
    Ok(json!({"events": events, "per_second": per_second(events, took), "told": told}))
}

/// The product's binary, built beside this one, with the ledger named.
pub(crate) fn regledger(dir: &Path) -> anyhow::Result<Command> {
    let here = std::env::current_exe()?;
    let binary = here.with_file_name("regledger");
    anyhow::ensure!(
        binary.exists(),
        "{} is missing: build it with `cargo build --release`",
        binary.display()
    );
    let mut command = Command::new(binary);
    command.arg("--ledger").arg(ledger_dir(dir));
    Ok(command)
}

fn timed(command: &mut Command) -> anyhow::Result<(Value, Duration)> {
    let begun = Instant::now();
    let output = command.stderr(Stdio::inherit()).output()?;
    let took = begun.elapsed();
    anyhow::ensure!(output.status.success(), "{command:?} failed");
    Ok((serde_json::from_slice(&output.stdout)?, took))
}
