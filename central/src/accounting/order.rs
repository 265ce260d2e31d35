//! An order (订单) as a value: what was agreed, where it stands, what is to be asked of the outside next and when.
//!
//! Sans IO: `now` is a parameter, and what must be asked outside is an [`Effect::Ask`] that only [`Event::Due`] gives.
//! So an order that is written down after each event can be taken up again by anybody at any moment: a question whose
//! answer never came is found due again and treated as not answered. The course itself is in `course`.

use super::question::{Answer, Payment, Question, WhyRefused};
use contract::account::AccountNumber;
use contract::language::Language;
use contract::order::{ChannelName, OrderState, OrderView, Purchase};
use contract::{BillId, Fen, KioskId, OrderNumber, ProviderId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a code stays on the screen.
pub const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(3);

/// What was agreed. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The order's number; channels and providers know it by it, and it is the idempotency key of everything asked.
    pub number: OrderNumber,
    /// Who made it.
    pub kiosk: KioskId,
    /// Who is paid.
    pub provider: ProviderId,
    /// For which account.
    pub account: AccountNumber,
    /// For what.
    pub purchase: Purchase,
    /// How much.
    pub amount: Fen,
    /// How.
    pub channel: ChannelName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its code goes off the screen.
    pub expires_at: Timestamp,
}

impl Terms {
    /// The bills that it pays.
    pub fn bills(&self) -> &[BillId] {
        match &self.purchase {
            Purchase::Bills { bill_ids } => bill_ids,
            Purchase::TopUp => &[],
        }
    }
}

/// Where an order stands, with what belongs to it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// A code is to be made.
    Created(CodeStep),
    /// The code is on the screen.
    QrShown {
        /// What the QR code holds.
        code_url: String,
    },
    /// Somebody scanned it.
    Paying {
        /// What the QR code holds.
        code_url: String,
    },
    /// Its time is over.
    Expired,
    /// The person left.
    Cancelled,
    /// The channel is asked to close it.
    Closing,
    /// Nobody knows: the channel is asked until it is known.
    Unknown(TradeStep),
    /// Nothing was paid.
    Closed {
        /// A code that may still be scanned, because its channel knows no order before that.
        watch: Option<Watch>,
    },
    /// The channel has the money.
    Paid(Payment),
    /// The provider is told, or will be told again.
    Posting(Post),
    /// The provider did not answer.
    PostUnknown(Post),
    /// The provider does not take it.
    PostFailed(Payment, WhyBack),
    /// The provider has it.
    Posted {
        /// What was paid.
        payment: Payment,
        /// When it was posted, by the provider's clock.
        at: Timestamp,
    },
    /// The money goes back.
    Refunding {
        /// What was paid.
        payment: Payment,
        /// Why it goes back.
        why: WhyBack,
        /// What to ask next.
        step: RefundStep,
    },
    /// The channel does not give it back.
    RefundFailed {
        /// What was paid.
        payment: Payment,
        /// Why it goes back.
        why: WhyBack,
        /// The channel's reason.
        reason: String,
    },
    /// It is back.
    Refunded {
        /// What was paid.
        payment: Payment,
        /// When it went back.
        at: Timestamp,
    },
    /// The channel gave no code.
    Failed {
        /// The channel's reason.
        reason: String,
    },
}

/// Towards a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeStep {
    /// Ask for one.
    Make,
    /// An answer was lost: look first.
    Look,
}

/// Towards knowing what became of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradeStep {
    /// Query it.
    Query,
    /// It is not paid: close it.
    Close,
}

/// Towards money that is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundStep {
    /// Ask for it.
    Ask,
    /// It was asked for: query it.
    Query,
}

/// An eye on a code that lives on after its order was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// When the code dies.
    pub until: Timestamp,
    /// What to ask next.
    pub step: TradeStep,
}

/// Money on its way to a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// What was paid.
    pub payment: Payment,
    /// When the provider last left a posting without an answer. It may still come into effect for a while.
    pub unanswered_at: Option<Timestamp>,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyBack {
    /// The provider does not take it.
    Refused(WhyRefused),
    /// The provider could not take it for a day.
    RetriesEnded,
    /// It came after the order was closed.
    Late,
    /// The channel took another amount than agreed.
    WrongAmount,
    /// Somebody decided so.
    Operator,
}

/// What happens to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its time has come; see [`Order::due_at`].
    Due,
    /// An answer to the question of this turn.
    Answer(u32, Answer),
    /// The question of this turn was not answered in time. It may have had its effect.
    NoAnswer(u32),
    /// The channel says by itself that it was paid.
    PaidNotice(Payment),
    /// The person leaves.
    Leave,
    /// The person says 'I have paid'.
    HaveIPaid,
}

/// What somebody who looked into it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The money goes back by the channel.
    Refund,
    /// The money was given back by other means.
    RefundedByHand,
    /// The provider's file has the posting.
    FoundPosted {
        /// When, by the file.
        at: Timestamp,
    },
    /// The channel's file has the refund.
    FoundRefunded {
        /// When, by the file.
        at: Timestamp,
    },
    /// The provider lost the posting: it is posted again, after a query.
    Repost,
}

