//! The operator console (运维控制台): pages for those who run the fleet, on a listener of its own, behind the city's own web
//! server, which speaks TLS. Knows how a page is asked for and what it shows; what is true and what may be done is decided
//! elsewhere (`operators`, `audit`, `alarms`, `fleet`).
//!
//! Architecture invariant: a page is a row of [`routes`], and a row names its door. There is no way to a handler past
//! [`door::enter`], which asks the one function that decides on rights.

mod alarms;
mod assets;
mod audit_log;
mod commands;
mod door;
mod emergencies;
mod enrolment;
mod fleet;
mod frame;
mod kiosk;
mod log_in;
mod map;
mod notices;
mod operators;
mod rollouts;
mod screen;
mod settings;
mod technician_code;
mod terminals;
mod tickets;
mod trouble;
mod typed;
mod words;

use crate::audit;
use crate::ca::Authority;
use crate::fleet::Fleet;
use crate::keys::Keys;
use crate::operators::Act;
use crate::store::{Store, StoreError};
use crate::unread::drop_unread;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
#[cfg(test)]
use axum::http::Method;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use door::{Door, Guard};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The longest form that anyone sends.
pub(crate) const MAX_FORM_BYTES: usize = 64 * 1024;
/// Passwords that are hashed at the same time: each fills 19 MiB for a moment.
const HASHINGS: usize = 4;

/// What every page may use.
#[derive(Clone)]
pub(crate) struct Console {
    store: Arc<dyn Store>,
    keys: Arc<Keys>,
    fleet: Arc<Fleet>,
    authority: Option<Arc<Authority>>,
    hashings: Arc<Semaphore>,
}

impl Console {
    /// Of a running central.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        keys: Arc<Keys>,
        fleet: Arc<Fleet>,
        authority: Option<Arc<Authority>>,
    ) -> Self {
        Self { store, keys, fleet, authority, hashings: Arc::new(Semaphore::new(HASHINGS)) }
    }
}

/// One page: where it is, and who may open it.
struct Route {
    path: &'static str,
    door: Door,
    handler: MethodRouter<Console>,
    /// The longest form that is sent to it.
    most: usize,
    /// By which method: the same path may be looked at by more people than may act there.
    #[cfg(test)]
    method: Method,
}

