//! What a technician changes: a refused entry is sent again, the terminal goes out of service and back, paper and parts are
//! written down. Never stopped half-way, and nothing is ever deleted.

use super::TechnicianAsk;
use super::bench::Asked;
use crate::journey::event::{JobId, Now};
use crate::journey::{Effect, Journey};
use crate::services::StoreTrouble;
use crate::touch::Calibration;
use contract::Seq;
use contract::fault_ticket::{FaultTicket, SparePart};
use contract::report::Duty;
use jiff::civil::DateTime;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// 再发一次: a refused entry waits again.
    SendAgain(Seq),
    /// Residents are served, or not.
    Duty(Duty),
    /// So many new rolls of paper are in.
    PaperLoaded(u8),
    /// This part was replaced.
    PartReplaced(SparePart),
    /// 故障单: it goes to central like any entry.
    Report(FaultTicket),
    /// 保存校准: touches are put right by what was measured.
    Calibrated(Calibration),
}

/// Why nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// The store can't be written.
    Store(StoreTrouble),
    /// The touch panel was not calibrated; the log says why.
    Panel,
}

/// An entry that central refused: what it is and why, and nothing of whoever handed it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Its place in the series.
    pub seq: Seq,
    /// `application`
    pub kind: String,
    /// The type of central's problem; none where none was kept.
    pub problem: Option<String>,
}

/// What was done here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// When, in Shenzhen.
    pub at: DateTime,
    /// What.
    pub deed: Deed,
}

/// The deeds of technicians that the journal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Came in.
    Entered,
    /// Left.
    Left,
    /// Typed a wrong code.
    WrongCode,
    /// Typed too many.
    Locked,
    /// Put so many rolls of paper in.
    PaperLoaded(u8),
    /// Replaced a part, by its word.
    PartReplaced(String),
    /// Took it out of service, or back.
    Duty(Duty),
    /// Wrote a fault ticket about a part, by its word.
    Reported(String),
    /// Calibrated the touch panel.
    Calibrated,
}

/// A change that is under way.
#[derive(Debug)]
pub(super) struct Doing {
    job: JobId,
    change: Change,
}

impl Journey {
    pub(super) fn do_work(&mut self, change: Change) -> Vec<Effect> {
        if self.bench().is_none_or(|bench| bench.is_doing()) {
            return Vec::new();
        }
        let (job, ask) = self.ask_technician(TechnicianAsk::Change(change.clone()));
        if let Some(bench) = self.bench() {
            (bench.doing, bench.said) = (Some(Doing { job, change }), None);
        }
        vec![ask]
    }

    /// It is done, or not; everything is looked at again.
    pub(super) fn changed(&mut self, job: JobId, result: Result<(), NotDone>, now: Now) -> Vec<Effect> {
        let Some(bench) = self.bench() else { return Vec::new() };
        let Some(Doing { change, .. }) = bench.doing.take_if(|doing| doing.job == job) else {
            return Vec::new();
        };
        bench.said = Some(result.map(|()| change));
        self.ticket_written();
        self.calibrated();
        self.look_at_all(Asked::ByTheClock, now)
    }
}
