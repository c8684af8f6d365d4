//! The whole keeper over a disk and an engine that fail.
//!
//! One piece of work is done again and again, and each time another call to the disk is the first
//! that fails: whatever it is, nothing is acknowledged from there on, the writer is off and says
//! so, readers go on. Then the power goes, and what was acknowledged must be there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chain::hash::event_hash;
use chain::tree::verify::{verify_consistency, verify_inclusion};
use chain::tree::{Frontier, leaf};
use chain::walk::Walker;
use domain::event::Event;
use domain::ident::CreditCode;
use domain::row::List;
use domain::subject::Subject;
use domain::world::Replayed;
use serde_json::{Value, json};

use crate::anchor::{Mark, MarkFile};
use crate::media::Media;
use crate::media::memory::{Faults, Memory};
use crate::settled::engine::Engine;
use crate::settled::keeper::{Keeper, encode};
use crate::settled::keys;
use crate::settled::memory::MemoryEngine;
use crate::{AsOf, Known, Ledger, LedgerError, Options, Receipt, Rejection};

const ORIGIN: &str = "regledger faults";
const NOW: AsOf = AsOf {
    known: Known::Now,
    on: None,
};

/// A ledger's folder, with its journal, marks and store in memory.
pub(crate) struct Bench {
    pub(crate) faults: Arc<Faults>,
    memory: Arc<Memory>,
    pub(crate) engine: Arc<MemoryEngine>,
    keep: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let faults = Faults::none();
        let bench = Self {
            memory: Arc::new(Memory::new(&faults)),
            engine: Arc::new(MemoryEngine::new(&faults)),
            keep: tempfile::tempdir().unwrap(),
            faults,
        };
        crate::ledger::make(bench.memory.as_ref(), &bench.dir(), ORIGIN).unwrap();
        bench.memory.sync_dir(bench.keep.path()).unwrap();
        bench.memory.sync_dir(&bench.dir()).unwrap();
        bench
    }

    fn dir(&self) -> PathBuf {
        self.keep.path().join("county")
    }

    /// Opens it with a tail so small that every few actions are settled.
    pub(crate) fn open(&self) -> Result<Ledger, LedgerError> {
        self.open_with(4_000)
    }

    fn open_with(&self, tail_bytes: usize) -> Result<Ledger, LedgerError> {
        let options = Options {
            tail_bytes,
            ..Options::default()
        };
        let media: Arc<dyn Media> = Arc::clone(&self.memory) as _;
        let engine = |_: &Path| -> Result<Arc<dyn Engine>, LedgerError> {
            Ok(Arc::clone(&self.engine) as _)
        };
        Ledger::assemble(&self.dir(), &options, &media, &engine)
    }

    fn keeper(&self) -> Keeper {
        let start = Mark {
            size: 0,
            hash: chain::hash::origin_hash(ORIGIN),
        };
        let engine: Arc<dyn Engine> = Arc::clone(&self.engine) as _;
        Keeper::open(engine, start, 1 << 20).unwrap()
    }

    fn lose_power(&self, torn: usize) {
        self.faults.heal();
        self.memory.lose_power(torn);
        self.engine.lose_power();
    }
}

fn code(body: &str) -> String {
    CreditCode::complete(body).unwrap().to_string()
}

pub(crate) fn operator(n: u64) -> String {
    code(&format!("91371322MA3C{n:05}"))
}

