//! Logging in and out: password, then code; at the first time the second factor is shown, once, and an own password chosen.

use super::Console;
use super::door::{Guest, SESSION, Visit, set_cookie};
use super::frame::{bare, form_token};
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, Deed};
use crate::operators::password::{self, Password};
use crate::operators::totp::TotpSecret;
use crate::operators::{self, CodeVerdict, OperatorFault, Stage, Standing, Token, Try};
use crate::store::Sql;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use contract::language::Language;
use contract::{OperatorId, Secret};
use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;
use std::sync::Arc;

type Answer = Result<Response, Trouble>;

/// Where the password is asked for.
pub(super) async fn ask_for_password(Extension(guest): Extension<Guest>) -> Response {
    password_page(guest.language, StatusCode::OK, None)
}

fn password_page(language: Language, status: StatusCode, note: Option<&str>) -> Response {
    let content = html! {
        (warning(note))
        form.stack method="post" action="/login" {
            label for="name" { (words::NAME.in_(language)) }
            input #name name="name" required maxlength="40" autocomplete="username" autocapitalize="off" autofocus;
            label for="password" { (words::PASSWORD.in_(language)) }
            input #password name="password" type="password" required maxlength="128" autocomplete="current-password";
            button { (words::NEXT.in_(language)) }
        }
    };
    (status, bare(language, words::LOG_IN, "/login", &content)).into_response()
}

fn warning(note: Option<&str>) -> Markup {
    html! { @if let Some(note) = note { p.note.stop role="alert" { (note) } } }
}

/// What is typed first.
#[derive(Deserialize)]
pub(super) struct Typed {
    name: String,
    password: Secret<String>,
}

/// Judges a password.
pub(super) async fn take_password(
    State(console): State<Console>,
    Extension(guest): Extension<Guest>,
    Form(typed): Form<Typed>,
) -> Answer {
    let now = Timestamp::now();
    let Ok(id) = typed.name.trim().parse::<OperatorId>() else {
        console.compare(None, typed.password).await?;
        return Ok(refused(&guest, words::WRONG_PASSWORD.in_(guest.language)));
    };
    let tried = id.clone();
    let verdict = console.store.change(move |sql| operators::take_try(sql, &tried, now)).await?;
    let (is_right, note) = match verdict {
        Try::Open(kept) => (
            console.compare(Some(kept), typed.password).await?,
            words::WRONG_PASSWORD.in_(guest.language).to_owned(),
        ),
        Try::Nobody => (
            console.compare(None, typed.password).await?,
            words::WRONG_PASSWORD.in_(guest.language).to_owned(),
        ),
        Try::Waiting(until) => (false, words::waiting_until(guest.language, until)),
        Try::Closed => (false, words::CLOSED.in_(guest.language).to_owned()),
    };
    if !is_right {
        let act = by(&id, &guest, Deed::LogInRefused, "password");
        console.store.change(move |sql| refuse(sql, &id, &act, now)).await?;
        return Ok(refused(&guest, &note));
    }
    let token = Token::random().map_err(|error| OperatorFault::Secret(error.to_string()))?;
    let (keys, address, opened) = (Arc::clone(&console.keys), guest.address.clone(), token.clone());
    console
        .store
        .change(move |sql| {
            operators::give_back(sql, &id)?;
            operators::first_secret(sql, &keys, &id)?;
            operators::sweep_sessions(sql, now)?;
            operators::open_session(sql, &opened, (&id, Stage::Password), &address, now)?;
            Ok::<_, OperatorFault>(())
        })
        .await?;
    Ok(with_session(&token, &guest, "/login/code"))
}

fn refused(guest: &Guest, note: &str) -> Response {
    password_page(guest.language, StatusCode::UNAUTHORIZED, Some(note))
}

/// Writes down that somebody was not let in, and that the account waits now, if it does.
fn refuse(
    sql: &mut dyn Sql,
    id: &OperatorId,
    act: &audit::Act,
    now: Timestamp,
) -> Result<(), crate::store::StoreError> {
    audit::append(sql, act, now)?;
    let waits = operators::find(sql, id)?.is_some_and(|operator| operator.locked_until > now);
    if waits {
        audit::append(sql, &audit::Act { deed: Deed::LockOut, ..act.clone() }, now)?;
    }
    Ok(())
}

fn by(id: &OperatorId, guest: &Guest, deed: Deed, detail: &str) -> audit::Act {
    audit::Act {
        actor: id.to_string(),
        deed,
        subject: String::new(),
        detail: detail.to_owned(),
        address: guest.address.clone(),
    }
}

