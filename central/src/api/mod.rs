//! The HTTP interface on one page: routes, who is asking, limits, logging.
//!
//! Handlers know the store and the services by their traits only. Nothing of a body or a case is ever logged.

mod entries;
mod openapi;
mod problem;
mod reads;

use crate::services::Services;
use crate::store::Store;
use crate::tls::{KioskListener, KioskStream};
use axum::Router;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::IncomingStream;
use contract::KioskId;
use contract::message::MAX_BODY_BYTES;
use problem::Fault;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use openapi::openapi_document;

/// The longest that a request may take, its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Whose connection it is.
#[derive(Clone, Debug)]
pub(crate) struct Caller(KioskId);

impl Connected<IncomingStream<'_, KioskListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, KioskListener>) -> Self {
        let stream: &KioskStream = stream.io();
        Self(stream.kiosk.clone())
    }
}

/// What every handler may use.
#[derive(Clone)]
struct Central {
    store: Arc<dyn Store>,
    services: Arc<dyn Services>,
}

pub(crate) fn router(store: Arc<dyn Store>, services: Arc<dyn Services>) -> Router {
    Router::new()
        .route("/v1/entries", post(entries::post_entry))
        .route("/v1/tail", get(reads::get_tail))
        .route("/v1/cases/{case}", get(reads::get_case))
        .route("/v1/openapi.json", get(openapi::get_document))
        .route("/health", get(reads::get_health))
        .fallback(async || Fault::NoSuchPath)
        .method_not_allowed_fallback(async || Fault::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(watch_over))
        .with_state(Central { store, services })
}

/// Ends a request that takes too long and writes one line of log for each.
async fn watch_over(
    ConnectInfo(Caller(kiosk)): ConnectInfo<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let response = match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::TooSlow.into_response(),
    };
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(%kiosk, %method, route, status, ?took, "request");
    response
}
