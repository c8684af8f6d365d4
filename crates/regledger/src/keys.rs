//! Commands over the keys of the HTTP door.

mod signing;

use std::process::ExitCode;

use anyhow::Context;
use domain::actor::Capacity;
use domain::event::Visibility;
use ledger::{Clock, SystemClock};
use serde_json::{Value, json};
use server::keys::{Acts, Grant, Key, Keys};

use crate::args::{Args, KeysCommand};

pub(crate) fn keys(args: &Args, command: &KeysCommand) -> anyhow::Result<ExitCode> {
    match command {
        KeysCommand::Checkpoint => return signing::list(args),
        KeysCommand::Rotate { department } => return signing::rotate(args, department),
        KeysCommand::Retire {
            key,
            reason,
            department,
        } => return signing::retire(args, key, reason, department),
        KeysCommand::New { .. } | KeysCommand::List | KeysCommand::Revoke { .. } => {}
    }
    let mut keys = open(args)?;
    match command {
        KeysCommand::Checkpoint | KeysCommand::Rotate { .. } | KeysCommand::Retire { .. } => {}
        KeysCommand::New {
            name,
            reads,
            department,
            capacity,
        } => {
            let reads: Visibility = serde_json::from_value(json!(reads))
                .context("reads: public, departments or restricted")?;
            let capacities = capacity
                .iter()
                .map(|name| serde_json::from_value::<Capacity>(json!(name)))
                .collect::<Result<_, _>>()
                .context("capacity: a role such as registrar, complaint_desk, enforcer")?;
            let department = department
                .as_deref()
                .map(|code| code.parse().context("department: its credit code"))
                .transpose()?;
            // A key that names neither department nor capacity only reads.
            let acts = (department.is_some() || !capacity.is_empty()).then_some(Acts {
                department,
                capacities,
            });
            let (shown, key) = keys
                .make(name, Grant { reads, acts }, &now())
                .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
            if args.json {
                let mut told = tell(&key);
                told["key"] = shown.into();
                println!("{told}");
            } else {
                println!("{}", line(&key));
                println!("key     {shown}");
                println!("It is shown this once. Send it as `Authorization: Bearer KEY`.");
            }
        }
        KeysCommand::List => {
            for key in keys.all() {
                if args.json {
                    println!("{}", tell(key));
                } else {
                    println!("{}", line(key));
                }
            }
        }
        KeysCommand::Revoke { id } => {
            let key = keys
                .revoke(id, &now())
                .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
            if args.json {
                println!("{}", tell(&key));
            } else {
                println!("{}", line(&key));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the key of a new ledger, which may do everything.
pub(crate) fn first(ledger: &std::path::Path) -> anyhow::Result<String> {
    let made = Keys::open(ledger).and_then(|mut keys| {
        let (shown, _) = keys.make("first key", Grant::whole(), &now())?;
        Ok(shown)
    });
    made.map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))
}

fn open(args: &Args) -> anyhow::Result<Keys> {
    anyhow::ensure!(
        args.ledger.join("ledger.json").exists(),
        "ledger_missing: there is no ledger in {}; make one with `regledger init`",
        args.ledger.display()
    );
    Keys::open(&args.ledger).map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))
}

fn now() -> String {
    SystemClock.now().to_string()
}

fn tell(key: &Key) -> Value {
    json!({"grant": key.grant, "id": key.id, "made": key.made, "name": key.name,
        "revoked": key.revoked})
}

fn line(key: &Key) -> String {
    let acts = match &key.grant.acts {
        None => "reads only".to_owned(),
        Some(acts) => {
            let department = acts
                .department
                .map_or_else(|| "any department".to_owned(), |d| d.to_string());
            let roles: Vec<String> = acts
                .capacities
                .iter()
                .map(|c| serde_json::to_value(c).unwrap_or_default())
                .filter_map(|c| c.as_str().map(str::to_owned))
                .collect();
            let roles = if roles.is_empty() {
                "any capacity".to_owned()
            } else {
                roles.join(" ")
            };
            format!("acts for {department} as {roles}")
        }
    };
    let end = key
        .revoked
        .as_ref()
        .map_or_else(String::new, |at| format!(", revoked {at}"));
    let reads = serde_json::to_value(key.grant.reads).unwrap_or_default();
    let reads = reads.as_str().unwrap_or_default().to_owned();
    format!(
        "{}  {}  reads {reads}, {acts}, made {}{end}",
        key.id, key.name, key.made
    )
}
