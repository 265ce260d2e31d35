//! The task that drains the outbox for as long as the kiosk runs: one entry a lane at a time, several lanes at once. A
//! timer is always armed: no failure can leave it waiting for ever.

use super::client::{CentralClient, Failure};
use super::desk::{Desk, KEPT};
use super::lanes::Lanes;
use super::news::DesiredNews;
use super::outside::Outside;
use super::schedule::{Next, after};
use super::standing::Standing;
use super::status::{Connection, SyncStatus};
use contract::EntryId;
use contract::message::{EntryReceipt, Outcome};
use offline_cache::{OutboxEntry, Place, StoreError, StoreHandle};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often central is asked for a sign of life when there is nothing to send.
/// The strip on the screen is at most so far behind; 10,000 kiosks make 1,000 small requests a second.
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// How long to leave a failing store alone.
const STORE_REST: Duration = Duration::from_secs(10);

/// Entries under way at a time.
const AT_ONCE: usize = 32;

/// The task.
pub(super) struct Drain {
    pub(super) store: StoreHandle,
    pub(super) client: CentralClient,
    pub(super) outside: Outside,
    pub(super) standing: Standing,
    pub(super) news: DesiredNews,
    desk: Arc<Desk>,
    status: watch::Sender<SyncStatus>,
    lanes: Lanes,
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

/// An entry that came back from its way.
struct Back {
    place: Place,
    id: EntryId,
    attempts: u32,
    result: Result<EntryReceipt, Failure>,
}

impl Back {
    /// The lines of a look-up are a person's, and so are the reasons of a refusal.
    fn is_personal(&self) -> bool {
        self.result.as_ref().is_ok_and(|receipt| {
            let is_answer = matches!(receipt.outcome, Outcome::Answered { .. } | Outcome::Decided { .. });
            is_answer || !receipt.rules.is_empty()
        })
    }
}

impl Drain {
    pub(super) fn new(
        store: StoreHandle,
        client: CentralClient,
        desk: Arc<Desk>,
        news: DesiredNews,
        outside: Outside,
    ) -> (Self, watch::Receiver<SyncStatus>) {
        let connection = Connection::Offline { since: outside.wall() };
        let (status, seen) =
            watch::channel(SyncStatus { connection, waiting: 0, set_aside: 0, last_synced: None });
        let (standing, lanes) = (Standing::default(), Lanes::default());
        (Self { store, client, outside, standing, news, desk, status, lanes, silences: 0 }, seen)
    }

