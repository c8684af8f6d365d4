//! A keeper with the log's own key who serves another past: forked, rolled back, reordered, edited.
//! Mirror, witness and audit each notice, and mirror and audit say which.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use chain::hash::{Hash, event_hash, origin_hash};
use chain::history::{HISTORY_VERSION, Header, Trailer};
use chain::note::checkpoint::{Checkpoint, key_name};
use chain::note::request::AddCheckpoint;
use chain::note::{KeyKind, Note, Signer};
use chain::tree::prove::{Nodes, consistency};
use chain::tree::tile::{Content, Tile};
use chain::tree::{Frontier, Node, leaf};
use serde_json::Value;

use crate::http_client::Served;
use crate::support::{binary, demo, run};

/// A log of whatever events, in whatever order, under a key.
struct Log {
    origin: String,
    signer: Signer,
    events: Vec<Vec<u8>>,
}

impl Nodes for Log {
    type Error = std::convert::Infallible;

    fn node(&self, level: u32, index: u64) -> Result<Node, Self::Error> {
        let first = usize::try_from(index << level).unwrap();
        let mut tree = Frontier::empty();
        for hash in &self.hashes()[first..first + (1 << level)] {
            tree.push(leaf(hash), &mut |_, _, _| {});
        }
        Ok(tree.root())
    }
}

impl Log {
    fn hashes(&self) -> Vec<Hash> {
        self.events.iter().map(|e| event_hash(e)).collect()
    }

    /// The same log with other events.
    fn with(&self, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Self {
        let mut events = self.events.clone();
        change(&mut events);
        Self {
            origin: self.origin.clone(),
            signer: self.signer.clone(),
            events,
        }
    }

    fn checkpoint(&self) -> (Note, Checkpoint) {
        let mut tree = Frontier::empty();
        for hash in self.hashes() {
            tree.push(leaf(&hash), &mut |_, _, _| {});
        }
        let checkpoint = Checkpoint {
            origin: self.origin.clone(),
            size: tree.size(),
            root: tree.root(),
        };
        let text = checkpoint.to_string();
        let signatures = vec![self.signer.sign(&text, 0)];
        (Note { text, signatures }, checkpoint)
    }

    /// Every file that a server of this log has.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let (mut tree, mut tiles) = (Frontier::empty(), BTreeMap::<u8, Vec<Node>>::new());
        for hash in self.hashes() {
            tree.push(leaf(&hash), &mut |level, _, node| {
                if level % 8 == 0 {
                    tiles
                        .entry(u8::try_from(level / 8).unwrap())
                        .or_default()
                        .push(node);
                }
            });
        }
        let mut files = BTreeMap::new();
        let hashes = self.hashes();
        for tile in Tile::new_since(0, tree.size()) {
            let first = usize::try_from(tile.index * 256).unwrap();
            let place = first..first + usize::from(tile.width);
            let bytes: Vec<u8> = match tile.content {
                Content::Nodes { level } => tiles[&level][place]
                    .iter()
                    .flat_map(|n| *n.as_bytes())
                    .collect(),
                Content::Entries => hashes[place]
                    .iter()
                    .flat_map(|h| [&[0, 32], h.as_bytes().as_slice()].concat())
                    .collect(),
            };
            files.insert(format!("/log/{tile}"), bytes);
        }
        files.insert(
            "/log/checkpoint".to_owned(),
            self.checkpoint().0.to_string().into_bytes(),
        );
        let public = self.events.iter().filter(|e| {
            let event: Value = serde_json::from_slice(e).unwrap();
            event["visibility"] == "public"
        });
        let lines: Vec<u8> = public
            .flat_map(|e| [e.as_slice(), b"\n"].concat())
            .collect();
        files.insert("/api/v1/events".to_owned(), lines);
        files
    }

    /// The history file, closed as if nothing were wrong with it.
    fn history(&self) -> Vec<u8> {
        let header = Header {
            from: 0,
            history: HISTORY_VERSION,
            origin: self.origin.clone(),
            prev: origin_hash(&self.origin),
        };
        let head = self.hashes().last().copied().unwrap();
        let size = self.events.len() as u64;
        let trailer = Trailer::close(&header, size, head, None).unwrap();
        let mut lines = vec![header.to_line().unwrap()];
        lines.extend(self.events.iter().cloned());
        lines.push(trailer.to_line().unwrap());
        lines
            .iter()
            .flat_map(|l| [l.as_slice(), b"\n"].concat())
            .collect()
    }
}

/// Serves fixed files; of the events those behind `after`.
struct Evil(String);

