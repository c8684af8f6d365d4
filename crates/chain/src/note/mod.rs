//! Signed notes, by C2SP signed-note: a text, a blank line, and a line for each signature.
//!
//! ```text
//! <text, ending in a line feed>
//!
//! — <key name> <base64(key id ‖ signature)>
//! ```
//!
//! A key's id is `SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]`; `kind` is 1 for plain Ed25519
//! signatures (RFC 8032) and 4 for a witness's timestamped ones (C2SP tlog-cosignature). Keys are
//! handed on as `<name>+<id, 8 hex digits>+<base64(kind ‖ public key)>`.

pub mod checkpoint;
pub mod policy;
pub mod request;

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Signatures that one note may carry; C2SP asks for 16 at least.
const SIGNATURES_MAX: usize = 64;
/// The longest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 64 << 10;
/// What begins a signature line.
const MARK: &str = "\u{2014} ";

/// What a key's signatures say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Ed25519 over the note's text (`0x01`).
    Ed25519,
    /// A witness's Ed25519 over time and text (`0x04`).
    Cosignature,
}

/// Four bytes that tell keys of one name apart. An address, no fingerprint: whoever wants to can
/// make a key of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// A public key with its name: who may be believed. Displays as `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    kind: KeyKind,
    id: KeyId,
    key: VerifyingKey,
}

/// A secret key with its name. Shows nothing of itself when printed.
#[derive(Clone)]
pub struct Signer {
    name: String,
    kind: KeyKind,
    key: SigningKey,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: KeyId,
    /// What follows the id: for Ed25519 64 bytes, for a cosignature 8 bytes of time before them.
    pub signature: Vec<u8>,
}

/// A note whose form is right; nothing is known yet of its signatures. Displays as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, ending in a line feed.
    pub text: String,
    /// The signature lines, in order.
    pub signatures: Vec<SignatureLine>,
}

/// Why something is no note, no key, or not signed by who it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The bytes are not of a note's form.
    #[error("not a signed note: a text, a blank line, and lines of `\u{2014} name base64`")]
    Form,
    /// It is longer than notes are, or carries too many signatures.
    #[error("the note is longer than {NOTE_BYTES_MAX} bytes or carries too many signatures")]
    Size,
    /// A text is no key of a kind known here, or its id is not the key's.
    #[error("not a key: write name+id+base64, as it was handed out")]
    Key,
    /// A signature of a known key does not hold.
    #[error("a signature of a known key does not hold: the text or the signature was changed")]
    Forged,
    /// No signature is of a known key.
    #[error("no signature is of a known key")]
    Unsigned,
}

impl NoteError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "note_form",
            Self::Size => "note_size",
            Self::Key => "note_key",
            Self::Forged => "note_forged",
            Self::Unsigned => "note_unsigned",
        }
    }
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::Cosignature]
            .into_iter()
            .find(|k| k.byte() == byte)
    }
}

impl KeyId {
    fn of(name: &str, kind: KeyKind, key: &VerifyingKey) -> Self {
        let hasher = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', kind.byte()]);
        let hash: [u8; 32] = hasher.chain_update(key.as_bytes()).finalize().into();
        Self([hash[0], hash[1], hash[2], hash[3]])
    }
}

impl Verifier {
    /// Reads a key as it was handed out.
    ///
    /// # Errors
    /// [`NoteError::Key`] where it is malformed or its id is not that of its name and bytes.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        // The key is base64 and may hold a plus itself, so only the first two part it.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = BASE64.decode(key.as_bytes()).map_err(|_| NoteError::Key)?;
        let (kind, key) = key.split_first().ok_or(NoteError::Key)?;
        let kind = KeyKind::of(*kind).ok_or(NoteError::Key)?;
        let key: &[u8; 32] = key.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key)?;
        let made = Self {
            name: name.to_owned(),
            kind,
            id: KeyId::of(name, kind, &key),
            key,
        };
        let same = HEXLOWER.encode(&made.id.0) == id;
        if is_name(name) && same {
            Ok(made)
        } else {
            Err(NoteError::Key)
        }
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What its signatures say.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Whether a signature line claims to be this key's.
    #[must_use]
    pub fn owns(&self, line: &SignatureLine) -> bool {
        self.name == line.name && self.id == line.id
    }

    /// Checks a line of this key over a text; a cosignature's time, in seconds since 1970, comes
    /// back.
    ///
    /// # Errors
    /// [`NoteError::Forged`] where it does not hold.
    pub fn check(&self, text: &str, line: &SignatureLine) -> Result<Option<u64>, NoteError> {
        let (time, signature) = match self.kind {
            KeyKind::Ed25519 => (None, line.signature.as_slice()),
            KeyKind::Cosignature => {
                let parts = line.signature.split_first_chunk::<8>();
                let (time, rest) = parts.ok_or(NoteError::Forged)?;
                (Some(u64::from_be_bytes(*time)), rest)
            }
        };
        if time.is_some_and(|t| i64::try_from(t).is_err()) {
            return Err(NoteError::Forged);
        }
        let signature = Signature::from_slice(signature).map_err(|_| NoteError::Forged)?;
        let message = message(time, text);
        // Strict: one signature has one spelling, and weak keys are refused.
        let holds = self.key.verify_strict(message.as_bytes(), &signature);
        holds.map(|()| time).map_err(|_| NoteError::Forged)
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind.byte()];
        key.extend(self.key.as_bytes());
        let (id, key) = (HEXLOWER.encode(&self.id.0), BASE64.encode(&key));
        write!(f, "{}+{id}+{key}", self.name)
    }
}

