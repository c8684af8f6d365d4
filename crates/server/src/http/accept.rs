//! HTTP door: connections. An accept loop of its own, as axum's has neither a bound on
//! connections nor a guard against heads that trickle in.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::limits;

/// What a connection too many is told.
const TURNED_AWAY: &str = "{\"type\":\"urn:regledger:problem:connections_full\",\"status\":503,\
    \"title\":\"Not available now\",\"code\":\"connections_full\",\
    \"detail\":\"too many connections are open\",\"remedy\":\"try again in a second\"}";

/// Takes connections until a stop is asked for, then lets those under way finish. `turned_away` is
/// told of each connection too many.
pub(crate) async fn run(
    listener: TcpListener,
    router: axum::Router,
    connections_max: usize,
    stop: watch::Sender<bool>,
    turned_away: impl Fn(),
) {
    let all = u32::try_from(connections_max).unwrap_or(u32::MAX);
    let free = Arc::new(Semaphore::new(connections_max));
    let mut stopped = std::pin::pin!(asked_to_stop());
    loop {
        let stream = tokio::select! {
            () = &mut stopped => break,
            taken = listener.accept() => match taken {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // Mostly too many open files: those under way have to end first.
                    tokio::time::sleep(limits::FOLLOW_STEP).await;
                    continue;
                }
            },
        };
        let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
            turned_away();
            tokio::spawn(turn_away(stream));
            continue;
        };
        let (router, stopping) = (router.clone(), stop.subscribe());
        tokio::spawn(async move {
            connection(stream, router, stopping).await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = stop.send(true);
    let finished = free.acquire_many(all);
    let _ = tokio::time::timeout(limits::STOP_TIME_MAX, finished).await;
}

async fn connection(stream: TcpStream, router: axum::Router, mut stopping: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME_MAX)
        .max_buf_size(limits::HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut served = std::pin::pin!(served);
    // How a connection ends is the other side's affair.
    let over = tokio::select! {
        _ = served.as_mut() => true,
        _ = stopping.wait_for(|stop| *stop) => false,
    };
    if !over {
        served.as_mut().graceful_shutdown();
        let _ = served.await;
    }
}

async fn turn_away(mut stream: TcpStream) {
    let told = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n\
        retry-after: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{TURNED_AWAY}",
        limits::RETRY_SECONDS,
        TURNED_AWAY.len()
    );
    let told = async {
        stream.write_all(told.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = tokio::time::timeout(limits::HEAD_TIME_MAX, told).await;
}

async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
