//! How a day ends: nothing goes wrong any more, the accounting desk does its work, and every order comes to an end that its
//! resident can learn at the terminal.

use crate::books::Books;
use crate::city::City;
use central::accounting::AccountingError;
use central::accounting::matters::{self, MatterKind, Settlement};
use central::accounting::order::{Alarm, Order};
use central::accounting::outside::{ChannelMove, PaymentChannel};
use contract::message::day_in_china;
use contract::{BillId, OrderNumber, ProviderId};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use kiosk::journey::{Next, Page, PayStep, Touch, is_settled};
use kiosk::typing::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Hours after which everything must have ended once nothing goes wrong any more: a provider is asked for a day, and
/// the days' files come after it.
const ENDS_WITHIN: u32 = 24 * 6;

/// So long after its end an order can be found by its account.
const FOUND_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Lets the day come to rest, and judges it. How many orders there were, and the ends of how many were learned.
pub async fn come_to_rest(city: &mut City) -> (u64, u64) {
    let began = day_in_china(city.now()).checked_sub(40.days()).unwrap();
    city.calm().await;
    let (mut told, mut learned) = (BTreeSet::new(), 0);
    let mut hours = 0;
    let mut compared = began;
    loop {
        let yesterday = day_in_china(city.now()).yesterday().unwrap();
        if hours > 0 && compared < yesterday {
            compare_days(city, began, yesterday).await;
            compared = yesterday;
        }
        see_to_matters(city).await;
        city.pass(Duration::from_mins(1)).await;
        let orders = orders(city).await;
        for order in orders.iter().filter(|order| order.is_final()) {
            let number = &order.terms().number;
            // One that ended while everything went wrong may have ended days ago.
            let ended = city.central.ledger.lock().unwrap().ended[number];
            if told.insert(number.clone()) && city.now().duration_since(ended) < FOUND_FOR {
                learn(city, order).await;
                learned += 1;
            }
        }
        let all_final = orders.iter().all(Order::is_final);
        if all_final && !city.has_notices() && hours >= 48 {
            break;
        }
        assert!(hours < ENDS_WITHIN, "these do not end: {:?}", open_ones(&orders));
        let step = if all_final { 12 } else { 1 };
        city.pass(Duration::from_hours(step)).await;
        hours += u32::try_from(step).unwrap();
    }
    let yesterday = day_in_china(city.now()).yesterday().unwrap();
    let open = compare_days(city, began, yesterday).await;
    assert_eq!(open, 0, "the files of the days and the books differ");
    let orders = orders(city).await;
    assert!(
        orders.iter().all(|order| order.is_final() && order.due_at().is_none()),
        "{:?}",
        open_ones(&orders)
    );
    charged_once(city, &orders, began);
    (u64::try_from(orders.len()).unwrap(), learned)
}

fn open_ones(orders: &[Order]) -> Vec<(&OrderNumber, &central::accounting::order::State)> {
    let open = orders.iter().filter(|order| !order.is_final());
    open.map(|order| (&order.terms().number, order.state())).collect()
}

async fn orders(city: &City) -> Vec<Order> {
    let kiosks = city.central.ledger.lock().unwrap().kiosks.clone();
    let (_, store) = city.central.desk();
    let read = store.read(move |sql| Books::read(sql, &kiosks)).await;
    read.unwrap().orders
}

/// The reconciliation of each day; how many differences it leaves to people.
async fn compare_days(city: &City, from: Date, to: Date) -> usize {
    let (payments, _) = city.central.desk();
    let today = day_in_china(city.now());
    let mut open = 0;
    // Nothing happened before the day on which the city began; the first days are there to see that.
    let mut day = to.checked_sub(8.days()).unwrap().max(from);
    while day <= to {
        open += payments.reconcile(day, today).await.unwrap().open;
        day = day.tomorrow().unwrap();
    }
    open
}

