//! The HTTP interface on one page: routes, and who is asking.
//!
//! Handlers know the store and the services by their traits only. Nothing of a body or a case is ever logged.

mod bills;
mod bookings;
mod bundles;
mod certificates;
mod clerk_cases;
mod clerk_projects;
mod drafts;
mod drops;
mod enrolment;
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
mod watch;

use crate::accounting::payments::Payments;
use crate::ca::Authority;
use crate::caller::{Caller, Clerk, Terminal};
use crate::cases::Numbers;
use crate::fleet::Fleet;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::services::Services;
use crate::store::Store;
use crate::unread::drop_unread;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::http::{StatusCode, request};
use axum::middleware;
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::series::MAX_REQUEST_BYTES;
use contract::{CaseNumber, KioskId};
use problem::Fault;
use std::sync::Arc;
use under_way::UnderWay;
use watch::Watch;

pub(crate) use enrolment::router as enrolment_router;
pub use openapi::openapi_document;

/// The terminal that asks; anybody else is told that this is not for them.
struct AsKiosk(KioskId);

impl<S: Send + Sync> FromRequestParts<S> for AsKiosk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Kiosk(terminal))) => Ok(Self(terminal.id.clone())),
            _ => Err(Fault::NotForYou("a terminal")),
        }
    }
}

/// The same, with the certificate that it came by.
struct AsTerminal(Terminal);

impl<S: Send + Sync> FromRequestParts<S> for AsTerminal {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Fault> {
        match parts.extensions.get() {
            Some(ConnectInfo(Caller::Kiosk(terminal))) => Ok(Self(terminal.clone())),
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
    authority: Option<Arc<Authority>>,
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
    /// Who renews certificates, where its key lies at central.
    pub authority: Option<Arc<Authority>>,
}

/// The whole interface, for [`serve`](crate::serve).
pub fn router(parts: Parts) -> Router {
    let Parts { store, services, keys, fleet, metrics, payments, authority } = parts;
    let watch = Watch::over(Arc::clone(&store), Arc::clone(&metrics));
    Router::new()
        .route("/v1/entries", post(entries::post_entry))
        .route("/v1/tail", get(series::get_tail))
        .route("/v1/journal-heads", post(series::post_journal_head))
        .route("/v1/desired", get(series::get_desired))
        .route("/v1/reports", post(series::post_report))
        .route("/v1/commands/{command}/bundle", post(bundles::post_bundle))
        .route("/v1/commands/{command}/picture", post(bundles::post_picture))
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
        .route("/v1/certificate", post(certificates::post_certificate))
        .route("/v1/openapi.json", get(openapi::get_document))
        .route("/health", get(reads::get_health))
        .fallback(async || Fault::NoSuchPath)
        .method_not_allowed_fallback(async || Fault::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .layer(middleware::from_fn_with_state(watch, watch::watch_over))
        .layer(middleware::from_fn(drop_unread))
        .with_state(Central {
            store,
            services,
            keys,
            fleet,
            numbers: Arc::default(),
            metrics,
            under_way: UnderWay::default(),
            payments,
            authority,
        })
}