fn with_session(token: &Token, guest: &Guest, next: &str) -> Response {
    let cookie = set_cookie(SESSION, token.expose().expose(), guest);
    ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()
}

impl Console {
    /// Whether this is the password of which `kept` was made; takes as long for nobody's.
    async fn compare(&self, kept: Option<String>, typed: Secret<String>) -> Result<bool, OperatorFault> {
        self.hash(move || {
            if let Some(kept) = kept {
                return password::matches(&kept, &typed);
            }
            password::match_nobody(&typed);
            false
        })
        .await
    }

    /// Hashing, where nothing waits for it, and not too much of it at once.
    pub(super) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OperatorFault> {
        let turn = self.hashings.acquire().await.map_err(|error| OperatorFault::Secret(error.to_string()))?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(turn);
        done.map_err(|error| OperatorFault::Secret(error.to_string()))
    }
}

/// Where the code is asked for, or the second factor set up.
pub(super) async fn ask_for_code(Extension(visit): Extension<Visit>) -> Response {
    match visit.session.operator.standing {
        Standing::Invited => Redirect::to("/login/enrol").into_response(),
        Standing::Active | Standing::Locked => code_page(&visit, StatusCode::OK, None),
    }
}

fn code_page(visit: &Visit, status: StatusCode, note: Option<&str>) -> Response {
    let language = visit.guest.language;
    let content = html! {
        (warning(note))
        form.stack method="post" action="/login/code" {
            (form_token(visit))
            (code_field(language))
            button { (words::LOG_IN.in_(language)) }
        }
    };
    (status, bare(language, words::SECOND_FACTOR, "/login/code", &content)).into_response()
}

fn code_field(language: Language) -> Markup {
    html! {
        label for="code" { (words::CODE.in_(language)) " " span.soft { (words::CODE_HINT.in_(language)) } }
        input #code.digits name="code" required inputmode="numeric" pattern="[0-9]{6}" maxlength="6"
            autocomplete="one-time-code" autofocus;
    }
}

/// What is typed second.
#[derive(Deserialize)]
pub(super) struct Code {
    code: String,
}

/// Judges a code.
pub(super) async fn take_code(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(typed): Form<Code>,
) -> Answer {
    let (keys, now) = (Arc::clone(&console.keys), Timestamp::now());
    let token = Token::random().map_err(|error| OperatorFault::Secret(error.to_string()))?;
    let (who, opened) = (visit.clone(), token.clone());
    let verdict = console.store.change(move |sql| {
        let id = &who.session.operator.id;
        let verdict = operators::check_code(sql, &keys, id, &typed.code, now)?;
        finish(sql, &who, (verdict, Deed::LogIn), &opened, now)?;
        Ok::<_, OperatorFault>(verdict)
    });
    Ok(match noted(verdict.await?, visit.guest.language) {
        None => with_session(&token, &visit.guest, "/"),
        Some(note) => code_page(&visit, StatusCode::UNAUTHORIZED, Some(&note)),
    })
}

/// What is wrong with a code, in words.
fn noted(verdict: CodeVerdict, language: Language) -> Option<String> {
    match verdict {
        CodeVerdict::Right => None,
        CodeVerdict::Wrong => Some(words::WRONG_CODE.in_(language).to_owned()),
        CodeVerdict::Waiting(until) => Some(words::waiting_until(language, until)),
    }
}

/// A right code gets a session with a new token, so that nobody goes on with one that was known before; a wrong one is
/// written down.
fn finish(
    sql: &mut dyn Sql,
    visit: &Visit,
    (verdict, deed): (CodeVerdict, Deed),
    token: &Token,
    now: Timestamp,
) -> Result<(), OperatorFault> {
    let (id, guest) = (&visit.session.operator.id, &visit.guest);
    if verdict == CodeVerdict::Right {
        operators::end_session(sql, visit.session.key)?;
        operators::open_session(sql, token, (id, Stage::Full), &guest.address, now)?;
        audit::append(sql, &by(id, guest, deed, ""), now)?;
    } else {
        refuse(sql, id, &by(id, guest, Deed::LogInRefused, "code"), now)?;
    }
    Ok(())
}

/// Shows the second factor's secret to somebody who is invited.
pub(super) async fn show_secret(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
) -> Answer {
    enrol_page(&console, &visit, StatusCode::OK, None).await
}

