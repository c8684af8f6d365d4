//! Blocks looked at on several threads, taken in order on this one. Where there are no threads
//! (`wasm32`), or one alone is wanted, all goes on here.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, scope};

use crate::audit::Audit;
use crate::block::Block;
use crate::report::Levels;

/// Blocks that wait for each thread, or for being taken from it.
const AHEAD: usize = 2;

/// A thread's two ends: texts go in, blocks come out in the same order.
struct Worker {
    texts: SyncSender<Vec<u8>>,
    blocks: Receiver<Block>,
}

impl Audit {
    /// Takes texts of whole lines (see [`Block::of`]), as from a file read in large pieces, and
    /// looks at them on so many threads. The report is the same for any number of them.
    pub fn texts(&mut self, texts: impl IntoIterator<Item = Vec<u8>>, threads: NonZero<usize>) {
        let levels = self.levels();
        let mut texts = texts.into_iter();
        scope(|scope| {
            let spawn = |_| {
                if threads.get() > 1 {
                    work(scope, levels)
                } else {
                    None
                }
            };
            let workers: Vec<Worker> = (0..threads.get()).filter_map(spawn).collect();
            if workers.is_empty() {
                texts.for_each(|text| self.block(Block::of(levels, &text)));
                return;
            }
            let (mut sent, mut taken) = (0, 0);
            loop {
                while sent - taken < workers.len() * AHEAD
                    && let Some(text) = texts.next()
                {
                    // A worker ends only with this loop.
                    if workers[sent % workers.len()].texts.send(text).is_err() {
                        break;
                    }
                    sent += 1;
                }
                if taken == sent {
                    return;
                }
                match workers[taken % workers.len()].blocks.recv() {
                    Ok(block) => self.block(block),
                    // A worker that broke off has left its lines unread.
                    Err(_) => self.broken_line(),
                }
                taken += 1;
            }
        });
    }
}

fn work<'scope>(scope: &'scope Scope<'scope, '_>, levels: Levels) -> Option<Worker> {
    let (texts, to_read) = sync_channel::<Vec<u8>>(AHEAD);
    let (done, blocks) = sync_channel(AHEAD);
    let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
        for text in to_read {
            if done.send(Block::of(levels, &text)).is_err() {
                return;
            }
        }
    });
    thread.ok().map(|_| Worker { texts, blocks })
}
