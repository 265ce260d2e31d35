//! `POST /v1/drafts` and `/v1/drafts/claims`: what somebody at a terminal takes along to a phone, and what they bring from
//! one. Asked by POST: neither code nor number of a person stands in a path, which is logged along the way.

use super::entries::read_body;
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::phone_drafts::{self, Content, Found, NotKept, Way};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use contract::form::{Party, Setting};
use contract::handoff::{self, DraftClaim, DraftForPhone, DraftTicket, PhoneDraft};
use contract::message::{Problem, day_in_china};
use jiff::Timestamp;
use std::sync::Arc;

/// Keeps what was typed at a terminal for the same person's phone.
#[utoipa::path(
    post,
    path = "/v1/drafts",
    tag = "drafts",
    request_body = DraftForPhone,
    responses(
        (status = 201, description = "It is kept for a day, or until it is opened", body = DraftTicket),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no draft of a form that a phone can fill in", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "There are too many drafts; see Retry-After", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_draft(
    State(central): State<Central>,
    _: AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<DraftTicket>), Fault> {
    let DraftForPhone { service, id_no, fields } =
        serde_json::from_slice(&read_body(body)?).map_err(|_| Fault::FormRefused(NO_DRAFT.to_owned()))?;
    let now = Timestamp::now();
    let template = central.services.office().template(&service, Party::said(&fields));
    let template = template.filter(handoff::fits).ok_or_else(|| Fault::FormRefused(NO_DRAFT.to_owned()))?;
    let setting = Setting { today: day_in_china(now), identified: true };
    let fields = phone_drafts::sensible(&template, &fields, setting);
    let drawn = phone_drafts::seal(&central.keys, &Content { service, id_no, fields })?;
    let keep = move |sql: &mut dyn crate::store::Sql| phone_drafts::keep(sql, Way::ToPhone, &drawn, now);
    let code = central.store.change::<_, NotKept, _>(keep).await?;
    Ok((StatusCode::CREATED, Json(DraftTicket { code, until: now + handoff::KEPT })))
}

const NO_DRAFT: &str = "send service, id_no and fields of a form that a phone can fill in";

/// Gives a draft from a phone to the terminal where its person stands, once.
#[utoipa::path(
    post,
    path = "/v1/drafts/claims",
    tag = "drafts",
    request_body = DraftClaim,
    responses(
        (status = 200, description = "What was typed; it is kept no longer", body = PhoneDraft),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "This person has no such draft: a wrong code, another person's, an old and a used \
         one are the same", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is of another service; it stays where it is", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "The body is no claim", body = Problem,
         content_type = "application/problem+json"),
        (status = 423, description = "Five wrong codes: none is looked at before Retry-After", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_claim(
    State(central): State<Central>,
    _: AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PhoneDraft>, Fault> {
    let DraftClaim { code, service, id_no } = serde_json::from_slice(&read_body(body)?)
        .map_err(|_| Fault::FormRefused("send code, service and id_no".to_owned()))?;
    let (keys, now) = (Arc::clone(&central.keys), Timestamp::now());
    let found = central
        .store
        .change(move |sql| phone_drafts::claim(sql, &keys, &code, &id_no, &service, now))
        .await?;
    match found {
        Found::Draft(_, draft) => Ok(Json(draft)),
        Found::OtherService(service) => Err(Fault::OtherService(service.to_string())),
        Found::None => Err(Fault::NoSuchDraft),
        Found::Locked(seconds) => Err(Fault::DraftLocked(seconds)),
    }
}

impl From<NotKept> for Fault {
    fn from(why: NotKept) -> Self {
        match why {
            NotKept::Store(error) => error.into(),
            NotKept::TooMany => Self::Busy,
            NotKept::Seal(_) => {
                tracing::error!(%why, "no draft is kept");
                Self::Internal
            }
        }
    }
}
