//! Bills and top-ups: an account, what it owes, what is chosen, the amount once more, the code, what became of it. The
//! course of an order is central's; here it is shown, asked about and left. Nothing that is not known is called failed.

use super::event::{Answer, JobId, MoneyTrouble, Now, PrintResult, Touch};
use super::page::{Bills, Code, Confirm, OrderOutcome, PayStep, Paying};
use super::slip::line;
use super::{Ask, Connection, Counted, Effect, Journey, Next, Page, Printing, Slip, Tells, is_over};
use crate::typing::{Layout, Typing};
use contract::Fen;
use contract::account::AccountNumber;
use contract::bill::{AccountBills, BillState, LookUp};
use contract::catalogue::Service;
use contract::language::Language;
use contract::order::{ChannelName, OrderRequest, OrderState, OrderView, Purchase, top_up};
use contract::providers::{PayMode, Provider};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The longest account number that is typed.
const LONGEST_ACCOUNT: usize = 32;
/// How often an order is asked about while somebody scans and types a password, or nobody knows more.
const SCANNING: Duration = Duration::from_secs(2);
/// How often in the moments in which the provider is told.
const SETTLES: Duration = Duration::from_millis(400);
/// How long the channel is waited for before the slip says 结果确认中.
const SETTLING: Duration = Duration::from_secs(15);

impl Journey {
    pub(super) fn open_paying(&mut self, service: &Service) -> Vec<Effect> {
        let Some(provider) = self.library.provider_of(&service.code) else { return Vec::new() };
        let (provider, layout) = (provider.id.clone(), layout_of(provider));
        let step = PayStep::Account { typing: Typing::new(layout, LONGEST_ACCOUNT), fault: None };
        self.open(Page::Paying(Box::new(Paying { service: service.code.clone(), provider, step })))
    }

    fn provider(&self, paying: &Paying) -> Option<&Provider> {
        self.library.provider(&paying.provider)
    }

    /// Whether a code can be scanned: nobody's patience ends before it does.
    pub(super) fn is_code_live(&self, now: Now) -> bool {
        match &self.page {
            Page::Paying(paying) => {
                matches!(&paying.step, PayStep::Code(code) if now.uptime < code.deadline)
            }
            Page::Papers(papers) => papers.step.shown_code().is_some_and(|open| now.uptime < open.until),
            _ => false,
        }
    }

    pub(super) fn touch_paying(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        let library = Arc::clone(&self.library);
        let Page::Paying(paying) = &mut self.page else { return Vec::new() };
        match (&mut paying.step, touch) {
            (PayStep::Account { typing, fault }, Touch::Key(key)) => {
                typing.press(key, library.pinyin());
                *fault = None;
                Vec::new()
            }
            (PayStep::Account { .. }, Touch::Next | Touch::CloseKeyboard) => self.look_up(now),
            (PayStep::Bills(bills), Touch::ChooseBill(id)) => {
                if !bills.chosen.remove(&id) {
                    bills.chosen.insert(id);
                }
                bills.fault = None;
                Vec::new()
            }
            (PayStep::Bills(bills), Touch::ChooseAmount(amount)) => {
                bills.top_up = Some(amount);
                bills.fault = None;
                Vec::new()
            }
            (PayStep::Bills(_), Touch::Next) => self.confirm(),
            (PayStep::Bills(bills), Touch::PrintOrder(number)) => {
                let order = bills.recent.iter().find(|order| order.order_no == number).cloned();
                order.map_or_else(Vec::new, |order| self.show_order(order, true, now))
            }
            (PayStep::Confirm(confirm), Touch::PayBy(channel)) => {
                confirm.channel = channel;
                Vec::new()
            }
            (PayStep::Confirm(_), Touch::Next) => self.order(now),
            (PayStep::Code(code), Touch::HaveIPaid) if !code.asking => {
                code.asking = true;
                let number = code.order.order_no.clone();
                self.ask_order(Ask::AskPaid(number))
            }
            (PayStep::Outcome(outcome), Touch::PrintAgain) => {
                let copy = matches!(
                    outcome.printing,
                    Some(Printing::Over(PrintResult::Printed | PrintResult::Unknown))
                );
                self.print_order(copy, now)
            }
            (PayStep::Outcome(_), Touch::More) => self.go_home(),
            _ => Vec::new(),
        }
    }

