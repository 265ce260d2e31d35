//! The HTTP interface on one page: routes, who is asking, limits, logging.
//!
//! Handlers know the store and the services by their traits only. Nothing of a body or a case is ever logged.

mod bills;
mod bookings;
mod clerk_cases;
mod clerk_projects;
mod drafts;
mod drops;
mod entries;
mod judging;
mod licences;
mod money_problem;
mod openapi;
mod orders;
mod papers;
mod people;
mod problem;
mod projects;
mod reads;
mod registries;
mod series;
mod under_way;

use crate::accounting::payments::Payments;
use crate::caller::{Caller, Clerk};
use crate::cases::Numbers;
use crate::fleet::Fleet;
use crate::keys::Keys;
use crate::limits::{self, Limit};
use crate::metrics::{self, Metrics};
use crate::services::Services;
use crate::store::Store;
use crate::waiting::{Hold, Patience};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::series::MAX_REQUEST_BYTES;
use contract::{CaseNumber, KioskId};
use problem::Fault;
use std::sync::Arc;
use std::time::{Duration, Instant};
use under_way::UnderWay;
use uuid::Uuid;

pub use openapi::openapi_document;

/// The header by which a request is found again in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that a request may take, its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// The terminal that asks; anybody else is told that this is not for them.
struct AsKiosk(KioskId);

impl<S: Send + Sync> FromRequestParts<S> for AsKiosk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Kiosk(kiosk))) => Ok(Self(kiosk.clone())),
            _ => Err(Fault::NotForYou("a terminal")),
        }
    }
}

/// The clerk who asks; anybody else is told that this is not for them.
struct AsClerk(Clerk);

impl<S: Send + Sync> FromRequestParts<S> for AsClerk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Clerk(clerk))) => Ok(Self(clerk.clone())),
            _ => Err(Fault::NotForYou("a clerk")),
        }
    }
}

/// The case that a path names; one that can't be a number names none.
struct CasePath(CaseNumber);

impl<S: Send + Sync> FromRequestParts<S> for CasePath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut request::Parts, state: &S) -> Result<Self, Fault> {
        let case = Path::from_request_parts(parts, state).await;
        case.map(|Path(case)| Self(case)).map_err(|_| Fault::NoSuchCase)
    }
}

/// A body that is what the schema asks. serde's own words could quote it, so they are told only where they are about the
/// form of a name.
fn body<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Fault> {
    body.map(|Json(body)| body).map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::BodyBroken("send application/json".to_owned()),
        _ => Fault::NotAnAct,
    })
}

/// What every handler may use.
#[derive(Clone)]
struct Central {
    store: Arc<dyn Store>,
    services: Arc<dyn Services>,
    keys: Arc<Keys>,
    fleet: Arc<Fleet>,
    numbers: Arc<Numbers>,
    metrics: Arc<Metrics>,
    under_way: UnderWay,
    payments: Option<Arc<Payments>>,
}

/// What the interface is made of.
#[derive(Clone)]
pub struct Parts {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// What is judged.
    pub services: Arc<dyn Services>,
    /// What entries are sealed to.
    pub keys: Arc<Keys>,
    /// What operators want of the terminals.
    pub fleet: Arc<Fleet>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Bills and orders, where money is taken.
    pub payments: Option<Arc<Payments>>,
}

