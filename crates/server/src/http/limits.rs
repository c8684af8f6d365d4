//! HTTP door: its limits. Every limit stands here, with why it is what it is.

use std::time::Duration;

/// One action, in bytes; the ledger's own limit.
pub(super) const ACTION_BYTES_MAX: usize = 256 << 10;
/// One batch, in bytes; it is streamed, so that this bounds time, not memory.
pub(super) const BATCH_BYTES_MAX: u64 = 256 << 20;
/// Lines of one batch.
pub(super) const BATCH_LINES_MAX: u64 = 100_000;
/// Actions of one batch under way at once, so that one sync serves many and others get a turn.
pub(super) const BATCH_WINDOW: usize = 256;
/// Path and query, in bytes.
pub(super) const URL_BYTES_MAX: usize = 4_096;
/// All headers of a request, in bytes; hyper's buffer grows no further.
pub(super) const HEAD_BYTES_MAX: usize = 32 << 10;
/// For the head of a request to arrive, from the first wait on: slow headers and idle keep-alive.
pub(super) const HEAD_TIME_MAX: Duration = Duration::from_secs(8);
/// For the next part of a body to arrive.
pub(super) const BODY_TIME_MAX: Duration = Duration::from_secs(10);
/// For an answer to begin.
pub(super) const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// For requests under way to finish after a stop was asked for.
pub(super) const STOP_TIME_MAX: Duration = Duration::from_secs(10);
/// Connections at once, where the command line says nothing else.
pub const CONNECTIONS: usize = 1_024;
/// Reads at once; each holds a thread and memory for its page.
pub(super) const READS_MAX: usize = 16;
/// Streams of events at once; each may hold its connection for long.
pub(super) const STREAMS_MAX: usize = 64;
/// For a reader of a stream to take the next piece, after which it is cut off.
pub(super) const STALL_TIME_MAX: Duration = Duration::from_secs(60);
/// For the writer's queue to take the next action of a batch.
pub(super) const BUSY_STEP: Duration = Duration::from_millis(2);
/// How often the calendar's task looks whether a new day has begun, or tries again.
pub(super) const CALENDAR_STEP: Duration = Duration::from_secs(60);
/// How often a follower looks for new events.
pub(super) const FOLLOW_STEP: Duration = Duration::from_millis(200);
/// A sign of life on a silent stream.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);
/// Bytes of events in one piece of a stream; four pieces wait for a slow reader at most.
pub(super) const PIECE_BYTES: usize = 64 << 10;
/// Pieces that wait for a slow reader.
pub(super) const PIECES_MAX: usize = 4;
/// Items of a page, where nothing else is asked for.
pub(super) const PAGE: usize = 50;
/// Items of a page at most.
pub(super) const PAGE_MAX: usize = 500;
/// Operators that one filtered page looks at.
pub(super) const SCAN_MAX: usize = 2_000;
/// Events on a subject's page; its own events resource has them all.
pub(super) const EVENTS_ON_PAGE: usize = 50;
/// Seconds after which a full queue is worth another try.
pub(super) const RETRY_SECONDS: u64 = 1;
/// Steps of a trace outwards where none are asked for.
pub(super) const TRACE_DEPTH: u32 = 1;
/// The most steps of a trace outwards.
pub(super) const TRACE_DEPTH_MAX: u32 = 3;
/// Steps of a path from one operator to another where none are asked for.
pub(super) const PATH_STEPS: u32 = 4;
/// The most steps of a path.
pub(super) const PATH_STEPS_MAX: u32 = 6;
