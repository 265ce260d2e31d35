//! Why accounting did not do it.

use super::order::NotNow;
use crate::store::StoreError;
use contract::bill::BillFault;
use contract::order::ChoiceFault;
use contract::{BillId, Fen, KioskId, OrderNumber, ProviderId};
use jiff::civil::Date;

/// Why accounting did not do it.
#[derive(Debug, thiserror::Error)]
pub enum AccountingError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such order, or another kiosk's.
    #[error("there is no order {0}")]
    NoSuchOrder(OrderNumber),
    /// The key was used for something else.
    #[error("this key was used for another order")]
    KeyReused,
    /// Somebody else is about to pay, or has paid.
    #[error("bill {0} is being paid or was paid by another order: look the account up again")]
    BillHeld(BillId),
    /// The number of an order can't be made.
    #[error(
        "{0} gets no order number: a terminal that takes payments has a name of at most 17 characters and makes at most 99,999 orders a day"
    )]
    NoNumber(KioskId),
    /// The decision does not fit the order.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// No provider of this name.
    #[error("there is no provider {0}")]
    NoSuchProvider(ProviderId),
    /// Not the form of the provider's accounts.
    #[error("the account does not have the form that {0} uses")]
    WrongAccount(ProviderId),
    /// The provider does not know the account.
    #[error("the provider does not know this account")]
    NoSuchAccount,
    /// The provider does not answer.
    #[error("the provider does not answer: try again later")]
    ProviderSilent,
    /// The provider's answer is wrong: nothing of it is shown.
    #[error("the provider's answer does not add up and is not shown: {0}")]
    ProviderWrong(#[from] BillFault),
    /// The choice can't be ordered.
    #[error(transparent)]
    Choice(#[from] ChoiceFault),
    /// It costs something else by now.
    #[error("it costs {now} now, not {seen}: show the resident and ask again")]
    AmountChanged {
        /// What the resident saw.
        seen: Fen,
        /// What it is.
        now: Fen,
    },
    /// A day that is not over.
    #[error("{0} is not over: files are complete the day after")]
    DayNotOver(Date),
    /// A file that did not come.
    #[error("the file of {whose} for {day} did not come: run it again later; nothing was changed")]
    NoFile {
        /// Whose.
        whose: String,
        /// Which day.
        day: Date,
    },
    /// No such matter.
    #[error("there is no such matter: see 'central accounts differences'")]
    NoSuchMatter,
}

impl From<serde_json::Error> for AccountingError {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}
