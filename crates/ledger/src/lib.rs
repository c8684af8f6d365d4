//! The one keeper of the history: journal, anchor, settled store, the one writer, views and the vault.
