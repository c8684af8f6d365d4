//! What the calendar brings about: whether asked day by day, or once after three months' silence,
//! the same happens on the same legal days.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use domain::day::{Day, Instant};
use domain::row::List;
use ledger::{AsOf, Known, Ledger, Options, SetClock};
use serde_json::{Value, json};

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
        self.events_from(self.size)
    }

    fn events_from(&self, first: u64) -> Vec<Value> {
        let mut events = Vec::new();
        let each = &mut |_, bytes: &[u8]| {
            let mut event: Value = serde_json::from_slice(bytes).unwrap();
            let fields = event.as_object_mut().unwrap();
            fields.remove("at");
            fields.remove("prev");
            events.push(event);
            true
        };
        self.ledger.events(first..u64::MAX, each).unwrap();
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
    for kind in [
        "complaint.terminated.v1",
        "credit.class_assigned.v1",
        "enforcement.publication_ended.v1",
    ] {
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

#[test]
fn a_provisional_day_holds_the_calendar_up_until_the_year_is_known_and_then_moves_by_an_event() {
    let dir = tempfile::tempdir().unwrap();
    let county = County::new(dir.path());
    county.run(Day::parse("2026-12-31").unwrap());
    let by =
        |capacity: &str| json!({"capacity": capacity, "department": demo::authority().unwrap()});
    let act = |n: u64, r#type: &str, on: &str, capacity: &str, data: Value| {
        let id = format!("01890a5d-ac96-774b-bcce-{n:012x}");
        let action = json!({"by": by(capacity), "data": data, "id": id, "on": on, "type": r#type});
        county
            .ledger
            .submit(action.to_string().as_bytes(), None)
            .unwrap()
    };
    let desk = "complaint_desk";
    let filed = json!({"cause": "quality", "complaint": "P-1", "consumer": {"seal": "王某"},
        "operator": "91371322MB9000001C"});
    act(1, "complaint.file", "2026-11-16", desk, filed);
    act(
        2,
        "complaint.accept",
        "2026-11-20",
        desk,
        json!({"complaint": "P-1"}),
    );

    // Sixty days end on 2027-01-19; whether that is a day off, nobody knows yet.
    let provisional = |county: &County| -> Vec<String> {
        let as_of = AsOf {
            known: Known::Now,
            on: Some(Day::parse("2026-12-31").unwrap()),
        };
        let rows = county.ledger.list(List::Clocks, as_of).unwrap();
        let rows = rows
            .into_iter()
            .filter(|r| r.row.clock.as_ref().is_some_and(|c| c.provisional));
        rows.map(|r| format!("{} {}", r.row.key, r.row.reason))
            .collect()
    };
    let mediation = "complaint:P-1 complaint.mediation".to_owned();
    assert!(provisional(&county).contains(&mediation));
    let march = Day::parse("2027-03-01").unwrap();
    let size = county.ledger.head().size;
    let (_, held) = county.run(march);
    let waits = "2027-01-20 complaint:P-1 complaint.terminated.v1: clock.provisional".to_owned();
    assert!(held.contains(&waits), "{held:?}");

    // An invented notice: 18 to 20 January are off.
    let calendar = json!({"calendar": {"years": [{"notice": "invented", "off":
            [{"from": "2027-01-18", "to": "2027-01-20"}], "working": [], "year": 2027}]},
        "instrument": {"en": "invented", "in_force": "2027-01-01", "number": "虚构", "zh": "虚构"},
        "local": false, "pack": "cn.calendar-2027", "rules": [],
        "title": {"en": "invented", "zh": "虚构"}, "version": 1});
    act(
        3,
        "policy.adopt",
        "2026-12-20",
        "administrator",
        json!({"pack": calendar}),
    );
    let (_, held) = county.run(march);
    assert!(
        !held.iter().any(|h| h.contains("complaint:P-1")),
        "{held:?}"
    );
    assert!(!provisional(&county).contains(&mediation));
    let told: Vec<(String, String, Value)> = county
        .events_from(size)
        .into_iter()
        .filter(|e| {
            e["subjects"]
                .as_array()
                .unwrap()
                .contains(&json!("complaint:P-1"))
        })
        .map(|e| {
            let text = |name: &str| e[name].as_str().unwrap().to_owned();
            (text("type"), text("on"), e["data"].clone())
        })
        .collect();
    let moved = json!({"clock": "complaint.mediation", "now": "2027-01-21",
        "subject": "complaint:P-1", "was": "2027-01-19"});
    let ended = json!({"code": "5", "complaint": "P-1"});
    assert_eq!(
        told,
        [
            (
                "clock.recomputed.v1".to_owned(),
                "2026-12-20".to_owned(),
                moved
            ),
            (
                "complaint.terminated.v1".to_owned(),
                "2027-01-22".to_owned(),
                ended
            ),
        ]
    );
    let size = county.ledger.head().size;
    assert_eq!(county.run(march).0, 0, "{:#?}", county.events_from(size));
    assert!(county.ledger.rebuild_views().unwrap());
}
