//! Tells the system's manager (systemd) that the screen is there and still answers. Where nobody listens, nothing is said.

use sd_notify::NotifyState;
use slint::{Timer, TimerMode};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Beats for as long as it is held.
pub(crate) struct Heart(Rc<RefCell<Option<Timer>>>);

impl Heart {
    /// Begins to beat when the event loop has shown the window; `say` is called then.
    pub(crate) fn once_shown(say: impl FnOnce() + 'static) -> Self {
        let heart = Rc::new(RefCell::default());
        let timer = Rc::clone(&heart);
        Timer::single_shot(Duration::ZERO, move || {
            say();
            *timer.borrow_mut() = begin();
        });
        Self(heart)
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.0.take();
        tell(NotifyState::Stopping);
    }
}

fn begin() -> Option<Timer> {
    tell(NotifyState::Ready);
    // Two beats may be missed. They come from the screen's own loop: one that hangs is started again.
    let every = sd_notify::watchdog_enabled()? / 3;
    let beat = Timer::default();
    beat.start(TimerMode::Repeated, every, || tell(NotifyState::Watchdog));
    Some(beat)
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the system's manager can't be told how the terminal is");
    }
}
