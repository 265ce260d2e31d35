//! What must hold of the books after every commit, read from the books themselves.

use central::accounting::AccountingError;
use central::accounting::books;
use central::accounting::order::{LineKind, Order, State};
use central::store::{Sql, SqliteStore, Store};
use contract::order::{OrderRequest, OrderState};
use contract::{BillId, KioskId, OrderNumber, ProviderId};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What is known of a city from outside of its books.
#[derive(Default)]
pub struct Ledger {
    /// What residents agreed to at each terminal.
    pub agreed: BTreeMap<KioskId, Vec<OrderRequest>>,
    /// Every state that each order was ever in.
    pub states: BTreeMap<OrderNumber, BTreeSet<OrderState>>,
    /// When each order was first seen at its end.
    pub ended: BTreeMap<OrderNumber, Timestamp>,
    /// What the terminals are called.
    pub kiosks: Vec<KioskId>,
    /// The first promise that was broken.
    pub broken: Option<String>,
    /// Commits that were examined.
    pub commits: u64,
}

/// What is in the books.
pub struct Books {
    pub orders: Vec<Order>,
    balance: books::Balance,
    /// What was posted, order by order.
    posted: BTreeMap<OrderNumber, i64>,
    paid_twice: Option<OrderNumber>,
}

impl Books {
    pub fn read(sql: &mut dyn Sql, kiosks: &[KioskId]) -> Result<Self, AccountingError> {
        let mut orders = Vec::new();
        for kiosk in kiosks {
            orders.extend(books::of_kiosk(sql, kiosk, Timestamp::UNIX_EPOCH, 1_000)?);
        }
        let (mut posted, mut paid_twice) = (BTreeMap::new(), None);
        for order in &orders {
            let lines = books::book_of_order(sql, &order.terms().number)?;
            let sum =
                |kind| -> i64 { lines.iter().filter(|l| l.line.kind == kind).map(|l| l.line.amount.0).sum() };
            let paid = lines.iter().filter(|line| line.line.kind == LineKind::Paid).count();
            if paid > 1 || sum(LineKind::Posted) + sum(LineKind::Refunded) > sum(LineKind::Paid) {
                paid_twice = Some(order.terms().number.clone());
            }
            posted.insert(order.terms().number.clone(), sum(LineKind::Posted));
        }
        Ok(Self { orders, balance: books::balance(sql)?, posted, paid_twice })
    }

    /// The first promise that they break.
    fn broken(&self, ledger: &Ledger) -> Option<String> {
        if !self.balance.holds() {
            return Some(format!("paid = posted + refunded + open: {:?}", self.balance));
        }
        if let Some(number) = &self.paid_twice {
            return Some(format!("{number} was paid twice, or went two ways"));
        }
        self.charged_twice().or_else(|| self.not_agreed(ledger))
    }

    /// A bill is out or paid by one order at most.
    fn charged_twice(&self) -> Option<String> {
        let mut held: BTreeMap<(&ProviderId, &BillId), &OrderNumber> = BTreeMap::new();
        for order in &self.orders {
            let terms = order.terms();
            let posted = self.posted.get(&terms.number).copied().unwrap_or(0);
            if posted != 0 && posted != terms.amount.0 {
                return Some(format!(
                    "{} was posted with {posted} instead of {}",
                    terms.number, terms.amount
                ));
            }
            if posted == 0 && is_given_up(order) {
                continue;
            }
            for bill in terms.bills() {
                if let Some(other) = held.insert((&terms.provider, bill), &terms.number) {
                    return Some(format!("two charges for {bill}: {other} and {}", terms.number));
                }
            }
        }
        None
    }

    /// Each order is one that a resident agreed to, and none was made of one agreement twice.
    fn not_agreed(&self, ledger: &Ledger) -> Option<String> {
        for kiosk in &ledger.kiosks {
            let mut agreed = ledger.agreed.get(kiosk).cloned().unwrap_or_default();
            for order in self.orders.iter().filter(|order| order.terms().kiosk == *kiosk) {
                let terms = order.terms();
                let place = agreed.iter().position(|request| {
                    request.provider == terms.provider
                        && request.account == terms.account
                        && request.purchase == terms.purchase
                        && request.amount_fen == terms.amount
                        && request.channel == terms.channel
                });
                match place {
                    Some(place) => drop(agreed.swap_remove(place)),
                    None => return Some(format!("nobody agreed to {}, or only once", terms.number)),
                }
            }
        }
        None
    }
}

/// Whether an order no longer stands in the way of another for the same bill.
fn is_given_up(order: &Order) -> bool {
    matches!(
        order.state(),
        State::Closed { .. }
            | State::Failed { .. }
            | State::PostFailed(..)
            | State::Refunding { .. }
            | State::RefundFailed { .. }
            | State::Refunded { .. }
    )
}

/// Looks through the books after a commit.
pub async fn examine(store: &SqliteStore, ledger: &Mutex<Ledger>, now: Timestamp) {
    let kiosks = ledger.lock().unwrap().kiosks.clone();
    let store: &dyn Store = store;
    let read = store.read(move |sql| Books::read(sql, &kiosks)).await;
    let mut ledger = ledger.lock().unwrap();
    ledger.commits += 1;
    match read {
        Err(error) => drop(ledger.broken.get_or_insert(error.to_string())),
        Ok(books) => {
            for order in &books.orders {
                let states = ledger.states.entry(order.terms().number.clone()).or_default();
                states.insert(order.state_name());
                if order.is_final() {
                    ledger.ended.entry(order.terms().number.clone()).or_insert(now);
                }
            }
            if let Some(broken) = books.broken(&ledger) {
                ledger.broken.get_or_insert(broken);
            }
        }
    }
}
