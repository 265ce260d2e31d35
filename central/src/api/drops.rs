//! Pictures from a phone (手机传图), as a terminal asks for them: it opens a drop, takes one picture after the other, and ends
//! it. The phone's side is a page for anyone, `public::drop`.

use super::entries::read_body;
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::drops::{self, DropFault};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::message::Problem;
use contract::phone::{DropId, DropToken, LIFETIME, MOST_PICTURES, NewDrop, OpenedDrop, TOKEN_BYTES};
use jiff::Timestamp;
use uuid::Uuid;

/// Opens a drop; the terminal's last one ends with it.
#[utoipa::path(
    post,
    path = "/v1/drops",
    tag = "drops",
    request_body = NewDrop,
    responses(
        (status = 201, description = "It is open: show its page, /drop/{token} among the pages for anyone, as a code",
         body = OpenedDrop),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "A drop takes 1 to 10 pictures", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_drop(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let asked = serde_json::from_slice::<NewDrop>(&read_body(body)?).ok();
    let asked = asked.filter(|asked| (1..=MOST_PICTURES).contains(&asked.most));
    let NewDrop { most } = asked.ok_or(Fault::FormRefused(format!("most: 1 to {MOST_PICTURES} pictures")))?;
    let mut random = [0; TOKEN_BYTES];
    getrandom::fill(&mut random).map_err(|error| {
        tracing::error!(%error, "there is no chance here, and no token without it");
        Fault::Internal
    })?;
    let (id, token) = (DropId(Uuid::now_v7()), DropToken::of(&random));
    let opened = OpenedDrop {
        id,
        token: token.clone(),
        seconds: u32::try_from(LIFETIME.as_secs()).unwrap_or(u32::MAX),
    };
    let ends_at = Timestamp::now() + LIFETIME;
    central.store.change(move |sql| drops::open(sql, &kiosk, (id, &token), most, ends_at)).await?;
    Ok((StatusCode::CREATED, Json(opened)).into_response())
}

/// The next picture. Asking for it says that those before it have arrived: they are erased.
#[utoipa::path(
    post,
    path = "/v1/drops/{drop}/pictures/{n}",
    tag = "drops",
    params(
        ("drop" = DropId, Path, description = "The drop"),
        ("n" = u8, Path, description = "Which picture, from 1")
    ),
    responses(
        (status = 200, description = "The picture, upright and without anything that a phone writes beside it",
         body = Vec<u8>, content_type = "image/jpeg"),
        (status = 204, description = "It has not come yet; ask again"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "This terminal has no such drop", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "The drop is over", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_next_picture(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    path: Result<Path<(DropId, u8)>, PathRejection>,
) -> Result<Response, Fault> {
    let Path((id, n)) = path.map_err(|_| Fault::NoSuchDrop)?;
    let now = Timestamp::now();
    let picture =
        central.store.change::<_, DropFault, _>(move |sql| drops::fetch(sql, &kiosk, id, n, now)).await?;
    Ok(match picture {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(jpeg) => {
            let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
            (headers, jpeg).into_response()
        }
    })
}

/// Ends a drop: what lies in it is erased. One that is over, or never was, is ended as well.
#[utoipa::path(
    post,
    path = "/v1/drops/{drop}/close",
    tag = "drops",
    params(("drop" = DropId, Path, description = "The drop")),
    responses(
        (status = 204, description = "It is over"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "That is no name of a drop", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_close(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    path: Result<Path<DropId>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let Path(id) = path.map_err(|_| Fault::NoSuchDrop)?;
    let now = Timestamp::now();
    central.store.change(move |sql| drops::close(sql, &kiosk, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<DropFault> for Fault {
    fn from(fault: DropFault) -> Self {
        match fault {
            DropFault::NoSuchDrop => Self::NoSuchDrop,
            DropFault::Over | DropFault::Full(_) => Self::DropOver,
            DropFault::Store(error) => error.into(),
        }
    }
}
