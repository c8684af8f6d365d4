//! HTTP door: what it counts, in Prometheus' text form.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::http::StatusCode;

/// Counters since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// Requests by the first digit of their status, 1 to 5.
    answered: [AtomicU64; 5],
    under_way: AtomicI64,
    turned_away: AtomicU64,
    recorded: AtomicU64,
    refused: AtomicU64,
    /// Actions handed to the writer and not answered yet.
    waiting: AtomicI64,
}

/// A request under way.
pub(super) struct Counted<'a>(&'a Metrics);

/// An action that the writer has not answered yet.
pub(super) struct Waiting(Arc<Metrics>);

impl Waiting {
    /// Counts what became of it.
    pub(super) fn decided(&self, recorded: bool) {
        let counter = if recorded {
            &self.0.recorded
        } else {
            &self.0.refused
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub(super) fn begin(&self) -> Counted<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        Counted(self)
    }

    pub(super) fn turned_away(&self) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    /// An action is handed to the writer.
    pub(super) fn wait(metrics: &Arc<Self>) -> Waiting {
        metrics.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(Arc::clone(metrics))
    }

    /// The text that a scraper reads.
    pub(super) fn text(&self, size: u64, writing: bool) -> String {
        let mut out = String::new();
        let mut one = |name: &str, kind: &str, help: &str, value: i64| {
            let _ = writeln!(
                out,
                "# HELP regledger_{name} {help}\n# TYPE regledger_{name} {kind}\nregledger_{name} {value}"
            );
        };
        let count = |counter: &AtomicU64| {
            i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
        };
        one(
            "head_size",
            "gauge",
            "Events in the history.",
            i64::try_from(size).unwrap_or(i64::MAX),
        );
        one(
            "writing",
            "gauge",
            "1 while actions are recorded, 0 once writing is off.",
            i64::from(writing),
        );
        one(
            "actions_waiting",
            "gauge",
            "Actions handed to the writer and not answered.",
            self.waiting.load(Ordering::Relaxed),
        );
        one(
            "actions_recorded_total",
            "counter",
            "Actions answered with a receipt.",
            count(&self.recorded),
        );
        one(
            "actions_refused_total",
            "counter",
            "Actions refused or failed.",
            count(&self.refused),
        );
        one(
            "requests_under_way",
            "gauge",
            "Requests that are being answered.",
            self.under_way.load(Ordering::Relaxed),
        );
        one(
            "connections_turned_away_total",
            "counter",
            "Connections beyond the limit.",
            count(&self.turned_away),
        );
        let _ = writeln!(
            out,
            "# HELP regledger_requests_total Requests answered, by class of status.\n# TYPE regledger_requests_total counter"
        );
        for (class, counter) in (1..).zip(&self.answered) {
            let _ = writeln!(
                out,
                "regledger_requests_total{{status=\"{class}xx\"}} {}",
                counter.load(Ordering::Relaxed)
            );
        }
        out
    }
}

impl Counted<'_> {
    pub(super) fn end(self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.0.answered.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
