//! Simulator. A payment channel with the rules of WeChat Pay or of Alipay. No money moves; the page behind a code says so.
//!
//! WeChat Pay knows a trade as soon as its code is made, says `NOTPAY` until it is closed even when its time is over, and
//! gives money back after a moment. Alipay knows none before the code is scanned, lets the code live in whole minutes,
//! and gives money back at once. Written from their documentation, not from `course`.

use super::outside::{
    ChannelLine, ChannelMove, CodeRequest, Later, NoAnswer, Notice, NoticeFault, PaidNotice, PaymentChannel,
};
use super::question::{CloseAnswer, CodeAnswer, Payment, RefundAnswer, TradeAnswer};
use super::simulated_world::{Act, Fault, SimulatedWorld};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contract::base64::Base64;
use contract::message::day_in_china;
use contract::order::ChannelName;
use contract::{Fen, OrderNumber};
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long WeChat Pay takes to give money back.
const REFUND_TAKES: SignedDuration = SignedDuration::from_secs(3);

/// The header in which a simulated notice is signed.
pub const SIGNATURE: &str = "simulated-signature";

/// A simulated channel.
#[derive(Clone, Debug)]
pub struct SimulatedChannel {
    rules: ChannelName,
    world: SimulatedWorld,
    /// Where the payer's page is, `https://pay.example`.
    pages: String,
}

/// What a payer sees behind a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayPage {
    /// By which channel.
    pub channel: ChannelName,
    /// Who is paid and for what.
    pub subject: String,
    /// How much.
    pub amount: Fen,
    /// Whether it can be paid.
    pub state: PayPageState,
}

/// Whether a code can be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayPageState {
    /// It waits for the payer.
    Open,
    /// It is paid.
    Paid,
    /// It can't be paid any more.
    Over,
}

/// The body of a simulated notice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeBody {
    out_trade_no: OrderNumber,
    payment: Payment,
}

/// A notice on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotice {
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A trade as the ledger has it.
struct Trade {
    amount: Fen,
    subject: String,
    state: TradeState,
    dies_at: i64,
    payment: Option<Payment>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TradeState {
    /// Alipay: a code that nobody scanned. There is no trade yet.
    Coded,
    /// It waits for the payer.
    Waiting,
    Paid,
    Closed,
}

impl TradeState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Coded => "coded",
            Self::Waiting => "waiting",
            Self::Paid => "paid",
            Self::Closed => "closed",
        }
    }
}

impl SimulatedChannel {
    /// A channel of these rules. Codes lead to `pages`.
    pub const fn new(rules: ChannelName, world: SimulatedWorld, pages: String) -> Self {
        Self { rules, world, pages }
    }

    /// Its name.
    pub const fn name(&self) -> ChannelName {
        self.rules
    }

    fn token(&self, order: &OrderNumber) -> String {
        let digest = Sha256::digest(format!("simulated code\n{}\n{order}", self.rules));
        let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        format!("{number:032x}")
    }

