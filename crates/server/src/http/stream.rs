//! HTTP door: the history as a stream of its canonical lines, with resume.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::event::{Event, Visibility};
use domain::subject::Subject;
use ledger::{Known, Ledger, LedgerError};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::problem::Problem;
use super::routes::Call;
use super::{Door, limits};
use crate::look::{self, View};

/// Which events are wanted, and who asks.
struct Wanted {
    view: View,
    subject: Option<String>,
    prefix: String,
    /// The position behind the last that `as_of` lets be known.
    end: u64,
}

/// As much of an event as decides whether it is wanted.
#[derive(Deserialize)]
struct Glance<'a> {
    on: domain::day::Day,
    #[serde(borrow)]
    subjects: Vec<std::borrow::Cow<'a, str>>,
    r#type: &'a str,
    at: domain::day::Instant,
    visibility: Visibility,
}

/// Streams events; without `follow` up to the head, with it for as long as anybody reads.
pub(super) async fn events(call: Call) -> Result<Response, Problem> {
    let Call {
        door, caller, ask, ..
    } = call;
    let subject = ask.text("subject").map(Subject::parse).transpose();
    let subject = subject
        .map_err(|e| Problem::bad(e.code(), &e.to_string(), "name kind:id").at("subject"))?;
    let view = ask.view(caller.reader())?;
    let follow = ask.flag("follow")?;
    let end = match view.as_of.known {
        Known::Position(seq) => seq.saturating_add(1),
        Known::Now | Known::Time(_) => u64::MAX,
    };
    let wanted = Wanted {
        view,
        subject: subject.map(|s| s.to_string()),
        prefix: ask.text("type").unwrap_or_default().to_owned(),
        end,
    };
    let next = ask
        .position("after")?
        .map_or(0, |after| after.saturating_add(1));
    let place = Arc::clone(&door.streams).try_acquire_owned().map_err(|_| {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let detail = "too many streams of events are open";
        Problem::new(status, "too_many_streams", detail, "ask again in a second")
    })?;
    let (out, pieces) = mpsc::channel(limits::PIECES_MAX);
    tokio::spawn(async move {
        run(&door, Arc::new(wanted), next, follow, &out).await;
        drop(place);
    });
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(pieces)));
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    let keep = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    Ok(response)
}

async fn run(
    door: &Arc<Door>,
    wanted: Arc<Wanted>,
    mut next: u64,
    follow: bool,
    out: &mpsc::Sender<Result<Bytes, LedgerError>>,
) {
    let mut silent = tokio::time::Instant::now();
    loop {
        let head = door.ledger.head().size.min(wanted.end);
        if next < head {
            let (reader, wanted) = (Arc::clone(door), Arc::clone(&wanted));
            let read = move || piece(&reader, &wanted, next..head);
            let Ok(read) = tokio::task::spawn_blocking(read).await else {
                return;
            };
            let told = read.map(|(bytes, reached)| {
                next = reached;
                bytes
            });
            let failed = told.is_err();
            let empty = told.as_ref().is_ok_and(Vec::is_empty);
            if !empty {
                silent = tokio::time::Instant::now();
                // An error here cuts the body, so that it can't be taken for whole.
                let piece = told.map(Bytes::from);
                let taken = out.send_timeout(piece, limits::STALL_TIME_MAX).await;
                if taken.is_err() || failed {
                    return;
                }
            }
            continue;
        }
        if !follow || *door.stopping.borrow() || out.is_closed() || next >= wanted.end {
            return;
        }
        tokio::time::sleep(limits::FOLLOW_STEP).await;
        if silent.elapsed() >= limits::HEARTBEAT {
            silent = tokio::time::Instant::now();
            if out.send(Ok(Bytes::from_static(b"\n"))).await.is_err() {
                return;
            }
        }
    }
}

/// The wanted lines of a range, as many as fit a piece, and where to go on.
fn piece(
    door: &Door,
    wanted: &Wanted,
    range: std::ops::Range<u64>,
) -> Result<(Vec<u8>, u64), LedgerError> {
    let (mut bytes, mut reached) = (Vec::new(), range.end);
    door.ledger.events(range, &mut |seq, event| {
        if wanted.is(event) && !wanted.is_gone(&door.ledger, event) {
            bytes.extend_from_slice(event);
            bytes.push(b'\n');
        }
        let full = bytes.len() >= limits::PIECE_BYTES;
        if full {
            reached = seq + 1;
        }
        !full
    })?;
    Ok((bytes, reached))
}

impl Wanted {
    /// Whether its content has left the public side since; what can't be told is not shown.
    fn is_gone(&self, ledger: &Ledger, event: &[u8]) -> bool {
        // Of all types one can be gone, so the others are not read whole.
        let other = chain::link::read_link(event)
            .is_ok_and(|l| !look::GOES.iter().any(|kind| l.kind.starts_with(kind)));
        if self.view.reader != Visibility::Public || other {
            return false;
        }
        let Ok(event) = Event::parse(event) else {
            return true;
        };
        look::is_gone(ledger, &event, &self.view).unwrap_or(true)
    }

    fn is(&self, event: &[u8]) -> bool {
        // What can't be read is nobody's to see.
        let Ok(glance) = serde_json::from_slice::<Glance<'_>>(event) else {
            return false;
        };
        let known = match self.view.as_of.known {
            Known::Time(time) => glance.at <= time,
            Known::Now | Known::Position(_) => true,
        };
        known
            && self.view.sees(glance.visibility)
            && self.view.as_of.on.is_none_or(|day| glance.on <= day)
            && glance.r#type.starts_with(&self.prefix)
            && self
                .subject
                .as_ref()
                .is_none_or(|s| glance.subjects.iter().any(|named| named == s.as_str()))
    }
}
