//! The log's files, checkpoints and proof files, through the binary and its door.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::http_client::{AUTHORITY, Served, change};
use crate::support::{demo, run, text};

fn checkpoint_key(dir: &Path) -> String {
    text(&run(dir, &["keys", "checkpoint"])).trim().to_owned()
}

#[test]
fn full_tiles_may_be_kept_for_ever_and_the_rest_briefly() {
    let (_keep, dir) = demo("14");
    let served = Served::of(&dir, &[]);
    let size = served.size();
    assert!(size > 256, "{size} events make no full tile");
    let checkpoint = served.log("checkpoint");
    assert_eq!(
        checkpoint.header("content-type"),
        "text/plain; charset=utf-8"
    );
    assert_eq!(checkpoint.header("cache-control"), "public, max-age=2");
    assert_eq!(
        checkpoint.text().lines().nth(1),
        Some(size.to_string().as_str())
    );
    for full in ["tile/0/000", "tile/entries/000"] {
        let tile = served.log(full);
        assert_eq!(tile.status, 200);
        assert_eq!(tile.header("content-type"), "application/octet-stream");
        assert_eq!(
            tile.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(tile.header("vary"), "");
        let width = if full.contains("entries") { 34 } else { 32 };
        assert_eq!(tile.body.len(), 256 * width, "{full}");
    }
    let (tiles, rest) = (size / 256, size % 256);
    let partial = served.log(&format!("tile/0/{tiles:03}.p/{rest}"));
    assert_eq!(partial.status, 200);
    assert_eq!(partial.header("cache-control"), "public, max-age=60");
    let above = served.log(&format!("tile/1/000.p/{tiles}"));
    assert_eq!(above.body.len() as u64, 32 * tiles);
    for (path, status, code) in [
        (
            format!("tile/0/{tiles:03}.p/{}", rest + 1),
            404,
            "tile_beyond",
        ),
        (format!("tile/0/{tiles:03}"), 404, "tile_beyond"),
        ("tile/2/000.p/1".to_owned(), 404, "tile_beyond"),
        ("tile/0/1".to_owned(), 400, "tile_path"),
        ("tile/00/000".to_owned(), 400, "tile_path"),
        ("tile/entries/000.p/256".to_owned(), 400, "tile_path"),
    ] {
        let answer = served.log(&path);
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (status, Some(code)),
            "{path}"
        );
    }
}