/// A decision that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("order {number} is {state}: that can't be decided now; see 'central accounts show {number}'")]
pub struct NotNow {
    /// Which order.
    pub number: OrderNumber,
    /// Where it stands.
    pub state: OrderState,
}

/// What must be done in the transaction in which the order is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// After the commit, ask this outside and report the answer with the turn.
    Ask(u32, Question),
    /// Write a line of the money book.
    Book(Line),
    /// Let go of the bills.
    FreeBills,
    /// The bills are paid.
    BillsPaid,
    /// Somebody must see to it.
    Alarm(Alarm),
}

/// A line of the money book (账簿).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which way.
    pub kind: LineKind,
    /// How much; less than zero takes a line back.
    pub amount: Fen,
    /// When, by the clock of whoever moved it.
    pub at: Timestamp,
}

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LineKind {
    /// From the resident to the channel.
    Paid,
    /// To the provider.
    Posted,
    /// Back to the resident.
    Refunded,
}

/// What a person must see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// Money came after the order was closed; it goes back by itself.
    LateMoney,
    /// The channel took another amount than agreed; it goes back by itself.
    WrongAmount,
    /// A refund does not go through.
    RefundFailed,
    /// The outside has not given a clear answer for about an hour; it is asked on.
    StillUnknown,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub(super) terms: Terms,
    pub(super) state: State,
    /// Answers in a row that settled nothing.
    pub(super) tries: u32,
    /// Questions so far.
    pub(super) turn: u32,
    /// Whether the question of this turn is out.
    pub(super) is_asking: bool,
    pub(super) due_at: Option<Timestamp>,
    /// When it came to its end.
    #[serde(default)]
    pub(super) ended_at: Option<Timestamp>,
}

impl Order {
    /// A new order; it is due at once.
    pub fn new(terms: Terms) -> Self {
        let due_at = Some(terms.created_at);
        let state = State::Created(CodeStep::Make);
        Self { terms, state, tries: 0, turn: 0, is_asking: false, due_at, ended_at: None }
    }

    /// What was agreed.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Where it stands, with what belongs to it.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// When it wants [`Event::Due`]. While a question is out, that is when its answer counts as lost.
    pub const fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    /// Where it stands, by name.
    pub const fn state_name(&self) -> OrderState {
        match self.state {
            State::Created(_) => OrderState::Created,
            State::QrShown { .. } => OrderState::QrShown,
            State::Paying { .. } => OrderState::Paying,
            State::Expired => OrderState::Expired,
            State::Cancelled => OrderState::Cancelled,
            State::Closing => OrderState::Closing,
            State::Unknown(_) => OrderState::Unknown,
            State::Closed { .. } => OrderState::Closed,
            State::Paid(_) => OrderState::Paid,
            State::Posting(_) => OrderState::Posting,
            State::PostUnknown(_) => OrderState::PostUnknown,
            State::PostFailed(..) => OrderState::PostFailed,
            State::Posted { .. } => OrderState::Posted,
            State::Refunding { .. } => OrderState::Refunding,
            State::RefundFailed { .. } => OrderState::RefundFailed,
            State::Refunded { .. } => OrderState::Refunded,
            State::Failed { .. } => OrderState::Failed,
        }
    }

    /// What the channel took, once it has.
    pub const fn payment(&self) -> Option<&Payment> {
        match &self.state {
            State::Paid(payment)
            | State::Posting(Post { payment, .. })
            | State::PostUnknown(Post { payment, .. })
            | State::PostFailed(payment, _)
            | State::Posted { payment, .. }
            | State::Refunding { payment, .. }
            | State::RefundFailed { payment, .. }
            | State::Refunded { payment, .. } => Some(payment),
            _ => None,
        }
    }

    /// The money that is with us: taken, and neither posted nor given back.
    pub fn open_amount(&self) -> Fen {
        match &self.state {
            State::Posted { .. } | State::Refunded { .. } => Fen::ZERO,
            _ => self.payment().map_or(Fen::ZERO, |payment| payment.amount),
        }
    }

    /// Whether the outside will change nothing any more.
    pub const fn is_final(&self) -> bool {
        matches!(
            self.state,
            State::Posted { .. }
                | State::Closed { watch: None }
                | State::Refunded { .. }
                | State::Failed { .. }
        )
    }

    /// Whether somebody may still come and ask for it: it was made since a moment, has not ended, or has ended since.
    pub fn is_news_since(&self, since: Timestamp) -> bool {
        !self.is_final() || self.terms.created_at >= since || self.ended_at.is_some_and(|end| end >= since)
    }

    /// What the kiosk may know.
    pub fn view(&self) -> OrderView {
        let terms = &self.terms;
        let code_url = match &self.state {
            State::QrShown { code_url } | State::Paying { code_url } => Some(code_url.clone()),
            _ => None,
        };
        OrderView {
            order_no: terms.number.clone(),
            state: self.state_name(),
            words: self.state_name().words(Language::Chinese).to_owned(),
            provider: terms.provider.clone(),
            account_masked: terms.account.masked(),
            purchase: terms.purchase.clone(),
            amount_fen: terms.amount,
            channel: terms.channel,
            created_at: terms.created_at,
            expires_at: terms.expires_at,
            code_url,
            transaction: self.payment().map(|payment| payment.transaction.clone()),
        }
    }
}
