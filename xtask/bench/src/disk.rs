//! The disk's own rate: what no ledger on it can beat with one client.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::probe::{per_second, percentile_us};

/// Bytes of one append: an event of the demo's mix with its frame.
const APPEND_BYTES: usize = 600;

pub(crate) fn measure(dir: &Path, seconds: u64) -> anyhow::Result<Value> {
    let path = dir.join("raw");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let bytes = [0x5a_u8; APPEND_BYTES];
    let mut samples = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        let one = Instant::now();
        file.write_all(&bytes)?;
        file.sync_data()?;
        samples.push(one.elapsed());
    }
    let rate = per_second(samples.len() as u64, begun.elapsed());
    std::fs::remove_file(&path)?;
    Ok(
        json!({"p50_us": percentile_us(&mut samples, 500), "p99_us": percentile_us(&mut samples, 990),
        "per_second": rate}),
    )
}
