//! The HTTP interface on one page: routes, who is asking, limits, logging.
//!
//! Handlers know the store and the services by their traits only. Nothing of a body or a case is ever logged.

mod entries;
mod openapi;
mod problem;
mod reads;
mod series;
mod under_way;

use crate::cases::Numbers;
use crate::door::KioskListener;
use crate::keys::Keys;
use crate::services::Services;
use crate::store::Store;
use axum::Router;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
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

/// Whose connection it is.
#[derive(Clone, Debug)]
pub struct Caller(KioskId);

impl Connected<IncomingStream<'_, KioskListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, KioskListener>) -> Self {
        Self(stream.io().kiosk().clone())
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

/// The whole interface. Serve it to a [`KioskListener`], with `into_make_service_with_connect_info::<Caller>()`.
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
