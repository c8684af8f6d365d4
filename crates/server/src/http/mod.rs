//! The HTTP door: `/api/v1` for programs, the portal's pages at `/` for people.
//!
//! A request comes through `accept` (connections, slow heads), `around` (what holds for all of
//! them, in one readable order), `auth` (who asks), then its route: `actions` record, `reads`
//! show, `stream` follows, `log` gives the log's files out under `/log/`, `portal` shows pages. The
//! one table of routes in `routes` makes the API's router and its OpenAPI document alike. What goes
//! wrong is a problem document (`problem`), on a page's address a page; limits stand in `limits`.

pub(crate) mod accept;
mod actions;
mod around;
mod ask;
mod auth;
mod calendar;
mod limits;
mod log;
mod metrics;
mod openapi;
mod portal;
mod problem;
mod reads;
mod routes;
mod stream;
mod witness;

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ledger::Ledger;
use tokio::sync::{Semaphore, watch};

use crate::keys::{Key, KeyError, Keys};
use crate::log::publish::{Publisher, Publishing, Standing};
use crate::look::Looker;

pub use limits::CONNECTIONS;
pub use openapi::document;
pub use problem::Problem;
pub use witness::serve_witness;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; a port of 0 takes a free one.
    pub listen: SocketAddr,
    /// Connections at once; further ones are turned away.
    pub connections_max: usize,
    /// Record each day what the calendar brings about, and at the beginning what it has brought
    /// about since.
    pub calendar: bool,
    /// How checkpoints are published; absent: not at all.
    pub publishing: Option<Publishing>,
}

/// Why serving ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The keys can't be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The address can't be listened on, or the machine gives no threads.
    #[error("cannot listen on {listen}: {source}; choose another address with --listen")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ServeError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Keys(error) => error.code(),
            Self::Listen { .. } => "serve_listen",
        }
    }
}

/// An open ledger, with whatever has to be kept as long as it is.
type Held = Box<dyn Deref<Target = Ledger> + Send + Sync>;

/// What every request shares.
struct Door {
    ledger: Held,
    keys: Mutex<Keys>,
    looker: Looker,
    metrics: Arc<metrics::Metrics>,
    reads: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    /// How publishing checkpoints goes.
    standing: Mutex<Standing>,
    /// True once a stop was asked for.
    stopping: watch::Receiver<bool>,
}

impl Door {
    /// The key in force that was shown, as the file of keys stands now.
    fn key(&self, shown: &str) -> Result<Option<Key>, KeyError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.refresh()?;
        Ok(keys.find(shown).cloned())
    }
}

/// Serves a ledger until SIGTERM or an interrupt, then finishes what is under way and closes it.
/// `ready` is told the address once requests are taken.
///
/// # Errors
/// [`ServeError`] where it could not begin.
pub fn serve(
    ledger: impl Deref<Target = Ledger> + Send + Sync + 'static,
    dir: &Path,
    options: &Options,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let keys = Keys::open(dir)?;
    let listen = |source| ServeError::Listen {
        listen: options.listen,
        source,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(limits::READS_MAX + limits::STREAMS_MAX)
        .build()
        .map_err(listen)?;
    let (stop, stopping) = watch::channel(false);
    let door = Arc::new(Door {
        ledger: Box::new(ledger),
        keys: Mutex::new(keys),
        looker: Looker::default(),
        metrics: Arc::default(),
        reads: Arc::new(Semaphore::new(limits::READS_MAX)),
        streams: Arc::new(Semaphore::new(limits::STREAMS_MAX)),
        standing: Mutex::default(),
        stopping,
    });
    let publisher = options.publishing.clone().map(Publisher::new);
    let ended = Arc::new(AtomicBool::new(false));
    let publishing = publisher.map(|publisher| {
        let (door, ended) = (Arc::clone(&door), Arc::clone(&ended));
        std::thread::spawn(move || publish(&door, publisher, &ended))
    });
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(options.listen).await?;
        ready(listener.local_addr()?);
        if options.calendar {
            tokio::spawn(calendar::run(Arc::clone(&door)));
        }
        let router = routes::router(Arc::clone(&door));
        let turned_away = || door.metrics.turned_away();
        accept::run(listener, router, options.connections_max, stop, turned_away).await;
        Ok(())
    });
    ended.store(true, Ordering::SeqCst);
    if let Some(publishing) = publishing {
        // One that broke off has published nothing since.
        drop(publishing.join());
    }
    // Blocking reads that still run see the ledger through; it closes with the last of them.
    runtime.shutdown_timeout(limits::STOP_TIME_MAX);
    served.map_err(listen)
}

/// Publishes checkpoints until the door closes.
fn publish(door: &Door, mut publisher: Publisher, ended: &AtomicBool) {
    let over = || ended.load(Ordering::SeqCst) || *door.stopping.borrow();
    while !over() {
        let told = publisher.look(&door.ledger);
        let mut standing = door.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.take(told);
        drop(standing);
        let asleep = Instant::now();
        while asleep.elapsed() < publisher.every() && !over() {
            std::thread::sleep(limits::FOLLOW_STEP);
        }
    }
}
