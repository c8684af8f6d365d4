//! Being a witness, by C2SP tlog-witness: for each log that is known, the newest checkpoint that
//! was cosigned, and a cosignature for whatever is shown to continue it. Nothing else is.
//!
//! `DIR/witness.json` (its owner's alone) holds name and secret, `DIR/logs.policy` (C2SP
//! tlog-policy) the logs by their `log` lines, `DIR/state/<SHA-256 of the origin>.note` the newest
//! checkpoint of each. What a log signed and could not have signed honestly is kept under
//! `DIR/evidence/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chain::note::checkpoint::{Checkpoint, key_name};
use chain::note::policy::{Policy, signed_by_log};
use chain::note::request::AddCheckpoint;
use chain::note::{KeyKind, Note, Signer, Verifier};
use chain::tree::empty_root;
use chain::tree::verify::verify_consistency;
use ledger::{Clock, LedgerError, SystemClock, read_file, replace_file};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

const FORMAT: u32 = 1;
const OWNER_ONLY: u32 = 0o600;
const FOR_ALL: u32 = 0o644;
/// Pieces of evidence that are kept; only who holds a log's key can make any.
const EVIDENCE_MAX: usize = 1_000;

/// A witness that is open.
pub struct Witness {
    dir: PathBuf,
    signer: Signer,
    /// Held from the look at the newest checkpoint to its replacement.
    turn: Mutex<()>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    format: u32,
    name: String,
    /// 64 hex digits.
    secret: String,
}

/// Why a witness can't be made, opened or changed.
#[derive(Debug, Error)]
pub enum WitnessError {
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] LedgerError),
    /// There is one in this folder already.
    #[error("{} holds a witness already", .0.display())]
    Exists(PathBuf),
    /// There is none in this folder.
    #[error("{} holds no witness: make one with `witness init`", .0.display())]
    Missing(PathBuf),
    /// Name, secret or list of logs are not of their form.
    #[error("{}: {what}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
}

impl WitnessError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Exists(_) => "witness_exists",
            Self::Missing(_) => "witness_missing",
            Self::Form { .. } => "witness_form",
            Self::Randomness(_) => "no_randomness",
        }
    }
}

/// What is answered to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub kind: &'static str,
    /// The body.
    pub body: String,
}

impl Answer {
    fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            body: body.into(),
        }
    }

    /// The size that the witness knows, for whoever thought of another.
    fn size(size: u64) -> Self {
        Self {
            status: 409,
            kind: "text/x.tlog.size",
            body: format!("{size}\n"),
        }
    }
}

