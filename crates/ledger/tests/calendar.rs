//! What the calendar brings about: whether asked day by day, or once after three months' silence,
//! the same happens on the same legal days.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use domain::day::{Day, Instant};
use ledger::{Ledger, Options, SetClock};
use serde_json::Value;

const OPERATORS: u64 = 60;
const DAYS: i64 = 90;

struct County {
    ledger: Ledger,
    clock: Arc<SetClock>,
    /// The day after the demo's last.
    first: Day,
    /// Size of the history by then.
    size: u64,
}

impl County {
    fn new(dir: &Path) -> Self {
        let clock = Arc::new(SetClock::default());
        let options = Options {
            clock: clock.clone(),
            ..Options::default()
        };
        let ledger = Ledger::create(&dir.join("ledger"), "calendar", &options).unwrap();
        let mut last = Day::MIN;
        for day in demo::County::new(OPERATORS, 1).unwrap() {
            let day = day.unwrap();
            last = last.max(day.on);
            clock.set(morning(day.on));
            let sent: Vec<_> = day
                .actions
                .iter()
                .filter_map(|a| ledger.begin(a.to_string().as_bytes(), None).ok())
                .collect();
            // Some of the demo's actions are there to be refused.
            sent.into_iter()
                .for_each(|answer| drop(answer.recv().unwrap()));
        }
        let size = ledger.head().size;
        Self {
            ledger,
            clock,
            first: last.plus_days(1),
            size,
        }
    }

    /// Runs the calendar up to a day, on that day; how many acts were recorded, and what was held up.
    fn run(&self, day: Day) -> (u64, Vec<String>) {
        self.clock.set(morning(day));
        let (mut recorded, mut held) = (0, Vec::new());
        let run = self
            .ledger
            .run_calendar(day, &mut |lapse, outcome| match outcome {
                Ok(receipt) => recorded += u64::from(!receipt.known),
                Err(refusal) => held.push(format!(
                    "{} {} {}: {}",
                    lapse.on,
                    lapse.subject,
                    lapse.payload.event_type(),
                    refusal.code
                )),
            });
        run.unwrap();
        (recorded, held)
    }

    /// The events since the demo's end, without what depends on when they were recorded.
    fn events(&self) -> Vec<Value> {
        let mut events = Vec::new();
        let each = &mut |_, bytes: &[u8]| {
            let mut event: Value = serde_json::from_slice(bytes).unwrap();
            let fields = event.as_object_mut().unwrap();
            fields.remove("at");
            fields.remove("prev");
            events.push(event);
            true
        };
        self.ledger.events(self.size..u64::MAX, each).unwrap();
        events
    }
}

fn morning(day: Day) -> Instant {
    let days = u64::try_from(day.unix_days()).unwrap();
    Instant::from_millis(days * 86_400_000 + 3_600_000)
}

#[test]
fn ninety_days_of_silence_change_nothing_but_the_time_of_recording() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (daily, silent) = (County::new(one.path()), County::new(other.path()));
    let last = daily.first.plus_days(DAYS);
    for day in 0..=DAYS {
        daily.run(daily.first.plus_days(day));
    }
    let (recorded, held) = silent.run(last);
    assert_eq!(held, Vec::<String>::new());
    let events = silent.events();
    assert_eq!(recorded, events.len() as u64);
    let by_day = daily.events();
    for (one, other) in by_day.iter().zip(&events) {
        assert_eq!(one, other);
    }
    assert_eq!(by_day.len(), events.len());

    // It is a real stretch of a county's life: several kinds of acts, each on its own legal day.
    let kinds: BTreeSet<&str> = events.iter().map(|e| e["type"].as_str().unwrap()).collect();
    for kind in ["complaint.terminated.v1", "credit.class_assigned.v1"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let days: Vec<&str> = events.iter().map(|e| e["on"].as_str().unwrap()).collect();
    assert!(days.is_sorted());
    let days: BTreeSet<&str> = days.into_iter().collect();
    assert!(days.len() > 5, "{days:?}");

    // Asked again, it records nothing; and the views follow from the events alone.
    assert_eq!(silent.run(last), (0, Vec::new()));
    assert_eq!(silent.events().len(), events.len());
    assert!(silent.ledger.rebuild_views().unwrap());
}
