//! Who may do what with a case, and when.

use super::Recorded;
use super::dossier::{Dossier, EXTENDED_BY, Notice, Stage};
use super::event::{Closing, Event, Ground};
use super::refusal::Refusal;
use crate::Clerk;
use crate::deciding::{Actor, PlainWords};
use contract::KioskId;
use contract::calendar::{BeyondCalendar, Calendar, WorkingDays};
use contract::message::day_in_china;
use jiff::Timestamp;
use jiff::civil::Date;

/// Within how many working days papers may be asked for (art. 32).
pub const NOTICE_DAYS: WorkingDays = WorkingDays(5);

/// By how many working days a case may be extended once (art. 42).
pub const EXTENSION: WorkingDays = WorkingDays(EXTENDED_BY);

/// The most papers of one notice.
const MAX_PAPERS: usize = 10;

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Take the case.
    Claim,
    /// Give it back.
    Release,
    /// 受理
    Accept,
    /// 通知补正
    Ask {
        /// What is missing.
        papers: Vec<PlainWords>,
    },
    /// 准予
    Approve,
    /// 不予; of a case that is not accepted, 不予受理.
    Refuse {
        /// Why.
        reason: PlainWords,
    },
    /// 特别程序
    Pause {
        /// Why.
        ground: Ground,
    },
    /// The clock runs again.
    Resume,
    /// 延期
    Extend {
        /// Why.
        reason: PlainWords,
    },
    /// The applicant brings the papers.
    Answer,
    /// The applicant takes the application back.
    Withdraw,
}

