//! How terminals come to their documents: they ask and are held, and whoever is concerned by a change is answered at once.
//!
//! An instance sees by the generation that something has changed, be it by its own hands, another instance's or the command
//! line's. It looks at the fleet anew, and wakes those whose document would be another one now.

use super::acts;
use super::compose::{compose, last};
use super::error::FleetError;
use super::reports;
use super::snapshot::{Content, Snapshot, generation};
use crate::keys::Keys;
use crate::store::{Sql, Store, StoreError};
use contract::KioskId;
use contract::desired::SignedDesired;
use contract::report::Report;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, interval};

/// How often an instance looks whether anything has changed.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How often it looks whether anything follows from what terminals have said.
const CONCLUDE_EVERY: Duration = Duration::from_secs(1);

/// Documents that are composed at the same time. A change of the city wakes everybody at once, and whoever is woken waits here for a
/// turn: the store's queue is for those who are not held.
const COMPOSED_AT_ONCE: usize = 256;

/// How often a document is composed anew because the fleet changed meanwhile.
const TRIES: u32 = 5;

/// What a terminal that asks is told.
#[derive(Debug)]
pub enum Answer {
    /// Its document, newer than what it has.
    Newer(SignedDesired),
    /// It has the newest. Whoever waits is woken when that changes.
    Nothing(Arc<Notify>),
}

/// The fleet, as terminals meet it.
pub struct Fleet {
    store: Arc<dyn Store>,
    keys: Arc<Keys>,
    state: Mutex<State>,
    composing: Semaphore,
}

#[derive(Default)]
struct State {
    snapshot: Arc<Snapshot>,
    /// Who is held, and what it has.
    held: HashMap<KioskId, ([u8; 32], Arc<Notify>)>,
}

impl Fleet {
    /// The fleet that a store remembers; it is looked at when it is first asked for.
    pub fn new(store: Arc<dyn Store>, keys: Arc<Keys>) -> Self {
        Self { store, keys, state: Mutex::default(), composing: Semaphore::new(COMPOSED_AT_ONCE) }
    }

    /// What a terminal is told that has seen versions up to `after`.
    pub async fn ask(&self, kiosk: &KioskId, after: u64, now: Timestamp) -> Result<Answer, FleetError> {
        for _ in 0..TRIES {
            let (content, of_generation) = self.content(kiosk);
            if let Some(last) = self.last(kiosk).await?
                && last.is(&content, now)
            {
                if last.version > after {
                    return Ok(Answer::Newer(last.signed));
                }
                if last.version == after {
                    return Ok(Answer::Nothing(self.hold(kiosk, content.digest)));
                }
            }
            let (keys, kiosk) = (Arc::clone(&self.keys), kiosk.clone());
            // Nobody closes it.
            let _turn = self.composing.acquire().await;
            let composed = self.store.change(move |sql: &mut dyn Sql| {
                compose(sql, &keys, &kiosk, after, &content, of_generation, now)
            });
            match composed.await {
                Ok(signed) => return Ok(Answer::Newer(signed)),
                Err(FleetError::Stale) => self.look().await?,
                Err(error) => return Err(error),
            }
        }
        Err(FleetError::Stale)
    }

    /// The version that a terminal should have. One that is not composed yet is named by the number that it may get; 0: none
    /// was ever composed for it.
    pub async fn version(&self, kiosk: &KioskId, now: Timestamp) -> Result<u64, StoreError> {
        let (content, _) = self.content(kiosk);
        Ok(match self.last(kiosk).await? {
            Some(last) if last.is(&content, now) => last.version,
            Some(last) => last.version.saturating_add(1),
            None => 0,
        })
    }

    /// Takes a terminal's report.
    pub async fn report(&self, kiosk: KioskId, report: Report, at: Timestamp) -> Result<(), StoreError> {
        self.store.change(move |sql: &mut dyn Sql| reports::take(sql, &kiosk, &report, at)).await
    }

    /// Looks at the fleet anew, and wakes whom a change concerns. Called after an act, so that nobody waits for the next
    /// look.
    pub async fn look(&self) -> Result<(), StoreError> {
        let snapshot = Arc::new(self.store.read(Snapshot::load).await?);
        let mut state = self.state();
        if snapshot.generation < state.snapshot.generation {
            return Ok(());
        }
        state.snapshot = Arc::clone(&snapshot);
        state.held.retain(|kiosk, (has, woken)| {
            let is_concerned = snapshot.content(kiosk, self.keys.sealing()).digest != *has;
            if is_concerned {
                woken.notify_one();
            }
            // A connection that has gone leaves nobody to be woken.
            !is_concerned && Arc::strong_count(woken) > 1
        });
        Ok(())
    }

    /// Looks after the fleet for as long as it is polled.
    pub async fn tend(&self) {
        let (mut looking, mut concluded) = (interval(LOOK_EVERY), Instant::now());
        loop {
            looking.tick().await;
            let mut tended = self.look_if_changed().await;
            if tended.is_ok() && concluded.elapsed() >= CONCLUDE_EVERY {
                concluded = Instant::now();
                tended = self.conclude(Timestamp::now()).await;
            }
            if let Err(error) = tended {
                tracing::error!(%error, "the fleet can't be looked after now");
            }
        }
    }

    async fn look_if_changed(&self) -> Result<(), FleetError> {
        let newest = self.store.read(generation).await?;
        let known = self.state().snapshot.generation;
        if newest != known {
            self.look().await?;
        }
        Ok(())
    }

    /// Draws the conclusions of what terminals have said.
    async fn conclude(&self, now: Timestamp) -> Result<(), FleetError> {
        if self.store.read(move |sql: &mut dyn Sql| acts::is_due(sql, now)).await? {
            self.store.change(move |sql: &mut dyn Sql| acts::conclude(sql, now)).await?;
            self.look().await?;
        }
        Ok(())
    }

    async fn last(&self, kiosk: &KioskId) -> Result<Option<super::compose::Last>, StoreError> {
        let kiosk = kiosk.clone();
        self.store.read(move |sql: &mut dyn Sql| last(sql, &kiosk)).await
    }

    fn content(&self, kiosk: &KioskId) -> (Content, i64) {
        let snapshot = Arc::clone(&self.state().snapshot);
        (snapshot.content(kiosk, self.keys.sealing()), snapshot.generation)
    }

    /// Whoever is told of a change that concerns this terminal.
    fn hold(&self, kiosk: &KioskId, has: [u8; 32]) -> Arc<Notify> {
        let woken = Arc::new(Notify::new());
        let mut state = self.state();
        // It may have changed since it was asked.
        if state.snapshot.content(kiosk, self.keys.sealing()).digest == has {
            state.held.insert(kiosk.clone(), (has, Arc::clone(&woken)));
        } else {
            woken.notify_one();
        }
        woken
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fleet").field("held", &self.state().held.len()).finish_non_exhaustive()
    }
}