    /// What an order that is on the screen needs when the page is left: its code is closed at the channel.
    pub(super) fn leave_order(&mut self) -> Vec<Effect> {
        let Page::Paying(paying) = &self.page else { return Vec::new() };
        match &paying.step {
            PayStep::Code(code) => {
                let number = code.order.order_no.clone();
                vec![Effect::DropOrder(number.clone()), self.ask(Ask::LeaveOrder(number)).1]
            }
            PayStep::Outcome(outcome) if !is_settled(outcome.order.state) => {
                vec![Effect::DropOrder(outcome.order.order_no.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// One step back inside the page; none where the page itself is left.
    pub(super) fn step_back_paying(&mut self, now: Now) -> Option<Vec<Effect>> {
        let Page::Paying(paying) = &mut self.page else { return None };
        match std::mem::replace(&mut paying.step, PayStep::Away) {
            PayStep::Confirm(Confirm { bills, .. }) => {
                paying.step = PayStep::Bills(bills);
                Some(Vec::new())
            }
            PayStep::Code(code) => {
                let number = code.order.order_no.clone();
                let outcome = OrderOutcome::of(code.order, now.uptime + SETTLING);
                paying.step = PayStep::Outcome(Box::new(outcome));
                Some(self.ask_order(Ask::LeaveOrder(number)))
            }
            // Nobody walks away from an order that is being made.
            step @ PayStep::Ordering { .. } => {
                paying.step = step;
                Some(Vec::new())
            }
            step => {
                paying.step = step;
                None
            }
        }
    }

    pub(super) fn look_up(&mut self, now: Now) -> Vec<Effect> {
        let online = self.health.connection == Connection::Online;
        let Page::Paying(paying) = &self.page else { return Vec::new() };
        let PayStep::Account { typing, .. } = &paying.step else { return Vec::new() };
        let account = typing.text().to_uppercase().parse::<AccountNumber>().ok();
        let provider = self.library.provider(&paying.provider);
        let account = account.filter(|account| provider.is_some_and(|provider| provider.accepts(account)));
        let (Some(account), true) = (account, online) else {
            let why = if online { MoneyTrouble::NotAnAccount } else { MoneyTrouble::Offline };
            return self.account_fault(why);
        };
        let asked = LookUp { provider: paying.provider.clone(), account };
        let (job, look) = self.ask(Ask::LookUpBills(asked));
        if let Page::Paying(paying) = &mut self.page
            && let PayStep::Account { typing, .. } = std::mem::replace(&mut paying.step, PayStep::Away)
        {
            paying.step = PayStep::LookingUp { job, since: now.uptime, typing };
        }
        vec![look]
    }

    fn account_fault(&mut self, why: MoneyTrouble) -> Vec<Effect> {
        if let Page::Paying(paying) = &mut self.page {
            match std::mem::replace(&mut paying.step, PayStep::Away) {
                PayStep::Account { typing, .. } | PayStep::LookingUp { typing, .. } => {
                    paying.step = PayStep::Account { typing, fault: Some(why) };
                }
                step => paying.step = step,
            }
        }
        Vec::new()
    }

    /// What was chosen, and what it costs; or why it can't be paid.
    fn confirm(&mut self) -> Vec<Effect> {
        let Page::Paying(paying) = &self.page else { return Vec::new() };
        let (Some(provider), PayStep::Bills(bills)) = (self.provider(paying), &paying.step) else {
            return Vec::new();
        };
        let chosen = match &provider.mode {
            PayMode::TopUp { .. } => {
                top_up(provider, bills.top_up.unwrap_or(Fen::ZERO)).map(|amount| (Purchase::TopUp, amount))
            }
            PayMode::Bill => {
                let of_account = bills.account.bills.iter().map(|bill| bill.bill_id.clone());
                let bill_ids: Vec<_> = of_account.filter(|id| bills.chosen.contains(id)).collect();
                let amount = bills.account.choose(provider, &bill_ids);
                amount.map(|amount| (Purchase::Bills { bill_ids }, amount))
            }
        };
        let Page::Paying(paying) = &mut self.page else { return Vec::new() };
        if let PayStep::Bills(mut bills) = std::mem::replace(&mut paying.step, PayStep::Away) {
            paying.step = match chosen {
                Ok((purchase, amount)) => PayStep::Confirm(Confirm {
                    bills,
                    purchase,
                    amount,
                    channel: ChannelName::Wechat,
                    trouble: None,
                }),
                Err(fault) => {
                    bills.fault = Some(fault);
                    PayStep::Bills(bills)
                }
            };
        }
        Vec::new()
    }

    fn order(&mut self, now: Now) -> Vec<Effect> {
        let online = self.health.connection == Connection::Online;
        let Page::Paying(paying) = &mut self.page else { return Vec::new() };
        let PayStep::Confirm(confirm) = &mut paying.step else { return Vec::new() };
        if !online {
            confirm.trouble = Some(MoneyTrouble::Offline);
            return Vec::new();
        }
        let request = OrderRequest {
            provider: paying.provider.clone(),
            account: confirm.bills.account.account_no.clone(),
            purchase: confirm.purchase.clone(),
            amount_fen: confirm.amount,
            channel: confirm.channel,
        };
        let (job, ask) = self.ask(Ask::Order(request));
        if let Page::Paying(paying) = &mut self.page
            && let PayStep::Confirm(confirm) = std::mem::replace(&mut paying.step, PayStep::Away)
        {
            paying.step = PayStep::Ordering { job, since: now.uptime, confirm };
        }
        vec![ask]
    }

    /// Asks about the order that is on the page; its answer is the page's.
    fn ask_order(&mut self, ask: Ask) -> Vec<Effect> {
        let (job, effect) = self.ask(ask);
        if let Page::Paying(paying) = &mut self.page {
            match &mut paying.step {
                PayStep::Code(code) => code.job = job,
                PayStep::Outcome(outcome) => outcome.job = Some(job),
                _ => {}
            }
        }
        vec![effect]
    }

    pub(super) fn answer_paying(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Paying(paying) = &mut self.page else { return Vec::new() };
        match (&mut paying.step, answer) {
            (PayStep::LookingUp { job: asked, .. }, Answer::Bills(found)) if *asked == job => match *found {
                Ok((account, recent)) => {
                    self.show_bills(account, recent);
                    Vec::new()
                }
                Err(why) => self.account_fault(why),
            },
            (PayStep::Ordering { job: asked, .. }, Answer::Order(order)) if *asked == job => match *order {
                Ok(order) => self.show_order(order, false, now),
                Err(why) => {
                    self.back_to_confirm(why);
                    Vec::new()
                }
            },
            (PayStep::Code(code), Answer::Order(order)) if code.job == job => {
                code.asking = false;
                if let Ok(order) = *order {
                    return self.show_order(order, false, now);
                }
                // Central can't be reached: it goes on asking the channel, and the terminal goes on asking it.
                let number = code.order.order_no.clone();
                self.ask_order(Ask::FollowOrder(number, SCANNING))
            }
            (PayStep::Outcome(outcome), Answer::Order(order)) if outcome.job == Some(job) => {
                let known = (*order).unwrap_or_else(|_| outcome.order.clone());
                self.show_order(known, false, now)
            }
            (PayStep::Outcome(outcome), Answer::Printed(result)) => {
                if outcome.printing == Some(Printing::Busy(job)) {
                    outcome.printing = Some(Printing::Over(result));
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn show_bills(&mut self, account: AccountBills, recent: Vec<OrderView>) {
        let Page::Paying(paying) = &mut self.page else { return };
        // The oldest is chosen already: it is what most people come for, and what some providers ask for first.
        let oldest = account.bills.iter().find(|bill| bill.state == BillState::Unpaid);
        let chosen: BTreeSet<_> = oldest.map(|bill| bill.bill_id.clone()).into_iter().collect();
        let bills = Bills { account, chosen, top_up: None, recent, fault: None };
        paying.step = PayStep::Bills(bills);
    }

    fn back_to_confirm(&mut self, why: MoneyTrouble) {
        let Page::Paying(paying) = &mut self.page else { return };
        match std::mem::replace(&mut paying.step, PayStep::Away) {
            PayStep::Ordering { confirm, .. } => {
                paying.step = PayStep::Confirm(Confirm { trouble: Some(why), ..confirm });
            }
            step => paying.step = step,
        }
    }

    /// Shows an order as it stands, and goes on asking while it can change.
    fn show_order(&mut self, order: OrderView, reprint: bool, now: Now) -> Vec<Effect> {
        let Page::Paying(paying) = &mut self.page else { return Vec::new() };
        let is_open = matches!(order.state, OrderState::Created | OrderState::QrShown | OrderState::Paying);
        let number = order.order_no.clone();
        if is_open && !reprint && !matches!(paying.step, PayStep::Outcome(_)) {
            let (deadline, kept) = match &paying.step {
                PayStep::Code(code) => (code.deadline, None),
                // The terminal's wall clock may be wrong: only how long the code lives is taken from the order.
                _ => (now.uptime + lifetime(&order), Some(Effect::KeepOrder(number.clone()))),
            };
            self.last_touch = now.uptime;
            let code = Code { order, deadline, job: JobId::default(), asking: false };
            if let Page::Paying(paying) = &mut self.page {
                paying.step = PayStep::Code(code);
            }
            let mut effects = Vec::from_iter(kept);
            effects.extend(self.ask_order(Ask::FollowOrder(number, SCANNING)));
            return effects;
        }
        let state = order.state;
        let (printing, settles_by, was) = match &paying.step {
            PayStep::Outcome(outcome) => (outcome.printing, outcome.settles_by, Some(outcome.order.state)),
            _ => (None, now.uptime + SETTLING, None),
        };
        let mut outcome = OrderOutcome::of(order, settles_by);
        outcome.printing = printing;
        paying.step = PayStep::Outcome(Box::new(outcome));
        if was.is_none() {
            self.last_touch = now.uptime;
        }
        let mut effects = Vec::new();
        // A slip for money that moved, once it is known where it is; one for an open question when it stays open.
        let settled = is_settled(state);
        let moved = settled && !matches!(state, OrderState::Closed | OrderState::Failed);
        let is_news = was.is_none_or(|was| !is_settled(was));
        if settled && is_news {
            effects.push(Effect::DropOrder(number.clone()));
        }
        if (moved && is_news) || reprint {
            effects.extend(self.print_order(reprint, now));
        }
        if !settled {
            let pause = if now.uptime < settles_by { SETTLES } else { SCANNING };
            effects.extend(self.ask_order(Ask::FollowOrder(number, pause)));
        }
        effects
    }

    /// Time goes on: a code that nobody speaks about any more, an answer that does not come.
    pub(super) fn tick_paying(&mut self, now: Now) -> Option<Vec<Effect>> {
        let patience = self.rules.patience;
        let Page::Paying(paying) = &mut self.page else { return None };
        match &mut paying.step {
            PayStep::LookingUp { since, .. } if is_over(*since, patience, now) => {
                Some(self.account_fault(MoneyTrouble::NoAnswer))
            }
            PayStep::Ordering { since, .. } if is_over(*since, patience, now) => {
                self.back_to_confirm(MoneyTrouble::NoAnswer);
                Some(Vec::new())
            }
            PayStep::Code(code) if now.uptime >= code.deadline + SETTLING => {
                // Nobody has said what became of it.
                let order = OrderView { state: OrderState::Unknown, code_url: None, ..code.order.clone() };
                Some(self.show_order(order, false, now))
            }
            PayStep::Outcome(outcome)
                if outcome.printing.is_none()
                    && !is_settled(outcome.order.state)
                    && now.uptime >= outcome.settles_by =>
            {
                Some(self.print_order(false, now))
            }
            _ => None,
        }
    }

    fn print_order(&mut self, copy: bool, now: Now) -> Vec<Effect> {
        let Page::Paying(paying) = &self.page else { return Vec::new() };
        let (PayStep::Outcome(outcome), Some(provider)) = (&paying.step, self.provider(paying)) else {
            return Vec::new();
        };
        let service = self.library.find(&paying.service);
        let (name, department) = service.map(|s| (s.name.clone(), s.department.clone())).unwrap_or_default();
        let slip = slip(&outcome.order, provider, name, department, copy, now);
        let (job, print) = self.ask(Ask::Print(slip));
        if let Page::Paying(paying) = &mut self.page
            && let PayStep::Outcome(outcome) = &mut paying.step
        {
            outcome.printing = Some(Printing::Busy(job));
        }
        vec![print]
    }
}

/// Whether an order will not change any more by itself.
pub const fn is_settled(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Posted
            | OrderState::Closed
            | OrderState::Refunded
            | OrderState::Failed
            | OrderState::RefundFailed
    )
}

fn layout_of(provider: &Provider) -> Layout {
    let pattern = provider.account_pattern();
    if !pattern.is_ascii() {
        Layout::Pinyin
    } else if pattern.contains("A-Z") {
        Layout::Latin
    } else {
        Layout::Digits
    }
}

fn lifetime(order: &OrderView) -> Duration {
    Duration::try_from(order.expires_at.duration_since(order.created_at)).unwrap_or_default()
}

pub(super) fn slip(
    order: &OrderView,
    provider: &Provider,
    service: String,
    department: String,
    copy: bool,
    now: Now,
) -> Slip {
    // It is only printed.
    let mut lines = vec![
        line("收费单位", &provider.name),
        line(&provider.account_label, &order.account_masked),
        line("支付方式", order.channel.words(Language::Chinese)),
    ];
    lines.extend(order.transaction.as_deref().map(|transaction| line("支付流水", transaction)));
    Slip {
        service,
        department,
        applicant: None,
        counted: Counted::Order,
        number: order.order_no.to_string(),
        code: order.order_no.to_string(),
        next: Next::Order(order.state),
        fee: order.amount_fen,
        at: now.local,
        received: true,
        tells: Tells::Lines(lines),
        check_code: None,
        copy,
    }
}
