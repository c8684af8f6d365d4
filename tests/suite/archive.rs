//! The drill: archive, restore into an empty folder, verify. Same head, same views; what was erased
//! stays erased, what was kept is readable where the keys were brought along.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{binary, credit_code, demo, run, text};

fn told(output: &std::process::Output) -> Value {
    let problem = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {problem}"))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn archive(dir: &Path, more: &[&str]) -> PathBuf {
    let file = dir.with_extension("archive");
    let args = [&["archive", "--json", path(&file)], more].concat();
    let made = run(dir, &args);
    let problem = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{problem}");
    file
}

/// What `status` and the projections' level of `verify` say of a ledger.
fn stands(dir: &Path) -> (Value, Value) {
    let status = told(&run(dir, &["status", "--json"]));
    let report = told(&run(dir, &["verify", "--json"]));
    assert_eq!(report["holds"], true, "{report}");
    (status["head"].clone(), report["head"].clone())
}

fn code(n: u32) -> String {
    credit_code(&format!("91371322MA3C{n:05}"))
}

/// Operators 1 and 2 share a sealed name, 3 and 4 another, which is erased.
fn act(dir: &Path, n: u32, r#type: &str, capacity: &str, on: &str, data: &Value) -> Value {
    let department = credit_code("11371322MB2857001");
    let action = json!({"by": {"capacity": capacity, "department": department}, "data": data,
        "id": format!("01890a5d-ac96-774b-bcce-{n:012x}"), "on": on, "type": r#type});
    let file = dir.with_extension("action");
    fs::write(&file, format!("{action}\n")).unwrap();
    told(&run(dir, &["act", "--json", path(&file)]))
}

fn grant(dir: &Path, n: u32, person: &str) -> Value {
    let data = json!({"address": format!("郯城县人民路{n}号"), "code": code(n),
        "division": "371322", "legal_representative": {"seal": person}, "name": "商行"});
    act(
        dir,
        n,
        "registration.grant",
        "registrar",
        "2023-03-01",
        &data,
    )
}

fn sealed_county() -> (tempfile::TempDir, PathBuf) {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("county");
    let made = run(&dir, &["init", path(&dir), "--origin", "archive 371322"]);
    assert!(made.status.success());
    let capacities = ["registrar", "head", "administrator"];
    let data = json!({"capacities": capacities, "code": credit_code("11371322MB2857001"),
        "division": "371322", "name": "郯城县市场监督管理局", "short": "市监"});
    act(
        &dir,
        900,
        "department.establish",
        "administrator",
        "2015-01-01",
        &data,
    );
    for (n, person) in [(1, "甲某某"), (2, "甲某某"), (3, "乙某某"), (4, "乙某某")] {
        grant(&dir, n, person);
    }
    for n in [3, 4] {
        let subject = format!("operator:{}", code(n));
        let data = json!({"ground": "个人信息保护法第四十七条", "subject": subject});
        act(&dir, 900 + n, "vault.erase", "head", "2026-06-01", &data);
    }
    (keep, dir)
}

fn shared(dir: &Path, n: u32) -> String {
    let operator = format!("operator:{}", code(n));
    text(&run(dir, &["trace", "--json", &operator]))
}

#[test]
fn a_backup_is_restored_with_its_vault_and_erased_values_stay_erased() {
    let (_keep, dir) = sealed_county();
    run(&dir, &["checkpoint"]);
    let file = archive(&dir, &["--with-vault"]);
    let new = dir.with_file_name("new");
    let refused = run(&new, &["restore", path(&file)]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("archive_keys_needed"));
    assert!(!new.exists());

    let other = dir.with_file_name("other");
    run(&other, &["init", path(&other), "--origin", "another"]);
    let keys = other.join("keys");
    let refused = run(&new, &["restore", path(&file), "--keys", path(&keys)]);
    let problem = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(problem.contains("archive_keys_other"), "{problem}");
    assert!(!new.exists());

    let keys = dir.join("keys");
    let restored = run(
        &new,
        &["restore", "--json", path(&file), "--keys", path(&keys)],
    );
    let restored = told(&restored);
    assert_eq!(stands(&new), stands(&dir));
    let claimed = text(&run(&dir, &["events", "--json"]));
    let digest = restored["projections"]["digest"].as_str().unwrap();
    assert!(claimed.lines().last().unwrap().contains(digest));
    assert_eq!(claimed, text(&run(&new, &["events", "--json"])));

    // Equal values are found by opening them: kept ones are readable, erased ones are not.
    for n in 1..5 {
        assert_eq!(shared(&new, n), shared(&dir, n));
    }
    assert!(shared(&new, 1).contains(&code(2)));
    assert!(!shared(&new, 3).contains(&code(4)));
    // The same action with the same value is known, with another it is refused.
    assert_eq!(grant(&new, 1, "甲某某")["known"], true);
    assert_ne!(grant(&new, 1, "丙某某")["known"], true);
    // A value sealed anew gets a key that nobody has had, and meets the kept ones.
    grant(&new, 5, "甲某某");
    assert!(shared(&new, 5).contains(&code(2)));
    // It goes on signing where the old one stopped.
    let signed = run(&new, &["checkpoint"]);
    assert!(
        signed.status.success(),
        "{}",
        String::from_utf8_lossy(&signed.stderr)
    );
}

#[test]
fn without_vault_and_keys_the_history_is_the_same_and_values_stay_withheld() {
    let (_keep, dir) = sealed_county();
    let file = archive(&dir, &[]);
    let new = dir.with_file_name("new");
    let restored = run(&new, &["restore", path(&file)]);
    assert!(
        restored.status.success(),
        "{}",
        String::from_utf8_lossy(&restored.stderr)
    );
    assert_eq!(
        text(&run(&dir, &["events", "--json"])),
        text(&run(&new, &["events", "--json"]))
    );
    assert!(!shared(&new, 1).contains(&code(2)));
    let unsigned = run(&new, &["checkpoint"]);
    assert!(String::from_utf8_lossy(&unsigned.stderr).contains("checkpoint_no_key"));
    // Where a longer history was seen, an older archive does not come back.
    grant(&new, 5, "丁某某");
    fs::rename(&new, dir.with_file_name("gone")).unwrap();
    let older = run(&new, &["restore", path(&file)]);
    assert!(String::from_utf8_lossy(&older.stderr).contains("restore_older"));
    assert!(!new.exists());
}

#[test]
fn an_altered_archive_is_refused_and_leaves_nothing() {
    let (_keep, dir) = demo("2");
    run(&dir, &["checkpoint"]);
    let file = archive(&dir, &["--with-vault"]);
    let good = fs::read(&file).unwrap();
    let checked = run(&dir, &["verify", "--json", "--archive", path(&file)]);
    let report = told(&checked);
    assert_eq!(report["holds"], true, "{report}");
    let levels = report["levels"].as_array().unwrap();
    assert!(
        levels
            .iter()
            .any(|l| l["level"] == "signatures" && l["covered"] != 0)
    );

    let bad = dir.with_extension("bad");
    let new = dir.with_file_name("new");
    let whole = good.len() * 8;
    let head = 0..14 * 8;
    let tail = (whole - 44 * 8..whole).step_by(5);
    let between = (0..40).map(|n| n * (whole - 1) / 39);
    let mut tried = 0;
    for bit in head.chain(tail).chain(between) {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&bad, bytes).unwrap();
        let report = told(&run(&dir, &["verify", "--json", "--archive", path(&bad)]));
        assert_eq!(report["holds"], false, "bit {bit}");
        assert!(report["findings"][0]["code"].is_string(), "bit {bit}");
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    for (cut, code) in [
        (good.len() - 1, "archive_tail"),
        (good.len() / 2, "archive_unreadable"),
    ] {
        fs::write(&bad, &good[..cut]).unwrap();
        let refused = run(&new, &["restore", "--without-vault", path(&bad)]);
        let problem = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(problem.contains(code), "{problem}");
        assert!(!new.exists() && !dir.with_file_name("new.restoring").exists());
    }
}

#[test]
fn a_restoring_that_was_broken_off_goes_on() {
    let (_keep, dir) = demo("120");
    let file = archive(&dir, &[]);
    let new = dir.with_file_name("new");
    let marker = dir.with_file_name("new.restoring").join("restoring.json");
    let mut under_way = Command::new(binary())
        .args(["--ledger", path(&new), "restore", path(&file)])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !marker.exists() && under_way.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    under_way.kill().unwrap();
    under_way.wait().unwrap();
    assert!(marker.exists() && !new.exists());

    // Another archive does not mix with it.
    let (_other, small) = demo("1");
    let foreign = archive(&small, &[]);
    let refused = run(&new, &["restore", path(&foreign)]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("restore_underway"));

    let again = run(&new, &["restore", path(&file)]);
    assert!(
        again.status.success(),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
    assert_eq!(stands(&new), stands(&dir));
    assert!(!marker.exists() && !dir.with_file_name("new.restoring").exists());

    // An archive under way lies beside its name until it is whole.
    let second = run(&dir, &["archive", path(&file)]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("archive_exists"));
    fs::rename(&file, dir.with_extension("archive.part")).unwrap();
    assert!(archive(&dir, &[]).exists());
    assert!(!dir.with_extension("archive.part").exists());
}

#[test]
fn disclosed_values_are_held_against_their_commitments() {
    let (_keep, dir) = sealed_county();
    let shown = run(&dir, &["disclose", "1"]);
    let line = text(&shown);
    assert!(line.contains("甲某某"), "{line}");
    // What was erased cannot be disclosed any more.
    assert_eq!(run(&dir, &["disclose", "3"]).status.code(), Some(1));

    let history = dir.with_extension("history");
    fs::write(&history, run(&dir, &["events", "--json"]).stdout).unwrap();
    let file = dir.with_extension("disclosed");
    let checked = |line: &str| {
        fs::write(&file, line).unwrap();
        let args = ["verify", "commitments", "--json", "--file", path(&history)];
        told(&run(
            &dir,
            &[&args[..], &["--disclosed", path(&file)]].concat(),
        ))
    };
    let report = checked(&line);
    assert_eq!(report["holds"], true, "{report}");
    let covered = report["levels"].as_array().unwrap().iter();
    assert_eq!(covered.last().unwrap()["covered"], 1);
    for (changed, code) in [
        (line.replace("甲某某", "丙某某"), "commitment_differs"),
        (line.replace("\"seq\":1", "\"seq\":2"), "commitment_unknown"),
        (
            line.replace("\"seq\":1", "\"seq\":999"),
            "commitment_unknown",
        ),
    ] {
        assert_ne!(changed, line);
        let report = checked(&changed);
        assert_eq!(report["findings"][0]["code"], code, "{report}");
        assert_eq!(report["holds"], false);
        assert!(
            !report.to_string().contains("某某"),
            "a finding repeats a value"
        );
    }
    // Nothing brought along is nothing covered.
    assert_eq!(checked("")["holds"], false);
}