async fn enrol_page(console: &Console, visit: &Visit, status: StatusCode, note: Option<&str>) -> Answer {
    let (language, id) = (visit.guest.language, visit.session.operator.id.clone());
    let (keys, of) = (Arc::clone(&console.keys), id.clone());
    let secret = console.store.read(move |sql| operators::secret_of(sql, &keys, &of)).await?;
    let Some(secret) = secret else { return Ok(Redirect::to("/login/code").into_response()) };
    let content = html! {
        (warning(note))
        p { (words::ENROL_SCAN.in_(language)) }
        (picture(&secret, &id))
        p.soft { (words::ENROL_LETTERS.in_(language)) }
        p.letters { code #secret { (secret.in_letters().expose()) } }
        form.stack method="post" action="/login/enrol" {
            (form_token(visit))
            (code_field(language))
            label for="fresh" { (words::NEW_PASSWORD.in_(language)) }
            input #fresh name="fresh" type="password" required minlength="12" maxlength="128" autocomplete="new-password";
            label for="again" { (words::NEW_PASSWORD_AGAIN.in_(language)) }
            input #again name="again" type="password" required minlength="12" maxlength="128" autocomplete="new-password";
            button { (words::FINISH.in_(language)) }
        }
    };
    Ok((status, bare(language, words::ENROL, "/login/enrol", &content)).into_response())
}

/// A code (二维码) as a drawing: one square a module, with the quiet zone of four that the standard asks for.
fn picture(secret: &TotpSecret, id: &OperatorId) -> Markup {
    use std::fmt::Write as _;
    const QUIET: usize = 4;
    let uri = secret.uri(id);
    let Ok(code) = QrCode::with_error_correction_level(uri.expose(), EcLevel::M) else { return html! {} };
    let (width, mut squares) = (code.width(), String::new());
    for (place, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            // A string takes everything.
            let _ = write!(squares, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
        }
    }
    let side = width + 2 * QUIET;
    html! {
        svg.qr viewBox={ "0 0 " (side) " " (side) } role="img" aria-label="QR" shape-rendering="crispEdges" {
            (PreEscaped(format!("<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{squares}\"/>")))
        }
    }
}

/// What is typed at the first time.
#[derive(Deserialize)]
pub(super) struct First {
    code: String,
    fresh: Secret<String>,
    again: Secret<String>,
}

/// Takes the first code and the operator's own password.
pub(super) async fn enrol(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(typed): Form<First>,
) -> Answer {
    let language = visit.guest.language;
    let wrong = |words: words::Words| (StatusCode::UNPROCESSABLE_ENTITY, words.in_(language));
    let fault = match Password::parse(&typed.fresh) {
        Err(_) => Some(wrong(words::PASSWORD_RULE)),
        Ok(_) if typed.fresh != typed.again => Some(wrong(words::PASSWORDS_DIFFER)),
        Ok(_) => None,
    };
    if let Some((status, note)) = fault {
        return enrol_page(&console, &visit, status, Some(note)).await;
    }
    let password = Password::parse(&typed.fresh).map_err(OperatorFault::from)?;
    let kept = console.hash(move || password.hash()).await?.map_err(OperatorFault::from)?;
    let (keys, now) = (Arc::clone(&console.keys), Timestamp::now());
    let token = Token::random().map_err(|error| OperatorFault::Secret(error.to_string()))?;
    let (who, opened) = (visit.clone(), token.clone());
    let verdict = console.store.change(move |sql| {
        let id = &who.session.operator.id;
        let verdict = operators::enrol(sql, &keys, id, (&typed.code, &kept), now)?;
        finish(sql, &who, (verdict, Deed::Enrol), &opened, now)?;
        Ok::<_, OperatorFault>(verdict)
    });
    match noted(verdict.await?, language) {
        None => Ok(with_session(&token, &visit.guest, "/")),
        Some(note) => enrol_page(&console, &visit, StatusCode::UNAUTHORIZED, Some(&note)).await,
    }
}

/// Ends one's own session.
pub(super) async fn log_out(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    let (key, act, now) = (visit.session.key, visit.act(Deed::LogOut, "", ""), Timestamp::now());
    console
        .store
        .change(move |sql| {
            operators::end_session(sql, key)?;
            audit::append(sql, &act, now)
        })
        .await?;
    let gone = format!("{}; Max-Age=0", set_cookie(SESSION, "", &visit.guest));
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}
