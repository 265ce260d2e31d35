//! The door: who knocks, whose code is right, and for how long nobody is let in. What must outlive a restart is written down
//! before its effect is shown, so that pulling the plug after a wrong code gains nothing; a lock is counted by uptime alone,
//! so that setting the clock gains nothing either. After a restart it begins anew.

use super::{Bench, DoorNews, Technician, TechnicianAnswer, TechnicianAsk, TechnicianTouch};
use crate::journey::event::{JobId, Now, Touch};
use crate::journey::{Effect, Journey, Page, is_over};
use crate::services::StoreTrouble;
use crate::typing::{Key, Layout, Typing};
use contract::technician::{DIGITS, MOST_WRONG, TechnicianCode};
use std::time::Duration;

/// So many touches of the corner,
const KNOCKS: usize = 5;
/// within so long, are meant.
const WITHIN: Duration = Duration::from_secs(5);
/// How long nobody is let in after too many wrong codes.
const LOCKED_FOR: Duration = Duration::from_mins(15);
/// How long a code is good, as [`contract::technician::GOOD_FOR`] says to central.
const GOOD_FOR: Duration = contract::technician::GOOD_FOR.unsigned_abs();

/// What outlives a visit of the technician's pages while the program runs.
#[derive(Debug, Default)]
pub(in crate::journey) struct Doorkeeper {
    knocks: Vec<Duration>,
    /// Since when too many codes were wrong, by uptime; none where that was before the program started.
    locked_since: Option<Duration>,
}

impl Doorkeeper {
    /// A touch of the corner; whether it is the last of the gesture.
    pub(super) fn hears(&mut self, uptime: Duration) -> bool {
        self.knocks.retain(|before| uptime.saturating_sub(*before) < WITHIN);
        self.knocks.push(uptime);
        let is_meant = self.knocks.len() >= KNOCKS;
        if is_meant {
            self.knocks.clear();
        }
        is_meant
    }

    /// When the lock ends, by uptime.
    fn locked_until(&self) -> Duration {
        self.locked_since.unwrap_or_default() + LOCKED_FOR
    }
}

/// The steps before the door.
#[derive(Debug)]
pub enum WayIn {
    /// A code is being made.
    Asking {
        /// Whose answer counts.
        job: JobId,
    },
    /// The code is shown, sealed, and typed.
    Code(CodeTyped),
    /// Nobody is let in until then, by uptime.
    Locked {
        /// When.
        until: Duration,
    },
    /// There is no way in.
    NoWay(NoWayIn),
}

/// What the terminal made for one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The digits that central reads out of it.
    pub code: TechnicianCode,
    /// What the QR code holds: the sealed box, behind the address of the console's page where that is known.
    pub text: String,
    /// Whether it is an address.
    pub is_address: bool,
    /// How many wrong codes there were before it.
    pub wrong: u8,
}

/// Why nobody can be let in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWayIn {
    /// Central was never reached: there is no key to seal to (故障 E12).
    NoKey,
    /// The store does not write the journal, and nobody comes in unwritten.
    Store(StoreTrouble),
}

/// The code's page.
#[derive(Debug)]
pub struct CodeTyped {
    /// What is shown.
    pub challenge: Challenge,
    /// What is typed.
    pub typing: Typing,
    /// What is wrong with it.
    pub fault: Option<CodeFault>,
    made: Duration,
    noting: Option<Noting>,
}

/// What is being written down, until which nothing follows.
#[derive(Debug)]
struct Noting {
    job: JobId,
    news: DoorNews,
}

/// Why a code opened nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Not eight digits.
    NotACode,
    /// Wrong; so many more may be tried.
    Wrong {
        /// How many.
        left: u8,
    },
    /// Its ten minutes are over.
    TooOld,
}

impl CodeTyped {
    fn new(challenge: Challenge, now: Now) -> Self {
        let typing = Typing::new(Layout::Digits, DIGITS);
        Self { challenge, typing, fault: None, made: now.uptime, noting: None }
    }

    /// Whether a code was typed and nothing is said of it yet.
    pub const fn is_busy(&self) -> bool {
        self.noting.is_some()
    }

    /// Whether the right code was typed and is being written down.
    pub(super) const fn is_entering(&self) -> bool {
        matches!(&self.noting, Some(Noting { news: DoorNews::Entered, .. }))
    }

    /// What the typed digits are.
    fn judge(&self, now: Now) -> Result<DoorNews, CodeFault> {
        let typed = self.typing.text();
        if typed.len() != DIGITS {
            Err(CodeFault::NotACode)
        } else if is_over(self.made, GOOD_FOR, now) {
            Err(CodeFault::TooOld)
        } else if self.challenge.code.is(typed) {
            Ok(DoorNews::Entered)
        } else {
            Ok(DoorNews::WrongCode)
        }
    }
}

impl Journey {
    fn code_typed(&mut self) -> Option<&mut CodeTyped> {
        match &mut self.page {
            Page::Technician(technician) => match technician.as_mut() {
                Technician::WayIn(WayIn::Code(typed)) => Some(typed),
                _ => None,
            },
            _ => None,
        }
    }

