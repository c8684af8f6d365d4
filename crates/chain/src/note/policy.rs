//! Whom to believe: the policy file of C2SP tlog-policy, and the quorum of witnesses it asks for.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> all|any|<k> <name>...
//! quorum <name>|none
//! ```
//!
//! Names are octets, as the specification has them. A name stands for a witness or a group defined
//! on an earlier line, and is a member of one group at most.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{KeyKind, Note, NoteError, Verifier};
use crate::note::checkpoint::{Checkpoint, CheckpointError, key_name};

/// The longest policy that is read, in bytes.
pub const POLICY_BYTES_MAX: usize = 1 << 20;

/// A log that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its key.
    pub key: Verifier,
    /// Where it is.
    pub url: Option<String>,
}

/// A witness that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What the policy calls it; what is not UTF-8 in it is replaced.
    pub name: String,
    /// Its key.
    pub key: Verifier,
    /// The prefix under which it takes checkpoints.
    pub url: Option<String>,
}

/// A policy: logs, witnesses, and how many of which witnesses are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The logs.
    pub logs: Vec<Log>,
    /// The witnesses.
    pub witnesses: Vec<Witness>,
    groups: Vec<Group>,
    /// Absent for `none`.
    quorum: Option<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    needed: usize,
    members: Vec<Member>,
}

/// A line that breaks the rules of a policy file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line} of the policy: {what}")]
pub struct PolicyError {
    /// Which line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub what: &'static str,
}

impl PolicyError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "policy_form"
    }
}

/// Why a checkpoint is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TrustError {
    /// No note, or not signed by a known log.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note's text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The key is of another log than the origin line names.
    #[error("the checkpoint names another origin than the key that signed it")]
    Origin,
    /// Too few witnesses have cosigned.
    #[error("the checkpoint is not cosigned by the quorum of witnesses that the policy asks for")]
    Quorum,
}

