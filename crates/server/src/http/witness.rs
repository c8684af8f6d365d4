//! HTTP door of a witness: `POST /add-checkpoint`, and its key at `GET /`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use chain::note::request::REQUEST_BYTES_MAX;
use tokio::sync::{Semaphore, watch};

use super::{ServeError, accept, limits};
use crate::log::witness::{Answer, Witness};

/// Serves a witness until SIGTERM or an interrupt. `ready` is told the address once requests are
/// taken.
///
/// # Errors
/// [`ServeError::Listen`] where it could not begin.
pub fn serve_witness(
    witness: Witness,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let failed = |source| ServeError::Listen { listen, source };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(limits::READS_MAX)
        .build()
        .map_err(failed)?;
    let router = router(Arc::new(witness));
    let (stop, _) = watch::channel(false);
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        ready(listener.local_addr()?);
        accept::run(listener, router, limits::CONNECTIONS, stop, || {}).await;
        Ok(())
    });
    runtime.shutdown_timeout(limits::STOP_TIME_MAX);
    served.map_err(failed)
}

fn router(witness: Arc<Witness>) -> Router {
    let key = format!("{}\n", witness.key());
    let places = Arc::new(Semaphore::new(limits::READS_MAX));
    let add = move |request: Request| {
        let (witness, places) = (Arc::clone(&witness), Arc::clone(&places));
        async move {
            let body = axum::body::to_bytes(request.into_body(), REQUEST_BYTES_MAX);
            let body = match tokio::time::timeout(limits::BODY_TIME_MAX, body).await {
                Ok(Ok(body)) => body,
                Ok(Err(_)) => return plain(413, "the request is too long or broke off\n"),
                Err(_) => return plain(408, "the request came too slowly\n"),
            };
            let place = places.acquire_owned().await;
            let judged = tokio::task::spawn_blocking(move || {
                let answer = witness.add_checkpoint(&body);
                drop(place);
                answer
            });
            match judged.await {
                Ok(answer) => told(answer),
                Err(_) => plain(500, "judging broke off\n"),
            }
        }
    };
    Router::new()
        .route("/", get(move || async move { plain(200, &key) }))
        .route("/add-checkpoint", post(add))
}

fn told(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let kind = HeaderValue::from_static(answer.kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn plain(status: u16, text: &str) -> Response {
    told(Answer {
        status,
        kind: "text/plain; charset=utf-8",
        body: text.to_owned(),
    })
}