    pub(super) async fn run(mut self) {
        // First of all: nobody may read that nothing waits before it was looked.
        self.try_to_count().await;
        loop {
            let rest = match self.round().await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::error!(%error, "the outbox can't be drained");
                    Rest::Wakeable(STORE_REST)
                }
            };
            self.try_to_count().await;
            self.sleep(rest).await;
        }
    }

    async fn try_to_count(&self) {
        if let Err(error) = self.count().await {
            tracing::error!(%error, "the outbox can't be counted");
        }
    }

    /// Sleeps, unless the bell may end it and rings; tidies the desk meanwhile.
    async fn sleep(&self, rest: Rest) {
        let until = Instant::now() + rest.longest();
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now()).min(KEPT);
            tokio::select! {
                biased;
                () = self.desk.bell.notified(), if matches!(rest, Rest::Wakeable(_)) => return,
                () = tokio::time::sleep(left) => self.desk.tidy(Instant::now()),
            }
        }
    }

    /// Asks how this kiosk stands with central, then sends everything that may be sent.
    async fn round(&mut self) -> Result<Rest, StoreError> {
        if let Err(failure) = self.stand().await? {
            return Ok(self.pause(failure));
        }
        if let Some(rest) = self.send_all().await? {
            return Ok(rest);
        }
        self.note_success();
        let wait = self.lanes.next_release().map_or(PROBE_EVERY, |at| {
            at.saturating_sub(self.outside.uptime()).max(Duration::from_millis(100))
        });
        Ok(Rest::Wakeable(wait.min(PROBE_EVERY)))
    }

    /// Sends until nothing may be sent any more; the answer is a rest when central is to be left alone.
    async fn send_all(&mut self) -> Result<Option<Rest>, StoreError> {
        // A round that broke off took its requests with it.
        self.lanes.release_all();
        let mut under_way = JoinSet::new();
        let (mut stop, mut taken, mut sent_any, mut personal) = (None, Vec::new(), false, false);
        loop {
            if stop.is_none() {
                self.send_more(&mut under_way).await?;
            }
            if under_way.is_empty() {
                break;
            }
            let first = tokio::select! {
                biased;
                back = under_way.join_next() => back,
                // Somebody confirmed something: its lane may be free.
                () = self.desk.bell.notified(), if stop.is_none() => continue,
            };
            let more = std::iter::from_fn(|| under_way.try_join_next());
            // A way that panicked would be a fault of ours; its entry is still in the store.
            let back: Vec<Back> = first.into_iter().chain(more).filter_map(Result::ok).collect();
            sent_any |= !back.is_empty();
            personal |= back.iter().any(Back::is_personal);
            let (rest, to_renumber) = self.settle(back).await?;
            stop = stop.or(rest);
            taken.extend(to_renumber);
        }
        if personal {
            self.client.forget();
        }
        if !taken.is_empty() && stop.is_none() {
            stop = self.renumber(taken).await?;
        }
        if sent_any && stop.is_none() {
            self.store.call(offline_cache::Store::tidy).await?;
        }
        Ok(stop)
    }

    async fn send_more(&mut self, under_way: &mut JoinSet<Back>) -> Result<(), StoreError> {
        let room = AT_ONCE.saturating_sub(under_way.len());
        if room == 0 {
            return Ok(());
        }
        let free = self.lanes.free(self.outside.uptime());
        for entry in self.store.call(move |store| store.heads(free, room)).await? {
            self.lanes.take(entry.place.lane);
            let client = self.client.clone();
            under_way.spawn(async move {
                let OutboxEntry { place, id, attempts, .. } = entry;
                Back { place, id, attempts, result: client.post(entry).await }
            });
        }
        Ok(())
    }

    /// What came back together is acknowledged together. The answer is a rest when central is to be left alone, and the
    /// entries whose place is taken.
    async fn settle(&mut self, back: Vec<Back>) -> Result<(Option<Rest>, Vec<Place>), StoreError> {
        let now = self.outside.wall();
        let (mut receipts, mut rest, mut taken) = (Vec::new(), None, Vec::new());
        for Back { place, id, attempts, result } in back {
            self.lanes.release(place.lane);
            let failure = match result {
                Ok(receipt) => {
                    receipts.push((place, receipt));
                    continue;
                }
                Err(failure) => failure,
            };
            let dice = self.outside.dice();
            match after(failure.clone(), self.silences, attempts, dice) {
                Next::Rest(_) | Next::Obey(_) => rest = rest.or_else(|| Some(self.pause(failure))),
                Next::Postpone(wait) => {
                    tracing::warn!(seq = %place.seq, ?failure, "central failed on an entry");
                    self.lanes.hold(place.lane, self.outside.uptime() + wait);
                    self.store.call(move |store| store.note_attempt(place)).await?;
                }
                Next::Renumber => {
                    // Held until it is known whether central still believes this kiosk.
                    self.lanes.hold(place.lane, self.outside.uptime() + PROBE_EVERY);
                    taken.push(place);
                }
                Next::SetAside(problem) => {
                    tracing::warn!(seq = %place.seq, kind = problem.kind, "central refused an entry");
                    let reason = problem.clone();
                    self.store.call(move |store| store.set_aside(place, &reason, now)).await?;
                    self.desk.settle(id, Err(problem), Instant::now());
                }
            }
        }
        if !receipts.is_empty() {
            self.acknowledge(receipts).await?;
        }
        Ok((rest, taken))
    }

    async fn acknowledge(&mut self, receipts: Vec<(Place, EntryReceipt)>) -> Result<(), StoreError> {
        let (now, kept) = (self.outside.wall(), receipts.clone());
        self.store.call(move |store| store.acknowledge(&kept, now)).await?;
        self.reached();
        for (place, receipt) in receipts {
            tracing::info!(seq = %place.seq, "an entry reached central");
            self.desk.settle(receipt.entry, Ok(receipt), Instant::now());
        }
        self.count().await?;
        self.note_success();
        Ok(())
    }

    /// Other entries have the places of these: this kiosk is a copy, or goes on after a restore. Only central knows.
    async fn renumber(&mut self, taken: Vec<Place>) -> Result<Option<Rest>, StoreError> {
        if let Err(failure) = self.report_head().await? {
            return Ok(Some(self.pause(failure)));
        }
        let now = self.outside.wall();
        for place in taken {
            let to = self.store.call(move |store| store.renumber(place, now)).await?;
            tracing::warn!(from = %place.seq, %to, "an entry got another place in the series");
            self.lanes.hold(place.lane, self.outside.uptime());
        }
        Ok(None)
    }

    /// Central is not there, or asks to be left alone.
    fn pause(&mut self, failure: Failure) -> Rest {
        let connection = self.connection_after(&failure);
        self.publish(|status| status.connection = connection);
        let dice = self.outside.dice();
        let next = after(failure, self.silences, self.silences, dice);
        self.silences = self.silences.saturating_add(1);
        if self.silences >= 2 {
            self.desk.send_home();
        }
        tracing::info!(?connection, ?next, "central is left alone");
        match next {
            Next::Obey(wait) => Rest::Strict(wait),
            Next::Rest(wait) | Next::Postpone(wait) => Rest::Wakeable(wait),
            Next::SetAside(_) | Next::Renumber => Rest::Wakeable(PROBE_EVERY),
        }
    }

    pub(super) fn reached(&mut self) {
        self.silences = 0;
        self.publish(|status| status.connection = Connection::Online);
    }

    fn note_success(&self) {
        let now = self.outside.wall();
        self.publish(|status| status.last_synced = Some(now));
    }

    async fn count(&self) -> Result<(), StoreError> {
        let counts = self.store.call(|store| store.counts()).await?;
        self.publish(|status| {
            status.waiting = counts.waiting;
            status.set_aside = counts.set_aside;
        });
        Ok(())
    }

    pub(super) fn connection(&self) -> Connection {
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
