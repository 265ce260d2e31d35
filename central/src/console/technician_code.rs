//! The code that opens a terminal's diagnostics (维护码): a technician scans the terminal's screen with a phone, on which they are
//! logged in, and reads eight digits. The terminal needs no network for it; what it sealed, central alone opens.

use super::Console;
use super::door::Visit;
use super::frame::page;
use super::terminals;
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, Deed};
use crate::operators::{Act, Place};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::KioskId;
use contract::language::Language;
use contract::technician::{BoxFault, CodeBox, TechnicianCode};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

pub(super) const HERE: &str = "/technician-code";

/// What a terminal's screen brought here.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "box")]
    text: String,
}

/// The code of a terminal, or where to put what its screen shows.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let language = visit.guest.language;
    if asked.text.is_empty() {
        return Ok(page(&visit, words::TECHNICIAN_CODE, HERE, &asking(language)));
    }
    let given = match asked.text.parse::<CodeBox>() {
        Ok(made) => give(&console, &visit, &made).await?.map(|code| (made.kiosk, code)),
        Err(fault) => Err(fault),
    };
    Ok(match given {
        Ok((kiosk, code)) => page(&visit, words::TECHNICIAN_CODE, HERE, &told(language, &kiosk, &code)),
        Err(fault) => {
            let content =
                html! { p.note.stop role="alert" { (why_not(language, &fault)) } (asking(language)) };
            let page = page(&visit, words::TECHNICIAN_CODE, HERE, &content);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// Opens the box for an operator who may go to that terminal; that it was opened is written down before anybody reads it.
async fn give(
    console: &Console,
    visit: &Visit,
    made: &CodeBox,
) -> Result<Result<TechnicianCode, BoxFault>, Trouble> {
    let (kiosk, now) = (made.kiosk.clone(), Timestamp::now());
    let terminal = console.store.read(move |sql| terminals::one(sql, &kiosk)).await?;
    visit.insist(Act::OpenTerminal, &terminal.map_or(Place::City, |terminal| terminal.place()))?;
    let code = match console.keys.technician_code(made, now) {
        Ok(code) => code,
        Err(fault) => return Ok(Err(fault)),
    };
    let act = visit.act(Deed::TechnicianCode, &made.kiosk, "");
    console.store.change(move |sql| audit::append(sql, &act, now)).await?;
    Ok(Ok(code))
}

fn asking(language: Language) -> Markup {
    html! {
        p { (words::TECHNICIAN_CODE_HOW.in_(language)) }
        form.bar method="get" action=(HERE) {
            label { (words::BOX.in_(language)) input name="box" required maxlength="1200" autocomplete="off"; }
            button { (words::SHOW_CODE.in_(language)) }
        }
    }
}

fn told(language: Language, kiosk: &KioskId, code: &TechnicianCode) -> Markup {
    html! {
        div.note.good role="status" {
            p { b { (kiosk) } " " code #technician-code { (code.in_groups()) } }
            p { (words::TYPE_THIS.in_(language)) }
        }
    }
}

fn why_not(language: Language, fault: &BoxFault) -> String {
    let at = |words: words::Words, made_at: &Timestamp| {
        format!("{}{}", words.in_(language), words::moment(*made_at))
    };
    match fault {
        BoxFault::NoBox => words::NO_BOX.in_(language).to_owned(),
        BoxFault::Foreign => words::FOREIGN_BOX.in_(language).to_owned(),
        BoxFault::TooOld { made_at } => at(words::OLD_BOX, made_at),
        BoxFault::NotYet { made_at } => at(words::EARLY_BOX, made_at),
    }
}
