//! A code that was held before the scanner (扫码器). A receipt's stands for its number, which nobody has to type then; a guide's for
//! its service. What it is not for is told, and forgotten. Where no page offers it, a code is nothing.

use super::affairs_page::{AffairsStep, AffairsTrouble};
use super::event::Now;
use super::{Effect, Journey, Page};
use contract::report::Duty;
use contract::{CaseNumber, LocalNumber, ProjectCode, Secret, ServiceCode};

/// What a code stands for.
#[derive(Debug, PartialEq)]
enum Meaning {
    /// The number of a case or a project, as it is typed.
    Number(String),
    /// A service, from its guide.
    Service(ServiceCode),
    /// A receipt that was printed before central had its case.
    NotReceived,
    /// Something else.
    Other,
}

impl Journey {
    pub(super) fn scanned(&mut self, code: &Secret<String>, now: Now) -> Vec<Effect> {
        let meaning = meaning(code.expose());
        let (is_free, is_home) = match &self.page {
            // Whoever stands there is to read what is over the page.
            _ if self.emergency().is_some() || self.is_held => return Vec::new(),
            // Somebody else's code begins no visit.
            Page::Attract | Page::Goodbye { .. } if meaning == Meaning::Other => return Vec::new(),
            Page::Attract | Page::Goodbye { .. } if self.health.duty == Duty::InService => (true, true),
            Page::Home => (false, true),
            Page::Affairs(affairs) if matches!(affairs.step, AffairsStep::Number { .. }) => (false, false),
            _ => return Vec::new(),
        };
        self.last_touch = now.uptime;
        let mut effects = if is_free { self.begin() } else { Vec::new() };
        let meaning = match meaning {
            Meaning::Service(code) if self.library.find(&code).is_some() => {
                effects.extend(self.choose(&code));
                return effects;
            }
            meaning => meaning,
        };
        if is_home {
            effects.extend(self.open_affairs());
        }
        effects.extend(match meaning {
            Meaning::Number(number) => self.find_scanned(&number, now),
            Meaning::NotReceived => self.affairs_fault(AffairsTrouble::NotReceived),
            Meaning::Service(_) | Meaning::Other => self.affairs_fault(AffairsTrouble::OtherCode),
        });
        effects
    }

    /// As if it had been typed.
    fn find_scanned(&mut self, number: &str, now: Now) -> Vec<Effect> {
        if let Page::Affairs(affairs) = &mut self.page
            && let AffairsStep::Number { typing, .. } = &mut affairs.step
        {
            typing.set_text(number);
        }
        self.find(now)
    }
}

