//! An order that was under way when the terminal went down. Whoever stood there sees the start page: it says what becomes
//! of the payment and prints its slip, for a while. Its code is closed, as if its resident had left; what was paid all the
//! same goes its way.

use super::event::{Answer, JobId, MoneyTrouble, Now, PrintResult, VisitId};
use super::paying::{is_settled, slip};
use super::{Ask, Effect, Journey, Printing, is_over};
use contract::OrderNumber;
use contract::order::OrderView;
use std::time::Duration;

/// It is asked about in no visit: the first one has another number.
pub(super) const NO_VISIT: VisitId = VisitId(0);
/// How often central is asked.
const FOLLOWED: Duration = Duration::from_secs(2);
/// How long the start page speaks of it, from the start of the terminal, and again from the moment when it is known.
const TOLD: Duration = Duration::from_mins(15);

/// An order that was under way when the terminal went down.
#[derive(Debug)]
pub struct Interrupted {
    /// Its number.
    pub number: OrderNumber,
    /// How it stands, once central has said so.
    pub order: Option<OrderView>,
    /// The print of its slip; none was begun yet.
    pub printing: Option<Printing>,
    job: JobId,
    since: Duration,
}

impl Interrupted {
    /// Whether it will not change any more by itself.
    pub fn is_known(&self) -> bool {
        self.order.as_ref().is_some_and(|order| is_settled(order.state))
    }
}

impl Journey {
    /// The payment that was interrupted, while the start page speaks of it.
    pub const fn interrupted(&self) -> Option<&Interrupted> {
        self.interrupted.as_ref()
    }

    pub(super) fn take_up(&mut self, number: OrderNumber, now: Now) -> Vec<Effect> {
        let (job, leave) = self.ask_for(NO_VISIT, Ask::LeaveOrder(number.clone()));
        let since = now.uptime;
        self.interrupted = Some(Interrupted { number, order: None, printing: None, job, since });
        vec![leave]
    }

    pub(super) fn answer_interrupted(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Some(interrupted) = &mut self.interrupted else { return Vec::new() };
        match answer {
            Answer::Printed(result) if interrupted.printing == Some(Printing::Busy(job)) => {
                interrupted.printing = Some(Printing::Over(result));
                Vec::new()
            }
            Answer::Order(order) if interrupted.job == job => match *order {
                // Central has no such order, or takes no payments: there is nothing to tell.
                Err(MoneyTrouble::NotTaken) => self.tell_no_more(),
                Err(_) => self.follow_interrupted(),
                Ok(order) => {
                    interrupted.order = Some(order);
                    if !interrupted.is_known() {
                        return self.follow_interrupted();
                    }
                    interrupted.since = now.uptime;
                    vec![Effect::DropOrder(interrupted.number.clone())]
                }
            },
            _ => Vec::new(),
        }
    }

    fn follow_interrupted(&mut self) -> Vec<Effect> {
        let Some(number) = self.interrupted.as_ref().map(|interrupted| interrupted.number.clone()) else {
            return Vec::new();
        };
        let (job, follow) = self.ask_for(NO_VISIT, Ask::FollowOrder(number, FOLLOWED));
        if let Some(interrupted) = &mut self.interrupted {
            interrupted.job = job;
        }
        vec![follow]
    }

    /// The start page speaks of it no longer. Whoever comes later finds it by the account.
    pub(super) fn tick_interrupted(&mut self, now: Now) -> Vec<Effect> {
        match &self.interrupted {
            Some(interrupted) if is_over(interrupted.since, TOLD, now) => self.tell_no_more(),
            _ => Vec::new(),
        }
    }

    fn tell_no_more(&mut self) -> Vec<Effect> {
        let interrupted = self.interrupted.take();
        interrupted.into_iter().map(|interrupted| Effect::DropOrder(interrupted.number)).collect()
    }

    /// 补打, on the start page.
    pub(super) fn print_interrupted(&mut self, now: Now) -> Vec<Effect> {
        let Some(Interrupted { order: Some(order), printing, .. }) = &self.interrupted else {
            return Vec::new();
        };
        let copy = match printing {
            Some(Printing::Busy(_)) => return Vec::new(),
            Some(Printing::Over(PrintResult::Printed | PrintResult::Unknown)) => true,
            _ => false,
        };
        let Some(provider) = self.library.provider(&order.provider) else { return Vec::new() };
        let paid = |code| self.library.provider_of(code).is_some_and(|paid| paid.id == provider.id);
        let service = self.library.services().iter().find(|service| paid(&service.code));
        let (name, department) = service.map(|s| (s.name.clone(), s.department.clone())).unwrap_or_default();
        let slip = slip(order, provider, name, department, copy, now);
        let (job, print) = self.ask_for(NO_VISIT, Ask::Print(slip));
        if let Some(interrupted) = &mut self.interrupted {
            interrupted.printing = Some(Printing::Busy(job));
        }
        vec![print]
    }
}
