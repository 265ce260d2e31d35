//! What goes wrong, where and how often: decided by chance out of one seed, and counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Something that may go wrong at an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    /// A request of the terminal never arrives.
    RequestLost,
    /// Central did what was asked, and its answer never arrives.
    AnswerLost,
    /// Somebody in between sends a request twice.
    RequestDoubled,
    /// Central dies in a transaction.
    CentralDiesBeforeCommit,
    /// Central dies in the moment after a commit.
    CentralDiesAfterCommit,
    /// Central dies before it asks outside what it has written down to ask.
    CentralDiesBeforeCall,
    /// Central dies with the answer from outside in its hands.
    CentralDiesAfterCall,
    /// The terminal dies with a question on its lips.
    TerminalDiesBeforeAsking,
    /// The terminal dies before it hears an answer.
    TerminalDiesBeforeHearing,
    /// The terminal dies while nothing is under way.
    TerminalDiesBetween,
    /// The terminal believes that there is no network.
    TerminalOffline,
    /// A call outside never arrives.
    CallLost,
    /// A call outside has its effect, its answer is lost.
    CallUnheard,
    /// A call outside is neither answered nor ended.
    CallSilent,
    /// The channel makes no code.
    CodeRefused,
    /// The channel gives no money back.
    RefundRefused,
    /// The payer pays in the moment before the code is closed.
    PaidAtTheClose,
    /// A payment slips through after the code was closed.
    PaidTooLate,
    /// The channel takes another amount.
    WrongAmount,
    /// A notice is never sent.
    NoticeLost,
    /// A notice is sent twice.
    NoticeDoubled,
    /// A notice comes minutes or hours later.
    NoticeLate,
    /// Notices come in another order.
    NoticesReordered,
    /// A notice of long ago comes once more.
    NoticeAgain,
    /// The provider does not take a payment.
    PostRefused,
    /// The provider has no time now.
    PostBusy,
    /// The provider gives no answer and takes the payment minutes later.
    PostLate,
    /// The provider's bills do not add up.
    BillsWrong,
    /// Somebody pays a bill at the provider's own counter.
    PaidElsewhere,
    /// The providers take nothing for hours or days.
    ProvidersAway,
    /// The channels don't answer for hours or days.
    ChannelsAway,
}

impl Mishap {
    /// All, with how often in a thousand they strike where they can.
    const ODDS: [(Self, u32); 31] = [
        (Self::RequestLost, 30),
        (Self::AnswerLost, 30),
        (Self::RequestDoubled, 30),
        (Self::CentralDiesBeforeCommit, 12),
        (Self::CentralDiesAfterCommit, 12),
        (Self::CentralDiesBeforeCall, 15),
        (Self::CentralDiesAfterCall, 15),
        (Self::TerminalDiesBeforeAsking, 10),
        (Self::TerminalDiesBeforeHearing, 10),
        (Self::TerminalDiesBetween, 10),
        (Self::TerminalOffline, 10),
        (Self::CallLost, 40),
        (Self::CallUnheard, 40),
        (Self::CallSilent, 20),
        (Self::CodeRefused, 60),
        (Self::RefundRefused, 300),
        (Self::PaidAtTheClose, 200),
        (Self::PaidTooLate, 200),
        (Self::WrongAmount, 60),
        (Self::NoticeLost, 150),
        (Self::NoticeDoubled, 150),
        (Self::NoticeLate, 200),
        (Self::NoticesReordered, 500),
        (Self::NoticeAgain, 20),
        (Self::PostRefused, 80),
        (Self::PostBusy, 100),
        (Self::PostLate, 80),
        (Self::BillsWrong, 30),
        (Self::PaidElsewhere, 6),
        (Self::ProvidersAway, 3),
        (Self::ChannelsAway, 3),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ODDS.into_iter().map(|(mishap, _)| mishap)
    }

    fn in_a_thousand(self) -> u32 {
        Self::ODDS.iter().find(|(mishap, _)| *mishap == self).unwrap().1
    }
}

/// How often what struck.
pub type Struck = BTreeMap<Mishap, u64>;

/// Chance, shared by everything in a city.
#[derive(Clone)]
pub struct Fate(Arc<Mutex<Inner>>);

struct Inner {
    chance: fastrand::Rng,
    /// Tenths of the odds: some days are quiet, some are terrible.
    weather: u32,
    struck: Struck,
}

impl Fate {
    pub fn new(seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        let weather = [2, 10, 10, 30][chance.usize(..4)];
        Self(Arc::new(Mutex::new(Inner { chance, weather, struck: Struck::new() })))
    }

    /// Whether it would go wrong here.
    pub fn tempts(&self, mishap: Mishap) -> bool {
        let mut inner = self.0.lock().unwrap();
        let odds = mishap.in_a_thousand() * inner.weather;
        odds > 0 && inner.chance.u32(..10_000) < odds
    }

    /// It did go wrong.
    pub fn count(&self, mishap: Mishap) {
        *self.0.lock().unwrap().struck.entry(mishap).or_default() += 1;
    }

    /// Whether it goes wrong here.
    pub fn strikes(&self, mishap: Mishap) -> bool {
        let strikes = self.tempts(mishap);
        if strikes {
            self.count(mishap);
        }
        strikes
    }

    /// A number below another.
    pub fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap().chance.u64(..end)
    }

    /// From now on nothing goes wrong.
    pub fn calm(&self) {
        self.0.lock().unwrap().weather = 0;
    }

    /// What struck so far.
    pub fn struck(&self) -> Struck {
        self.0.lock().unwrap().struck.clone()
    }
}