impl Witness {
    /// Makes a witness in a folder, and gives the key under which it cosigns.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn create(dir: &Path, name: &str) -> Result<Verifier, WitnessError> {
        let path = identity_path(dir);
        if read_file(&path)?.is_some() {
            return Err(WitnessError::Exists(dir.to_owned()));
        }
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|e| WitnessError::Randomness(e.to_string()))?;
        let signer = Signer::new(name, KeyKind::Cosignature, &secret)
            .ok_or_else(|| form(&path, "a name has neither blanks nor a plus"))?;
        for folder in [dir.to_owned(), dir.join("state"), dir.join("evidence")] {
            fs::create_dir_all(&folder).map_err(io("making", &folder))?;
        }
        let identity = Identity {
            format: FORMAT,
            name: name.to_owned(),
            secret: secret.iter().map(|b| format!("{b:02x}")).collect(),
        };
        let bytes = serde_json::to_vec(&identity).unwrap_or_default();
        replace_file(&logs_path(dir), b"quorum none\n", FOR_ALL)?;
        replace_file(&path, &bytes, OWNER_ONLY)?;
        Ok(signer.verifier())
    }

    /// Opens the witness in a folder.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn open(dir: &Path) -> Result<Self, WitnessError> {
        let path = identity_path(dir);
        let bytes = read_file(&path)?.ok_or_else(|| WitnessError::Missing(dir.to_owned()))?;
        let damaged = || form(&path, "no witness of this release");
        let identity: Identity = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let digits = (0..64).step_by(2).map(|at| identity.secret.get(at..at + 2));
        let secret: Option<Vec<u8>> = digits
            .map(|pair| u8::from_str_radix(pair?, 16).ok())
            .collect();
        let secret = secret.and_then(|s| <[u8; 32]>::try_from(s).ok());
        let signer = secret.filter(|_| identity.format == FORMAT);
        let signer = signer
            .and_then(|secret| Signer::new(&identity.name, KeyKind::Cosignature, &secret))
            .ok_or_else(damaged)?;
        let witness = Self {
            dir: dir.to_owned(),
            signer,
            turn: Mutex::new(()),
        };
        witness.logs()?;
        Ok(witness)
    }

    /// The key under which it cosigns.
    #[must_use]
    pub fn key(&self) -> Verifier {
        self.signer.verifier()
    }

    /// Adds a log by its key.
    ///
    /// # Errors
    /// [`WitnessError`], also where the key is known already.
    pub fn add(&self, key: &Verifier) -> Result<(), WitnessError> {
        let path = logs_path(&self.dir);
        let mut text = read_file(&path)?.unwrap_or_default();
        text.extend_from_slice(format!("log {key}\n").as_bytes());
        Policy::parse(&text).map_err(|e| form(&path, &e.to_string()))?;
        Ok(replace_file(&path, &text, FOR_ALL)?)
    }

    /// The keys of the logs that it cosigns for.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn logs(&self) -> Result<Vec<Verifier>, WitnessError> {
        let path = logs_path(&self.dir);
        let text = read_file(&path)?.unwrap_or_default();
        let policy = Policy::parse(&text).map_err(|e| form(&path, &e.to_string()))?;
        Ok(policy.logs.into_iter().map(|log| log.key).collect())
    }

    /// Answers `add-checkpoint`; what is cosigned is durable before it answers.
    pub fn add_checkpoint(&self, body: &[u8]) -> Answer {
        match self.judge(body) {
            Ok(answer) => answer,
            // Paths and system messages are not for whoever asks.
            Err(error) => Answer::new(500, format!("{}\n", error.code())),
        }
    }

    fn judge(&self, body: &[u8]) -> Result<Answer, WitnessError> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(error) => return Ok(Answer::new(400, format!("{error}\n"))),
        };
        let new = &request.checkpoint;
        let name = key_name(&new.origin);
        let mut keys = self.logs()?;
        keys.retain(|key| key.name() == name);
        if keys.is_empty() {
            return Ok(Answer::new(404, "this origin is not known here\n"));
        }
        if let Err(error) = signed_by_log(&request.note, &keys) {
            return Ok(Answer::new(403, format!("{error}\n")));
        }
        if request.old > new.size {
            return Ok(Answer::new(
                400,
                "the old size is beyond the checkpoint's\n",
            ));
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.state_path(&new.origin);
        let last = self.last(&path, &new.origin)?;
        if request.old != last.size {
            return Ok(Answer::size(last.size));
        }
        if new.size == last.size && new.root != last.root {
            self.keep("forked", body, &path)?;
            return Ok(Answer::size(last.size));
        }
        let proof = &request.proof;
        if let Err(error) = verify_consistency(last.size, new.size, proof, &last.root, &new.root) {
            self.keep("inconsistent", body, &path)?;
            return Ok(Answer::new(422, format!("{error}\n")));
        }
        replace_file(&path, request.note.to_string().as_bytes(), FOR_ALL)?;
        let seconds = SystemClock.now().millis() / 1_000;
        let line = self.signer.sign(&request.note.text, seconds);
        Ok(Answer::new(200, line.to_string()))
    }

    /// The newest checkpoint of an origin that was cosigned; of no events where there is none.
    fn last(&self, path: &Path, origin: &str) -> Result<Checkpoint, WitnessError> {
        let Some(bytes) = read_file(path)? else {
            return Ok(Checkpoint {
                origin: origin.to_owned(),
                size: 0,
                root: empty_root(),
            });
        };
        let note = Note::parse(&bytes).ok();
        let last = note.and_then(|note| Checkpoint::parse(&note.text).ok());
        // Without what was cosigned nothing may be cosigned: it could contradict it.
        last.filter(|last| last.origin == origin)
            .ok_or_else(|| form(path, "the newest checkpoint of a log cannot be read"))
    }

    fn state_path(&self, origin: &str) -> PathBuf {
        let hash = Sha256::digest(origin.as_bytes());
        let name: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        self.dir.join("state").join(format!("{name}.note"))
    }

    /// Keeps a request together with the checkpoint that it contradicts.
    fn keep(&self, what: &str, body: &[u8], last: &Path) -> Result<(), WitnessError> {
        let folder = self.dir.join("evidence");
        let kept = fs::read_dir(&folder).map_err(io("reading", &folder))?;
        let kept = kept.count();
        if kept >= EVIDENCE_MAX {
            return Ok(());
        }
        let mut text = read_file(last)?.unwrap_or_default();
        text.extend_from_slice(b"\n-- contradicted by --\n");
        text.extend_from_slice(body);
        let name = format!("{}.{kept}-{what}.txt", SystemClock.now().millis());
        Ok(replace_file(&folder.join(name), &text, FOR_ALL)?)
    }
}

