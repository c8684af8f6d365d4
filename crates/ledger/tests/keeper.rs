//! The keeper from outside: what it acknowledges stays, what is damaged is named.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use domain::ident::CreditCode;
use domain::row::List;
use domain::subject::Subject;
use ledger::{AsOf, Known, Ledger, LedgerError, Options, Rejection};
use serde_json::{Value, json};

const ORIGIN: &str = "regledger test 371322";

fn code(body: &str) -> String {
    CreditCode::complete(body).unwrap().to_string()
}

fn authority() -> String {
    code("11371322MB2857001")
}

fn operator() -> String {
    code("91371322MA3C00001")
}

fn id(n: u64) -> String {
    format!("01890a5d-ac96-774b-bcce-{n:012x}")
}

fn action(n: u64, r#type: &str, on: &str, capacity: &str, data: &Value) -> Value {
    let by = json!({"capacity": capacity, "department": authority()});
    json!({"by": by, "data": data, "id": id(n), "on": on, "type": r#type})
}

fn send(ledger: &Ledger, action: &Value) -> Result<ledger::Receipt, Rejection> {
    ledger.submit(action.to_string().as_bytes(), Some("test"))
}

fn establish(n: u64) -> Value {
    let capacities = [
        "registrar",
        "complaint_desk",
        "enforcer",
        "reviewer",
        "head",
        "credit_officer",
        "publisher",
        "administrator",
        "importer",
        "clock",
    ];
    let data = json!({"capacities": capacities, "code": authority(), "division": "371322",
        "name": "郯城县市场监督管理局", "short": "市监"});
    action(
        n,
        "department.establish",
        "2015-01-01",
        "administrator",
        &data,
    )
}

/// A ledger with its authority, the built-in packs and one operator.
fn begin(dir: &Path) -> Ledger {
    let ledger = Ledger::create(dir, ORIGIN, &Options::default()).unwrap();
    send(&ledger, &establish(0)).unwrap();
    for (n, pack) in (1..).zip(domain::policy::builtin().unwrap()) {
        let data = json!({"pack": pack});
        send(
            &ledger,
            &action(n, "policy.adopt", "2015-01-01", "administrator", &data),
        )
        .unwrap();
    }
    let data = json!({"address": "郯城县人民路1号", "code": operator(), "division": "371322",
        "legal_representative": {"seal": "李小满"}, "name": "郯城县银杏电子商务有限公司"});
    send(
        &ledger,
        &action(100, "registration.grant", "2023-03-01", "registrar", &data),
    )
    .unwrap();
    ledger
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("county");
    (dir, path)
}

fn enter(n: u64, entry: &str, on: &str) -> Value {
    let data = json!({"entry": entry, "ground": "annual_report", "ground_found": "2024-07-01",
        "list": "abnormal", "operator": operator()});
    action(n, "listing.enter", on, "credit_officer", &data)
}

#[test]
fn a_repeat_is_answered_as_the_first_time_and_another_content_refused() {
    let (_keep, dir) = place();
    let ledger = begin(&dir);
    let asked = enter(200, "a1", "2024-07-10");
    let first = send(&ledger, &asked).unwrap();
    let again = send(&ledger, &asked).unwrap();
    assert!(!first.known && again.known);
    assert_eq!((first.seq, first.hash), (again.seq, again.hash));
    let refused = send(&ledger, &enter(200, "a2", "2024-07-10")).unwrap_err();
    assert_eq!(refused.code(), "action_id_reused");
    // Also where a value was sealed under a salt of its own each time.
    let mut grant = action(
        100,
        "registration.grant",
        "2023-03-01",
        "registrar",
        &json!({
        "address": "郯城县人民路1号", "code": operator(), "division": "371322",
        "legal_representative": {"seal": "李小满"}, "name": "郯城县银杏电子商务有限公司"}),
    );
    assert!(send(&ledger, &grant).unwrap().known);
    grant["data"]["legal_representative"]["seal"] = json!("王小暑");
    assert_eq!(
        send(&ledger, &grant).unwrap_err().code(),
        "action_id_reused"
    );
}

#[test]
fn a_correction_changes_the_past_by_legal_date_but_not_what_was_known() {
    let (_keep, dir) = place();
    let ledger = begin(&dir);
    let entered = send(&ledger, &enter(200, "a1", "2024-07-10")).unwrap();
    let data = json!({"entry": "a1", "operator": operator(), "reason": "年报已按期公示，列入有误"});
    send(
        &ledger,
        &action(201, "listing.correct", "2024-07-10", "head", &data),
    )
    .unwrap();
    let day = domain::day::Day::parse("2024-08-01").unwrap();
    let on = Some(day);
    let count = |known| {
        ledger
            .list(List::Abnormal, AsOf { known, on })
            .unwrap()
            .len()
    };
    assert_eq!(count(Known::Position(entered.seq)), 1);
    assert_eq!(count(Known::Now), 0);
    let subject = Subject::parse(&format!("operator:{}", operator())).unwrap();
    let listed = |known| match ledger.entity(&subject, AsOf { known, on }).unwrap() {
        Some(domain::entity::Entity::Operator(o)) => o.listing.on_list(List::Abnormal, day),
        _ => false,
    };
    assert!(listed(Known::Position(entered.seq)));
    assert!(!listed(Known::Now));
}

#[test]
fn refusals_are_coded_and_change_nothing() {
    let (_keep, dir) = place();
    let ledger = begin(&dir);
    let head = ledger.head();
    let good = enter(300, "b1", "2024-07-10");
    let mut cases: Vec<(String, &str)> = vec![
        ("{".into(), "json_syntax"),
        (
            good.to_string().replace("\"2024-07-10\"", "1.5"),
            "json_float",
        ),
        (
            good.to_string().replacen('{', "{\"id\":1,\"id\":2,", 1),
            "json_duplicate_key",
        ),
        (" ".repeat(300_000), "json_too_large"),
        (
            good.to_string().replace("listing.enter", "listing.eat"),
            "action_type_unknown",
        ),
        (
            good.to_string().replace("\"ground\"", "\"grund\""),
            "action_schema",
        ),
        (
            good.to_string().replace("credit_officer", "registrar"),
            "department.no_capacity",
        ),
        (
            good.to_string().replace("annual_report", "annual_rapport"),
            "listing.ground_unknown",
        ),
        (
            good.to_string().replace("\"abnormal\"", "\"marks\""),
            "listing.wrong_list",
        ),
        (
            good.to_string().replace("\"b1\"", "\"13900000000\""),
            "personal_value_in_clear",
        ),
    ];
    let mut stale = good.clone();
    let subject = format!("operator:{}", operator());
    stale["expect"] = json!({"since": 1, "subjects": [subject]});
    cases.push((stale.to_string(), "condition_stale"));
    let data = json!({"code": "cured", "entry": "none", "operator": operator()});
    let order = action(301, "listing.remove", "2024-07-10", "head", &data);
    cases.push((order.to_string(), "listing.entry_unknown"));
    for (text, code) in cases {
        let refused = ledger.submit(text.as_bytes(), None).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert_eq!(ledger.head(), head, "{code}");
    }
    send(&ledger, &good).unwrap();
    assert_eq!(ledger.head().size, head.size + 1);
}

#[test]
fn closing_and_opening_keeps_head_states_and_lists() {
    let (_keep, dir) = place();
    let ledger = begin(&dir);
    send(&ledger, &enter(200, "a1", "2024-07-10")).unwrap();
    let (head, views) = (ledger.head(), ledger.projections().unwrap());
    assert!(matches!(
        Ledger::open(&dir, &Options::default()),
        Err(LedgerError::Locked)
    ));
    drop(ledger);
    let ledger = Ledger::open(&dir, &Options::default()).unwrap();
    assert_eq!(
        (ledger.head(), ledger.projections().unwrap()),
        (head, views)
    );
}

#[test]
fn erasing_destroys_the_key_and_leaves_the_chain() {
    let (_keep, dir) = place();
    let ledger = begin(&dir);
    // A slot of zeros is a key that was destroyed.
    let destroyed = || {
        let slots = fs::read(dir.join("vault/keys.slots")).unwrap();
        slots
            .chunks(72)
            .filter(|s| s.iter().all(|b| *b == 0))
            .count()
    };
    assert_eq!(destroyed(), 0);
    // The legal representative's name lies under the operator's key, not under the address's.
    let data = json!({"ground": "个人信息保护法第四十七条",
        "subject": format!("operator:{}", operator())});
    send(
        &ledger,
        &action(400, "vault.erase", "2026-01-05", "head", &data),
    )
    .unwrap();
    assert_eq!(destroyed(), 1);
    let mut walker = chain::walk::Walker::from_origin(ORIGIN);
    ledger
        .events(0..u64::MAX, &mut |_, bytes| walker.push(bytes).is_ok())
        .unwrap();
    assert_eq!(walker.head(), ledger.head().hash);
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

fn refusal_of(dir: &Path) -> &'static str {
    match Ledger::open(dir, &Options::default()) {
        Ok(_) => "opened",
        Err(error) => error.code(),
    }
}

#[test]
fn an_old_folder_copied_back_is_refused() {
    let (keep, dir) = place();
    drop(begin(&dir));
    let backup = keep.path().join("backup");
    copy(&dir, &backup);
    let ledger = Ledger::open(&dir, &Options::default()).unwrap();
    send(&ledger, &enter(200, "a1", "2024-07-10")).unwrap();
    drop(ledger);
    fs::remove_dir_all(&dir).unwrap();
    copy(&backup, &dir);
    assert_eq!(refusal_of(&dir), "head_below_floor");
}

#[test]
fn a_lost_settled_store_is_not_taken_for_an_empty_history() {
    let (_keep, dir) = place();
    drop(begin(&dir));
    fs::remove_dir_all(dir.join("settled")).unwrap();
    assert_eq!(refusal_of(&dir), "settled_behind_anchor");
}

#[test]
fn a_missing_anchor_or_floor_is_refused() {
    let (_keep, dir) = place();
    drop(begin(&dir));
    let floor = dir.with_file_name("county.floor");
    let held = fs::read(&floor).unwrap();
    fs::remove_file(&floor).unwrap();
    assert_eq!(refusal_of(&dir), "floor_missing");
    fs::write(&floor, held).unwrap();
    fs::remove_file(dir.join("anchor")).unwrap();
    assert_eq!(refusal_of(&dir), "anchor_missing");
}

/// A copy of a ledger as a kill leaves it: journal ahead of the anchor.
fn killed(keep: &Path, dir: &Path) -> PathBuf {
    let ledger = begin(dir);
    send(&ledger, &enter(200, "a1", "2024-07-10")).unwrap();
    let copied = keep.join("killed");
    copy(dir, &copied);
    fs::copy(
        dir.with_file_name("county.floor"),
        keep.join("killed.floor"),
    )
    .unwrap();
    // Nothing of the database had reached the disk yet.
    fs::remove_dir_all(copied.join("settled")).unwrap();
    drop(ledger);
    copied
}

fn segment(dir: &Path) -> PathBuf {
    let mut paths: Vec<_> = fs::read_dir(dir.join("journal"))
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .collect();
    paths.sort();
    paths.pop().unwrap()
}

#[test]
fn the_journal_alone_brings_everything_back() {
    let (keep, dir) = place();
    let copied = killed(keep.path(), &dir);
    let original = Ledger::open(&dir, &Options::default()).unwrap();
    let restored = Ledger::open(&copied, &Options::default()).unwrap();
    assert_eq!(restored.head(), original.head());
    assert_eq!(
        restored.projections().unwrap(),
        original.projections().unwrap()
    );
}

#[test]
fn a_cut_journal_tail_is_refused_where_it_was_acknowledged() {
    let (keep, dir) = place();
    let copied = killed(keep.path(), &dir);
    let path = segment(&copied);
    let bytes = fs::read(&path).unwrap();
    for lost in [1, 9, 400] {
        fs::write(&path, &bytes[..bytes.len() - lost]).unwrap();
        assert_eq!(refusal_of(&copied), "head_below_floor", "{lost} bytes lost");
        fs::remove_dir_all(copied.join("settled")).unwrap();
    }
}

#[test]
fn an_unfinished_frame_that_nobody_was_told_of_is_cut() {
    let (keep, dir) = place();
    let copied = killed(keep.path(), &dir);
    let path = segment(&copied);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend([200, 0, 0, 0, 1, 2, 3]);
    fs::write(&path, bytes).unwrap();
    let restored = Ledger::open(&copied, &Options::default()).unwrap();
    let original = Ledger::open(&dir, &Options::default()).unwrap();
    assert_eq!(restored.head(), original.head());
}

/// Where the frames of a segment begin, and where the last ends.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(length) = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        at += 8 + u32::from_le_bytes(*length) as usize;
        starts.push(at);
    }
    assert_eq!(starts.last(), Some(&bytes.len()), "whole frames");
    starts
}

