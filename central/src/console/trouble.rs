//! Pages for what did not work out: one sentence, and what to do next.

use super::frame;
use super::words::{self, Words};
use crate::fleet::FleetError;
use crate::operators::OperatorFault;
use crate::store::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::language::Language;

/// Why a page is not there.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The operator may not do this there.
    Forbidden,
    /// There is no such thing.
    NotThere,
    /// What was sent is no form of ours.
    Unreadable,
    /// Something about the fleet.
    Fleet(FleetError),
    /// Something about an operator.
    Operator(OperatorFault),
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<FleetError> for Trouble {
    fn from(error: FleetError) -> Self {
        match error {
            FleetError::Store(error) => Self::Store(error),
            FleetError::NoSuchRollout(_) => Self::NotThere,
            error => Self::Fleet(error),
        }
    }
}

impl From<OperatorFault> for Trouble {
    fn from(fault: OperatorFault) -> Self {
        match fault {
            OperatorFault::Store(error) => Self::Store(error),
            OperatorFault::Nobody => Self::NotThere,
            fault => Self::Operator(fault),
        }
    }
}

/// Whoever made it did not know the reader's language: both are said.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, words) = match &self {
            Self::Forbidden => (StatusCode::FORBIDDEN, words::FORBIDDEN),
            Self::NotThere => (StatusCode::NOT_FOUND, words::NOT_THERE),
            Self::Unreadable => (StatusCode::BAD_REQUEST, words::UNREADABLE),
            Self::Store(error) if error.passes() => (StatusCode::SERVICE_UNAVAILABLE, words::AWAY),
            Self::Operator(_) | Self::Fleet(_) | Self::Store(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, words::BROKEN)
            }
        };
        match &self {
            Self::Store(error) => tracing::error!(%error, "a page of the console was not made"),
            Self::Fleet(error) => tracing::error!(%error, "the fleet did not do it"),
            Self::Operator(error) => tracing::error!(%error, "an operator was not served"),
            _ => {}
        }
        let mut response = said(status, Language::Chinese, words);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

fn said(status: StatusCode, language: Language, words: Words) -> Response {
    let page = frame::bare(
        language,
        words,
        "/",
        &maud::html! {
            p { (words.in_(language.other())) }
            p { a href="/" { (words::TO_START.in_(language)) } }
        },
    );
    (status, page).into_response()
}

/// The operator may not do this.
pub(super) fn forbidden(language: Language) -> Response {
    said(StatusCode::FORBIDDEN, language, words::FORBIDDEN)
}

/// An address has to wait so long for its next turn.
pub(super) fn too_often(language: Language, seconds: u64) -> Response {
    let mut response = said(StatusCode::TOO_MANY_REQUESTS, language, words::TOO_OFTEN);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// There is no such page.
pub(super) async fn not_found() -> Response {
    said(StatusCode::NOT_FOUND, Language::Chinese, words::NOT_THERE)
}