fn identity_path(dir: &Path) -> PathBuf {
    dir.join("witness.json")
}

fn logs_path(dir: &Path) -> PathBuf {
    dir.join("logs.policy")
}

fn form(path: &Path, what: &str) -> WitnessError {
    WitnessError::Form {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> WitnessError {
    let path = path.to_owned();
    move |source| {
        WitnessError::File(LedgerError::Io {
            doing,
            path,
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use chain::tree::prove::{Nodes, consistency};
    use chain::tree::{Frontier, Node, leaf};

    use super::*;

    const ORIGIN: &str = "log.example/1";

    /// A log that signs whatever it is told to.
    struct Log {
        signer: Signer,
        nodes: std::collections::BTreeMap<(u32, u64), Node>,
        roots: Vec<Node>,
    }

    impl Nodes for Log {
        type Error = std::convert::Infallible;

        fn node(&self, level: u32, index: u64) -> Result<Node, Self::Error> {
            Ok(self.nodes[&(level, index)])
        }
    }

    impl Log {
        fn of(salt: u8, size: u8) -> Self {
            let (mut tree, mut nodes) = (Frontier::empty(), std::collections::BTreeMap::new());
            let mut roots = vec![tree.root()];
            for n in 0..size {
                // Two logs of different salt part after ten entries.
                let salt = if n < 10 { 0 } else { salt };
                let hash = chain::hash::event_hash(&[n, salt]);
                tree.push(leaf(&hash), &mut |level, index, node| {
                    nodes.insert((level, index), node);
                });
                roots.push(tree.root());
            }
            Self {
                signer: Signer::new(ORIGIN, KeyKind::Ed25519, &[7; 32]).unwrap(),
                nodes,
                roots,
            }
        }

        fn request(&self, old: u64, size: u64) -> AddCheckpoint {
            let checkpoint = Checkpoint {
                origin: ORIGIN.to_owned(),
                size,
                root: self.roots[usize::try_from(size).unwrap()],
            };
            let text = checkpoint.to_string();
            AddCheckpoint {
                old,
                proof: consistency(old, size, self).unwrap().unwrap_or_default(),
                note: Note {
                    signatures: vec![self.signer.sign(&text, 0)],
                    text,
                },
                checkpoint,
            }
        }
    }

    fn witness() -> (tempfile::TempDir, Witness) {
        let keep = tempfile::tempdir().unwrap();
        Witness::create(keep.path(), "witness.example").unwrap();
        let witness = Witness::open(keep.path()).unwrap();
        witness.add(&Log::of(0, 0).signer.verifier()).unwrap();
        (keep, witness)
    }

    fn ask(witness: &Witness, request: &AddCheckpoint) -> (u16, String) {
        let answer = witness.add_checkpoint(request.to_string().as_bytes());
        (answer.status, answer.body)
    }

    fn evidence(witness: &Witness) -> Vec<String> {
        let files = fs::read_dir(witness.dir.join("evidence"))
            .unwrap()
            .flatten();
        let names = files.map(|f| f.file_name().to_string_lossy().into_owned());
        names
            .map(|n| n.split_once('-').unwrap().1.to_owned())
            .collect()
    }

    #[test]
    fn what_continues_is_cosigned_and_what_does_not_is_kept() {
        let (_keep, witness) = witness();
        let (log, fork) = (Log::of(0, 40), Log::of(1, 40));
        let (status, line) = ask(&witness, &log.request(0, 12));
        assert_eq!(status, 200);
        let line = chain::note::SignatureLine::parse(line.trim_end()).unwrap();
        let text = log.request(0, 12).note.text;
        assert!(witness.key().check(&text, &line).unwrap().is_some());
        // The same again, the next one, and whoever does not know where it stands.
        assert_eq!(ask(&witness, &log.request(12, 12)).0, 200);
        assert_eq!(ask(&witness, &log.request(12, 30)).0, 200);
        assert_eq!(ask(&witness, &log.request(0, 40)), (409, "30\n".to_owned()));
        // A log that was rolled back.
        assert_eq!(
            ask(&witness, &log.request(12, 20)),
            (409, "30\n".to_owned())
        );
        assert_eq!(evidence(&witness), Vec::<String>::new());
        // One that forked: at the same size, and beyond it.
        assert_eq!(
            ask(&witness, &fork.request(30, 30)),
            (409, "30\n".to_owned())
        );
        assert_eq!(evidence(&witness), ["forked.txt"]);
        assert_eq!(ask(&witness, &fork.request(30, 40)).0, 422);
        assert_eq!(evidence(&witness).len(), 2);
        assert_eq!(ask(&witness, &log.request(30, 40)).0, 200);
        // It is all there after a restart.
        let again = Witness::open(&witness.dir).unwrap();
        assert_eq!(ask(&again, &log.request(0, 40)), (409, "40\n".to_owned()));
        assert_eq!(again.key(), witness.key());
    }

    #[test]
    fn refusals_are_those_of_the_specification() {
        let (_keep, witness) = witness();
        let log = Log::of(0, 20);
        assert_eq!(
            witness.add_checkpoint(b"old 0\n\nno checkpoint\n").status,
            400
        );
        let mut request = log.request(0, 5);
        request.old = 6;
        assert_eq!(ask(&witness, &request).0, 400);
        let mut request = log.request(0, 5);
        request.proof.push(empty_root());
        assert_eq!(ask(&witness, &request).0, 422);
        let mut request = log.request(0, 5);
        request.note.signatures[0].signature[3] ^= 1;
        assert_eq!(ask(&witness, &request).0, 403);
        let stranger = Signer::new(ORIGIN, KeyKind::Ed25519, &[9; 32]).unwrap();
        let mut request = log.request(0, 5);
        request.note.signatures = vec![stranger.sign(&request.note.text, 0)];
        assert_eq!(ask(&witness, &request).0, 403);
        let mut request = log.request(0, 5);
        request.checkpoint.origin = "log.example/2".to_owned();
        request.note.text = request.checkpoint.to_string();
        assert_eq!(ask(&witness, &request).0, 404);
    }

    #[test]
    fn of_many_who_ask_at_once_none_rolls_the_others_back() {
        let (_keep, witness) = witness();
        let log = Log::of(0, 60);
        assert_eq!(ask(&witness, &log.request(0, 10)).0, 200);
        let cosigned: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (11..60)
                .map(|size| {
                    let (witness, log) = (&witness, &log);
                    scope.spawn(move || (size, ask(witness, &log.request(10, size)).0))
                })
                .collect();
            let answers = threads.into_iter().map(|t| t.join().unwrap());
            answers
                .filter(|(_, status)| *status == 200)
                .map(|(size, _)| size)
                .collect()
        });
        // All of them proved consistency from 10: the first took it, the others came too late.
        assert_eq!(cosigned.len(), 1);
        let (status, size) = ask(&witness, &log.request(0, 60));
        assert_eq!((status, size), (409, format!("{}\n", cosigned[0])));
    }
}
