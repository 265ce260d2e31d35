//! Behind the door: how every part is, and one page a part.

use super::{Technician, TechnicianAnswer, TechnicianAsk, TechnicianTouch};
use crate::diagnostics::{Part, Subject};
use crate::journey::event::{JobId, Now, Touch};
use crate::journey::{Effect, Journey, Page, is_over};
use std::time::Duration;

/// How often every part is looked at again: its page is live.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the technician has before them.
#[derive(Debug)]
pub struct Bench {
    /// How every part was when it was looked at last; none before the first look.
    pub parts: Vec<Part>,
    /// Which page is open.
    pub page: BenchPage,
    looking: Option<JobId>,
    looked: Duration,
}

/// The pages of the mode.
#[derive(Debug)]
pub enum BenchPage {
    /// Every part, as tiles.
    Overview,
    /// One part.
    Part(Subject),
}

impl Bench {
    pub(super) const fn new(looking: JobId, now: Now) -> Self {
        Self { parts: Vec::new(), page: BenchPage::Overview, looking: Some(looking), looked: now.uptime }
    }

    /// Whether the parts are being looked at.
    pub const fn is_looking(&self) -> bool {
        self.looking.is_some()
    }

    /// How a part was.
    pub fn part(&self, subject: Subject) -> Option<&Part> {
        self.parts.iter().find(|part| part.finding.subject == subject)
    }
}

impl Journey {
    fn bench(&mut self) -> Option<&mut Bench> {
        match &mut self.page {
            Page::Technician(technician) => match technician.as_mut() {
                Technician::Bench(bench) => Some(bench),
                Technician::WayIn(_) => None,
            },
            _ => None,
        }
    }

    pub(super) fn touch_bench(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        let Some(bench) = self.bench() else { return Vec::new() };
        match (&bench.page, touch) {
            (BenchPage::Overview, Touch::Technician(TechnicianTouch::Open(subject))) => {
                bench.page = BenchPage::Part(subject);
                Vec::new()
            }
            (_, Touch::Technician(TechnicianTouch::Look)) => self.look_at_parts(now),
            (BenchPage::Part(_), Touch::Back) => {
                bench.page = BenchPage::Overview;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn look_at_parts(&mut self, now: Now) -> Vec<Effect> {
        if self.bench().is_none_or(|bench| bench.is_looking()) {
            return Vec::new();
        }
        let (job, look) = self.ask_technician(TechnicianAsk::Look);
        if let Some(bench) = self.bench() {
            (bench.looking, bench.looked) = (Some(job), now.uptime);
        }
        vec![look]
    }

    pub(super) fn tick_bench(&mut self, now: Now) -> Vec<Effect> {
        match self.bench() {
            Some(bench) if is_over(bench.looked, LOOK_EVERY, now) => self.look_at_parts(now),
            _ => Vec::new(),
        }
    }

    pub(super) fn answer_bench(&mut self, job: JobId, answer: TechnicianAnswer, _now: Now) -> Vec<Effect> {
        let Some(bench) = self.bench() else { return Vec::new() };
        if let TechnicianAnswer::Seen(parts) = answer
            && bench.looking == Some(job)
        {
            bench.looking = None;
            bench.parts = parts;
        }
        Vec::new()
    }
}
