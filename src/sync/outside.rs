//! What sync takes from the world: the wall clock and chance. Given from outside, so that a simulation can be run again
//! by its number.

use super::schedule::Dice;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Clock and chance.
#[derive(Clone)]
pub struct Outside {
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: fastrand::Rng,
    started: Instant,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}

impl Outside {
    /// The machine's clock and true chance.
    pub fn real() -> Self {
        Self::new(Timestamp::now, getrandom::u64().unwrap_or_default())
    }

    /// Another clock, and chance that is the same for the same seed.
    pub fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static, seed: u64) -> Self {
        Self { clock: Arc::new(clock), chance: fastrand::Rng::with_seed(seed), started: Instant::now() }
    }

    /// The wall clock, right or wrong.
    pub(super) fn wall(&self) -> Timestamp {
        (self.clock)()
    }

    /// Since the start; never goes back.
    pub(super) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn dice(&mut self) -> Dice {
        Dice(self.chance.f64())
    }
}
