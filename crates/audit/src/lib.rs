//! Replay and verification of a history, level by level, trusting nobody.
