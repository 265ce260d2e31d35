//! What must be kept of orders, as a model: maps in memory, the orders as the text that a store would hold.

use central::accounting::order::{Alarm, Effect, Event, Line, LineKind, Order};
use contract::{BillId, Fen, OrderNumber};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is kept. Everything else is lost in a crash.
pub(crate) trait Keeping {
    /// Writes a new order down, unless one of its bills is held; by which number it is known.
    fn create(&mut self, order: &Order) -> Option<OrderNumber>;
    /// Lets something happen to an order, as one transaction; what is to be asked outside comes back.
    fn happen(&mut self, number: &OrderNumber, event: Event, now: Timestamp) -> Vec<Effect>;
    /// The order as it is kept.
    fn order(&self, number: &OrderNumber) -> Order;
    /// The order that is due first, and when.
    fn first_due(&self) -> Option<(Timestamp, OrderNumber)>;
    /// The money book, line by line.
    fn book(&self) -> Vec<(OrderNumber, LineKind, Fen)>;
    /// How many lines the money book has.
    fn lines(&self) -> usize;
    /// Paid, posted, refunded, open.
    fn balance(&self) -> [i64; 4];
    /// Of which orders people were told.
    fn alarmed(&self) -> Vec<OrderNumber>;
}

#[derive(Default)]
pub(crate) struct Model {
    orders: BTreeMap<OrderNumber, String>,
    dues: BTreeMap<OrderNumber, Timestamp>,
    open: BTreeMap<OrderNumber, Fen>,
    holds: BTreeMap<BillId, OrderNumber>,
    book: Vec<(OrderNumber, Line)>,
    alarms: Vec<(OrderNumber, Alarm)>,
}

impl Model {
    fn put(&mut self, order: &Order) {
        let number = &order.terms().number;
        self.orders.insert(number.clone(), serde_json::to_string(order).unwrap());
        self.open.insert(number.clone(), order.open_amount());
        match order.due_at() {
            Some(due) => self.dues.insert(number.clone(), due),
            None => self.dues.remove(number),
        };
    }
}

impl Keeping for Model {
    fn create(&mut self, order: &Order) -> Option<OrderNumber> {
        let bills = order.terms().bills();
        if bills.iter().any(|bill| self.holds.contains_key(bill)) {
            return None;
        }
        for bill in bills {
            self.holds.insert(bill.clone(), order.terms().number.clone());
        }
        self.put(order);
        Some(order.terms().number.clone())
    }

    fn happen(&mut self, number: &OrderNumber, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut order = self.order(number);
        let effects = order.handle(event, now);
        self.put(&order);
        for effect in &effects {
            match effect {
                Effect::Ask(..) | Effect::BillsPaid => {}
                Effect::Book(line) => self.book.push((number.clone(), *line)),
                Effect::Alarm(alarm) => self.alarms.push((number.clone(), *alarm)),
                Effect::FreeBills => self.holds.retain(|_, holder| holder != number),
            }
        }
        effects
    }

    fn order(&self, number: &OrderNumber) -> Order {
        serde_json::from_str(&self.orders[number]).unwrap()
    }

    fn first_due(&self) -> Option<(Timestamp, OrderNumber)> {
        self.dues.iter().map(|(number, due)| (*due, number.clone())).min()
    }

    fn book(&self) -> Vec<(OrderNumber, LineKind, Fen)> {
        self.book.iter().map(|(number, line)| (number.clone(), line.kind, line.amount)).collect()
    }

    fn lines(&self) -> usize {
        self.book.len()
    }

    fn balance(&self) -> [i64; 4] {
        let of = |kind| {
            self.book.iter().filter(|(_, line)| line.kind == kind).map(|(_, line)| line.amount.0).sum()
        };
        let [paid, posted, refunded] = [LineKind::Paid, LineKind::Posted, LineKind::Refunded].map(of);
        [paid, posted, refunded, self.open.values().map(|amount| amount.0).sum()]
    }

    fn alarmed(&self) -> Vec<OrderNumber> {
        self.alarms.iter().map(|(number, _)| number.clone()).collect()
    }
}
