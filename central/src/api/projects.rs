//! `GET /v1/projects/{project}`: where a construction project stands (深圳90), for terminals. Whoever has the code may know;
//! nothing in it names a person.

use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::casework::{self, WorkError};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use contract::ProjectCode;
use contract::message::Problem;
use contract::project::ProjectProgress;
use jiff::Timestamp;
use std::sync::Arc;

/// A project as a board, stage by stage.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}",
    tag = "cases",
    params(("project" = ProjectCode, Path, description = "The project code, 2026-440304-47-01-123456")),
    responses(
        (status = 200, description = "The stages of its plan in order, with their tasks", body = ProjectProgress),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_progress(
    State(central): State<Central>,
    _: AsKiosk,
    code: Result<Path<ProjectCode>, PathRejection>,
) -> Result<Json<ProjectProgress>, Fault> {
    let Path(code) = code.map_err(|_| Fault::NoSuchProject)?;
    let office = central.services.office();
    let (calendar, plans) = (Arc::clone(office.calendar()), Arc::clone(office.plans()));
    let (departments, now) = (Arc::clone(office.departments()), Timestamp::now());
    let progress = central.store.read::<_, WorkError, _>(move |sql| {
        let board = casework::board(sql, &code)?.ok_or(WorkError::NoSuchProject)?;
        Ok(casework::project_progress(&board, &plans, &departments, now, &calendar)?)
    });
    Ok(Json(progress.await?))
}
