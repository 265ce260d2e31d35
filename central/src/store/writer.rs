//! The one thread that writes. It takes whatever has arrived, does each in a savepoint of its own, and commits all of
//! them with one sync of the disk: 100 in a transaction is 70 times the rate of one.

use super::StoreError;
use rusqlite::{Connection, Savepoint, TransactionBehavior};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Jobs in one transaction.
const BATCH: usize = 100;

/// Jobs that may wait for the thread before central says that it is busy.
const QUEUE: usize = 1024;

/// What is to be done inside the transaction; `true` when it shall stay. It keeps its own result until the commit.
type Work = Box<dyn FnMut(&Savepoint<'_>) -> bool + Send>;
/// Tells whoever waits: the work's result after a commit, or that nothing of it was stored.
type Tell = Box<dyn FnOnce(bool) + Send>;

pub(super) struct Job {
    work: Work,
    tell: Tell,
}

/// A way to the writer.
#[derive(Clone)]
pub(super) enum Writer {
    Thread(mpsc::Sender<Job>),
    /// The caller writes itself, at once: for simulations, in which nothing may depend on how threads are scheduled.
    Inline(Arc<Mutex<Connection>>),
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Moves the connection to a thread, which ends with the writer.
    pub(super) fn start(mut db: Connection) -> Result<Self, StoreError> {
        let (jobs, mut queue) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("central-writer".to_owned())
            .spawn(move || {
                let mut batch = Vec::with_capacity(BATCH);
                while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
                    commit_together(&mut db, std::mem::take(&mut batch));
                }
            })
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self::Thread(jobs))
    }

    /// Does something in a transaction; the answer comes after the commit. What fails leaves no trace.
    pub(super) async fn call<R, F>(&self, mut work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Savepoint<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        let kept = Arc::new(Mutex::new(None));
        let found = Arc::clone(&kept);
        let job = Job {
            work: Box::new(move |change| {
                let result = work(change);
                if let Err(error @ (StoreError::DiskFull | StoreError::Sqlite(_) | StoreError::Corrupt(_))) =
                    &result
                {
                    tracing::error!(%error, "the disk does not take what came");
                }
                let is_good = result.is_ok();
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                is_good
            }),
            tell: Box::new(move |committed| {
                // What was found in a batch that is not there says nothing, not even a refusal.
                let result = found.lock().unwrap_or_else(PoisonError::into_inner).take();
                let result = result.filter(|_| committed).unwrap_or(Err(StoreError::Busy));
                // A kiosk that hung up asks again with the same key and gets the same answer.
                let _ = answer.send(result);
            }),
        };
        match self {
            Self::Thread(jobs) => jobs.try_send(job).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
            })?,
            Self::Inline(db) => {
                commit_together(&mut db.lock().unwrap_or_else(PoisonError::into_inner), vec![job]);
            }
        }
        result.await.map_err(|_| StoreError::Stopped)?
    }
}

fn commit_together(db: &mut Connection, mut batch: Vec<Job>) {
    let committed = match do_all(db, &mut batch) {
        Ok(()) => true,
        Err(error) => {
            let jobs = batch.len();
            tracing::error!(%error, jobs, "nothing of this batch was stored; the kiosks will come back");
            false
        }
    };
    for job in batch {
        (job.tell)(committed);
    }
}

/// Refused work leaves no trace; a failing disk fails the whole batch, because nothing of it was committed.
fn do_all(db: &mut Connection, batch: &mut [Job]) -> Result<(), StoreError> {
    let mut change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in batch {
        let savepoint = change.savepoint()?;
        if (job.work)(&savepoint) {
            savepoint.commit()?;
        } else if savepoint.is_autocommit() {
            // SQLite rolls the whole transaction back by itself when the disk fails.
            return Err(StoreError::Busy);
        } else {
            savepoint.finish()?;
        }
    }
    Ok(change.commit()?)
}
