//! The two kinds of bodies outside that move money, as traits: payment channels and providers. An implementation is an
//! adapter of somebody's interface; it decides nothing.
//!
//! Whoever calls puts a time limit around each call. Dropping the future is allowed at any moment and means 'no answer'.

use super::question::{CloseAnswer, CodeAnswer, Payment, PostAnswer, RefundAnswer, TradeAnswer};
use axum::http::HeaderMap;
use contract::account::AccountNumber;
use contract::bill::{AccountBills, LookUp};
use contract::{BillId, Fen, OrderNumber, ProviderId};
use jiff::Timestamp;
use jiff::civil::Date;
use std::future::Future;
use std::pin::Pin;

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, NoAnswer>> + Send + 'a>>;

/// Nothing came back, or nothing that can be understood. The call may have had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no clear answer came: ask again")]
pub struct NoAnswer;

/// A payment channel, in the words of WeChat Pay's native payment (v3) and Alipay's precreate. Every call is
/// idempotent by the order's number (`out_trade_no`). `now` is what a request is dated with.
pub trait PaymentChannel: Send + Sync {
    /// Makes a code (`/v3/pay/transactions/native`, `alipay.trade.precreate`).
    fn make_code(&self, order: CodeRequest, now: Timestamp) -> Later<'_, CodeAnswer>;

    /// What became of a trade.
    fn query(&self, order: OrderNumber, now: Timestamp) -> Later<'_, TradeAnswer>;

    /// Closes a trade: from then on it can't be paid.
    fn close(&self, order: OrderNumber, now: Timestamp) -> Later<'_, CloseAnswer>;

    /// Gives the whole of it back. An order has one refund, numbered after it (`out_refund_no`).
    fn refund(&self, order: OrderNumber, amount: Fen, now: Timestamp) -> Later<'_, RefundAnswer>;

    /// What became of the refund.
    fn query_refund(&self, order: OrderNumber, now: Timestamp) -> Later<'_, RefundAnswer>;

    /// The channel's file of a day that is over (对账单).
    fn daily_file(&self, day: Date) -> Later<'_, Vec<ChannelLine>>;

    /// Opens a notice that came over the network.
    fn open_notice(&self, notice: &Notice<'_>) -> Result<PaidNotice, NoticeFault>;
}

/// What a code is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// The order.
    pub order: OrderNumber,
    /// How much.
    pub amount: Fen,
    /// What the payer reads: who is paid and for what. No personal data.
    pub subject: String,
    /// When the code goes off the screen (`time_expire`, `qr_code_timeout_express`).
    pub expires_at: Timestamp,
}

/// A notice as it came.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The headers, in which the channel signs.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// What a proper notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidNotice {
    /// Of which order.
    pub order: OrderNumber,
    /// What was paid.
    pub payment: Payment,
}

/// A notice that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeFault {
    /// Not the channel's.
    #[error("the signature does not fit: the notice is not the channel's, or was altered")]
    Signature,
    /// Signed, but not understood.
    #[error("the notice is signed but is not what the channel's interface says")]
    Content,
}

/// Which way money went in a channel's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelMove {
    /// To the channel.
    Payment,
    /// Back.
    Refund,
}

/// A line of a channel's file. The order is text: a file may name what is not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelLine {
    /// `out_trade_no`.
    pub order: String,
    /// Which way.
    pub moved: ChannelMove,
    /// How much.
    pub amount: Fen,
    /// The channel's number.
    pub transaction: String,
    /// When.
    pub at: Timestamp,
}

/// A body that is paid (出账机构).
pub trait BillProvider: Send + Sync {
    /// What an account has to pay. Nothing when there is no such account. The answer is not yet checked.
    fn look_up(&self, asked: LookUp, now: Timestamp) -> Later<'_, Option<AccountBills>>;

    /// Takes a payment (销账), once for each key. A refusal stands: what was refused under a key is never posted under
    /// it later.
    fn post(&self, posting: Posting, now: Timestamp) -> Later<'_, PostAnswer>;

    /// What became of a key.
    fn query(&self, provider: ProviderId, key: OrderNumber, now: Timestamp) -> Later<'_, PostAnswer>;

    /// The provider's file of a day that is over.
    fn daily_file(&self, provider: ProviderId, day: Date) -> Later<'_, Vec<ProviderLine>>;
}

/// A payment for a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Who is paid.
    pub provider: ProviderId,
    /// The idempotency key.
    pub key: OrderNumber,
    /// For which account.
    pub account: AccountNumber,
    /// For which bills; none is a top-up.
    pub bills: Vec<BillId>,
    /// How much.
    pub amount: Fen,
}

/// A line of a provider's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderLine {
    /// The key, as text: a file may name what is not ours.
    pub key: String,
    /// How much.
    pub amount: Fen,
    /// When.
    pub at: Timestamp,
}
