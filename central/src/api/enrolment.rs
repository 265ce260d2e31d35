//! Where a terminal without a certificate asks for one: a door of its own, which knows this one question.

use super::body;
use super::problem::Fault;
use crate::ca::RequestedKey;
use crate::caller::Caller;
use crate::enrolment::{self, Asked};
use crate::limits::{self, Limit};
use crate::store::{Store, StoreError};
use crate::unread::drop_unread;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use contract::enrolment::{EnrolmentAnswer, EnrolmentRequest, MAX_REQUEST_BYTES};
use contract::message::Problem;
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::Arc;

/// What the one handler may use.
#[derive(Clone)]
pub(super) struct Entrance {
    store: Arc<dyn Store>,
    newcomers: Limit<IpAddr>,
}

/// The one question, for [`serve`](crate::serve) behind a door for newcomers.
pub(crate) fn router(store: Arc<dyn Store>) -> Router {
    Router::new()
        .route("/v1/enrolment", post(post_enrolment))
        .fallback(async || Fault::NoSuchPath)
        .method_not_allowed_fallback(async || Fault::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(2 * MAX_REQUEST_BYTES))
        .layer(middleware::from_fn(drop_unread))
        .with_state(Entrance { store, newcomers: limits::newcomers() })
}

/// Asks for a certificate with a claim code and the key that the terminal made; asked again until it is there. Asked without a
/// certificate, at a door of its own (`central serve --enrol`).
#[utoipa::path(
    post,
    path = "/v1/enrolment",
    tag = "terminals",
    security(()),
    request_body = EnrolmentRequest,
    responses(
        (status = 200, description = "The certificate", body = EnrolmentAnswer),
        (status = 202, description = "An operator has not approved yet: ask the same again", body = EnrolmentAnswer),
        (status = 400, description = "The body can't be read", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Nobody was invited so: a wrong, used or old code", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "The code was used with another key", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no certificate request of a key's own", body = Problem,
         content_type = "application/problem+json"),
        (status = 429, description = "Too many tries from this address", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_enrolment(
    State(entrance): State<Entrance>,
    ConnectInfo(caller): ConnectInfo<Caller>,
    asked: Result<Json<EnrolmentRequest>, JsonRejection>,
) -> Result<Response, Fault> {
    if let Caller::Newcomer(address) = caller {
        entrance.newcomers.take(&address).map_err(|wait| Fault::TooMany(wait.as_secs() + 1))?;
    }
    let EnrolmentRequest { kiosk, code, request } = body(asked)?;
    let key = RequestedKey::parse(&request).map_err(|fault| Fault::FormRefused(fault.to_string()))?;
    let now = Timestamp::now();
    let name = kiosk.clone();
    let asked = entrance
        .store
        .change(move |sql| enrolment::ask(sql, &kiosk, &code, (&request, &key), now))
        .await
        .map_err(|error: StoreError| Fault::from(error))?;
    match asked {
        Asked::Answer(answer) => {
            let status = match answer {
                EnrolmentAnswer::Waiting { .. } => StatusCode::ACCEPTED,
                EnrolmentAnswer::Enrolled { .. } => StatusCode::OK,
            };
            Ok((status, Json(answer)).into_response())
        }
        Asked::NotInvited => {
            tracing::warn!(kiosk = %name, %caller, "somebody asked for a certificate without an invitation");
            Err(Fault::NotInvited)
        }
        Asked::OtherKey => {
            tracing::warn!(kiosk = %name, %caller, "a claim code came with another key: somebody else has it");
            Err(Fault::CodeOfAnother)
        }
    }
}
