//! In which language whoever stands here is spoken to. A visit begins in Chinese, or in what was touched to begin it, and
//! nobody finds the language of the visitor before.

use super::{Effect, Journey, Page};
use contract::language::Language;

impl Journey {
    /// In which language the screen speaks.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The language that a touch would change to, where the terminal offers another. Technicians are spoken to in Chinese.
    pub fn other_language(&self) -> Option<Language> {
        let other = self.language.other();
        let offers = self.settings.languages.include(other) && !matches!(self.page, Page::Technician(_));
        offers.then_some(other)
    }

    /// The screen speaks the other language from here on; before the first page, the visit begins in it.
    pub(super) fn switch_language(&mut self) -> Vec<Effect> {
        let Some(other) = self.other_language() else { return Vec::new() };
        let effects = match self.page {
            Page::Attract | Page::Goodbye { .. } => self.begin(),
            _ => Vec::new(),
        };
        self.language = other;
        effects
    }
}

#[cfg(test)]
mod tests {
    use crate::journey::{Event, Journey, Now, Page, Rules, Touch};
    use crate::services::Library;
    use contract::language::{Language, Languages};
    use contract::settings::Settings;
    use jiff::civil::date;
    use std::sync::Arc;
    use std::time::Duration;

    fn at(seconds: u64) -> Now {
        Now { uptime: Duration::from_secs(seconds), local: date(2026, 11, 23).at(9, 0, 0, 0) }
    }

    fn terminal() -> Journey {
        Journey::new(Arc::new(Library::default()), Rules::default())
    }

    fn touch(journey: &mut Journey, touch: Touch, seconds: u64) {
        journey.handle(Event::Touch(touch), at(seconds));
    }

    #[test]
    fn who_touches_english_begins_in_english_and_may_change_back() {
        let mut journey = terminal();
        touch(&mut journey, Touch::OtherLanguage, 1);
        assert!(matches!(journey.page(), Page::Home));
        assert_eq!(journey.language(), Language::English);
        touch(&mut journey, Touch::OtherLanguage, 2);
        assert!(matches!(journey.page(), Page::Home));
        assert_eq!(journey.language(), Language::Chinese);
    }

    #[test]
    fn the_goodbye_is_said_in_the_language_of_the_visit_and_the_next_one_begins_in_chinese() {
        let mut journey = terminal();
        touch(&mut journey, Touch::OtherLanguage, 1);
        touch(&mut journey, Touch::End, 2);
        assert_eq!(journey.language(), Language::English);
        journey.handle(Event::Tick, at(60));
        assert!(matches!(journey.page(), Page::Attract));
        assert_eq!(journey.language(), Language::Chinese);
        touch(&mut journey, Touch::OtherLanguage, 61);
        touch(&mut journey, Touch::End, 62);
        touch(&mut journey, Touch::Begin, 63);
        assert_eq!(journey.language(), Language::Chinese);
    }

    #[test]
    fn where_chinese_alone_is_offered_nothing_changes() {
        let settings = Settings { languages: Languages::Chinese, ..Settings::default() };
        let mut journey = terminal().obeying(Arc::new(settings));
        assert_eq!(journey.other_language(), None);
        touch(&mut journey, Touch::OtherLanguage, 1);
        assert!(matches!(journey.page(), Page::Attract));
    }
}
