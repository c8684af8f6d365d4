//! What is wrong with a row or a file.

/// A row or file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file as a whole: nothing of it is recorded.
    #[error("{reason}")]
    File {
        /// Stable code.
        code: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
    /// One row; the others go on.
    #[error("line {line}, column {column}: {reason}")]
    Row {
        /// Line in the file, from 1.
        line: u64,
        /// The column's header, empty where it is the whole row.
        column: String,
        /// Stable code.
        code: &'static str,
        /// What is wrong; never the cell's content, which could be personal.
        reason: String,
    },
}

impl Fault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { code, .. } | Self::Row { code, .. } => code,
        }
    }

    pub(crate) fn file(code: &'static str, reason: impl Into<String>) -> Self {
        Self::File {
            code,
            reason: reason.into(),
        }
    }

    pub(crate) fn row(
        line: u64,
        column: &str,
        code: &'static str,
        reason: impl Into<String>,
    ) -> Self {
        Self::Row {
            line,
            column: column.to_owned(),
            code,
            reason: reason.into(),
        }
    }
}
