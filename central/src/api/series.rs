//! How a kiosk stands: its tail, its journal's head, what is desired of it.

use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::fleet::Answer;
use crate::intake;
use crate::waiting::{Hold, Patience};
use axum::extract::rejection::JsonRejection;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use contract::desired::SignedDesired;
use contract::message::Problem;
use contract::report::Report;
use contract::series::{HeadReport, Tail};
use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// The least time that a request is held; with the jitter it stays below the half minute that is published.
const HOLD: Duration = Duration::from_secs(20);
/// The highest version that a kiosk may say that it has: what every reader of JSON takes for a number.
const MOST_VERSIONS: u64 = 1 << 53;
/// In milliseconds.
const HOLD_JITTER: u64 = 8_000;

/// How far central has the asking kiosk's series.
#[utoipa::path(
    get,
    path = "/v1/tail",
    tag = "series",
    responses(
        (status = 200, description = "The tail", body = Tail),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_tail(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
) -> Result<Json<Tail>, Fault> {
    let desired = central.fleet.version(&kiosk, Timestamp::now()).await?;
    let progress = central.store.read(move |sql| intake::progress(sql, &kiosk)).await?;
    Ok(Json(Tail { contiguous: progress.contiguous, highest: progress.highest, desired }))
}

/// Reports the head of the kiosk's journal, at each start and each hour.
#[utoipa::path(
    post,
    path = "/v1/journal-heads",
    tag = "series",
    request_body = HeadReport,
    responses(
        (status = 204, description = "It goes on from the head that central knew, and is known now"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "It goes on from somewhere else: the kiosk is a copy, or was set back", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "The body is no report", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_journal_head(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    report: Result<Json<HeadReport>, JsonRejection>,
) -> Result<StatusCode, Fault> {
    let Json(report) =
        report.map_err(|_| Fault::NotAnEntry("the body is not what the schema asks".to_owned()))?;
    if report.head.hash.0.len() != 32 {
        return Err(Fault::NotAnEntry("a head's hash has 32 bytes".to_owned()));
    }
    let (reporting, at) = (kiosk.clone(), Timestamp::now());
    let reported = central.store.change(move |sql| intake::report_head(sql, &reporting, &report, at)).await;
    match reported.map_err(Fault::from) {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(fault) => {
            if fault == Fault::Forked {
                tracing::error!(%kiosk, "a kiosk's journal goes on from somewhere else: a copy, or set back");
            }
            Err(fault)
        }
    }
}

/// Reports how a terminal is, at each change of its desired state and every few minutes. Central keeps the last.
#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "series",
    request_body = Report,
    responses(
        (status = 204, description = "It is the last of this terminal now"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "The body is no report", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_report(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    report: Result<Json<Report>, JsonRejection>,
) -> Result<StatusCode, Fault> {
    let report = report.ok().map(|Json(report)| report).filter(Report::is_bounded);
    let report =
        report.ok_or_else(|| Fault::NotAnEntry("the body is not what the schema asks".to_owned()))?;
    central.fleet.report(kiosk, report, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which desired state the kiosk has.
#[derive(Deserialize)]
pub(super) struct Held {
    after: Option<u64>,
}

/// What is desired of the asking terminal, signed.
#[utoipa::path(
    get,
    path = "/v1/desired",
    tag = "series",
    params(("after" = Option<u64>, Query, description = "The version in force at the kiosk: the answer waits until there \
        is a newer one, for half a minute at most")),
    responses(
        (status = 200, description = "The signed state", body = SignedDesired),
        (status = 204, description = "There was nothing newer than 'after'; ask again"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 400, description = "'after' is no version", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_desired(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    patience: Option<Extension<Patience>>,
    held: Result<Query<Held>, QueryRejection>,
) -> Result<Response, Fault> {
    let after =
        held.map(|Query(Held { after })| after).ok().filter(|after| after.is_none_or(|n| n <= MOST_VERSIONS));
    let after =
        after.ok_or_else(|| Fault::BodyBroken("'after' must be a version, at most 2^53".to_owned()))?;
    let woken = match central.fleet.ask(&kiosk, after.unwrap_or(0), Timestamp::now()).await? {
        Answer::Newer(signed) => return Ok(Json(signed).into_response()),
        Answer::Nothing(woken) => woken,
    };
    let mut nothing_newer = StatusCode::NO_CONTENT.into_response();
    if let Some(Extension(Patience::Fresh)) = patience {
        // Kiosks that began to wait together don't come back together.
        let jitter = getrandom::u32().map_or(0, |random| u64::from(random) % HOLD_JITTER);
        let wait = HOLD + Duration::from_millis(jitter);
        nothing_newer.extensions_mut().insert(Hold::new(wait, woken, central.metrics.held()));
    }
    Ok(nothing_newer)
}
