//! What a process used, and how samples spread.

use std::path::Path;
use std::time::Duration;

/// Peak resident memory of this process, in MB; 0 where the system does not say.
pub(crate) fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Bytes of all files below a folder.
pub(crate) fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => bytes_below(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// The sample below which so many in a thousand lie, in microseconds.
pub(crate) fn percentile_us(samples: &mut [Duration], per_mille: usize) -> u64 {
    samples.sort_unstable();
    let place = samples.len().saturating_sub(1) * per_mille / 1_000;
    let sample = samples.get(place).copied().unwrap_or_default();
    u64::try_from(sample.as_micros()).unwrap_or(u64::MAX)
}

/// So many in so long, a second.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people; its last digits mean nothing"
)]
pub(crate) fn per_second(n: u64, took: Duration) -> u64 {
    (n as f64 / took.as_secs_f64().max(1e-9)) as u64
}
