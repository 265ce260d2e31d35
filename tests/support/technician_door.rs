//! The technician's door without any hands: a terminal, what its store would keep, and who knocks.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::visit::Visit;
use contract::technician::TechnicianCode;
use kiosk::journey::{
    Answer, Ask, Challenge, CodeFault, DoorNews, Event, Journey, Page, Rules, Sight, Technician,
    TechnicianAnswer, TechnicianAsk, TechnicianTouch, Touch, WayIn,
};
use std::sync::Arc;
use std::time::Duration;

pub const MINUTE: Duration = Duration::from_mins(1);

/// What is kept over a restart, and what was written down.
#[derive(Default)]
pub struct Kept {
    pub wrong: u8,
    pub noted: Vec<(Duration, DoorNews)>,
}

/// A terminal and its store.
pub struct Door {
    pub visit: Visit,
    pub kept: Kept,
    pub made: u64,
    /// The code on the screen, when it was made, and whether it was used.
    pub code: Option<(TechnicianCode, Duration)>,
}

/// Nothing of this needs a service.
pub fn started() -> Visit {
    let journey = Journey::new(Arc::default(), Rules::default());
    Visit { journey, uptime: Duration::ZERO, asked: Vec::new() }
}

pub fn digits(code: &TechnicianCode) -> String {
    code.in_groups().replace(' ', "")
}

impl Door {
    pub fn closed() -> Self {
        Self { visit: started(), kept: Kept::default(), made: 0, code: None }
    }

    pub fn knock(&mut self) {
        for _ in 0..5 {
            self.visit.touch(Touch::Knock);
        }
    }

    /// The store answers what was asked of it.
    pub fn settle(&mut self) {
        while let Some((visit, job, ask)) = self.visit.asked.pop() {
            let Ask::Technician(ask) = ask else { panic!("{ask:?}") };
            let answer = match ask {
                TechnicianAsk::MakeCode => {
                    self.made += 1;
                    let code = TechnicianCode::of(self.made * 1_000_003);
                    self.code = Some((code.clone(), self.visit.uptime));
                    let challenge =
                        Challenge { code, text: "box".to_owned(), is_address: false, wrong: self.kept.wrong };
                    TechnicianAnswer::Code(Ok(challenge))
                }
                TechnicianAsk::Note(news) => {
                    self.kept.wrong = match news {
                        DoorNews::WrongCode => self.kept.wrong + 1,
                        DoorNews::Entered | DoorNews::LockOver => 0,
                        DoorNews::Left => self.kept.wrong,
                    };
                    self.kept.noted.push((self.visit.uptime, news));
                    TechnicianAnswer::Noted(Ok(self.kept.wrong))
                }
                TechnicianAsk::Look => TechnicianAnswer::Seen(Sight::default()),
                TechnicianAsk::Examine(_) | TechnicianAsk::Change(_) => panic!("{ask:?}"),
            };
            self.visit.happen(Event::Answer { visit, job, answer: Answer::Technician(Box::new(answer)) });
        }
    }

    pub fn open(&mut self) {
        self.knock();
        self.settle();
    }

    pub fn type_code(&mut self, typed: &str) {
        self.visit.touch(Touch::Key(kiosk::typing::Key::Clear));
        self.visit.keys(typed);
        self.visit.touch(Touch::Next);
        self.settle();
    }

    pub fn right(&self) -> String {
        digits(&self.code.as_ref().unwrap().0)
    }

    pub fn restart(&mut self) {
        self.visit = started();
        self.code = None;
        self.kept.noted.clear();
    }

    pub fn way(&self) -> Option<&WayIn> {
        match self.visit.journey.page() {
            Page::Technician(technician) => match technician.as_ref() {
                Technician::WayIn(way) => Some(way),
                Technician::Bench(_) => None,
            },
            _ => None,
        }
    }

    pub fn fault(&self) -> Option<CodeFault> {
        match self.way() {
            Some(WayIn::Code(typed)) => typed.fault,
            _ => None,
        }
    }

    pub fn is_in(&self) -> bool {
        matches!(self.visit.journey.page(), Page::Technician(technician) if matches!(technician.as_ref(), Technician::Bench(_)))
    }

    pub fn is_locked(&self) -> bool {
        matches!(self.way(), Some(WayIn::Locked { .. }))
    }

    pub fn is_free(&self) -> bool {
        matches!(self.visit.journey.page(), Page::Attract)
    }

    pub fn news(&self) -> Vec<DoorNews> {
        self.kept.noted.iter().map(|(_, news)| *news).collect()
    }
}

/// A technician who is in, and what is asked for them.
pub fn inside() -> Door {
    let mut door = Door::closed();
    door.open();
    door.type_code(&door.right());
    assert!(door.is_in());
    door
}

pub fn technician(touch: TechnicianTouch) -> Touch {
    Touch::Technician(touch)
}
