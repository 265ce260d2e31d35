//! Random days of orders over both simulated channels and the simulated providers, with a crash or a lost answer at
//! every arrow: money is never lost, never doubled, and every order comes to an end.

#[path = "money/model.rs"]
mod model;
#[path = "money/store.rs"]
mod store;

use central::accounting::order::{Effect, Event, LineKind, Order, SHOWN_FOR, State, Terms};
use central::accounting::outside::{
    BillProvider, ChannelMove, CodeRequest, Later, NoAnswer, Notice, PaymentChannel, Posting,
};
use central::accounting::question::{Answer, CodeAnswer, Payment, Question};
use central::accounting::simulated_channel::{PayPageState, SentNotice, SimulatedChannel};
use central::accounting::simulated_providers::SimulatedProviders;
use central::accounting::simulated_world::{Act, Fault, SimulatedWorld};
use contract::message::day_in_china;
use contract::order::{ChannelName, Purchase};
use contract::providers::Providers;
use contract::{BillId, Fen, KioskId, OrderNumber, ProviderId};
use jiff::{SignedDuration, Timestamp, ToSpan};
use model::{Keeping, Model};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use store::StoreBooks;

const AMOUNT: Fen = Fen(12_345);
static PROVIDERS: LazyLock<Arc<Providers>> =
    LazyLock::new(|| Arc::new(Providers::parse(include_str!("../../../catalog/providers.csv")).unwrap()));

const BILLS: [&str; 2] = ["B-202609", "B-202610"];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Happening {
    /// Somebody orders: the first bill, the second, both, or credit.
    Order(ChannelName, u8),
    /// Time passes, and central works.
    Pass(u16),
    Scan(usize),
    Pay(usize),
    Leave(usize),
    HaveIPaid(usize),
    /// The channels' notices arrive, each so often.
    Notices(u8),
    /// A notice from long ago arrives again.
    OldNotice,
    Spoil(&'static str, Act, Fault),
    /// Central dies at one of the next arrows.
    Crash(Arrow),
    PayElsewhere(usize),
}

/// Where central dies: it forgets everything that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrow {
    /// The intent was not committed.
    BeforeIntent,
    /// The intent is committed, the call was not made.
    BeforeCall,
    /// The call was made, its answer is not committed.
    AfterCall,
}

/// A number as one thing that happens: its first byte says what, the others which.
fn happening(number: u32) -> Happening {
    let [what, which, how, more] = number.to_le_bytes();
    let channel = ChannelName::ALL[usize::from(which % 2)];
    let order = usize::from(which % 4);
    match what % 36 {
        0..4 => Happening::Order(channel, how % 4),
        4..9 => Happening::Pass(u16::from(how % 20)),
        9..11 => Happening::Pass(60 + u16::from(how) * 3),
        11..14 => Happening::Scan(order),
        14..19 => Happening::Pay(order),
        19 => Happening::Leave(order),
        20 => Happening::HaveIPaid(order),
        21..23 => Happening::Notices(how % 3),
        23 => Happening::OldNotice,
        24..28 => {
            let acts =
                [Act::MakeCode, Act::Query, Act::Close, Act::Refund, Act::QueryRefund, Act::Pay, Act::Notice];
            let fault = match more % 11 {
                0..3 => Fault::LostRequest,
                3..6 => Fault::LostAnswer,
                6 => Fault::Refuse,
                7 => Fault::PaidFirst,
                8 => Fault::LatePayment,
                9 => Fault::WrongAmount,
                _ => Fault::Twice,
            };
            Happening::Spoil(channel.as_str(), acts[usize::from(how) % acts.len()], fault)
        }
        28..31 => {
            let act = if which % 4 == 0 { Act::QueryPost } else { Act::Post };
            let faults =
                [Fault::LostRequest, Fault::LostAnswer, Fault::Refuse, Fault::Busy, Fault::LateEffect];
            Happening::Spoil("providers", act, faults[usize::from(how) % faults.len()])
        }
        31..35 => {
            Happening::Crash([Arrow::BeforeIntent, Arrow::BeforeCall, Arrow::AfterCall][usize::from(how) % 3])
        }
        _ => Happening::PayElsewhere(usize::from(which % 2)),
    }
}

