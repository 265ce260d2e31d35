//! What the people who run central ask it, on a listener of its own that faces nobody else: counts, whether it lives,
//! whether it can take anything.

use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use crate::values;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A store that takes longer to answer is no store at present.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Admin {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    going_down: Arc<AtomicBool>,
}

/// The paths. `going_down` is set when central stops taking new work.
pub(crate) fn router(store: Arc<dyn Store>, metrics: Arc<Metrics>, going_down: Arc<AtomicBool>) -> Router {
    Router::new()
        .route("/metrics", get(metrics_text))
        .route("/health/live", get(async || "ok\n"))
        .route("/health/ready", get(readiness))
        .with_state(Admin { store, metrics, going_down })
}

async fn metrics_text(State(admin): State<Admin>) -> impl IntoResponse {
    const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, OPENMETRICS)], admin.metrics.text())
}

async fn readiness(State(admin): State<Admin>) -> (StatusCode, String) {
    if admin.going_down.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "going down\n".to_owned());
    }
    let look = admin.store.read(|sql| sql.query("SELECT 1", values![]).map(drop));
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(())) => (StatusCode::OK, "ok\n".to_owned()),
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", StoreError::Busy)),
    }
}
