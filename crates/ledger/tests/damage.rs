//! The settled store's files on a real disk: what is lost, cut, exchanged or flipped is refused
//! with a code or read as it was; it is never mistaken for another history, and can be looked at.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use domain::ident::CreditCode;
use domain::row::List;
use domain::subject::Subject;
use ledger::{AsOf, Head, Known, Ledger, LedgerError, Options};
use serde_json::{Value, json};

const ORIGIN: &str = "regledger damage";
const NOW: AsOf = AsOf {
    known: Known::Now,
    on: None,
};

fn code(body: &str) -> String {
    CreditCode::complete(body).unwrap().to_string()
}

fn send(ledger: &Ledger, n: u64, r#type: &str, capacity: &str, data: &Value) {
    let by = json!({"capacity": capacity, "department": code("11371322MB2857001")});
    let id = format!("01890a5d-ac96-774b-bcce-{n:012x}");
    let on = "2023-03-01";
    let action = json!({"by": by, "data": data, "id": id, "on": on, "type": r#type});
    ledger.submit(action.to_string().as_bytes(), None).unwrap();
}

fn options() -> Options {
    Options {
        tail_bytes: 20_000,
        ..Options::default()
    }
}

/// A ledger of a few dozen events, in several steps; closed.
fn county(dir: &Path) -> Head {
    let ledger = Ledger::create(dir, ORIGIN, &options()).unwrap();
    let capacities = ["registrar", "importer", "head", "administrator"];
    let data = json!({"capacities": capacities, "code": code("11371322MB2857001"),
        "division": "371322", "name": "郯城县市场监督管理局", "short": "市监"});
    send(&ledger, 0, "department.establish", "administrator", &data);
    for n in 1..40 {
        let operator = code(&format!("91371322MA3C{n:05}"));
        let data = json!({"address": format!("郯城县人民路{n}号"), "code": operator,
            "division": "371322", "legal_representative": {"seal": "甲某"},
            "name": format!("郯城县银杏{n}有限公司")});
        send(&ledger, 2 * n, "registration.grant", "registrar", &data);
        let data = json!({"entry": format!("e{n}"), "list": "abnormal", "reason": "地址失联",
            "operator": operator, "source": {"layout": "abnormal", "record": n.to_string()}});
        send(&ledger, 2 * n + 1, "listing.import", "importer", &data);
    }
    ledger.head()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("county");
    (keep, dir)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Everything that can be read, or the code of what stands in the way.
fn read_all(dir: &Path) -> Result<Vec<Vec<u8>>, &'static str> {
    let told = |e: LedgerError| e.code();
    let ledger = Ledger::open(dir, &options()).map_err(told)?;
    let mut read = vec![ledger.head().hash.to_string().into_bytes()];
    let mut take = |bytes: &[u8]| read.push(bytes.to_vec());
    ledger
        .events(0..u64::MAX, &mut |_, bytes| {
            take(bytes);
            true
        })
        .map_err(told)?;
    ledger
        .entities(&mut |_, state| {
            take(state);
            true
        })
        .map_err(told)?;
    let rows = ledger.list(List::Abnormal, NOW).map_err(told)?;
    take(format!("{rows:?}").as_bytes());
    Ok(read)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("settled")).unwrap().flatten();
    let mut files: Vec<_> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

/// How far a database file was written; the rest of it is zeros.
fn written(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|b| *b != 0).unwrap() + 1
}

/// A copy of a closed ledger, floor included.
fn twin(keep: &Path, dir: &Path, name: &str) -> PathBuf {
    let twin = keep.join(name);
    let _ = fs::remove_dir_all(&twin);
    copy(dir, &twin);
    let floor = format!("{name}.floor");
    fs::copy(dir.with_file_name("county.floor"), keep.join(floor)).unwrap();
    twin
}

#[test]
fn a_flipped_bit_in_the_database_is_refused_or_changes_nothing() {
    let (keep, dir) = place();
    county(&dir);
    let whole = read_all(&twin(keep.path(), &dir, "whole")).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for step in 0..48_u64 {
        let twin = twin(keep.path(), &dir, "twin");
        let path = twin.join("settled/db");
        let mut bytes = fs::read(&path).unwrap();
        let at = usize::try_from(step * 7_919_777).unwrap() % written(&bytes);
        bytes[at] ^= 1 << (step % 8);
        fs::write(&path, bytes).unwrap();
        match read_all(&twin) {
            Ok(read) => {
                assert!(read == whole, "byte {at}: another history was read");
                harmless += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 0, "no flip was noticed, {harmless} were harmless");
}

#[test]
fn a_cut_or_deleted_file_of_the_store_is_refused_or_changes_nothing() {
    let (keep, dir) = place();
    county(&dir);
    let whole = read_all(&twin(keep.path(), &dir, "whole")).unwrap();
    for file in files(&dir) {
        let name = file.file_name().unwrap().to_owned();
        let length = fs::metadata(&file).unwrap().len();
        for keep_bytes in [
            None,
            Some(0),
            Some(length / 2),
            Some(length.saturating_sub(1)),
        ] {
            let twin = twin(keep.path(), &dir, "twin");
            let path = twin.join("settled").join(&name);
            match keep_bytes {
                None => fs::remove_file(&path).unwrap(),
                Some(bytes) => {
                    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
                    file.set_len(bytes).unwrap();
                }
            }
            if let Ok(read) = read_all(&twin) {
                assert!(
                    read == whole,
                    "{name:?} cut to {keep_bytes:?}: another history"
                );
                assert_ne!(name, "db", "{keep_bytes:?}: a cut database was opened");
            }
        }
    }
}

#[test]
fn an_older_database_put_back_alone_is_refused() {
    let (keep, dir) = place();
    county(&dir);
    let older = keep.path().join("older");
    copy(&dir.join("settled"), &older);
    let ledger = Ledger::open(&dir, &options()).unwrap();
    let data = json!({"code": code("91371322MA3C00001"), "name": "郯城县草莓有限公司"});
    send(&ledger, 900, "registration.change", "registrar", &data);
    drop(ledger);
    fs::remove_dir_all(dir.join("settled")).unwrap();
    copy(&older, &dir.join("settled"));
    assert_eq!(read_all(&dir).unwrap_err(), "settled_behind_anchor");
}

#[test]
fn a_partial_snapshot_of_an_interrupted_opening_does_no_harm() {
    let (_keep, dir) = place();
    let head = county(&dir);
    fs::write(
        dir.join("settled/snap.00000000FFFFFFFF.generating"),
        b"half",
    )
    .unwrap();
    let ledger = Ledger::open(&dir, &options()).unwrap();
    assert_eq!(ledger.head(), head);
}

#[test]
fn evidence_is_kept_until_an_opening_succeeds() {
    let (_keep, dir) = place();
    county(&dir);
    fs::write(dir.join("running"), b"").unwrap();
    let db = dir.join("settled/db");
    let good = fs::read(&db).unwrap();
    let mut bad = good.clone();
    bad.truncate(written(&good) / 3);
    fs::write(&db, &bad).unwrap();
    assert!(read_all(&dir).is_err());
    let kept = fs::read(dir.join("evidence/settled/db")).unwrap();
    assert!(kept == bad, "the evidence is what was found");
    for file in files(&dir) {
        fs::remove_file(file).unwrap();
    }
    fs::write(&db, &good).unwrap();
    assert!(read_all(&dir).is_ok());
    assert!(!dir.join("evidence").exists());
}

#[test]
fn what_is_damaged_can_be_looked_at_up_to_the_damage() {
    let (keep, dir) = place();
    let head = county(&dir);
    let scratch = |n: u32| keep.path().join(format!("scratch{n}"));
    let whole = Ledger::open_read_only(&dir, &scratch(0), &options()).unwrap();
    assert_eq!((whole.head(), whole.stopped()), (head, None));
    assert_eq!(whole.list(List::Abnormal, NOW).unwrap().len(), 39);
    let refused = whole.submit(b"{}", None).unwrap_err();
    assert_eq!(refused.code(), "ledger_read_only");
    drop(whole);

    let ledger = Ledger::open(&dir, &options()).unwrap();
    let locked = Ledger::open_read_only(&dir, &scratch(1), &options());
    assert!(matches!(locked, Err(LedgerError::Locked)));
    drop(ledger);

    let db = dir.join("settled/db");
    let good = fs::read(&db).unwrap();
    fs::write(&db, &good[..written(&good) / 3]).unwrap();
    let before: Vec<_> = files(&dir)
        .into_iter()
        .map(|f| (fs::read(&f).unwrap(), f))
        .collect();
    let cut = Ledger::open_read_only(&dir, &scratch(2), &options()).unwrap();
    let stopped = cut.stopped().unwrap();
    assert_eq!(stopped.position, cut.head().size);
    assert!(cut.head().size < head.size);
    let subject = Subject::parse(&format!("operator:{}", code("91371322MA3C00001"))).unwrap();
    cut.entity(&subject, NOW).unwrap();
    assert_eq!(files(&dir).len(), before.len(), "a file was added");
    for (bytes, file) in before {
        assert!(fs::read(&file).unwrap() == bytes, "{file:?} was written to");
    }
}
