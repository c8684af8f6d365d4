//! The settler's thread: brings full tails into the settled store, moves the anchor, lets the
//! journal's old segments go; between steps it merges, tidies, and makes views anew.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};

use crate::anchor::{Mark, MarkFile};
use crate::error::LedgerError;
use crate::journal::drop_before;
use crate::media::Media;
use crate::mem::Mem;
use crate::settled::keeper::Keeper;
use crate::shared::Shared;

/// Whether the views that were read agreed with those made anew.
pub(crate) type Finished = Result<bool, LedgerError>;

/// What the settler is asked for.
pub(crate) enum Job {
    /// Settle a tail up to a mark.
    Settle(Arc<Mem>, Mark),
    /// Make the views anew; tell when they have caught up.
    Rebuild(SyncSender<Result<(), LedgerError>>),
    /// Read the views that were made anew from now on.
    TakeViews(SyncSender<Finished>),
}

pub(crate) struct Settler {
    pub(crate) shared: Arc<Shared>,
    pub(crate) keeper: Keeper,
    pub(crate) anchor: MarkFile,
    pub(crate) media: Arc<dyn Media>,
    pub(crate) journal: PathBuf,
}

impl Settler {
    pub(crate) fn serve(mut self, jobs: &Receiver<Job>) {
        loop {
            let job = if self.shared.off().is_none() && self.keeper.has_work() {
                match jobs.try_recv() {
                    Ok(job) => Some(job),
                    Err(TryRecvError::Empty) => None,
                    Err(TryRecvError::Disconnected) => return,
                }
            } else {
                match jobs.recv() {
                    Ok(job) => Some(job),
                    Err(_) => return,
                }
            };
            if let Err(error) = self.one(job) {
                self.shared.turn_off(&error);
            }
        }
    }

    fn one(&mut self, job: Option<Job>) -> Result<(), LedgerError> {
        if let Some(off) = self.shared.off() {
            match job {
                Some(Job::Rebuild(told)) => drop(told.send(Err(off))),
                Some(Job::TakeViews(told)) => drop(told.send(Err(off))),
                Some(Job::Settle(..)) | None => {}
            }
            return Ok(());
        }
        match job {
            Some(Job::Settle(tail, mark)) => self.settle(&tail, mark),
            Some(Job::Rebuild(told)) => {
                self.keeper.begin_rebuild(Some(told));
                Ok(())
            }
            Some(Job::TakeViews(told)) => {
                let taken = self.keeper.take_views();
                self.shared.states.clear(self.keeper.view.epoch);
                self.show();
                // What cannot be read is told to who asked; nothing was half written.
                drop(told.send(taken));
                Ok(())
            }
            None => {
                if self.keeper.work()? {
                    self.show();
                }
                Ok(())
            }
        }
    }

    /// Store, sync, anchor; then readers, then the journal.
    fn settle(&mut self, tail: &Mem, mark: Mark) -> Result<(), LedgerError> {
        let changed = self.keeper.settle(tail, mark)?;
        self.anchor.write(mark)?;
        self.anchor.sync()?;
        self.shared.states.advance(self.keeper.view.epoch, changed);
        let view = Arc::clone(&self.keeper.view);
        self.shared.update(|s| {
            s.view = view;
            s.frozen = None;
        });
        drop_before(self.media.as_ref(), &self.journal, mark.size)
    }

    fn show(&self) {
        let view = Arc::clone(&self.keeper.view);
        self.shared.update(|s| s.view = view);
    }
}
