//! Drafts between a phone and this terminal: somebody who began at home types the code of six digits and goes on here; somebody
//! who has no time now takes the form along. Only where a card was read, and only while there is a line. What comes from a
//! phone is no more believed than what is typed: the form judges it the same way, and says where it came from.

use super::event::{Answer, JobId, KeptDraft, Now, Touch};
use super::{Ask, Connection, DraftKept, Effect, Filing, Journey, Page, Unfinished, is_over};
use crate::typing::{Layout, Typing};
use contract::ServiceCode;
use contract::handoff::{DIGITS, DraftClaim, DraftCode, DraftForPhone};
use jiff::civil::DateTime;
use std::time::Duration;

/// On the way from a phone or to one.
#[derive(Debug)]
pub struct Handoff {
    /// For which service.
    pub service: ServiceCode,
    /// How far it is.
    pub step: HandoffStep,
    /// What to return to.
    pub unfinished: Unfinished,
}

/// The steps of it.
#[derive(Debug)]
pub enum HandoffStep {
    /// The code of a phone is typed.
    Code {
        /// What is typed.
        typing: Typing,
        /// Why it brought nothing.
        fault: Option<HandoffTrouble>,
    },
    /// Central is asked for the draft.
    Claiming {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
    },
    /// Central is to keep the form for a phone.
    Handing {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
    },
    /// It is kept.
    Handed(HandoffTicket),
    /// It could not be.
    NotHanded(HandoffTrouble),
}

/// What a phone opens the form with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffTicket {
    /// The six digits.
    pub code: DraftCode,
    /// Until when, in Shenzhen.
    pub until: DateTime,
    /// The page where they are typed; none where the city has given none.
    pub address: Option<String>,
}

/// Why nothing came from a phone, or went to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoffTrouble {
    /// Not six digits.
    NotACode,
    /// This person has no such draft: a wrong code, another person's, an old and a used one are the same.
    NoSuchDraft,
    /// It is of another service.
    OtherService,
    /// Too many wrong codes.
    Locked,
    /// No line to central.
    Offline,
    /// Nobody answered in time, or central takes no more.
    NoAnswer,
}

impl Journey {
    /// Whether a draft of a phone can be taken here: a card was read for a form that a phone can fill in.
    pub fn can_hand_off(&self) -> bool {
        self.asks_for_card_and_fits_phones() && self.health.connection == Connection::Online
    }

    /// Whether it could be, if there was a line.
    pub fn lacks_line_for_phone(&self) -> bool {
        self.asks_for_card_and_fits_phones() && self.health.connection != Connection::Online
    }

    fn asks_for_card_and_fits_phones(&self) -> bool {
        let filing = match &self.page {
            Page::Filing(filing) => filing,
            Page::DraftKept(kept) => kept.unfinished.filing(),
            _ => return false,
        };
        filing.draft.is_identified() && filing.draft.fits_phones() && self.resident.is_some()
    }

    pub(super) fn open_phone_code(&mut self) -> Vec<Effect> {
        if self.can_hand_off()
            && let Page::Filing(filing) = std::mem::replace(&mut self.page, Page::Home)
        {
            self.page = Page::Handoff(Box::new(Handoff {
                service: filing.draft.service().clone(),
                step: HandoffStep::Code { typing: Typing::new(Layout::Digits, DIGITS), fault: None },
                unfinished: Unfinished::Form(Filing { typing: None, ..filing }),
            }));
        }
        Vec::new()
    }

    /// Takes what was typed so far along to the resident's phone.
    pub(super) fn hand_to_phone(&mut self, now: Now) -> Vec<Effect> {
        let Some(resident) = self.resident.as_ref().filter(|_| self.can_hand_off()) else {
            return Vec::new();
        };
        let id_no = resident.number.clone();
        match std::mem::replace(&mut self.page, Page::Home) {
            Page::DraftKept(DraftKept { service, unfinished, .. }) => {
                let fields = unfinished.filing().draft.for_phone();
                let draft = DraftForPhone { service: service.clone(), id_no, fields };
                let (job, hand) = self.ask(Ask::HandToPhone(draft));
                let step = HandoffStep::Handing { job, since: now.uptime };
                self.page = Page::Handoff(Box::new(Handoff { service, step, unfinished }));
                vec![hand]
            }
            page => {
                self.page = page;
                Vec::new()
            }
        }
    }

