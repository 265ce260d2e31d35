//! `POST /v1/entries`: a kiosk hands over what a resident confirmed. It takes effect once, however often it comes.

use super::problem::Fault;
use super::{AsKiosk, Central, judging, papers};
use crate::intake::{self, Applied, Arrival, Effect, Refusal};
use crate::metrics::EntryFate;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::message::{Entry, EntryBody, EntryReceipt, IDEMPOTENCY_KEY, Problem};
use contract::series::{SealedEntry, SealingKeyId, sealing_context};
use contract::{EntryId, KioskId, Secret, Seq};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Variant;

/// The highest seq that every JSON reader takes exactly.
const LAST_SEQ: u64 = (1 << 53) - 1;

/// Hands over an entry.
#[utoipa::path(
    post,
    path = "/v1/entries",
    tag = "entries",
    params(("Idempotency-Key" = EntryId, Header, description = "The entry's UUIDv7; kept as long as the entry")),
    request_body = SealedEntry,
    responses(
        (status = 201, description = "It took effect now", body = EntryReceipt),
        (status = 200, description = "It had taken effect before; the same receipt again", body = EntryReceipt),
        (status = 400, description = "No key, or an ill-formed one", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 408, description = "It took too long", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on (see Retry-After), the place in the series is \
         taken, the application is rated already, or no place of the slot that it books is left",
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
    AsKiosk(kiosk): AsKiosk,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let id = read_key(&headers)?;
    let SealedEntry { seq, key, sealed } = read_envelope(&read_body(body)?)?;
    let seal_hash: [u8; 32] = Sha256::digest(&sealed.0).into();
    let _claim = central.under_way.claim(id).ok_or(Fault::InProgress)?;
    let received_at = Timestamp::now();
    match judge(&central, &kiosk, id, key, &sealed.0, received_at).await {
        Ok((body, effect)) => {
            let arrival = Arrival {
                kiosk: kiosk.clone(),
                seq,
                id,
                body,
                seal_hash,
                effect,
                received_at,
                calendar: Arc::clone(central.services.office().calendar()),
            };
            match central.store.change(move |sql| intake::apply(sql, &arrival)).await {
                Ok(Applied::Now(receipt)) => {
                    central.metrics.entry(EntryFate::Taken);
                    Ok(receipt_response(StatusCode::CREATED, receipt))
                }
                Ok(Applied::Before(receipt)) => Ok(replayed(&central, receipt)),
                Err(error) => Err(refuse(&central, kiosk, seq, id, Fault::from(error)).await?),
            }
        }
        // A key that took effect is answered as before, whatever is judged today: the catalogue may have changed.
        Err(fault) => {
            let asking = kiosk.clone();
            match central.store.read(move |sql| intake::known(sql, &asking, id)).await? {
                Some(known) if known.seal_hash == seal_hash => {
                    Ok(receipt_response(StatusCode::OK, known.receipt))
                }
                Some(_) => Err(Fault::KeyReused),
                None => Err(refuse(&central, kiosk, seq, id, fault).await?),
            }
        }
    }
}

/// Writes a final refusal down before the kiosk hears of it.
async fn refuse(
    central: &Central,
    kiosk: KioskId,
    seq: Seq,
    id: EntryId,
    fault: Fault,
) -> Result<Fault, Fault> {
    if fault.is_final() {
        let problem = fault.problem().kind;
        tracing::warn!(%kiosk, %seq, problem, "an entry is refused");
        central.metrics.entry(EntryFate::Refused);
        let refusal = Refusal { kiosk, seq, id, at: Timestamp::now(), problem };
        central.store.change(move |sql| intake::refuse(sql, &refusal)).await?;
    }
    Ok(fault)
}

fn replayed(central: &Central, receipt: Vec<u8>) -> Response {
    central.metrics.entry(EntryFate::Again);
    receipt_response(StatusCode::OK, receipt)
}

fn receipt_response(status: StatusCode, receipt: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], receipt).into_response()
}

/// The idempotency key of a request.
pub(super) fn read_key(headers: &HeaderMap) -> Result<EntryId, Fault> {
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

/// The whole body.
pub(super) fn read_body(body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, Fault> {
    match body {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Fault::TooLarge),
        Err(_) => Err(Fault::BodyBroken("the connection broke inside the body; send it again".to_owned())),
    }
}

fn read_envelope(body: &[u8]) -> Result<SealedEntry, Fault> {
    let envelope: SealedEntry = serde_json::from_slice(body).map_err(|error| not_as_asked(&error))?;
    if (1..=LAST_SEQ).contains(&envelope.seq.0) {
        Ok(envelope)
    } else {
        Err(Fault::NotAnEntry(format!("seq must be 1 to {LAST_SEQ}")))
    }
}

/// serde's own words could quote the body, so only the place is told.
fn not_as_asked(error: &serde_json::Error) -> Fault {
    Fault::NotAnEntry(format!("line {}, column {} is not what the schema asks", error.line(), error.column()))
}

/// Opens an entry and says what it does.
async fn judge(
    central: &Central,
    kiosk: &KioskId,
    id: EntryId,
    key: SealingKeyId,
    sealed: &[u8],
    now: Timestamp,
) -> Result<(Secret<Vec<u8>>, Effect), Fault> {
    let Some(opener) = central.keys.opener(key) else {
        tracing::error!(%kiosk, %key, "a kiosk seals to a key that is not here: bring back a copy of the key file");
        return Err(Fault::SealKeyNotHere);
    };
    let body = opener.open(&sealing_context(kiosk, id), sealed).map_err(|_| Fault::SealBroken)?;
    let entry: Entry = serde_json::from_slice(body.expose()).map_err(|error| not_as_asked(&error))?;
    let effect = match entry.body {
        EntryBody::Evaluation(evaluation) => judging::evaluation(central, evaluation)?,
        EntryBody::Application(application) => {
            judging::application(central, kiosk, id, &application, now).await?
        }
        EntryBody::Paper(paper) => papers::judge(central, kiosk, paper, now).await?,
        EntryBody::CaseReply(reply) => judging::reply(reply)?,
        EntryBody::FaultTicket(ticket) => Effect::Ticket(ticket, entry.made_at),
    };
    Ok((body, effect))
}
