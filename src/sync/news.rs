//! Desired states as they come in: taken into the store, or refused with a reason that is kept for the report. Whoever waits
//! for one is told.
//!
//! They come by two ways: [`follow`] holds a request at central and has each within a second, `drain` asks with its signs of
//! life and finds what the other missed.

use super::client::{CentralClient, Failure};
use super::outside::Outside;
use contract::desired::{Refusal, SignedDesired};
use contract::report::RefusedReport;
use jiff::Timestamp;
use offline_cache::{StoreError, StoreHandle};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long to wait after a request that brought nothing, between half and one and a half of it: kiosks that lost central
/// together do not come back together.
const POLL_EVERY: Duration = Duration::from_secs(20);

/// The least time between two requests, whatever a server answers.
const LEAST: Duration = Duration::from_millis(500);

/// What is known of desired states that came in.
#[derive(Clone, Debug, Default)]
pub struct DesiredNews {
    refused: Arc<Mutex<Option<RefusedReport>>>,
    bell: Arc<watch::Sender<()>>,
}

impl DesiredNews {
    /// Rings whenever a state is taken or refused.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }

    /// The last that was refused since the program started; none once one was taken.
    pub fn refused(&self) -> Option<RefusedReport> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a state into the store; whether it was taken. One that is not believed changes nothing: what is in force goes
    /// on.
    pub(super) async fn take_in(&self, store: &StoreHandle, signed: SignedDesired, now: Timestamp) -> bool {
        let version = signed.claimed_version();
        let refused = match store.call(move |store| store.adopt(&signed, now)).await {
            Ok(()) => None,
            // It came by the other way a moment before.
            Err(StoreError::Refused(Refusal::Version { got, floor })) if got == floor => return true,
            Err(StoreError::Refused(why)) => Some(RefusedReport { version, why }),
            Err(error) => {
                tracing::error!(%error, "the desired state can't be kept");
                return false;
            }
        };
        let is_taken = refused.is_none();
        let mut last = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_taken && *last == refused {
            return false;
        }
        if let Some(RefusedReport { why, .. }) = &refused {
            tracing::error!(%why, "the desired state is not taken");
        }
        *last = refused;
        self.bell.send_replace(());
        is_taken
    }
}

/// Holds a request at central for as long as it is polled, and takes in what comes.
pub(super) async fn follow(
    store: StoreHandle,
    client: CentralClient,
    news: DesiredNews,
    mut outside: Outside,
) {
    loop {
        let rests = match next(&store, &client).await {
            Ok(Some(signed)) => {
                let now = outside.wall();
                // One that is refused is there again at once: it is not asked for in a circle.
                !news.take_in(&store, signed, now).await
            }
            Ok(None) => false,
            Err(failure) => {
                tracing::debug!(?failure, "no desired state comes in");
                true
            }
        };
        let rest = if rests { POLL_EVERY.mul_f64(0.5 + outside.dice().0) } else { LEAST };
        tokio::time::sleep(rest).await;
    }
}

/// A store that does not answer has nothing to be told; the drain says so.
async fn next(store: &StoreHandle, client: &CentralClient) -> Result<Option<SignedDesired>, Failure> {
    match store.call(|store| Ok(store.desired_version())).await {
        Ok(version) => client.desired(version).await,
        Err(_) => Err(Failure::Offline),
    }
}
