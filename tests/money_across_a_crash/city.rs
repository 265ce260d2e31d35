//! A day of a city: residents at two terminals and with their phones, while anything may go wrong.

use crate::News;
use crate::central::{Central, Given};
use crate::fate::{Fate, Mishap};
use crate::outside::Away;
use crate::terminal::Terminal;
use central::accounting::payments::Clock;
use central::accounting::simulated_channel::{PayPageState, SentNotice, SimulatedChannel};
use central::accounting::simulated_world::{Act, Fault};
use contract::account::AccountNumber;
use contract::bill::LookUp;
use contract::order::{ChannelName, OrderState};
use contract::{BillId, Fen, OrderNumber, ServiceCode};
use jiff::{SignedDuration, Timestamp};
use kiosk::journey::{Connection, Event, Next, Page, PayStep, Touch};
use kiosk::services::Library;
use kiosk::typing::Key;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, timeout_at};

/// What residents come for: bills, and credit.
const SERVICES: [&str; 2] = ["SZ-SU-000002", "SZ-YD-000002"];

const TICK: Duration = Duration::from_secs(1);

/// A code that somebody's phone has seen on a screen.
#[derive(Clone)]
struct Seen {
    number: OrderNumber,
    channel: ChannelName,
    token: String,
}

/// A notice on its way.
struct Underway {
    id: u64,
    channel: ChannelName,
    notice: SentNotice,
    next: Instant,
}

pub struct City {
    pub fate: Fate,
    pub chance: fastrand::Rng,
    pub central: Arc<Central>,
    pub terminals: Vec<Terminal>,
    pub library: Arc<Library>,
    clock: Clock,
    news: UnboundedReceiver<News>,
    /// When central is started again, while it is dead.
    central_up: Option<Instant>,
    seen: Vec<Seen>,
    notices: Vec<Underway>,
    old_notices: Vec<(ChannelName, SentNotice)>,
    notice_ids: u64,
    /// What each terminal's resident came for: a service, and which of its accounts.
    errands: Vec<(ServiceCode, AccountNumber)>,
}

