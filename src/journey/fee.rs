//! The fee (规费) of an application: paid by the number of its case, right after it was handed in or when the case is looked
//! at. What it costs and whether it is due is central's to say; the course of the payment is `paying`'s.

use super::page::{PayStep, Paying};
use super::{AffairsStep, Done, Effect, Journey, Now, Outcome, Page, Printing};
use crate::typing::{Key, Layout, Typing};
use contract::message::{self, RulesDecision};
use contract::order::CASE_FEES;
use contract::providers::Provider;
use contract::{CaseNumber, Fen, ServiceCode};

/// A fee that can be paid from the page that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeDue {
    /// Of which case.
    pub case: CaseNumber,
    /// Under which service.
    pub service: ServiceCode,
    /// How much.
    pub amount: Fen,
}

impl Journey {
    /// The fee that is to pay for what the page shows; none where there is none, or nobody here takes it.
    pub fn fee_due(&self) -> Option<FeeDue> {
        self.fee_desk()?;
        match &self.page {
            Page::Done(done) if !is_printing(done) => of_done(done),
            Page::Affairs(affairs) => match &affairs.step {
                AffairsStep::Case(shown) => shown.case.fee_due().map(|amount| FeeDue {
                    case: shown.case.case.clone(),
                    service: shown.case.service.clone(),
                    amount,
                }),
                _ => None,
            },
            _ => None,
        }
    }

    fn fee_desk(&self) -> Option<&Provider> {
        CASE_FEES.parse().ok().and_then(|id| self.library.provider(&id))
    }

    /// Looks the fee up, as if the case's number had been typed. The page that it was paid from is returned to.
    pub(super) fn pay_fee(&mut self, now: Now) -> Vec<Effect> {
        let (Some(due), Some(desk)) = (self.fee_due(), self.fee_desk()) else { return Vec::new() };
        let provider = desk.id.clone();
        let mut typing = Typing::new(Layout::IdNumber, due.case.as_str().len());
        for key in due.case.as_str().chars() {
            typing.press(Key::Char(key), self.library.pinyin());
        }
        let step = PayStep::Account { typing, fault: None };
        let paying = Page::Paying(Box::new(Paying { service: due.service, provider, step }));
        let left = std::mem::replace(&mut self.page, paying);
        self.trail.push(left);
        self.look_up(now)
    }
}

const fn is_printing(done: &Done) -> bool {
    matches!(done.printing, Printing::Busy(_)) || matches!(done.page, Some((_, Printing::Busy(_))))
}

/// What was handed in and costs something. What was refused on the spot costs nothing.
fn of_done(done: &Done) -> Option<FeeDue> {
    let Outcome::Received(receipt) = &done.outcome else { return None };
    let (case, fee) = match &receipt.outcome {
        message::Outcome::CaseOpened { case, fee, .. }
        | message::Outcome::Decided { case, fee, decision: RulesDecision::Approved, .. } => (case, *fee),
        message::Outcome::Decided { .. } | message::Outcome::Answered { .. } | message::Outcome::Noted => {
            return None;
        }
    };
    (fee > Fen::ZERO).then(|| FeeDue { case: case.clone(), service: done.service.clone(), amount: fee })
}