/// The whole interface, for [`serve`](crate::serve).
pub fn router(parts: Parts) -> Router {
    let Parts { store, services, keys, fleet, metrics, payments } = parts;
    let watch = Watch { metrics: Arc::clone(&metrics), kiosks: limits::kiosks() };
    Router::new()
        .route("/v1/entries", post(entries::post_entry))
        .route("/v1/tail", get(series::get_tail))
        .route("/v1/journal-heads", post(series::post_journal_head))
        .route("/v1/desired", get(series::get_desired))
        .route("/v1/reports", post(series::post_report))
        .route("/v1/cases/{case}", get(reads::get_case))
        .route("/v1/services/{service}/places", get(bookings::get_places))
        .route("/v1/people/cases", post(people::post_cases_of_person))
        .route("/v1/people/licences", post(people::post_licences_of_person))
        .route("/v1/people/licences-held", post(licences::post_licences_held))
        .route("/v1/people/prefill", post(licences::post_prefill))
        .route("/v1/projects/{project}", get(projects::get_progress))
        .route("/v1/drafts", post(drafts::post_draft))
        .route("/v1/drafts/claims", post(drafts::post_claim))
        .route("/v1/data-resources", get(registries::get_data_resources))
        .route("/v1/clerk/queue", get(clerk_cases::get_queue))
        .route("/v1/clerk/cases/{case}", get(clerk_cases::get_clerk_case))
        .route("/v1/clerk/cases/{case}/papers/{material}/{page}", get(papers::get_page))
        .route("/v1/clerk/cases/{case}/acts", post(clerk_cases::post_act))
        .route("/v1/clerk/cases/{case}/decision", get(clerk_cases::get_decision))
        .route("/v1/clerk/cases/{case}/replay", post(clerk_cases::post_replay))
        .route("/v1/clerk/projects", get(clerk_projects::get_projects))
        .route("/v1/clerk/projects/{project}", get(clerk_projects::get_project))
        .route("/v1/clerk/projects/{project}/acts", post(clerk_projects::post_project_act))
        .route("/v1/clerk/inbox", get(clerk_projects::get_inbox))
        .route("/v1/bills/look-up", post(bills::post_look_up))
        .route("/v1/orders", get(orders::get_orders).post(orders::post_order))
        .route("/v1/orders/{order}", get(orders::get_order))
        .route("/v1/orders/{order}/ask", post(orders::post_ask))
        .route("/v1/orders/{order}/leave", post(orders::post_leave))
        .route("/v1/drops", post(drops::post_drop))
        .route("/v1/drops/{drop}/pictures/{n}", post(drops::post_next_picture))
        .route("/v1/drops/{drop}/close", post(drops::post_close))
        .route("/v1/openapi.json", get(openapi::get_document))
        .route("/health", get(reads::get_health))
        .fallback(async || Fault::NoSuchPath)
        .method_not_allowed_fallback(async || Fault::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .layer(middleware::from_fn_with_state(watch, watch_over))
        .with_state(Central {
            store,
            services,
            keys,
            fleet,
            numbers: Arc::default(),
            metrics,
            under_way: UnderWay::default(),
            payments,
        })
}

/// What is watched over every request.
#[derive(Clone)]
struct Watch {
    metrics: Arc<Metrics>,
    kiosks: Limit<KioskId>,
}

/// Gives each request an id, ends one that takes too long, counts it and writes one line of log. A request that is held
/// passes here twice: it takes its turn when it comes, and is counted when it is answered.
async fn watch_over(
    State(watch): State<Watch>,
    ConnectInfo(caller): ConnectInfo<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let waited = match request.extensions().get() {
        Some(Patience::Waited { since }) => Some(*since),
        _ => None,
    };
    let started = waited.unwrap_or_else(Instant::now);
    let id = Uuid::now_v7().to_string();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let turn = match &caller {
        Caller::Kiosk(kiosk) if waited.is_none() => watch.kiosks.take(kiosk),
        Caller::Kiosk(_) | Caller::Clerk(_) => Ok(()),
    };
    let mut response = match turn {
        Err(wait) => Fault::TooMany(wait.as_secs() + 1).into_response(),
        Ok(()) => match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::TooSlow.into_response(),
        },
    };
    if response.extensions().get::<Hold>().is_some() {
        return response;
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(%id, %caller, %method, route, status, ?took, "request");
    watch.metrics.answered(&metrics::Request { route, method: method.to_string(), status }, took);
    response
}
