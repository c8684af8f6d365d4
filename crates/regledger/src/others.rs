//! Commands towards other ledgers: being their witness, mirroring them.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use server::log::mirror::{Followed, Following, Mirror, MirrorError};
use server::log::witness::{Witness, WitnessError};

use crate::args::{Args, Mirror as Asked, WitnessCommand};
use crate::checkpoint::{read_keys, read_policy};

pub(crate) fn witness(args: &Args, command: &WitnessCommand) -> anyhow::Result<ExitCode> {
    match command {
        WitnessCommand::Init { dir, name } => {
            let key = Witness::create(dir, name).map_err(told)?;
            if args.json {
                println!("{}", json!({ "key": key.to_string() }));
            } else {
                println!("key     {key}");
                println!("Hand it to the ledgers, for a line of their witnesses.policy:");
                println!("  witness NAME {key} http://HOST:PORT");
            }
        }
        WitnessCommand::Add { dir, key } => {
            let witness = Witness::open(dir).map_err(told)?;
            for key in read_keys(std::slice::from_ref(key))? {
                witness.add(&key).map_err(told)?;
                if !args.json {
                    println!("cosigns for {}", key.name());
                }
            }
        }
        WitnessCommand::Serve { dir, listen } => {
            let witness = Witness::open(dir).map_err(told)?;
            let key = witness.key();
            let json = args.json;
            server::http::serve_witness(witness, *listen, |at| {
                if json {
                    println!(
                        "{}",
                        json!({"key": key.to_string(), "listening": at.to_string()})
                    );
                } else {
                    println!("Witnessing at http://{at} as {key}");
                    println!("Stop it with ctrl-c.");
                }
            })
            .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(error: WitnessError) -> anyhow::Error {
    anyhow::anyhow!("{}: {error}", error.code())
}

/// Mirrors once, or again and again until something contradicts itself.
pub(crate) fn mirror(args: &Args, asked: &Asked) -> anyhow::Result<ExitCode> {
    let mirror = Mirror::new(Following {
        url: asked.url.clone(),
        dir: asked.dir.clone(),
        keys: read_keys(&asked.key)?,
        policy: asked.policy.as_deref().map(read_policy).transpose()?,
    });
    let follow = asked.follow;
    loop {
        let missing = match mirror.look(asked.again) {
            Ok(followed) => {
                say(args.json, &followed);
                followed.quorum == Some(false)
            }
            Err(MirrorError::Contradiction(found)) => {
                if args.json {
                    println!(
                        "{}",
                        json!({"code": found.code, "holds": false, "message": found.message,
                            "position": found.position})
                    );
                } else {
                    println!("THE LOG DOES NOT HOLD: {found}");
                    println!("Both checkpoints are kept under evidence/.");
                }
                return Ok(ExitCode::from(1));
            }
            Err(error) if follow.is_some() => {
                eprintln!("{error} ({}); asking again", error.code());
                false
            }
            Err(error) => anyhow::bail!("{}: {error}", error.code()),
        };
        match follow {
            Some(seconds) => std::thread::sleep(Duration::from_secs(seconds.max(1))),
            None if missing => return Ok(ExitCode::from(1)),
            None => return Ok(ExitCode::SUCCESS),
        }
    }
}

fn say(json: bool, followed: &Followed) {
    if json {
        println!(
            "{}",
            json!({"events": followed.events, "from": followed.from, "holds": true,
                "origin": followed.origin, "quorum": followed.quorum, "size": followed.size})
        );
        return;
    }
    let fresh = followed.size - followed.from;
    println!(
        "{}: {} events held and verified, {fresh} of them new",
        followed.origin, followed.size
    );
    match followed.events {
        Some(events) => println!("{events} public events fetched"),
        None => println!("it serves its log alone, no events"),
    }
    if followed.quorum == Some(false) {
        println!("NOT COSIGNED by the quorum that the policy asks for");
    }
}
