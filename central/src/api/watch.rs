//! What is watched over every request: whether the terminal is still let in, its turn, how long it takes; each is counted and
//! gets one line of log.

use super::problem::Fault;
use crate::caller::{Caller, Terminal};
use crate::enrolment;
use crate::limits::{self, Limit};
use crate::metrics::{self, Metrics};
use crate::store::{Store, StoreError};
use crate::waiting::{Hold, Patience};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::KioskId;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The header by which a request is found again in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that a request may take, its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// What is watched.
#[derive(Clone)]
pub(super) struct Watch {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    kiosks: Limit<KioskId>,
}

impl Watch {
    pub(super) fn over(store: Arc<dyn Store>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics, kiosks: limits::kiosks() }
    }

    /// Lets a caller in. A request that is held passes here twice: it takes its turn when it comes, and whether its terminal
    /// was revoked meanwhile is looked up when it is answered as well.
    async fn let_in(&self, caller: &Caller, has_waited: bool) -> Result<(), Fault> {
        let Caller::Kiosk(terminal) = caller else { return Ok(()) };
        if !has_waited {
            self.kiosks.take(&terminal.id).map_err(|wait| Fault::TooMany(wait.as_secs() + 1))?;
        }
        self.admit(terminal).await
    }

    async fn admit(&self, terminal: &Terminal) -> Result<(), Fault> {
        let asked = terminal.clone();
        let admitted = self.store.read(move |sql| enrolment::is_admitted(sql, &asked)).await;
        if admitted.map_err(|error: StoreError| Fault::from(error))? {
            return Ok(());
        }
        tracing::warn!(kiosk = %terminal.id, "a certificate that is not let in any more was turned away");
        self.metrics.turned_away();
        Err(Fault::NotAdmitted)
    }
}

/// Gives each request an id, ends one that takes too long, counts it and writes one line of log when it is answered.
pub(super) async fn watch_over(
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
    let mut response = match watch.let_in(&caller, waited.is_some()).await {
        Err(fault) => fault.into_response(),
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
