//! HTTP door: actions in, one or many.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use chain::canon::Limits;
use domain::actor::Actor;
use ledger::{LedgerError, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use super::metrics::Metrics;
use super::problem::Problem;
use super::routes::{Call, json_text};
use super::{Door, limits};
use crate::keys::Key;
use crate::shape::Receipt;

type Decided = Result<ledger::Receipt, Rejection>;

/// Records one action.
pub(super) async fn one(call: Call) -> Result<Response, Problem> {
    let key = call.caller.key()?.clone();
    expect_type(&call.headers, "application/json")?;
    let bytes = whole(call.body).await?;
    let header = call.headers.get("idempotency-key");
    let action = admit(&bytes, header, &key)?;
    let decided = begin(&call.door, &action, &key.id)?;
    let receipt = decided
        .await
        .unwrap_or(Err(LedgerError::WriterOff.into()))?;
    let body = serde_json::to_vec(&Receipt::of(&receipt, None)).unwrap_or_default();
    let mut response = json_text(body);
    if !receipt.known {
        *response.status_mut() = StatusCode::CREATED;
    }
    let at = format!("{}/events/{}", super::routes::PREFIX, receipt.seq);
    if let Ok(at) = HeaderValue::from_str(&at) {
        response.headers_mut().insert(header::LOCATION, at);
    }
    Ok(response)
}

/// Records many: reads lines as they come, keeps a window of them under way, answers in order.
/// A client that does not read its answers is no longer read from.
pub(super) fn many(call: Call) -> Result<Response, Problem> {
    let key = call.caller.key()?.clone();
    expect_type(&call.headers, "application/x-ndjson")?;
    let (asked, mut to_answer) = mpsc::channel::<(u64, Waiting)>(limits::BATCH_WINDOW);
    let (out, answers) = mpsc::channel::<Result<Bytes, std::io::Error>>(limits::PIECES_MAX);
    tokio::spawn(async move { send_lines(&call.door, call.body, &key, &asked).await });
    tokio::spawn(async move {
        while let Some((line, waiting)) = to_answer.recv().await {
            let told = match waiting {
                Waiting::Refused(problem) => Err(*problem),
                Waiting::Decided(decided) => {
                    let receipt = decided.await.unwrap_or(Err(LedgerError::WriterOff.into()));
                    receipt.map_err(Problem::from)
                }
            };
            let text = match told {
                Ok(receipt) => text_line(&Receipt::of(&receipt, Some(line))),
                Err(problem) => text_line(&Problem {
                    line: Some(line),
                    ..problem
                }),
            };
            // What is under way is recorded, whether or not anybody reads the answers.
            let taken = out.send_timeout(Ok(text), limits::STALL_TIME_MAX).await;
            if taken.is_err() {
                to_answer.close();
            }
        }
    });
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(answers)));
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// What became of a line so far.
enum Waiting {
    Refused(Box<Problem>),
    Decided(oneshot::Receiver<Decided>),
}

impl From<Problem> for Waiting {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

async fn send_lines(door: &Door, body: Body, key: &Key, asked: &mpsc::Sender<(u64, Waiting)>) {
    let mut pieces = body.into_data_stream();
    let mut held: Vec<u8> = Vec::new();
    let (mut line, mut bytes) = (0, 0_u64);
    let mut ended = false;
    while !ended {
        let piece = match tokio::time::timeout(limits::BODY_TIME_MAX, pieces.next()).await {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => {
                ended = true;
                Bytes::from_static(b"\n")
            }
            Ok(Some(Err(_))) => return,
            Err(_) => {
                let _ = asked.send((line + 1, too_slow().into())).await;
                return;
            }
        };
        bytes += piece.len() as u64;
        for part in piece.split_inclusive(|b| *b == b'\n') {
            held.extend_from_slice(part);
            let over = held.len() > limits::ACTION_BYTES_MAX + 1;
            let stop = if over {
                Some(too_large("a line has at most 262144 bytes"))
            } else if !part.ends_with(b"\n") || held.trim_ascii().is_empty() {
                if part.ends_with(b"\n") {
                    line += 1;
                    held.clear();
                }
                continue;
            } else if line >= limits::BATCH_LINES_MAX || bytes > limits::BATCH_BYTES_MAX {
                Some(too_large(
                    "a batch has at most 100000 lines and 268435456 bytes",
                ))
            } else {
                None
            };
            line += 1;
            let last = stop.is_some();
            let waiting = match stop {
                Some(problem) => problem.into(),
                None => queue(door, held.trim_ascii(), key).await,
            };
            if asked.send((line, waiting)).await.is_err() || last {
                return;
            }
            held.clear();
        }
    }
}

/// Hands a line to the writer; where its queue is full, waits, which holds the batch back.
async fn queue(door: &Door, line: &[u8], key: &Key) -> Waiting {
    let action = match admit(line, None, key) {
        Ok(action) => action,
        Err(problem) => return problem.into(),
    };
    loop {
        match begin(door, &action, &key.id) {
            Ok(decided) => return Waiting::Decided(decided),
            Err(problem) if problem.code == LedgerError::Busy.code() => {
                tokio::time::sleep(limits::BUSY_STEP).await;
            }
            Err(problem) => return problem.into(),
        }
    }
}

/// Queues an action with the ledger.
fn begin(door: &Door, action: &[u8], key: &str) -> Result<oneshot::Receiver<Decided>, Problem> {
    let (tell, decided) = oneshot::channel();
    let waiting = Metrics::wait(&door.metrics);
    let answer = move |told: Decided| {
        waiting.decided(told.is_ok());
        drop(waiting);
        // Whoever asked may have gone; the action stands.
        drop(tell.send(told));
    };
    door.ledger.begin_with(action, Some(key), answer)?;
    Ok(decided)
}

/// As much of an action as the door has to look at; what else may be wrong with it is for the
/// ledger to say, which reads it whole.
#[derive(Deserialize)]
struct Glance {
    by: Actor,
    #[serde(default)]
    id: Option<Uuid>,
}

/// Checks who an action says acts against the key, and its id against the header.
fn admit<'a>(
    bytes: &'a [u8],
    header: Option<&HeaderValue>,
    key: &Key,
) -> Result<Cow<'a, [u8]>, Problem> {
    if bytes.len() > limits::ACTION_BYTES_MAX {
        return Err(too_large("an action has at most 262144 bytes"));
    }
    let glance: Glance = serde_json::from_slice(bytes).map_err(|_| unreadable(bytes))?;
    may_act(&glance.by, key)?;
    let Some(header) = header else {
        return Ok(Cow::Borrowed(bytes));
    };
    let told = header.to_str().unwrap_or_default();
    match glance.id {
        Some(own) if told.parse() == Ok(own) => Ok(Cow::Borrowed(bytes)),
        Some(_) => {
            let detail = "Idempotency-Key and the action's id differ";
            let remedy = "send one of them, or the same in both";
            Err(Problem::bad("idempotency_key_mismatch", detail, remedy).at("id"))
        }
        None => {
            let mut action = strict(bytes)?;
            if let Value::Object(fields) = &mut action {
                fields.insert("id".to_owned(), told.into());
            }
            let whole = serde_json::to_vec(&action).map_err(|_| unreadable(bytes))?;
            Ok(Cow::Owned(whole))
        }
    }
}

