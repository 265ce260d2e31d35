//! Papers of an application: whether a page may be put to it, and the page as a clerk sees it. Nothing of a picture is ever
//! logged, and it is not decoded here: its header alone is read.

use super::clerk_cases::of_department;
use super::problem::Fault;
use super::{AsClerk, Central};
use crate::casework::{self, WorkError};
use crate::intake::{self, Effect};
use crate::store::StoreError;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use contract::form::Setting;
use contract::message::{
    Application, Assurance, CaseReply, EntryBody, MOST_ASKED_PAGES, Paper, Problem, Reply, asked_paper,
    day_in_china,
};
use contract::{CaseNumber, FieldId, KioskId};
use image::{ImageFormat, ImageReader};
use jiff::Timestamp;
use std::io::Cursor;
use std::ops::RangeInclusive;

/// The sides of a page in pixels: less is not read by anybody, more is no page of a terminal.
const SIDES: RangeInclusive<u32> = 200..=4000;

/// What a page does. It belongs to an application of the same terminal, whose form asks for such a paper, or to the answer
/// to a notice that did.
pub(super) async fn judge(
    central: &Central,
    kiosk: &KioskId,
    paper: Paper,
    now: Timestamp,
) -> Result<Effect, Fault> {
    let refused = |detail: &str| Fault::FormRefused(detail.to_owned());
    let (asking, id) = (kiosk.clone(), paper.application);
    let sent = central.store.read::<_, StoreError, _>(move |sql| intake::sent(sql, &asking, id)).await?;
    let most = match sent {
        Some(EntryBody::Application(application)) => of_form(central, &application, &paper.material, now)?,
        Some(EntryBody::CaseReply(reply)) => of_notice(central, reply, &paper.material).await?,
        Some(EntryBody::Evaluation(_) | EntryBody::Paper(_) | EntryBody::FaultTicket(_)) | None => {
            return Err(Fault::NoSuchApplication);
        }
    };
    let most = most.ok_or_else(|| refused("material: nobody asked for such a paper"))?;
    if paper.pages > most || !(1..=paper.pages).contains(&paper.page) {
        return Err(refused("page: 1 to pages; pages: at most those of the paper"));
    }
    let picture = paper.picture().ok_or_else(|| refused("jpeg: no base64"))?;
    let reader = ImageReader::with_format(Cursor::new(picture.expose()), ImageFormat::Jpeg);
    let (width, height) = reader.into_dimensions().map_err(|_| refused("jpeg: no JPEG"))?;
    if !(SIDES.contains(&width) && SIDES.contains(&height)) {
        return Err(refused("jpeg: 200 to 4,000 pixels wide and high"));
    }
    Ok(Effect::Paper(paper))
}

/// How many pages the form takes of a material; none where it asks for none.
fn of_form(
    central: &Central,
    application: &Application,
    material: &FieldId,
    now: Timestamp,
) -> Result<Option<u8>, Fault> {
    let template = central.services.office().form(application).ok_or(Fault::NoSuchApplication)?;
    let identified = application.assurance != Assurance::Anonymous;
    let setting = Setting { today: day_in_china(now), identified };
    let mut materials = template.papers(&application.fields, setting);
    Ok(materials.find(|asked| asked.id == *material).map(|asked| asked.max))
}

/// How many pages the answer to a notice takes of a paper; none where the notice did not ask for it.
async fn of_notice(central: &Central, reply: CaseReply, material: &FieldId) -> Result<Option<u8>, Fault> {
    if reply.reply == Reply::Withdraw {
        return Err(Fault::NoSuchApplication);
    }
    let case = reply.case;
    let folder = central.store.read(move |sql| casework::look(sql, &case)).await?;
    let folder: casework::Folder = folder.ok_or(Fault::NoSuchApplication)?;
    let asked = folder.dossier.asked().len();
    let is_asked = (0..asked).filter_map(asked_paper).any(|paper| paper == *material);
    Ok(is_asked.then_some(MOST_ASKED_PAGES))
}

/// A page of a paper that came with a case.
#[utoipa::path(
    get,
    path = "/v1/clerk/cases/{case}/papers/{material}/{page}",
    tag = "clerks",
    params(
        ("case" = CaseNumber, Path, description = "The case number"),
        ("material" = String, Path, description = "Which paper, by its name in the form; asked-1 is the first of the notice"),
        ("page" = u8, Path, description = "Which page, from 1")
    ),
    responses(
        (status = 200, description = "The page", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 403, description = "The caller is no clerk, or of another department", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "There is no such case on a desk, or no such page", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_page(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    path: Result<Path<(CaseNumber, FieldId, u8)>, PathRejection>,
) -> Result<Response, Fault> {
    let Path((case, material, page)) = path.map_err(|_| Fault::NoSuchPage)?;
    let picture = central.store.read::<_, WorkError, _>(move |sql| {
        of_department(casework::look(sql, &case)?, &clerk)?;
        casework::picture(sql, &case, &material, page)
    });
    let picture = picture.await?.ok_or(Fault::NoSuchPage)?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, picture.expose().clone()).into_response())
}