fn send(
    ledger: &Ledger,
    n: u64,
    r#type: &str,
    capacity: &str,
    data: &Value,
) -> Result<Receipt, Rejection> {
    let by = json!({"capacity": capacity, "department": code("11371322MB2857001")});
    let id = format!("01890a5d-ac96-774b-bcce-{n:012x}");
    let on = "2023-03-01";
    let action = json!({"by": by, "data": data, "id": id, "on": on, "type": r#type});
    ledger.submit(action.to_string().as_bytes(), None)
}

/// The n-th piece of a story that touches everything that is kept: states, rows, sealed values,
/// an erasure, a new key after it.
pub(crate) fn act(ledger: &Ledger, n: u64) -> Result<Receipt, Rejection> {
    let (which, source) = (
        n / 4,
        json!({"layout": "abnormal", "record": n.to_string()}),
    );
    match n {
        0 => {
            let capacities = ["registrar", "importer", "head", "administrator"];
            let data = json!({"capacities": capacities, "code": code("11371322MB2857001"),
                "division": "371322", "name": "郯城县市场监督管理局", "short": "市监"});
            send(ledger, n, "department.establish", "administrator", &data)
        }
        _ if n % 4 == 1 => {
            let data = json!({"address": "郯城县人民路1号", "code": operator(which),
                "division": "371322", "legal_representative": {"seal": "甲某"},
                "name": format!("郯城县银杏{which}有限公司")});
            send(ledger, n, "registration.grant", "registrar", &data)
        }
        _ if n % 4 == 2 => {
            let data = json!({"entry": format!("e{n}"), "list": "abnormal", "reason": "地址失联",
                "operator": operator(which), "source": source});
            send(ledger, n, "listing.import", "importer", &data)
        }
        _ if n % 8 == 7 => {
            let address = domain::ident::AddressId::of("郯城县人民路1号");
            let data = json!({"ground": "个人信息保护法第四十七条",
                "subject": format!("address:{address}")});
            send(ledger, n, "vault.erase", "head", &data)
        }
        _ => {
            let code = operator(n.saturating_sub(2) / 4);
            let data = json!({"code": code, "name": format!("改名{n}")});
            send(ledger, n, "registration.change", "registrar", &data)
        }
    }
}

/// Everything that is served agrees with what follows from the events.
pub(crate) fn check(ledger: &Ledger) {
    let mut walker = Walker::from_origin(ORIGIN);
    let mut replayed = Replayed::default();
    ledger
        .events(0..u64::MAX, &mut |_, bytes| {
            walker.push(bytes).unwrap();
            replayed.apply(&Event::parse(bytes).unwrap());
            true
        })
        .unwrap();
    let (head, views) = ledger.claim().unwrap();
    assert_eq!((walker.next_seq(), walker.head()), (head.size, head.hash));
    check_tree(ledger, head.size);
    assert_eq!(views, replayed.projections());
    let subject = Subject::parse(&format!("operator:{}", operator(0))).unwrap();
    let history = ledger.history(&subject, Known::Now).unwrap();
    let state = ledger.entity(&subject, NOW).unwrap();
    assert_eq!(state.is_some(), !history.is_empty());
    if let Some(state) = state {
        assert_eq!(state, domain::fold::as_recorded(&subject, &history));
    }
    ledger.list(List::Abnormal, NOW).unwrap();
}

/// Roots and proofs are those of the events, tail and store alike.
fn check_tree(ledger: &Ledger, size: u64) {
    let (mut grown, mut leaves) = (Frontier::empty(), Vec::new());
    let mut roots = vec![grown.root()];
    ledger
        .events(0..size, &mut |_, bytes| {
            leaves.push(leaf(&event_hash(bytes)));
            grown.push(leaves[leaves.len() - 1], &mut |_, _, _| {});
            roots.push(grown.root());
            true
        })
        .unwrap();
    let tree = ledger.tree();
    assert_eq!(tree.root(size).unwrap(), Some(grown.root()));
    for (seq, leaf) in (0..).zip(&leaves) {
        let path = tree.inclusion(seq, size).unwrap().unwrap();
        verify_inclusion(leaf, seq, size, &path, &grown.root()).unwrap();
        let old = usize::try_from(seq).unwrap();
        let proof = tree.consistency(seq, size).unwrap().unwrap();
        verify_consistency(seq, size, &proof, &roots[old], &grown.root()).unwrap();
    }
    assert_eq!(tree.root(size + 1).unwrap(), None);
}

const ACTIONS: u64 = 24;

#[test]
fn whatever_call_fails_first_nothing_acknowledged_is_lost() {
    let whole = Bench::new();
    let ledger = whole.open().unwrap();
    let before = whole.faults.calls();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    check(&ledger);
    drop(ledger);
    let calls = whole.faults.calls() - before;
    assert!(calls > 80, "{calls} calls are too few to mean anything");
    // Every call of the first steps, then some.
    for fail in (0..40).chain((40..calls).step_by(5)) {
        one_failure(fail, usize::try_from(fail * 37 % 400).unwrap());
    }
}

fn one_failure(fail: u64, torn: usize) {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    bench.faults.fail_in(fail);
    let mut acknowledged = 0;
    let mut failed = false;
    for n in 0..ACTIONS {
        match act(&ledger, n) {
            Ok(receipt) => {
                assert!(!failed, "call {fail}: acknowledged after a failure");
                acknowledged = receipt.seq + 1;
            }
            Err(rejection) => {
                assert_eq!(
                    rejection.code(),
                    "ledger_writer_off",
                    "call {fail}: {rejection}"
                );
                failed = true;
            }
        }
    }
    if failed {
        assert!(ledger.why_off().is_some());
        assert!(bench.faults.has_failed());
    }
    // Readers go on, at the head that was acknowledged.
    assert_eq!(ledger.head().size, acknowledged, "call {fail}");
    check(&ledger);
    drop(ledger);
    bench.lose_power(torn);
    let ledger = bench.open().unwrap_or_else(|e| panic!("call {fail}: {e}"));
    assert!(ledger.head().size >= acknowledged, "call {fail}");
    check(&ledger);
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap_or_else(|e| panic!("call {fail}, action {n} again: {e}"));
    }
    check(&ledger);
}

#[test]
fn a_kill_at_any_time_loses_nothing_and_a_second_one_while_opening_neither() {
    for stop in (1..ACTIONS).step_by(7) {
        let bench = Bench::new();
        let ledger = bench.open().unwrap();
        for n in 0..stop {
            act(&ledger, n).unwrap();
        }
        let head = ledger.head();
        // From here on nothing reaches the disk, closing included: as after a kill.
        bench.faults.fail_in(0);
        drop(ledger);
        bench.faults.heal();
        bench.faults.fail_in(stop % 5);
        drop(bench.open());
        bench.faults.heal();
        let ledger = bench.open().unwrap();
        assert_eq!(ledger.head(), head);
        check(&ledger);
    }
}

#[test]
fn views_that_were_changed_are_found_and_mended() {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    assert!(ledger.rebuild_views().unwrap(), "nothing was changed yet");
    let (head, views) = ledger.claim().unwrap();
    drop(ledger);
    let mut keeper = bench.keeper();
    let subject = Subject::parse(&format!("operator:{}", operator(0))).unwrap();
    let key = keys::state(keeper.manifest.slot, subject.as_str());
    let empty = domain::entity::Entity::empty_for(&subject);
    keeper.forge(&key, &encode(&empty).unwrap()).unwrap();
    let ledger = bench.open().unwrap();
    assert_ne!(
        ledger.claim().unwrap(),
        (head, views),
        "the forgery is read"
    );
    assert!(!ledger.rebuild_views().unwrap(), "the forgery is noticed");
    assert_eq!(ledger.claim().unwrap(), (head, views));
    check(&ledger);
    for n in ACTIONS..2 * ACTIONS {
        act(&ledger, n).unwrap();
    }
    check(&ledger);
    drop(ledger);
    check(&bench.open().unwrap());
}

#[test]
fn views_of_another_release_are_made_anew_on_opening() {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    let claimed = ledger.claim().unwrap();
    drop(ledger);
    let mut keeper = bench.keeper();
    keeper.manifest.slot.version += 1;
    keeper.forge(b"s", b"any").unwrap();
    let ledger = bench.open().unwrap();
    assert_eq!(ledger.claim().unwrap(), claimed);
    check(&ledger);
}

/// A settled ledger with a value of its store changed; the checksum over it is right.
fn with_changed(key: &[u8], change: impl Fn(&mut Vec<u8>)) -> Result<Ledger, LedgerError> {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    drop(ledger);
    let mut value = bench.engine.get(key).unwrap().unwrap();
    change(&mut value);
    bench
        .engine
        .apply(vec![(key.to_vec(), Some(value))])
        .unwrap();
    bench.open()
}

#[track_caller]
fn refused(opened: Result<Ledger, LedgerError>, code: &str) {
    assert_eq!(opened.map(drop).map_err(|e| e.code()), Err(code));
}

#[test]
fn a_tree_that_is_not_the_events_is_refused_on_opening() {
    let seal = |key: &'static [u8], value: &mut Vec<u8>| {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(key);
        hasher.update(&value[4..]);
        value[..4].copy_from_slice(&hasher.finalize().to_le_bytes());
    };
    // A peak of the frontier, by an intruder who minds the checksum and by one who does not.
    let peak = with_changed(keys::FRONTIER, |value| {
        value[14] ^= 1;
        let crc = crc32fast::hash(&value[4..]).to_le_bytes();
        value[..4].copy_from_slice(&crc);
    });
    refused(peak, "tree_frontier_mismatch");
    let crc = with_changed(keys::FRONTIER, |value| value[14] ^= 1);
    refused(crc, "tree_frontier_unreadable");
    let size = with_changed(keys::FRONTIER, |value| {
        value.truncate(12);
        value[4..].fill(0);
        let crc = crc32fast::hash(&value[4..]).to_le_bytes();
        value[..4].copy_from_slice(&crc);
    });
    refused(size, "tree_size_mismatch");
    // A leaf in its half tile.
    let key: &'static [u8] = keys::half_tile(0, 0).leak();
    let leaf = with_changed(key, |value| {
        value[40] ^= 1;
        seal(key, value);
    });
    refused(leaf, "tree_leaf_mismatch");
    refused(with_changed(key, |value| value[40] ^= 1), "tree_unreadable");
    refused(
        with_changed(key, |value| value.truncate(8)),
        "tree_unreadable",
    );
}

