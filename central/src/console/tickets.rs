//! Fault tickets: what technicians found at terminals, with photos from their phones, until somebody settles it.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::terminals;
use super::trouble::Trouble;
use super::words::{self, Words};
use crate::audit::{self, Deed};
use crate::drops::{self, MAX_UPLOAD_BYTES};
use crate::operators::Act;
use crate::store::StoreError;
use crate::tickets::{self, MOST_PHOTOS, Ticket, TicketName};
use axum::Extension;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use contract::KioskId;
use contract::language::Language;
use jiff::Timestamp;
use maud::{Markup, html};
use std::collections::HashSet;

pub(super) const HERE: &str = "/tickets";

/// The longest form with a photo: what a phone writes, and what stands around it.
pub(super) const MAX_PHOTO_FORM: usize = MAX_UPLOAD_BYTES + 4096;

type Answer = Result<Response, Trouble>;

/// The list.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    let theirs: HashSet<KioskId> =
        console.terminals(&visit).await?.into_iter().map(|terminal| terminal.kiosk).collect();
    let mut all = console.store.read(tickets::list).await?;
    all.retain(|ticket| theirs.contains(&ticket.name.kiosk));
    let language = visit.guest.language;
    let columns = [
        words::STATE,
        words::TERMINAL,
        words::PART,
        words::SYMPTOM,
        words::WRITTEN,
        words::PHOTOS,
        words::SETTLED,
    ];
    let content = html! {
        p.soft { (words::TICKETS_HINT.in_(language)) }
        div.sheet {
            @if all.is_empty() { p.soft { (words::NO_TICKETS.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody { @for ticket in &all { (row(language, ticket)) } }
                }
            }
        }
    };
    Ok(page(&visit, words::TICKETS, HERE, &content))
}

fn standing(language: Language, ticket: &Ticket) -> Markup {
    match ticket.closed_at {
        None => state(Mark::Warn, words::TICKET_OPEN.in_(language)),
        Some(_) => state(Mark::Good, words::SETTLED.in_(language)),
    }
}

fn row(language: Language, ticket: &Ticket) -> Markup {
    let Ticket { name, at, part, symptom, photos, .. } = ticket;
    html! {
        tr {
            td { (standing(language, ticket)) }
            td { a href={ "/kiosks/" (name.kiosk) } { (name.kiosk) } }
            td { a href=(path(name)) { (words::spare_part(*part).in_(language)) } }
            td { (words::symptom(*symptom).in_(language)) }
            td.time { (words::moment(*at)) }
            td.number { (photos) }
            td { (settled(language, ticket)) }
        }
    }
}

fn settled(language: Language, ticket: &Ticket) -> Markup {
    html! {
        @if let Some(at) = ticket.closed_at {
            (words::moment(at)) " "
            @match &ticket.closed_by {
                Some(by) => { (by) }
                None => { span.soft { (words::MENDED_AT_ONCE.in_(language)) } }
            }
        }
    }
}

fn path(name: &TicketName) -> String {
    format!("{HERE}/{}/{}", name.kiosk, name.entry)
}

/// One ticket.
pub(super) async fn one(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, entry)): Path<(String, String)>,
) -> Answer {
    let ticket = theirs(&console, &visit, Act::LookAtFleet, &kiosk, &entry).await?;
    Ok(whole(&visit, &ticket, None))
}

fn whole(visit: &Visit, ticket: &Ticket, fault: Option<Words>) -> Response {
    let (language, at) = (visit.guest.language, path(&ticket.name));
    let content = html! {
        div #ticket {
            @if let Some(fault) = fault { p.note.stop role="alert" { (fault.in_(language)) } }
            section.card {
                dl {
                    dt { (words::STATE.in_(language)) } dd { (standing(language, ticket)) " " (settled(language, ticket)) }
                    dt { (words::TERMINAL.in_(language)) } dd { a href={ "/kiosks/" (ticket.name.kiosk) } { (ticket.name.kiosk) } }
                    dt { (words::PART.in_(language)) } dd { (words::spare_part(ticket.part).in_(language)) }
                    dt { (words::SYMPTOM.in_(language)) } dd { (words::symptom(ticket.symptom).in_(language)) }
                    dt { (words::WRITTEN.in_(language)) } dd { (words::moment(ticket.at)) }
                }
            }
            h2 { (words::PHOTOS.in_(language)) " " (ticket.photos) " / " (MOST_PHOTOS) }
            div.photos {
                @for place in 0..ticket.photos {
                    img src={ (at) "/photos/" (place) } alt={ (words::PHOTOS.in_(language)) " " (place + 1) };
                }
            }
            @if visit.may(Act::TendAlarm) && ticket.photos < MOST_PHOTOS {
                form.bar hx-post={ (at) "/photos" } hx-encoding="multipart/form-data" hx-target="#ticket"
                    hx-select="#ticket" hx-swap="outerHTML" {
                    label { (words::ADD_PHOTO.in_(language))
                        input type="file" name="photo" accept="image/jpeg,image/png" capture="environment" required; }
                    button { (words::SEND.in_(language)) }
                    span.soft { (words::PHOTO_HINT.in_(language)) }
                }
            }
            @if visit.may(Act::TendAlarm) && ticket.closed_at.is_none() {
                form.bar method="post" action={ (at) "/close" } {
                    (form_token(visit)) button { (words::SETTLE.in_(language)) }
                }
            }
        }
    };
    page(visit, words::TICKET, HERE, &content)
}

