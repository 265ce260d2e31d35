//! What commands asked for, as terminals bring it: support bundles, pictures of a technician's screen.

use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::fleet;
use crate::store::Sql;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use contract::command::{MAX_PICTURE, ScreenPicture};
use contract::message::Problem;
use contract::support_bundle::{MAX_BUNDLE, SignedBundle};
use jiff::Timestamp;

/// Hands over the bundle that a command asked for. The same again replaces it, until the command has ended.
#[utoipa::path(
    post,
    path = "/v1/commands/{command}/bundle",
    tag = "series",
    params(("command" = u64, Path, description = "The command's number in the desired state")),
    request_body = SignedBundle,
    responses(
        (status = 204, description = "It is kept"),
        (status = 400, description = "The body can't be read", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No command of this terminal asks for it", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "It is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The body is no bundle", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_bundle(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    Path(command): Path<String>,
    bundle: Result<Json<SignedBundle>, JsonRejection>,
) -> Result<StatusCode, Fault> {
    let command: u64 = command.parse().map_err(|_| Fault::NoSuchPath)?;
    let bundle = super::body(bundle)?;
    if bundle.document.len() > MAX_BUNDLE {
        return Err(Fault::TooLarge);
    }
    let now = Timestamp::now();
    let taken =
        central.store.change(move |sql| fleet::take_bundle(sql, &kiosk, command, &bundle, now)).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(Fault::NoSuchPath) }
}

/// Hands over a picture of the technician's screen, for the operator who asked for it. It replaces the one before.
#[utoipa::path(
    post,
    path = "/v1/commands/{command}/picture",
    tag = "series",
    params(("command" = u64, Path, description = "The command's number in the desired state")),
    request_body = ScreenPicture,
    responses(
        (status = 204, description = "It is shown"),
        (status = 400, description = "The body can't be read", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "Nobody looks any more", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "It is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The body is no JPEG", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_picture(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    Path(command): Path<String>,
    picture: Result<Json<ScreenPicture>, JsonRejection>,
) -> Result<StatusCode, Fault> {
    let command: u64 = command.parse().map_err(|_| Fault::NoSuchPath)?;
    let ScreenPicture { jpeg } = super::body(picture)?;
    if jpeg.0.len() > MAX_PICTURE {
        return Err(Fault::TooLarge);
    }
    if !jpeg.0.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Err(Fault::NotAnAct);
    }
    let now = Timestamp::now();
    let take = move |sql: &mut dyn Sql| fleet::take_picture(sql, &kiosk, command, &jpeg.0, now);
    if central.store.change(take).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Fault::NoSuchPath) }
}
