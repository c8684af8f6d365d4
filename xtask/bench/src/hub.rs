//! Tracing on a hub: a secretary's address with 5,000 licences, all with one legal representative.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use anyhow::Context;
use domain::event::Visibility;
use domain::ident::CreditCode;
use ledger::{Ledger, Options, Receipt, Rejection};
use serde_json::{Value, json};
use server::follow;
use server::look::View;

use crate::ledger_dir;
use crate::probe::percentile_us;

/// Licences at the address.
const LICENCES: u64 = 5_000;
/// Actions under way at once.
const WINDOW: usize = 1_024;
/// Traces that are measured.
const TRACES: u64 = 200;

/// Registers the hub on top of what is loaded, then traces from its licences and between them.
pub(crate) fn measure(dir: &Path) -> anyhow::Result<Value> {
    let folder = ledger_dir(dir);
    let ledger = Ledger::open(&folder, &Options::default())?;
    let run = ledger.head().size;
    let codes: Vec<CreditCode> = (0..LICENCES)
        .map(|n| CreditCode::complete(&format!("91371322MB{:07}", 8_000_000 + n)))
        .collect::<Result<_, _>>()?;
    let mut waiting: VecDeque<Receiver<Result<Receipt, Rejection>>> = VecDeque::new();
    for (n, code) in (0..).zip(&codes) {
        let action = grant(run, n, *code)?;
        waiting.push_back(ledger.begin(action.as_bytes(), Some("bench"))?);
        if waiting.len() > WINDOW {
            waiting.pop_front().context("empty")?.recv()??;
        }
    }
    for answer in waiting {
        answer.recv()??;
    }
    // Settled, and read from the disk: the tail alone would flatter.
    drop(ledger);
    let ledger = Ledger::open(&folder, &Options::default())?;
    let view = View::now(Visibility::Restricted);
    let (mut outwards, mut paths) = (Vec::new(), Vec::new());
    let mut shared_max = 0;
    for n in 0..TRACES {
        let place = |n: u64| usize::try_from(n * 7_919 % LICENCES).unwrap_or(0);
        let (from, to) = (codes[place(n)], codes[place(n + 1)]);
        let begun = Instant::now();
        let found = follow::outwards(&ledger, from, &view, 1)?.context("a hub's licence")?;
        outwards.push(begun.elapsed());
        let most = found.shared.iter().map(|shared| shared.total).max();
        shared_max = shared_max.max(most.unwrap_or(0));
        anyhow::ensure!(
            found.shared.iter().filter(|s| s.total >= LICENCES).count() >= 2,
            "the hub is shared by its address and by its legal representative"
        );
        let begun = Instant::now();
        let found = follow::between(&ledger, (from, to), &view, 4)?.context("two licences")?;
        paths.push(begun.elapsed());
        anyhow::ensure!(
            !found.paths.is_empty(),
            "two licences of one hub are joined"
        );
    }
    Ok(json!({"events": ledger.head().size, "licences": shared_max,
        "path_p50_us": percentile_us(&mut paths, 500), "path_p99_us": percentile_us(&mut paths, 990),
        "trace_p50_us": percentile_us(&mut outwards, 500),
        "trace_p99_us": percentile_us(&mut outwards, 990)}))
}

fn grant(run: u64, n: u64, code: CreditCode) -> anyhow::Result<String> {
    let data = json!({"address": "郯城县电商大厦1号（托管）", "code": code, "division": "371322001",
        "legal_representative": {"seal": "托某某"}, "name": format!("郯城县托管{n}号商行")});
    let by = json!({"capacity": "registrar", "department": demo::authority()?});
    let id = format!("01890a5d-ac96-774b-8{:03x}-{n:012x}", run % 0x1000);
    let action = json!({"by": by, "data": data, "id": id, "on": "2026-06-01",
        "type": "registration.grant"});
    Ok(action.to_string())
}
