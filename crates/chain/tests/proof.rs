//! Proof files: every bit of one flipped, one at a time.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::convert::Infallible;

use chain::hash::{Hash, event_hash, origin_hash};
use chain::note::checkpoint::Checkpoint;
use chain::note::policy::Policy;
use chain::note::{KeyKind, Note, Signer};
use chain::proof::LogProof;
use chain::proof::file::{self, FileError};
use chain::tree::prove::{Nodes, inclusion};
use chain::tree::{Frontier, Node, leaf};

const ORIGIN: &str = "county.example/ledger";
const INDEX: usize = 5;

struct Kept(BTreeMap<(u32, u64), Node>);

impl Nodes for Kept {
    type Error = Infallible;

    fn node(&self, level: u32, index: u64) -> Result<Node, Infallible> {
        Ok(self.0[&(level, index)])
    }
}

/// Events with all that JSON has: escapes, foreign scripts, numbers, empty and nested values.
fn event(seq: usize, prev: Hash) -> Vec<u8> {
    format!(
        "{{\"at\":\"2026-01-02T03:04:05.678Z\",\"by\":{{}},\"data\":{{\"empty\":[],\"n\":{seq},\
         \"name\":\"郯城县\\u001f\\\"银杏\\\"\\\\网店\"}},\"derived\":{{}},\
         \"id\":\"01890a5d-ac96-774b-bcce-b302099a80{seq:02}\",\"on\":\"2026-01-02\",\
         \"prev\":\"{prev}\",\"rules\":[],\"seq\":{seq},\"subjects\":[\"case:1\"],\
         \"type\":\"a.b.v1\",\"v\":1,\"visibility\":\"public\"}}"
    )
    .into_bytes()
}

fn log() -> Signer {
    Signer::new(ORIGIN, KeyKind::Ed25519, &[1; 32]).unwrap()
}

fn witness() -> Signer {
    Signer::new("witness.example", KeyKind::Cosignature, &[2; 32]).unwrap()
}

fn policy(witness: &Signer) -> Policy {
    let text = format!("witness w {}\nquorum w\n", witness.verifier());
    let text = format!("log {}\n{text}", log().verifier());
    Policy::parse(text.as_bytes()).unwrap()
}

/// A proof file for one event of eleven, signed by log and witness.
fn proof_file() -> (String, Vec<u8>) {
    let (mut tree, mut kept) = (Frontier::empty(), Kept(BTreeMap::new()));
    let (mut prev, mut events) = (origin_hash(ORIGIN), Vec::new());
    for seq in 0..11 {
        let event = event(seq, prev);
        prev = event_hash(&event);
        tree.push(leaf(&prev), &mut |level, index, node| {
            kept.0.insert((level, index), node);
        });
        events.push(event);
    }
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: tree.size(),
        root: tree.root(),
    };
    let text = checkpoint.to_string();
    let index = INDEX as u64;
    let proof = LogProof {
        index,
        path: inclusion(index, tree.size(), &kept).unwrap().unwrap(),
        note: Note {
            signatures: vec![log().sign(&text, 0), witness().sign(&text, 1_700_000_000)],
            text,
        },
        checkpoint,
    };
    let keys = [log().verifier(), witness().verifier()];
    let text = file::write(&events[INDEX], &proof, &keys, "An unsigned comment.").unwrap();
    (text, events.swap_remove(INDEX))
}

#[test]
fn a_proof_file_shows_its_event_to_whoever_knows_the_log_key() {
    let (text, event) = proof_file();
    let trusted = [log().verifier()];
    let proven = file::verify(text.as_bytes(), &trusted, None).unwrap();
    assert_eq!(
        (proven.seq, proven.size, proven.event),
        (INDEX as u64, 11, event)
    );
    assert_eq!(proven.origin, ORIGIN);
    assert_eq!(
        proven.cosigned,
        [("witness.example".to_owned(), 1_700_000_000)]
    );
    file::verify(text.as_bytes(), &trusted, Some(&policy(&witness()))).unwrap();
    // Another's key, another's witness.
    let other = Signer::new(ORIGIN, KeyKind::Ed25519, &[3; 32]).unwrap();
    let refused = file::verify(text.as_bytes(), &[other.verifier()], None);
    assert!(matches!(refused, Err(FileError::Trust(_))), "{refused:?}");
    let other = Signer::new("other.example", KeyKind::Cosignature, &[4; 32]).unwrap();
    let refused = file::verify(text.as_bytes(), &trusted, Some(&policy(&other)));
    assert!(matches!(refused, Err(FileError::Trust(_))), "{refused:?}");
}

#[test]
fn no_flipped_bit_verifies_outside_of_the_comment() {
    let (text, _) = proof_file();
    let trusted = [log().verifier()];
    let mut bytes = text.into_bytes();
    let from = bytes
        .windows(12)
        .position(|w| w == b"\"comment\": \"")
        .unwrap()
        + 12;
    let until = from + bytes[from..].iter().position(|b| *b == b'"').unwrap();
    let mut inside = false;
    let blanks: Vec<bool> = bytes
        .iter()
        .map(|byte| {
            // No string of this file escapes a quote but the event's name, which has a pair.
            inside ^= *byte == b'"';
            !inside && matches!(byte, b' ' | b'\n')
        })
        .collect();
    let (mut flipped, mut in_comment, mut in_blanks, mut elsewhere) = (0, 0, 0, Vec::new());
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        flipped += 1;
        if file::verify(&bytes, &trusted, None).is_ok() {
            let at = bit / 8;
            if (from..until).contains(&at) {
                in_comment += 1;
            } else if blanks[at] {
                in_blanks += 1;
            } else {
                elsewhere.push(bit);
            }
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(elsewhere, Vec::<usize>::new());
    // A blank with one bit flipped is never another blank.
    assert_eq!(in_blanks, 0);
    // Of a comment's letters most bits make another letter.
    let letters = until - from;
    assert!(in_comment > 4 * letters, "{in_comment} of {}", 8 * letters);
    println!(
        "{flipped} bits flipped: {in_comment} files verified with another comment, {in_blanks} \
         with other blanks, none else"
    );
    file::verify(&bytes, &trusted, None).unwrap();
}

#[test]
fn blanks_may_be_others_but_nothing_else_may_have_another_spelling() {
    let (text, _) = proof_file();
    let trusted = [log().verifier()];
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    file::verify(value.to_string().as_bytes(), &trusted, None).unwrap();
    for (from, to) in [
        ("\\u001f", "\\u001F"),
        ("郯", "\\u90ef"),
        ("\"kind\": \"event\"", "\"kind\": \"event\", \"more\": 1"),
        ("  \"comment\"", "\t\"comment\""),
        (
            "\"proof\": \"regledger proof v1\"",
            "\"proof\": \"regledger proof v2\"",
        ),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text);
        assert!(
            file::verify(other.as_bytes(), &trusted, None).is_err(),
            "{to}"
        );
    }
}
