//! Checkpoints, by C2SP tlog-checkpoint: a note whose text is origin, size and root of the tree.

use std::fmt;

use data_encoding::BASE64;
use thiserror::Error;

use crate::tree::Node;

/// The head of a tree, as it is signed. Displays as the note's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: one line, for ever.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The tree's root.
    pub root: Node,
}

/// A note's text that is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// A line is missing or not of its form.
    #[error("not a checkpoint: a line each for origin, size in decimal, and root in base64")]
    Form,
    /// There are further lines; none are made here, and what they say could not be audited.
    #[error("the checkpoint carries extension lines, which are not accepted")]
    Extended,
}

impl CheckpointError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "checkpoint_form",
            Self::Extended => "checkpoint_extended",
        }
    }
}

impl Checkpoint {
    /// Reads a note's text.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Form)?
            .split('\n');
        let mut line = || {
            lines
                .next()
                .filter(|l| !l.is_empty())
                .ok_or(CheckpointError::Form)
        };
        let (origin, size, root) = (line()?, line()?, line()?);
        let size: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = BASE64
            .decode(root.as_bytes())
            .map_err(|_| CheckpointError::Form)?;
        let root: [u8; 32] = root.try_into().map_err(|_| CheckpointError::Form)?;
        if lines.next().is_some() {
            return Err(CheckpointError::Extended);
        }
        let made = Self {
            origin: origin.to_owned(),
            size,
            root: Node::from_bytes(root),
        };
        // A size with a sign or leading zeroes has another spelling than its own.
        if made.to_string() == text {
            Ok(made)
        } else {
            Err(CheckpointError::Form)
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = BASE64.encode(self.root.as_bytes());
        writeln!(f, "{}\n{}\n{root}", self.origin, self.size)
    }
}

/// The name that a log's keys have: its origin where that can be a key's name; else blanks, control
/// characters, `+` and `%` in it stand as in a URL (`%20`), so that no two origins share a name.
#[must_use]
pub fn key_name(origin: &str) -> String {
    let mut name = String::with_capacity(origin.len());
    let mut buffer = [0; 4];
    for c in origin.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '+' | '%') {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                name.push_str(&format!("%{byte:02X}"));
            }
        } else {
            name.push(c);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;

    /// The example of C2SP tlog-cosignature: a checkpoint with a log's and a witness's line. Its
    /// keys are not published with it, so the form alone is held.
    const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    #[test]
    fn the_published_checkpoint_is_read_and_written() {
        let note = Note::parse(PUBLISHED.as_bytes()).unwrap();
        let checkpoint = Checkpoint::parse(&note.text).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.to_string(), note.text);
        assert_eq!(note.to_string(), PUBLISHED);
        // The witness's time stands in its first eight bytes: 1679315147, as the text says.
        let time = note.signatures[1].signature.first_chunk::<8>().unwrap();
        assert_eq!(u64::from_be_bytes(*time), 1_679_315_147);
    }

    #[test]
    fn origins_have_names_of_their_own() {
        assert_eq!(key_name("example.com/log42"), "example.com/log42");
        assert_eq!(key_name("a b"), "a%20b");
        assert_eq!(key_name("a%20b"), "a%2520b");
        assert_eq!(
            key_name("\u{90ef}\u{57ce}+\u{3000}"),
            "\u{90ef}\u{57ce}%2B%E3%80%80"
        );
    }

    #[test]
    fn other_forms_are_refused() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for text in [
            String::new(),
            format!("a\n1\n{root}"),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("\n1\n{root}\n"),
            "a\n1\nAAAA\n".to_owned(),
            format!("a\n18446744073709551616\n{root}\n"),
        ] {
            assert_eq!(
                Checkpoint::parse(&text),
                Err(CheckpointError::Form),
                "{text:?}"
            );
        }
        let extended = format!("a\n1\n{root}\nmore\n");
        assert_eq!(Checkpoint::parse(&extended), Err(CheckpointError::Extended));
    }
}
