//! Time and fresh ids: the only places where a clock is read or randomness is drawn.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::day::Instant;
use uuid::Uuid;

/// Where the recording time comes from.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Instant::from_millis(u64::try_from(since.as_millis()).unwrap_or(0))
    }
}

/// A fresh UUIDv7 (RFC 9562) for an action; `None` where the system gives no randomness.
#[must_use]
pub fn new_action_id() -> Option<Uuid> {
    let mut random = [0_u8; 10];
    getrandom::fill(&mut random).ok()?;
    let millis = SystemClock.now().millis();
    Some(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

/// A clock that stands where it is put: for a made-up year, told as if it had happened.
#[derive(Debug, Default)]
pub struct SetClock(std::sync::atomic::AtomicU64);

impl SetClock {
    /// Puts the clock to a time.
    pub fn set(&self, time: Instant) {
        self.0
            .store(time.millis(), std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}