#[test]
fn a_proof_file_is_made_and_checked_offline() {
    let (keep, dir) = demo("2");
    let key = checkpoint_key(&dir);
    let events = run(&dir, &["events", "--json"]).stdout;
    let fifth = events.split(|b| *b == b'\n').nth(6).unwrap();
    let event: Value = serde_json::from_slice(fifth).unwrap();
    let path = keep.path().join("event.proof.json");
    let file = path.to_str().unwrap();
    let nowhere = keep.path().join("nowhere");
    for name in ["5", event["id"].as_str().unwrap()] {
        let made = run(&dir, &["prove", "event", name]);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        fs::write(&path, &made.stdout).unwrap();
        let checked = run(&nowhere, &["verify-proof", file, "--key", &key, "--json"]);
        assert!(checked.status.success(), "{}", text(&checked));
        let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
        assert_eq!(
            (&told["event"], &told["holds"]),
            (&event, &Value::Bool(true))
        );
    }
    let good = fs::read_to_string(&path).unwrap();
    let other = good.replacen(event["on"].as_str().unwrap(), "2020-01-01", 1);
    assert_ne!(good, other);
    // The first date stands in the comment, which nothing vouches for; the second in the event.
    let second = good.rfind(event["on"].as_str().unwrap()).unwrap();
    let mut forged = good.clone();
    forged.replace_range(second..second + 4, "2019");
    fs::write(&path, forged).unwrap();
    let checked = run(&nowhere, &["verify-proof", file, "--key", &key]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        text(&checked).contains("THE PROOF DOES NOT HOLD"),
        "{}",
        text(&checked)
    );
    // Another ledger's key.
    let (_other, foreign) = demo("2");
    fs::write(&path, good).unwrap();
    let foreign = checkpoint_key(&foreign);
    let checked = run(
        &nowhere,
        &["verify-proof", file, "--key", &foreign, "--json"],
    );
    assert_eq!(checked.status.code(), Some(1));
    // Beyond the published checkpoint there is no proof yet.
    let none = run(&dir, &["prove", "event", "1000000"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn proofs_over_http_are_for_events_that_the_reader_may_see() {
    let served = Served::new();
    let key = checkpoint_key_served(&served);
    let events = served.get("/events").lines();
    let seq = events[0]["seq"].as_u64().unwrap();
    let answer = served.get(&format!("/events/{seq}/proof"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let path = served.dir.with_extension("proof");
    fs::write(&path, &answer.body).unwrap();
    let file = path.to_str().unwrap();
    let checked = run(&served.dir, &["verify-proof", file, "--key", &key]);
    assert!(checked.status.success(), "{}", text(&checked));
    let seen: Vec<u64> = events.iter().map(|e| e["seq"].as_u64().unwrap()).collect();
    let hidden = (0..served.size()).find(|seq| !seen.contains(seq)).unwrap();
    assert_eq!(served.get(&format!("/events/{hidden}/proof")).status, 404);
    let with_key = served.get_as(&served.key, &format!("/events/{hidden}/proof"));
    assert_eq!(with_key.status, 200, "{}", with_key.text());
}

fn checkpoint_key_served(served: &Served) -> String {
    let told = served.get("/checkpoint").json();
    told["checkpoint_keys"][0].as_str().unwrap().to_owned()
}

#[test]
fn an_old_folder_copied_back_is_served_read_only_and_signs_nothing() {
    let (keep, dir) = demo("2");
    let backup = keep.path().join("backup");
    copy(&dir, &backup);
    let mut served = Served::of(&dir, &["--publish-every", "1"]);
    let before = served.size();
    let operator = served.operator();
    assert_eq!(served.act(&change(&operator, 1)).status, 201);
    until(|| served.log("checkpoint").text().lines().nth(1) == Some(&(before + 1).to_string()));
    assert!(served.stop());
    fs::remove_dir_all(&dir).unwrap();
    copy(&backup, &dir);
    let signed = fs::read(keep.path().join("county.signed")).unwrap();
    let refused = run(&dir, &["checkpoint"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        why.contains("head_below_floor") && why.contains("old folder"),
        "{why}"
    );
    let served = Served::of(&dir, &["--publish-every", "1"]);
    assert_eq!(served.size(), before);
    let health = served.get("/health");
    assert_eq!(
        (health.status, health.json()["status"].as_str()),
        (503, Some("read_only"))
    );
    let act = served.act(&change(&operator, 2));
    assert_eq!(
        (act.status, act.json()["code"].as_str()),
        (503, Some("ledger_read_only"))
    );
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(fs::read(keep.path().join("county.signed")).unwrap(), signed);
    drop(served);
    // With its floor brought back as well, the signed checkpoint beside the folder still tells.
    fs::remove_file(keep.path().join("county.floor")).unwrap();
    let refused = run(&dir, &["--adopt", "checkpoint"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("head_below_signed"), "{why}");
}

#[test]
fn keys_are_rotated_by_an_event_and_old_proofs_stay_good() {
    let (keep, dir) = demo("2");
    let old = checkpoint_key(&dir);
    let proof = run(&dir, &["prove", "event", "3"]).stdout;
    let rotated = run(&dir, &["keys", "rotate", "--department", AUTHORITY]);
    assert!(
        rotated.status.success(),
        "{}",
        String::from_utf8_lossy(&rotated.stderr)
    );
    let both = text(&run(&dir, &["keys", "checkpoint"]));
    let new = both.lines().last().unwrap().to_owned();
    assert_eq!(both.lines().next(), Some(old.as_str()));
    assert_ne!(old, new);
    let path = keep.path().join("proof.json");
    let file = path.to_str().unwrap();
    let holds = |key: &str| {
        run(&dir, &["verify-proof", file, "--key", key])
            .status
            .success()
    };
    fs::write(&path, &proof).unwrap();
    assert!(holds(&old) && !holds(&new));
    assert!(run(&dir, &["checkpoint"]).status.success());
    fs::write(&path, run(&dir, &["prove", "event", "3"]).stdout).unwrap();
    assert!(holds(&old) && holds(&new), "both sign");
    let retire = [
        "keys",
        "retire",
        &old,
        "--reason",
        "轮换",
        "--department",
        AUTHORITY,
    ];
    assert!(run(&dir, &retire).status.success());
    assert!(run(&dir, &["checkpoint"]).status.success());
    fs::write(&path, run(&dir, &["prove", "event", "3"]).stdout).unwrap();
    assert!(!holds(&old) && holds(&new));
    let last = run(
        &dir,
        &[
            "keys",
            "retire",
            &new,
            "--reason",
            "x",
            "--department",
            AUTHORITY,
        ],
    );
    let why = String::from_utf8_lossy(&last.stderr).into_owned();
    assert!(why.contains("ledger.key_last"), "{why}");
    let shown = text(&run(&dir, &["show", "ledger:keys"]));
    assert!(shown.contains(&old) && shown.contains(&new), "{shown}");
    let verified = run(&dir, &["verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
    assert!(
        text(&verified).contains("signatures"),
        "{}",
        text(&verified)
    );
}

pub(crate) fn until(mut done: impl FnMut() -> bool) {
    for _ in 0..300 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("it did not happen within 30 seconds");
}

pub(crate) fn copy(from: &Path, to: &Path) {
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
