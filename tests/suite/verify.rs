//! An exported history is checked offline; each kind of tampering has its finding.

use std::fs;

use serde_json::{Value, json};

use crate::support::{demo, run, text};

fn findings(dir: &std::path::Path, history: &[u8]) -> (bool, Vec<(String, u64)>) {
    let path = dir.with_extension("ndjson");
    fs::write(&path, history).unwrap();
    let output = run(dir, &["verify", "--json", "--file", path.to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = report["findings"].as_array().unwrap().iter();
    let found = found
        .map(|f| {
            (
                f["code"].as_str().unwrap().to_owned(),
                f["position"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(report["holds"], json!(output.status.success()));
    (output.status.success(), found)
}

#[test]
fn each_kind_of_tampering_is_found_where_it_is() {
    let (_keep, dir) = demo("12");
    let history = run(&dir, &["events", "--json"]).stdout;
    assert_eq!(findings(&dir, &history), (true, vec![]));
    let text = String::from_utf8(history.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let count = lines.len() - 2;
    let first = |history: &[u8]| findings(&dir, history).1.first().cloned();

    let mut changed = lines.clone();
    let edited = lines[21].replace("\"0002\"", "\"0009\"");
    changed[21] = &edited;
    assert_ne!(edited, lines[21]);
    let (holds, found) = findings(&dir, changed.concat().as_bytes());
    assert!(!holds);
    assert!(
        found.contains(&("chain_prev_mismatch".to_owned(), 21)),
        "{found:?}"
    );

    let mut dropped = lines.clone();
    dropped.remove(30);
    assert_eq!(
        first(dropped.concat().as_bytes()),
        Some(("chain_seq_gap".to_owned(), 29))
    );

    let mut swapped = lines.clone();
    swapped.swap(30, 31);
    assert_eq!(
        first(swapped.concat().as_bytes()),
        Some(("chain_seq_gap".to_owned(), 29))
    );

    let cut = lines[..lines.len() - 1].concat();
    let (_, found) = findings(&dir, cut.as_bytes());
    assert_eq!(
        found.last(),
        Some(&("history_cut".to_owned(), count as u64))
    );

    let mut shorter = lines.clone();
    shorter.remove(lines.len() - 2);
    let (_, found) = findings(&dir, shorter.concat().as_bytes());
    assert!(found.iter().any(|f| f.0 == "history_head"), "{found:?}");
}

#[test]
fn a_sample_of_flipped_bits_is_found_each_time() {
    let (_keep, dir) = demo("2");
    let history = run(&dir, &["events", "--json"]).stdout;
    for n in 0..60 {
        let at = n * (history.len() - 1) / 59;
        let mut bad = history.clone();
        bad[at] ^= 1 << (n % 8);
        assert!(!findings(&dir, &bad).0, "byte {at} bit {}", n % 8);
    }
}

#[test]
fn what_is_not_covered_is_a_failure() {
    let (_keep, dir) = demo("2");
    let tail = run(&dir, &["events", "--json", "--after", "5"]).stdout;
    let path = dir.with_extension("tail");
    fs::write(&path, tail).unwrap();
    let file = path.to_str().unwrap();
    assert!(
        run(&dir, &["verify", "chain", "order", "--file", file])
            .status
            .success()
    );
    let rules = run(&dir, &["verify", "rules", "--file", file]);
    assert!(!rules.status.success());
    assert!(text(&rules).contains("DOES NOT HOLD"));
}
