//! What a kiosk may ask without changing anything.

use super::entries::read_body;
use super::problem::Fault;
use super::{AsKiosk, CasePath, Central};
use crate::store::StoreError;
use crate::{casework, values};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use contract::message::{CaseProgress, OfPerson, PersonCases, Problem};
use contract::{CaseNumber, Secret};
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

/// The cases of a person whose card a terminal has read, the newest first. Asked by POST: a number of a person does not
/// stand in a path, which is logged along the way.
#[utoipa::path(
    post,
    path = "/v1/people/cases",
    tag = "cases",
    request_body = OfPerson,
    responses(
        (status = 200, description = "At most 20 cases; an empty list when there is none", body = PersonCases),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no number of a card", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_cases_of_person(
    State(central): State<Central>,
    _: AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PersonCases>, Fault> {
    let OfPerson { id_no } = serde_json::from_slice(&read_body(body)?)
        .map_err(|_| Fault::FormRefused("id_no: send the number of the card that was read".to_owned()))?;
    let (calendar, now) = (Arc::clone(central.services.office().calendar()), Timestamp::now());
    let person = Secret::from(id_no.expose());
    let cases =
        central.store.read(move |sql| casework::progress_of_person(sql, &person, now, &calendar)).await?;
    Ok(Json(cases))
}

/// Whether central answers and can read its store.
#[utoipa::path(get, path = "/health", tag = "central", responses((status = 200, description = "Central answers", body = String,
    content_type = "text/plain")))]
pub(super) async fn get_health(State(central): State<Central>) -> Result<&'static str, Fault> {
    let look: Result<_, StoreError> = central.store.read(|sql| sql.query("SELECT 1", values![])).await;
    look?;
    Ok("ok")
}
