//! `POST /v1/people/…`: what belongs to the person whose card a terminal has read: cases, and what the licence library
//! (电子证照库) holds. Asked by POST: a number of a person does not stand in a path, which is logged along the way. Each
//! registry is asked once and never for longer than its time; every pull is written down with its purpose.

use super::entries::read_body;
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::casework;
use crate::registries::{self, Answer, Fact, LICENCES, Pulled};
use crate::store::StoreError;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use contract::Secret;
use contract::form::Fields;
use contract::licence::{Licence, PersonLicences};
use contract::message::{AnswerLine, OfPerson, PersonCases, Problem};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// By what such a registry is asked for a person.
const KEY: &str = "id_no";
/// Why.
const PURPOSE: &str = "本人查询电子证照";

/// Whose card it is.
fn person(body: Result<Bytes, BytesRejection>) -> Result<Secret<String>, Fault> {
    let OfPerson { id_no } = serde_json::from_slice(&read_body(body)?)
        .map_err(|_| Fault::FormRefused("id_no: send the number of the card that was read".to_owned()))?;
    Ok(Secret::from(id_no.expose()))
}

/// The cases of a person whose card a terminal has read, the newest first.
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
    let person = person(body)?;
    let office = central.services.office();
    let (calendar, resources, now) =
        (Arc::clone(office.calendar()), Arc::clone(&office.resources), Timestamp::now());
    let cases = central
        .store
        .read(move |sql| casework::progress_of_person(sql, &person, now, &calendar, &resources))
        .await?;
    Ok(Json(cases))
}

/// The licences of a person whose card a terminal has read.
#[utoipa::path(
    post,
    path = "/v1/people/licences",
    tag = "cases",
    request_body = OfPerson,
    responses(
        (status = 200, description = "What the library holds, and of what nobody knows now", body = PersonLicences),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no number of a card", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_licences_of_person(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PersonLicences>, Fault> {
    let person = person(body)?;
    let office = central.services.office();
    let of_library = office.resources().iter().filter(|resource| resource.registry == LICENCES);
    let Ok(key) = KEY.parse() else { return Err(Fault::Internal) };
    // What is asked for by the number of a body or a licence is nobody's own.
    let of_library = of_library.filter(|resource| resource.keys.contains(&key)).cloned().collect::<Vec<_>>();
    let form: Fields = [(key, person)].into();
    let pulls = registries::pull(&office.registries, of_library, &form).await;
    let answer = tell(&pulls);
    let name = format!("{kiosk}/{}", Uuid::now_v7());
    let written: Result<(), StoreError> = central
        .store
        .change(move |sql| {
            pulls.iter().try_for_each(|pulled| casework::note_pull(sql, &name, pulled, PURPOSE))
        })
        .await;
    // What is not written down is not told.
    written?;
    Ok(Json(answer))
}

fn tell(pulls: &[Pulled]) -> PersonLicences {
    let mut told = PersonLicences { licences: Vec::new(), unanswered: Vec::new() };
    for Pulled { resource, answer, .. } in pulls {
        match answer {
            Answer::Found { fields, as_of } => told.licences.push(Licence {
                name: resource.name.clone(),
                owner: resource.owner.clone(),
                as_of: *as_of,
                lines: resource
                    .fields
                    .iter()
                    .filter_map(|field| Some((field, fields.get(&field.id)?)))
                    .map(|(field, fact)| AnswerLine { label: field.name.clone(), value: words(fact) })
                    .collect(),
            }),
            Answer::NotFound { .. } => {}
            Answer::NoAnswer { .. } => told.unanswered.push(resource.name.clone()),
        }
    }
    told
}

fn words(fact: &Fact) -> Secret<String> {
    match fact {
        Fact::Bool(true) => Secret::from("是"),
        Fact::Bool(false) => Secret::from("否"),
        Fact::Int(number) => Secret::new(number.to_string()),
        Fact::Text(text) => Secret::from(text.as_str()),
    }
}