/// What is not slow or silent answers at once.
fn at_once<T>(mut answer: Later<'_, T>) -> Result<T, NoAnswer> {
    match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a simulated call waits"),
    }
}

struct City<K> {
    now: Timestamp,
    world: SimulatedWorld,
    channels: [SimulatedChannel; 2],
    providers: SimulatedProviders,
    kept: K,
    orders: Vec<OrderNumber>,
    codes: BTreeMap<OrderNumber, String>,
    old_notices: Vec<(ChannelName, SentNotice)>,
    crash: Option<Arrow>,
    checked_lines: usize,
    closed: BTreeSet<OrderNumber>,
}

impl<K: Keeping> City<K> {
    fn new(world: SimulatedWorld, kept: K) -> Self {
        world.forget().unwrap();
        let channel = |name| SimulatedChannel::new(name, world.clone(), "https://pay.test".into());
        Self {
            now: "2026-11-25T15:50:00Z".parse().unwrap(),
            channels: ChannelName::ALL.map(channel),
            providers: SimulatedProviders::new(Arc::clone(&PROVIDERS), world.clone()),
            world,
            kept,
            orders: Vec::new(),
            codes: BTreeMap::new(),
            old_notices: Vec::new(),
            crash: None,
            checked_lines: 0,
            closed: BTreeSet::new(),
        }
    }

    fn channel(&self, name: ChannelName) -> &SimulatedChannel {
        self.channels.iter().find(|channel| channel.name() == name).unwrap()
    }

