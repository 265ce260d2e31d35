//! `POST /v1/entries`: a kiosk hands over what a resident confirmed. It takes effect once, however often it comes.

use super::problem::Fault;
use super::{Caller, Central};
use crate::sample_registry;
use crate::services::ServiceKind;
use crate::store::{Applied, Arrival, Effect, Known};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::message::{
    Application, Entry, EntryBody, EntryReceipt, IDEMPOTENCY_KEY, Problem, day_in_china,
};
use contract::{EntryId, Secret};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Variant;

/// The highest seq that every JSON reader takes exactly.
const LAST_SEQ: u64 = (1 << 53) - 1;

/// Hands over an entry.
#[utoipa::path(
    post,
    path = "/v1/entries",
    tag = "entries",
    params(("Idempotency-Key" = EntryId, Header, description = "The entry's UUIDv7; kept as long as the entry")),
    request_body = Entry,
    responses(
        (status = 201, description = "It took effect now", body = EntryReceipt),
        (status = 200, description = "It had taken effect before; the same receipt again", body = EntryReceipt),
        (status = 400, description = "No key, or an ill-formed one", body = Problem,
         content_type = "application/problem+json"),
        (status = 408, description = "It took too long", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The place in the series is taken, or the application is rated already",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "The key was used for another body, or the entry can't be accepted",
         body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "Central failed; send it again later", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "Central is busy; see Retry-After", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_entry(
    State(central): State<Central>,
    ConnectInfo(Caller(kiosk)): ConnectInfo<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let id = read_key(&headers)?;
    let body = Secret::new(read_body(body)?);
    let body_hash: [u8; 32] = Sha256::digest(body.expose()).into();
    // A key that took effect is answered before anything is judged again: the catalogue may have changed since.
    if let Some(known) = central.store.known(id).await? {
        let Known { kiosk: sender, body_hash: hash, receipt } = known;
        return if sender == kiosk && hash == body_hash {
            Ok(receipt_response(StatusCode::OK, receipt))
        } else {
            Err(Fault::KeyReused)
        };
    }
    let received_at = Timestamp::now();
    let entry = read_entry(body.expose())?;
    let effect = judge(&central, id, &entry, received_at)?;
    let arrival = Arrival { kiosk, id, entry, body, body_hash, effect, received_at };
    Ok(match central.store.apply(arrival).await? {
        Applied::Now(receipt) => receipt_response(StatusCode::CREATED, receipt),
        Applied::Before(receipt) => receipt_response(StatusCode::OK, receipt),
    })
}

fn receipt_response(status: StatusCode, receipt: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], receipt).into_response()
}

fn read_key(headers: &HeaderMap) -> Result<EntryId, Fault> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().ok_or(Fault::KeyMissing)?;
    if values.next().is_some() {
        return Err(Fault::KeyIllFormed);
    }
    // The draft has the key as a quoted string; the bare form is common.
    let text = value.to_str().map_err(|_| Fault::KeyIllFormed)?.trim_matches('"');
    let key: EntryId = text.parse().map_err(|_| Fault::KeyIllFormed)?;
    let is_v7 = key.0.get_version_num() == 7 && key.0.get_variant() == Variant::RFC4122;
    if is_v7 { Ok(key) } else { Err(Fault::KeyIllFormed) }
}

fn read_body(body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, Fault> {
    match body {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Fault::TooLarge),
        Err(_) => Err(Fault::BodyBroken("the connection broke inside the body; send it again".to_owned())),
    }
}

fn read_entry(body: &[u8]) -> Result<Entry, Fault> {
    // serde's own words could quote the body, so only the place is told.
    let entry: Entry = serde_json::from_slice(body).map_err(|error| {
        Fault::NotAnEntry(format!(
            "line {}, column {} is not what the schema asks",
            error.line(),
            error.column()
        ))
    })?;
    if (1..=LAST_SEQ).contains(&entry.seq.0) {
        Ok(entry)
    } else {
        Err(Fault::NotAnEntry(format!("seq must be 1 to {LAST_SEQ}")))
    }
}

fn judge(central: &Central, id: EntryId, entry: &Entry, now: Timestamp) -> Result<Effect, Fault> {
    match &entry.body {
        EntryBody::Evaluation(evaluation) => Ok(Effect::Evaluate(evaluation.clone())),
        EntryBody::Application(application) => judge_application(central, id, application, now),
    }
}

fn judge_application(
    central: &Central,
    id: EntryId,
    application: &Application,
    now: Timestamp,
) -> Result<Effect, Fault> {
    let service = application.service.clone();
    let facts = central
        .services
        .describe(&service)
        .ok_or_else(|| Fault::UnknownService(format!("{service} is not in the catalogue")))?;
    central.services.check(application, day_in_china(now)).map_err(Fault::FormRefused)?;
    Ok(match facts.kind {
        ServiceKind::Ordinary => {
            Effect::OpenCase { service, promised_days: facts.promised_days, fee: facts.fee }
        }
        ServiceKind::LookUp | ServiceKind::Certificate => {
            Effect::Answer { service, answer: sample_registry::answer(&facts, application, id) }
        }
    })
}
