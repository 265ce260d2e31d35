//! What is asked of the outside on behalf of an order, and what may be answered. That a channel or a provider gave no
//! answer is not one of the answers: nothing follows from it.

use contract::Fen;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is asked outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// The channel: make a code.
    MakeCode,
    /// The channel: what became of it?
    Query,
    /// The channel: close it.
    Close,
    /// The channel: give the money back.
    Refund,
    /// The channel: what became of the refund?
    QueryRefund,
    /// The provider: take it (销账).
    Post,
    /// The provider: have you got it?
    QueryPost,
}

/// What is answered to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Question::MakeCode`].
    Code(CodeAnswer),
    /// To [`Question::Query`].
    Trade(TradeAnswer),
    /// To [`Question::Close`].
    Close(CloseAnswer),
    /// To [`Question::Refund`] and [`Question::QueryRefund`].
    Refund(RefundAnswer),
    /// To [`Question::Post`] and [`Question::QueryPost`].
    Post(PostAnswer),
}

/// A channel about a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// What the QR code holds.
    Code(String),
    /// The number was paid already.
    AlreadyPaid,
    /// It makes none.
    Refused(String),
}

/// A channel about a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TradeAnswer {
    /// Paid. A trade that was paid and refunded is paid here; refunds are asked about by themselves.
    Paid(Payment),
    /// Not paid. That is not final, not even after its time, before it is closed.
    NotPaid,
    /// Somebody is about to pay.
    Paying,
    /// There is no such trade. Alipay says so of a code that nobody has scanned.
    NotFound,
    /// Closed.
    Closed,
}

/// A channel about closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseAnswer {
    /// Closed now or before.
    Closed,
    /// There is nothing to close.
    NotFound,
    /// It is paid.
    AlreadyPaid,
}

/// A channel about a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundAnswer {
    /// It is back since.
    Refunded(Timestamp),
    /// It is on its way.
    Processing,
    /// Nobody asked for it.
    NotFound,
    /// It can't be given back this way.
    Refused(String),
}

/// A provider about a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostAnswer {
    /// It has it since.
    Posted(Timestamp),
    /// It does not take it, and never will under this key.
    Refused(WhyRefused),
    /// It did not take it now.
    TryLater,
    /// It is still at it.
    Pending,
    /// It has never heard of the key.
    NotFound,
}

/// Why a provider does not take a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyRefused {
    /// The bill was paid elsewhere meanwhile.
    PaidElsewhere,
    /// The account is closed.
    AccountClosed,
    /// Another reason of its own.
    Other,
}

/// What a channel took, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How much.
    pub amount: Fen,
    /// The channel's number of it.
    pub transaction: String,
    /// When, by the channel's clock: its daily file goes by it.
    pub at: Timestamp,
}
