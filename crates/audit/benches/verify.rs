//! How fast a history is verified: `cargo bench -p audit [-- OPERATORS]`, printed as events a
//! second. The history is the demo's year, made in memory.

// A bench fails by panicking and tells by printing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::float_arithmetic
)]

use std::num::NonZero;
use std::time::Instant as Watch;

use audit::{Audit, Level};
use chain::hash::{Hash, origin_hash};
use chain::history::{HISTORY_VERSION, Header, Trailer};
use chain::seal::{Salt, commit};
use domain::action::Action;
use domain::day::Instant;
use domain::decide::{decide, place};
use domain::event::Event;
use domain::world::Replayed;
use serde_json::{Value, json};

const ORIGIN: &str = "regledger bench 371322";
const TEXT_BYTES: usize = 1 << 20;
const RUNS: usize = 3;

fn main() {
    let operators = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let (history, events) = year(operators.unwrap_or(40_000));
    println!(
        "{events} events, {} bytes each",
        history.len() as u64 / events
    );
    parts(&history, events);
    let texts = pieces(&history);
    let cores = std::thread::available_parallelism().unwrap();
    let one = NonZero::<usize>::MIN;
    for (name, levels, threads) in [
        ("chain order", &[Level::Chain, Level::Order][..], one),
        ("chain order", &[Level::Chain, Level::Order], cores),
        ("schemas", &[Level::Schemas], cores),
        ("projections (all views)", &[Level::Projections], one),
        ("projections (all views)", &[Level::Projections], cores),
        ("all levels", &Level::OF_HISTORY, cores),
    ] {
        let mut best = f64::MAX;
        for _ in 0..RUNS {
            let begun = Watch::now();
            let mut audit = Audit::of(levels);
            audit.texts(texts.iter().cloned(), threads);
            let report = audit.finish();
            best = best.min(begun.elapsed().as_secs_f64());
            assert!(report.holds, "{:?}", report.findings);
        }
        let rate = events as f64 / best;
        println!("{name:<24} {threads} threads {rate:>12.0} events a second");
    }
}

/// What one event costs on one thread: reading, folding, and the digest over all states.
fn parts(history: &[u8], events: u64) {
    let tell = |name: &str, begun: Watch| {
        let rate = events as f64 / begun.elapsed().as_secs_f64();
        println!("{name:<24} 1 threads {rate:>12.0} events a second");
    };
    let lines = history
        .split(|b| *b == b'\n')
        .filter(|l| l.starts_with(b"{\"at\":"));
    let lines: Vec<&[u8]> = lines.collect();
    let begun = Watch::now();
    let read: Vec<Event> = lines.iter().map(|l| Event::parse(l).unwrap()).collect();
    tell("  Event::parse", begun);
    let begun = Watch::now();
    let mut world = Replayed::default();
    read.iter().for_each(|event| world.apply(event));
    tell("  fold", begun);
    let begun = Watch::now();
    assert_ne!(world.projections().version, 0);
    tell("  digest", begun);
    let begun = Watch::now();
    drop(read);
    tell("  drop", begun);
}

/// The demo's year as a history file.
fn year(operators: u64) -> (Vec<u8>, u64) {
    let header = Header {
        from: 0,
        history: HISTORY_VERSION,
        origin: ORIGIN.to_owned(),
        prev: origin_hash(ORIGIN),
    };
    let mut made = Made {
        out: header.to_line().unwrap(),
        size: 0,
        head: header.prev,
        world: Replayed::default(),
    };
    for day in demo::County::new(operators, 1).unwrap() {
        made.day(day.unwrap());
    }
    let claim = Some(made.world.projections());
    let trailer = Trailer::close(&header, made.size, made.head, claim).unwrap();
    made.out.push(b'\n');
    made.out.extend(trailer.to_line().unwrap());
    made.out.push(b'\n');
    (made.out, made.size)
}

struct Made {
    out: Vec<u8>,
    size: u64,
    head: Hash,
    world: Replayed,
}

impl Made {
    fn day(&mut self, day: demo::Day) {
        let days = u64::try_from(day.on.unix_days()).unwrap();
        let at = Instant::from_millis(days * 86_400_000);
        for mut action in day.actions {
            seal(&mut action, self.size);
            let action = Action::from_value(action).unwrap();
            // The demo asks for some things that are refused.
            let Ok(drafts) = decide(&self.world, &action) else {
                continue;
            };
            for placed in place(drafts, &action, self.size, self.head, at).unwrap() {
                self.world.apply(&placed.event);
                self.out.push(b'\n');
                self.out.extend(&placed.bytes);
                (self.size, self.head) = (self.size + 1, placed.hash);
            }
        }
    }
}

fn seal(value: &mut Value, n: u64) {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("seal") => {
            let mut salt = [0; 32];
            salt[..8].copy_from_slice(&n.to_le_bytes());
            *value = json!(commit(&Salt(salt), &map["seal"]).unwrap());
        }
        Value::Object(map) => map.values_mut().for_each(|v| seal(v, n)),
        Value::Array(items) => items.iter_mut().for_each(|v| seal(v, n)),
        _ => {}
    }
}

/// The history in pieces of whole lines, as a reader of a file would give them.
fn pieces(history: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = history;
    let mut out = Vec::new();
    while rest.len() > TEXT_BYTES {
        let end = memchr::memrchr(b'\n', &rest[..TEXT_BYTES]).unwrap() + 1;
        out.push(rest[..end].to_vec());
        rest = &rest[end..];
    }
    out.push(rest.to_vec());
    out
}
