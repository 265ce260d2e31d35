//! What is wrong with a request that is about money.

use super::problem::Fault;
use crate::accounting::AccountingError;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What is wrong with a request that is about money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MoneyFault {
    /// This central takes no payments.
    Off,
    NotAsAsked(String),
    NoSuchProvider(String),
    WrongAccount(String),
    NoSuchAccount,
    ProviderSilent,
    ProviderWrong(String),
    ChoiceRefused(String),
    AmountChanged(String),
    BillHeld(String),
    NoSuchOrder,
    NoNumber(String),
}

impl MoneyFault {
    pub(super) const fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Off => (StatusCode::NOT_FOUND, "payments-off", "This central takes no payments"),
            Self::NotAsAsked(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not-as-asked", "The body is not what is asked")
            }
            Self::NoSuchProvider(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "no-such-provider", "There is no such provider")
            }
            Self::WrongAccount(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "account-ill-formed", "That can't be an account")
            }
            Self::NoSuchAccount => (StatusCode::NOT_FOUND, "no-such-account", "There is no such account"),
            Self::ProviderSilent => {
                (StatusCode::GATEWAY_TIMEOUT, "provider-silent", "The provider does not answer")
            }
            Self::ProviderWrong(_) => {
                (StatusCode::BAD_GATEWAY, "provider-wrong", "The provider's answer is wrong")
            }
            Self::ChoiceRefused(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "choice-refused", "That can't be paid together now")
            }
            Self::AmountChanged(_) => (StatusCode::CONFLICT, "amount-changed", "The amount has changed"),
            Self::BillHeld(_) => (StatusCode::CONFLICT, "bill-held", "A bill is being paid already"),
            Self::NoSuchOrder => (StatusCode::NOT_FOUND, "no-such-order", "There is no such order"),
            Self::NoNumber(_) => {
                (StatusCode::CONFLICT, "no-order-number", "There is no number for the order")
            }
        }
    }

    pub(super) fn detail(&self) -> String {
        match self {
            Self::NotAsAsked(detail)
            | Self::NoSuchProvider(detail)
            | Self::WrongAccount(detail)
            | Self::ProviderWrong(detail)
            | Self::ChoiceRefused(detail)
            | Self::AmountChanged(detail)
            | Self::BillHeld(detail)
            | Self::NoNumber(detail) => detail.clone(),
            Self::Off => "start central with --simulated-payments to try payments".into(),
            Self::NoSuchAccount => "the provider does not know this account; check the number".into(),
            Self::ProviderSilent => "nothing was changed; try again in a minute".into(),
            Self::NoSuchOrder => "check the number; a terminal sees its own orders only".into(),
        }
    }
}

/// How any request about money may be refused, besides what is its own.
pub(super) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refusals = [
            ("403", "The caller is no terminal"),
            ("404", "There is no such thing, or this central takes no payments"),
            ("408", "It took too long"),
            ("429", "The terminal asks too often; see Retry-After"),
            ("500", "Central failed; ask again later"),
            ("503", "Central is busy; see Retry-After"),
        ];
        let response = |description| {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", problem)
                .build()
        };
        refusals.map(|(status, description)| (status.to_owned(), RefOr::T(response(description)))).into()
    }
}

impl From<AccountingError> for Fault {
    fn from(error: AccountingError) -> Self {
        let said = error.to_string();
        Self::Money(match error {
            AccountingError::Store(error) => return error.into(),
            AccountingError::KeyReused => return Self::KeyReused,
            AccountingError::NoSuchOrder(_) => MoneyFault::NoSuchOrder,
            AccountingError::BillHeld(_) => MoneyFault::BillHeld(said),
            AccountingError::NoNumber(_) => MoneyFault::NoNumber(said),
            AccountingError::NoSuchProvider(_) => MoneyFault::NoSuchProvider(said),
            AccountingError::WrongAccount(_) => MoneyFault::WrongAccount(said),
            AccountingError::NoSuchAccount => MoneyFault::NoSuchAccount,
            AccountingError::ProviderSilent => MoneyFault::ProviderSilent,
            AccountingError::ProviderWrong(_) => MoneyFault::ProviderWrong(said),
            AccountingError::Choice(_) => MoneyFault::ChoiceRefused(said),
            AccountingError::AmountChanged { .. } => MoneyFault::AmountChanged(said),
            AccountingError::NotNow(_)
            | AccountingError::DayNotOver(_)
            | AccountingError::NoFile { .. }
            | AccountingError::NoSuchMatter => {
                tracing::error!(%error, "a terminal met an error of the accounting desk");
                return Self::Internal;
            }
        })
    }
}
