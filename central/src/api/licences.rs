//! What registries spare an applicant. Licences that stand for papers (免提交): `POST /v1/people/licences-held` says which
//! there are, and an application that relies on them has them looked up again when it arrives. Facts that need not be
//! typed: `POST /v1/people/prefill`. Every look is written down with its purpose.

use super::entries::read_body;
use super::problem::Fault;
use super::{AsKiosk, Central};
use crate::casework;
use crate::intake::{self, LicencePulls};
use crate::registries::{self, Answer, Fact, LICENCES, Pulled, Resource};
use crate::store::StoreError;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use contract::form::{Fields, Prefill, Setting, Template};
use contract::licence::{HeldLicence, HeldLicences, Prefilled, PrefilledFact, RegistryKeys};
use contract::message::{Application, Assurance, Problem, day_in_china};
use contract::{EntryId, FieldId, KioskId, Secret};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Which licences stand for papers of an application.
#[utoipa::path(
    post,
    path = "/v1/people/licences-held",
    tag = "cases",
    request_body = RegistryKeys,
    responses(
        (status = 200, description = "Those that the library holds and that are in force", body = HeldLicences),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no such question, or no service of the catalogue", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_licences_held(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<HeldLicences>, Fault> {
    let (wanted, service) = wanted(&central, body)?;
    let office = central.services.office();
    let names: BTreeSet<String> = office.forms_of(&wanted.service).iter().flat_map(licences_of).collect();
    let pulls = registries::pull(&office.registries, library(&central, &names), &keys(wanted)).await;
    let held = held(&pulls, day_in_china(Timestamp::now()));
    note(&central, &kiosk, pulls, format!("免提交：{service}")).await?;
    Ok(Json(HeldLicences { held }))
}