    fn let_happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Order(channel, what) => self.order(*channel, *what),
            Happening::Pass(secs) => self.pass(SignedDuration::from_secs(i64::from(*secs))),
            Happening::Scan(which) => drop(self.at_page(*which, SimulatedChannel::scan)),
            Happening::Pay(which) => {
                self.at_page(*which, SimulatedChannel::scan);
                self.at_page(*which, SimulatedChannel::pay);
            }
            Happening::Leave(which) => self.tell(*which, Event::Leave),
            Happening::HaveIPaid(which) => self.tell(*which, Event::HaveIPaid),
            Happening::Notices(copies) => self.bring_notices(*copies),
            Happening::OldNotice => {
                for (channel, notice) in self.old_notices.clone() {
                    self.bring(channel, &notice);
                }
            }
            Happening::Spoil(whom, act, fault) => self.world.misbehave(whom, *act, *fault).unwrap(),
            Happening::Crash(arrow) => self.crash = Some(*arrow),
            Happening::PayElsewhere(which) => {
                let bill: BillId = BILLS[*which].parse().unwrap();
                self.providers.pay_elsewhere(&water(), &bill).unwrap();
            }
        }
    }

    fn order(&mut self, channel: ChannelName, what: u8) {
        let kiosk: KioskId = "ft-0001".parse().unwrap();
        let sequence = u32::try_from(self.orders.len()).unwrap() + 1;
        let number = OrderNumber::compose(&kiosk, day_in_china(self.now), sequence).unwrap();
        let bills: &[&str] = [&BILLS[..1], &BILLS[1..], &BILLS[..], &[]][usize::from(what)];
        let bill_ids: Vec<BillId> = bills.iter().map(|bill| bill.parse().unwrap()).collect();
        let purchase = if bill_ids.is_empty() { Purchase::TopUp } else { Purchase::Bills { bill_ids } };
        let order = Order::new(Terms {
            number,
            kiosk,
            provider: water(),
            account: "1030400017".parse().unwrap(),
            purchase,
            amount: AMOUNT,
            channel,
            created_at: self.now,
            expires_at: self.now + SHOWN_FOR,
        });
        if let Some(number) = self.kept.create(&order) {
            self.check_alone(&number);
            self.orders.push(number);
        }
    }

    /// A phone opens the page behind a code that was shown at some time.
    fn at_page<T>(
        &self,
        which: usize,
        visit: impl Fn(&SimulatedChannel, &str, Timestamp) -> Result<T, NoAnswer>,
    ) -> Option<T> {
        let number = self.orders.get(which)?;
        let url = self.codes.get(number)?;
        let channel = self.channel(self.kept.order(number).terms().channel);
        Some(visit(channel, url.rsplit('/').next()?, self.now).unwrap())
    }

    fn tell(&mut self, which: usize, event: Event) {
        if let Some(number) = self.orders.get(which).cloned() {
            self.kept.happen(&number, event, self.now);
        }
    }

    fn bring_notices(&mut self, copies: u8) {
        for name in ChannelName::ALL {
            for notice in self.channel(name).notices(self.now).unwrap() {
                for _ in 0..copies {
                    self.bring(name, &notice);
                }
                self.old_notices.push((name, notice));
            }
        }
    }

    fn bring(&mut self, channel: ChannelName, notice: &SentNotice) {
        let notice = Notice { headers: &notice.headers, body: &notice.body };
        let paid = self.channel(channel).open_notice(&notice).unwrap();
        self.kept.happen(&paid.order, Event::PaidNotice(paid.payment), self.now);
    }

    fn pass(&mut self, time: SignedDuration) {
        let until = self.now + time;
        let mut works = 0;
        while let Some((due, number)) = self.kept.first_due().filter(|(due, _)| *due <= until) {
            self.now = self.now.max(due);
            self.work(&number);
            works += 1;
            assert!(works < 10_000, "{number} does not come to rest");
            self.check_closed(&number);
            self.check();
        }
        self.now = until;
    }

    /// What central does for an order that is due.
    fn work(&mut self, number: &OrderNumber) {
        if self.crash == Some(Arrow::BeforeIntent) {
            self.crash = None;
            return;
        }
        for effect in self.kept.happen(number, Event::Due, self.now) {
            let Effect::Ask(turn, question) = effect else { continue };
            if self.crash == Some(Arrow::BeforeCall) {
                self.crash = None;
                return;
            }
            let answer = self.ask(number, question);
            if let Ok(Answer::Code(CodeAnswer::Code(url))) = &answer {
                self.codes.insert(number.clone(), url.clone());
            }
            if self.crash == Some(Arrow::AfterCall) {
                self.crash = None;
                return;
            }
            let event = answer.map_or(Event::NoAnswer(turn), |answer| Event::Answer(turn, answer));
            self.kept.happen(number, event, self.now);
        }
    }

    fn ask(&self, number: &OrderNumber, question: Question) -> Result<Answer, NoAnswer> {
        let order = self.kept.order(number);
        let terms = order.terms();
        let (channel, key, now) = (self.channel(terms.channel), number.clone(), self.now);
        let paid = order.payment().map_or(Fen::ZERO, |payment| payment.amount);
        match question {
            Question::MakeCode => at_once(channel.make_code(code_request(&order), now)).map(Answer::Code),
            Question::Query => at_once(channel.query(key, now)).map(Answer::Trade),
            Question::Close => at_once(channel.close(key, now)).map(Answer::Close),
            Question::Refund => at_once(channel.refund(key, paid, now)).map(Answer::Refund),
            Question::QueryRefund => at_once(channel.query_refund(key, now)).map(Answer::Refund),
            Question::Post => {
                let posting = Posting {
                    provider: terms.provider.clone(),
                    key,
                    account: terms.account.clone(),
                    bills: terms.bills().to_vec(),
                    amount: paid,
                };
                at_once(self.providers.post(posting, now)).map(Answer::Post)
            }
            Question::QueryPost => {
                at_once(self.providers.query(terms.provider.clone(), key, now)).map(Answer::Post)
            }
        }
    }

    /// An order that is closed was not paid and, unless its code is watched, can't be paid any more; and what was closed
    /// is never posted.
    fn check_closed(&mut self, number: &OrderNumber) {
        let order = self.kept.order(number);
        match order.state() {
            State::Closed { watch } => {
                let is_new = self.closed.insert(number.clone());
                if watch.is_none() {
                    assert_ne!(
                        self.page(number),
                        Some(PayPageState::Open),
                        "{number} is closed and can be paid"
                    );
                    assert!(
                        !is_new || self.page(number) != Some(PayPageState::Paid),
                        "{number} was paid and is closed"
                    );
                }
            }
            State::Posted { .. } => {
                assert!(!self.closed.contains(number), "{number} was closed and is posted");
            }
            _ => {}
        }
    }

    /// What a phone would see behind the code of an order.
    fn page(&self, number: &OrderNumber) -> Option<PayPageState> {
        let channel = self.channel(self.kept.order(number).terms().channel);
        let page = channel.scan(self.codes.get(number)?.rsplit('/').next()?, self.now).unwrap();
        page.map(|page| page.state)
    }

    /// While a new order is out for a bill, no older one for it can be paid.
    fn check_alone(&self, new: &OrderNumber) {
        let bills = self.kept.order(new).terms().bills().to_vec();
        for other in self.orders.iter().filter(|other| *other != new) {
            let order = self.kept.order(other);
            let is_rival = order.terms().bills().iter().any(|bill| bills.contains(bill));
            let is_watched = matches!(order.state(), State::Closed { watch: Some(_) });
            if is_rival && !is_watched {
                assert_ne!(
                    self.page(other),
                    Some(PayPageState::Open),
                    "{new} and {other} are out for one bill"
                );
            }
        }
    }

    /// What must hold at every moment.
    fn check(&mut self) {
        let [paid, posted, refunded, open] = self.kept.balance();
        assert_eq!(paid, posted + refunded + open, "paid = posted + refunded + open");
        let lines = self.kept.lines();
        if lines == self.checked_lines {
            return;
        }
        self.checked_lines = lines;
        let mut by_order: BTreeMap<(OrderNumber, LineKind), i64> = BTreeMap::new();
        for (number, kind, amount) in self.kept.book() {
            *by_order.entry((number, kind)).or_default() += amount.0;
        }
        let mut paid_bills = BTreeSet::new();
        for number in self.orders.clone() {
            let of = |kind| by_order.get(&(number.clone(), kind)).copied().unwrap_or(0);
            assert!(of(LineKind::Paid) <= AMOUNT.0, "{number} was paid twice");
            assert!(
                of(LineKind::Posted) + of(LineKind::Refunded) <= of(LineKind::Paid),
                "{number} went two ways"
            );
            if of(LineKind::Posted) > 0 {
                assert_eq!(of(LineKind::Posted), AMOUNT.0, "{number} was posted with another amount");
                for bill in self.kept.order(&number).terms().bills() {
                    assert!(paid_bills.insert(bill.clone()), "two charges were accepted for {bill}");
                }
            }
        }
    }

    /// Nothing goes wrong any more: what is open comes to an end.
    fn come_to_rest(&mut self) {
        self.crash = None;
        self.world.behave().unwrap();
        self.pass(SignedDuration::from_hours(24 * 4));
        // What the channels' files have and nobody heard of is taken in, as the reconciliation does.
        let found: Vec<(OrderNumber, Payment)> = self
            .channel_lines()
            .into_iter()
            .filter(|(_, moved, ..)| *moved == ChannelMove::Payment)
            .map(|(number, _, payment)| (number, payment))
            .collect();
        for (number, payment) in found {
            self.kept.happen(&number, Event::PaidNotice(payment), self.now);
        }
        self.pass(SignedDuration::from_hours(24 * 2));
        self.check();
        for number in self.orders.clone() {
            let order = self.kept.order(&number);
            let is_somebodys = self.kept.alarmed().contains(&number);
            let waits_for_somebody = matches!(order.state(), State::RefundFailed { .. }) && is_somebodys;
            assert!(order.is_final() || waits_for_somebody, "{number} does not end: {:?}", order.state());
            assert!(order.is_final() == order.due_at().is_none() || waits_for_somebody);
        }
        self.agree_with_the_outside();
    }

    fn channel_lines(&self) -> Vec<(OrderNumber, ChannelMove, Payment)> {
        let today = day_in_china(self.now);
        let days = (0..10).map(|back| today.checked_sub(back.days()).unwrap());
        let files = days.flat_map(|day| self.channels.iter().map(move |channel| (day, channel)));
        let lines = files.flat_map(|(day, channel)| at_once(channel.daily_file(day)).unwrap());
        lines
            .map(|line| {
                let payment = Payment { amount: line.amount, transaction: line.transaction, at: line.at };
                (line.order.parse().unwrap(), line.moved, payment)
            })
            .collect()
    }

    /// Our book and the files of the outside say the same, line by line.
    fn agree_with_the_outside(&mut self) {
        let mut outside: Vec<(OrderNumber, LineKind, i64)> = Vec::new();
        for (number, moved, payment) in self.channel_lines() {
            let kind = match moved {
                ChannelMove::Payment => LineKind::Paid,
                ChannelMove::Refund => LineKind::Refunded,
            };
            outside.push((number, kind, payment.amount.0));
        }
        let today = day_in_china(self.now);
        for back in 0..10 {
            let day = today.checked_sub(back.days()).unwrap();
            for line in at_once(self.providers.daily_file(water(), day)).unwrap() {
                outside.push((line.key.parse().unwrap(), LineKind::Posted, line.amount.0));
            }
        }
        let mut ours: Vec<_> =
            self.kept.book().into_iter().map(|(number, kind, amount)| (number, kind, amount.0)).collect();
        ours.sort();
        outside.sort();
        assert_eq!(ours, outside, "the book and the files differ");
    }
}

