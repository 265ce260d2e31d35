//! Logging in: card, consent, face. Three tries a visit; five failures lock the card out for a time.

use super::event::{Answer, CardTrouble, FaceNews, FaceVerdict, Touch};
use super::{After, Ask, Effect, Journey, LogIn, LogInStep, Now, Page};
use crate::face::FaceHint;
use crate::identity::Resident;

/// How often a face may be tried in one visit before only the other ways remain.
const TRIES: u8 = 3;

impl Journey {
    pub(super) fn open_log_in(&mut self, then: After) -> Vec<Effect> {
        let (job, read) = self.ask(Ask::ReadCard);
        let mut effects =
            self.open(Page::LogIn(LogIn { then, job, step: LogInStep::LayCard, tries_left: TRIES }));
        effects.push(read);
        effects
    }

    pub(super) fn touch_log_in(&mut self, touch: &Touch, _now: Now) -> Vec<Effect> {
        let Page::LogIn(log_in) = &mut self.page else { return Vec::new() };
        let step = std::mem::replace(&mut log_in.step, LogInStep::LayCard);
        match (touch, step) {
            (Touch::AgreeToFace, LogInStep::AskConsent(resident)) => self.look(resident),
            (Touch::TryAgain, LogInStep::FaceTrouble { resident, verdict })
                if log_in.tries_left > 0 && verdict != FaceVerdict::Unavailable =>
            {
                self.look(resident)
            }
            (Touch::TryAgain, LogInStep::CardTrouble(_)) => {
                let (job, read) = self.ask(Ask::ReadCard);
                self.set_log_in(|log_in| log_in.job = job);
                vec![read]
            }
            (_, step) => {
                log_in.step = step;
                Vec::new()
            }
        }
    }

    fn look(&mut self, resident: Resident) -> Vec<Effect> {
        let portrait = resident.portrait.clone();
        let (job, check) = self.ask(Ask::CheckFace(portrait));
        self.set_log_in(|log_in| {
            log_in.job = job;
            log_in.step = LogInStep::Look { resident, hint: FaceHint::LookHere };
        });
        vec![check]
    }

    fn set_log_in(&mut self, change: impl FnOnce(&mut LogIn)) {
        if let Page::LogIn(log_in) = &mut self.page {
            change(log_in);
        }
    }

    pub(super) fn answer_log_in(&mut self, answer: Answer, now: Now) -> Vec<Effect> {
        // A person who lays a card or shows a face is here, without touching anything.
        match answer {
            Answer::Card(result) => {
                self.last_touch = now.uptime;
                let step = match result {
                    Ok(resident) if self.lockouts.is_locked(resident.card, now.uptime) => {
                        LogInStep::CardTrouble(CardTrouble::LockedOut)
                    }
                    Ok(resident) if resident.valid_to.is_over(now.today()) => {
                        LogInStep::CardTrouble(CardTrouble::Expired)
                    }
                    Ok(resident) => LogInStep::AskConsent(resident),
                    Err(trouble) => LogInStep::CardTrouble(trouble),
                };
                self.set_log_in(|log_in| {
                    if matches!(log_in.step, LogInStep::LayCard) {
                        log_in.step = step;
                    }
                });
                Vec::new()
            }
            Answer::Face(FaceNews::Hint(news)) => {
                self.set_log_in(|log_in| {
                    if let LogInStep::Look { hint, .. } = &mut log_in.step {
                        *hint = news;
                    }
                });
                Vec::new()
            }
            Answer::Face(FaceNews::Verdict(verdict)) => {
                self.last_touch = now.uptime;
                self.face_verdict(verdict, now)
            }
            _ => Vec::new(),
        }
    }

    fn face_verdict(&mut self, verdict: FaceVerdict, now: Now) -> Vec<Effect> {
        let Page::LogIn(log_in) = &mut self.page else { return Vec::new() };
        let step = std::mem::replace(&mut log_in.step, LogInStep::LayCard);
        let LogInStep::Look { resident, .. } = step else {
            log_in.step = step;
            return Vec::new();
        };
        if verdict == FaceVerdict::Same {
            self.lockouts.clear(resident.card);
            let then = log_in.then.clone();
            self.resident = Some(resident);
            return match then {
                After::Own(own) => self.own(own, now),
                After::Service(code) => match self.library.find(&code).cloned() {
                    Some(service) => self.open_form(&service, now),
                    None => self.go_home(),
                },
                After::Window(code) => match self.library.find(&code).cloned() {
                    Some(service) => self.open_window(&service, now),
                    None => self.go_home(),
                },
            };
        }
        let card = resident.card;
        log_in.tries_left = log_in.tries_left.saturating_sub(1);
        log_in.step = LogInStep::FaceTrouble { resident, verdict };
        if verdict == FaceVerdict::Different && self.lockouts.count_failure(card, now.uptime) {
            self.set_log_in(|log_in| log_in.step = LogInStep::CardTrouble(CardTrouble::LockedOut));
        }
        Vec::new()
    }
}
