//! A served ledger, and a client as small as the suites need: one request a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{binary, demo, run};

/// The authority of every demo ledger.
pub(crate) const AUTHORITY: &str = "11371322MB28570017";

/// A demo ledger behind its HTTP door, on a free port of the loopback.
pub(crate) struct Served {
    pub(crate) address: String,
    pub(crate) dir: PathBuf,
    /// A key that may do everything.
    pub(crate) key: String,
    child: Child,
    _keep: Option<tempfile::TempDir>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Served {
    /// A new demo of two operators, served.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let (keep, dir) = demo("2");
        let mut served = Self::of(&dir, args);
        served._keep = Some(keep);
        served
    }

    pub(crate) fn of(dir: &Path, args: &[&str]) -> Self {
        let key = key(dir, &["--reads", "restricted", "--department", AUTHORITY]);
        let mut child = Command::new(binary())
            .arg("--ledger")
            .arg(dir)
            .args(["serve", "--json", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        Self {
            address: told["listening"].as_str().unwrap().to_owned(),
            dir: dir.to_owned(),
            key,
            child,
            _keep: None,
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).unwrap();
        stream
    }

    /// One request; the path stands behind `/api/v1`.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.ask_at(method, &format!("/api/v1{path}"), headers, body)
    }

    /// A file of the log.
    pub(crate) fn log(&self, path: &str) -> Answer {
        self.ask_at("GET", &format!("/log/{path}"), &[], &[])
    }

    /// A page of the portal.
    pub(crate) fn page(&self, path: &str) -> Answer {
        self.page_in("", path)
    }

    /// A page as a browser of this `Accept-Language` asks for it.
    pub(crate) fn page_in(&self, language: &str, path: &str) -> Answer {
        self.ask_at("GET", path, &[("accept-language", language)], &[])
    }

    /// A page, asked for with a key.
    pub(crate) fn page_as(&self, key: &str, path: &str) -> Answer {
        self.ask_at("GET", path, &[("authorization", &bearer(key))], &[])
    }

    fn ask_at(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
             content-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // The door may answer and close before it has read all of a body that it refuses.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    /// A read without a key.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], &[])
    }

    /// A read with a key.
    pub(crate) fn get_as(&self, key: &str, path: &str) -> Answer {
        self.ask("GET", path, &[("authorization", &bearer(key))], &[])
    }

    /// An action with a key.
    pub(crate) fn act_as(&self, key: &str, body: &[u8]) -> Answer {
        let headers = [
            ("authorization", bearer(key)),
            ("content-type", "application/json".to_owned()),
        ];
        let headers = headers.each_ref().map(|(n, v)| (*n, v.as_str()));
        self.ask("POST", "/actions", &headers, body)
    }

    pub(crate) fn act(&self, action: &Value) -> Answer {
        self.act_as(&self.key, action.to_string().as_bytes())
    }

    pub(crate) fn batch(&self, lines: &str) -> Vec<Value> {
        let bearer = bearer(&self.key);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/x-ndjson"),
        ];
        let answer = self.ask("POST", "/actions/batch", &headers, lines.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.lines()
    }

    pub(crate) fn size(&self) -> u64 {
        self.get("/head").json()["size"].as_u64().unwrap()
    }

    /// The code of an operator of the demo.
    pub(crate) fn operator(&self) -> String {
        let told = self.get("/operators?limit=1").json();
        told["items"][0]["operator"].as_str().unwrap().to_owned()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, then how it ended.
    pub(crate) fn stop(&mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|l| l.split_once(": ").unwrap())
            .map(|(n, v)| (n.to_lowercase(), v.to_owned()))
            .collect();
        let chunked = headers.contains(&("transfer-encoding".to_owned(), "chunked".to_owned()));
        let body = &bytes[end + 4..];
        Self {
            status: status.parse().unwrap(),
            headers,
            body: if chunked {
                dechunk(body)
            } else {
                body.to_vec()
            },
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().filter(|l| !l.is_empty());
        lines.map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

fn dechunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        let from = end + 2;
        if size == 0 || body.len() < from + size {
            break;
        }
        whole.extend_from_slice(&body[from..from + size]);
        body = body.get(from + size + 2..).unwrap_or_default();
    }
    whole
}

pub(crate) fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

/// Makes a key and gives its secret.
pub(crate) fn key(dir: &Path, grant: &[&str]) -> String {
    let mut args = vec!["keys", "new", "--name", "suite", "--json"];
    args.extend_from_slice(grant);
    let made = run(dir, &args);
    let told: Value = serde_json::from_slice(&made.stdout).unwrap();
    told["key"].as_str().unwrap().to_owned()
}

/// A change of an operator's name, the n-th of the suite.
pub(crate) fn change(operator: &str, n: u64) -> Value {
    json!({"by": {"capacity": "registrar", "department": AUTHORITY},
        "data": {"code": operator, "name": format!("改名{n}网店")},
        "id": format!("01890a5d-ac96-774b-bcce-{n:012x}"), "on": "2026-10-08",
        "type": "registration.change"})
}
