//! One runner for all black-box suites. The binary is built by the suite itself, once.

mod import;
mod kill;
mod support;
mod verify;
