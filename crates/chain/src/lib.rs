//! Canonical bytes, event hash, hash chain and sealed-value commitments.