#[test]
fn a_flipped_bit_anywhere_in_the_journal_is_refused() {
    let (keep, dir) = place();
    let copied = killed(keep.path(), &dir);
    let path = segment(&copied);
    let good = fs::read(&path).unwrap();
    let starts = frames(&good);
    let last = starts[starts.len() - 2];
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&path, bad).unwrap();
        let code = refusal_of(&copied);
        let in_length = starts
            .iter()
            .any(|start| (*start..*start + 4).contains(&at));
        match at < last && !in_length {
            true => assert_eq!(code, "journal_bad_checksum", "byte {at} of {}", good.len()),
            false => assert_ne!(code, "opened", "byte {at} of {}", good.len()),
        }
        fs::remove_dir_all(copied.join("settled")).unwrap_or_default();
    }
}

/// After a power loss the floor may be older than what was acknowledged: then the journal alone
/// says that a frame was finished once.
#[test]
fn a_damaged_frame_with_others_behind_it_is_not_taken_for_an_unfinished_one() {
    let (keep, dir) = place();
    let (mark, floor) = (keep.path().join("first.floor"), "killed.floor");
    drop(Ledger::create(&keep.path().join("first"), ORIGIN, &Options::default()).unwrap());
    let copied = killed(keep.path(), &dir);
    let path = segment(&copied);
    let mut bytes = fs::read(&path).unwrap();
    let starts = frames(&bytes);
    bytes[starts[starts.len() / 2] + 20] ^= 1;
    fs::write(&path, bytes).unwrap();
    fs::copy(mark, keep.path().join(floor)).unwrap();
    assert_eq!(refusal_of(&copied), "journal_bad_checksum");
}

