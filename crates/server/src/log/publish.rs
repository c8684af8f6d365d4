//! Publishing: a checkpoint is signed at a set interval where there is something new, cosigned by
//! as many of the policy's witnesses as answer, and published, with or without a quorum. Without
//! one it says so, and the witnesses are asked again at the next interval. When nothing happens
//! for long, witnesses are asked anew for the same checkpoint: their time says that it is still
//! the newest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chain::note::policy::{Policy, Witness};
use chain::note::request::AddCheckpoint;
use chain::note::{Note, NoteError, SignatureLine};
use ledger::{Clock, Ledger, LedgerError, Published, Signed, SystemClock};
use thiserror::Error;

use super::fetch::{Client, FetchError};

/// The longest answer of a witness that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 16 << 10;

/// How checkpoints are published.
#[derive(Debug, Clone)]
pub struct Publishing {
    /// Between two looks at whether there is something new.
    pub every: Duration,
    /// After which witnesses are asked again though nothing is new.
    pub heartbeat: Duration,
    /// Which witnesses are asked, and how many are enough; absent: none.
    pub policy: Option<Policy>,
}

/// Why a witness gave no cosignature.
#[derive(Debug, Error)]
pub enum AskError {
    /// It does not answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The policy names no address for it.
    #[error("the policy names no address for this witness")]
    NoAddress,
    /// It has cosigned a larger tree of this origin.
    #[error(
        "it has cosigned a tree of {0} events of this origin, more than there are here: this \
         ledger was rolled back, or somebody else signs with its key"
    )]
    Ahead(u64),
    /// It refuses for another reason.
    #[error("it answers {status}: {told}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it says.
        told: String,
    },
    /// Its answer holds no cosignature of its key that holds.
    #[error("its cosignature does not hold: {0}")]
    Cosignature(#[from] NoteError),
    /// The proof for it could not be made.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl AskError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.code(),
            Self::NoAddress => "witness_no_address",
            Self::Ahead(_) => "witness_ahead",
            Self::Refused { .. } => "witness_refused",
            Self::Cosignature(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }
}

/// A witness's line with its time, or why there is none.
type Asked = Result<(SignatureLine, u64), AskError>;

/// How it went with one witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// What the policy calls it.
    pub name: String,
    /// When it cosigned this checkpoint, in seconds since 1970.
    pub cosigned_at: Option<u64>,
    /// Why it did not, by code and in words.
    pub trouble: Option<(String, String)>,
}

/// What became of one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Size of the history that the checkpoint signs.
    pub size: u64,
    /// Whether the quorum has cosigned it; absent where none is asked for.
    pub quorum: Option<bool>,
    /// Each of the policy's witnesses.
    pub witnesses: Vec<Witnessed>,
}

/// How publishing goes: what became of the last publication, and why the last attempt failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last one that was published.
    pub outcome: Option<Outcome>,
    /// Why nothing was signed at the last look, by code and in words.
    pub trouble: Option<(String, String)>,
}

impl Standing {
    /// Takes in what a look came to.
    pub fn take(&mut self, told: Result<Option<Outcome>, LedgerError>) {
        match told {
            Ok(outcome) => {
                self.trouble = None;
                self.outcome = outcome.or_else(|| self.outcome.take());
            }
            Err(error) => self.trouble = Some((error.code().to_owned(), error.to_string())),
        }
    }
}

/// Publishes the checkpoints of one ledger.
pub struct Publisher {
    how: Publishing,
    client: Client,
    /// The size that each witness was last known to have cosigned, by its key.
    sizes: BTreeMap<String, u64>,
    /// When witnesses were last asked with success, or something was published.
    last: Option<Instant>,
}

impl Publisher {
    /// One that has published nothing yet.
    #[must_use]
    pub fn new(how: Publishing) -> Self {
        Self {
            how,
            client: Client::default(),
            sizes: BTreeMap::new(),
            last: None,
        }
    }

    /// Between two looks at whether there is something new.
    #[must_use]
    pub const fn every(&self) -> Duration {
        self.how.every
    }

    /// Publishes where something is new, a quorum is missing, or the heartbeat is due.
    ///
    /// # Errors
    /// As [`Ledger::sign_checkpoint`]; what was published before stays.
    pub fn look(&mut self, ledger: &Ledger) -> Result<Option<Outcome>, LedgerError> {
        let beat = self
            .last
            .is_none_or(|at| at.elapsed() >= self.how.heartbeat);
        let published = ledger.published();
        let size = published.as_ref().and_then(|p| p.note.text.lines().nth(1));
        let same = size == Some(ledger.head().size.to_string().as_str());
        let asked = self.how.policy.is_some();
        let quorate = published.is_some_and(|p| p.quorum != Some(false));
        if same && quorate && !(beat && asked) {
            return Ok(None);
        }
        self.publish(ledger).map(Some)
    }

