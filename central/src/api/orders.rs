//! Orders of a terminal: make one, see where it stands, ask whether it is paid, leave it, find it again for a receipt.

use super::bills::read_json;
use super::entries::{read_body, read_key};
use super::money_problem::{MoneyFault, Refusals};
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::accounting::books::Created;
use crate::accounting::order::{Event, Order};
use crate::accounting::payments::Ordered;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::message::Problem;
use contract::order::{OrderRequest, OrderView};
use contract::{EntryId, OrderNumber};
use sha2::{Digest, Sha256};

/// Makes an order. The answer has the code to show when the channel gave one in time; else ask for the order again.
#[utoipa::path(
    post,
    path = "/v1/orders",
    tag = "payments",
    params(("Idempotency-Key" = EntryId, Header, description = "A UUIDv7, made once for the order")),
    request_body = OrderRequest,
    responses(
        (status = 201, description = "It is an order now", body = OrderView),
        (status = 200, description = "The same request was made before; the order as it stands", body = OrderView),
        (status = 400, description = "No key, or an ill-formed one", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on (see Retry-After), the amount has changed, or a \
         bill is being paid or was paid", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "The key was used for another order, or that can't be ordered", body = Problem,
         content_type = "application/problem+json"),
        (status = 502, description = "The provider's answer does not add up", body = Problem,
         content_type = "application/problem+json"),
        (status = 504, description = "The provider does not answer", body = Problem,
         content_type = "application/problem+json"),
        Refusals,
    )
)]
pub(super) async fn post_order(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let payments = central.payments()?;
    let key = read_key(&headers)?;
    let body = read_body(body)?;
    let request: OrderRequest = read_json(&body)?;
    let _claim = central.under_way.claim(key).ok_or(Fault::InProgress)?;
    let ordered = Ordered { kiosk, key, request_hash: Sha256::digest(&body).into(), request };
    Ok(match payments.order(ordered).await? {
        Created::Now(order) => (StatusCode::CREATED, Json(order.view())).into_response(),
        Created::Before(order) => Json(order.view()).into_response(),
    })
}

/// Where an order stands.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}",
    tag = "payments",
    params(("order" = OrderNumber, Path, description = "The order's number")),
    responses(
        (status = 200, description = "The order", body = OrderView),
        Refusals,
    )
)]
pub(super) async fn get_order(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    order: Result<Path<OrderNumber>, PathRejection>,
) -> Result<Json<OrderView>, Fault> {
    let number = number(order)?;
    Ok(Json(central.payments()?.order_of(&kiosk, &number).await?.view()))
}

/// The terminal's orders of the last 24 hours, newest first, to print a receipt again; with those that have not ended, or
/// ended in the last 24 hours.
#[utoipa::path(
    get,
    path = "/v1/orders",
    tag = "payments",
    responses((status = 200, description = "At most 200 orders", body = Vec<OrderView>), Refusals)
)]
pub(super) async fn get_orders(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
) -> Result<Json<Vec<OrderView>>, Fault> {
    let recent = central.payments()?.recent(kiosk).await?;
    Ok(Json(recent.iter().map(Order::view).collect()))
}

/// 'I have paid': the channel is asked at once.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/ask",
    tag = "payments",
    params(("order" = OrderNumber, Path, description = "The order's number")),
    responses(
        (status = 200, description = "The order, after the channel was asked", body = OrderView),
        Refusals,
    )
)]
pub(super) async fn post_ask(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    order: Result<Path<OrderNumber>, PathRejection>,
) -> Result<Json<OrderView>, Fault> {
    let number = number(order)?;
    Ok(Json(central.payments()?.tell(&kiosk, &number, Event::HaveIPaid).await?.view()))
}

/// The person leaves: the code is closed. What was paid all the same goes its way.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/leave",
    tag = "payments",
    params(("order" = OrderNumber, Path, description = "The order's number")),
    responses(
        (status = 200, description = "The order, after the channel was asked to close it", body = OrderView),
        Refusals,
    )
)]
pub(super) async fn post_leave(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    order: Result<Path<OrderNumber>, PathRejection>,
) -> Result<Json<OrderView>, Fault> {
    let number = number(order)?;
    Ok(Json(central.payments()?.tell(&kiosk, &number, Event::Leave).await?.view()))
}

fn number(order: Result<Path<OrderNumber>, PathRejection>) -> Result<OrderNumber, Fault> {
    order.map(|Path(number)| number).map_err(|_| Fault::Money(MoneyFault::NoSuchOrder))
}