fn shown<H, T>(path: &'static str, door: Door, handler: H) -> Route
where
    H: Handler<T, Console>,
    T: 'static,
{
    Route {
        path,
        door,
        handler: get(handler),
        most: MAX_FORM_BYTES,
        #[cfg(test)]
        method: Method::GET,
    }
}

fn done<H, T>(path: &'static str, door: Door, handler: H) -> Route
where
    H: Handler<T, Console>,
    T: 'static,
{
    Route {
        path,
        door,
        handler: post(handler),
        most: MAX_FORM_BYTES,
        #[cfg(test)]
        method: Method::POST,
    }
}

/// Every page of the console.
fn routes() -> Vec<Route> {
    use Door::{Anyone, HalfWay, InTurn, Operator};
    vec![
        shown("/console.css", Anyone, assets::style),
        shown("/htmx.js", Anyone, assets::htmx),
        shown("/sse.js", Anyone, assets::sse),
        shown("/icon.svg", Anyone, assets::icon),
        done("/language", Anyone, frame::choose_language),
        shown("/login", Anyone, log_in::ask_for_password),
        done("/login", InTurn, log_in::take_password),
        shown("/login/code", HalfWay, log_in::ask_for_code),
        done("/login/code", HalfWay, log_in::take_code),
        shown("/login/enrol", HalfWay, log_in::show_secret),
        done("/login/enrol", HalfWay, log_in::enrol),
        done("/logout", Operator(Act::KeepSession), log_in::log_out),
        shown("/", Operator(Act::KeepSession), async || Redirect::to("/fleet")),
        shown("/fleet", Operator(Act::LookAtFleet), fleet::show),
        shown("/map", Operator(Act::LookAtFleet), map::show),
        shown("/kiosks/{id}", Operator(Act::LookAtFleet), kiosk::show),
        done("/kiosks/{id}/place", Operator(Act::Publish), kiosk::place),
        done("/kiosks/{id}/commands", Operator(Act::OrderCommand), commands::order),
        shown("/kiosks/{id}/bundles/{command}", Operator(Act::OrderCommand), commands::bundle),
        shown("/kiosks/{id}/screen/{command}", Operator(Act::OrderCommand), screen::show),
        shown("/kiosks/{id}/screen/{command}/now", Operator(Act::OrderCommand), screen::fragment),
        shown("/kiosks/{id}/screen/{command}/picture", Operator(Act::OrderCommand), screen::picture),
        done("/kiosks/{id}/screen/{command}/stop", Operator(Act::OrderCommand), screen::stop),
        shown(emergencies::HERE, Operator(Act::LookAtFleet), emergencies::show),
        done(emergencies::HERE, Operator(Act::Publish), emergencies::announce),
        shown("/emergencies/list", Operator(Act::LookAtFleet), emergencies::list),
        done("/emergencies/{id}/agree", Operator(Act::Publish), emergencies::agree),
        done("/emergencies/{id}/end", Operator(Act::Publish), emergencies::end),
        shown(enrolment::HERE, Operator(Act::Enrol), enrolment::show),
        done(enrolment::HERE, Operator(Act::Enrol), enrolment::invite),
        done("/enrolment/{id}/approve", Operator(Act::Enrol), enrolment::approve),
        done("/enrolment/{id}/refuse", Operator(Act::Enrol), enrolment::refuse),
        done("/enrolment/{id}/revoke", Operator(Act::Enrol), enrolment::revoke),
        shown(technician_code::HERE, Operator(Act::OpenTerminal), technician_code::show),
        shown("/alarms", Operator(Act::LookAtFleet), alarms::show),
        done("/alarms/{id}/{kind}/take", Operator(Act::TendAlarm), alarms::take),
        shown(tickets::HERE, Operator(Act::LookAtFleet), tickets::show),
        shown("/tickets/{id}/{entry}", Operator(Act::LookAtFleet), tickets::one),
        shown("/tickets/{id}/{entry}/photos/{place}", Operator(Act::LookAtFleet), tickets::photo),
        Route {
            most: tickets::MAX_PHOTO_FORM,
            ..done("/tickets/{id}/{entry}/photos", Operator(Act::TendAlarm), tickets::photograph)
        },
        done("/tickets/{id}/{entry}/close", Operator(Act::TendAlarm), tickets::close),
        shown("/settings", Operator(Act::LookAtFleet), settings::show),
        done("/settings/check", Operator(Act::Publish), settings::check),
        done("/settings/review", Operator(Act::Publish), settings::review),
        done("/settings/publish", Operator(Act::Publish), settings::publish),
        shown("/rollouts", Operator(Act::LookAtFleet), rollouts::show),
        shown("/rollouts/{id}", Operator(Act::LookAtFleet), rollouts::one),
        shown("/rollouts/{id}/events", Operator(Act::LookAtFleet), rollouts::events),
        done("/rollouts/{id}/approve", Operator(Act::Publish), rollouts::approve),
        done("/rollouts/{id}/resume", Operator(Act::Publish), rollouts::resume),
        done("/rollouts/{id}/abort", Operator(Act::Publish), rollouts::abort),
        shown("/operators", Operator(Act::LookAtOperators), operators::show),
        done("/operators", Operator(Act::ManageOperators), operators::add),
        done("/operators/{id}/reset", Operator(Act::ManageOperators), operators::reset),
        done("/operators/{id}/lock", Operator(Act::ManageOperators), operators::lock),
        done("/sessions/{key}/end", Operator(Act::ManageOperators), operators::end_session),
        shown("/audit", Operator(Act::ReadAudit), audit_log::show),
        done("/audit/verify", Operator(Act::ReadAudit), audit_log::verify),
    ]
}

/// The pages, and the audit log in the suite of the city's keys from now on.
pub(crate) async fn open(console: Console) -> Result<Router, StoreError> {
    let suite = console.keys.suite();
    console.store.change(move |sql| audit::hash_by(sql, suite)).await?;
    Ok(router(console))
}

/// The pages. Serve them with `into_make_service_with_connect_info::<SocketAddr>()`.
fn router(console: Console) -> Router {
    let guard = Guard::new(console.clone());
    let pages = routes().into_iter().fold(Router::new(), |pages, route| {
        let guard = guard.of(route.door, route.most);
        let entered = route.handler.route_layer(middleware::from_fn_with_state(guard, door::enter));
        pages.route(route.path, entered.layer(DefaultBodyLimit::max(route.most)))
    });
    pages
        .fallback(trouble::not_found)
        .layer(middleware::from_fn(seal))
        .layer(middleware::from_fn(drop_unread))
        .with_state(console)
}

/// Nothing on our pages may be framed, remembered or brought from elsewhere, and no script or style stands in a page.
async fn seal(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;
