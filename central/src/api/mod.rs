//! The HTTP interface on one page: routes, who is asking, limits, logging.
//!
//! Handlers know the store and the services by their traits only. Nothing of a body or a case is ever logged.

mod entries;
mod openapi;
mod problem;
mod reads;
mod series;
mod under_way;

use crate::caller::{Caller, Clerk};
use crate::cases::Numbers;
use crate::door::CallerListener;
use crate::keys::Keys;
use crate::services::Services;
use crate::store::Store;
use axum::Router;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::IncomingStream;
use contract::KioskId;
use contract::series::MAX_REQUEST_BYTES;
use problem::Fault;
use std::sync::Arc;
use std::time::{Duration, Instant};
use under_way::UnderWay;

pub use openapi::openapi_document;

/// The longest that a request may take, its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

impl Connected<IncomingStream<'_, CallerListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, CallerListener>) -> Self {
        stream.io().caller().clone()
    }
}

/// The terminal that asks; anybody else is told that this is not for them.
struct AsKiosk(KioskId);

impl<S: Send + Sync> FromRequestParts<S> for AsKiosk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Kiosk(kiosk))) => Ok(Self(kiosk.clone())),
            _ => Err(Fault::NotForYou("a terminal")),
        }
    }
}

/// The clerk who asks; anybody else is told that this is not for them.
#[expect(dead_code, reason = "the clerks' own paths follow")]
struct AsClerk(Clerk);

impl<S: Send + Sync> FromRequestParts<S> for AsClerk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Clerk(clerk))) => Ok(Self(clerk.clone())),
            _ => Err(Fault::NotForYou("a clerk")),
        }
    }
}

/// What every handler may use.
#[derive(Clone)]
struct Central {
    store: Arc<dyn Store>,
    services: Arc<dyn Services>,
    keys: Arc<Keys>,
    numbers: Arc<Numbers>,
    under_way: UnderWay,
}

/// The whole interface. Serve it to a [`CallerListener`], with `into_make_service_with_connect_info::<Caller>()`.
pub fn router(store: Arc<dyn Store>, services: Arc<dyn Services>, keys: Arc<Keys>) -> Router {
    Router::new()
        .route("/v1/entries", post(entries::post_entry))
        .route("/v1/tail", get(series::get_tail))
        .route("/v1/journal-heads", post(series::post_journal_head))
        .route("/v1/desired", get(series::get_desired))
        .route("/v1/cases/{case}", get(reads::get_case))
        .route("/v1/openapi.json", get(openapi::get_document))
        .route("/health", get(reads::get_health))
        .fallback(async || Fault::NoSuchPath)
        .method_not_allowed_fallback(async || Fault::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .layer(middleware::from_fn(watch_over))
        .with_state(Central {
            store,
            services,
            keys,
            numbers: Arc::default(),
            under_way: UnderWay::default(),
        })
}

/// Ends a request that takes too long and writes one line of log for each.
async fn watch_over(ConnectInfo(caller): ConnectInfo<Caller>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let response = match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::TooSlow.into_response(),
    };
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(%caller, %method, route, status, ?took, "request");
    response
}
