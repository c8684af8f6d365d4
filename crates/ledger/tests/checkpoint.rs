//! Signing, on a real disk: what continues the last signed checkpoint is signed, nothing else is.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chain::note::checkpoint::key_name;
use chain::note::policy::signed_by_log;
use chain::tree::verify::verify_consistency;
use domain::ident::CreditCode;
use ledger::{Ledger, LedgerError, Options};
use serde_json::{Value, json};

const ORIGIN: &str = "ledger.example/checkpoints";

fn code(body: &str) -> String {
    CreditCode::complete(body).unwrap().to_string()
}

fn send(ledger: &Ledger, n: u64, r#type: &str, capacity: &str, data: &Value) {
    let by = json!({"capacity": capacity, "department": code("11371322MB2857001")});
    let id = format!("01890a5d-ac96-774b-bcce-{n:012x}");
    let action = json!({"by": by, "data": data, "id": id, "on": "2023-03-01", "type": r#type});
    ledger.submit(action.to_string().as_bytes(), None).unwrap();
}

/// Enough that some of it is settled and some is not.
fn grow(ledger: &Ledger, range: std::ops::Range<u64>) {
    for n in range {
        if n == 0 {
            let capacities = ["registrar", "administrator"];
            let data = json!({"capacities": capacities, "code": code("11371322MB2857001"),
                "division": "371322", "name": "郯城县市场监督管理局", "short": "市监"});
            send(ledger, n, "department.establish", "administrator", &data);
            continue;
        }
        let data = json!({"address": format!("郯城县人民路{n}号"),
            "code": code(&format!("91371322MA3C{n:05}")), "division": "371322",
            "name": format!("郯城县银杏{n}有限公司")});
        send(ledger, n, "registration.grant", "registrar", &data);
    }
}

fn options() -> Options {
    Options {
        tail_bytes: 20_000,
        ..Options::default()
    }
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

#[track_caller]
fn refused<T>(result: Result<T, LedgerError>, code: &str) {
    assert_eq!(result.map(drop).map_err(|e| e.code()), Err(code));
}

#[test]
fn each_checkpoint_continues_the_one_before_under_a_key_of_its_owner_alone() {
    let (_keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &options()).unwrap();
    let keys = ledger.log_keys().unwrap();
    assert_eq!(keys[0].name(), key_name(ORIGIN));
    let mut last = ledger.sign_checkpoint().unwrap().checkpoint;
    assert_eq!(last.size, 0);
    for n in 1..6 {
        grow(&ledger, (n - 1) * 40..n * 40);
        let signed = ledger.sign_checkpoint().unwrap();
        let checkpoint = signed_by_log(&signed.note, &keys).unwrap();
        assert_eq!(checkpoint.size, ledger.head().size);
        let proof = ledger
            .tree()
            .consistency(last.size, checkpoint.size)
            .unwrap()
            .unwrap();
        let (old, new) = (&last.root, &checkpoint.root);
        verify_consistency(last.size, checkpoint.size, &proof, old, new).unwrap();
        assert_eq!(ledger.sign_checkpoint().unwrap(), signed, "nothing is new");
        last = checkpoint;
    }
    let mode = fs::metadata(dir.join("keys/log.json"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    drop(ledger);
    let ledger = Ledger::open(&dir, &options()).unwrap();
    assert_eq!(ledger.sign_checkpoint().unwrap().checkpoint, last);
    assert_eq!(ledger.log_keys().unwrap(), keys);
}

#[test]
fn an_old_folder_signs_nothing_and_says_why() {
    let (keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &options()).unwrap();
    grow(&ledger, 0..30);
    drop(ledger);
    let backup = keep.path().join("backup");
    copy(&dir, &backup);
    let floor = fs::read(dir.with_file_name("county.floor")).unwrap();
    let ledger = Ledger::open(&dir, &options()).unwrap();
    grow(&ledger, 30..60);
    ledger.sign_checkpoint().unwrap();
    drop(ledger);
    fs::remove_dir_all(&dir).unwrap();
    copy(&backup, &dir);
    refused(Ledger::open(&dir, &options()), "head_below_floor");
    // Also where its floor was brought back with it.
    fs::write(dir.with_file_name("county.floor"), &floor).unwrap();
    refused(Ledger::open(&dir, &options()), "head_below_signed");
    let scratch = tempfile::tempdir().unwrap();
    let looked = Ledger::open_read_only(&dir, scratch.path(), &options()).unwrap();
    assert_eq!(looked.stopped().unwrap().code, "head_below_signed");
    assert_eq!(looked.head().size, 30);
    refused(looked.sign_checkpoint(), "ledger_read_only");
    drop(looked);
    // And where it goes on differently from there, past what was signed.
    fs::rename(
        dir.with_file_name("county.signed"),
        keep.path().join("aside"),
    )
    .unwrap();
    let ledger = Ledger::open(&dir, &options()).unwrap();
    refused(ledger.sign_checkpoint(), "signed_missing");
    grow(&ledger, 100..150);
    drop(ledger);
    fs::rename(
        keep.path().join("aside"),
        dir.with_file_name("county.signed"),
    )
    .unwrap();
    refused(Ledger::open(&dir, &options()), "head_not_signed");
}

#[test]
fn whoever_else_signs_is_noticed() {
    let (keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &options()).unwrap();
    grow(&ledger, 0..10);
    let path = dir.with_file_name("county.signed");
    let before = fs::read(&path).unwrap();
    ledger.sign_checkpoint().unwrap();
    fs::write(&path, before).unwrap();
    refused(ledger.sign_checkpoint(), "signed_changed");
    drop(ledger);
    // Another ledger's checkpoint in its place.
    let other = keep.path().join("other");
    drop(Ledger::create(&other, ORIGIN, &options()).unwrap());
    fs::copy(keep.path().join("other.signed"), &path).unwrap();
    refused(Ledger::open(&dir, &options()), "signed_unreadable");
}

#[test]
fn a_journal_that_holds_other_events_than_memory_is_not_signed() {
    let (_keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &Options::default()).unwrap();
    grow(&ledger, 0..10);
    ledger.sign_checkpoint().unwrap();
    grow(&ledger, 10..20);
    let segment = fs::read_dir(dir.join("journal"))
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    let whole = fs::read(&segment).unwrap();
    fs::write(&segment, &whole[..whole.len() / 2]).unwrap();
    refused(ledger.sign_checkpoint(), "disk_differs");
    fs::write(&segment, &whole).unwrap();
    assert_eq!(ledger.sign_checkpoint().unwrap().checkpoint.size, 20);
}

#[test]
fn old_and_new_key_sign_together_until_the_old_one_is_retired() {
    let (_keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &options()).unwrap();
    grow(&ledger, 0..5);
    let old = ledger.log_keys().unwrap().remove(0);
    let new = ledger.make_log_key().unwrap();
    let now = ledger.log_keys().unwrap();
    assert_eq!(now, std::slice::from_ref(&old), "not named by an event yet");
    let data = json!({"key": new.to_string(), "previous": old.to_string()});
    send(&ledger, 1_000, "ledger.add_key", "administrator", &data);
    assert_eq!(ledger.log_keys().unwrap(), [old.clone(), new.clone()]);
    let signed = ledger.sign_checkpoint().unwrap();
    for key in [&old, &new] {
        signed_by_log(&signed.note, std::slice::from_ref(key)).unwrap();
    }
    let data = json!({"key": old.to_string(), "reason": "轮换"});
    send(&ledger, 1_001, "ledger.retire_key", "administrator", &data);
    let signed = ledger.sign_checkpoint().unwrap();
    assert_eq!(signed.keys, std::slice::from_ref(&new));
    signed_by_log(&signed.note, std::slice::from_ref(&new)).unwrap();
    signed_by_log(&signed.note, std::slice::from_ref(&old)).unwrap_err();
    drop(ledger);
    let ledger = Ledger::open(&dir, &options()).unwrap();
    assert_eq!(ledger.log_keys().unwrap(), [new]);
    ledger.sign_checkpoint().unwrap();
}

#[test]
fn a_ledger_from_before_there_were_checkpoints_gets_a_key_and_signs() {
    let (_keep, dir) = place();
    let ledger = Ledger::create(&dir, ORIGIN, &options()).unwrap();
    grow(&ledger, 0..30);
    drop(ledger);
    fs::remove_file(dir.join("keys/log.json")).unwrap();
    fs::remove_file(dir.with_file_name("county.signed")).unwrap();
    let ledger = Ledger::open(&dir, &options()).unwrap();
    refused(ledger.sign_checkpoint(), "checkpoint_no_key");
    let key = ledger.make_log_key().unwrap();
    let signed = ledger.sign_checkpoint().unwrap();
    assert_eq!((signed.checkpoint.size, signed.keys), (30, vec![key]));
    // A second key changes nothing of what was signed last.
    ledger.make_log_key().unwrap();
    assert_eq!(ledger.sign_checkpoint().unwrap().note, signed.note);
}