/// What need not be typed.
#[utoipa::path(
    post,
    path = "/v1/people/prefill",
    tag = "cases",
    request_body = RegistryKeys,
    responses(
        (status = 200, description = "What the registries know of the fields of the service's form", body = Prefilled),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no such question, or no service of the catalogue", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_prefill(
    State(central): State<Central>,
    AsKiosk(kiosk): AsKiosk,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Prefilled>, Fault> {
    let (wanted, service) = wanted(&central, body)?;
    let office = central.services.office();
    let fields: BTreeMap<FieldId, Prefill> = office
        .forms_of(&wanted.service)
        .into_iter()
        .flat_map(|form| form.fields)
        .filter_map(|field| Some((field.id, field.prefill?)))
        .collect();
    let keys = keys(wanted);
    let asked: BTreeSet<&str> = fields.values().map(|prefill| prefill.resource.as_str()).collect();
    // A resource without its key has nothing to say yet.
    let resources: Vec<Resource> = office
        .resources()
        .iter()
        .filter(|known| {
            asked.contains(known.id.as_str()) && known.keys.iter().any(|key| keys.contains_key(key))
        })
        .cloned()
        .collect();
    let pulls = registries::pull(&office.registries, resources, &keys).await;
    let facts = fields.iter().filter_map(|(field, prefill)| fact(field, prefill, &pulls)).collect();
    note(&central, &kiosk, pulls, format!("预填表单：{service}")).await?;
    Ok(Json(Prefilled { facts }))
}

fn fact(field: &FieldId, prefill: &Prefill, pulls: &[Pulled]) -> Option<PrefilledFact> {
    let pulled = pulls.iter().find(|pulled| pulled.resource.id.as_str() == prefill.resource)?;
    let Answer::Found { fields, as_of } = &pulled.answer else { return None };
    let value = match fields.get(&prefill.field)? {
        Fact::Text(text) => Secret::from(text.as_str()),
        Fact::Int(number) => Secret::new(number.to_string()),
        Fact::Bool(yes) => Secret::new(yes.to_string()),
    };
    Some(PrefilledFact { field: field.clone(), value, owner: pulled.resource.owner.clone(), as_of: *as_of })
}

/// The question, and the name of its service.
fn wanted(central: &Central, body: Result<Bytes, BytesRejection>) -> Result<(RegistryKeys, String), Fault> {
    let wanted: RegistryKeys = serde_json::from_slice(&read_body(body)?)
        .map_err(|_| Fault::FormRefused("send service and id_no, and uscc or licence_no".to_owned()))?;
    let facts = central
        .services
        .describe(&wanted.service)
        .ok_or_else(|| Fault::UnknownService(format!("{} is not in the catalogue", wanted.service)))?;
    Ok((wanted, facts.name))
}

/// Writes down every look. What is not written down is not told.
async fn note(
    central: &Central,
    kiosk: &KioskId,
    pulls: Vec<Pulled>,
    purpose: String,
) -> Result<(), StoreError> {
    let name = format!("{kiosk}/{}", Uuid::now_v7());
    central
        .store
        .change(move |sql| {
            pulls.iter().try_for_each(|pulled| casework::note_pull(sql, &name, pulled, &purpose))
        })
        .await
}

/// What the library says of the papers for which an application relies on it. A licence that is not there after all is
/// written down as missing and seen by the clerk: nobody is refused for it.
pub(super) async fn of_application(
    central: &Central,
    kiosk: &KioskId,
    id: EntryId,
    application: &Application,
    service: &str,
    now: Timestamp,
) -> Result<Option<LicencePulls>, Fault> {
    if application.licences.is_empty() {
        return Ok(None);
    }
    let office = central.services.office();
    let template = office.form(application).ok_or(Fault::Internal)?;
    let identified = application.assurance != Assurance::Anonymous;
    let setting = Setting { today: day_in_china(now), identified };
    let named: BTreeSet<String> = template
        .papers(&application.fields, setting)
        .filter(|paper| application.licences.contains(&paper.id))
        .filter_map(|paper| paper.licence.clone())
        .collect();
    if named.len() != application.licences.len() {
        let words = "licences: only papers of the form for which a licence can stand";
        return Err(Fault::FormRefused(words.to_owned()));
    }
    let known = central.store.read({
        let kiosk = kiosk.clone();
        move |sql| intake::known(sql, &kiosk, id)
    });
    // Nothing is pulled twice for one application; what was answered is found by whoever hears this.
    if known.await?.is_some() {
        return Err(Fault::KeyReused);
    }
    let resources = library(central, &named);
    let mut pulls = registries::pull(&office.registries, resources, &application.fields).await;
    for pulled in &mut pulls {
        // One that is over stands for a paper no more than one that never was.
        if let Answer::Found { as_of, .. } = pulled.answer
            && !pulled.answer.is_in_force(setting.today)
        {
            pulled.answer = Answer::NotFound { as_of };
        }
    }
    Ok(Some(LicencePulls { pulls, purpose: format!("免提交：{service}") }))
}

fn licences_of(form: &Template) -> impl Iterator<Item = String> + '_ {
    form.materials.iter().filter_map(|paper| paper.licence.clone())
}

fn library(central: &Central, names: &BTreeSet<String>) -> Vec<Resource> {
    let resources = central.services.office().resources().iter();
    resources.filter(|known| known.registry == LICENCES && names.contains(&known.name)).cloned().collect()
}

fn keys(wanted: RegistryKeys) -> Fields {
    let RegistryKeys { id_no, uscc, licence_no, .. } = wanted;
    let keys = [("id_no", Some(Secret::from(id_no.expose()))), ("uscc", uscc), ("licence_no", licence_no)];
    keys.into_iter().filter_map(|(key, value)| Some((key.parse::<FieldId>().ok()?, value?))).collect()
}

fn held(pulls: &[Pulled], today: Date) -> Vec<HeldLicence> {
    let held = pulls.iter().filter_map(|Pulled { resource, answer, .. }| match answer {
        Answer::Found { as_of, .. } if answer.is_in_force(today) => {
            Some(HeldLicence { name: resource.name.clone(), owner: resource.owner.clone(), as_of: *as_of })
        }
        Answer::Found { .. } | Answer::NotFound { .. } | Answer::NoAnswer { .. } => None,
    });
    held.collect()
}
