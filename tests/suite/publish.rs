//! Files for a web host: the log as others read it, and data that leave once they are withdrawn.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{credit_code, demo, run, text};

const PUBLISHER: (&str, &str) = ("publisher", "0601");
const REGISTRAR: (&str, &str) = ("registrar", "0101");

/// Every file below a folder, by its path from there.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn publish(ledger: &Path, site: &Path) -> Value {
    let site = site.to_str().unwrap();
    let run = run(ledger, &["publish", "--json", site, "--on", "2026-11-02"]);
    let problem = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{problem}");
    serde_json::from_slice(&run.stdout).unwrap()
}

fn refused(ledger: &Path, site: &Path) -> String {
    let run = run(ledger, &["publish", site.to_str().unwrap()]);
    assert!(!run.status.success());
    String::from_utf8_lossy(&run.stderr).into_owned()
}

fn act(dir: &Path, (capacity, officer): (&str, &str), r#type: &str, data: &Value, n: u32) {
    let register = run(dir, &["show", "--json", "department:register"]);
    let register: Value = serde_json::from_slice(&register.stdout).unwrap();
    let department = register["state"]["departments"][0]["department"].clone();
    let action = json!({"by": {"capacity": capacity, "department": department,
        "officer": officer}, "data": data,
        "id": format!("01890a5d-ac96-774b-bcce-{n:012x}"), "on": "2026-11-01", "type": r#type});
    let file = dir.with_extension("action");
    fs::write(&file, format!("{action}\n")).unwrap();
    let done = run(dir, &["act", file.to_str().unwrap()]);
    assert!(
        done.status.success(),
        "{} {}",
        text(&done),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn grant() -> Value {
    json!({"address": "郯城县人民路1号", "code": credit_code("91371322MA3C00001"),
        "division": "371322", "name": "商行"})
}

#[test]
fn what_is_withdrawn_leaves_every_file_and_the_log_only_grows() {
    let (_keep, dir) = demo("150");
    let site = dir.with_file_name("site");
    let first = publish(&dir, &site);
    let before = files(&site);
    assert_eq!(first["files"], 27);
    assert_eq!(publish(&dir, &site)["data"], 0);
    assert_eq!(files(&site), before);

    // Each list as the public reads it over any other way.
    let listed = run(&dir, &["list", "abnormal", "--json", "--on", "2026-11-02"]);
    let rows = |bytes: &[u8]| -> Vec<Value> {
        let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    };
    let abnormal = rows(&before[Path::new("data/lists/abnormal.ndjson")]);
    assert!(!abnormal.is_empty());
    assert_eq!(rows(&listed.stdout), abnormal);
    let whole: Vec<Value> =
        serde_json::from_slice(&before[Path::new("data/lists/abnormal.json")]).unwrap();
    assert_eq!(whole, abnormal);
    let csv = &before[Path::new("data/lists/abnormal.csv")];
    assert!(csv.starts_with("\u{feff}operator,name,".as_bytes()));
    assert_eq!(csv.split(|b| *b == b'\n').count(), abnormal.len() + 2);

    let bulletins = rows(&before[Path::new("data/bulletins.ndjson")]);
    let entry = &bulletins[0]["entries"][0];
    let name = entry["shown"]["name"].as_str().unwrap();
    let breach = entry["shown"]["breach_zh"].as_str().unwrap();
    let exposed = |files: &BTreeMap<PathBuf, Vec<u8>>| {
        let exposing = |path: &Path| {
            path.starts_with("data/bulletins") || path.to_str().unwrap().contains("exposure")
        };
        let texts = files
            .iter()
            .filter(|(path, _)| exposing(path.with_extension("").as_path()));
        texts
            .filter(|(_, bytes)| {
                let text = String::from_utf8_lossy(bytes);
                text.contains(name) && text.contains(breach)
            })
            .count()
    };
    assert_eq!(exposed(&before), 6);
    let data = json!({"bulletin": bulletins[0]["bulletin"], "code": "mistaken_identity",
            "entry": entry["entry"], "operator": entry["operator"], "since": "2026-10-30"});
    act(&dir, PUBLISHER, "exposure.withdraw_entry", &data, 1);
    publish(&dir, &site);
    let after = files(&site);
    assert_eq!(exposed(&after), 0);

    // Full tiles stay as they are, partial ones of the checkpoint before stay for one run.
    for (path, bytes) in before
        .iter()
        .filter(|(path, _)| path.starts_with("log/tile"))
    {
        assert_eq!(after.get(path), Some(bytes), "{}", path.display());
    }
    act(&dir, REGISTRAR, "registration.grant", &grant(), 2);
    publish(&dir, &site);
    let last = files(&site);
    let partial = |path: &PathBuf| {
        path.to_str().unwrap().contains(".p/") && path.starts_with("log/tile/entries")
    };
    assert!(
        before
            .keys()
            .filter(|p| partial(p))
            .all(|p| !last.contains_key(p))
    );
    assert!(
        last.keys()
            .all(|path| path.extension().is_none_or(|e| e != "new"))
    );
}

#[test]
fn others_mirror_the_folder_and_a_folder_of_another_past_is_left_alone() {
    let (_keep, dir) = demo("12");
    let site = dir.with_file_name("site");
    let copy = dir.with_file_name("copy");
    publish(&dir, &site);
    let key = text(&run(&dir, &["keys", "checkpoint"]));
    let mirror = || {
        let (site, copy) = (site.to_str().unwrap(), copy.to_str().unwrap());
        run(
            &dir,
            &[
                "mirror",
                "--json",
                site,
                copy,
                "--key",
                key.trim(),
                "--again",
            ],
        )
    };
    let followed = mirror();
    assert!(
        followed.status.success(),
        "{}",
        String::from_utf8_lossy(&followed.stderr)
    );
    let told: Value = serde_json::from_slice(&followed.stdout).unwrap();
    assert_ne!(told["size"], 0);

    // Broken off before the checkpoint: the next run makes good what is not as it should be.
    let whole = files(&site);
    let tile = site.join("log/tile/entries/000");
    fs::remove_file(site.join("log/checkpoint")).unwrap();
    fs::write(&tile, b"torn").unwrap();
    assert_eq!(publish(&dir, &site)["tiles"], 1);
    assert_eq!(files(&site), whole);

    // A byte of the folder changed: whoever mirrors it sees it.
    let mut bytes = fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    fs::write(&tile, &bytes).unwrap();
    let caught = mirror();
    assert_eq!(caught.status.code(), Some(1), "{}", text(&caught));
    bytes[40] ^= 1;
    fs::write(&tile, &bytes).unwrap();

    let archive = dir.with_extension("archive");
    let archive = archive.to_str().unwrap();
    assert!(run(&dir, &["archive", archive]).status.success());
    let keys = dir.join("keys");
    let older = dir.with_file_name("older");
    let restored = run(
        &older,
        &["restore", archive, "--keys", keys.to_str().unwrap()],
    );
    assert!(restored.status.success());
    act(&dir, REGISTRAR, "registration.grant", &grant(), 1);
    publish(&dir, &site);
    let whole = files(&site);
    assert!(refused(&older, &site).contains("publish_rolled_back"));
    act(&older, REGISTRAR, "registration.grant", &grant(), 2);
    assert!(refused(&older, &site).contains("publish_forked"));
    let other = dir.with_file_name("other");
    run(
        &other,
        &["init", other.to_str().unwrap(), "--origin", "another"],
    );
    assert!(refused(&other, &site).contains("publish_other_ledger"));
    assert_eq!(files(&site), whole);
}
