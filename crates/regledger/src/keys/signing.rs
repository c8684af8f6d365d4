//! Commands over the keys that sign checkpoints: which they are, rotation.

use std::process::ExitCode;

use anyhow::Context;
use ledger::{Clock, Ledger, SystemClock};
use serde_json::{Value, json};

use crate::args::Args;
use crate::record::{coded, open};

pub(super) fn list(args: &Args) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    for key in ledger.log_keys().map_err(coded)? {
        if args.json {
            println!("{}", json!({ "key": key.to_string() }));
        } else {
            println!("{key}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn rotate(args: &Args, department: &str) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let previous = ledger.log_keys().map_err(coded)?.pop();
    let made = ledger.make_log_key().map_err(coded)?;
    // A ledger from before there were checkpoints gets its first key, which signs at once.
    if let Some(previous) = previous {
        let data = json!({"key": made.to_string(), "previous": previous.to_string()});
        record(&ledger, "ledger.add_key", department, &data)?;
    }
    list_of(args, &ledger)
}

pub(super) fn retire(
    args: &Args,
    key: &str,
    reason: &str,
    department: &str,
) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let data = json!({"key": key, "reason": reason});
    record(&ledger, "ledger.retire_key", department, &data)?;
    list_of(args, &ledger)
}

fn list_of(args: &Args, ledger: &Ledger) -> anyhow::Result<ExitCode> {
    for key in ledger.log_keys().map_err(coded)? {
        if args.json {
            println!("{}", json!({ "key": key.to_string() }));
        } else {
            println!("checkpoints are signed with {key}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn record(ledger: &Ledger, kind: &str, department: &str, data: &Value) -> anyhow::Result<()> {
    let id = ledger::new_action_id().context("no_randomness: the system gives none")?;
    let on = SystemClock.now().day_in_shanghai();
    let by = json!({"capacity": "administrator", "department": department});
    let action = json!({"by": by, "data": data, "id": id, "on": on, "type": kind});
    let recorded = ledger.submit(action.to_string().as_bytes(), Some("cli"));
    recorded
        .map(drop)
        .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))
}
