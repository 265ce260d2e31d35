//! The store on its own thread, for callers that must not wait for a disk: the performer and sync.
//!
//! Jobs run one after another in the order they were asked. The thread ends with the last handle, after the last
//! job. The last fault of the disk itself is remembered, for the screen to say.

use crate::{Store, StoreError};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// A way to the store; clone it freely.
#[derive(Clone)]
pub struct StoreHandle {
    worker: Worker,
    fault: Arc<Mutex<Option<DiskFault>>>,
}

#[derive(Clone)]
enum Worker {
    Thread(mpsc::Sender<Job>),
    Inline(Arc<Mutex<Store>>),
}

/// What keeps a store from taking anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// No space left.
    Full,
    /// Mounted read-only.
    ReadOnly,
    /// The file is damaged.
    Damaged,
    /// The file comes from a newer kiosk.
    Newer,
    /// Anything else that keeps it from opening.
    Unusable,
}

impl DiskFault {
    /// What an error says of the disk; nothing when it is about one entry only.
    pub const fn of(error: &StoreError) -> Option<Self> {
        match error {
            StoreError::DiskFull => Some(Self::Full),
            StoreError::ReadOnly => Some(Self::ReadOnly),
            StoreError::Corrupt { .. } | StoreError::Unreadable { .. } => Some(Self::Damaged),
            StoreError::NewerVersion { .. } => Some(Self::Newer),
            StoreError::Stopped
            | StoreError::Sqlite(_)
            | StoreError::Pragma { .. }
            | StoreError::TooOldSqlite { .. }
            | StoreError::NoPlace { .. }
            | StoreError::OtherKiosk { .. } => Some(Self::Unusable),
            _ => None,
        }
    }
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreHandle").field("fault", &self.disk_fault()).finish_non_exhaustive()
    }
}

impl StoreHandle {
    /// Moves a store to a thread of its own.
    pub fn start(mut store: Store) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("offline-cache".to_owned())
            .spawn(move || {
                for job in queue {
                    job(&mut store);
                    contract::wash();
                }
            })
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self { worker: Worker::Thread(jobs), fault: Arc::default() })
    }

    /// Keeps a store where it is: each job runs in the caller, at once. For simulations, in which nothing may depend on
    /// how threads are scheduled.
    pub fn inline(store: Store) -> Self {
        Self { worker: Worker::Inline(Arc::new(Mutex::new(store))), fault: Arc::default() }
    }

    /// Runs work on the store and waits for its result. Work that was asked is done even when the caller stops
    /// waiting.
    pub async fn call<R, F>(&self, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> Result<R, StoreError> + Send + 'static,
    {
        let fault = Arc::clone(&self.fault);
        let watched = move |store: &mut Store| {
            let result = work(store);
            if let Err(error) = &result
                && let Some(found) = DiskFault::of(error)
            {
                *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            }
            result
        };
        match &self.worker {
            Worker::Inline(store) => watched(&mut store.lock().unwrap_or_else(PoisonError::into_inner)),
            Worker::Thread(jobs) => {
                let (answer, result) = oneshot::channel();
                let job: Job = Box::new(move |store| {
                    // The caller may have gone; the work is done all the same.
                    let _ = answer.send(watched(store));
                });
                jobs.send(job).map_err(|_| StoreError::Stopped)?;
                result.await.map_err(|_| StoreError::Stopped)?
            }
        }
    }

    /// What keeps the store from taking anything, as far as it showed.
    pub fn disk_fault(&self) -> Option<DiskFault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody else found out about the disk: the examination of the whole file.
    pub fn report(&self, fault: DiskFault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// Tries whether a full or read-only disk takes writes again. Damage does not heal.
    pub async fn try_again(&self) -> Result<(), StoreError> {
        if matches!(self.disk_fault(), Some(DiskFault::Full | DiskFault::ReadOnly)) {
            self.call(Store::prove_writable).await?;
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        Ok(())
    }
}