/// Who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who<'a> {
    /// A clerk.
    Clerk(&'a Clerk),
    /// The applicant, at a terminal that has checked who it is.
    Applicant(&'a KioskId),
}

impl Dossier {
    /// Does something with the case, or says why not. `seen` is the version that whoever acts has looked at. The events
    /// are applied and answered; what the law has made happen meanwhile comes first.
    pub fn handle(
        &mut self,
        seen: u32,
        act: &Act,
        who: Who<'_>,
        now: Timestamp,
        calendar: &Calendar,
    ) -> Result<Vec<Recorded>, Refusal> {
        if seen != self.version() {
            return Err(Refusal::Changed { seen, since: self.since(seen) });
        }
        let mut next = self.clone();
        next.lapse(now, calendar)?;
        let (actor, events) = match (act, who) {
            (Act::Answer | Act::Withdraw, Who::Applicant(kiosk)) => {
                (Actor::Applicant { kiosk: kiosk.clone() }, next.by_applicant(act)?)
            }
            (Act::Answer | Act::Withdraw, Who::Clerk(_)) | (_, Who::Applicant(_)) => {
                return Err(Refusal::NotYours);
            }
            (_, Who::Clerk(clerk)) => (Actor::clerk(clerk), next.by_clerk(act, clerk)?),
        };
        for event in events {
            next.record(now, actor.clone(), event);
        }
        // A case whose deadline nobody can compute is not changed.
        next.due_on(calendar)?;
        let happened = next.since(seen);
        *self = next;
        Ok(happened)
    }

    /// What the law has made happen by a day (art. 32): a case about which nobody gave notice in five working days counts
    /// as accepted from the day on which it was complete.
    pub fn lapse(&mut self, now: Timestamp, calendar: &Calendar) -> Result<(), BeyondCalendar> {
        let complete_since = match &self.stage {
            Stage::Received(Notice::None) => self.received_on(),
            Stage::Received(Notice::Answered { on }) => *on,
            Stage::Received(Notice::Asked { .. }) | Stage::Accepted(_) | Stage::Closed(_) => return Ok(()),
        };
        if notice_is_too_late(complete_since, day_in_china(now), calendar)? {
            self.record(now, Actor::Law, Event::TakenAsAccepted { from: complete_since });
        }
        Ok(())
    }

    /// Decides a case by rules at once: it is accepted and closed in one breath.
    pub fn decided_by_rules(&mut self, set: &str, closing: Closing, now: Timestamp) -> Vec<Recorded> {
        let actor = Actor::Rules { set: set.to_owned() };
        self.decided_with(&actor, closing, now)
    }

    /// Decides a case together with something larger, such as the stage of its project. One that is closed stays as it
    /// is.
    pub fn decided_with(&mut self, actor: &Actor, closing: Closing, now: Timestamp) -> Vec<Recorded> {
        let seen = self.version();
        match self.stage {
            Stage::Closed(_) => return Vec::new(),
            Stage::Received(_) => self.record(now, actor.clone(), Event::Accepted),
            Stage::Accepted(_) => {}
        }
        self.record(now, actor.clone(), Event::Closed(closing));
        self.since(seen)
    }

    fn record(&mut self, at: Timestamp, actor: Actor, event: Event) {
        let n = self.version().saturating_add(1);
        self.apply(Recorded { n, at, actor, event });
    }

    fn by_applicant(&self, act: &Act) -> Result<Vec<Event>, Refusal> {
        match (&self.stage, act) {
            (Stage::Closed(_), _) => Err(Refusal::Closed),
            (_, Act::Withdraw) => Ok(vec![Event::Closed(Closing::Withdrawn)]),
            (Stage::Received(Notice::Asked { .. }), _) => Ok(vec![Event::PapersAnswered]),
            (Stage::Received(_) | Stage::Accepted(_), _) => Err(Refusal::NothingAsked),
        }
    }

    fn by_clerk(&self, act: &Act, clerk: &Clerk) -> Result<Vec<Event>, Refusal> {
        if clerk.department != self.opening.department {
            return Err(Refusal::OtherDepartment(self.opening.department.clone()));
        }
        if matches!(self.stage, Stage::Closed(_)) {
            return Err(Refusal::Closed);
        }
        match (&self.holder, act) {
            (None, Act::Claim) => return Ok(vec![Event::Claimed]),
            (Some(holder), Act::Claim) if holder == clerk => return Err(Refusal::ClaimedAlready),
            (Some(holder), _) if holder != clerk => return Err(Refusal::HeldByAnother(holder.clone())),
            (None, _) => return Err(Refusal::NotClaimed),
            (Some(_), Act::Release) => return Ok(vec![Event::Released]),
            (Some(_), _) => {}
        }
        match &self.stage {
            Stage::Received(notice) => before_acceptance(notice, act),
            Stage::Accepted(clock) if clock.stands.is_some() => match act {
                Act::Resume => Ok(vec![Event::Resumed]),
                Act::Accept | Act::Ask { .. } => Err(Refusal::Accepted),
                _ => Err(Refusal::Paused),
            },
            Stage::Accepted(clock) => match act {
                Act::Approve => Ok(vec![Event::Closed(Closing::Approved)]),
                Act::Refuse { reason } => {
                    Ok(vec![Event::Closed(Closing::Refused { reasons: vec![reason.clone()] })])
                }
                Act::Pause { ground } => Ok(vec![Event::Paused { ground: *ground }]),
                Act::Extend { .. } if clock.extension.is_some() => Err(Refusal::ExtendedAlready),
                Act::Extend { reason } => Ok(vec![Event::Extended { reason: reason.clone() }]),
                Act::Resume => Err(Refusal::NotPaused),
                Act::Accept | Act::Ask { .. } => Err(Refusal::Accepted),
                Act::Claim | Act::Release | Act::Answer | Act::Withdraw => Err(Refusal::NotYours),
            },
            Stage::Closed(_) => Err(Refusal::Closed),
        }
    }
}

fn before_acceptance(notice: &Notice, act: &Act) -> Result<Vec<Event>, Refusal> {
    match (act, notice) {
        // Declining a case needs no papers; everything else waits for them.
        (Act::Refuse { reason }, _) => {
            Ok(vec![Event::Closed(Closing::NotAccepted { reason: reason.clone() })])
        }
        (Act::Ask { .. }, Notice::Asked { .. } | Notice::Answered { .. }) => Err(Refusal::AskedAlready),
        (Act::Ask { papers }, Notice::None) if papers.is_empty() || papers.len() > MAX_PAPERS => {
            Err(Refusal::WhichPapers)
        }
        (Act::Ask { papers }, Notice::None) => Ok(vec![Event::PapersAsked { papers: papers.clone() }]),
        (_, Notice::Asked { .. }) => Err(Refusal::PapersAwaited),
        (Act::Accept, _) => Ok(vec![Event::Accepted]),
        // 即办件: what is decided at once was accepted.
        (Act::Approve, _) => Ok(vec![Event::Accepted, Event::Closed(Closing::Approved)]),
        _ => Err(Refusal::NotAccepted),
    }
}

fn notice_is_too_late(
    complete_since: Date,
    today: Date,
    calendar: &Calendar,
) -> Result<bool, BeyondCalendar> {
    let last_day = calendar.add_working_days(complete_since, NOTICE_DAYS, &[])?;
    Ok(last_day.is_some_and(|last_day| today > last_day))
}
