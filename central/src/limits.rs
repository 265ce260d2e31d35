//! How much one caller may ask, so that one that runs wild, or was taken over, does not keep the others waiting.

use contract::KioskId;
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// A kiosk that comes back may hand over its whole outbox at once (10,000 entries, and what belongs to it) …
const KIOSK_BURST: NonZeroU32 = NonZeroU32::new(12_000).unwrap();
/// … and from then on asks as often as a hundred residents at once would make it ask.
const KIOSK_A_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// Somebody who checks papers types a few codes a minute; guessing twelve characters takes more than that.
const VISITOR_BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();
const VISITOR_A_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// A phone asks a few times for one payment, and a mobile operator has many phones behind one address.
const PAYER_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const PAYER_A_MINUTE: NonZeroU32 = NonZeroU32::new(120).unwrap();

/// Somebody who hands pictures over opens the page and sends a few times; nobody guesses a token in so many tries.
const PHONE_BURST: NonZeroU32 = NonZeroU32::new(40).unwrap();
const PHONE_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// A terminal that waits to be approved asks every few seconds, and a workshop sets up several behind one address.
const NEWCOMER_BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();
const NEWCOMER_A_MINUTE: NonZeroU32 = NonZeroU32::new(120).unwrap();

/// An operator types a name, a password and a code; whoever guesses names takes more than that.
const LOG_IN_BURST: NonZeroU32 = NonZeroU32::new(30).unwrap();
const LOG_INS_A_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// A channel brings its notices from a few addresses, and all that waited when central comes back; whoever invents notices
/// has central check no more signatures than this.
const CHANNEL_BURST: NonZeroU32 = NonZeroU32::new(500).unwrap();
const CHANNEL_A_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// Callers remembered before those who have been silent are forgotten.
const REMEMBERED: usize = 20_000;

/// The limit of one kind of callers.
pub(crate) struct Limit<K: Hash + Eq + Clone>(Arc<RateLimiter<K, HashMapStateStore<K>, DefaultClock>>);

impl<K: Hash + Eq + Clone> Clone for Limit<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Limit<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limit")
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn of(quota: Quota) -> Self {
        Self(Arc::new(RateLimiter::hashmap(quota)))
    }

    /// Takes one of the caller's turns, or says after how long there will be one.
    pub(crate) fn take(&self, caller: &K) -> Result<(), Duration> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(caller).map_err(|not_yet| not_yet.wait_time_from(DefaultClock::default().now()))
    }
}

/// The limit of terminals.
pub(crate) fn kiosks() -> Limit<KioskId> {
    Limit::of(Quota::per_second(KIOSK_A_SECOND).allow_burst(KIOSK_BURST))
}

/// The limit of the public's look-ups, by address.
pub(crate) fn visitors() -> Limit<IpAddr> {
    Limit::of(Quota::per_minute(VISITOR_A_MINUTE).allow_burst(VISITOR_BURST))
}

/// The limit of phones that pay, by address.
pub(crate) fn payers() -> Limit<IpAddr> {
    Limit::of(Quota::per_minute(PAYER_A_MINUTE).allow_burst(PAYER_BURST))
}

/// The limit of phones that hand pictures over, by address.
pub(crate) fn phones() -> Limit<IpAddr> {
    Limit::of(Quota::per_minute(PHONE_A_MINUTE).allow_burst(PHONE_BURST))
}

/// The limit of terminals without a certificate, by address.
pub(crate) fn newcomers() -> Limit<IpAddr> {
    Limit::of(Quota::per_minute(NEWCOMER_A_MINUTE).allow_burst(NEWCOMER_BURST))
}

/// The limit of log-ins at the console, by address.
pub(crate) fn log_ins() -> Limit<IpAddr> {
    Limit::of(Quota::per_minute(LOG_INS_A_MINUTE).allow_burst(LOG_IN_BURST))
}

/// The limit of what brings payment channels' notices, by address.
pub(crate) fn channels() -> Limit<IpAddr> {
    Limit::of(Quota::per_second(CHANNEL_A_SECOND).allow_burst(CHANNEL_BURST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_that_runs_wild_waits_and_its_neighbour_does_not() {
        let limit = kiosks();
        let (wild, calm): (KioskId, KioskId) = ("ft-0001".parse().unwrap(), "ft-0002".parse().unwrap());
        let passed = (0..15_000).filter(|_| limit.take(&wild).is_ok()).count();
        assert!((12_000..15_000).contains(&passed), "{passed}");
        assert!(limit.take(&wild).unwrap_err() <= Duration::from_millis(10), "its next turn comes");
        assert_eq!(limit.take(&calm), Ok(()));
    }
}
