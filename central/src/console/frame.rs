//! The frame of every page: head, ways, language, and the few shapes that all pages share. No script and no style stands in
//! a page; state is a word, a shape and a colour.

use super::door::{FORM_TOKEN, Guest, LANGUAGE, Visit, set_cookie};
use super::words::{self, Words};
use crate::operators::Act;
use axum::Extension;
use axum::extract::Form;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use contract::language::Language;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

/// The ways at the top of each page: what, where, and for whom.
const WAYS: [(Words, &str, Act); 11] = [
    (words::FLEET, "/fleet", Act::LookAtFleet),
    (words::MAP, "/map", Act::LookAtFleet),
    (words::ALARMS, "/alarms", Act::LookAtFleet),
    (words::TICKETS, "/tickets", Act::LookAtFleet),
    (words::EMERGENCIES, "/emergencies", Act::LookAtFleet),
    (words::SETTINGS, "/settings", Act::LookAtFleet),
    (words::ROLLOUTS, "/rollouts", Act::LookAtFleet),
    (words::TECHNICIAN_CODE, "/technician-code", Act::OpenTerminal),
    (words::ENROLMENT, "/enrolment", Act::Enrol),
    (words::OPERATORS, "/operators", Act::LookAtOperators),
    (words::AUDIT, "/audit", Act::ReadAudit),
];

/// Nothing is evaluated, nothing is kept in the browser, nothing goes elsewhere.
const HTMX: &str =
    r#"{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,"selfRequestsOnly":true}"#;

fn document(language: Language, heading: Words, form_token: Option<&str>, body: &Markup) -> Html<String> {
    let headers = form_token.map(|token| format!(r#"{{"{FORM_TOKEN}":"{token}"}}"#));
    let markup = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="htmx-config" content=(HTMX);
                title { (heading.in_(language)) " · " (words::HOUSE.in_(language)) }
                link rel="stylesheet" href="/console.css";
                link rel="icon" href="/icon.svg";
                script src="/htmx.js" defer {}
                script src="/sse.js" defer {}
            }
            body hx-headers=[headers] { (body) }
        }
    };
    Html(markup.into_string())
}

/// Shows the same page in the other language.
fn language_switch(language: Language, back: &str) -> Markup {
    html! {
        form.switch method="post" action="/language" {
            input type="hidden" name="to" value=(language.other().tag());
            input type="hidden" name="back" value=(back);
            button.plain lang=(language.other().tag()) { (words::OTHER_LANGUAGE.in_(language)) }
        }
    }
}

/// A page for somebody whom nobody knows yet: one card in the middle. `back` is where the same is asked for again.
pub(super) fn bare(language: Language, heading: Words, back: &str, content: &Markup) -> Html<String> {
    let body = html! {
        header.top { span.mark { (words::HOUSE.in_(language)) } div.me { (language_switch(language, back)) } }
        main.alone { h1 { (heading.in_(language)) } (content) }
        footer { (words::SAMPLE.in_(language)) }
    };
    document(language, heading, None, &body)
}

/// A page of an operator. `here` is its way at the top.
pub(super) fn page(visit: &Visit, heading: Words, here: &str, content: &Markup) -> Response {
    let language = visit.guest.language;
    let operator = &visit.session.operator;
    let body = html! {
        header.top {
            span.mark { (words::HOUSE.in_(language)) }
            nav {
                @for (words, path, act) in WAYS {
                    @if visit.may(act) {
                        a href=(path) aria-current=[(path == here).then_some("page")] { (words.in_(language)) }
                    }
                }
            }
            div.me {
                span.who { b { (operator.id) } " " span.soft { (words::role(language, &operator.role)) } }
                (language_switch(language, visit.guest.path.as_deref().unwrap_or(here)))
                form.switch method="post" action="/logout" {
                    (form_token(visit))
                    button.plain { (words::LOG_OUT.in_(language)) }
                }
            }
        }
        main { h1 { (heading.in_(language)) } (content) }
        footer { (words::SAMPLE.in_(language)) }
    };
    document(language, heading, Some(&visit.form_token), &body).into_response()
}

/// What every form of a session carries.
pub(super) fn form_token(visit: &Visit) -> Markup {
    html! { input type="hidden" name=(FORM_TOKEN) value=(visit.form_token); }
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// As it should be.
    Good,
    /// Somebody should look at it.
    Warn,
    /// It does not work.
    Stop,
    /// Nothing is known, or nothing is to be.
    Quiet,
}

impl Mark {
    const fn class_and_shape(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("good", "●"),
            Self::Warn => ("warn", "▲"),
            Self::Stop => ("stop", "■"),
            Self::Quiet => ("quiet", "○"),
        }
    }
}

/// A state: its shape, its colour, and the word that says it.
pub(super) fn state(mark: Mark, word: &str) -> Markup {
    let (class, shape) = mark.class_and_shape();
    html! { span class={ "state " (class) } { span aria-hidden="true" { (shape) } " " (word) } }
}

/// Which language is wanted.
#[derive(Deserialize)]
pub(super) struct Chosen {
    to: String,
    back: String,
}

/// Keeps the language in a cookie, and shows the page that it was chosen on.
pub(super) async fn choose_language(
    Extension(guest): Extension<Guest>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let cookie = set_cookie(LANGUAGE, Language::of(&chosen.to).tag(), &guest);
    // Nobody is led elsewhere: what follows is a path of ours, whatever was sent.
    let back = chosen.back.trim_start_matches(['/', '\\']);
    let back = if back.bytes().all(|byte| byte.is_ascii_graphic()) { back } else { "" };
    ([(header::SET_COOKIE, cookie)], Redirect::to(&format!("/{back}"))).into_response()
}
