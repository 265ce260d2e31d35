//! Checks that a technician makes: of a part, and the touch grid. What is asked of the devices, and what of
//! the technician's own eyes and ears.

use super::bench::{Bench, BenchPage};
use super::crosses::Crosses;
use super::{TechnicianAsk, TechnicianTouch};
use crate::diagnostics::{Exam, Examined, Eye, FaceSight, Verdict, by_eye, touched};
use crate::journey::event::{JobId, Now};
use crate::journey::{Effect, Journey, is_over};
use std::collections::BTreeSet;
use std::time::Duration;

/// Fields of the touch grid.
pub const CELLS: u8 = 60;
/// Without a touch for so long, whoever tries the panel has found places that do not answer.
pub(super) const LEFT_ALONE: Duration = Duration::from_secs(20);

/// How far the check of a part is.
#[derive(Debug)]
pub enum ExamStep {
    /// Nobody has begun one.
    NotYet,
    /// It goes on.
    Going {
        /// Whose answer counts.
        job: JobId,
        /// Which.
        exam: Exam,
        /// What the face check sees at the moment, where it looks.
        sight: Option<FaceSight>,
    },
    /// The technician is asked how it came out.
    Asking(Exam),
    /// It is over.
    Over(Examined),
}

/// The touch grid.
#[derive(Debug, Default)]
pub struct Grid {
    /// Which fields have answered.
    pub hit: BTreeSet<u8>,
    /// How it ended.
    pub over: Option<Examined>,
}

impl Journey {
    fn exam_step(&mut self) -> Option<&mut ExamStep> {
        match self.bench() {
            Some(Bench { page: BenchPage::Part { exam, .. }, .. }) => Some(exam),
            _ => None,
        }
    }

    pub(super) fn touch_exam(&mut self, touch: &TechnicianTouch) -> Vec<Effect> {
        match touch {
            TechnicianTouch::Examine => self.begin_exam(),
            TechnicianTouch::Judge(eye) => self.judge_by_eye(*eye),
            TechnicianTouch::Cell(cell) => {
                self.hit(*cell);
                Vec::new()
            }
            TechnicianTouch::Felt(felt) => {
                self.felt(*felt);
                Vec::new()
            }
            TechnicianTouch::Calibrate => self.keep_calibration(),
            _ => Vec::new(),
        }
    }

    fn begin_exam(&mut self) -> Vec<Effect> {
        let offered = self.bench().and_then(|bench| bench.exam());
        match self.bench() {
            Some(Bench { page: BenchPage::Grid(grid), .. }) => {
                *grid = Grid::default();
                return Vec::new();
            }
            Some(Bench { page: BenchPage::Crosses(crosses), said, .. }) => {
                (*crosses, *said) = (Crosses::default(), None);
                return Vec::new();
            }
            Some(Bench { page: BenchPage::Part { exam, .. }, .. })
                if !matches!(exam, ExamStep::Going { .. }) =>
            {
                let Some(exam) = offered else { return Vec::new() };
                let (job, examine) = self.ask_technician(TechnicianAsk::Examine(exam));
                if let Some(step) = self.exam_step() {
                    *step = ExamStep::Going { job, exam, sight: None };
                }
                return vec![examine];
            }
            _ => {}
        }
        Vec::new()
    }

    /// Nobody looks any more; a print that was begun comes out all the same.
    pub(super) fn stop_exam(&mut self) -> Vec<Effect> {
        let visit = self.visit;
        match self.exam_step() {
            Some(ExamStep::Going { job, .. }) => vec![Effect::Cancel { visit, job: *job }],
            _ => Vec::new(),
        }
    }

    fn judge_by_eye(&mut self, eye: Eye) -> Vec<Effect> {
        let exam = match self.exam_step() {
            Some(ExamStep::Asking(exam)) => *exam,
            Some(ExamStep::Going { exam, .. }) if exam.is_picture() => *exam,
            _ => return Vec::new(),
        };
        let Some(judged) = by_eye(exam, eye) else { return Vec::new() };
        let effects = self.stop_exam();
        if let Some(step) = self.exam_step() {
            *step = ExamStep::Over(judged);
        }
        effects
    }

    pub(super) fn saw(&mut self, job: JobId, seen: FaceSight) -> Vec<Effect> {
        if let Some(ExamStep::Going { job: asked, sight, .. }) = self.exam_step()
            && *asked == job
        {
            *sight = Some(seen);
        }
        Vec::new()
    }

    pub(super) fn examined(&mut self, job: JobId, examined: Examined) -> Vec<Effect> {
        if let Some(step) = self.exam_step()
            && let ExamStep::Going { job: asked, exam, .. } = step
            && *asked == job
        {
            // The device says that it did its part; whether it can be read or heard, only a person knows.
            let is_asked = exam.is_judged_after() && examined.verdict == Verdict::Good;
            *step = if is_asked { ExamStep::Asking(*exam) } else { ExamStep::Over(examined) };
        }
        Vec::new()
    }

    fn hit(&mut self, cell: u8) {
        if let Some(Bench { page: BenchPage::Grid(grid), .. }) = self.bench()
            && grid.over.is_none()
            && cell < CELLS
        {
            grid.hit.insert(cell);
            if grid.hit.len() == usize::from(CELLS) {
                grid.over = Some(touched(0));
            }
        }
    }

    pub(super) fn tick_grid(&mut self, now: Now) {
        let is_left = is_over(self.last_touch, LEFT_ALONE, now);
        if let Some(Bench { page: BenchPage::Grid(grid), .. }) = self.bench()
            && grid.over.is_none()
            && is_left
        {
            grid.over = Some(touched(usize::from(CELLS) - grid.hit.len()));
        }
    }
}
