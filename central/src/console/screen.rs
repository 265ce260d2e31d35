//! The screen of a technician who is assisted, as it is shown for as long as somebody looks.

use super::Console;
use super::commands::theirs;
use super::door::Visit;
use super::frame::{form_token, page};
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, Deed};
use crate::fleet::{self, FleetError};
use crate::store::Sql;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use contract::KioskId;
use jiff::Timestamp;
use maud::{Markup, html};

type Answer = Result<Response, Trouble>;

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, id)): Path<(String, String)>,
) -> Answer {
    let (kiosk, id) = wanted(&console, &visit, &kiosk, &id).await?;
    let language = visit.guest.language;
    let content = html! {
        p.counts { b { (kiosk) } " " span.soft { (words::SCREEN_HINT.in_(language)) } }
        form.bar method="post" action={ "/kiosks/" (kiosk) "/screen/" (id) "/stop" } {
            (form_token(&visit)) button { (words::STOP_LOOKING.in_(language)) }
        }
        div #screen hx-get={ "/kiosks/" (kiosk) "/screen/" (id) "/now" } hx-trigger="every 1s" {
            (now(&console, &visit, &kiosk, id).await?)
        }
    };
    Ok(page(&visit, words::SCREEN, super::fleet::HERE, &content))
}

/// The picture alone: the page asks for it anew while somebody looks.
pub(super) async fn fragment(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, id)): Path<(String, String)>,
) -> Answer {
    let (kiosk, id) = wanted(&console, &visit, &kiosk, &id).await?;
    Ok(Html(now(&console, &visit, &kiosk, id).await?.into_string()).into_response())
}

async fn now(console: &Console, visit: &Visit, kiosk: &KioskId, id: u64) -> Result<Markup, Trouble> {
    let (language, name) = (visit.guest.language, kiosk.clone());
    let picture = console.store.read(move |sql: &mut dyn Sql| fleet::picture(sql, &name, id)).await?;
    Ok(match picture {
        None => html! { p.note { (words::NOTHING_TO_SEE.in_(language)) } },
        Some((at, _)) => html! {
            p.soft { (words::moment(at)) }
            // The moment makes each picture's address its own.
            img.screen src={ "/kiosks/" (kiosk) "/screen/" (id) "/picture?at=" (at.as_millisecond()) } alt=(words::SCREEN.in_(language));
        },
    })
}

/// The picture.
pub(super) async fn picture(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, id)): Path<(String, String)>,
) -> Answer {
    let (kiosk, id) = wanted(&console, &visit, &kiosk, &id).await?;
    let picture = console.store.read(move |sql: &mut dyn Sql| fleet::picture(sql, &kiosk, id)).await?;
    let (_, jpeg) = picture.ok_or(Trouble::NotThere)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}

/// Somebody has seen enough.
pub(super) async fn stop(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, id)): Path<(String, String)>,
) -> Answer {
    let (kiosk, id) = wanted(&console, &visit, &kiosk, &id).await?;
    let (noted, now, name) = (visit.act(Deed::CommandEnd, &kiosk, &id), Timestamp::now(), kiosk.clone());
    let stopped = console.store.change(move |sql| {
        if fleet::stop(sql, &name, id, now)? {
            audit::append(sql, &noted, now)?;
        }
        Ok(())
    });
    match stopped.await {
        Ok(()) => Ok(Redirect::to(&format!("/kiosks/{kiosk}#commands")).into_response()),
        Err(FleetError::Store(error)) => Err(error.into()),
        Err(_) => Err(Trouble::NotThere),
    }
}

async fn wanted(console: &Console, visit: &Visit, kiosk: &str, id: &str) -> Result<(KioskId, u64), Trouble> {
    Ok((theirs(console, visit, kiosk).await?, id.parse().map_err(|_| Trouble::NotThere)?))
}
