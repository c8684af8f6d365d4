//! Two ledgers and three witnesses on the loopback: a quorum of two, witnesses that die and come
//! back, checkpoints that go on being published and say how they stand.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::http_client::{AUTHORITY, Served};
use crate::log::until;
use crate::support::{binary, run, text};

struct Witness {
    dir: PathBuf,
    key: String,
    address: String,
    child: Option<Child>,
}

impl Witness {
    fn new(keep: &Path, n: usize, logs: &[String]) -> Self {
        let dir = keep.join(format!("witness{n}"));
        let at = dir.to_str().unwrap();
        let name = format!("witness.example/{n}");
        let made = run(keep, &["witness", "init", at, "--name", &name, "--json"]);
        let told: Value = serde_json::from_slice(&made.stdout).unwrap();
        for log in logs {
            assert!(run(keep, &["witness", "add", at, log]).status.success());
        }
        let mut witness = Self {
            dir,
            key: told["key"].as_str().unwrap().to_owned(),
            address: "127.0.0.1:0".to_owned(),
            child: None,
        };
        witness.start();
        witness
    }

    fn start(&mut self) {
        let mut child = Command::new(binary())
            .args(["witness", "serve", self.dir.to_str().unwrap()])
            .args(["--listen", &self.address, "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        self.address = told["listening"].as_str().unwrap().to_owned();
        self.child = Some(child);
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A department is established: the n-th of a ledger.
fn act(served: &Served, n: u64) {
    let by = json!({"capacity": "administrator", "department": AUTHORITY});
    let action = match n {
        0 => json!({"type": "department.establish", "data": {"capacities": ["administrator"],
            "code": AUTHORITY, "division": "371322", "name": "郯城县市场监督管理局", "short": "市监"}}),
        n => json!({"type": "department.post_officer", "data": {"capacities": ["administrator"],
            "department": AUTHORITY, "officer": format!("{n:04}")}}),
    };
    let mut action = action;
    action["by"] = by;
    action["id"] = format!("01890a5d-ac96-774b-bcce-{n:012x}").into();
    action["on"] = "2026-10-08".into();
    let answer = served.act(&action);
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// Waits for a checkpoint over so many events with so many cosignatures; whether a quorum has.
fn published(served: &Served, size: u64, cosigned: usize) -> String {
    let mut quorum = String::new();
    until(|| {
        let answer = served.log("checkpoint");
        let text = answer.text();
        quorum = answer.header("x-quorum").to_owned();
        let signatures = text
            .lines()
            .filter(|l| l.contains(" witness.example/"))
            .count();
        text.lines().nth(1) == Some(&size.to_string()) && signatures == cosigned
    });
    quorum
}

#[test]
fn checkpoints_are_published_as_the_policy_says_whoever_dies_and_comes_back() {
    let keep = tempfile::tempdir().unwrap();
    let ledgers: Vec<(PathBuf, String)> = ["one", "two"]
        .iter()
        .map(|name| {
            let dir = keep.path().join(name);
            let origin = format!("ledger.example/{name}");
            let at = dir.to_str().unwrap();
            assert!(
                run(&dir, &["init", at, "--origin", &origin])
                    .status
                    .success()
            );
            let key = text(&run(&dir, &["keys", "checkpoint"])).trim().to_owned();
            (dir, key)
        })
        .collect();
    let logs: Vec<String> = ledgers.iter().map(|(_, key)| key.clone()).collect();
    let mut witnesses: Vec<Witness> = (0..3)
        .map(|n| Witness::new(keep.path(), n, &logs))
        .collect();
    let mut policy = String::new();
    for (n, witness) in witnesses.iter().enumerate() {
        policy += &format!("witness w{n} {} http://{}\n", witness.key, witness.address);
    }
    policy += "group enough 2 w0 w1 w2\nquorum enough\n";
    let served: Vec<Served> = ledgers
        .iter()
        .map(|(dir, key)| {
            let log = format!("log {key}\n");
            fs::write(dir.join("witnesses.policy"), log + &policy).unwrap();
            Served::of(dir, &["--publish-every", "1"])
        })
        .collect();
    for ledger in &served {
        act(ledger, 0);
        assert_eq!(published(ledger, 1, 3), "reached");
    }
    // One dies: two are enough.
    witnesses[0].kill();
    for ledger in &served {
        act(ledger, 1);
        assert_eq!(published(ledger, 2, 2), "reached");
    }
    // A second one dies: published all the same, and it says so.
    witnesses[2].kill();
    for ledger in &served {
        act(ledger, 2);
        assert_eq!(published(ledger, 3, 1), "missing");
        let told = ledger.get("/checkpoint").json();
        assert_eq!(told["quorum"], false);
        let codes: Vec<&str> = told["witnesses"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|w| w["trouble_code"].as_str())
            .collect();
        assert_eq!(codes, ["fetch_failed", "fetch_failed"]);
    }
    // Both come back: the same checkpoint gets its quorum without anything new.
    for n in [0, 2] {
        witnesses[n].start();
    }
    for ledger in &served {
        assert_eq!(published(ledger, 3, 3), "reached");
        act(ledger, 3);
        assert_eq!(published(ledger, 4, 3), "reached");
    }
    // A proof file carries the cosignatures, and holds under the policy.
    let address = format!("http://{}", served[0].address);
    let proof = served[0].get_as(&served[0].key, "/events/1/proof");
    let path = keep.path().join("event.proof");
    fs::write(&path, &proof.body).unwrap();
    let policy = ledgers[0].0.join("witnesses.policy");
    let policy = policy.to_str().unwrap();
    let file = path.to_str().unwrap();
    let checked = run(keep.path(), &["verify-proof", file, "--policy", policy]);
    assert!(checked.status.success(), "{}", text(&checked));
    assert_eq!(
        text(&checked)
            .matches("cosigned by witness.example/")
            .count(),
        3
    );
    // So does a mirror, and the ledger's own audit at the level of the quorum.
    let mirror = keep.path().join("mirror");
    let mirrored = [
        "mirror",
        &address,
        mirror.to_str().unwrap(),
        "--key",
        &logs[0],
        "--policy",
        policy,
        "--json",
    ];
    let mirrored = run(keep.path(), &mirrored);
    let told: Value = serde_json::from_slice(&mirrored.stdout).unwrap();
    assert_eq!((&told["quorum"], &told["size"]), (&json!(true), &json!(4)));
    drop(served);
    let audited = run(
        &ledgers[0].0,
        &["verify", "tree", "signatures", "quorum", "--json"],
    );
    let report: Value = serde_json::from_slice(&audited.stdout).unwrap();
    assert_eq!(report["holds"], true, "{report}");
}
