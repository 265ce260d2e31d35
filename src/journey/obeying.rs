//! What operators set, as far as a resident can notice it. It changes between visits only: whoever stands before the
//! terminal finishes under the settings that they began with.

use super::{Effect, Journey, Page};
use contract::language::Language;
use contract::settings::Settings;
use std::sync::Arc;
use std::time::Duration;

/// What became of settings that were to be obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsNews {
    /// They are obeyed from here on.
    Obeyed,
    /// Somebody stands before the terminal; [`SettingsNews::Free`] follows when they have gone.
    Busy,
    /// Nobody stands before the terminal any more.
    Free,
}

/// How long things may take. Operators set them; the defaults are the design's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Without a touch for so long, the countdown is shown.
    pub idle: Duration,
    /// How long the countdown runs before the visit ends (WCAG 2.2.1 asks for 20 s).
    pub grace: Duration,
    /// How long the goodbye stays.
    pub goodbye: Duration,
    /// How long a commit or a receipt may take before the page stops waiting for it.
    pub patience: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(1),
            grace: Duration::from_secs(20),
            goodbye: Duration::from_secs(8),
            patience: Duration::from_secs(30),
        }
    }
}

impl Rules {
    fn under(self, settings: &Settings) -> Self {
        Self {
            idle: settings.idle.duration(),
            grace: settings.grace.duration(),
            goodbye: settings.goodbye.duration(),
            ..self
        }
    }
}

impl Journey {
    /// The same terminal under settings that were in force when it went down.
    #[must_use]
    pub fn obeying(mut self, settings: Arc<Settings>) -> Self {
        self.rules = self.rules.under(&settings);
        self.settings = settings;
        self
    }

    /// What operators set.
    pub const fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Obeys other settings, if nobody stands before the terminal.
    pub(super) fn obey(&mut self, settings: Arc<Settings>) -> Vec<Effect> {
        if !matches!(self.page, Page::Attract) {
            self.is_awaited = true;
            return vec![Effect::Settings(SettingsNews::Busy)];
        }
        self.rules = self.rules.under(&settings);
        self.settings = settings;
        vec![Effect::Settings(SettingsNews::Obeyed)]
    }

    /// The program is to go down, if nobody stands before the terminal.
    pub(super) fn go_down(&mut self) -> Vec<Effect> {
        if !matches!(self.page, Page::Attract) {
            self.is_awaited = true;
            return vec![Effect::Settings(SettingsNews::Busy)];
        }
        vec![Effect::GoDown]
    }

    /// The program will be started anew by the system: from here on nobody begins a visit, if nobody stands there now.
    pub(super) fn hold(&mut self) -> Vec<Effect> {
        if !matches!(self.page, Page::Attract) {
            self.is_awaited = true;
            return vec![Effect::Settings(SettingsNews::Busy)];
        }
        self.is_held = true;
        vec![Effect::Settings(SettingsNews::Obeyed)]
    }

    /// Whether another version of the program is being installed.
    pub const fn is_held(&self) -> bool {
        self.is_held
    }

    /// The goodbye is over.
    pub(super) fn be_free(&mut self) -> Vec<Effect> {
        self.page = Page::Attract;
        self.language = Language::default();
        self.forget_read();
        if std::mem::take(&mut self.is_awaited) {
            vec![Effect::Settings(SettingsNews::Free)]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Event, Now, Touch};
    use crate::services::Library;
    use contract::settings::Seconds;
    use std::time::Duration;

    fn now(second: u64) -> Now {
        let local = jiff::civil::date(2026, 11, 23).at(9, 0, 0, 0);
        Now { uptime: Duration::from_secs(second), local }
    }

    fn patient() -> Arc<Settings> {
        Arc::new(Settings { idle: Seconds::clamped(120), ..Settings::default() })
    }

    fn news(effects: &[Effect]) -> Vec<SettingsNews> {
        let news = |effect: &Effect| match effect {
            Effect::Settings(news) => Some(*news),
            _ => None,
        };
        effects.iter().filter_map(news).collect()
    }

    #[test]
    fn settings_are_obeyed_while_nobody_is_there() {
        let mut journey = Journey::new(Arc::new(Library::default()), Rules::default());
        let effects = journey.handle(Event::Settings(patient()), now(0));
        assert_eq!(news(&effects), [SettingsNews::Obeyed]);
        journey.handle(Event::Touch(Touch::Begin), now(1));
        assert_eq!((journey.countdown(now(100)), journey.countdown(now(121))), (None, Some(20)));
    }

    #[test]
    fn nobody_begins_a_visit_while_another_version_is_installed_and_nobody_is_interrupted_by_it() {
        let mut journey = Journey::new(Arc::new(Library::default()), Rules::default());
        journey.handle(Event::Touch(Touch::Begin), now(0));
        assert_eq!(news(&journey.handle(Event::Hold, now(1))), [SettingsNews::Busy]);
        assert!(!journey.is_held());
        journey.handle(Event::Touch(Touch::End), now(2));
        assert_eq!(news(&journey.handle(Event::Tick, now(11))), [SettingsNews::Free]);
        assert_eq!(news(&journey.handle(Event::Hold, now(12))), [SettingsNews::Obeyed]);
        for touch in [Touch::Begin, Touch::Knock] {
            assert!(journey.handle(Event::Touch(touch), now(13)).is_empty());
        }
        let receipt = Event::Scanned("L-ft-0001-20261123-00007".into());
        journey.handle(receipt, now(14));
        assert!(journey.is_held() && matches!(journey.page(), Page::Attract));
        journey.handle(Event::Release, now(15));
        journey.handle(Event::Touch(Touch::Begin), now(16));
        assert!(matches!(journey.page(), Page::Home));
    }

    #[test]
    fn a_visit_ends_under_the_settings_that_it_began_with() {
        let mut journey = Journey::new(Arc::new(Library::default()), Rules::default());
        journey.handle(Event::Touch(Touch::Begin), now(0));
        assert_eq!(news(&journey.handle(Event::Settings(patient()), now(1))), [SettingsNews::Busy]);
        assert_eq!(journey.countdown(now(61)), Some(19), "the visit's own minute");
        journey.handle(Event::Touch(Touch::End), now(62));
        assert_eq!(news(&journey.handle(Event::Settings(patient()), now(63))), [SettingsNews::Busy]);
        assert_eq!(news(&journey.handle(Event::Tick, now(71))), [SettingsNews::Free], "the goodbye is over");
        assert_eq!(news(&journey.handle(Event::Tick, now(72))), [], "told once");
        assert_eq!(news(&journey.handle(Event::Settings(patient()), now(73))), [SettingsNews::Obeyed]);
    }
}
