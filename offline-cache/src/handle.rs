//! The store on its own thread, for callers that must not wait for a disk: the performer and sync.
//!
//! Jobs run one after another in the order they were asked. The thread ends with the last handle, after the last
//! job.

use crate::{Acknowledged, Appended, Lane, OutboxCounts, OutboxEntry, Store, StoreError};
use contract::message::{EntryBody, EntryReceipt, Problem};
use contract::{EntryId, Seq};
use jiff::Timestamp;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// A way to the store's thread; clone it freely.
#[derive(Clone, Debug)]
pub struct StoreHandle {
    jobs: mpsc::Sender<Job>,
}

impl StoreHandle {
    /// Moves a store to a thread of its own.
    pub fn start(mut store: Store) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("offline-cache".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| job(&mut store)))
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self { jobs })
    }

    /// Runs any work on the store's thread and waits for its result. Work that was asked is done even when the
    /// caller stops waiting.
    pub async fn call<R, F>(&self, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> Result<R, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            // The caller may have gone; the work is done all the same.
            let _ = answer.send(work(store));
        });
        self.jobs.send(job).map_err(|_| StoreError::Stopped)?;
        result.await.map_err(|_| StoreError::Stopped)?
    }

    /// See [`Store::append`].
    pub async fn append(&self, body: EntryBody, lane: Lane, now: Timestamp) -> Result<Appended, StoreError> {
        self.call(move |store| store.append(body, lane, now)).await
    }

    /// See [`Store::due`].
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        self.call(move |store| store.due(now, limit)).await
    }

    /// See [`Store::acknowledge`].
    pub async fn acknowledge(&self, id: EntryId, receipt: EntryReceipt) -> Result<Acknowledged, StoreError> {
        self.call(move |store| store.acknowledge(id, &receipt)).await
    }

    /// See [`Store::set_aside`].
    pub async fn set_aside(&self, id: EntryId, problem: Problem) -> Result<(), StoreError> {
        self.call(move |store| store.set_aside(id, &problem)).await
    }

    /// See [`Store::postpone`].
    pub async fn postpone(&self, id: EntryId, until: Timestamp) -> Result<(), StoreError> {
        self.call(move |store| store.postpone(id, until)).await
    }

    /// See [`Store::counts`].
    pub async fn counts(&self) -> Result<OutboxCounts, StoreError> {
        self.call(|store| store.counts()).await
    }

    /// See [`Store::receipt`].
    pub async fn receipt(&self, id: EntryId) -> Result<Option<EntryReceipt>, StoreError> {
        self.call(move |store| store.receipt(id)).await
    }

    /// See [`Store::problem`].
    pub async fn problem(&self, id: EntryId) -> Result<Option<Problem>, StoreError> {
        self.call(move |store| store.problem(id)).await
    }

    /// See [`Store::continue_after`].
    pub async fn continue_after(&self, highest: Seq) -> Result<(), StoreError> {
        self.call(move |store| store.continue_after(highest)).await
    }

    /// See [`Store::tidy`].
    pub async fn tidy(&self) -> Result<(), StoreError> {
        self.call(Store::tidy).await
    }
}
