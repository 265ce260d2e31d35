//! A request that has no answer yet, as the handler that says so and the connection that waits speak of it.
//!
//! A handler never waits by itself: it hands out a [`Hold`], and is asked again when the wait is over. Knows nothing of
//! HTTP, and not what is waited for.

use crate::metrics::Counted;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How it stands with a request that may be asked to wait; one that has none of this is answered at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It may be held.
    Fresh,
    /// It was held, and wants its answer now.
    Waited {
        /// When it came.
        since: Instant,
    },
}

/// Nothing to say yet: the same request is asked again after this time, when there is something, or when central
/// goes down.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    /// How long.
    pub(crate) wait: Duration,
    /// Ends the wait early.
    pub(crate) woken: Arc<Notify>,
    /// Ends with the wait.
    _counted: Arc<Counted>,
}

impl Hold {
    /// One that is counted while it lasts.
    pub(crate) fn new(wait: Duration, woken: Arc<Notify>, counted: Counted) -> Self {
        Self { wait, woken, _counted: Arc::new(counted) }
    }
}
