//! Behind the door: how every part is, one page a part, the records, the log, a fault ticket. Which page is open and what is
//! on it; checks are in `exam`, what a technician changes is in `work`.

use super::crosses::Crosses;
use super::exam::{ExamStep, Grid};
use super::ticket::TicketForm;
use super::work::{Aside, Change, Doing, Done, NotDone};
use super::{Technician, TechnicianAnswer, TechnicianAsk, TechnicianTouch};
use crate::diagnostics::{Exam, Gravity, LogLine, Part, Subject, Verdict};
use crate::journey::event::{JobId, Now, Touch};
use crate::journey::{Effect, Journey, Page, is_over};
use std::time::Duration;

/// How often every part is looked at again: its page is live.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the technician has before them.
#[derive(Debug)]
pub struct Bench {
    /// How everything was when it was looked at last.
    pub sight: Sight,
    /// Which page is open.
    pub page: BenchPage,
    /// What is being changed.
    pub(super) doing: Option<Doing>,
    /// What became of the last change, until another page is opened.
    pub said: Option<Result<Change, NotDone>>,
    looking: Option<Looking>,
    looked: Duration,
}

/// A look at everything that is under way.
#[derive(Clone, Copy, Debug)]
struct Looking {
    job: JobId,
    /// Who waits for it.
    asked: Asked,
}

/// Why everything is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The technician wants to know, and is told that it takes a moment.
    ByHand,
    /// It is time to.
    ByTheClock,
}

/// How everything was.
#[derive(Debug, Default)]
pub struct Sight {
    /// Every part; none before the first look.
    pub parts: Vec<Part>,
    /// Entries that central refused.
    pub aside: Vec<Aside>,
    /// What technicians did here, the newest first.
    pub records: Vec<Done>,
    /// The last of the log, the newest first.
    pub log: Vec<LogLine>,
}

/// The pages of the mode.
#[derive(Debug)]
pub enum BenchPage {
    /// Every part, as tiles.
    Overview,
    /// One part.
    Part {
        /// Which.
        subject: Subject,
        /// How far its check is.
        exam: ExamStep,
    },
    /// The fields of the touch grid.
    Grid(Grid),
    /// The crosses of touch calibration.
    Crosses(Crosses),
    /// What was done here, and what is done now.
    Records,
    /// The log, from this gravity on.
    Log(Gravity),
    /// A fault ticket.
    Ticket(TicketForm),
}

/// Pages that are no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// 试触摸
    Grid,
    /// 触摸校准
    Crosses,
    /// 维修记录
    Records,
    /// 运行日志
    Log,
    /// 故障单
    Ticket,
}

impl Bench {
    pub(super) fn new(job: JobId, now: Now) -> Self {
        Self {
            sight: Sight::default(),
            page: BenchPage::Overview,
            doing: None,
            said: None,
            looking: Some(Looking { job, asked: Asked::ByHand }),
            looked: now.uptime,
        }
    }

    /// Whether the technician waits for a look.
    pub const fn is_looking(&self) -> bool {
        matches!(self.looking, Some(Looking { asked: Asked::ByHand, .. }))
    }

    /// Whether something is being changed.
    pub const fn is_doing(&self) -> bool {
        self.doing.is_some()
    }

    /// How a part was.
    pub fn part(&self, subject: Subject) -> Option<&Part> {
        self.sight.parts.iter().find(|part| part.finding.subject == subject)
    }

    /// The check of the part that is open: of what this terminal does not have, nothing can be tried.
    pub fn exam(&self) -> Option<Exam> {
        let BenchPage::Part { subject, .. } = self.page else { return None };
        let is_fitted = self.part(subject).is_none_or(|part| part.finding.verdict != Verdict::NotFitted);
        Exam::of(subject).filter(|_| is_fitted)
    }

    fn open(&mut self, page: BenchPage) {
        self.page = page;
        self.said = None;
    }
}

