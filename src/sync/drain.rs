//! The task that drains the outbox, one entry at a time in the order of its lane, for as long as the kiosk runs. A
//! timer is always armed: no failure can leave it waiting for ever.

use super::client::{CentralClient, Failure};
use super::desk::{Desk, KEPT, NoReceipt};
use super::schedule::{Dice, Next, after};
use super::status::{Connection, SyncStatus};
use contract::EntryId;
use contract::message::EntryReceipt;
use jiff::Timestamp;
use offline_cache::{OutboxEntry, StoreError, StoreHandle};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often central is asked for a sign of life when there is nothing to send.
/// The strip on the screen is at most so far behind; 10,000 kiosks make 1,000 small requests a second.
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// How long to leave a failing store alone.
const STORE_REST: Duration = Duration::from_secs(10);

/// A way to sync; clone it freely. The task stops with the last handle.
#[derive(Clone, Debug)]
pub struct SyncHandle {
    desk: Arc<Desk>,
    store: StoreHandle,
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
    pub fn start(store: StoreHandle, client: CentralClient) -> Self {
        let desk = Arc::new(Desk::default());
        let first = SyncStatus {
            connection: Connection::Offline { since: Timestamp::now() },
            waiting: 0,
            set_aside: 0,
            last_synced: None,
        };
        let (status, seen) = watch::channel(first);
        let drain = Drain { store: store.clone(), client, desk: Arc::clone(&desk), status, silences: 0 };
        let task = tokio::spawn(drain.run());
        Self { desk, store, status: seen, _task: Arc::new(Task(task)) }
    }

    /// How it stands, now and whenever it changes.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.status.clone()
    }

    /// There is something new to send, or somebody asks to try now.
    pub fn notify(&self) {
        self.desk.bell.notify_one();
    }

    /// Sends what waits and waits for the receipt of one entry: until central answers, cannot be reached twice in a
    /// row, or the time is up.
    pub async fn submit_now(&self, id: EntryId, within: Duration) -> Result<EntryReceipt, NoReceipt> {
        let settled = self.desk.wait_for(id);
        if let Ok(Some(receipt)) = self.store.receipt(id).await {
            // Acknowledged before. Its answer, if it has one, may still lie on the desk.
            return Ok(tokio::time::timeout(Duration::ZERO, settled)
                .await
                .ok()
                .and_then(Result::ok)
                .and_then(Result::ok)
                .unwrap_or(receipt));
        }
        if let Ok(Some(problem)) = self.store.problem(id).await {
            return Err(NoReceipt::Refused(problem));
        }
        self.notify();
        match tokio::time::timeout(within, settled).await {
            Ok(Ok(Ok(receipt))) => Ok(receipt),
            Ok(Ok(Err(problem))) => Err(NoReceipt::Refused(problem)),
            Ok(Err(_)) | Err(_) => Err(NoReceipt::StillWaiting),
        }
    }

    /// The visit is over: receipts that nobody fetched are wiped from memory.
    pub fn end_visit(&self) {
        self.desk.clear();
    }
}

struct Drain {
    store: StoreHandle,
    client: CentralClient,
    desk: Arc<Desk>,
    status: watch::Sender<SyncStatus>,
    /// Failures in a row to reach central.
    silences: u32,
}

/// How long to rest after a round, and whether the bell may end it.
enum Rest {
    Wakeable(Duration),
    Strict(Duration),
}

impl Rest {
    const fn longest(&self) -> Duration {
        match self {
            Self::Wakeable(wait) | Self::Strict(wait) => *wait,
        }
    }
}

