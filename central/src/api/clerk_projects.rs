//! What clerks do with construction projects (深圳90): the board, an act on the open stage, what their department is
//! told.

use super::problem::Fault;
use super::{AsClerk, Central};
use crate::casework::{self, BoardView, InboxRow, WorkError};
use crate::deciding::case::Ground;
use crate::deciding::project::{ProjectAct, TaskResult};
use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use contract::ProjectCode;
use contract::message::Problem;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// What a clerk wants to do with the open stage.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub(super) enum ProjectActBody {
    /// A department finishes its task.
    Finish { seen: u32, task: String, outcome: TaskResult },
    /// 特别程序: the clock of the stage stands. For the lead.
    Pause { seen: u32, ground: Ground },
    /// The clock runs again. For the lead.
    Resume { seen: u32 },
    /// The stage is over. For the lead, after the last task.
    Close { seen: u32 },
}

impl ProjectActBody {
    fn split(self) -> (u32, ProjectAct) {
        match self {
            Self::Finish { seen, task, outcome } => (seen, ProjectAct::Finish { task, result: outcome }),
            Self::Pause { seen, ground } => (seen, ProjectAct::Pause { ground }),
            Self::Resume { seen } => (seen, ProjectAct::Resume),
            Self::Close { seen } => (seen, ProjectAct::Close),
        }
    }
}

/// The projects that the clerk's department has a part in, newest first.
#[utoipa::path(get, path = "/v1/clerk/projects", tag = "clerks", responses(
    (status = 200, description = "At most 200 projects", body = Vec<BoardView>),
    (status = 403, description = "The caller is no clerk", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn get_projects(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
) -> Result<Json<Vec<BoardView>>, Fault> {
    let (calendar, now) = (Arc::clone(central.services.office().calendar()), Timestamp::now());
    let views = central.store.read::<_, WorkError, _>(move |sql| {
        let boards = casework::boards(sql, &clerk.department)?;
        Ok(boards
            .iter()
            .map(|board| casework::board_view(board, now, &calendar))
            .collect::<Result<_, _>>()?)
    });
    Ok(Json(views.await?))
}

/// A project as a board. Every department may look: what one does concerns the others.
#[utoipa::path(
    get,
    path = "/v1/clerk/projects/{project}",
    tag = "clerks",
    params(("project" = String, Path, description = "The project code, 2026-440304-47-01-123456")),
    responses(
        (status = 200, description = "The board", body = BoardView),
        (status = 403, description = "The caller is no clerk", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_project(
    State(central): State<Central>,
    AsClerk(_): AsClerk,
    code: Result<Path<ProjectCode>, PathRejection>,
) -> Result<Json<BoardView>, Fault> {
    let Path(code) = code.map_err(|_| Fault::NoSuchProject)?;
    let (calendar, now) = (Arc::clone(central.services.office().calendar()), Timestamp::now());
    let view = central.store.read::<_, WorkError, _>(move |sql| {
        let board = casework::board(sql, &code)?.ok_or(WorkError::NoSuchProject)?;
        Ok(casework::board_view(&board, now, &calendar)?)
    });
    Ok(Json(view.await?))
}

/// Acts on the open stage of a project.
#[utoipa::path(
    post,
    path = "/v1/clerk/projects/{project}/acts",
    tag = "clerks",
    params(("project" = String, Path, description = "The project code, 2026-440304-47-01-123456")),
    request_body = ProjectActBody,
    responses(
        (status = 200, description = "It is done; the board as it is now", body = BoardView),
        (status = 403, description = "The caller is no clerk, or it is another department's to do", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "The project has changed since the version that was seen (the detail tells what), \
         or does not allow this now", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The body is no act", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_project_act(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    code: Result<Path<ProjectCode>, PathRejection>,
    body: Result<Json<ProjectActBody>, JsonRejection>,
) -> Result<Json<BoardView>, Fault> {
    let Path(code) = code.map_err(|_| Fault::NoSuchProject)?;
    let (seen, act) = super::body(body)?.split();
    let (calendar, now) = (Arc::clone(central.services.office().calendar()), Timestamp::now());
    let view = central.store.change::<_, WorkError, _>(move |sql| {
        let board = casework::act_on_project(sql, &code, seen, &act, &clerk, now, &calendar)?;
        Ok(casework::board_view(&board, now, &calendar)?)
    });
    Ok(Json(view.await?))
}

/// What the clerk's department was told about projects, newest first.
#[utoipa::path(get, path = "/v1/clerk/inbox", tag = "clerks", responses(
    (status = 200, description = "At most 200 lines", body = Vec<InboxRow>),
    (status = 403, description = "The caller is no clerk", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn get_inbox(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
) -> Result<Json<Vec<InboxRow>>, Fault> {
    Ok(Json(central.store.read(move |sql| casework::inbox(sql, &clerk.department)).await?))
}
