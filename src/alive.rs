//! Tells the system's manager (systemd) that the screen is there and still answers. Where nobody listens, nothing is said.

use sd_notify::NotifyState;
use slint::{Timer, TimerMode};

/// The screen is there. The heart beats for as long as the result is held.
pub(crate) fn ready() -> Option<Timer> {
    tell(NotifyState::Ready);
    // Two beats may be missed. They come from the screen's own loop: one that hangs is started again.
    let every = sd_notify::watchdog_enabled()? / 3;
    let beat = Timer::default();
    beat.start(TimerMode::Repeated, every, || tell(NotifyState::Watchdog));
    Some(beat)
}

/// It goes down by itself.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the system's manager can't be told how the terminal is");
    }
}