/// What our own papers carry: the number of a case or a project, the local number, the address of a guide.
fn meaning(code: &str) -> Meaning {
    if let Ok(case) = code.parse::<CaseNumber>() {
        return Meaning::Number(case.to_string());
    }
    if code.parse::<ProjectCode>().is_ok() {
        return Meaning::Number(code.replace('-', ""));
    }
    if code.parse::<LocalNumber>().is_ok() {
        return Meaning::NotReceived;
    }
    let guide = code.rsplit_once("/guide/").and_then(|(_, service)| service.parse().ok());
    guide.map_or(Meaning::Other, Meaning::Service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Ask, Connection, Event, Health, Rules, Touch};
    use crate::services::Library;
    use std::sync::Arc;
    use std::time::Duration;

    fn case() -> String {
        CaseNumber::compose(440_304, jiff::civil::date(2026, 11, 23), 1).unwrap().to_string()
    }

    fn now() -> Now {
        Now { uptime: Duration::from_secs(9), local: jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0) }
    }

    fn at_home() -> Journey {
        let mut journey = Journey::new(Arc::new(Library::default()), Rules::default());
        let health = Health { connection: Connection::Online, ..Health::default() };
        journey.handle(Event::Health(health), now());
        journey.handle(Event::Touch(Touch::Begin), now());
        journey
    }

    fn scan(journey: &mut Journey, code: &str) -> Vec<Effect> {
        journey.handle(Event::Scanned(Secret::from(code)), now())
    }

    fn fault(journey: &Journey) -> Option<AffairsTrouble> {
        let Page::Affairs(affairs) = journey.page() else { return None };
        let AffairsStep::Number { fault, .. } = &affairs.step else { return None };
        *fault
    }

    #[test]
    fn a_receipt_is_asked_about_from_the_first_page_and_from_the_number() {
        for opens in [None, Some(Touch::OpenAffairs)] {
            let mut journey = at_home();
            if let Some(touch) = opens {
                journey.handle(Event::Touch(touch), now());
            }
            let effects = scan(&mut journey, &case());
            let asks = |effect: &Effect| matches!(effect, Effect::Ask { ask: Ask::FindCase(asked), .. } if asked.as_str() == case());
            assert!(effects.iter().any(asks), "{effects:?}");
        }
    }

    #[test]
    fn whoever_holds_something_before_it_is_there() {
        let mut journey = at_home();
        let later = |seconds| Now { uptime: now().uptime + Duration::from_secs(seconds), ..now() };
        journey.handle(Event::Scanned(Secret::from("https://example.org")), later(50));
        assert!(journey.countdown(later(70)).is_none());
        assert!(journey.countdown(later(111)).is_some());
    }

    #[test]
    fn a_project_is_asked_about_by_its_board() {
        let mut journey = at_home();
        let code = ProjectCode::typed("20264403040000000001").unwrap();
        let effects = scan(&mut journey, code.as_str());
        let asks = |effect: &Effect| matches!(effect, Effect::Ask { ask: Ask::FindProject(asked), .. } if *asked == code);
        assert!(effects.iter().any(asks), "{effects:?} {:?}", fault(&journey));
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        for (code, why) in [
            ("L-ft-0001-20261130-00007", AffairsTrouble::NotReceived),
            ("ft-0001-20261130-00007", AffairsTrouble::OtherCode),
            ("https://example.org/health", AffairsTrouble::OtherCode),
            ("https://example.org/guide/SZ-XX-999999", AffairsTrouble::OtherCode),
            ("https://example.org/guide/../../etc", AffairsTrouble::OtherCode),
        ] {
            let mut journey = at_home();
            assert!(scan(&mut journey, code).is_empty());
            assert_eq!(fault(&journey), Some(why), "{code}");
            // The next one is taken as if nothing had been.
            assert_eq!(scan(&mut journey, &case()).len(), 1, "{code}");
        }
    }

    #[test]
    fn without_a_line_the_number_is_kept_and_the_reason_told() {
        let mut journey = at_home();
        journey.handle(Event::Health(Health::default()), now());
        assert!(scan(&mut journey, &case()).is_empty());
        assert_eq!(fault(&journey), Some(AffairsTrouble::Offline));
    }

    #[test]
    fn a_receipt_begins_a_visit_and_somebody_elses_code_or_a_terminal_out_of_service_none() {
        let mut journey = at_home();
        journey.handle(Event::Touch(Touch::End), now());
        scan(&mut journey, "https://example.org/health");
        assert!(matches!(journey.page(), Page::Attract | Page::Goodbye { .. }), "{:?}", journey.page());
        let away = Health { duty: Duty::OutOfService, ..journey.health() };
        let health = std::mem::replace(&mut journey.health, away);
        scan(&mut journey, &case());
        assert!(matches!(journey.page(), Page::Attract | Page::Goodbye { .. }), "{:?}", journey.page());
        journey.health = health;
        let before = journey.visit();
        assert_eq!(scan(&mut journey, &case()).len(), 1);
        assert!(journey.visit() > before && matches!(journey.page(), Page::Affairs(_)));
    }

    #[test]
    fn where_no_page_offers_it_a_code_is_nothing() {
        let mut journey = at_home();
        journey.handle(Event::Touch(Touch::OpenSearch), now());
        assert!(scan(&mut journey, &case()).is_empty());
        assert!(matches!(journey.page(), Page::Search(_)));
    }
}
