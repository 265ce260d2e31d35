//! The one thread that writes to SQLite. It takes whatever has arrived, does each in a savepoint of its own, and commits
//! all of them with one sync of the disk: 100 in a transaction is 70 times the rate of one.

use super::sqlite::Connected;
use super::{StoreError, Verdict, Work};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Jobs in one transaction.
const BATCH: usize = 100;

/// Jobs that may wait for the thread before central says that it is busy.
const QUEUE: usize = 1024;

pub(super) struct Job {
    work: Work,
    tell: oneshot::Sender<Result<(), StoreError>>,
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

    /// Does work in a transaction and answers after the commit.
    pub(super) async fn call(&self, work: Work) -> Result<(), StoreError> {
        let (tell, told) = oneshot::channel();
        let job = Job { work, tell };
        match self {
            Self::Thread(jobs) => jobs.try_send(job).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
            })?,
            Self::Inline(db) => {
                commit_together(&mut db.lock().unwrap_or_else(PoisonError::into_inner), vec![job]);
            }
        }
        told.await.map_err(|_| StoreError::Stopped)?
    }
}

fn commit_together(db: &mut Connection, mut batch: Vec<Job>) {
    let failed = do_all(db, &mut batch).err();
    if let Some(error) = &failed {
        let jobs = batch.len();
        tracing::error!(%error, jobs, "nothing of this batch was stored; who sent it will come back");
    }
    for job in batch {
        // What was found in a batch that is not there says nothing, not even a refusal.
        let result = match &failed {
            None => Ok(()),
            Some(StoreError::DiskFull) => Err(StoreError::DiskFull),
            Some(_) => Err(StoreError::Busy),
        };
        // A kiosk that hung up asks again with the same key and gets the same answer.
        let _ = job.tell.send(result);
    }
}

/// Refused work leaves no trace; a failing disk fails the whole batch, because nothing of it was committed.
fn do_all(db: &mut Connection, batch: &mut [Job]) -> Result<(), StoreError> {
    let mut change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in batch {
        let savepoint = change.savepoint()?;
        let mut sql = Connected::new(&savepoint);
        let verdict = (job.work)(&mut sql);
        if let Some(failure) = sql.failure() {
            return Err(failure);
        }
        match verdict {
            Verdict::Keep => savepoint.commit()?,
            Verdict::Undo => savepoint.finish()?,
        }
    }
    Ok(change.commit()?)
}
