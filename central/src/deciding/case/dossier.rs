//! The events of a case in order, and what they add up to.

use super::Recorded;
use super::event::{Closing, Event, Ground};
use crate::Clerk;
use crate::deciding::{Actor, PlainWords};
use contract::calendar::{BeyondCalendar, Calendar, Pause, WorkingDays};
use contract::message::day_in_china;
use contract::{CaseNumber, DepartmentCode, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;

/// How many working days an extension gives (art. 42).
pub(super) const EXTENDED_BY: u16 = 10;

/// What is fixed when a case is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its number.
    pub number: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// The body that decides.
    pub department: DepartmentCode,
    /// Working days from acceptance to decision.
    pub limit: WorkingDays,
    /// 收件
    pub received_at: Timestamp,
}

/// Whether papers were asked for. It is done once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Not yet.
    None,
    /// The applicant is to bring these.
    Asked {
        /// Which.
        papers: Vec<PlainWords>,
    },
    /// The applicant brought them.
    Answered {
        /// The day.
        on: Date,
    },
}

/// The time of an accepted case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// 受理: counting begins on the day after.
    pub accepted_on: Date,
    /// Working days, an extension included.
    pub limit: WorkingDays,
    /// Times that don't count.
    pub pauses: Vec<Pause>,
    /// Why it stands, while it does.
    pub stands: Option<Ground>,
    /// Whether it was extended: it is done once.
    pub extension: Option<PlainWords>,
}

impl Clock {
    fn start(accepted_on: Date, limit: WorkingDays) -> Self {
        Self { accepted_on, limit, pauses: Vec::new(), stands: None, extension: None }
    }
}

/// A case that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// How.
    pub closing: Closing,
    /// When.
    pub at: Timestamp,
}

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// 收件: nobody has said yet whether it is complete.
    Received(Notice),
    /// 受理: the clock runs.
    Accepted(Clock),
    /// 办结
    Closed(Closed),
}

/// The four stamps of a case (收件, 预审, 受理, 办结).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamps {
    /// 收件: it came.
    pub received_at: Timestamp,
    /// 预审: a clerk looked at it first.
    pub reviewed_at: Option<Timestamp>,
    /// 受理: it was accepted, or counts as accepted from then.
    pub accepted_at: Option<Timestamp>,
    /// 办结: it was decided.
    pub closed_at: Option<Timestamp>,
}

/// A case as its events have made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// What was fixed at the beginning.
    pub opening: Opening,
    /// Everything that happened since.
    pub events: Vec<Recorded>,
    /// Where it stands.
    pub stage: Stage,
    /// Who works on it.
    pub holder: Option<Clerk>,
    /// The four stamps.
    pub stamps: Stamps,
}

impl Dossier {
    /// A case that has just come.
    pub fn open(opening: Opening) -> Self {
        let stamps = Stamps {
            received_at: opening.received_at,
            reviewed_at: None,
            accepted_at: None,
            closed_at: None,
        };
        Self { opening, events: Vec::new(), stage: Stage::Received(Notice::None), holder: None, stamps }
    }

    /// A case again, from its opening and its trace.
    pub fn replay(opening: Opening, events: Vec<Recorded>) -> Self {
        let mut dossier = Self::open(opening);
        for recorded in events {
            dossier.apply(recorded);
        }
        dossier
    }

    /// The number of its last event; 0 when nothing has happened.
    pub fn version(&self) -> u32 {
        self.events.last().map_or(0, |recorded| recorded.n)
    }

    /// What happened after a version.
    pub fn since(&self, version: u32) -> Vec<Recorded> {
        self.events.iter().filter(|recorded| recorded.n > version).cloned().collect()
    }

    /// The day on which it came.
    pub fn received_on(&self) -> Date {
        day_in_china(self.opening.received_at)
    }

    /// The last day for the decision; none while the clock stands, papers are asked for, or all is done. Before
    /// acceptance it is the day that holds if nobody says anything (art. 32).
    pub fn due_on(&self, calendar: &Calendar) -> Result<Option<Date>, BeyondCalendar> {
        match &self.stage {
            Stage::Received(Notice::None) => {
                calendar.add_working_days(self.received_on(), self.opening.limit, &[])
            }
            Stage::Received(Notice::Answered { on }) => {
                calendar.add_working_days(*on, self.opening.limit, &[])
            }
            Stage::Received(Notice::Asked { .. }) | Stage::Closed(_) => Ok(None),
            Stage::Accepted(clock) => {
                calendar.add_working_days(clock.accepted_on, clock.limit, &clock.pauses)
            }
        }
    }

    /// The papers that were asked for, whether or not they have come; it is done once.
    pub fn asked(&self) -> &[PlainWords] {
        let asked = self.events.iter().find_map(|recorded| match &recorded.event {
            Event::PapersAsked { papers } => Some(papers.as_slice()),
            _ => None,
        });
        asked.unwrap_or_default()
    }

    /// Adds what happened. Whether it may happen is decided by `handle`; a trace is taken as it is.
    pub(super) fn apply(&mut self, recorded: Recorded) {
        let (at, day) = (recorded.at, day_in_china(recorded.at));
        match &recorded.event {
            Event::Claimed => {
                if let Actor::Clerk { id, department } = &recorded.actor {
                    self.holder = Some(Clerk { id: id.clone(), department: department.clone() });
                    self.stamps.reviewed_at.get_or_insert(at);
                }
            }
            Event::Released => self.holder = None,
            Event::PapersAsked { papers } => {
                self.stage = Stage::Received(Notice::Asked { papers: papers.clone() });
            }
            Event::PapersAnswered => self.stage = Stage::Received(Notice::Answered { on: day }),
            Event::Accepted => self.accept(day, at),
            Event::TakenAsAccepted { from } => self.accept(*from, at),
            Event::Paused { ground } => self.with_clock(|clock| {
                clock.stands = Some(*ground);
                clock.pauses.push(Pause { from: day, until: None });
            }),
            Event::Resumed => self.with_clock(|clock| {
                clock.stands = None;
                if let Some(pause) = clock.pauses.last_mut() {
                    pause.until = Some(day);
                }
            }),
            Event::Extended { reason } => self.with_clock(|clock| {
                clock.extension = Some(reason.clone());
                clock.limit.0 = clock.limit.0.saturating_add(EXTENDED_BY);
            }),
            Event::Closed(closing) => {
                self.stage = Stage::Closed(Closed { closing: closing.clone(), at });
                self.holder = None;
                self.stamps.closed_at = Some(at);
            }
        }
        self.events.push(recorded);
    }

    fn accept(&mut self, on: Date, at: Timestamp) {
        self.stage = Stage::Accepted(Clock::start(on, self.opening.limit));
        self.stamps.accepted_at = Some(at);
    }

    fn with_clock(&mut self, change: impl FnOnce(&mut Clock)) {
        if let Stage::Accepted(clock) = &mut self.stage {
            change(clock);
        }
    }
}
