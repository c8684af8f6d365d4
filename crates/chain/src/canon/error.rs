//! What can be wrong with a JSON text. Messages name the place and the rule, never the value,
//! which may be personal.

use std::fmt;

use thiserror::Error;

/// Where in a text or value a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Byte offset from the start of the text; `None` when a value was being written.
    pub offset: Option<usize>,
    /// Keys and positions that lead there, such as `data.parties[2].role`; empty at the top. A
    /// key that is no plain field name (`a-z`, then `a-z 0-9 _`, up to 64) stands as `*`, as it
    /// may hold somebody's data.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the top level"
        } else {
            &self.path
        };
        match self.offset {
            Some(offset) => write!(f, "{path} (byte {offset})"),
            None => f.write_str(path),
        }
    }
}

/// A rule of canonical JSON that a text or a value breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CanonError {
    /// Not JSON by RFC 8259.
    #[error("not well-formed JSON at {at}: expected {expected}")]
    Syntax {
        /// Where reading stopped.
        at: Place,
        /// What should have stood there.
        expected: &'static str,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at {at}: send the text as UTF-8")]
    NotUtf8 {
        /// The first byte that is no UTF-8.
        at: Place,
    },
    /// A number with a fraction or an exponent, or negative zero.
    #[error(
        "a number at {at} is not an integer: write money in fen and ratios in basis points, without fraction, exponent or -0"
    )]
    Float {
        /// The number.
        at: Place,
    },
    /// An integer beyond ±(2^53-1).
    #[error("an integer at {at} is beyond 2^53-1: write long numbers as strings")]
    IntegerRange {
        /// The number.
        at: Place,
    },
    /// One object has the same key twice.
    #[error("the key at {at} stands twice in its object: keep one")]
    DuplicateKey {
        /// The second of the two.
        at: Place,
    },
    /// A string or key that is not in Normalisation Form C.
    #[error("the text at {at} is not in Unicode Normalisation Form C: normalise it to NFC")]
    NotNfc {
        /// The string or key.
        at: Place,
    },
    /// Arrays and objects nested too deeply.
    #[error("nested too deeply at {at}: at most {depth_max} levels are accepted")]
    TooDeep {
        /// The array or object that goes too far.
        at: Place,
        /// Levels accepted.
        depth_max: usize,
    },
    /// The text is too long.
    #[error("{bytes} bytes are too many: at most {bytes_max} are accepted")]
    TooLarge {
        /// Length of the text in bytes.
        bytes: usize,
        /// Length accepted in bytes.
        bytes_max: usize,
    },
    /// Something stands after the value.
    #[error("something follows the JSON value at {at}: send exactly one value")]
    Trailing {
        /// The first byte too many.
        at: Place,
    },
    /// Acceptable, but not in its canonical spelling.
    #[error("not canonical by RFC 8785 at {at}: {rule}")]
    NotCanonical {
        /// The first byte that would be written otherwise.
        at: Place,
        /// What the canonical spelling asks for.
        rule: &'static str,
    },
    /// A value that cannot be written as JSON.
    #[error("the value at {at} cannot be written as canonical JSON")]
    Unsupported {
        /// The value.
        at: Place,
    },
}

impl CanonError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "json_syntax",
            Self::NotUtf8 { .. } => "json_not_utf8",
            Self::Float { .. } => "json_float",
            Self::IntegerRange { .. } => "json_integer_range",
            Self::DuplicateKey { .. } => "json_duplicate_key",
            Self::NotNfc { .. } => "json_not_nfc",
            Self::TooDeep { .. } => "json_too_deep",
            Self::TooLarge { .. } => "json_too_large",
            Self::Trailing { .. } => "json_trailing",
            Self::NotCanonical { .. } => "json_not_canonical",
            Self::Unsupported { .. } => "json_unsupported",
        }
    }

    /// Where it is; `None` where the whole text is meant.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Syntax { at, .. }
            | Self::NotUtf8 { at }
            | Self::Float { at }
            | Self::IntegerRange { at }
            | Self::DuplicateKey { at }
            | Self::NotNfc { at }
            | Self::TooDeep { at, .. }
            | Self::Trailing { at }
            | Self::NotCanonical { at, .. }
            | Self::Unsupported { at } => Some(at),
            Self::TooLarge { .. } => None,
        }
    }

    pub(super) fn under_key(self, key: &str) -> Self {
        self.under(if is_field_name(key) {
            key.to_owned()
        } else {
            "*".to_owned()
        })
    }

    pub(super) fn under_index(self, index: usize) -> Self {
        self.under(format!("[{index}]"))
    }

    /// Errors gather their path on the way out, so that success pays nothing for it.
    fn under(mut self, step: String) -> Self {
        if let Some(at) = self.place_mut() {
            let inner = std::mem::replace(&mut at.path, step);
            if !inner.is_empty() && !inner.starts_with('[') {
                at.path.push('.');
            }
            at.path.push_str(&inner);
        }
        self
    }

    fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Self::Syntax { at, .. }
            | Self::NotUtf8 { at }
            | Self::Float { at }
            | Self::IntegerRange { at }
            | Self::DuplicateKey { at }
            | Self::NotNfc { at }
            | Self::TooDeep { at, .. }
            | Self::Trailing { at }
            | Self::NotCanonical { at, .. }
            | Self::Unsupported { at } => Some(at),
            Self::TooLarge { .. } => None,
        }
    }
}

impl serde::ser::Error for CanonError {
    /// The message of a foreign serialisation is dropped: it may quote the value.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::Unsupported {
            at: Place::default(),
        }
    }
}

impl Place {
    pub(super) fn at(offset: usize) -> Self {
        Self {
            offset: Some(offset),
            path: String::new(),
        }
    }
}

fn is_field_name(key: &str) -> bool {
    key.len() <= 64
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
