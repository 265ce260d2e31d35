//! What a kiosk may ask without changing anything.

use super::problem::Fault;
use super::{CasePath, Central};
use crate::store::StoreError;
use crate::{casework, values};
use axum::Json;
use axum::extract::State;
use contract::CaseNumber;
use contract::message::{CaseProgress, Problem};
use jiff::Timestamp;
use std::sync::Arc;

/// Where a case stands.
#[utoipa::path(
    get,
    path = "/v1/cases/{case}",
    tag = "cases",
    params(("case" = CaseNumber, Path, description = "The case number")),
    responses(
        (status = 200, description = "The state of the case", body = CaseProgress),
        (status = 404, description = "There is no such case", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_case(
    State(central): State<Central>,
    CasePath(case): CasePath,
) -> Result<Json<CaseProgress>, Fault> {
    let (calendar, now) = (Arc::clone(central.services.office().calendar()), Timestamp::now());
    let progress = central.store.read(move |sql| casework::progress(sql, &case, now, &calendar)).await?;
    progress.map(Json).ok_or(Fault::NoSuchCase)
}

/// Whether central answers and can read its store.
#[utoipa::path(get, path = "/health", tag = "central", responses((status = 200, description = "Central answers", body = String,
    content_type = "text/plain")))]
pub(super) async fn get_health(State(central): State<Central>) -> Result<&'static str, Fault> {
    let look: Result<_, StoreError> = central.store.read(|sql| sql.query("SELECT 1", values![])).await;
    look?;
    Ok("ok")
}
