//! The one thread that writes. It takes whatever has arrived, applies each entry in a savepoint of its own, and
//! commits all of them with one sync of the disk: 100 in a transaction is 70 times the rate of one.

use super::{Applied, Arrival, StoreError, apply};
use rusqlite::{Connection, TransactionBehavior};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Entries in one transaction.
const BATCH: usize = 100;

/// Entries that may wait for the thread before central says that it is busy.
const QUEUE: usize = 1024;

struct Job {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Applied, StoreError>>,
}

/// A way to the writing thread, which ends with it.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
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
        Ok(Self { jobs })
    }

    /// Applies an entry; the answer comes after the commit.
    pub(super) async fn apply(&self, arrival: Arrival) -> Result<Applied, StoreError> {
        let (answer, applied) = oneshot::channel();
        self.jobs.try_send(Job { arrival, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
        })?;
        applied.await.map_err(|_| StoreError::Stopped)?
    }
}

fn commit_together(db: &mut Connection, batch: Vec<Job>) {
    let (jobs, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|job| (job.arrival, job.answer)).unzip();
    let results = apply_all(db, &jobs);
    let mut results = match results {
        Ok(results) => results.into_iter(),
        Err(error) => {
            tracing::error!(%error, entries = jobs.len(), "nothing of this batch was stored; the kiosks will come back");
            Vec::new().into_iter()
        }
    };
    for answer in answers {
        // A kiosk that hung up asks again with the same key and gets the same answer.
        let _ = answer.send(results.next().unwrap_or(Err(StoreError::Busy)));
    }
}

/// A refused entry leaves no trace; a failing disk fails the whole batch, because nothing of it was committed.
fn apply_all(
    db: &mut Connection,
    arrivals: &[Arrival],
) -> Result<Vec<Result<Applied, StoreError>>, StoreError> {
    let mut change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let savepoint = change.savepoint()?;
        match apply::apply(&savepoint, arrival) {
            // SQLite rolls the whole transaction back by itself when the disk fails.
            Err(broken) if savepoint.is_autocommit() => return Err(broken),
            Err(refused) => {
                savepoint.finish()?;
                results.push(Err(refused));
            }
            Ok(applied) => {
                savepoint.commit()?;
                results.push(Ok(applied));
            }
        }
    }
    change.commit()?;
    Ok(results)
}
