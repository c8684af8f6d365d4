//! The one client of HTTP: what is asked of witnesses and of other ledgers, with bounds on all of
//! it. HTTPS by rustls with the web's usual roots; no redirect is followed, as whoever is asked is
//! whoever was named.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use thiserror::Error;
use ureq::Agent;

/// For a whole exchange, from the connection to the last byte.
const EXCHANGE_TIME_MAX: Duration = Duration::from_secs(20);
/// For a stream of lines, all of it.
const STREAM_TIME_MAX: Duration = Duration::from_secs(3_600);
/// For the connection.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);

/// Asks others over HTTP.
#[derive(Debug, Clone)]
pub struct Client(Agent);

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// Its content type, where it says one.
    pub kind: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Error)]
#[error("{url} does not answer: {why}")]
pub struct FetchError {
    /// What was asked.
    pub url: String,
    /// What the client says.
    pub why: String,
}

impl FetchError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "fetch_failed"
    }
}

impl Default for Client {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(EXCHANGE_TIME_MAX))
            .timeout_connect(Some(CONNECT_TIME_MAX))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("regledger/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.into())
    }
}

impl Client {
    /// GET, with a body of `bytes_max` at most.
    ///
    /// # Errors
    /// [`FetchError`] where no whole answer comes.
    pub fn get(&self, url: &str, bytes_max: u64) -> Result<Fetched, FetchError> {
        let answer = self.0.get(url).call();
        take(url, answer, bytes_max)
    }

    /// POST of a text, with an answer of `bytes_max` at most.
    ///
    /// # Errors
    /// [`FetchError`] where no whole answer comes.
    pub fn post(&self, url: &str, body: &str, bytes_max: u64) -> Result<Fetched, FetchError> {
        let request = self.0.post(url).content_type("text/plain; charset=utf-8");
        take(url, request.send(body), bytes_max)
    }
}

impl Client {
    /// GET of lines, as they come; `f` is given each without its line feed, false stops. The status
    /// comes back; of another than 200 no line is given.
    ///
    /// # Errors
    /// [`FetchError`] where the answer breaks off, ends within a line, or a line is longer than
    /// `line_bytes_max`.
    pub fn lines(
        &self,
        url: &str,
        line_bytes_max: usize,
        f: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<u16, FetchError> {
        let failed = |why: String| FetchError {
            url: url.to_owned(),
            why,
        };
        let asked = self.0.get(url).config().timeout_global(None);
        let asked = asked.timeout_recv_body(Some(STREAM_TIME_MAX)).build();
        let mut answer = asked.call().map_err(|e| failed(e.to_string()))?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Ok(status);
        }
        let mut lines = BufReader::new(answer.body_mut().as_reader());
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut next = (&mut lines).take(line_bytes_max as u64 + 1);
            let read = next.read_until(b'\n', &mut line);
            if read.map_err(|e| failed(e.to_string()))? == 0 {
                return Ok(status);
            }
            match line.strip_suffix(b"\n") {
                None => return Err(failed("a line is cut or too long".to_owned())),
                Some(line) if !line.is_empty() && !f(line) => return Ok(status),
                Some(_) => {}
            }
        }
    }
}

fn take(
    url: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    bytes_max: u64,
) -> Result<Fetched, FetchError> {
    let failed = |e: ureq::Error| FetchError {
        url: url.to_owned(),
        why: e.to_string(),
    };
    let mut answer = answer.map_err(failed)?;
    let kind = answer.headers().get("content-type");
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (status, kind) = (answer.status().as_u16(), kind.to_owned());
    let body = answer.body_mut().with_config().limit(bytes_max);
    Ok(Fetched {
        status,
        kind,
        body: body.read_to_vec().map_err(failed)?,
    })
}
