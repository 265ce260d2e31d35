//! What a kiosk or a clerk may ask of accounting: look up, order, ask, leave, reconcile. Every call outside has a time
//! limit and happens between transactions, never inside one.

use super::books::{self, Created, Draft};
use super::error::AccountingError;
use super::matters::{self, Reconciled};
use super::order::{Event, Order};
use super::outside::{
    BillProvider, ChannelLine, Later, NoAnswer, Notice, NoticeFault, PaymentChannel, ProviderLine,
};
use super::reconcile::compare;
use super::{holds, works};
use crate::store::Store;
use contract::bill::{AccountBills, LookUp};
use contract::order::{ChannelName, OrderRequest, Purchase, top_up};
use contract::providers::{Provider, Providers};
use contract::{EntryId, Fen, KioskId, OrderNumber, ProviderId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// The longest that anybody outside is waited for.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(10);

/// The longest wait for a file.
const FILE_LIMIT: Duration = Duration::from_mins(5);

/// How long a receipt can be printed again, counted from the order's end: it may take longer than a day to come.
const REPRINT_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// No order that has ended is looked at after so long. The retries of one take a day or two, and an outage some more.
const LONGEST_COURSE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// The most orders of a kiosk among which those are looked for that are listed: some hundred on each day.
const MOST_LOOKED_AT: usize = 4_000;

/// The most orders of a kiosk that are listed.
const MOST_RECENT: usize = 200;

/// Accounting with everybody it talks to.
pub struct Payments {
    pub(super) store: Arc<dyn Store>,
    pub(super) list: Arc<Providers>,
    pub(super) outside: Outside,
    pub(super) wake: Notify,
    pub(super) clock: Clock,
    pub(super) rest: Duration,
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everybody outside.
#[derive(Clone)]
pub struct Outside {
    /// WeChat Pay.
    pub wechat: Arc<dyn PaymentChannel>,
    /// Alipay.
    pub alipay: Arc<dyn PaymentChannel>,
    /// The providers.
    pub providers: Arc<dyn BillProvider>,
}

impl Outside {
    /// The channel of a name.
    pub fn channel(&self, name: ChannelName) -> &dyn PaymentChannel {
        match name {
            ChannelName::Wechat => self.wechat.as_ref(),
            ChannelName::Alipay => self.alipay.as_ref(),
        }
    }
}

/// A request for an order as it came, with its key.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// Who asks.
    pub kiosk: KioskId,
    /// The idempotency key.
    pub key: EntryId,
    /// SHA-256 of the body.
    pub request_hash: [u8; 32],
    /// What is asked.
    pub request: OrderRequest,
}

impl Payments {
    /// Accounting over a store and an outside.
    pub fn new(store: Arc<dyn Store>, list: Arc<Providers>, outside: Outside) -> Self {
        Self { store, list, outside, wake: Notify::new(), clock: Arc::new(Timestamp::now), rest: works::REST }
    }

    /// The same by the clock of a simulation, whose days pass in a moment: nobody looks four times in each second of
    /// them whether something is due.
    #[must_use]
    pub fn for_simulation(self, clock: Clock, rest: Duration) -> Self {
        Self { clock, rest, ..self }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn provider(&self, id: &ProviderId) -> Result<&Provider, AccountingError> {
        self.list.find(id).ok_or_else(|| AccountingError::NoSuchProvider(id.clone()))
    }

    /// What an account has to pay, checked, and marked with what we know of its bills.
    pub async fn look_up(&self, asked: LookUp) -> Result<AccountBills, AccountingError> {
        let provider = self.provider(&asked.provider)?;
        if !provider.accepts(&asked.account) {
            return Err(AccountingError::WrongAccount(asked.provider));
        }
        let answer = self.outside.providers.look_up(asked.clone(), self.now());
        let account = within(CALL_LIMIT, answer).await.map_err(|NoAnswer| AccountingError::ProviderSilent)?;
        let mut account = account.ok_or(AccountingError::NoSuchAccount)?;
        account.check(provider, &asked).inspect_err(|error| {
            tracing::error!(provider = %asked.provider, %error, "a provider's answer is wrong and not shown");
        })?;
        self.store
            .read(move |sql| {
                holds::mark(sql, &mut account)?;
                Ok::<_, AccountingError>(account.clone())
            })
            .await
    }

    /// Makes an order and asks for its code at once. The amount is the provider's today, not the kiosk's.
    pub async fn order(&self, ordered: Ordered) -> Result<Created, AccountingError> {
        if let Some(before) = self.find_by_key(&ordered).await? {
            return Ok(Created::Before(before));
        }
        let amount = match self.price(&ordered.request).await {
            Ok(amount) => amount,
            // The bill may be out for this very order, which another instance made a moment ago.
            Err(refusal) => {
                return self.find_by_key(&ordered).await?.map(Created::Before).ok_or(refusal);
            }
        };
        let Ordered { kiosk, key, request_hash, request } = ordered;
        if amount != request.amount_fen {
            return Err(AccountingError::AmountChanged { seen: request.amount_fen, now: amount });
        }
        let OrderRequest { provider, account, purchase, channel, .. } = request;
        let draft = Draft { kiosk, key, request_hash, provider, account, purchase, amount, channel };
        let now = self.now();
        match self.store.change(move |sql| books::create(sql, &draft, now)).await? {
            Created::Now(order) => {
                self.work_on(&order.terms().number).await?;
                self.find(&order.terms().number).await.map(Created::Now)
            }
            before @ Created::Before(_) => Ok(before),
        }
    }

    async fn find_by_key(&self, ordered: &Ordered) -> Result<Option<Order>, AccountingError> {
        let (kiosk, key, hash) = (ordered.kiosk.clone(), ordered.key, ordered.request_hash);
        self.store.read(move |sql| books::find_by_key(sql, &kiosk, key, hash)).await
    }

    async fn price(&self, request: &OrderRequest) -> Result<Fen, AccountingError> {
        let asked = LookUp { provider: request.provider.clone(), account: request.account.clone() };
        let account = self.look_up(asked).await?;
        let provider = self.provider(&request.provider)?;
        Ok(match &request.purchase {
            Purchase::Bills { bill_ids } => account.choose(provider, bill_ids)?,
            Purchase::TopUp => top_up(provider, request.amount_fen)?,
        })
    }

    async fn find(&self, number: &OrderNumber) -> Result<Order, AccountingError> {
        let number = number.clone();
        self.store.read(move |sql| books::find(sql, &number)).await
    }

    /// An order of a kiosk.
    pub async fn order_of(&self, kiosk: &KioskId, number: &OrderNumber) -> Result<Order, AccountingError> {
        let order = self.find(number).await?;
        if order.terms().kiosk == *kiosk {
            Ok(order)
        } else {
            Err(AccountingError::NoSuchOrder(number.clone()))
        }
    }

    /// The kiosk's orders that somebody may still ask for, newest first: those of the last 24 hours, those that have not
    /// ended, and those that ended in the last 24 hours.
    pub async fn recent(&self, kiosk: KioskId) -> Result<Vec<Order>, AccountingError> {
        let now = self.now();
        let back = |time| now.checked_sub(time).unwrap_or(now);
        let (since, made_since) = (back(REPRINT_WITHIN), back(LONGEST_COURSE));
        let mut orders =
            self.store.read(move |sql| books::of_kiosk(sql, &kiosk, made_since, MOST_LOOKED_AT)).await?;
        orders.retain(|order| order.is_news_since(since));
        orders.truncate(MOST_RECENT);
        Ok(orders)
    }

    /// The person says 'I have paid', or leaves; then the channel is asked at once.
    pub async fn tell(
        &self,
        kiosk: &KioskId,
        number: &OrderNumber,
        event: Event,
    ) -> Result<Order, AccountingError> {
        self.order_of(kiosk, number).await?;
        self.happen(number, event).await?;
        self.work_on(number).await?;
        self.find(number).await
    }

    pub(super) async fn happen(&self, number: &OrderNumber, event: Event) -> Result<(), AccountingError> {
        let (number, now) = (number.clone(), self.now());
        self.store.change(move |sql| books::happen(sql, &number, event.clone(), now)).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Takes a notice that came over the network. One of an order that is not ours is dropped.
    pub async fn take_notice(&self, channel: ChannelName, notice: &Notice<'_>) -> Result<(), NoticeTrouble> {
        let paid = self.outside.channel(channel).open_notice(notice)?;
        match self.happen(&paid.order, Event::PaidNotice(paid.payment)).await {
            Err(AccountingError::NoSuchOrder(order)) => {
                tracing::warn!(%order, %channel, "a notice is about an order that is not ours");
                Ok(())
            }
            done => Ok(done?),
        }
    }

    /// Compares a day that is over with the files of channels and providers.
    pub async fn reconcile(&self, day: Date, today: Date) -> Result<Reconciled, AccountingError> {
        if day >= today {
            return Err(AccountingError::DayNotOver(day));
        }
        let mut channels: Vec<ChannelLine> = Vec::new();
        for name in ChannelName::ALL {
            let file = self.outside.channel(name).daily_file(day);
            channels.extend(in_time(file, name.as_str(), day).await?);
        }
        let mut providers: Vec<ProviderLine> = Vec::new();
        for provider in self.list.all() {
            let file = self.outside.providers.daily_file(provider.id.clone(), day);
            providers.extend(in_time(file, provider.id.as_str(), day).await?);
        }
        let now = self.now();
        let reconciled = self.store.change(move |sql| {
            let compared = compare(&books::book_of(sql, day)?, &channels, &providers);
            matters::take_in(sql, day, &compared, now)
        });
        let reconciled = reconciled.await?;
        self.wake.notify_one();
        Ok(reconciled)
    }

    /// Works on one order now, if it is due: whoever asks for it need not wait for the next round.
    async fn work_on(&self, number: &OrderNumber) -> Result<(), AccountingError> {
        let (number, now) = (number.clone(), self.now());
        let (_, asked) = self.store.change(move |sql| books::happen(sql, &number, Event::Due, now)).await?;
        match asked {
            None => Ok(()),
            Some(asked) => works::carry_out(self, asked).await,
        }
    }
}

/// Why a notice was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NoticeTrouble {
    /// The notice.
    #[error(transparent)]
    Notice(#[from] NoticeFault),
    /// We.
    #[error(transparent)]
    Accounting(#[from] AccountingError),
}

/// Waits for an answer, but not for ever.
pub(super) async fn within<T>(limit: Duration, answer: Later<'_, T>) -> Result<T, NoAnswer> {
    tokio::time::timeout(limit, answer).await.unwrap_or(Err(NoAnswer))
}

async fn in_time<T>(file: Later<'_, T>, whose: &str, day: Date) -> Result<T, AccountingError> {
    let no_file = |NoAnswer| AccountingError::NoFile { whose: whose.to_owned(), day };
    within(FILE_LIMIT, file).await.map_err(no_file)
}
