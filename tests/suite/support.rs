//! What every suite shares: the binary, built once, and a demo ledger to work on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "regledger"])
            .status()
            .unwrap();
        assert!(built.success(), "the binary does not build");
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target =
            target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
        target.join("debug/regledger")
    })
}

pub(crate) fn run(ledger: &Path, args: &[&str]) -> Output {
    Command::new(binary())
        .arg("--ledger")
        .arg(ledger)
        .args(args)
        .output()
        .unwrap()
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with a demo ledger of so many operators in it, made by a bare name, as people do.
pub(crate) fn demo(operators: &str) -> (tempfile::TempDir, PathBuf) {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("county");
    let made = Command::new(binary())
        .current_dir(keep.path())
        .args(["--ledger", "county", "demo", "--operators", operators])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(text(&made).contains("The history holds."));
    (keep, dir)
}

/// Completes 17 characters with their check character (GB 32100-2015).
pub(crate) fn credit_code(body: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut weight = 1;
    let mut sum = 0;
    for c in body.chars() {
        sum += ALPHABET.find(c).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    let check = ALPHABET.chars().nth((31 - sum % 31) % 31).unwrap();
    format!("{body}{check}")
}
