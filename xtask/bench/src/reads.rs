//! Opening, and reading as of dates.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::day::Day;
use domain::row::List;
use domain::subject::Subject;
use ledger::{AsOf, Known, Ledger, Options};
use serde_json::{Value, json};

use crate::ledger_dir;
use crate::probe::{peak_memory_mb, percentile_us};

pub(crate) fn open(dir: &Path) -> anyhow::Result<Value> {
    let begun = Instant::now();
    let ledger = Ledger::open(&ledger_dir(dir), &Options::default())?;
    let took = begun.elapsed();
    Ok(json!({"millis": u64::try_from(took.as_millis())?, "size": ledger.head().size}))
}

/// Operators and lists as of dates and positions, one after another.
pub(crate) fn measure(dir: &Path) -> anyhow::Result<Value> {
    let ledger = Ledger::open(&ledger_dir(dir), &Options::default())?;
    let size = ledger.head().size;
    let mut operators = Vec::new();
    ledger.events(0..size, &mut |_, bytes| {
        let link = chain::link::read_link(bytes);
        if link.is_ok_and(|l| l.kind == "registration.granted.v1") {
            let event: Value = serde_json::from_slice(bytes).unwrap_or_default();
            let subjects = event["subjects"].as_array().into_iter().flatten();
            operators.extend(
                subjects
                    .filter_map(|s| Subject::parse(s.as_str()?).ok())
                    .filter(|s| s.as_str().starts_with("operator:")),
            );
        }
        true
    })?;
    anyhow::ensure!(!operators.is_empty(), "the ledger has no operators");
    let first = Day::new(2025, 10, 1).context("a day")?;
    let mut operator_samples = Vec::new();
    for n in 0..4_000_usize {
        let subject = &operators[n * 7_919 % operators.len()];
        let day = first.plus_days(i64::try_from(n % 365)?);
        let known = Known::Position(size / 2 + n as u64 * (size / 8_000));
        let begun = Instant::now();
        ledger.entity(
            subject,
            AsOf {
                known,
                on: Some(day),
            },
        )?;
        operator_samples.push(begun.elapsed());
    }
    let mut list_samples: Vec<Duration> = Vec::new();
    let mut entries = 0;
    for n in 0..300_u64 {
        let list = [List::Abnormal, List::Marks][usize::try_from(n % 2)?];
        let day = first.plus_days(i64::try_from(n % 365)?);
        let known = Known::Position(size / 2 + n * (size / 600));
        let begun = Instant::now();
        entries = entries.max(
            ledger
                .list(
                    list,
                    AsOf {
                        known,
                        on: Some(day),
                    },
                )?
                .len(),
        );
        list_samples.push(begun.elapsed());
    }
    Ok(
        json!({"list_entries_max": entries, "list_p50_us": percentile_us(&mut list_samples, 500),
        "list_p99_us": percentile_us(&mut list_samples, 990), "memory_mb": peak_memory_mb(),
        "operator_p50_us": percentile_us(&mut operator_samples, 500),
        "operator_p99_us": percentile_us(&mut operator_samples, 990)}),
    )
}
