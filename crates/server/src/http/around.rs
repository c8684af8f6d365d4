//! HTTP door: what holds for every request, in this order.
//!
//! 1. counted, with what became of it
//! 2. the address is not too long
//! 3. the answer begins in time
//! 4. what went wrong on an address for people is told on a page
//! 5. headers: not to be sniffed, not to be kept without asking again

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::log::Everybodys;
use super::problem::Problem;
use super::{Door, limits, portal};

pub(super) async fn around(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Response {
    let counted = door.metrics.begin();
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let mut response = bounded(request, next).await;
    if portal::is_page(uri.path()) {
        response = portal::problem_page(&uri, &headers, response);
    }
    let with_key = response.headers().contains_key(header::VARY);
    let everybodys = response.extensions().get::<Everybodys>().is_some();
    let headers = response.headers_mut();
    let sniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, sniff);
    let keep = if with_key {
        "private, no-cache"
    } else {
        "no-cache"
    };
    let keep = HeaderValue::from_static(keep);
    headers.entry(header::CACHE_CONTROL).or_insert(keep);
    if !everybodys {
        headers.insert(header::VARY, HeaderValue::from_static("authorization"));
    }
    counted.end(response.status());
    response
}

async fn bounded(request: Request, next: Next) -> Response {
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |p| p.as_str().len());
    if length > limits::URL_BYTES_MAX {
        let detail = "the address is longer than 4096 bytes";
        return Problem::new(
            StatusCode::URI_TOO_LONG,
            "url_too_long",
            detail,
            "ask for less",
        )
        .into_response();
    }
    match tokio::time::timeout(limits::ANSWER_TIME_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "answer_too_late",
            "no answer was ready in time",
            "ask again with the same Idempotency-Key, or for less",
        )
        .into_response(),
    }
}