    /// Signs, asks the witnesses, publishes.
    ///
    /// # Errors
    /// As [`Ledger::sign_checkpoint`]; what was published before stays.
    pub fn publish(&mut self, ledger: &Ledger) -> Result<Outcome, LedgerError> {
        let signed = ledger.sign_checkpoint()?;
        let mut note = signed.note.clone();
        let mut witnesses = Vec::new();
        if let Some(policy) = self.how.policy.clone() {
            for (witness, asked) in self.ask_all(ledger, &policy, &signed) {
                let (cosigned_at, trouble) = match asked {
                    Ok((line, time)) => {
                        note.signatures.push(line);
                        (Some(time), None)
                    }
                    Err(error) => (None, Some((error.code().to_owned(), error.to_string()))),
                };
                witnesses.push(Witnessed {
                    name: witness.name,
                    cosigned_at,
                    trouble,
                });
            }
        }
        let quorum = self.how.policy.as_ref().map(|policy| {
            let cosigned = policy.cosigners(&note).unwrap_or_default();
            policy.is_quorum(&cosigned)
        });
        let last = ledger.published();
        // A quorum that was reached for this very checkpoint is not given up for a worse one.
        let better = last.is_none_or(|last| {
            let same = last.note.text == note.text;
            !same || last.quorum != Some(true) || quorum == Some(true)
        });
        if better {
            ledger.publish_checkpoint(Published {
                at: SystemClock.now(),
                note,
                quorum,
            })?;
        }
        if quorum != Some(false) {
            self.last = Some(Instant::now());
        }
        Ok(Outcome {
            size: signed.checkpoint.size,
            quorum,
            witnesses,
        })
    }

    /// Asks every witness at once.
    fn ask_all(
        &mut self,
        ledger: &Ledger,
        policy: &Policy,
        signed: &Signed,
    ) -> Vec<(Witness, Asked)> {
        let (client, sizes) = (&self.client, &self.sizes);
        let asked: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = policy
                .witnesses
                .iter()
                .map(|witness| {
                    let known = sizes.get(&witness.key.to_string()).copied().unwrap_or(0);
                    scope.spawn(move || ask(client, ledger, witness, signed, known))
                })
                .collect();
            threads.into_iter().map(|t| t.join()).collect()
        });
        let mut told = Vec::new();
        for (witness, asked) in policy.witnesses.iter().zip(asked) {
            let broke_off = |_| {
                Err(AskError::Refused {
                    status: 0,
                    told: "asking it broke off".to_owned(),
                })
            };
            let asked = asked.unwrap_or_else(broke_off);
            if asked.is_ok() {
                let size = signed.checkpoint.size;
                self.sizes.insert(witness.key.to_string(), size);
            }
            told.push((witness.clone(), asked));
        }
        told
    }
}

/// Asks one witness; where it knows another size than was thought, once more with that one.
fn ask(client: &Client, ledger: &Ledger, witness: &Witness, signed: &Signed, known: u64) -> Asked {
    let url = witness.url.as_deref().ok_or(AskError::NoAddress)?;
    let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let size = signed.checkpoint.size;
    let (mut old, mut again) = (known.min(size), false);
    loop {
        let proof = ledger.tree().consistency(old, size)?.unwrap_or_default();
        let request = AddCheckpoint {
            old,
            proof,
            note: signed.note.clone(),
            checkpoint: signed.checkpoint.clone(),
        };
        let answer = client.post(&url, &request.to_string(), ANSWER_BYTES_MAX)?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match answer.status {
            200 => return cosignature(witness, &signed.note, &text).map_err(Into::into),
            409 if answer.kind.starts_with("text/x.tlog.size") => {
                let theirs: Option<u64> = text.trim_end().parse().ok();
                match theirs {
                    Some(theirs) if theirs > size => return Err(AskError::Ahead(theirs)),
                    Some(theirs) if theirs != old && !again => {
                        (old, again) = (theirs, true);
                    }
                    _ => return Err(refused(409, &text)),
                }
            }
            status => return Err(refused(status, &text)),
        }
    }
}

fn refused(status: u16, told: &str) -> AskError {
    AskError::Refused {
        status,
        told: told.chars().take(200).collect(),
    }
}

/// The witness's own line in its answer, checked, with its time.
fn cosignature(
    witness: &Witness,
    note: &Note,
    answer: &str,
) -> Result<(SignatureLine, u64), NoteError> {
    for line in answer.lines() {
        let line = SignatureLine::parse(line)?;
        if witness.key.owns(&line) {
            let time = witness.key.check(&note.text, &line)?;
            return Ok((line, time.unwrap_or(0)));
        }
    }
    Err(NoteError::Unsigned)
}