    fn wait_at_the_door(&mut self, way: WayIn) {
        self.page = Page::Technician(Box::new(Technician::WayIn(way)));
    }

    pub(super) fn touch_way_in(&mut self, touch: &Touch, now: Now) -> Vec<Effect> {
        match touch {
            Touch::Technician(TechnicianTouch::AnotherCode) if !self.is_noting() => self.make_code(),
            Touch::Key(key) => self.type_code(*key),
            Touch::Next | Touch::CloseKeyboard => self.try_code(now),
            _ => Vec::new(),
        }
    }

    fn is_noting(&mut self) -> bool {
        self.code_typed().is_some_and(|typed| typed.is_busy())
    }

    fn make_code(&mut self) -> Vec<Effect> {
        let (job, make) = self.ask_technician(TechnicianAsk::MakeCode);
        self.wait_at_the_door(WayIn::Asking { job });
        vec![make]
    }

    fn type_code(&mut self, key: Key) -> Vec<Effect> {
        let library = std::sync::Arc::clone(&self.library);
        if let Some(typed) = self.code_typed().filter(|typed| typed.noting.is_none()) {
            typed.fault = None;
            typed.typing.press(key, library.pinyin());
        }
        Vec::new()
    }

    /// Judges what was typed. Nothing is said of it before it is written down.
    fn try_code(&mut self, now: Now) -> Vec<Effect> {
        let Some(typed) = self.code_typed().filter(|typed| typed.noting.is_none()) else { return Vec::new() };
        let news = match typed.judge(now) {
            Ok(news) => news,
            Err(fault) => {
                typed.fault = Some(fault);
                return Vec::new();
            }
        };
        let (job, note) = self.ask_technician(TechnicianAsk::Note(news));
        if let Some(typed) = self.code_typed() {
            typed.noting = Some(Noting { job, news });
        }
        vec![note]
    }

    pub(super) fn answer_way_in(&mut self, job: JobId, answer: TechnicianAnswer, now: Now) -> Vec<Effect> {
        let Page::Technician(technician) = &self.page else { return Vec::new() };
        let Technician::WayIn(way) = technician.as_ref() else { return Vec::new() };
        match (way, answer) {
            (WayIn::Asking { job: asked }, TechnicianAnswer::Code(made)) if *asked == job => match made {
                Ok(challenge) => self.show_code(challenge, now),
                Err(why) => self.shut(why),
            },
            // The lock was over, and that is written down now.
            (WayIn::Asking { job: asked }, TechnicianAnswer::Noted(noted)) if *asked == job => match noted {
                Ok(_) => self.make_code(),
                Err(trouble) => self.shut(NoWayIn::Store(trouble)),
            },
            (WayIn::Code(CodeTyped { noting: Some(noting), .. }), TechnicianAnswer::Noted(noted))
                if noting.job == job =>
            {
                match (noting.news, noted) {
                    (DoorNews::Entered, Ok(_)) => self.enter(now),
                    (_, Ok(wrong)) => self.was_wrong(wrong, now),
                    (_, Err(trouble)) => self.shut(NoWayIn::Store(trouble)),
                }
            }
            _ => Vec::new(),
        }
    }

    fn shut(&mut self, why: NoWayIn) -> Vec<Effect> {
        self.wait_at_the_door(WayIn::NoWay(why));
        Vec::new()
    }

    /// Shows a code, unless too many were wrong of late.
    fn show_code(&mut self, challenge: Challenge, now: Now) -> Vec<Effect> {
        if challenge.wrong < MOST_WRONG {
            self.wait_at_the_door(WayIn::Code(CodeTyped::new(challenge, now)));
            return Vec::new();
        }
        let until = self.doorkeeper.locked_until();
        if now.uptime < until {
            self.wait_at_the_door(WayIn::Locked { until });
            return Vec::new();
        }
        self.doorkeeper.locked_since = None;
        let (job, note) = self.ask_technician(TechnicianAsk::Note(DoorNews::LockOver));
        self.wait_at_the_door(WayIn::Asking { job });
        vec![note]
    }

    fn was_wrong(&mut self, wrong: u8, now: Now) -> Vec<Effect> {
        if wrong >= MOST_WRONG {
            self.doorkeeper.locked_since = Some(now.uptime);
            let until = self.doorkeeper.locked_until();
            self.wait_at_the_door(WayIn::Locked { until });
        } else if let Some(typed) = self.code_typed() {
            typed.noting = None;
            typed.typing = Typing::new(Layout::Digits, DIGITS);
            typed.fault = Some(CodeFault::Wrong { left: MOST_WRONG - wrong });
        }
        Vec::new()
    }

    /// The code is used up with the page that held it.
    fn enter(&mut self, now: Now) -> Vec<Effect> {
        let (job, look) = self.ask_technician(TechnicianAsk::Look);
        self.page = Page::Technician(Box::new(Technician::Bench(Bench::new(job, now))));
        vec![look]
    }
}
