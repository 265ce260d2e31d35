//! What each step of paying knows.

use super::event::{JobId, MoneyTrouble};
use super::page::Printing;
use crate::typing::Typing;
use contract::bill::AccountBills;
use contract::order::{ChannelName, ChoiceFault, OrderView, Purchase};
use contract::{BillId, Fen, ProviderId, ServiceCode};
use std::collections::BTreeSet;
use std::time::Duration;

/// Bills and top-ups of one provider.
#[derive(Debug)]
pub struct Paying {
    /// Under which service.
    pub service: ServiceCode,
    /// Who is asked or paid.
    pub provider: ProviderId,
    /// How far it is.
    pub step: PayStep,
}

/// The steps of paying.
#[derive(Debug)]
pub enum PayStep {
    /// Between two steps; never shown.
    Away,
    /// The account number is typed.
    Account {
        /// What is typed.
        typing: Typing,
        /// Why it brought nothing.
        fault: Option<MoneyTrouble>,
    },
    /// The provider is asked.
    LookingUp {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
        /// What was typed.
        typing: Typing,
    },
    /// What it owes; what is chosen.
    Bills(Bills),
    /// Amount and account once more.
    Confirm(Confirm),
    /// The order is being made.
    Ordering {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
        /// What to return to.
        confirm: Confirm,
    },
    /// The code is on the screen.
    Code(Code),
    /// What became of it.
    Outcome(Box<OrderOutcome>),
}

/// What an account owes.
#[derive(Debug)]
pub struct Bills {
    /// The provider's answer.
    pub account: AccountBills,
    /// The bills that are chosen.
    pub chosen: BTreeSet<BillId>,
    /// The step that is chosen, of a prepaid account.
    pub top_up: Option<Fen>,
    /// The orders for this account at this terminal: of the last 24 hours, not ended, or ended since.
    pub recent: Vec<OrderView>,
    /// Why the choice can't be paid.
    pub fault: Option<ChoiceFault>,
}

/// The choice, once more.
#[derive(Debug)]
pub struct Confirm {
    /// What to return to.
    pub bills: Bills,
    /// What is bought.
    pub purchase: Purchase,
    /// For how much.
    pub amount: Fen,
    /// By which channel.
    pub channel: ChannelName,
    /// Why no order came of it.
    pub trouble: Option<MoneyTrouble>,
}

/// A code that can be scanned.
#[derive(Debug)]
pub struct Code {
    /// The order.
    pub order: OrderView,
    /// Until when the code is shown, by uptime.
    pub deadline: Duration,
    /// Whose answer counts.
    pub job: JobId,
    /// Whether the channel is being asked because the resident says so.
    pub asking: bool,
}

/// What became of an order.
#[derive(Debug)]
pub struct OrderOutcome {
    /// The order as it was last told.
    pub order: OrderView,
    /// Until when it may settle before a slip says that it has not, by uptime.
    pub settles_by: Duration,
    /// The print of its slip; none was begun yet.
    pub printing: Option<Printing>,
    /// Whose answer counts.
    pub job: Option<JobId>,
}

impl OrderOutcome {
    pub(super) const fn of(order: OrderView, settles_by: Duration) -> Self {
        Self { order, settles_by, printing: None, job: None }
    }
}
