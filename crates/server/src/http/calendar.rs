//! HTTP door: the task that records each day what the calendar brings about.

use std::sync::Arc;

use ledger::{Clock, SystemClock};

use super::Door;
use super::limits;

/// Records at once what the calendar has brought about, then again on each new day in
/// Asia/Shanghai, until a stop is asked for. What is held up is seen among the deadlines that are
/// past; a ledger that records no more says so itself.
pub(super) async fn run(door: Arc<Door>) {
    let mut stopping = door.stopping.clone();
    let mut done = None;
    while !*stopping.borrow() {
        let today = SystemClock.now().day_in_shanghai();
        if done != Some(today) {
            let door = Arc::clone(&door);
            let ran = tokio::task::spawn_blocking(move || {
                door.ledger.run_calendar(today, &mut |_, _| {}).is_ok()
            });
            if ran.await.unwrap_or(false) {
                done = Some(today);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(limits::CALENDAR_STEP) => {}
            _ = stopping.changed() => {}
        }
    }
}
