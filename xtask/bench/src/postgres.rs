//! A neighbour for comparison: a PostgreSQL events table with three indexes, the same clients and
//! sizes, `synchronous_commit = on`, driven by `pgbench`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// PostgreSQL refuses to run as root; this user comes with its packages.
const USER: &str = "postgres";

const TABLE: &str = "CREATE TABLE events (seq bigserial PRIMARY KEY, id uuid NOT NULL, \
    subject text NOT NULL, at timestamptz NOT NULL DEFAULT now(), body bytea NOT NULL); \
    CREATE UNIQUE INDEX ON events (id); CREATE INDEX ON events (subject, seq);";

/// 550 bytes of body, as an event of the demo's mix has.
const INSERT: &str = "\\set n random(1, 10000)\n\
    INSERT INTO events (id, subject, body) VALUES (gen_random_uuid(), 'operator:' || :n, \
    decode(repeat('5a', 550), 'hex'));\n";

pub(crate) fn measure(dir: &Path, seconds: u64) -> anyhow::Result<Value> {
    let bin = binaries().context("initdb was not found")?;
    let base = dir.join("postgres");
    std::fs::create_dir_all(&base)?;
    let base = base.canonicalize()?;
    let (data, script) = (base.join("data"), base.join("insert.sql"));
    std::fs::write(&script, INSERT)?;
    let server = Server {
        bin,
        base: base.clone(),
        data,
    };
    server.own()?;
    server.run(
        "initdb",
        &["-D", &text(&server.data), "--auth=trust", "--no-sync"],
    )?;
    let options = format!(
        "-c synchronous_commit=on -c listen_addresses= -c unix_socket_directories={} \
         -c max_connections=100 -c max_wal_size=2GB",
        base.display()
    );
    let log = text(&base.join("log"));
    let data = text(&server.data);
    server.run(
        "pg_ctl",
        &["-D", &data, "-o", &options, "-l", &log, "-w", "start"],
    )?;
    let measured = server.clients(&script, seconds);
    server.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "stop"])?;
    measured
}

struct Server {
    bin: PathBuf,
    base: PathBuf,
    data: PathBuf,
}

impl Server {
    fn clients(&self, script: &Path, seconds: u64) -> anyhow::Result<Value> {
        let host = text(&self.base);
        self.run("psql", &["-h", &host, "-d", "postgres", "-q", "-c", TABLE])?;
        let mut told = json!({});
        for clients in ["1", "64"] {
            let (script, seconds) = (text(script), seconds.to_string());
            let words = [
                "-h", &host, "-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", &seconds,
                "-f", &script, "postgres",
            ];
            let printed = self.run("pgbench", &words)?;
            let line = printed.lines().find(|l| l.starts_with("tps = "));
            let rate = line.and_then(|l| l.split(' ').nth(2)?.parse::<f64>().ok());
            let rate = rate.context("pgbench named no rate")?;
            told[clients] = json!(rate.round());
        }
        Ok(told)
    }

    /// Gives the folder to the user that the server runs as, and lets it through on the way.
    fn own(&self) -> anyhow::Result<()> {
        if !is_root() {
            return Ok(());
        }
        let owned = Command::new("chown")
            .arg("-R")
            .arg(USER)
            .arg(&self.base)
            .status()?;
        if !owned.success() {
            bail!("the user {USER} could not be given its folder");
        }
        Ok(())
    }

    fn run(&self, program: &str, words: &[&str]) -> anyhow::Result<String> {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let output = command.args(words).current_dir(&self.base).output();
        let output = output.with_context(|| format!("running {}", program.display()))?;
        if !output.status.success() {
            bail!(
                "{} failed: {}",
                program.display(),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|o| o.stdout.starts_with(b"0"))
}

/// The folder of PostgreSQL's programs; the newest where there are several.
fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
