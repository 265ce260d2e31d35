//! How long whoever does nothing is waited for: the countdown before a visit ends by itself.

use super::{Effect, Journey, Now, Page};
use std::time::Duration;

/// Whether the countdown was over the page at the last tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Warned {
    #[default]
    No,
    Yes,
}

impl Journey {
    /// Seconds until the visit ends by itself, once the countdown is shown.
    pub fn countdown(&self, now: Now) -> Option<u64> {
        let waits = matches!(
            self.page,
            Page::Attract | Page::Goodbye { .. } | Page::Submitting(_) | Page::Technician(_)
        );
        if waits || self.is_code_live(now) {
            return None;
        }
        let idle = now.uptime.saturating_sub(self.last_touch);
        let left = (self.rules.idle + self.rules.grace).saturating_sub(idle);
        (idle >= self.rules.idle).then(|| left.as_secs().max(1))
    }

    /// Whether it has come over the page since the last tick.
    pub(super) fn note_countdown(&mut self, now: Now) -> Option<Effect> {
        let warned = self.countdown(now).map_or(Warned::No, |_| Warned::Yes);
        let before = std::mem::replace(&mut self.warned, warned);
        (before == Warned::No && warned == Warned::Yes).then_some(Effect::CountsDown)
    }
}

/// Whether so much time has gone by.
pub(super) fn is_over(since: Duration, patience: Duration, now: Now) -> bool {
    now.uptime.saturating_sub(since) >= patience
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Event, Rules, Touch};
    use crate::services::Library;
    use std::sync::Arc;

    #[test]
    fn each_countdown_is_heard_once() {
        let mut journey = Journey::new(Arc::new(Library::default()), Rules::default());
        let idle = Rules::default().idle.as_secs();
        let local = jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0);
        let mut handle =
            |event, second| journey.handle(event, Now { uptime: Duration::from_secs(second), local });
        let is_heard = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::CountsDown));
        handle(Event::Touch(Touch::Begin), 0);
        let mut heard = Vec::new();
        for second in 1..=idle + 5 {
            heard.extend(is_heard(&handle(Event::Tick, second)).then_some(second));
        }
        assert_eq!(heard, [idle]);
        handle(Event::Touch(Touch::KeepGoing), idle + 6);
        let after = |second| 2 * idle + second;
        assert!(!is_heard(&handle(Event::Tick, after(0))) && !is_heard(&handle(Event::Tick, after(5))));
        assert!(is_heard(&handle(Event::Tick, after(6))), "the next one is another");
    }
}
