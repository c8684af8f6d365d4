//! The journal's thread: makes groups durable in the order in which they were judged, moves the
//! head, and only then answers. Groups that have gathered while it synced are one frame, one
//! write, one `fdatasync`.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender};

use crate::anchor::{Mark, MarkFile};
use crate::error::{LedgerError, Rejection};
use crate::journal::{Group, Journal};
use crate::ledger::Receipt;
use crate::mem::Mem;
use crate::read::Head;
use crate::settle::{Finished, Job};
use crate::shared::Shared;
use crate::vault::Vault;

/// Groups are joined up to this many events.
const FRAME_EVENTS_MAX: usize = 2_048;

/// What the writer hands on.
pub(crate) enum Task {
    /// Make durable, then answer; no group where nothing is to be recorded.
    Group {
        group: Option<Group>,
        /// The end of the history after it.
        mark: Mark,
        outcomes: Vec<Outcome>,
    },
    /// This tail is full, up to this mark: settle it.
    Settle(Arc<Mem>, Mark),
    /// Everything before is settled: take over the views that were made anew.
    TakeViews(SyncSender<Finished>),
}

/// Tells whoever waits what became of an action.
pub(crate) type Answer = Box<dyn FnOnce(Result<Receipt, Rejection>) + Send>;

/// What an action came to, and who waits to hear it.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) result: Result<Receipt, Rejection>,
}

pub(crate) struct Committer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) journal: Journal,
    pub(crate) floor: MarkFile,
    pub(crate) vault: Arc<Vault>,
    pub(crate) settler: Sender<Job>,
}

impl Committer {
    pub(crate) fn serve(mut self, tasks: &Receiver<Task>) {
        let mut next = None;
        while let Some(task) = next.take().or_else(|| tasks.recv().ok()) {
            match task {
                Task::Group {
                    mut group,
                    mut mark,
                    mut outcomes,
                } => {
                    while group.as_ref().map_or(0, |g| g.events.len()) < FRAME_EVENTS_MAX {
                        match tasks.try_recv() {
                            Ok(Task::Group {
                                group: more,
                                mark: end,
                                outcomes: others,
                            }) => {
                                group = joined(group, more);
                                mark = end;
                                outcomes.extend(others);
                            }
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.answer(group.as_ref(), mark, outcomes);
                }
                Task::Settle(tail, mark) => self.turn(tail, mark),
                Task::TakeViews(done) => {
                    let _ = self.settler.send(Job::TakeViews(done));
                }
            }
        }
        // The floor is right without this sync, but for a loss of power.
        let _ = self.floor.sync();
    }

    fn answer(&mut self, group: Option<&Group>, mark: Mark, outcomes: Vec<Outcome>) {
        let done = match self.shared.off() {
            Some(off) => Err(off),
            None => self.commit(group, mark),
        };
        if let Err(error) = &done {
            self.shared.turn_off(error);
        }
        for Outcome { answer, result } in outcomes {
            let result = match (&done, result) {
                // What was refused stays refused; what would have been recorded is not.
                (Err(_), Ok(_)) => Err(LedgerError::WriterOff.into()),
                (_, result) => result,
            };
            answer(result);
        }
    }

    /// One write and one `fdatasync`, then the head moves.
    fn commit(&mut self, group: Option<&Group>, mark: Mark) -> Result<(), LedgerError> {
        let Some(group) = group else { return Ok(()) };
        self.journal.append(&group.frame()?)?;
        self.floor.write(mark)?;
        for slot in &group.erased {
            self.vault.erase(*slot)?;
        }
        self.shared.update(|s| {
            s.head = Head {
                size: mark.size,
                hash: mark.hash,
            };
        });
        Ok(())
    }

    /// The next tail gets a segment of its own.
    fn turn(&mut self, tail: Arc<Mem>, mark: Mark) {
        if self.shared.off().is_some() {
            return;
        }
        let turned = self
            .journal
            .turn(mark.size)
            .and_then(|()| self.floor.sync());
        match turned {
            Ok(()) => {
                // A settler that is gone has turned writing off.
                let _ = self.settler.send(Job::Settle(tail, mark));
            }
            Err(error) => self.shared.turn_off(&error),
        }
    }
}

fn joined(group: Option<Group>, next: Option<Group>) -> Option<Group> {
    match (group, next) {
        (Some(mut group), Some(next)) => {
            group.join(next);
            Some(group)
        }
        (group, next) => group.or(next),
    }
}
