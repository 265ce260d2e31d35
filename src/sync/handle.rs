//! How the rest of the kiosk speaks to sync.

use super::client::CentralClient;
use super::desk::{Desk, NoReceipt};
use super::drain::Drain;
use super::news::{self, DesiredNews};
use super::outside::Outside;
use super::status::SyncStatus;
use contract::EntryId;
use contract::message::EntryReceipt;
use offline_cache::StoreHandle;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A way to sync; clone it freely. The task stops with the last handle.
#[derive(Clone, Debug)]
pub struct SyncHandle {
    desk: Arc<Desk>,
    store: StoreHandle,
    client: CentralClient,
    news: DesiredNews,
    status: watch::Receiver<SyncStatus>,
    _task: Arc<Task>,
}

#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        // Stopping in the middle of a request is safe: the key makes the next one the same.
        self.0.abort();
    }
}

impl SyncHandle {
    /// Starts draining, on the current tokio runtime.
    pub fn start(store: StoreHandle, client: CentralClient, outside: Outside) -> Self {
        let desk = Arc::new(Desk::default());
        let news = DesiredNews::default();
        let (drain, status) =
            Drain::new(store.clone(), client.clone(), Arc::clone(&desk), news.clone(), outside);
        let task = tokio::spawn(drain.run());
        Self { desk, store, client, news, status, _task: Arc::new(Task(task)) }
    }

    /// How it stands, now and whenever it changes.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.status.clone()
    }

    /// The way to central, for what is asked and not filed.
    pub const fn client(&self) -> &CentralClient {
        &self.client
    }

    /// Desired states, as they come in.
    pub const fn news(&self) -> &DesiredNews {
        &self.news
    }

    /// Holds a request at central, so that a desired state is here within a second; for as long as it is polled.
    pub async fn follow(&self, outside: Outside) {
        news::follow(self.store.clone(), self.client.clone(), self.news.clone(), outside).await;
    }

    /// There is something new to send, or somebody asks to try now.
    pub fn notify(&self) {
        self.desk.bell.notify_one();
    }

    /// Sends what waits and waits for the receipt of one entry: until central answers, cannot be reached twice in a
    /// row, or the time is up.
    pub async fn submit_now(&self, id: EntryId, within: Duration) -> Result<EntryReceipt, NoReceipt> {
        let settled = self.desk.wait_for(id);
        if let Ok(Some(receipt)) = self.store.call(move |store| store.receipt(id)).await {
            // Acknowledged before. Its answer, if it has one, may still lie on the desk.
            return Ok(tokio::time::timeout(Duration::ZERO, settled)
                .await
                .ok()
                .and_then(Result::ok)
                .and_then(Result::ok)
                .unwrap_or(receipt));
        }
        if let Ok(Some(problem)) = self.store.call(move |store| store.problem(id)).await {
            return Err(NoReceipt::Refused(problem));
        }
        self.notify();
        match tokio::time::timeout(within, settled).await {
            Ok(Ok(Ok(receipt))) => Ok(receipt),
            Ok(Ok(Err(problem))) => Err(NoReceipt::Refused(problem)),
            Ok(Err(_)) | Err(_) => Err(NoReceipt::StillWaiting),
        }
    }

    /// The visit is over: receipts that nobody fetched are wiped from memory, and so is what connections read last, be it
    /// a receipt or somebody's bills.
    pub fn end_visit(&self) {
        self.desk.clear();
        self.client.forget();
    }
}