impl Signer {
    /// A signer of this name with a secret of 32 random bytes, which the caller draws; `None`
    /// where no key may have the name (it is empty, or holds a blank or a plus).
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, secret: &[u8; 32]) -> Option<Self> {
        is_name(name).then(|| Self {
            name: name.to_owned(),
            kind,
            key: SigningKey::from_bytes(secret),
        })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        let key = self.key.verifying_key();
        Verifier {
            name: self.name.clone(),
            kind: self.kind,
            id: KeyId::of(&self.name, self.kind, &key),
            key,
        }
    }

    /// Signs a text; a cosigner states the time at which it does, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, text: &str, time: u64) -> SignatureLine {
        let time = match self.kind {
            KeyKind::Ed25519 => None,
            KeyKind::Cosignature => Some(time),
        };
        let mut signature = time.map_or_else(Vec::new, |t| t.to_be_bytes().to_vec());
        signature.extend(self.key.sign(message(time, text).as_bytes()).to_bytes());
        SignatureLine {
            name: self.name.clone(),
            id: self.verifier().id,
            signature,
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier())
    }
}

impl Note {
    /// Reads a note's form.
    ///
    /// # Errors
    /// [`NoteError::Form`] or [`NoteError::Size`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Size);
        }
        let whole = str::from_utf8(bytes).map_err(|_| NoteError::Form)?;
        if whole.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteError::Form);
        }
        // The last empty line parts them: a text may hold empty lines of its own.
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        let signatures: Vec<SignatureLine> = lines
            .split('\n')
            .map(SignatureLine::parse)
            .collect::<Result<_, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::Size);
        }
        Ok(Self {
            text: format!("{text}\n"),
            signatures,
        })
    }

    /// The keys whose signatures hold, with a cosigner's time. Signatures of other keys are passed
    /// over, as whoever hands a note on may add them.
    ///
    /// # Errors
    /// [`NoteError::Forged`] where a known key's signature does not hold, [`NoteError::Unsigned`]
    /// where no known key has signed.
    pub fn signed_by<'k>(
        &self,
        known: &'k [Verifier],
    ) -> Result<Vec<(&'k Verifier, Option<u64>)>, NoteError> {
        let mut held: Vec<(&Verifier, Option<u64>)> = Vec::new();
        for line in &self.signatures {
            let Some(key) = known.iter().find(|key| key.owns(line)) else {
                continue;
            };
            let time = key.check(&self.text, line)?;
            if !held.iter().any(|(other, _)| *other == key) {
                held.push((key, time));
            }
        }
        if held.is_empty() {
            Err(NoteError::Unsigned)
        } else {
            Ok(held)
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|line| write!(f, "{line}"))
    }
}

impl SignatureLine {
    /// Reads one line, without its line feed.
    ///
    /// # Errors
    /// [`NoteError::Form`].
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix(MARK).ok_or(NoteError::Form)?;
        let (name, encoded) = rest.split_once(' ').ok_or(NoteError::Form)?;
        let bytes = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| NoteError::Form)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Form)?;
        if !is_name(name) || signature.is_empty() {
            return Err(NoteError::Form);
        }
        Ok(Self {
            name: name.to_owned(),
            id: KeyId(*id),
            signature: signature.to_vec(),
        })
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.0.as_slice(), &self.signature].concat();
        writeln!(f, "{MARK}{} {}", self.name, BASE64.encode(&bytes))
    }
}

