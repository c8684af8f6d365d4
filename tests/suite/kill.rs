//! `kill -9` while actions are recorded: what was acknowledged is there afterwards.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{binary, demo, run};

/// Kills that one run of the suite makes.
const KILLS: u64 = 200;
/// Actions that are sent in a round, at most.
const ROUND_ACTIONS: u64 = 300;

#[test]
fn no_acknowledged_action_is_lost_by_a_kill() {
    let (_keep, dir) = demo("2");
    let listed = run(&dir, &["show", "department:register", "--json"]);
    let told: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let department = &told["state"]["departments"][0]["department"];
    let by = json!({"capacity": "registrar", "department": department});
    let events = run(
        &dir,
        &["events", "--type", "registration.granted", "--json"],
    )
    .stdout;
    let first = events.split(|b| *b == b'\n').next().unwrap();
    let event: Value = serde_json::from_slice(first).unwrap();
    let operator = event["data"]["code"].clone();
    let mut n = 0_u64;
    for round in 0..KILLS {
        let mut child = Command::new(binary())
            .arg("--ledger")
            .arg(&dir)
            .args(["act", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut acknowledged = None;
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let started = n;
        // The writer runs ahead of the answers, so that the kill falls into the middle of work.
        let feeder = std::thread::spawn({
            let (by, operator) = (by.clone(), operator.clone());
            move || {
                for k in started..started + ROUND_ACTIONS {
                    let data = json!({"code": operator, "name": format!("改名{k}")});
                    let id = format!("01890a5d-ac96-774b-bcce-{k:012x}");
                    let action = json!({"by": by, "data": data, "id": id, "on": "2026-10-08",
                        "type": "registration.change"});
                    if writeln!(stdin, "{action}").is_err() {
                        break;
                    }
                }
            }
        });
        let mut line = String::new();
        for _ in 0..(round % 40) * 7 + 1 {
            line.clear();
            if answers.read_line(&mut line).unwrap() == 0 {
                break;
            }
            let answer: Value = serde_json::from_str(&line).unwrap();
            acknowledged = Some(answer["seq"].as_u64().unwrap_or_else(|| panic!("{answer}")));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        feeder.join().unwrap();
        n += ROUND_ACTIONS;
        let acknowledged = acknowledged.unwrap();
        let status = run(&dir, &["status", "--json"]);
        assert!(
            status.status.success(),
            "{}",
            String::from_utf8_lossy(&status.stderr)
        );
        let status: Value = serde_json::from_slice(&status.stdout).unwrap();
        assert!(
            status["size"].as_u64().unwrap() > acknowledged,
            "round {round}"
        );
        // Opening has held journal, store and floor against each other; the whole history is
        // audited every twentieth round, as that grows with it.
        if round % 20 == 19 {
            assert!(
                run(&dir, &["verify", "chain", "order"]).status.success(),
                "round {round}"
            );
        }
    }
    assert!(run(&dir, &["verify"]).status.success());
}