impl TrustError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note(error) => error.code(),
            Self::Checkpoint(error) => error.code(),
            Self::Origin => "checkpoint_origin",
            Self::Quorum => "checkpoint_quorum",
        }
    }
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`] with the first line that breaks a rule.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let whole = |what| PolicyError { line: 0, what };
        if bytes.len() > POLICY_BYTES_MAX {
            return Err(whole("the file is longer than 1 MiB"));
        }
        let mut reading = Reading {
            policy: Self {
                logs: Vec::new(),
                witnesses: Vec::new(),
                groups: Vec::new(),
                quorum: None,
            },
            names: BTreeMap::new(),
            quorum: false,
        };
        for (number, line) in (1..).zip(bytes.split(|b| *b == b'\n')) {
            reading
                .line(line)
                .map_err(|what| PolicyError { line: number, what })?;
        }
        if reading.quorum {
            Ok(reading.policy)
        } else {
            Err(whole(
                "a quorum line is missing; write `quorum none` to ask for no witness",
            ))
        }
    }

    /// Whether these witnesses' keys are a quorum.
    #[must_use]
    pub fn is_quorum(&self, cosigned: &[&Verifier]) -> bool {
        self.quorum.is_none_or(|member| self.has(member, cosigned))
    }

    /// Checks a signed checkpoint: signed by one of the logs, cosigned by a quorum.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn check(&self, note: &Note) -> Result<Checkpoint, TrustError> {
        let logs: Vec<Verifier> = self.logs.iter().map(|log| log.key.clone()).collect();
        let checkpoint = signed_by_log(note, &logs)?;
        match self.cosigners(note) {
            Ok(cosigned) if self.is_quorum(&cosigned) => Ok(checkpoint),
            Ok(_) => Err(TrustError::Quorum),
            Err(error) => Err(error.into()),
        }
    }

    /// The witnesses' keys whose cosignatures a note carries.
    ///
    /// # Errors
    /// [`NoteError::Forged`] where one of theirs does not hold.
    pub fn cosigners(&self, note: &Note) -> Result<Vec<&Verifier>, NoteError> {
        let mut cosigned = Vec::new();
        for witness in &self.witnesses {
            match note.signed_by(std::slice::from_ref(&witness.key)) {
                Ok(_) => cosigned.push(&witness.key),
                Err(NoteError::Unsigned) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(cosigned)
    }

    fn has(&self, member: Member, cosigned: &[&Verifier]) -> bool {
        match member {
            Member::Witness(n) => self
                .witnesses
                .get(n)
                .is_some_and(|w| cosigned.contains(&&w.key)),
            Member::Group(n) => self.groups.get(n).is_some_and(|group| {
                let members = group.members.iter();
                members.filter(|m| self.has(**m, cosigned)).count() >= group.needed
            }),
        }
    }
}

/// Checks that a note is a checkpoint which one of these keys has signed as its own log's.
///
/// # Errors
/// [`TrustError`], but for the quorum.
pub fn signed_by_log(note: &Note, keys: &[Verifier]) -> Result<Checkpoint, TrustError> {
    let held = note.signed_by(keys)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    let name = key_name(&checkpoint.origin);
    let own = |key: &Verifier| key.kind == KeyKind::Ed25519 && key.name == name;
    if held.iter().any(|(key, _)| own(key)) {
        Ok(checkpoint)
    } else {
        Err(TrustError::Origin)
    }
}

struct Reading {
    policy: Policy,
    /// What each name stands for, and whether it is a member of a group.
    names: BTreeMap<Vec<u8>, (Member, bool)>,
    quorum: bool,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        if line
            .iter()
            .any(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f)
        {
            return Err("a control character; lines end in a line feed alone");
        }
        let words = line.split(|b| matches!(b, b' ' | b'\t'));
        let words: Vec<&[u8]> = words.filter(|w| !w.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key, url @ ..] => self.log(key, url),
            [b"witness", name, key, url @ ..] => self.witness(name, key, url),
            [b"group", name, needed, members @ ..] => self.group(name, needed, members),
            [b"quorum", name] => self.quorum(name),
            _ => Err("not a log, witness, group or quorum line"),
        }
    }

    fn log(&mut self, key: &[u8], url: &[&[u8]]) -> Result<(), &'static str> {
        let key = read_key(key, KeyKind::Ed25519)?;
        if self.policy.logs.iter().any(|log| log.key.key == key.key) {
            return Err("this log's key stands twice");
        }
        let url = read_url(url)?;
        self.policy.logs.push(Log { key, url });
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8], url: &[&[u8]]) -> Result<(), &'static str> {
        let key = read_key(key, KeyKind::Cosignature)?;
        if self.policy.witnesses.iter().any(|w| w.key.key == key.key) {
            return Err("this witness's key stands twice");
        }
        let url = read_url(url)?;
        self.define(name, Member::Witness(self.policy.witnesses.len()))?;
        let name = String::from_utf8_lossy(name).into_owned();
        self.policy.witnesses.push(Witness { name, key, url });
        Ok(())
    }

    fn group(&mut self, name: &[u8], needed: &[u8], members: &[&[u8]]) -> Result<(), &'static str> {
        let count = members.len();
        let needed = match needed {
            b"all" => count,
            b"any" => 1,
            digits if digits.iter().all(u8::is_ascii_digit) => {
                let k = str::from_utf8(digits).ok().and_then(|k| k.parse().ok());
                k.unwrap_or(usize::MAX)
            }
            _ => return Err("a group needs all, any or a number of its members"),
        };
        if !(1..=count).contains(&needed) {
            return Err("a group needs one of its members at least, and no more than it has");
        }
        let mut read = Vec::with_capacity(count);
        for member in members {
            let (stands_for, taken) = self
                .names
                .get_mut(*member)
                .ok_or("a member is not defined on an earlier line")?;
            if std::mem::replace(taken, true) {
                return Err("a member is in a group already");
            }
            read.push(*stands_for);
        }
        self.define(name, Member::Group(self.policy.groups.len()))?;
        self.policy.groups.push(Group {
            needed,
            members: read,
        });
        Ok(())
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), &'static str> {
        if std::mem::replace(&mut self.quorum, true) {
            return Err("a second quorum line");
        }
        if name != b"none" {
            let found = self.names.get(name);
            let (member, _) = found.ok_or("the quorum's name is not defined on an earlier line")?;
            self.policy.quorum = Some(*member);
        }
        Ok(())
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<(), &'static str> {
        if name == b"none" {
            return Err("`none` is no name");
        }
        match self.names.insert(name.to_vec(), (member, false)) {
            None => Ok(()),
            Some(_) => Err("this name stands for something already"),
        }
    }
}

fn read_key(text: &[u8], kind: KeyKind) -> Result<Verifier, &'static str> {
    let key = str::from_utf8(text)
        .ok()
        .and_then(|t| Verifier::parse(t).ok());
    let key = key.ok_or("not a key: write name+id+base64, as it was handed out")?;
    if key.kind == kind {
        Ok(key)
    } else {
        Err("a log has a key of kind 1, a witness one of kind 4")
    }
}

fn read_url(words: &[&[u8]]) -> Result<Option<String>, &'static str> {
    match words {
        [] => Ok(None),
        [url] => match str::from_utf8(url) {
            Ok(url) => Ok(Some(url.to_owned())),
            Err(_) => Err("an address is not UTF-8"),
        },
        _ => Err("something follows the address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;
    use crate::tree::empty_root;

    fn key(name: &str, kind: KeyKind, secret: u8) -> Signer {
        Signer::new(name, kind, &[secret; 32]).unwrap()
    }

    fn witness(n: u8) -> Signer {
        key(&format!("w{n}.example"), KeyKind::Cosignature, n)
    }

    /// The example of C2SP tlog-policy, with keys filled in.
    fn example() -> String {
        let mut text = format!(
            "log {}\n\n",
            key("log.example", KeyKind::Ed25519, 99).verifier()
        );
        for (n, name) in (1..).zip(["X1", "X2", "X3", "Y1", "Y2", "Y3"]) {
            text += &format!("witness {name} {}\n", witness(n).verifier());
        }
        text + "group X-witnesses 2 X1 X2 X3\n\
                \t group  Y-witnesses any Y1 Y2 Y3\n  # a comment \u{2014}\n\
                group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    }

    #[test]
    fn the_published_example_asks_for_two_x_and_one_y() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        for mask in 0..64_u8 {
            let signed = (0..6).filter(|bit| mask & 1 << bit != 0);
            let keys: Vec<Verifier> = signed.map(|bit| witness(bit + 1).verifier()).collect();
            let keys: Vec<&Verifier> = keys.iter().collect();
            let expected = (mask & 0b111).count_ones() >= 2 && mask & 0b111_000 != 0;
            assert_eq!(policy.is_quorum(&keys), expected, "{mask:06b}");
        }
    }

    #[test]
    fn a_checkpoint_is_believed_with_log_and_quorum_only() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        let checkpoint = Checkpoint {
            origin: "log.example".to_owned(),
            size: 0,
            root: empty_root(),
        };
        let text = checkpoint.to_string();
        let log = key("log.example", KeyKind::Ed25519, 99);
        let mut note = Note {
            signatures: vec![log.sign(&text, 0)],
            text: text.clone(),
        };
        assert_eq!(policy.check(&note), Err(TrustError::Quorum));
        note.signatures
            .extend([1, 2, 4].map(|n| witness(n).sign(&text, 7)));
        assert_eq!(policy.check(&note), Ok(checkpoint));
        note.signatures[1].signature[20] ^= 1;
        assert_eq!(
            policy.check(&note),
            Err(TrustError::Note(NoteError::Forged))
        );
        // Another log's checkpoint, signed by a key that is believed for its own alone.
        let text = text.replace("log.example", "other.example");
        note = Note {
            signatures: vec![log.sign(&text, 0)],
            text,
        };
        assert_eq!(policy.check(&note), Err(TrustError::Origin));
    }

    #[test]
    fn what_breaks_a_rule_is_refused_by_line() {
        let (w1, w2) = (witness(1).verifier(), witness(2).verifier());
        let log = key("log.example", KeyKind::Ed25519, 99).verifier();
        for (line, text) in [
            (0, String::new()),
            (0, format!("witness a {w1}\n")),
            (2, format!("witness a {w1}\nwitness b {w1}\nquorum a\n")),
            (2, format!("witness a {w1}\nwitness a {w2}\nquorum a\n")),
            (1, format!("witness none {w1}\nquorum none\n")),
            (1, format!("log {w1}\nquorum none\n")),
            (1, format!("witness a {log}\nquorum a\n")),
            (2, format!("log {log}\nlog {log}\nquorum none\n")),
            (1, "quorum a\n".to_owned()),
            (2, "quorum none\nquorum none\n".to_owned()),
            (2, format!("witness a {w1}\ngroup g 2 a\nquorum g\n")),
            (2, format!("witness a {w1}\ngroup g 0 a\nquorum g\n")),
            (2, format!("witness a {w1}\ngroup g all\nquorum g\n")),
            (2, format!("witness a {w1}\ngroup g some a\nquorum g\n")),
            (1, format!("group g any a\nwitness a {w1}\nquorum g\n")),
            (
                3,
                format!("witness a {w1}\ngroup g any a\ngroup h any a\nquorum g\n"),
            ),
            (2, format!("witness a {w1}\ngroup g any g\nquorum g\n")),
            (1, format!("witness a {w1}\r\nquorum a\n")),
            (1, format!("witness a {w1} http://a b\nquorum a\n")),
            (1, "quorom none\n".to_owned()),
        ] {
            let refused = Policy::parse(text.as_bytes()).map_err(|e| e.line);
            assert_eq!(refused, Err(line), "{text}");
        }
    }
}
