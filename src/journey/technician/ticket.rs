//! A fault ticket (故障单) as it is filled in: a part, what is wrong with it, whether it works again. Whole, it is a change like any
//! other and goes to central among the entries.

use super::bench::{Bench, BenchPage};
use super::work::Change;
use crate::journey::{Effect, Journey};
use contract::fault_ticket::{FaultTicket, SparePart, Symptom};

/// What was chosen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketForm {
    /// Which part.
    pub part: Option<SparePart>,
    /// What is wrong with it.
    pub symptom: Option<Symptom>,
    /// Whether it works again.
    pub mended: Option<bool>,
}

/// What is touched on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketTouch {
    /// A part.
    Part(SparePart),
    /// What is wrong.
    Symptom(Symptom),
    /// 已修好, 待处理
    Mended(bool),
    /// 写下并发送
    Write,
}

impl TicketForm {
    /// The ticket, once everything is chosen.
    pub fn ticket(self) -> Option<FaultTicket> {
        Some(FaultTicket { part: self.part?, symptom: self.symptom?, mended: self.mended? })
    }
}

impl Journey {
    pub(super) fn touch_ticket(&mut self, touch: TicketTouch) -> Vec<Effect> {
        let Some(bench) = self.bench() else { return Vec::new() };
        let is_doing = bench.is_doing();
        let Bench { page: BenchPage::Ticket(form), said, .. } = bench else { return Vec::new() };
        match touch {
            _ if is_doing => return Vec::new(),
            TicketTouch::Part(part) => form.part = Some(part),
            TicketTouch::Symptom(symptom) => form.symptom = Some(symptom),
            TicketTouch::Mended(mended) => form.mended = Some(mended),
            TicketTouch::Write => {
                let whole = form.ticket();
                return whole.map_or_else(Vec::new, |ticket| self.do_work(Change::Report(ticket)));
            }
        }
        *said = None;
        Vec::new()
    }

    /// It was written down: the next one begins empty. What was not written down stays on the page.
    pub(super) fn ticket_written(&mut self) {
        if let Some(Bench { page: BenchPage::Ticket(form), said: Some(Ok(Change::Report(_))), .. }) =
            self.bench()
        {
            *form = TicketForm::default();
        }
    }
}
