//! The technician's pages (维护模式; XFS4IoT calls it VendorMode): a hidden gesture on the attract page, a code that is used
//! once, then how every part is, and checks of it. Nobody is at the terminal meanwhile, and nothing of a resident is held,
//! asked for or shown.

mod bench;
mod crosses;
mod exam;
mod ticket;
mod way_in;
mod work;

pub use bench::{Bench, BenchPage, Sight, Tool};
pub use crosses::Crosses;
pub use exam::{CELLS, ExamStep, Grid};
pub use ticket::{TicketForm, TicketTouch};
pub(super) use way_in::Doorkeeper;
pub use way_in::{Challenge, CodeFault, CodeTyped, NoWayIn, WayIn};
pub use work::{Aside, Change, Deed, Done as DoneHere, NotDone};

use super::event::{Answer, JobId, Now, Touch};
use super::{Ask, Effect, Journey, Page, VisitId, is_over};
use crate::diagnostics::{Exam, Examined, Eye, FaceSight, Gravity, Subject};
use crate::services::StoreTrouble;
use crate::touch::Felt;
use std::time::Duration;

/// Without a touch for so long, the technician has gone.
const IDLE: Duration = Duration::from_mins(5);

/// Before the door, or behind it.
#[derive(Debug)]
pub enum Technician {
    /// The code is asked for.
    WayIn(WayIn),
    /// The technician is in.
    Bench(Bench),
}

/// What a technician can touch, beside what everybody can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TechnicianTouch {
    /// 换一个码
    AnotherCode,
    /// 再看一次
    Look,
    /// A part of the terminal.
    Open(Subject),
    /// A page that is no part.
    Use(Tool),
    /// The check of the part that is open.
    Examine,
    /// 清楚, 不清楚
    Judge(Eye),
    /// A field of the touch grid.
    Cell(u8),
    /// Where a touch was felt that was aimed at a cross.
    Felt(Felt),
    /// 保存校准
    Calibrate,
    /// From which gravity on the log is shown.
    Filter(Gravity),
    /// Something on a fault ticket.
    Ticket(TicketTouch),
    /// Something is to be changed.
    Change(Change),
}

/// What the technician's pages ask of the outside.
#[derive(Debug)]
pub enum TechnicianAsk {
    /// Make a code and seal it to central.
    MakeCode,
    /// Write down what happened at the door. Never cancelled.
    Note(DoorNews),
    /// Look at everything.
    Look,
    /// Make a check.
    Examine(Exam),
    /// Change something. Never cancelled.
    Change(Change),
}

impl TechnicianAsk {
    /// Whether it may be stopped half-way.
    pub const fn is_stoppable(&self) -> bool {
        !matches!(self, Self::Note(_) | Self::Change(_))
    }
}

/// What happened at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorNews {
    /// The code was right.
    Entered,
    /// It was wrong.
    WrongCode,
    /// The time of the lock is over.
    LockOver,
    /// The technician left.
    Left,
}

/// The answers to them.
#[derive(Debug)]
pub enum TechnicianAnswer {
    /// The code, or why there can be none.
    Code(Result<Challenge, NoWayIn>),
    /// It is written down; how many wrong codes there are now.
    Noted(Result<u8, StoreTrouble>),
    /// How everything is.
    Seen(Sight),
    /// What the face check sees, while its picture is shown.
    Saw(FaceSight),
    /// How a check ended.
    Examined(Examined),
    /// It is changed, or could not be.
    Changed(Result<(), NotDone>),
}

/// What an operator who assists may see of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watchable {
    /// Nothing: no technician is in, or the way in is on the screen.
    Nothing,
    /// Not this page: a face is on it, and a face does not leave the terminal.
    Hidden,
    /// What the technician sees.
    Shown,
}

impl Journey {
    /// Whether an operator sees the technician's screen.
    pub const fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// What an operator who assists may see now. Nothing of a resident is ever seen: a technician's page holds none.
    pub fn watchable(&self) -> Watchable {
        let Page::Technician(technician) = &self.page else { return Watchable::Nothing };
        match technician.as_ref() {
            Technician::WayIn(_) => Watchable::Nothing,
            Technician::Bench(bench) => match bench.page {
                BenchPage::Part { subject: Subject::Camera | Subject::DocumentCamera, .. } => {
                    Watchable::Hidden
                }
                _ => Watchable::Shown,
            },
        }
    }

    /// A touch of the hidden corner.
    pub(super) fn knock(&mut self, now: Now) -> Vec<Effect> {
        if !self.doorkeeper.hears(now.uptime) {
            return Vec::new();
        }
        // Its own visit: no answer to it reaches a resident.
        self.visit = VisitId(self.visit.0 + 1);
        let (job, make) = self.ask_technician(TechnicianAsk::MakeCode);
        self.page = Page::Technician(Box::new(Technician::WayIn(WayIn::Asking { job })));
        vec![make]
    }

    pub(super) fn touch_technician(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        let Page::Technician(technician) = &mut self.page else { return Vec::new() };
        match (technician.as_mut(), touch) {
            (_, Touch::End) => self.leave_technician(),
            (Technician::WayIn(_), touch) => self.touch_way_in(&touch, now),
            (Technician::Bench(_), touch) => self.touch_bench(&touch, now),
        }
    }

    pub(super) fn answer_technician(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Answer::Technician(answer) = answer else { return Vec::new() };
        match &self.page {
            Page::Technician(technician) if matches!(**technician, Technician::Bench(_)) => {
                self.answer_bench(job, *answer, now)
            }
            Page::Technician(_) => self.answer_way_in(job, *answer, now),
            _ => Vec::new(),
        }
    }

    pub(super) fn tick_technician(&mut self, now: Now) -> Vec<Effect> {
        if is_over(self.last_touch, IDLE, now) {
            return self.leave_technician();
        }
        self.tick_bench(now)
    }

    /// Closes the door: whatever was looked at is gone when this returns, and residents can begin.
    pub(super) fn leave_technician(&mut self) -> Vec<Effect> {
        let visit = self.visit;
        let was_in = match &self.page {
            Page::Technician(technician) => technician.is_in(),
            _ => return Vec::new(),
        };
        let mut effects = Vec::new();
        if was_in {
            effects.push(self.ask_technician(TechnicianAsk::Note(DoorNews::Left)).1);
        }
        effects.extend(self.be_free());
        self.visit = VisitId(visit.0 + 1);
        effects.push(Effect::Forget { visit, card_was_read: false });
        effects
    }

    fn ask_technician(&mut self, ask: TechnicianAsk) -> (JobId, Effect) {
        self.ask(Ask::Technician(ask))
    }
}

impl Technician {
    /// Whether the journal says that somebody is in, or is about to.
    const fn is_in(&self) -> bool {
        match self {
            Self::Bench(_) => true,
            Self::WayIn(WayIn::Code(typed)) => typed.is_entering(),
            Self::WayIn(_) => false,
        }
    }
}