fn water() -> ProviderId {
    "szwater".parse().unwrap()
}

fn code_request(order: &Order) -> CodeRequest {
    CodeRequest {
        order: order.terms().number.clone(),
        amount: order.terms().amount,
        subject: "水费".to_owned(),
        expires_at: order.terms().expires_at,
    }
}

/// Some days, each from nothing: the numbers are what happens.
fn live<K: Keeping>(days: u32, kept: impl Fn() -> K) {
    let world = SimulatedWorld::in_memory().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(days));
    let day = prop::collection::vec(any::<u32>(), 1..48);
    let lived = runner.run(&day, |day| {
        let mut city = City::new(world.clone(), kept());
        for number in day {
            city.let_happen(&happening(number));
            city.check();
        }
        city.come_to_rest();
        Ok(())
    });
    if let Err(TestError::Fail(why, day)) = &lived {
        let day: Vec<Happening> = day.iter().map(|number| happening(*number)).collect();
        panic!("{why}\n{day:#?}");
    }
    lived.unwrap();
}

// Ten thousand days in all; in parts, so that the cores share them.

#[test]
fn money_is_never_lost_on_days_1_to_2450() {
    live(2_450, Model::default);
}

#[test]
fn money_is_never_lost_on_days_2451_to_4900() {
    live(2_450, Model::default);
}

#[test]
fn money_is_never_lost_on_days_4901_to_7350() {
    live(2_450, Model::default);
}

#[test]
fn money_is_never_lost_on_days_7351_to_9800() {
    live(2_450, Model::default);
}

#[test]
fn money_is_never_lost_on_days_9801_to_10000_kept_in_the_store() {
    live(200, StoreBooks::open);
}