/// A photo of one.
pub(super) async fn photo(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, entry, place)): Path<(String, String, String)>,
) -> Answer {
    let name = theirs(&console, &visit, Act::LookAtFleet, &kiosk, &entry).await?.name;
    let place = place.parse().map_err(|_| Trouble::NotThere)?;
    let jpeg = console.store.read(move |sql| tickets::photo(sql, &name, place)).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg.ok_or(Trouble::NotThere)?).into_response())
}

/// Somebody's phone sends one. What it says beside the picture (place, time, model) is not kept.
pub(super) async fn photograph(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, entry)): Path<(String, String)>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let ticket = theirs(&console, &visit, Act::TendAlarm, &kiosk, &entry).await?;
    let name = ticket.name.clone();
    let mut form = form.map_err(|_| Trouble::Unreadable)?;
    let file = form.next_field().await.map_err(|_| Trouble::Unreadable)?.ok_or(Trouble::Unreadable)?;
    let bytes = file.bytes().await.map_err(|_| Trouble::Unreadable)?;
    // As many as of passwords: each fills memory for a moment.
    let _turn = console.hashings.acquire().await.map_err(|_| Trouble::Unreadable)?;
    let taken = tokio::task::spawn_blocking(move || drops::take_in(&bytes)).await;
    let Ok(jpeg) = taken.map_err(|_| Trouble::Unreadable)? else {
        // The page takes in what was answered well: this is the ticket, with a word about the photo.
        return Ok(whole(&visit, &ticket, Some(words::BAD_PHOTO)));
    };
    let (noted, now) = (visit.act(Deed::TicketPhoto, &name.kiosk, &name.entry), Timestamp::now());
    let (to, by) = (path(&name), visit.session.operator.id.clone());
    let put = console.store.change(move |sql| {
        if tickets::photograph(sql, &name, &jpeg, &by, now)? {
            audit::append(sql, &noted, now)?;
        }
        Ok::<_, Trouble>(())
    });
    put.await?;
    Ok(Redirect::to(&to).into_response())
}

/// Somebody settles it.
pub(super) async fn close(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, entry)): Path<(String, String)>,
) -> Answer {
    let name = theirs(&console, &visit, Act::TendAlarm, &kiosk, &entry).await?.name;
    let (noted, now) = (visit.act(Deed::TicketClose, &name.kiosk, &name.entry), Timestamp::now());
    let (to, by) = (path(&name), visit.session.operator.id.clone());
    let closed = console.store.change(move |sql| {
        if tickets::close(sql, &name, &by, now)? {
            audit::append(sql, &noted, now)?;
        }
        Ok::<_, Trouble>(())
    });
    closed.await?;
    Ok(Redirect::to(&to).into_response())
}

/// A ticket of a terminal with which the visitor may do this.
async fn theirs(
    console: &Console,
    visit: &Visit,
    act: Act,
    kiosk: &str,
    entry: &str,
) -> Result<Ticket, Trouble> {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let name = TicketName { kiosk, entry: entry.parse().map_err(|_| Trouble::NotThere)? };
    let found = console.store.read(move |sql| {
        let terminal = terminals::one(sql, &name.kiosk)?;
        Ok::<_, StoreError>(terminal.zip(tickets::one(sql, &name)?))
    });
    let (terminal, ticket) = found.await?.ok_or(Trouble::NotThere)?;
    visit.insist(act, &terminal.place())?;
    Ok(ticket)
}
