//! Touch calibration (触摸校准): crosses to be touched one after the other, what the touches say, and keeping what would put
//! them right.

use super::bench::{Bench, BenchPage};
use super::exam::LEFT_ALONE;
use super::work::Change;
use crate::diagnostics::{Aimed, Subject, Verdict, aimed};
use crate::journey::event::Now;
use crate::journey::{Effect, Journey, is_over};
use crate::touch::{CROSSES, Felt};

/// The crosses, as far as they are touched.
#[derive(Debug, Default)]
pub struct Crosses {
    /// Where the touches were felt, in the order of the crosses.
    felt: Vec<Felt>,
    /// How it ended.
    pub over: Option<Aimed>,
}

impl Crosses {
    /// Which cross is to be touched, from 0, and where it stands, in tenths of the panel's width and height.
    pub fn next(&self) -> Option<(usize, (u8, u8))> {
        CROSSES.get(self.felt.len()).map(|at| (self.felt.len(), *at))
    }

    fn end(&mut self, can_be_kept: bool) {
        self.over = Some(aimed(&self.felt, can_be_kept));
    }
}

impl Bench {
    /// Whether touches are read from a panel that takes a calibration.
    fn can_be_calibrated(&self) -> bool {
        self.part(Subject::TouchPanel).is_some_and(|part| part.finding.verdict == Verdict::Good)
    }

    /// The crosses while they are touched, and whether what they say can be kept.
    fn touched_crosses(&mut self) -> Option<(&mut Crosses, bool)> {
        let can_be_kept = self.can_be_calibrated();
        match &mut self.page {
            BenchPage::Crosses(crosses) if crosses.over.is_none() => Some((crosses, can_be_kept)),
            _ => None,
        }
    }
}

impl Journey {
    pub(super) fn felt(&mut self, felt: Felt) {
        if let Some((crosses, can_be_kept)) = self.bench().and_then(Bench::touched_crosses) {
            crosses.felt.push(felt);
            if crosses.next().is_none() {
                crosses.end(can_be_kept);
            }
        }
    }

    pub(super) fn tick_crosses(&mut self, now: Now) {
        let is_left = is_over(self.last_touch, LEFT_ALONE, now);
        if let Some((crosses, can_be_kept)) =
            self.bench().and_then(Bench::touched_crosses).filter(|_| is_left)
        {
            crosses.end(can_be_kept);
        }
    }

    /// 保存校准
    pub(super) fn keep_calibration(&mut self) -> Vec<Effect> {
        match self.bench() {
            Some(Bench {
                page: BenchPage::Crosses(Crosses { over: Some(Aimed { calibration: Some(found), .. }), .. }),
                ..
            }) => {
                let change = Change::Calibrated(*found);
                self.do_work(change)
            }
            _ => Vec::new(),
        }
    }

    /// It is in force: what was measured before does not count any more.
    pub(super) fn calibrated(&mut self) {
        if let Some(Bench {
            page: BenchPage::Crosses(crosses), said: Some(Ok(Change::Calibrated(_))), ..
        }) = self.bench()
            && let Some(over) = &mut crosses.over
        {
            over.calibration = None;
        }
    }
}