impl City {
    pub fn new(seed: u64, given: &Arc<Given>, library: &Arc<Library>, folder: &Path) -> Self {
        let fate = Fate::new(seed);
        let mut chance = fastrand::Rng::with_seed(!seed);
        let (sender, news) = unbounded_channel();
        let began: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let began = began + SignedDuration::from_mins(chance.i64(0..30 * 24 * 60));
        let zero = Instant::now();
        let clock: Clock = Arc::new(move || began + SignedDuration::try_from(zero.elapsed()).unwrap());
        let file = folder.join("central.db");
        let central = Arc::new(Central::new(given, file, Arc::clone(&clock), fate.clone(), sender.clone()));
        central.start();
        let terminals: Vec<Terminal> =
            (0..2).map(|place| Terminal::new(place, &central, library, sender.clone())).collect();
        central.ledger.lock().unwrap().kiosks = terminals.iter().map(|t| t.name.clone()).collect();
        let mut city = Self {
            fate,
            chance,
            central,
            terminals,
            library: Arc::clone(library),
            clock,
            news,
            central_up: None,
            seen: Vec::new(),
            notices: Vec::new(),
            old_notices: Vec::new(),
            notice_ids: 0,
            errands: Vec::new(),
        };
        city.errands = (0..2).map(|_| city.errand()).collect();
        city
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn errand(&mut self) -> (ServiceCode, AccountNumber) {
        let service: ServiceCode = SERVICES[usize::from(self.chance.u8(..3) == 0)].parse().unwrap();
        let samples = &self.library.provider_of(&service).unwrap().samples;
        (service, samples[usize::from(self.chance.u8(..4) == 0)].clone())
    }

    /// One thing happens, and some time passes.
    pub async fn step(&mut self) {
        let place = self.chance.usize(..2);
        match self.chance.u32(..100) {
            0..70 => self.reside(place).await,
            70..80 => self.phone(),
            80..82 => {
                let long = Duration::from_secs(self.chance.u64(60..14_400));
                self.pass(long).await;
            }
            _ => {}
        }
        if self.fate.strikes(Mishap::TerminalDiesBetween) {
            self.terminals[place].restart();
        }
        if self.fate.strikes(Mishap::TerminalOffline) {
            self.terminals[place].health(Connection::Offline);
        } else if self.chance.u8(..4) == 0 {
            self.terminals[place].health(Connection::Online);
        }
        for (mishap, channels) in [(Mishap::ProvidersAway, false), (Mishap::ChannelsAway, true)] {
            if self.fate.strikes(mishap) {
                let until = Some(Instant::now() + Duration::from_mins(self.chance.u64(30..3_000)));
                let mut away = self.central.away.lock().unwrap();
                if channels {
                    away.channels = until;
                } else {
                    away.providers = until;
                }
            }
        }
        if self.fate.tempts(Mishap::PaidElsewhere) {
            self.pay_elsewhere(place);
        }
        if self.fate.tempts(Mishap::NoticeAgain)
            && let Some((channel, notice)) = self.chance.choice(&self.old_notices).cloned()
        {
            self.fate.count(Mishap::NoticeAgain);
            self.send(channel, notice, Duration::ZERO);
        }
        let time = Duration::from_millis(self.chance.u64(100..4_000));
        self.pass(time).await;
    }

    /// Somebody pays the oldest bill at the provider's counter.
    fn pay_elsewhere(&mut self, place: usize) {
        let (service, account) = &self.errands[place];
        let provider = self.library.provider_of(service).unwrap();
        let asked = LookUp { provider: provider.id.clone(), account: account.clone() };
        if let Some(bill) = self.oldest_bill(asked) {
            self.central.providers.pay_elsewhere(&provider.id, &bill).unwrap();
            self.fate.count(Mishap::PaidElsewhere);
        }
    }

    fn oldest_bill(&self, asked: LookUp) -> Option<BillId> {
        use central::accounting::outside::BillProvider;
        let mut bills = self.central.providers.look_up(asked, self.now());
        let waker = std::task::Waker::noop();
        let std::task::Poll::Ready(bills) = bills.as_mut().poll(&mut std::task::Context::from_waker(waker))
        else {
            panic!("the providers answer at once")
        };
        let unpaid = |bill: &&contract::bill::Bill| bill.state == contract::bill::BillState::Unpaid;
        Some(bills.ok()??.bills.iter().find(unpaid)?.bill_id.clone())
    }

    /// The resident at a terminal does something.
    async fn reside(&mut self, place: usize) {
        let dice = self.chance.u8(..20);
        let terminal = &mut self.terminals[place];
        let Page::Paying(paying) = terminal.journey.page() else {
            match terminal.journey.page() {
                Page::Attract | Page::Goodbye { .. } => {
                    if dice < 8 {
                        self.errands[place] = self.errand();
                    }
                    let service = self.errands[place].0.clone();
                    for touch in [Touch::Begin, Touch::Choose(service), Touch::Start] {
                        self.terminals[place].touch(touch);
                    }
                }
                Page::Home => terminal.touch(Touch::Choose(self.errands[place].0.clone())),
                Page::Guide(_) => terminal.touch(if dice == 0 { Touch::Home } else { Touch::Start }),
                _ => terminal.touch(Touch::Home),
            }
            return;
        };
        let touch = match &paying.step {
            PayStep::Account { .. } => return self.type_account(place),
            PayStep::Bills(bills) => match dice {
                0 => Touch::Back,
                1 if !bills.recent.is_empty() => Touch::PrintOrder(bills.recent[0].order_no.clone()),
                2 if bills.account.bills.len() > 1 => {
                    Touch::ChooseBill(bills.account.bills[1].bill_id.clone())
                }
                _ if bills.account.balance_fen.is_some() && bills.top_up.is_none() => {
                    Touch::ChooseAmount(Fen(5_000))
                }
                _ => Touch::Next,
            },
            PayStep::Confirm(_) => match dice {
                0 => Touch::Back,
                1..8 => Touch::PayBy(ChannelName::Alipay),
                _ => Touch::Next,
            },
            PayStep::Code(_) => return self.at_the_code(place, dice).await,
            PayStep::Outcome(_) => match dice {
                0..3 => Touch::PrintAgain,
                3..10 => Touch::More,
                10 => Touch::Back,
                11..14 => Touch::End,
                _ => Touch::KeepGoing,
            },
            PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => match dice {
                0 => Touch::End,
                1 => Touch::Back,
                _ => Touch::KeepGoing,
            },
        };
        terminal.touch(touch);
    }

    fn type_account(&mut self, place: usize) {
        let account = self.errands[place].1.clone();
        let terminal = &mut self.terminals[place];
        terminal.touch(Touch::Key(Key::Clear));
        for digit in account.expose().chars() {
            terminal.touch(Touch::Key(Key::Char(digit)));
        }
        terminal.touch(Touch::Next);
    }

    async fn at_the_code(&mut self, place: usize, dice: u8) {
        self.see(place);
        match dice {
            0..8 => {
                let last = self.seen.len().checked_sub(1);
                self.pay(last);
            }
            8 | 9 => {
                let last = self.seen.len().checked_sub(1);
                self.visit(last, SimulatedChannel::scan);
            }
            10..12 => self.terminals[place].touch(Touch::HaveIPaid),
            12 => self.terminals[place].touch(Touch::Back),
            13 => self.terminals[place].touch(Touch::Home),
            14 => self.terminals[place].touch(Touch::End),
            // Walks away.
            15 => {
                let away = Duration::from_secs(self.chance.u64(30..260));
                self.pass(away).await;
            }
            _ => {}
        }
    }

    /// The phone of whoever stands there sees what the screen shows.
    fn see(&mut self, place: usize) {
        let terminal = &self.terminals[place];
        let Page::Paying(paying) = terminal.journey.page() else { return };
        let PayStep::Code(code) = &paying.step else { return };
        let Some(url) = code.order.code_url.as_deref().filter(|_| terminal.now().uptime < code.deadline)
        else {
            return;
        };
        let (number, channel) = (code.order.order_no.clone(), code.order.channel);
        self.seen.retain(|seen| seen.number != number);
        self.seen.push(Seen { number, channel, token: url.rsplit('/').next().unwrap().to_owned() });
    }

    fn channel(&self, name: ChannelName) -> &SimulatedChannel {
        self.central.channels.iter().find(|channel| channel.name() == name).unwrap()
    }

    /// A phone pays what it once saw: in time, late, or again.
    fn phone(&mut self) {
        let which = (!self.seen.is_empty()).then(|| self.chance.usize(..self.seen.len()));
        self.pay(which);
    }

    fn visit<T>(
        &self,
        which: Option<usize>,
        act: impl Fn(&SimulatedChannel, &str, Timestamp) -> T,
    ) -> Option<T> {
        let seen = self.seen.get(which?)?;
        Some(act(self.channel(seen.channel), &seen.token, self.now()))
    }

    fn pay(&mut self, which: Option<usize>) {
        let page = |city: &Self| city.visit(which, SimulatedChannel::scan)?.ok()?.map(|page| page.state);
        let before = page(self);
        let mishap = match before {
            Some(PayPageState::Open) if self.fate.tempts(Mishap::WrongAmount) => {
                Some((Mishap::WrongAmount, Act::Pay, Fault::WrongAmount))
            }
            Some(PayPageState::Over) if self.fate.tempts(Mishap::PaidTooLate) => {
                Some((Mishap::PaidTooLate, Act::Pay, Fault::LatePayment))
            }
            _ => None,
        };
        let pays = before == Some(PayPageState::Open) || mishap.is_some();
        let notice = match () {
            () if pays && self.fate.tempts(Mishap::NoticeLost) => {
                Some((Mishap::NoticeLost, Act::Notice, Fault::LostRequest))
            }
            () if pays && self.fate.tempts(Mishap::NoticeDoubled) => {
                Some((Mishap::NoticeDoubled, Act::Notice, Fault::Twice))
            }
            () => None,
        };
        let Some(seen) = which.and_then(|which| self.seen.get(which)) else { return };
        for (mishap, act, fault) in mishap.into_iter().chain(notice) {
            self.central.world.misbehave(seen.channel.as_str(), act, fault).unwrap();
            self.fate.count(mishap);
        }
        self.visit(which, SimulatedChannel::pay);
        assert!(!pays || page(self) == Some(PayPageState::Paid), "what can be paid was not paid");
        // What was meant for this payment does not strike another.
        self.central.world.behave().unwrap();
    }

    /// The channels' notices set out.
    fn collect_notices(&mut self) {
        for name in ChannelName::ALL {
            for notice in self.channel(name).notices(self.now()).unwrap() {
                let late = self.fate.strikes(Mishap::NoticeLate);
                let delay = self.chance.u64(if late { 120..20_000 } else { 0..3 });
                self.old_notices.push((name, notice.clone()));
                self.send(name, notice, Duration::from_secs(delay));
            }
        }
    }

    fn send(&mut self, channel: ChannelName, notice: SentNotice, delay: Duration) {
        self.notice_ids += 1;
        let next = Instant::now() + delay;
        self.notices.push(Underway { id: self.notice_ids, channel, notice, next });
    }

    fn bring_notices(&mut self) {
        let now = Instant::now();
        let mut due: Vec<usize> =
            (0..self.notices.len()).filter(|place| self.notices[*place].next <= now).collect();
        if due.len() > 1 && self.fate.strikes(Mishap::NoticesReordered) {
            due.reverse();
        }
        for place in due {
            let underway = &mut self.notices[place];
            // What is not taken comes again.
            underway.next = now + Duration::from_mins(1);
            let taken = News::NoticeTaken(underway.id);
            self.central.notify(underway.channel, underway.notice.clone(), taken);
        }
    }

    /// Time passes, and everybody does what is due.
    pub async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        loop {
            self.collect_notices();
            self.bring_notices();
            let now = Instant::now();
            if self.central_up.is_some_and(|up| up <= now) {
                self.central_up = None;
                self.central.start();
            }
            let tick = self.terminals.iter().any(|terminal| !terminal.is_idle()).then_some(now + TICK);
            let notice = self.notices.iter().map(|notice| notice.next).min();
            let next = [Some(until), tick, notice, self.central_up].into_iter().flatten().min().unwrap();
            match timeout_at(next, self.news.recv()).await {
                Ok(news) => self.take(news.unwrap()),
                Err(_) => {
                    for terminal in &mut self.terminals {
                        terminal.handle(Event::Tick);
                    }
                }
            }
            let broken = self.central.ledger.lock().unwrap().broken.clone();
            assert!(broken.is_none(), "{}", broken.unwrap_or_default());
            if Instant::now() >= until {
                return;
            }
        }
    }