    pub(super) fn touch_handoff(&mut self, touch: &Touch, now: Now) -> Vec<Effect> {
        let pinyin = self.library.pinyin();
        let online = self.health.connection == Connection::Online;
        let Page::Handoff(phone) = &mut self.page else { return Vec::new() };
        match (&mut phone.step, touch) {
            (HandoffStep::Code { typing, fault }, Touch::Key(key)) => {
                typing.press(*key, pinyin);
                *fault = None;
                Vec::new()
            }
            (HandoffStep::Code { typing, fault }, Touch::Next | Touch::CloseKeyboard) => {
                match (typing.text().parse::<DraftCode>(), &self.resident) {
                    (Ok(code), Some(resident)) if online => {
                        let (service, id_no) = (phone.service.clone(), resident.number.clone());
                        let (job, claim) = self.ask(Ask::ClaimDraft(DraftClaim { code, service, id_no }));
                        self.step_handoff(HandoffStep::Claiming { job, since: now.uptime });
                        return vec![claim];
                    }
                    (Ok(_), _) => *fault = Some(HandoffTrouble::Offline),
                    (Err(_), _) => *fault = Some(HandoffTrouble::NotACode),
                }
                Vec::new()
            }
            (HandoffStep::Handed(_) | HandoffStep::NotHanded(_), Touch::GoOn) => self.leave_handoff(),
            _ => Vec::new(),
        }
    }

    fn step_handoff(&mut self, step: HandoffStep) {
        if let Page::Handoff(phone) = &mut self.page {
            phone.step = step;
        }
    }

    /// Back to the form as it was left.
    fn leave_handoff(&mut self) -> Vec<Effect> {
        if let Page::Handoff(phone) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = phone.unfinished.into_page();
        }
        Vec::new()
    }

    /// One step back; none where another page is shown.
    pub(super) fn step_back_handoff(&mut self) -> Option<Vec<Effect>> {
        let Page::Handoff(phone) = &self.page else { return None };
        match phone.step {
            // A draft that is on its way would be lost.
            HandoffStep::Claiming { .. } | HandoffStep::Handing { .. } => Some(Vec::new()),
            _ => Some(self.leave_handoff()),
        }
    }

    pub(super) fn answer_handoff(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Handoff(phone) = &self.page else { return Vec::new() };
        match (&phone.step, answer) {
            (HandoffStep::Claiming { job: asked, .. }, Answer::PhoneDraft(found)) if *asked == job => {
                self.last_touch = now.uptime;
                match found {
                    Ok(draft) => self.take_from_phone(draft),
                    Err(why) => {
                        self.handoff_fault(why);
                        Vec::new()
                    }
                }
            }
            (HandoffStep::Handing { job: asked, .. }, Answer::Handed(result)) if *asked == job => {
                self.last_touch = now.uptime;
                self.step_handoff(match result {
                    Ok(ticket) => HandoffStep::Handed(ticket),
                    Err(why) => HandoffStep::NotHanded(why),
                });
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn handoff_fault(&mut self, why: HandoffTrouble) {
        self.step_handoff(HandoffStep::Code {
            typing: Typing::new(Layout::Digits, DIGITS),
            fault: Some(why),
        });
    }

    /// Puts what was typed on the phone into the form, as far as it is right there.
    fn take_from_phone(&mut self, KeptDraft { at, typed }: KeptDraft) -> Vec<Effect> {
        self.leave_handoff();
        if let Page::Filing(filing) = &mut self.page {
            filing.draft.take_up(&typed);
            filing.from_phone = Some(at);
        }
        self.prefill()
    }

    /// Time goes on: an answer that does not come.
    pub(super) fn tick_handoff(&mut self, now: Now) -> Option<Vec<Effect>> {
        let patience = self.rules.patience;
        let Page::Handoff(phone) = &self.page else { return None };
        match phone.step {
            HandoffStep::Claiming { since, .. } if is_over(since, patience, now) => {
                self.handoff_fault(HandoffTrouble::NoAnswer);
                Some(Vec::new())
            }
            HandoffStep::Handing { since, .. } if is_over(since, patience, now) => {
                self.step_handoff(HandoffStep::NotHanded(HandoffTrouble::NoAnswer));
                Some(Vec::new())
            }
            _ => None,
        }
    }
}
