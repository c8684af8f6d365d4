//! `serve`: the HTTP door.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args as ClapArgs;
use serde_json::json;
use server::log::publish::Publishing;

use crate::args::Args;
use crate::record::{coded, open_or_look};

/// Where it listens if nothing else is said.
const PORT: u16 = 8371;
/// Between two checkpoints.
const PUBLISH_SECONDS: u64 = 60;
/// Between two requests to witnesses while nothing happens.
const HEARTBEAT_SECONDS: u64 = 3_600;

/// Where and how to serve.
#[derive(ClapArgs, Clone)]
pub(crate) struct Serve {
    /// Address and port; a port of 0 takes a free one.
    #[arg(long, default_value_t = SocketAddr::from(([127, 0, 0, 1], PORT)))]
    pub(crate) listen: SocketAddr,
    /// Connections at once; further ones are turned away.
    #[arg(long, default_value_t = server::http::CONNECTIONS)]
    pub(crate) connections: usize,
    /// Record each day what the calendar brings about, and at once what it has since.
    #[arg(long)]
    pub(crate) clock: bool,
    /// Seconds between two checkpoints where something is new, and between two attempts to gather
    /// a quorum.
    #[arg(long, default_value_t = PUBLISH_SECONDS)]
    pub(crate) publish_every: u64,
    /// Seconds after which witnesses are asked again though nothing is new.
    #[arg(long, default_value_t = HEARTBEAT_SECONDS)]
    pub(crate) heartbeat: u64,
}

impl Serve {
    /// How checkpoints are published, the policy of witnesses excepted.
    pub(crate) fn publishing(&self) -> Publishing {
        Publishing {
            every: Duration::from_secs(self.publish_every.max(1)),
            heartbeat: Duration::from_secs(self.heartbeat.max(1)),
            policy: None,
        }
    }
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], PORT)),
            connections: server::http::CONNECTIONS,
            clock: false,
            publish_every: PUBLISH_SECONDS,
            heartbeat: HEARTBEAT_SECONDS,
        }
    }
}

pub(crate) fn serve(args: &Args, how: &Serve) -> anyhow::Result<ExitCode> {
    let ledger = open_or_look(args)?;
    let publishing = Publishing {
        policy: ledger.witness_policy().map_err(coded)?,
        ..how.publishing()
    };
    let options = server::http::Options {
        listen: how.listen,
        connections_max: how.connections,
        calendar: how.clock,
        publishing: ledger.records().then_some(publishing),
    };
    let json = args.json;
    server::http::serve(ledger, &args.ledger, &options, |at| ready(args, json, at))
        .map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    if !json {
        println!("Stopped; the ledger is closed.");
    }
    Ok(ExitCode::SUCCESS)
}

fn ready(args: &Args, json: bool, at: SocketAddr) {
    if json {
        println!("{}", json!({ "listening": at.to_string() }));
        return;
    }
    println!("Serving {} at http://{at}/api/v1", args.ledger.display());
    if !at.ip().is_loopback() {
        println!(
            "WARNING: this address can be reached from outside, without TLS; put a proxy in front."
        );
    }
    println!("Try next:");
    println!("  curl http://{at}/api/v1/head");
    println!("  curl 'http://{at}/api/v1/lists/abnormal?on=2026-08-01'");
    println!("  curl http://{at}/log/checkpoint");
    println!("  curl http://{at}/api/v1/openapi.json");
    println!("Stop it with ctrl-c.");
}
