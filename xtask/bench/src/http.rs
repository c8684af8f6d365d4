//! The same clients through the HTTP door: one action a request, over kept-alive connections, the
//! load generator on the same cores.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use ledger::{Ledger, Options};
use serde_json::{Value, json};

use crate::clients::County;
use crate::ledger_dir;
use crate::probe::{per_second, percentile_us};
use crate::verify::regledger;

/// Connections, one client each.
const CLIENTS: u64 = 64;

pub(crate) fn measure(dir: &Path, seconds: u64) -> anyhow::Result<Value> {
    let county = County::of(&Ledger::open(&ledger_dir(dir), &Options::default())?)?;
    let key = key(dir)?;
    let server = Server::start(dir)?;
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let mut samples: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (county, stop, key, address) = (&county, &stop, &key, &server.address);
                scope.spawn(move || work(county, client, address, key, stop))
            })
            .collect();
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::Relaxed);
        let done: anyhow::Result<Vec<Vec<Duration>>> = workers
            .into_iter()
            .map(|w| w.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
            .collect();
        Ok::<_, anyhow::Error>(done?.concat())
    })?;
    let rate = per_second(samples.len() as u64, begun.elapsed());
    let memory = server.peak_memory_mb();
    Ok(
        json!({"memory_mb": memory, "p50_us": percentile_us(&mut samples, 500),
        "p99_us": percentile_us(&mut samples, 990), "per_second": rate}),
    )
}

/// A key that may write as the complaint desk.
fn key(dir: &Path) -> anyhow::Result<String> {
    let mut made = regledger(dir)?;
    let department = demo::authority()?.to_string();
    made.args([
        "keys",
        "new",
        "--json",
        "--name",
        "bench",
        "--reads",
        "restricted",
    ]);
    made.args(["--department", &department, "--capacity", "complaint_desk"]);
    let output = made.stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(output.status.success(), "no key was made");
    let told: Value = serde_json::from_slice(&output.stdout)?;
    told["key"]
        .as_str()
        .map(str::to_owned)
        .context("no key was told")
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(dir: &Path) -> anyhow::Result<Self> {
        let mut serve = regledger(dir)?;
        serve.args(["serve", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = serve.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let told: Value = serde_json::from_str(&line).context("the server named no address")?;
        let address = told["listening"].as_str().context("no address")?.to_owned();
        Ok(Self { child, address })
    }

    fn peak_memory_mb(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|l| l.starts_with("VmHWM:"));
        let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok());
        kib.unwrap_or(0) / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The ledger survives it: that is what the next measurement shows.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn work(
    county: &County,
    client: u64,
    address: &str,
    key: &str,
    stop: &AtomicBool,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    let (mut samples, mut answer) = (Vec::new(), Vec::new());
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let action = county.action(client, n);
        let request = format!(
            "POST /api/v1/actions HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{action}",
            action.len()
        );
        let one = Instant::now();
        connection.write_all(request.as_bytes())?;
        read_answer(&mut connection, &mut answer)?;
        samples.push(one.elapsed());
        if !answer.starts_with(b"HTTP/1.1 20") {
            bail!("client {client}: {}", String::from_utf8_lossy(&answer));
        }
    }
    Ok(samples)
}

/// Reads one answer with a `Content-Length`, whole.
fn read_answer(connection: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<()> {
    answer.clear();
    let mut part = [0_u8; 4_096];
    loop {
        let n = connection.read(&mut part)?;
        anyhow::ensure!(n > 0, "the server closed the connection");
        answer.extend_from_slice(part.get(..n).unwrap_or_default());
        let Some(end) = find(answer, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(());
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|w| w == wanted)
}