    fn take(&mut self, news: News) {
        match news {
            News::Answered { place, life, event } => {
                let terminal = &mut self.terminals[place];
                if terminal.life == life {
                    terminal.handle(event);
                    self.see_truth(place);
                }
            }
            News::TerminalDied { place, life } => {
                if self.terminals[place].life == life {
                    self.terminals[place].restart();
                }
            }
            News::CentralDied => {
                self.central.bury();
                let longest = if self.chance.u8(..4) == 0 { 400 } else { 20 };
                let down = self.chance.u64(..longest);
                self.central_up = Some(Instant::now() + Duration::from_secs(1 + down));
            }
            News::NoticeTaken(id) => self.notices.retain(|notice| notice.id != id),
        }
    }

    /// What a screen says of an order was so once, and what a slip says too.
    fn see_truth(&mut self, place: usize) {
        let ledger = self.central.ledger.lock().unwrap();
        let terminal = &mut self.terminals[place];
        if let Page::Paying(paying) = terminal.journey.page()
            && let PayStep::Outcome(outcome) = &paying.step
        {
            let (number, state) = (&outcome.order.order_no, outcome.order.state);
            let states = ledger.states.get(number);
            let is_doubt = state == OrderState::Unknown;
            assert!(
                is_doubt || states.is_some_and(|states| states.contains(&state)),
                "{number} is shown as {state} and never was; it was {states:?}"
            );
        }
        for slip in terminal.printed.drain(..) {
            let states = slip.number.parse().ok().and_then(|number: OrderNumber| ledger.states.get(&number));
            let mut was = states.into_iter().flatten().map(|state| Next::Order(*state));
            assert!(
                slip.next == Next::Order(OrderState::Unknown) || was.any(|state| state == slip.next),
                "the slip of {} says {:?}, which was never so",
                slip.number,
                slip.next
            );
        }
    }

    pub fn has_notices(&self) -> bool {
        !self.notices.is_empty()
    }

    /// Nothing goes wrong any more.
    pub async fn calm(&mut self) {
        self.fate.calm();
        *self.central.away.lock().unwrap() = Away::default();
        self.pass(Duration::from_mins(10)).await;
        for terminal in &mut self.terminals {
            terminal.health(Connection::Online);
            terminal.touch(Touch::End);
        }
    }
}
