//! Chores of the house: generated schemas, replay fixtures, and the arrows between crates.

// A chore tells what it did.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use domain::areas::Payload;
use serde_json::Value;
use xtask::root;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["schemas"] => schemas(true),
        ["schemas", "--check"] => schemas(false),
        ["arrows"] => arrows(),
        ["fixtures"] => fixtures(true),
        ["fixtures", "--check"] => fixtures(false),
        ["mutate-packs"] => mutate_packs(false),
        ["mutate-packs", "--check"] => mutate_packs(true),
        _ => bail!(
            "say one of: schemas [--check], fixtures [--check], mutate-packs [--check], arrows"
        ),
    }
}

/// Writes or checks one file an event version, and the schema of policy packs.
fn schemas(write: bool) -> anyhow::Result<()> {
    let root = root()?;
    let mut wanted: BTreeMap<PathBuf, String> = BTreeMap::new();
    for info in Payload::types() {
        let path = root
            .join("schemas/events")
            .join(format!("{}.json", info.event));
        wanted.insert(path, pretty(&domain::event::schema_of(info))?);
    }
    let pack = serde_json::to_value(domain::policy::pack_schema())?;
    wanted.insert(root.join("schemas/policy.pack.schema.json"), pretty(&pack)?);
    let layout = serde_json::to_value(intake::layout_schema())?;
    wanted.insert(root.join("schemas/layout.schema.json"), pretty(&layout)?);
    let api = server::http::document();
    wanted.insert(root.join("schemas/openapi.json"), pretty(&api)?);
    for (path, text) in &wanted {
        if write {
            fs::create_dir_all(path.parent().context("a path without folder")?)?;
            fs::write(path, text)?;
        } else if fs::read_to_string(path).unwrap_or_default() != *text {
            bail!(
                "{} is not what the types say: run `cargo xtask schemas`",
                path.display()
            );
        }
    }
    for entry in fs::read_dir(root.join("schemas/events"))? {
        let path = entry?.path();
        if !wanted.contains_key(&path) {
            bail!(
                "{} belongs to no event type; a released schema must stay known",
                path.display()
            );
        }
    }
    println!(
        "{} schemas {}",
        wanted.len(),
        if write { "written" } else { "hold" }
    );
    Ok(())
}

/// Rewrites or compares what is expected of every replay fixture.
fn fixtures(write: bool) -> anyhow::Result<()> {
    let count = xtask::fixtures::all_hold(&root()?, write)?;
    println!(
        "{count} fixtures {}",
        if write { "written" } else { "hold" }
    );
    Ok(())
}

/// Changes every number of the law by itself and tells which ones no replay fixture notices.
fn mutate_packs(check: bool) -> anyhow::Result<()> {
    let root = root()?;
    let watch = xtask::fixtures::watch(&root)?;
    for name in &watch.unwatched {
        println!("{name}");
    }
    let noticed = watch.numbers - watch.unwatched.len();
    println!("{noticed} of {} numbers are watched", watch.numbers);
    if check {
        xtask::fixtures::hold(&root, &watch)?;
    }
    Ok(())
}

/// Which crates of the house, and which outside crates, a crate may not depend on, however far.
const NEVER: [(&str, &[&str]); 6] = [
    (
        "chain",
        &[
            "domain", "audit", "ledger", "server", "intake", "demo", "sled", "tokio", "axum",
        ],
    ),
    (
        "domain",
        &[
            "audit",
            "ledger",
            "server",
            "intake",
            "demo",
            "sled",
            "tokio",
            "axum",
            "getrandom",
        ],
    ),
    (
        "audit",
        &[
            "ledger",
            "server",
            "intake",
            "demo",
            "sled",
            "tokio",
            "axum",
            "getrandom",
        ],
    ),
    (
        "intake",
        &["ledger", "server", "audit", "demo", "sled", "axum"],
    ),
    (
        "demo",
        &[
            "ledger",
            "server",
            "audit",
            "intake",
            "sled",
            "axum",
            "getrandom",
        ],
    ),
    (
        "ledger",
        &[
            "server", "audit", "intake", "demo", "axum", "hyper", "calamine", "csv",
        ],
    ),
];

fn arrows() -> anyhow::Result<()> {
    for (name, never) in NEVER {
        let tree = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--package",
                name,
                "--edges",
                "normal",
                "--prefix",
                "none",
            ])
            .current_dir(root()?)
            .output()
            .context("running cargo tree")?;
        if !tree.status.success() {
            bail!("cargo tree failed for {name}");
        }
        let text = String::from_utf8(tree.stdout)?;
        let uses: Vec<&str> = text.lines().filter_map(|l| l.split(' ').next()).collect();
        if let Some(broken) = never.iter().find(|n| uses.contains(n)) {
            bail!("{name} must not depend on {broken}: an arrow points back");
        }
    }
    println!("{} crates keep their arrows", NEVER.len());
    Ok(())
}

fn pretty(value: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
