//! Commands over checkpoints and what is proved with them.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use chain::note::Verifier;
use chain::note::policy::Policy;
use chain::proof::file::{self, Proven};
use domain::day::Day;
use ledger::{Clock, SystemClock};
use serde_json::json;
use server::log::publish::{Outcome, Publisher, Publishing};
use uuid::Uuid;

use crate::args::Args;
use crate::record::{coded, open};

/// Signs a checkpoint, asks the witnesses, publishes it.
pub(crate) fn checkpoint(args: &Args, how: &Publishing) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let how = Publishing {
        policy: ledger.witness_policy().map_err(coded)?,
        ..how.clone()
    };
    let outcome = Publisher::new(how).publish(&ledger).map_err(coded)?;
    let note = ledger.published().map(|p| p.note.to_string());
    let keys = ledger.log_keys().map_err(coded)?;
    if args.json {
        let keys: Vec<String> = keys.iter().map(Verifier::to_string).collect();
        println!("{}", told(&outcome, note.as_deref(), &keys));
    } else {
        print!("{}", note.unwrap_or_default());
        for key in keys {
            println!("key     {key}");
        }
        print(&outcome);
    }
    Ok(match outcome.quorum {
        Some(false) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// Writes what is public into a folder, under a checkpoint over all that is recorded.
pub(crate) fn publish(args: &Args, dir: &Path, on: Option<&str>) -> anyhow::Result<ExitCode> {
    let on = on.map(Day::parse).transpose();
    let on = on.context("on: a date is written 2026-01-02")?;
    let on = on.unwrap_or_else(|| SystemClock.now().day_in_shanghai());
    let ledger = open(args)?;
    if ledger.records() {
        let how = Publishing {
            policy: ledger.witness_policy().map_err(coded)?,
            ..crate::serve::Serve::default().publishing()
        };
        Publisher::new(how).publish(&ledger).map_err(coded)?;
    }
    let written = server::files::write(&ledger, dir, on);
    let written = written.map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    if args.json {
        println!(
            "{}",
            json!({"data": written.data, "files": written.files, "on": on, "size": written.size,
                "tiles": written.tiles})
        );
    } else {
        println!(
            "{}: checkpoint over {} events, {} tiles written; {} of {} files of data replaced, as \
             of {on}",
            dir.display(),
            written.size,
            written.tiles,
            written.data,
            written.files
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn told(outcome: &Outcome, note: Option<&str>, keys: &[String]) -> serde_json::Value {
    let witnesses: Vec<_> = outcome
        .witnesses
        .iter()
        .map(|w| {
            json!({"code": w.trouble.as_ref().map(|(code, _)| code), "cosigned_at": w.cosigned_at,
                "name": w.name, "reason": w.trouble.as_ref().map(|(_, what)| what)})
        })
        .collect();
    json!({"checkpoint": note, "keys": keys, "quorum": outcome.quorum, "size": outcome.size,
        "witnesses": witnesses})
}

fn print(outcome: &Outcome) {
    for witness in &outcome.witnesses {
        match &witness.trouble {
            None => println!("witness {} has cosigned", witness.name),
            Some((code, what)) => println!("witness {}: {what} ({code})", witness.name),
        }
    }
    match outcome.quorum {
        Some(true) => println!("The quorum has cosigned."),
        Some(false) => println!("PUBLISHED WITHOUT A QUORUM: too few witnesses have cosigned."),
        None => {}
    }
}

/// Writes a proof file for an event, named by position or by the id of its action.
pub(crate) fn prove(args: &Args, event: &str) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let seq = match event.parse::<u64>() {
        Ok(seq) => seq,
        Err(_) => {
            let id: Uuid = event.parse().context("event: a position or an id (UUID)")?;
            let found = ledger.event_of(id).map_err(coded)?;
            let bytes = found.context("event_unknown: no event has this id")?;
            chain::link::read_link(&bytes)?.seq
        }
    };
    let file = server::log::prove::event(&ledger, seq)
        .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    print!("{file}");
    Ok(ExitCode::SUCCESS)
}

/// Checks a proof file, offline.
pub(crate) fn verify(
    args: &Args,
    path: &Path,
    keys: &[String],
    policy: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let bytes = bytes_of(path)?;
    let policy = policy.map(read_policy).transpose()?;
    let mut trusted = read_keys(keys)?;
    trusted.extend(policy.iter().flat_map(|p| &p.logs).map(|l| l.key.clone()));
    anyhow::ensure!(
        !trusted.is_empty(),
        "key_missing: name the ledger's key with --key, as it was handed to you"
    );
    match file::verify(&bytes, &trusted, policy.as_ref()) {
        Ok(proven) => {
            say(args.json, &proven, policy.is_some());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            if args.json {
                let (code, reason) = (error.code(), error.to_string());
                println!(
                    "{}",
                    json!({"code": code, "holds": false, "reason": reason})
                );
            } else {
                println!("THE PROOF DOES NOT HOLD: {error} ({})", error.code());
            }
            Ok(ExitCode::from(1))
        }
    }
}

fn say(json: bool, proven: &Proven, vouched: bool) {
    let event = String::from_utf8_lossy(&proven.event);
    if json {
        let event: serde_json::Value = serde_json::from_str(&event).unwrap_or_default();
        let told = json!({"cosigned": proven.cosigned, "event": event, "hash": proven.hash,
            "holds": true, "origin": proven.origin, "seq": proven.seq, "size": proven.size,
            "quorum": vouched});
        println!("{told}");
        return;
    }
    println!("origin  {}", proven.origin);
    println!("event   {} of {}", proven.seq, proven.size);
    println!("hash    {}", proven.hash);
    println!("{event}");
    for (name, _) in &proven.cosigned {
        let by = if vouched {
            ""
        } else {
            ", whom the file itself names"
        };
        println!("cosigned by {name}{by}");
    }
    println!("The proof holds: this event is in the ledger, unchanged, at this position.");
}

pub(crate) fn read_keys(keys: &[String]) -> anyhow::Result<Vec<Verifier>> {
    let read = |text: &String| {
        Verifier::parse(text).map_err(|e| anyhow::anyhow!("{}: {text}: {e}", e.code()))
    };
    keys.iter().map(read).collect()
}

pub(crate) fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let bytes = bytes_of(path)?;
    Policy::parse(&bytes).map_err(|e| anyhow::anyhow!("{}: {}: {e}", e.code(), path.display()))
}

fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}
