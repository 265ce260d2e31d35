//! Pages for anyone with a browser, without a certificate: a listener of its own, behind the city's own web server. No
//! scripts, no cookies, nothing from elsewhere; whatever looks something up is limited by address.

mod data_resources;
mod draft;
mod draft_form;
mod drop;
mod guide;
mod page;
mod pay;
mod verify;

use crate::accounting::simulated::SimulatedOutside;
use crate::keys::Keys;
use crate::limits::{self, Limit};
use crate::services::Services;
use crate::store::Store;
use crate::unread::drop_unread;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The longest form that anyone sends.
const MAX_FORM_BYTES: usize = 4096;

/// The longest filled form of a service: some hundred fields of a line each, as a browser writes Chinese.
const MAX_DRAFT_BYTES: usize = 32 * 1024;

/// What every page may use.
#[derive(Clone)]
pub(crate) struct Public {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) services: Arc<dyn Services>,
    pub(crate) keys: Arc<Keys>,
}

/// The pages. Serve them with `into_make_service_with_connect_info::<SocketAddr>()`.
pub(crate) fn router(
    store: Arc<dyn Store>,
    services: Arc<dyn Services>,
    keys: Arc<Keys>,
    payments: Option<SimulatedOutside>,
) -> Router {
    Router::new()
        .route("/verify", get(verify::ask).post(verify::submit))
        .route("/verify/{code}", in_turn(limits::visitors(), get(verify::show)))
        .route("/guide/{code}", get(guide::show))
        .route("/draft", get(draft::start))
        .route("/draft/open", in_turn(limits::visitors(), get(draft::ask).post(draft::open)))
        .route(
            "/draft/{service}",
            in_turn(limits::visitors(), get(draft::show).post(draft::submit))
                .layer(DefaultBodyLimit::max(MAX_DRAFT_BYTES)),
        )
        .route("/data-resources", get(data_resources::show))
        .route("/style.css", get(page::style))
        .merge(drop::routes(Arc::clone(&store)))
        .merge(payments.map_or_else(Router::new, pay::routes))
        .fallback(page::not_found)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn(guard))
        .layer(middleware::from_fn(drop_unread))
        .with_state(Public { store, services, keys })
}

/// Lets each address in at its turn, and tells it otherwise when that comes.
fn in_turn<S: Clone + Send + Sync + 'static>(
    limit: Limit<IpAddr>,
    route: MethodRouter<S>,
) -> MethodRouter<S> {
    route.layer(middleware::from_fn_with_state(limit, take_turn))
}

async fn take_turn(
    State(limit): State<Limit<IpAddr>>,
    peer: ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match limit.take(&visitor(peer, request.headers())) {
        Ok(()) => next.run(request).await,
        Err(wait) => page::too_often(wait.as_secs() + 1),
    }
}

/// Nothing on our pages may be framed, remembered or brought from elsewhere.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whose turn it is: the address, or what the city's own web server on this machine says that it is.
fn visitor(ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: &HeaderMap) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    match forwarded {
        Some(address) if peer.ip().is_loopback() => address,
        _ => peer.ip(),
    }
}