    fn answer<T: Send>(
        &self,
        act: Act,
        work: impl FnOnce(&Self, &Connection, Option<Fault>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Later<'_, T> {
        let channel = self.clone();
        self.world.answer(self.rules.to_string(), act, move |db, fault| work(&channel, db, fault))
    }

    fn trade(&self, db: &Connection, order: &OrderNumber, now: Timestamp) -> rusqlite::Result<Option<Trade>> {
        let trade = db
            .prepare_cached(
                "SELECT amount, subject, state, dies_at, paid, txn, paid_at FROM trades WHERE channel = ?1 AND number = ?2",
            )?
            .query_row((self.rules.as_str(), order.as_str()), read_trade)
            .optional()?;
        Ok(trade.map(|trade| self.as_of(trade, now)))
    }

    /// Alipay closes by itself what was scanned and not paid in time.
    fn as_of(&self, mut trade: Trade, now: Timestamp) -> Trade {
        let is_over = now.as_millisecond() >= trade.dies_at;
        if self.rules == ChannelName::Alipay && trade.state == TradeState::Waiting && is_over {
            trade.state = TradeState::Closed;
        }
        trade
    }

    fn set(&self, db: &Connection, order: &OrderNumber, state: TradeState) -> rusqlite::Result<()> {
        db.prepare_cached("UPDATE trades SET state = ?3 WHERE channel = ?1 AND number = ?2")?.execute((
            self.rules.as_str(),
            order.as_str(),
            state.as_str(),
        ))?;
        Ok(())
    }

    fn take_payment(
        &self,
        db: &Connection,
        order: &OrderNumber,
        amount: Fen,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        db.prepare_cached(
            "UPDATE trades SET state = 'paid', paid = ?3, txn = ?4, paid_at = ?5 WHERE channel = ?1 AND number = ?2",
        )?
        .execute((
            self.rules.as_str(),
            order.as_str(),
            amount.0,
            format!("SIM-{}", self.token(order)),
            now.as_millisecond(),
        ))?;
        let copies = match SimulatedWorld::take_fault(db, self.rules.as_str(), Act::Notice)? {
            Some(Fault::Twice) => 2,
            Some(Fault::LostRequest | Fault::LostAnswer | Fault::Silent) => 0,
            _ => 1,
        };
        for _ in 0..copies {
            db.prepare_cached("INSERT INTO notices (channel, number) VALUES (?1, ?2)")?
                .execute((self.rules.as_str(), order.as_str()))?;
        }
        Ok(())
    }

    /// The payer opens the page: the code is scanned. Nothing when there is no such code.
    pub fn scan(&self, token: &str, now: Timestamp) -> Result<Option<PayPage>, NoAnswer> {
        self.world.change(|db| {
            let Some((order, mut trade)) = self.by_token(db, token, now)? else { return Ok(None) };
            if trade.state == TradeState::Coded && now.as_millisecond() < trade.dies_at {
                self.set(db, &order, TradeState::Waiting)?;
                trade.state = TradeState::Waiting;
            }
            Ok(Some(self.page(&trade, now)))
        })
    }

    /// The payer pays. Nothing when there is no such code.
    pub fn pay(&self, token: &str, now: Timestamp) -> Result<Option<PayPage>, NoAnswer> {
        self.world.change(|db| {
            let Some((order, trade)) = self.by_token(db, token, now)? else { return Ok(None) };
            let fault = SimulatedWorld::take_fault(db, self.rules.as_str(), Act::Pay)?;
            let in_time = trade.state == TradeState::Waiting && now.as_millisecond() < trade.dies_at;
            let slips_in = fault == Some(Fault::LatePayment) && trade.payment.is_none();
            if in_time || slips_in {
                let less = i64::from(fault == Some(Fault::WrongAmount));
                self.take_payment(db, &order, Fen(trade.amount.0 - less), now)?;
            }
            let trade = self.trade(db, &order, now)?;
            Ok(trade.map(|trade| self.page(&trade, now)))
        })
    }

    fn by_token(
        &self,
        db: &Connection,
        token: &str,
        now: Timestamp,
    ) -> rusqlite::Result<Option<(OrderNumber, Trade)>> {
        let order: Option<String> = db
            .prepare_cached("SELECT number FROM trades WHERE channel = ?1 AND token = ?2")?
            .query_row((self.rules.as_str(), token), |row| row.get(0))
            .optional()?;
        let Some(order) = order.and_then(|order| order.parse().ok()) else { return Ok(None) };
        Ok(self.trade(db, &order, now)?.map(|trade| (order, trade)))
    }

    fn page(&self, trade: &Trade, now: Timestamp) -> PayPage {
        let state = match trade.state {
            TradeState::Paid => PayPageState::Paid,
            TradeState::Waiting if now.as_millisecond() < trade.dies_at => PayPageState::Open,
            _ => PayPageState::Over,
        };
        PayPage { channel: self.rules, subject: trade.subject.clone(), amount: trade.amount, state }
    }

    /// The notices that wait to be sent to central.
    pub fn notices(&self, now: Timestamp) -> Result<Vec<SentNotice>, NoAnswer> {
        self.world.change(|db| {
            let mut waiting =
                db.prepare_cached("SELECT n, number FROM notices WHERE channel = ?1 ORDER BY n LIMIT 100")?;
            let rows = waiting.query_map([self.rules.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
            let mut sent = Vec::new();
            for (n, order) in rows {
                db.prepare_cached("DELETE FROM notices WHERE n = ?1")?.execute([n])?;
                let Ok(order) = order.parse() else { continue };
                if let Some(Trade { payment: Some(payment), .. }) = self.trade(db, &order, now)? {
                    sent.push(self.sign(&NoticeBody { out_trade_no: order, payment }));
                }
            }
            Ok(sent)
        })
    }

    fn sign(&self, notice: &NoticeBody) -> SentNotice {
        let body = serde_json::to_vec(notice).unwrap_or_default();
        let signature = Base64(self.mac(&body).finalize().into_bytes().to_vec()).to_string();
        let signature = HeaderValue::try_from(signature).into_iter();
        let headers = signature.map(|signature| (HeaderName::from_static(SIGNATURE), signature)).collect();
        SentNotice { headers, body }
    }

    /// The simulator's notices are proved by a key that everybody can read here: nothing real hangs on it.
    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let key = format!("simulated notices of {}", self.rules);
        let block = std::array::from_fn(|at| key.as_bytes().get(at).copied().unwrap_or(0));
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&Key::<Hmac<Sha256>>::from(block));
        mac.update(body);
        mac
    }

    fn refund_answer(done_at: i64, now: Timestamp) -> RefundAnswer {
        if now.as_millisecond() < done_at {
            RefundAnswer::Processing
        } else {
            RefundAnswer::Refunded(at(done_at))
        }
    }

    fn find_refund(&self, db: &Connection, order: &OrderNumber) -> rusqlite::Result<Option<i64>> {
        db.prepare_cached("SELECT done_at FROM refunds WHERE channel = ?1 AND number = ?2")?
            .query_row((self.rules.as_str(), order.as_str()), |row| row.get(0))
            .optional()
    }
}

impl PaymentChannel for SimulatedChannel {
    fn make_code(&self, order: CodeRequest, now: Timestamp) -> Later<'_, CodeAnswer> {
        self.answer(Act::MakeCode, move |channel, db, fault| {
            if fault == Some(Fault::Refuse) {
                return Ok(CodeAnswer::Refused("simulated: the channel makes no code".to_owned()));
            }
            match channel.trade(db, &order.order, now)?.map(|trade| trade.state) {
                Some(TradeState::Paid) => return Ok(CodeAnswer::AlreadyPaid),
                Some(TradeState::Closed) => {
                    return Ok(CodeAnswer::Refused("simulated: the trade is closed".to_owned()));
                }
                _ => {}
            }
            let (state, dies_at) = match channel.rules {
                ChannelName::Wechat => (TradeState::Waiting, order.expires_at.as_millisecond()),
                ChannelName::Alipay => {
                    let life = order.expires_at.as_millisecond() - now.as_millisecond();
                    let minutes = life.div_euclid(60_000) + i64::from(life.rem_euclid(60_000) > 0);
                    (TradeState::Coded, now.as_millisecond() + minutes * 60_000)
                }
            };
            let token = channel.token(&order.order);
            db.prepare_cached(
                "INSERT INTO trades (channel, number, token, amount, subject, state, dies_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute((
                channel.rules.as_str(),
                order.order.as_str(),
                &token,
                order.amount.0,
                &order.subject,
                state.as_str(),
                dies_at,
            ))?;
            Ok(CodeAnswer::Code(format!("{}/pay/{token}", channel.pages)))
        })
    }

    fn query(&self, order: OrderNumber, now: Timestamp) -> Later<'_, TradeAnswer> {
        self.answer(Act::Query, move |channel, db, _| {
            let trade = channel.trade(db, &order, now)?;
            Ok(match trade.map(|trade| (trade.state, trade.payment)) {
                None | Some((TradeState::Coded, _)) => TradeAnswer::NotFound,
                Some((TradeState::Paid, Some(payment))) => TradeAnswer::Paid(payment),
                Some((TradeState::Waiting, _)) if channel.rules == ChannelName::Alipay => TradeAnswer::Paying,
                Some((TradeState::Waiting | TradeState::Paid, _)) => TradeAnswer::NotPaid,
                Some((TradeState::Closed, _)) => TradeAnswer::Closed,
            })
        })
    }

    fn close(&self, order: OrderNumber, now: Timestamp) -> Later<'_, CloseAnswer> {
        self.answer(Act::Close, move |channel, db, fault| {
            let Some(trade) = channel.trade(db, &order, now)? else { return Ok(CloseAnswer::NotFound) };
            if fault == Some(Fault::PaidFirst) && trade.state == TradeState::Waiting {
                channel.take_payment(db, &order, trade.amount, now)?;
                return Ok(CloseAnswer::AlreadyPaid);
            }
            Ok(match trade.state {
                TradeState::Coded => CloseAnswer::NotFound,
                TradeState::Paid => CloseAnswer::AlreadyPaid,
                TradeState::Waiting | TradeState::Closed => {
                    channel.set(db, &order, TradeState::Closed)?;
                    CloseAnswer::Closed
                }
            })
        })
    }

    fn refund(&self, order: OrderNumber, amount: Fen, now: Timestamp) -> Later<'_, RefundAnswer> {
        self.answer(Act::Refund, move |channel, db, fault| {
            if let Some(done_at) = channel.find_refund(db, &order)? {
                return Ok(Self::refund_answer(done_at, now));
            }
            let paid = channel.trade(db, &order, now)?.and_then(|trade| trade.payment);
            if fault == Some(Fault::Refuse) || paid.is_none_or(|paid| paid.amount != amount) {
                return Ok(RefundAnswer::Refused("simulated: NOT_ENOUGH".to_owned()));
            }
            let takes = match channel.rules {
                ChannelName::Wechat => REFUND_TAKES,
                ChannelName::Alipay => SignedDuration::ZERO,
            };
            let done_at = now.as_millisecond().saturating_add(i64::try_from(takes.as_millis()).unwrap_or(0));
            db.prepare_cached(
                "INSERT INTO refunds (channel, number, amount, done_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((channel.rules.as_str(), order.as_str(), amount.0, done_at))?;
            Ok(Self::refund_answer(done_at, now))
        })
    }

    fn query_refund(&self, order: OrderNumber, now: Timestamp) -> Later<'_, RefundAnswer> {
        self.answer(Act::QueryRefund, move |channel, db, _| {
            let done_at = channel.find_refund(db, &order)?;
            Ok(done_at.map_or(RefundAnswer::NotFound, |done_at| Self::refund_answer(done_at, now)))
        })
    }

    fn daily_file(&self, day: Date) -> Later<'_, Vec<ChannelLine>> {
        Box::pin(async move {
            self.world.change(|db| {
                let mut lines = Vec::new();
                let sources = [
                    (ChannelMove::Payment, "SELECT number, paid, txn, paid_at FROM trades WHERE channel = ?1 AND paid_at IS NOT NULL"),
                    (ChannelMove::Refund, "SELECT number, amount, '', done_at FROM refunds WHERE channel = ?1"),
                ];
                for (moved, sql) in sources {
                    let mut query = db.prepare_cached(sql)?;
                    let rows = query.query_map([self.rules.as_str()], |row| {
                        let (order, amount) = (row.get(0)?, Fen(row.get(1)?));
                        Ok(ChannelLine { order, moved, amount, transaction: row.get(2)?, at: at(row.get(3)?) })
                    })?;
                    for line in rows {
                        lines.push(line?);
                    }
                }
                lines.retain(|line| day_in_china(line.at) == day);
                Ok(lines)
            })
        })
    }

    fn open_notice(&self, notice: &Notice<'_>) -> Result<PaidNotice, NoticeFault> {
        let signature = notice.headers.get(SIGNATURE).and_then(|header| header.to_str().ok());
        let signature: Base64 = signature.unwrap_or_default().parse().map_err(|_| NoticeFault::Signature)?;
        self.mac(notice.body).verify_slice(&signature.0).map_err(|_| NoticeFault::Signature)?;
        let body: NoticeBody = serde_json::from_slice(notice.body).map_err(|_| NoticeFault::Content)?;
        Ok(PaidNotice { order: body.out_trade_no, payment: body.payment })
    }
}

fn read_trade(row: &Row<'_>) -> rusqlite::Result<Trade> {
    let state = match row.get_ref(2)?.as_str()? {
        "coded" => TradeState::Coded,
        "waiting" => TradeState::Waiting,
        "paid" => TradeState::Paid,
        _ => TradeState::Closed,
    };
    let payment = match (row.get(4)?, row.get(5)?, row.get(6)?) {
        (Some(amount), Some(transaction), Some(paid_at)) => {
            Some(Payment { amount: Fen(amount), transaction, at: at(paid_at) })
        }
        _ => None,
    };
    Ok(Trade { amount: Fen(row.get(0)?), subject: row.get(1)?, state, dies_at: row.get(3)?, payment })
}

/// The ledger's own times are always in range.
fn at(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}