impl Journey {
    pub(super) fn bench(&mut self) -> Option<&mut Bench> {
        match &mut self.page {
            Page::Technician(technician) => match technician.as_mut() {
                Technician::Bench(bench) => Some(bench),
                Technician::WayIn(_) => None,
            },
            _ => None,
        }
    }

    pub(super) fn touch_bench(&mut self, touch: &Touch, now: Now) -> Vec<Effect> {
        match touch {
            Touch::Back => self.back_to_overview(),
            Touch::Technician(TechnicianTouch::Look) => self.look_at_all(Asked::ByHand, now),
            Touch::Technician(TechnicianTouch::Open(subject)) => {
                self.open_bench(BenchPage::Part { subject: *subject, exam: ExamStep::NotYet })
            }
            Touch::Technician(TechnicianTouch::Use(tool)) => self.open_bench(match tool {
                Tool::Grid => BenchPage::Grid(Grid::default()),
                Tool::Crosses => BenchPage::Crosses(Crosses::default()),
                Tool::Records => BenchPage::Records,
                Tool::Log => BenchPage::Log(Gravity::Note),
                Tool::Ticket => BenchPage::Ticket(TicketForm::default()),
            }),
            Touch::Technician(TechnicianTouch::Filter(from)) => {
                if let Some(Bench { page: BenchPage::Log(shown), .. }) = self.bench() {
                    *shown = *from;
                }
                Vec::new()
            }
            Touch::Technician(TechnicianTouch::Ticket(touch)) => self.touch_ticket(*touch),
            Touch::Technician(TechnicianTouch::Change(change)) => self.do_work(change.clone()),
            Touch::Technician(touch) => self.touch_exam(touch),
            _ => Vec::new(),
        }
    }

    /// Pages are opened from the overview, and the crosses after the grid: what goes on on another one is left by 'back'.
    fn open_bench(&mut self, page: BenchPage) -> Vec<Effect> {
        if let Some(bench) = self.bench()
            && matches!(
                (&bench.page, &page),
                (BenchPage::Overview, _)
                    | (BenchPage::Grid(Grid { over: Some(_), .. }), BenchPage::Crosses(_))
            )
        {
            bench.open(page);
        }
        Vec::new()
    }

    fn back_to_overview(&mut self) -> Vec<Effect> {
        let effects = self.stop_exam();
        if let Some(bench) = self.bench() {
            bench.open(BenchPage::Overview);
        }
        effects
    }

    pub(super) fn look_at_all(&mut self, asked: Asked, now: Now) -> Vec<Effect> {
        match self.bench() {
            Some(Bench { looking: Some(looking), .. }) => {
                if asked == Asked::ByHand {
                    looking.asked = asked;
                }
                return Vec::new();
            }
            Some(_) => {}
            None => return Vec::new(),
        }
        let (job, look) = self.ask_technician(TechnicianAsk::Look);
        if let Some(bench) = self.bench() {
            (bench.looking, bench.looked) = (Some(Looking { job, asked }), now.uptime);
        }
        vec![look]
    }

    pub(super) fn tick_bench(&mut self, now: Now) -> Vec<Effect> {
        self.tick_grid(now);
        self.tick_crosses(now);
        match self.bench() {
            Some(bench) if is_over(bench.looked, LOOK_EVERY, now) => self.look_at_all(Asked::ByTheClock, now),
            _ => Vec::new(),
        }
    }

    pub(super) fn answer_bench(&mut self, job: JobId, answer: TechnicianAnswer, now: Now) -> Vec<Effect> {
        match answer {
            TechnicianAnswer::Seen(sight) => {
                if let Some(bench) =
                    self.bench().filter(|bench| bench.looking.is_some_and(|looking| looking.job == job))
                {
                    bench.looking = None;
                    bench.sight = sight;
                }
                Vec::new()
            }
            TechnicianAnswer::Changed(result) => self.changed(job, result, now),
            TechnicianAnswer::Saw(sight) => self.saw(job, sight),
            TechnicianAnswer::Examined(examined) => self.examined(job, examined),
            TechnicianAnswer::Code(_) | TechnicianAnswer::Noted(_) => Vec::new(),
        }
    }
}