/// The accounting desk gives back what the channel did not, and files the rest.
async fn see_to_matters(city: &City) {
    let (_, store) = city.central.desk();
    let now = city.now();
    let done = store.change(move |sql| {
        for matter in matters::list(sql, None)? {
            let MatterKind::Alarm(alarm) = matter.name.kind else { continue };
            // Money that a provider may have is not given back by a desk that has not asked it.
            if alarm == Alarm::RefundFailed {
                match matters::settle(sql, &matter.name, Settlement::Refund, "again", now) {
                    // The order has gone on by itself since.
                    Ok(()) | Err(AccountingError::NotNow(_)) => {}
                    Err(error) => return Err(error),
                }
            } else {
                let _ = matters::settle(sql, &matter.name, Settlement::Explained, "seen", now);
            }
        }
        Ok::<_, AccountingError>(())
    });
    done.await.unwrap();
}

/// By the files of the channels nobody was charged twice for a bill, and who bought credit has it or the money.
fn charged_once(city: &City, orders: &[Order], from: Date) {
    let mut charged: BTreeMap<String, i64> = BTreeMap::new();
    let today = day_in_china(city.now());
    let mut day = from;
    while day <= today {
        for channel in &city.central.channels {
            for line in at_once(channel.daily_file(day)) {
                let sign = if line.moved == ChannelMove::Payment { 1 } else { -1 };
                *charged.entry(line.order).or_default() += sign * line.amount.0;
            }
        }
        day = day.tomorrow().unwrap();
    }
    let mut bills: BTreeSet<(ProviderId, BillId)> = BTreeSet::new();
    for order in orders {
        let terms = order.terms();
        let net = charged.remove(terms.number.as_str()).unwrap_or(0);
        let is_posted = order.state_name() == contract::order::OrderState::Posted;
        assert_eq!(net, if is_posted { terms.amount.0 } else { 0 }, "{} ended wrongly", terms.number);
        for bill in terms.bills().iter().filter(|_| is_posted) {
            let is_first = bills.insert((terms.provider.clone(), bill.clone()));
            assert!(is_first, "somebody was charged twice for {bill}");
        }
    }
    assert!(charged.is_empty(), "a channel has what no order knows: {charged:?}");
}

fn at_once<T>(mut answer: central::accounting::outside::Later<'_, T>) -> T {
    let waker = std::task::Waker::noop();
    match answer.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(answer) => answer.unwrap(),
        std::task::Poll::Pending => panic!("a simulated call waits"),
    }
}

/// The resident comes back with the account, finds the order and takes its slip along.
async fn learn(city: &mut City, order: &Order) {
    let terms = order.terms();
    let place = city.terminals.iter().position(|terminal| terminal.name == terms.kiosk).unwrap();
    let provider = city.library.provider(&terms.provider).unwrap();
    let service = city.library.services().iter().find(|service| {
        let paid = city.library.provider_of(&service.code);
        paid.is_some_and(|paid| paid.id == provider.id)
    });
    let service = service.unwrap().code.clone();
    let account = terms.account.expose().to_owned();
    let terminal = &mut city.terminals[place];
    terminal.touch(Touch::End);
    terminal.touch(Touch::Begin);
    terminal.touch(Touch::Choose(service));
    terminal.touch(Touch::Start);
    for digit in account.chars() {
        terminal.touch(Touch::Key(Key::Char(digit)));
    }
    terminal.touch(Touch::Next);
    city.pass(Duration::from_secs(5)).await;
    let terminal = &mut city.terminals[place];
    let number = &terms.number;
    let step = |terminal: &crate::terminal::Terminal| match terminal.journey.page() {
        Page::Paying(paying) => match &paying.step {
            PayStep::Bills(bills) => {
                bills.recent.iter().find(|recent| recent.order_no == *number).map(|recent| recent.state)
            }
            PayStep::Outcome(outcome) => {
                Some(outcome.order.state).filter(|_| outcome.order.order_no == *number)
            }
            _ => None,
        },
        _ => None,
    };
    let end = order.state_name();
    assert_eq!(step(terminal), Some(end), "the resident does not find {number} of {}", terms.created_at);
    terminal.touch(Touch::PrintOrder(number.clone()));
    assert_eq!(step(terminal), Some(end), "the resident is not shown how {number} ended");
    assert!(is_settled(end));
    let slip = terminal.printed.last();
    assert!(slip.is_some_and(|slip| slip.number == number.as_str() && slip.next == Next::Order(end)));
    terminal.touch(Touch::End);
    city.pass(Duration::from_secs(10)).await;
}