#[test]
fn a_store_without_a_tree_gets_one_from_its_events() {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    drop(ledger);
    let gone = [keys::FRONTIER.to_vec(), keys::half_tile(0, 0)];
    let batch = gone.into_iter().map(|key| (key, None)).collect();
    bench.engine.apply(batch).unwrap();
    check(&bench.open().unwrap());
}

#[test]
fn a_journal_whose_tree_was_changed_is_refused() {
    let bench = Bench::new();
    // A tail so large that no step settles it and begins another segment.
    let ledger = bench.open_with(1 << 20).unwrap();
    for n in 0..2 {
        act(&ledger, n).unwrap();
    }
    // Nothing more reaches the disk: what was recorded lies in the journal alone.
    bench.faults.fail_in(0);
    drop(ledger);
    bench.faults.heal();
    let mut segments = bench.memory.files(&bench.dir().join("journal")).unwrap();
    segments.sort();
    let path = segments.last().unwrap();
    let mut bytes = bench.memory.read(path).unwrap();
    let mut at = 0;
    let mut last = 0..0;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        last = at + 8..at + 8 + length;
        at = last.end;
    }
    bytes[last.end - 1] ^= 1;
    let crc = crc32fast::hash(&bytes[last.clone()]).to_le_bytes();
    bytes[last.start - 4..last.start].copy_from_slice(&crc);
    bench
        .memory
        .open(path)
        .unwrap()
        .write_at(&bytes, 0)
        .unwrap();
    refused(bench.open(), "tree_root_mismatch");
}

#[test]
fn a_store_whose_last_event_is_not_its_head_is_refused() {
    let bench = Bench::new();
    let ledger = bench.open().unwrap();
    for n in 0..ACTIONS {
        act(&ledger, n).unwrap();
    }
    drop(ledger);
    // Manifest and anchor agree with each other, and not with the event.
    let mut keeper = bench.keeper();
    let forged = Mark {
        size: keeper.manifest.size,
        hash: event_hash(b"another event"),
    };
    keeper.manifest.hash = forged.hash;
    keeper.forge(b"s", b"any").unwrap();
    let path = bench.dir().join("anchor");
    let opened = MarkFile::open(bench.memory.as_ref(), &path, 2).unwrap();
    let (mut anchor, _) = opened.unwrap();
    anchor.write(forged).unwrap();
    anchor.sync().unwrap();
    let refused = bench.open().err().unwrap();
    assert_eq!(refused.code(), "settled_head_mismatch");
}
