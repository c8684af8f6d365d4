//! The command that makes a county-year of invented operators.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use domain::day::{Day, Instant};
use indicatif::{ProgressBar, ProgressStyle};
use ledger::{Ledger, Options, SetClock};
use serde_json::json;
use server::log::publish::Publisher;

use crate::args::Args;
use crate::record::Teller;
use crate::verify::Against;

/// Morning of a demo's day, UTC.
const MORNING_MILLIS: u64 = 3_600_000;

/// Makes the year, and serves it where that is asked for and all went well.
pub(crate) fn run(args: &Args, operators: u64, seed: u64, serve: bool) -> anyhow::Result<ExitCode> {
    let code = demo(args, operators, seed)?;
    if serve && code == ExitCode::SUCCESS {
        return crate::serve::serve(args, &crate::serve::Serve::default());
    }
    Ok(code)
}

fn demo(args: &Args, operators: u64, seed: u64) -> anyhow::Result<ExitCode> {
    let clock = Arc::new(SetClock::default());
    let options = Options {
        clock: clock.clone(),
        ..Options::default()
    };
    let ledger = Ledger::create(&args.ledger, "regledger demo 371322", &options)
        .map_err(|e| anyhow::anyhow!("{}: {e}; name another folder with --ledger", e.code()))?;
    let mut county = demo::County::new(operators, seed)?;
    let bar = bar();
    let mut told = Teller::quiet();
    while let Some(day) = county.next() {
        let day = day?;
        clock.set(morning(day.on));
        for action in &day.actions {
            told.send(&ledger, 0, action.to_string().as_bytes());
        }
        // The clock moves only when everything of the day is on record.
        told.drain(0);
        bar.set_message(format!("{}, {} events", day.on, county.events()));
        bar.tick();
    }
    bar.finish_and_clear();
    let published = Publisher::new(crate::serve::Serve::default().publishing()).publish(&ledger);
    published.map_err(crate::record::coded)?;
    let head = ledger.head();
    drop(ledger);
    if told.refused != county.planted() || head.size != county.events() {
        let first = told.refusals.first().cloned().unwrap_or_default();
        bail!(
            "demo_not_as_planned: {} refused, {} planted; {} events, {} counted on; {first}",
            told.refused,
            county.planted(),
            head.size,
            county.events()
        );
    }
    if args.json {
        let told = json!({"events": head.size, "head": head.hash.to_string(),
            "operators": operators, "refused": told.refused, "seed": seed});
        println!("{told}");
        return crate::verify::verify(args, &[], None, &Against::default());
    }
    println!(
        "A county-year of {operators} operators: {} events.",
        head.size
    );
    println!(
        "{} illegal actions were planted, and refused:",
        told.refused
    );
    for refusal in &told.refusals {
        let text = |field: &str| refusal[field].as_str().unwrap_or_default().to_owned();
        println!("  {} ({})", text("reason"), text("code"));
    }
    println!("head    {}", head.hash);
    let code = crate::verify::verify(args, &[], None, &Against::default())?;
    let dir = args.ledger.display();
    println!("key     {}", crate::keys::first(&args.ledger)?);
    println!("\nTry next:");
    println!("  regledger --ledger {dir} serve");
    for story in demo::stories()? {
        println!("{}:", story.title);
        for command in story.commands {
            println!("  regledger --ledger {dir} {command}");
        }
    }
    println!("The whole history, checked without a ledger:");
    println!("  regledger --ledger {dir} events --json > history.ndjson");
    println!("  regledger verify --file history.ndjson");
    Ok(code)
}

fn morning(day: Day) -> Instant {
    let days = u64::try_from(day.unix_days()).unwrap_or(0);
    Instant::from_millis(days * 86_400_000 + MORNING_MILLIS)
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}