/// Why an action can't be read at a glance: its JSON breaks a rule, or it does not say who acts.
fn unreadable(bytes: &[u8]) -> Problem {
    match strict(bytes) {
        Err(problem) => problem,
        Ok(_) => {
            let detail = "the action does not say who acts: by with department (its credit code) \
                and capacity; or its id is no UUID";
            let remedy = "send id, type, on, by and data, as the schema says";
            Problem::bad("action_schema", detail, remedy)
        }
    }
}

/// Reads JSON as strictly as the ledger does.
fn strict(bytes: &[u8]) -> Result<Value, Problem> {
    chain::canon::parse(bytes, &Limits::default()).map_err(|e| {
        let remedy = "send one JSON object, integers only, in NFC";
        Problem::bad(e.code(), &e.to_string(), remedy)
    })
}

/// Whether the key may act so.
fn may_act(by: &Actor, key: &Key) -> Result<(), Problem> {
    if key.grant.lets_act(by) {
        return Ok(());
    }
    let department = key.grant.acts.as_ref().and_then(|acts| acts.department);
    let (code, detail, field) = if key.grant.acts.is_none() {
        ("key_only_reads", "this key only reads", "by")
    } else if department.is_some_and(|own| own != by.department) {
        let detail = "this key is bound to another department";
        ("key_other_department", detail, "by.department")
    } else {
        let detail = "this key may not act in this capacity";
        ("key_no_capacity", detail, "by.capacity")
    };
    let remedy = "act with a key made for it; `regledger keys new` makes one";
    Err(Problem::new(StatusCode::FORBIDDEN, code, detail, remedy).at(field))
}

async fn whole(body: Body) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut pieces = body.into_data_stream();
    loop {
        match tokio::time::timeout(limits::BODY_TIME_MAX, pieces.next()).await {
            Ok(Some(Ok(piece))) => bytes.extend_from_slice(&piece),
            Ok(Some(Err(_))) => {
                return Err(Problem::bad(
                    "body_cut",
                    "the body broke off",
                    "send it again",
                ));
            }
            Ok(None) => return Ok(bytes),
            Err(_) => return Err(too_slow()),
        }
        if bytes.len() > limits::ACTION_BYTES_MAX {
            return Err(too_large("an action has at most 262144 bytes"));
        }
    }
}

fn expect_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE);
    let sent = sent.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let sent = sent.split(';').next().unwrap_or_default().trim();
    if sent.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let remedy = format!("send Content-Type: {wanted}");
    let detail = "the body has another content type than is read here";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::new(status, "content_type", detail, &remedy))
}

fn too_large(detail: &str) -> Problem {
    let remedy = "keep files outside, name them by hash, or send less at once";
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "json_too_large",
        detail,
        remedy,
    )
}

fn too_slow() -> Problem {
    let detail = "no more of the body came for 10 seconds";
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "body_too_slow",
        detail,
        "send it again",
    )
}

fn text_line(told: &impl Serialize) -> Bytes {
    let mut text = serde_json::to_vec(told).unwrap_or_default();
    text.push(b'\n');
    text.into()
}
