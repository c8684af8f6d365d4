//! One runner for all black-box suites. The binary is built by the suite itself, once.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod archive;
mod clocks;
mod http;
mod http_client;
mod import;
mod kill;
mod log;
mod malicious;
mod portal;
mod publish;
mod support;
mod trace;
mod verify;
mod withdrawal;
mod witnesses;