#[test]
fn a_frame_taken_out_of_the_journal_leaves_a_gap() {
    let (keep, dir) = place();
    let copied = killed(keep.path(), &dir);
    let path = segment(&copied);
    let mut bytes = fs::read(&path).unwrap();
    let starts = frames(&bytes);
    let place = starts.len() / 2;
    bytes.drain(starts[place]..starts[place + 1]);
    fs::write(&path, bytes).unwrap();
    assert_eq!(refusal_of(&copied), "journal_gap");
}

#[test]
fn a_journal_that_begins_behind_the_end_is_refused() {
    let (_keep, dir) = place();
    drop(begin(&dir));
    let path = segment(&dir);
    fs::remove_file(&path).unwrap();
    fs::write(path.with_file_name(format!("{:020}.seg", 9_000)), b"").unwrap();
    assert_eq!(refusal_of(&dir), "journal_gap");
}

/// Two ledgers of one past that ended in different events; what of the second is put into the first
/// is named.
#[test]
fn parts_of_another_history_of_the_same_length_are_refused() {
    let (keep, dir) = place();
    let other = keep.path().join("other");
    drop(begin(&dir));
    copy(&dir, &other);
    fs::copy(
        dir.with_file_name("county.floor"),
        keep.path().join("other.floor"),
    )
    .unwrap();
    let (ours, theirs) = (
        enter(200, "a1", "2024-07-10"),
        enter(201, "a2", "2024-07-11"),
    );
    send(&Ledger::open(&dir, &Options::default()).unwrap(), &ours).unwrap();
    let ledger = Ledger::open(&other, &Options::default()).unwrap();
    send(&ledger, &theirs).unwrap();
    let open = keep.path().join("open");
    copy(&other, &open);
    drop(ledger);
    let mixed = |part: &str, from: &Path| {
        let mixed = keep.path().join(format!("mixed-{part}"));
        copy(&dir, &mixed);
        let floor = mixed.with_file_name(format!("mixed-{part}.floor"));
        fs::copy(dir.with_file_name("county.floor"), &floor).unwrap();
        match part {
            "floor" => drop(fs::copy(from, floor).unwrap()),
            _ => {
                fs::remove_dir_all(mixed.join(part)).unwrap();
                copy(&from.join(part), &mixed.join(part));
                fs::copy(other.join("closed"), mixed.join("closed")).unwrap();
            }
        }
        refusal_of(&mixed)
    };
    let floor = other.with_file_name("other.floor");
    assert_eq!(mixed("floor", &floor), "head_not_floor");
    assert_eq!(mixed("settled", &other), "settled_head_mismatch");
    assert_eq!(mixed("journal", &open), "journal_not_settled");
}