/// What is signed: the text, with a cosigner's two lines before it.
fn message(time: Option<u64>, text: &str) -> String {
    match time {
        None => text.to_owned(),
        Some(time) => format!("cosignature/v1\ntime {time}\n{text}"),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key and note of the documentation of golang.org/x/mod/sumdb/note.
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SECRET: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN\
                        1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn secret() -> [u8; 32] {
        BASE64.decode(SECRET.as_bytes()).unwrap()[1..]
            .try_into()
            .unwrap()
    }

    #[test]
    fn the_published_note_is_read_verified_and_made_again() {
        let whole = format!("{TEXT}\n{LINE}");
        let note = Note::parse(whole.as_bytes()).unwrap();
        let key = Verifier::parse(PUBLIC).unwrap();
        assert_eq!(
            (note.to_string(), key.to_string()),
            (whole, PUBLIC.to_owned())
        );
        assert_eq!(
            note.signed_by(std::slice::from_ref(&key)).unwrap(),
            [(&key, None)]
        );
        let signer = Signer::new("PeterNeumann", KeyKind::Ed25519, &secret()).unwrap();
        assert_eq!(signer.verifier(), key);
        assert_eq!(signer.sign(TEXT, 0).to_string(), LINE);
    }

    #[test]
    fn keys_that_were_changed_are_refused() {
        // As the Go package's own test: no other text of the key is a key.
        for i in 0..PUBLIC.len() {
            let mut bytes = PUBLIC.as_bytes().to_vec();
            bytes[i] += 1;
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(Verifier::parse(&text), Err(NoteError::Key), "{text}");
            for j in i + 1..=PUBLIC.len() {
                let part = &PUBLIC[i..j];
                assert!(part == PUBLIC || Verifier::parse(part).is_err(), "{part}");
            }
        }
        for text in [
            // A key of a wrong length and one of an unknown kind, each with its own id.
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert_eq!(Verifier::parse(text), Err(NoteError::Key));
        }
    }

    #[test]
    fn no_flipped_bit_of_a_note_verifies() {
        let whole = format!("{TEXT}\n{LINE}").into_bytes();
        let key = [Verifier::parse(PUBLIC).unwrap()];
        for bit in 0..whole.len() * 8 {
            let mut other = whole.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let read = Note::parse(&other);
            assert!(
                read.is_err() || read.unwrap().signed_by(&key).is_err(),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn malformed_notes_are_refused() {
        for text in [
            "",
            "\n",
            TEXT,
            LINE,
            "text\n\n",
            "text\n\n\u{2014} name\n",
            "text\n\n\u{2014} name AAAA\n",
            "text\n\n- name x08go/ZJ\n",
            "te\txt\n\n\u{2014} name x08go/ZJ\n",
            "text\n\n\u{2014} na+me x08go/ZJ\n",
            "text\n\n\u{2014} name x08go/ZJ",
        ] {
            assert_eq!(
                Note::parse(text.as_bytes()),
                Err(NoteError::Form),
                "{text:?}"
            );
        }
        let many = format!("text\n\n{}", "\u{2014} name x08go/ZJ\n".repeat(65));
        assert_eq!(Note::parse(many.as_bytes()), Err(NoteError::Size));
    }

    #[test]
    fn other_keys_are_passed_over_and_a_cosigner_states_its_time() {
        let log = Signer::new("log.example", KeyKind::Ed25519, &[1; 32]).unwrap();
        let witness = Signer::new("witness.example", KeyKind::Cosignature, &[2; 32]).unwrap();
        let mut note = Note {
            text: TEXT.to_owned(),
            signatures: vec![log.sign(TEXT, 0), witness.sign(TEXT, 1_679_315_147)],
        };
        let known = [witness.verifier()];
        let time = Some(1_679_315_147);
        assert_eq!(note.signed_by(&known).unwrap(), [(&known[0], time)]);
        note.signatures[1].signature[7] ^= 1;
        assert_eq!(note.signed_by(&known), Err(NoteError::Forged));
        note.signatures.truncate(1);
        assert_eq!(note.signed_by(&known), Err(NoteError::Unsigned));
    }

    /// RFC 8032, section 7.1, tests 1 to 3: secret, public, message, signature.
    #[test]
    fn signatures_are_those_of_rfc_8032() {
        let vectors = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                 5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (secret, public, text, signature) in vectors {
            let unhex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
            let key = SigningKey::from_bytes(&unhex(secret).try_into().unwrap());
            assert_eq!(key.verifying_key().as_bytes().to_vec(), unhex(public));
            assert_eq!(key.sign(&unhex(text)).to_bytes().to_vec(), unhex(signature));
        }
    }
}
