//! Channels and providers as central finds them: the simulated ones, and the arrows to them and back.

use crate::central::Life;
use crate::fate::Mishap;
use central::accounting::outside::{
    BillProvider, ChannelLine, CodeRequest, Later, NoAnswer, Notice, NoticeFault, PaidNotice, PaymentChannel,
    Posting, ProviderLine,
};
use central::accounting::question::{CloseAnswer, CodeAnswer, PostAnswer, RefundAnswer, TradeAnswer};
use central::accounting::simulated_channel::SimulatedChannel;
use central::accounting::simulated_providers::SimulatedProviders;
use central::accounting::simulated_world::{Act, Fault, SimulatedWorld};
use contract::bill::{AccountBills, LookUp};
use contract::{Fen, OrderNumber, ProviderId};
use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::{Arc, Mutex};
use tokio::time::Instant;

/// What may go wrong with any call outside.
const ANY: [(Mishap, Fault); 3] = [
    (Mishap::CallLost, Fault::LostRequest),
    (Mishap::CallUnheard, Fault::LostAnswer),
    (Mishap::CallSilent, Fault::Silent),
];

/// Until when nobody outside answers.
#[derive(Default)]
pub struct Away {
    pub providers: Option<Instant>,
    pub channels: Option<Instant>,
}

/// The arrows from one life of central to the outside.
#[derive(Clone)]
pub struct Arrows {
    pub life: Life,
    pub world: SimulatedWorld,
    pub away: Arc<Mutex<Away>>,
}

impl Arrows {
    /// There and back; with the answer, what was to go wrong.
    async fn there<T>(
        &self,
        whom: &str,
        act: Act,
        own: &[(Mishap, Fault)],
        call: Later<'_, T>,
    ) -> (Result<T, NoAnswer>, Option<Mishap>) {
        self.life.arrow(Mishap::CentralDiesBeforeCall).await;
        let until = {
            let away = self.away.lock().unwrap();
            if whom == PROVIDERS { away.providers } else { away.channels }
        };
        if until.is_some_and(|until| Instant::now() < until) {
            return (Err(NoAnswer), None);
        }
        // A call begins when it is first waited for: until then it can still be told how to go wrong.
        let spoilt = ANY.iter().chain(own).find(|(mishap, _)| self.life.fate.tempts(*mishap));
        if let Some((mishap, fault)) = spoilt {
            self.world.misbehave(whom, act, *fault).unwrap();
            if *mishap != Mishap::PaidAtTheClose {
                self.life.fate.count(*mishap);
            }
        }
        let answer = call.await;
        self.life.arrow(Mishap::CentralDiesAfterCall).await;
        (answer, spoilt.map(|(mishap, _)| *mishap))
    }
}

/// A channel.
pub struct Channel(pub SimulatedChannel, pub Arrows);

impl Channel {
    fn there<'a, T: Send + 'a>(
        &'a self,
        act: Act,
        own: &'static [(Mishap, Fault)],
        call: Later<'a, T>,
    ) -> Later<'a, T> {
        Box::pin(async move { self.1.there(self.0.name().as_str(), act, own, call).await.0 })
    }
}

impl PaymentChannel for Channel {
    fn make_code(&self, order: CodeRequest, now: Timestamp) -> Later<'_, CodeAnswer> {
        self.there(Act::MakeCode, &[(Mishap::CodeRefused, Fault::Refuse)], self.0.make_code(order, now))
    }

    fn query(&self, order: OrderNumber, now: Timestamp) -> Later<'_, TradeAnswer> {
        self.there(Act::Query, &[], self.0.query(order, now))
    }

    fn close(&self, order: OrderNumber, now: Timestamp) -> Later<'_, CloseAnswer> {
        let call = self.0.close(order, now);
        Box::pin(async move {
            let own = [(Mishap::PaidAtTheClose, Fault::PaidFirst)];
            let (answer, spoilt) = self.1.there(self.0.name().as_str(), Act::Close, &own, call).await;
            // Only a trade that waits for its payer can be paid in that moment.
            if spoilt == Some(Mishap::PaidAtTheClose) && answer == Ok(CloseAnswer::AlreadyPaid) {
                self.1.life.fate.count(Mishap::PaidAtTheClose);
            }
            answer
        })
    }

    fn refund(&self, order: OrderNumber, amount: Fen, now: Timestamp) -> Later<'_, RefundAnswer> {
        let refused = &[(Mishap::RefundRefused, Fault::Refuse)];
        self.there(Act::Refund, refused, self.0.refund(order, amount, now))
    }

    fn query_refund(&self, order: OrderNumber, now: Timestamp) -> Later<'_, RefundAnswer> {
        self.there(Act::QueryRefund, &[], self.0.query_refund(order, now))
    }

    fn daily_file(&self, day: Date) -> Later<'_, Vec<ChannelLine>> {
        self.0.daily_file(day)
    }

    fn open_notice(&self, notice: &Notice<'_>) -> Result<PaidNotice, NoticeFault> {
        self.0.open_notice(notice)
    }
}

/// The providers.
pub struct AllProviders(pub SimulatedProviders, pub Arrows);

const PROVIDERS: &str = "providers";

impl BillProvider for AllProviders {
    fn look_up(&self, asked: LookUp, now: Timestamp) -> Later<'_, Option<AccountBills>> {
        let call = self.0.look_up(asked, now);
        let own = &[(Mishap::BillsWrong, Fault::Wrong)];
        Box::pin(async move { self.1.there(PROVIDERS, Act::LookUp, own, call).await.0 })
    }

    fn post(&self, posting: Posting, now: Timestamp) -> Later<'_, PostAnswer> {
        let own = &[
            (Mishap::PostRefused, Fault::Refuse),
            (Mishap::PostBusy, Fault::Busy),
            (Mishap::PostLate, Fault::LateEffect),
        ];
        let call = self.0.post(posting, now);
        Box::pin(async move { self.1.there(PROVIDERS, Act::Post, own, call).await.0 })
    }

    fn query(&self, provider: ProviderId, key: OrderNumber, now: Timestamp) -> Later<'_, PostAnswer> {
        let call = self.0.query(provider, key, now);
        Box::pin(async move { self.1.there(PROVIDERS, Act::QueryPost, &[], call).await.0 })
    }

    fn daily_file(&self, provider: ProviderId, day: Date) -> Later<'_, Vec<ProviderLine>> {
        self.0.daily_file(provider, day)
    }
}
