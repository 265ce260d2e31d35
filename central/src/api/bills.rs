//! `POST /v1/bills/look-up`: what an account has to pay. A provider's answer that does not add up is never passed on.

use super::entries::read_body;
use super::money_problem::{MoneyFault, Refusals};
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::accounting::payments::Payments;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use contract::bill::{AccountBills, LookUp};
use contract::message::Problem;
use serde::de::DeserializeOwned;

impl Central {
    /// Accounting, where this central takes payments.
    pub(super) fn payments(&self) -> Result<&Payments, Fault> {
        self.payments.as_deref().ok_or(Fault::Money(MoneyFault::Off))
    }
}

/// A body as its type. serde's own words could quote the body, so only the place is told.
pub(super) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let detail = format!("line {line}, column {column} is not what the schema asks");
        Fault::Money(MoneyFault::NotAsAsked(detail))
    })
}

/// Looks up what an account has to pay.
#[utoipa::path(
    post,
    path = "/v1/bills/look-up",
    tag = "payments",
    request_body = LookUp,
    responses(
        (status = 200, description = "The account's bills or credit; every sum is checked", body = AccountBills),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "No such provider, or that can't be one of its accounts", body = Problem,
         content_type = "application/problem+json"),
        (status = 502, description = "The provider's answer does not add up and is not shown", body = Problem,
         content_type = "application/problem+json"),
        (status = 504, description = "The provider does not answer", body = Problem,
         content_type = "application/problem+json"),
        Refusals,
    )
)]
pub(super) async fn post_look_up(
    State(central): State<Central>,
    _: AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<AccountBills>, Fault> {
    let payments = central.payments()?;
    let asked: LookUp = read_json(&read_body(body)?)?;
    Ok(Json(payments.look_up(asked).await?))
}