impl Drain {
    async fn run(mut self) {
        loop {
            let rest = match self.round().await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::error!(%error, "the outbox can't be drained");
                    Rest::Wakeable(STORE_REST)
                }
            };
            if let Err(error) = self.count().await {
                tracing::error!(%error, "the outbox can't be counted");
            }
            self.sleep(rest).await;
        }
    }

    /// Sleeps, unless the bell may end it and rings; tidies the desk meanwhile.
    async fn sleep(&self, rest: Rest) {
        let until = Instant::now() + rest.longest();
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now()).min(KEPT);
            tokio::select! {
                () = self.desk.bell.notified(), if matches!(rest, Rest::Wakeable(_)) => return,
                () = tokio::time::sleep(left) => self.desk.tidy(Instant::now()),
            }
        }
    }

    /// Sends everything that may be sent, then asks for a sign of life.
    async fn round(&mut self) -> Result<Rest, StoreError> {
        if self.connection() != Connection::Online
            && let Err(failure) = self.probe().await?
        {
            return Ok(self.pause(failure));
        }
        let mut tidied = true;
        while let Some(entry) = self.store.due(Timestamp::now(), 1).await?.pop() {
            if let Some(rest) = self.send(entry).await? {
                return Ok(rest);
            }
            tidied = false;
        }
        if !tidied {
            self.store.tidy().await?;
        }
        if let Err(failure) = self.probe().await? {
            return Ok(self.pause(failure));
        }
        self.note_success();
        let now = Timestamp::now();
        let next_due = self.store.call(|store| store.next_due()).await?;
        let wait = next_due.map_or(PROBE_EVERY, |due| {
            Duration::try_from(due.duration_since(now))
                .unwrap_or(Duration::ZERO)
                .max(Duration::from_millis(100))
        });
        Ok(Rest::Wakeable(wait.min(PROBE_EVERY)))
    }

    /// Asks central how far it is. A foreign server learns nothing from it, and a kiosk with a new disk learns where
    /// its series must go on.
    async fn probe(&mut self) -> Result<Result<(), Failure>, StoreError> {
        match self.client.tail().await {
            Ok(tail) => {
                self.store.continue_after(tail.highest).await?;
                self.reached();
                Ok(Ok(()))
            }
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// Sends one entry; the answer is a rest when central is to be left alone.
    async fn send(&mut self, entry: OutboxEntry) -> Result<Option<Rest>, StoreError> {
        let OutboxEntry { id, seq, payload, attempts, .. } = entry;
        let failure = match self.client.post(id, &payload).await {
            Ok(receipt) => {
                self.store.acknowledge(id, receipt.clone()).await?;
                tracing::info!(%seq, "an entry reached central");
                self.reached();
                self.note_success();
                self.desk.settle(id, Ok(receipt), Instant::now());
                self.count().await?;
                return Ok(None);
            }
            Err(failure) => failure,
        };
        match after(failure.clone(), self.silences, attempts, dice()) {
            Next::Rest(_) | Next::Obey(_) => Ok(Some(self.pause(failure))),
            Next::Postpone(wait) => {
                self.reached();
                tracing::warn!(%seq, ?failure, "central failed on an entry");
                let wait = jiff::SignedDuration::try_from(wait).unwrap_or(offline_cache::MAX_WAIT);
                self.store.postpone(id, Timestamp::now() + wait).await?;
                Ok(None)
            }
            Next::SetAside(problem) => {
                self.reached();
                tracing::warn!(%seq, kind = problem.kind, "central refused an entry");
                self.store.set_aside(id, problem.clone()).await?;
                self.desk.settle(id, Err(problem), Instant::now());
                Ok(None)
            }
        }
    }

    /// Central is not there, or asks to be left alone.
    fn pause(&mut self, failure: Failure) -> Rest {
        let connection = match failure {
            Failure::ForeignCertificate => Connection::Untrusted,
            Failure::Busy { retry_after: Some(_) } => Connection::Online,
            Failure::Offline | Failure::Busy { .. } | Failure::Faulty { .. } | Failure::Refused(_) => {
                match self.connection() {
                    offline @ Connection::Offline { .. } => offline,
                    _ => Connection::Offline { since: Timestamp::now() },
                }
            }
        };
        self.publish(|status| status.connection = connection);
        let next = after(failure, self.silences, self.silences, dice());
        self.silences = self.silences.saturating_add(1);
        if self.silences >= 2 {
            self.desk.send_home();
        }
        tracing::info!(?connection, ?next, "central is left alone");
        match next {
            Next::Obey(wait) => Rest::Strict(wait),
            Next::Rest(wait) | Next::Postpone(wait) => Rest::Wakeable(wait),
            Next::SetAside(_) => Rest::Wakeable(PROBE_EVERY),
        }
    }

    fn reached(&mut self) {
        self.silences = 0;
        self.publish(|status| status.connection = Connection::Online);
    }

    fn note_success(&self) {
        self.publish(|status| status.last_synced = Some(Timestamp::now()));
    }

    async fn count(&self) -> Result<(), StoreError> {
        let counts = self.store.counts().await?;
        self.publish(|status| {
            status.waiting = counts.waiting;
            status.set_aside = counts.set_aside;
        });
        Ok(())
    }

    fn connection(&self) -> Connection {
        self.status.borrow().connection
    }

    fn publish(&self, change: impl FnOnce(&mut SyncStatus)) {
        self.status.send_if_modified(|status| {
            let before = *status;
            change(status);
            *status != before
        });
    }
}

fn dice() -> Dice {
    // Without random numbers the waits are the longest ones.
    Dice::from_bits(getrandom::u32().unwrap_or(u32::MAX))
}
