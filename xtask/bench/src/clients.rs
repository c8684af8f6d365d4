//! Clients in one process, each with one durable action under way at a time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::ident::CreditCode;
use ledger::{Ledger, Options};
use serde_json::{Value, json};

use crate::ledger_dir;
use crate::probe::{peak_memory_mb, per_second, percentile_us};

/// What the clients need to know of the county.
pub(crate) struct County {
    authority: CreditCode,
    operators: Vec<String>,
    /// Sets this run's ids and numbers apart from those of other runs.
    run: u64,
}

impl County {
    /// Takes a few thousand operators from the ledger's first events.
    pub(crate) fn of(ledger: &Ledger) -> anyhow::Result<Self> {
        let mut operators = Vec::new();
        ledger.events(0..20_000, &mut |_, bytes| {
            let event: Value = serde_json::from_slice(bytes).unwrap_or_default();
            if event["type"] == "registration.granted.v1"
                && let Some(code) = event["data"]["code"].as_str()
            {
                operators.push(code.to_owned());
            }
            operators.len() < 5_000
        })?;
        anyhow::ensure!(!operators.is_empty(), "the ledger has no operators");
        Ok(Self {
            authority: demo::authority()?,
            operators,
            run: ledger.head().size,
        })
    }

    /// The n-th action of a client: its complaints are filed, accepted and settled in turn.
    pub(crate) fn action(&self, client: u64, n: u64) -> String {
        let complaint = format!("B{}-{client}-{}", self.run, n / 3);
        let mixed = (client * 7_919 + n / 3 * 104_729) % self.operators.len() as u64;
        let place = usize::try_from(mixed).unwrap_or(0);
        let operator = &self.operators[place];
        let (r#type, data) = match n % 3 {
            0 => (
                "complaint.file",
                json!({"cause": "quality", "claim_fen": 12_900, "complaint": complaint,
                    "consumer": {"seal": "甲某"}, "operator": operator}),
            ),
            1 => ("complaint.accept", json!({ "complaint": complaint })),
            _ => ("complaint.withdraw", json!({ "complaint": complaint })),
        };
        let by = json!({"capacity": "complaint_desk", "department": self.authority});
        let id = format!(
            "0192{:04x}-{:04x}-7000-8{:03x}-{n:012x}",
            self.run >> 16 & 0xffff,
            self.run & 0xffff,
            client & 0xfff
        );
        json!({"by": by, "data": data, "id": id, "on": "2026-10-12", "type": r#type}).to_string()
    }
}

pub(crate) fn measure(dir: &Path, clients: usize, seconds: u64) -> anyhow::Result<Value> {
    let ledger = Ledger::open(&ledger_dir(dir), &Options::default())?;
    let county = County::of(&ledger)?;
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let mut samples: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..clients as u64)
            .map(|client| {
                let (ledger, county, stop) = (&ledger, &county, &stop);
                scope.spawn(move || work(ledger, county, client, stop))
            })
            .collect();
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::Relaxed);
        let done: anyhow::Result<Vec<Vec<Duration>>> = workers
            .into_iter()
            .map(|w| w.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
            .collect();
        Ok::<_, anyhow::Error>(done?.concat())
    })?;
    let rate = per_second(samples.len() as u64, begun.elapsed());
    Ok(
        json!({"memory_mb": peak_memory_mb(), "p50_us": percentile_us(&mut samples, 500),
        "p99_us": percentile_us(&mut samples, 990), "per_second": rate}),
    )
}

fn work(
    ledger: &Ledger,
    county: &County,
    client: u64,
    stop: &AtomicBool,
) -> anyhow::Result<Vec<Duration>> {
    let mut samples = Vec::new();
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let action = county.action(client, n);
        let one = Instant::now();
        ledger
            .submit(action.as_bytes(), Some("bench"))
            .with_context(|| format!("client {client}, action {n}"))?;
        samples.push(one.elapsed());
    }
    Ok(samples)
}

/// Eight clients at work until the process is killed.
pub(crate) fn work_until_killed(dir: &Path) -> anyhow::Result<Value> {
    let ledger = Ledger::open(&ledger_dir(dir), &Options::default())?;
    let county = County::of(&ledger)?;
    let done = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for client in 0..8_u64 {
            let (ledger, county, done) = (&ledger, &county, &done);
            scope.spawn(move || {
                let never = AtomicBool::new(false);
                let worked = work(ledger, county, client, &never).map_or(0, |s| s.len());
                done.fetch_add(worked as u64, Ordering::Relaxed);
            });
        }
    });
    Ok(json!({"done": done.load(Ordering::Relaxed)}))
}