impl Evil {
    fn serve(files: BTreeMap<String, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let files = Arc::new(files);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&files);
                std::thread::spawn(move || answer(stream, &files));
            }
        });
        Self(format!("http://{address}"))
    }
}

fn answer(mut stream: TcpStream, files: &BTreeMap<String, Vec<u8>>) {
    let mut line = String::new();
    let mut head = BufReader::new(stream.try_clone().unwrap());
    head.read_line(&mut line).unwrap();
    let mut rest = String::new();
    while head.read_line(&mut rest).unwrap() > 2 {
        rest.clear();
    }
    let path = line.split(' ').nth(1).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let after = query.split('&').find_map(|p| p.strip_prefix("after="));
    let told = match (files.get(path), after) {
        (None, _) => "HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n".into(),
        (Some(body), after) => {
            let after: i64 = after.map_or(-1, |a| a.parse().unwrap());
            let lines = body.split_inclusive(|b| *b == b'\n');
            let body: Vec<u8> = match path.ends_with("/events") {
                true => lines
                    .filter(|l| {
                        let event: Value = serde_json::from_slice(l).unwrap();
                        event["seq"].as_i64().unwrap() > after
                    })
                    .flatten()
                    .copied()
                    .collect(),
                false => body.clone(),
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            [head.as_bytes(), &body].concat()
        }
    };
    let _ = stream.write_all(&told);
}

/// A ledger that was served honestly, mirrored once, and whose log's key is known to its keeper.
struct Scene {
    keep: tempfile::TempDir,
    dir: PathBuf,
    log: Log,
    key: String,
}

impl Scene {
    fn new() -> Self {
        let (keep, dir) = demo("14");
        let export = run(&dir, &["events", "--json"]).stdout;
        let lines: Vec<&[u8]> = export.split(|b| *b == b'\n').collect();
        let header: Value = serde_json::from_slice(lines[0]).unwrap();
        let kept: Value =
            serde_json::from_slice(&fs::read(dir.join("keys/log.json")).unwrap()).unwrap();
        let secret = kept["keys"][0]["secret"].as_str().unwrap();
        let secret: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap())
            .collect();
        let origin = header["origin"].as_str().unwrap().to_owned();
        let name = key_name(&origin);
        let signer = Signer::new(&name, KeyKind::Ed25519, &secret.try_into().unwrap()).unwrap();
        Self {
            key: signer.verifier().to_string(),
            log: Log {
                origin,
                signer,
                events: lines[1..lines.len() - 2]
                    .iter()
                    .map(|l| l.to_vec())
                    .collect(),
            },
            keep,
            dir,
        }
    }

    fn mirror_of(&self, url: &str, to: &Path, more: &[&str]) -> (bool, Value) {
        let mut args = vec![
            "mirror",
            url,
            to.to_str().unwrap(),
            "--key",
            &self.key,
            "--json",
        ];
        args.extend_from_slice(more);
        let done = run(&self.dir, &args);
        let told = serde_json::from_slice(&done.stdout);
        let told = told.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
        (done.status.success(), told)
    }

    /// A mirror that holds the honest log.
    fn mirror(&self, name: &str) -> PathBuf {
        let served = Served::of(&self.dir, &[]);
        let to = self.keep.path().join(name);
        let (holds, told) = self.mirror_of(&format!("http://{}", served.address), &to, &[]);
        assert!(holds, "{told}");
        assert_eq!(told["size"], self.log.events.len());
        assert!(told["events"].as_u64().unwrap() > 10, "{told}");
        to
    }

    #[track_caller]
    fn mirror_finds(&self, mirror: &Path, evil: BTreeMap<String, Vec<u8>>, code: &str, at: u64) {
        let held = fs::read(mirror.join("log/checkpoint")).unwrap();
        let evil = Evil::serve(evil);
        let (holds, told) = self.mirror_of(&evil.0, mirror, &["--again"]);
        assert!(!holds, "{told}");
        assert_eq!(
            (told["code"].as_str(), told["position"].as_u64()),
            (Some(code), Some(at))
        );
        assert_eq!(
            fs::read(mirror.join("log/checkpoint")).unwrap(),
            held,
            "the copy stays"
        );
        let kept = fs::read_dir(mirror.join("evidence")).unwrap().flatten();
        let kept = kept.filter(|f| {
            f.file_name()
                .to_string_lossy()
                .ends_with(&format!("{code}.txt"))
        });
        assert!(kept.count() > 0, "evidence of {code}");
    }

    /// Codes of what an audit of a history against the honest checkpoint finds.
    fn audit_finds(&self, log: &Log) -> Vec<(String, u64)> {
        let history = self.keep.path().join("history.ndjson");
        fs::write(&history, log.history()).unwrap();
        let checkpoint = self.keep.path().join("checkpoint");
        fs::write(&checkpoint, self.log.checkpoint().0.to_string()).unwrap();
        let args = [
            "verify",
            "chain",
            "tree",
            "signatures",
            "--json",
            "--key",
            &self.key,
            "--file",
            history.to_str().unwrap(),
            "--checkpoint",
            checkpoint.to_str().unwrap(),
        ];
        let done = run(&self.dir, &args);
        let report: Value = serde_json::from_slice(&done.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
        let found = report["findings"].as_array().unwrap().iter();
        let found = found.map(|f| {
            let code = f["code"].as_str().unwrap().to_owned();
            (code, f["position"].as_u64().unwrap())
        });
        found.collect()
    }
}

/// Another name in an event; its length stays.
fn edit(event: &mut Vec<u8>) {
    let text = String::from_utf8(event.clone()).unwrap();
    let other = text.replacen("\"on\":\"20", "\"on\":\"19", 1);
    assert_ne!(other, text);
    *event = other.into_bytes();
}

/// Writes everything from a position on anew, each event chained to the one before.
fn fork(events: &mut [Vec<u8>], at: usize) {
    let mut prev = event_hash(&events[at - 1]).to_string();
    for (n, event) in events.iter_mut().enumerate().skip(at) {
        if n == at {
            edit(event);
        }
        let mut value: Value = serde_json::from_slice(event).unwrap();
        value["prev"] = prev.into();
        *event = chain::canon::to_bytes(&value).unwrap();
        prev = event_hash(event).to_string();
    }
}

#[test]
fn a_mirror_says_which_kind_of_other_past_it_is_served() {
    let scene = Scene::new();
    let mirror = scene.mirror("mirror");
    let size = scene.log.events.len();
    assert!(size > 270, "{size}");
    let rolled_back = scene.log.with(|events| events.truncate(size - 7));
    scene.mirror_finds(
        &mirror,
        rolled_back.files(),
        "log_rolled_back",
        size as u64 - 7,
    );
    let forked = scene.log.with(|events| fork(events, 260));
    scene.mirror_finds(&mirror, forked.files(), "log_forked", 260);
    let reordered = scene.log.with(|events| events.swap(100, 103));
    scene.mirror_finds(&mirror, reordered.files(), "log_reordered", 100);
    let edited = scene.log.with(|events| edit(&mut events[42]));
    scene.mirror_finds(&mirror, edited.files(), "log_edited", 42);
    // The log as it was, an event of it with another text.
    let mut files = scene.log.files();
    let events = files.get_mut("/api/v1/events").unwrap();
    let mut lines: Vec<Vec<u8>> = events
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let event: Value = serde_json::from_slice(&lines[5]).unwrap();
    edit(&mut lines[5]);
    *events = lines.concat();
    scene.mirror_finds(
        &mirror,
        files,
        "event_edited",
        event["seq"].as_u64().unwrap(),
    );
    // Two of its events in another order.
    let mut files = scene.log.files();
    lines.swap(3, 4);
    let first: Value = serde_json::from_slice(&lines[4]).unwrap();
    *files.get_mut("/api/v1/events").unwrap() = lines[..5].concat();
    scene.mirror_finds(
        &mirror,
        files,
        "events_reordered",
        first["seq"].as_u64().unwrap(),
    );
    // A tile that is not what its entries make, an entry that the checkpoint does not sign.
    let mut files = scene.log.files();
    files.get_mut("/log/tile/0/000").unwrap()[7] ^= 1;
    let fresh = scene.keep.path().join("fresh");
    let evil = Evil::serve(files);
    let (holds, told) = scene.mirror_of(&evil.0, &fresh, &[]);
    assert_eq!(
        (holds, told["code"].as_str()),
        (false, Some("log_tile_differs")),
        "{told}"
    );
    let mut files = scene.log.files();
    files.get_mut("/log/tile/entries/000").unwrap()[7] ^= 1;
    scene.mirror_finds(&mirror, files, "log_entries_not_signed", size as u64);
    // Somebody else's key.
    let other = Log {
        signer: Signer::new(
            scene.log.signer.verifier().name(),
            KeyKind::Ed25519,
            &[9; 32],
        )
        .unwrap(),
        origin: scene.log.origin.clone(),
        events: scene.log.events.clone(),
    };
    let evil = Evil::serve(other.files());
    let (holds, told) = scene.mirror_of(&evil.0, &mirror, &[]);
    assert_eq!(
        (holds, told["code"].as_str()),
        (false, Some("note_unsigned")),
        "{told}"
    );
    // The honest log goes on being followed.
    let evil = Evil::serve(scene.log.files());
    let (holds, told) = scene.mirror_of(&evil.0, &mirror, &["--again"]);
    assert!(holds, "{told}");
}

#[test]
fn an_audit_says_which_kind_of_other_past_it_is_shown() {
    let scene = Scene::new();
    let size = scene.log.events.len();
    let end = size as u64 - 1;
    let codes = |log: &Log| -> Vec<(String, u64)> { scene.audit_finds(log) };
    assert_eq!(codes(&scene.log), []);
    let not_signed = ("tree_not_signed".to_owned(), end);
    let rolled_back = scene.log.with(|events| events.truncate(size - 7));
    assert_eq!(
        codes(&rolled_back),
        [("tree_rolled_back".to_owned(), size as u64 - 7)]
    );
    // Written anew as a whole, it is a chain: only what was signed shows it.
    let forked = scene.log.with(|events| fork(events, 260));
    assert_eq!(codes(&forked), std::slice::from_ref(&not_signed));
    let reordered = codes(&scene.log.with(|events| events.swap(100, 103)));
    assert_eq!(reordered.first(), Some(&("chain_seq_gap".to_owned(), 100)));
    assert!(reordered.contains(&not_signed), "{reordered:?}");
    let edited = codes(&scene.log.with(|events| edit(&mut events[42])));
    assert_eq!(
        edited.first(),
        Some(&("chain_prev_mismatch".to_owned(), 43))
    );
    assert!(edited.contains(&not_signed), "{edited:?}");
}

/// `regledger witness serve`.
struct Witnessing {
    child: Child,
    address: String,
}

impl Witnessing {
    fn of(dir: &Path) -> Self {
        let mut child = Command::new(binary())
            .args([
                "witness",
                "serve",
                dir.to_str().unwrap(),
                "--listen",
                "127.0.0.1:0",
                "--json",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let address = told["listening"].as_str().unwrap().to_owned();
        Self { child, address }
    }

    fn ask(&self, old: u64, log: &Log) -> (u16, String) {
        let (note, checkpoint) = log.checkpoint();
        let proof = consistency(old, checkpoint.size, log)
            .unwrap()
            .unwrap_or_default();
        let request = AddCheckpoint {
            old,
            proof,
            note,
            checkpoint,
        };
        let body = request.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }
}

impl Drop for Witnessing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_witness_cosigns_no_other_past_and_keeps_what_shows_it() {
    let scene = Scene::new();
    let dir = scene.keep.path().join("witness");
    let at = dir.to_str().unwrap();
    let made = run(
        &scene.dir,
        &["witness", "init", at, "--name", "witness.example/1"],
    );
    assert!(made.status.success());
    assert!(
        run(&scene.dir, &["witness", "add", at, &scene.key])
            .status
            .success()
    );
    let witness = Witnessing::of(&dir);
    let size = scene.log.events.len();
    let known = size as u64 - 20;
    let begun = scene.log.with(|events| events.truncate(size - 20));
    assert_eq!(witness.ask(0, &begun).0, 200);
    let evidence = |what: &str| {
        let files = fs::read_dir(dir.join("evidence")).unwrap().flatten();
        let files = files.filter(|f| f.file_name().to_string_lossy().contains(what));
        files.count()
    };
    // Rolled back: it is told what was cosigned already.
    let rolled_back = scene.log.with(|events| events.truncate(size - 30));
    assert_eq!(witness.ask(0, &rolled_back), (409, format!("{known}\n")));
    assert_eq!(witness.ask(known, &rolled_back).0, 400);
    // Another tree of the same size, and other trees beyond it.
    let same_size = begun.with(|events| fork(events, 200));
    assert_eq!(witness.ask(known, &same_size).0, 409);
    assert_eq!((evidence("forked"), evidence("inconsistent")), (1, 0));
    let forked = scene.log.with(|events| fork(events, 200));
    let reordered = scene.log.with(|events| events.swap(100, 103));
    let edited = scene.log.with(|events| edit(&mut events[42]));
    for (n, log) in (1..).zip([forked, reordered, edited]) {
        assert_eq!(witness.ask(known, &log).0, 422);
        assert_eq!(evidence("inconsistent"), n);
    }
    assert_eq!(witness.ask(known, &scene.log).0, 200);
}
