//! The whole-product benchmark: one command, one table.
//!
//! Every measurement runs in a process of its own, so that its memory is its own, and prints one
//! JSON line that the parent collects. The disk's own `fdatasync` rate and, where `initdb` is
//! found, a PostgreSQL events table are measured in the same run: compare ratios, as machines
//! are noisy.

// A benchmark tells what it measured, in ratios of floats.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::float_arithmetic)]

mod clients;
mod disk;
mod http;
mod hub;
mod load;
mod postgres;
mod probe;
mod reads;
mod table;
mod verify;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};

use crate::table::Table;

/// Measures the ledger and prints the table of goals.
#[derive(Parser)]
struct Args {
    /// Where ledgers are made; wants three times the history's size. Emptied before and after.
    #[arg(long, default_value = "target/bench")]
    dir: PathBuf,
    /// Events of the demo's mix to load.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Seconds that each measurement of a rate lasts.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Keep the ledger that was made, for a look.
    #[arg(long)]
    keep: bool,
    #[command(subcommand)]
    phase: Option<Phase>,
}

/// One measurement, in a process of its own.
#[derive(Subcommand)]
enum Phase {
    /// Raw append and `fdatasync`, 550 bytes each.
    Disk,
    /// Writes the demo's actions to a file until they are enough.
    Generate,
    /// Loads that file as a batch.
    Load,
    /// So many clients in this process, one durable action at a time each.
    Clients {
        /// How many.
        clients: usize,
    },
    /// The same through the HTTP door.
    Http,
    /// Works under load until killed.
    Victim,
    /// Opens the ledger and says how long that took.
    Open,
    /// Reads as of dates, and the memory of a process that serves them.
    Reads,
    /// Traces on a hub of 5,000 licences at one address.
    Hub,
    /// Replays all views from the events.
    Replay,
    /// Verifies chain and order.
    Verify,
    /// The same clients and sizes on a PostgreSQL table.
    Postgres,
}

/// What one thread allocates another frees, which the system's allocator pays for dearly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let told = match &args.phase {
        None => return run(&args),
        Some(Phase::Disk) => disk::measure(&args.dir, args.seconds)?,
        Some(Phase::Generate) => load::generate(&args.dir, args.events)?,
        Some(Phase::Load) => load::measure(&args.dir)?,
        Some(Phase::Clients { clients }) => clients::measure(&args.dir, *clients, args.seconds)?,
        Some(Phase::Http) => http::measure(&args.dir, args.seconds)?,
        Some(Phase::Victim) => clients::work_until_killed(&args.dir)?,
        Some(Phase::Open) => reads::open(&args.dir)?,
        Some(Phase::Reads) => reads::measure(&args.dir)?,
        Some(Phase::Hub) => hub::measure(&args.dir)?,
        Some(Phase::Replay) => verify::replay(&args.dir)?,
        Some(Phase::Verify) => verify::measure(&args.dir)?,
        Some(Phase::Postgres) => postgres::measure(&args.dir, args.seconds)?,
    };
    println!("{told}");
    Ok(())
}

fn run(args: &Args) -> anyhow::Result<()> {
    if args.dir.exists() {
        std::fs::remove_dir_all(&args.dir)?;
    }
    std::fs::create_dir_all(&args.dir)?;
    let mut table = Table::default();
    let child = |words: &[&str]| phase(args, words);

    table.disk(&child(&["disk"])?);
    eprintln!("making the demo's actions ...");
    child(&["generate"])?;
    eprintln!("loading ...");
    table.load(&child(&["load"])?);
    eprintln!("verifying and replaying ...");
    table.verify(&child(&["verify"])?);
    table.replay(&child(&["replay"])?);
    eprintln!("reading as of dates ...");
    table.reads(&child(&["reads"])?);
    eprintln!("tracing on a hub ...");
    table.hub(&child(&["hub"])?);
    eprintln!("writing with 1 and 64 clients, then through HTTP ...");
    table.clients(1, &child(&["clients", "1"])?);
    table.clients(64, &child(&["clients", "64"])?);
    table.http(&child(&["http"])?);
    eprintln!("killing it under load ...");
    kill(args)?;
    table.open(&child(&["open"])?);
    eprintln!("the same on PostgreSQL ...");
    let told = child(&["postgres"]).unwrap_or_else(|e| json!({"skipped": e.to_string()}));
    table.postgres(&told);
    table.disk_again(&child(&["disk"])?);
    if !args.keep {
        std::fs::remove_dir_all(&args.dir)?;
    }
    table.print();
    Ok(())
}

fn command(args: &Args, words: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--dir").arg(&args.dir);
    command.args(["--events", &args.events.to_string()]);
    command.args(["--seconds", &args.seconds.to_string()]);
    command.args(words);
    Ok(command)
}

fn phase(args: &Args, words: &[&str]) -> anyhow::Result<Value> {
    let output = command(args, words)?.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the measurement {words:?} failed");
    }
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().context("a measurement said nothing")?;
    Ok(serde_json::from_str(line)?)
}

/// Runs clients for three seconds and kills them with SIGKILL.
fn kill(args: &Args) -> anyhow::Result<()> {
    let mut victim = command(args, &["victim"])?.stdout(Stdio::null()).spawn()?;
    std::thread::sleep(std::time::Duration::from_secs(3));
    victim.kill()?;
    victim.wait()?;
    Ok(())
}

/// The ledger's folder within the benchmark's.
pub(crate) fn ledger_dir(dir: &Path) -> PathBuf {
    dir.join("county")
}
