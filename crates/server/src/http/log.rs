//! HTTP door: the log's files under `/log/`, by C2SP tlog-tiles: checkpoint, tiles, entries.
//!
//! Served are the tiles of the tree that the published checkpoint signs, nothing beyond it. Full
//! tiles never change and may be kept for ever; partial ones and the checkpoint only briefly.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chain::note::checkpoint::Checkpoint;
use chain::tree::over::width;
use chain::tree::tile::{Content, Tile};
use ledger::Published;

use super::Door;
use super::problem::Problem;

/// Marks an answer that is the same whoever asks, so that any cache may hand it on.
#[derive(Clone, Copy)]
pub(super) struct Everybodys;

/// Full tiles: a year, as long as caches are asked to believe.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Partial tiles.
const BRIEFLY: &str = "public, max-age=60";
/// The checkpoint.
const SECONDS: &str = "public, max-age=2";

pub(super) fn routes(door: &Arc<Door>) -> Router {
    let (checkpoints, tiles) = (Arc::clone(door), Arc::clone(door));
    let checkpoint = move || async move { answered(checkpoint(&checkpoints)) };
    let tile = move |Path(path): Path<String>| async move {
        let place = Arc::clone(&tiles.reads).acquire_owned().await;
        let read = tokio::task::spawn_blocking(move || {
            let read = tile(&tiles, &path);
            drop(place);
            read
        });
        let broken = |_| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let detail = "the read broke off";
            Err(Problem::new(status, "read_failed", detail, "ask again"))
        };
        answered(read.await.unwrap_or_else(broken))
    };
    Router::new()
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/tile/{*path}", get(tile))
}

fn answered(answer: Result<Response, Problem>) -> Response {
    let mut response = answer.unwrap_or_else(Problem::into_response);
    response.extensions_mut().insert(Everybodys);
    response
}

/// The published checkpoint, where its tree can be served.
fn published(door: &Door) -> Result<(Arc<Published>, Checkpoint), Problem> {
    let published = door.ledger.published().ok_or_else(|| {
        let detail = "no checkpoint is published yet";
        let remedy = "ask again later, or sign one with `regledger checkpoint`";
        Problem::new(StatusCode::NOT_FOUND, "checkpoint_none", detail, remedy)
    })?;
    let unreadable = |e: chain::note::checkpoint::CheckpointError| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, e.code(), &e.to_string(), "")
    };
    let checkpoint = Checkpoint::parse(&published.note.text).map_err(unreadable)?;
    if checkpoint.size > door.ledger.head().size {
        let detail = "the history at hand is shorter than what was signed: an old folder stands in \
                      its place";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(Problem::new(status, "head_below_signed", detail, ""));
    }
    Ok((published, checkpoint))
}

fn checkpoint(door: &Door) -> Result<Response, Problem> {
    let (published, _) = published(door)?;
    let mut response = Response::new(published.note.to_string().into());
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(SECONDS));
    if let Some(reached) = published.quorum {
        let told = if reached { "reached" } else { "missing" };
        headers.insert("x-quorum", HeaderValue::from_static(told));
    }
    Ok(response)
}

fn tile(door: &Door, path: &str) -> Result<Response, Problem> {
    let tile = Tile::parse(&format!("tile/{path}"))
        .map_err(|e| Problem::bad(e.code(), &e.to_string(), "C2SP tlog-tiles says how"))?;
    let (_, checkpoint) = published(door)?;
    let level = match tile.content {
        Content::Nodes { level } => level,
        Content::Entries => 0,
    };
    let beyond = || {
        let detail = "the published checkpoint's tree does not reach so far";
        let remedy = "read the checkpoint, and ask for its own tiles";
        Problem::new(StatusCode::NOT_FOUND, "tile_beyond", detail, remedy)
    };
    if width(checkpoint.size, level, tile.index) < tile.width {
        return Err(beyond());
    }
    let bytes = door.ledger.tree().tile(&tile)?.ok_or_else(beyond)?;
    let mut response = Response::new(bytes.into());
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    let keep = if tile.is_full() { FOR_EVER } else { BRIEFLY };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    Ok(response)
}
