//! Support bundles that commands asked for, as terminals bring them.

use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::fleet;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
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
