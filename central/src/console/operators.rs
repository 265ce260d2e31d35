//! Who the operators are, and where they are logged in: added, reset, locked, sent away.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::trouble::Trouble;
use super::words::{self, Words};
use crate::audit::{self, Deed};
use crate::operators::password::Password;
use crate::operators::{self, Act, Operator, OperatorFault, Role, Session, SessionKey, Stage, Standing};
use crate::store::StoreError;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use contract::OperatorId;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

const HERE: &str = "/operators";

type Answer = Result<Response, Trouble>;

/// What is said above the list.
enum Note {
    None,
    Fault(Words),
    /// The first password of somebody, shown this once.
    FirstPassword(OperatorId, Password),
}

/// The list.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    list(&console, &visit, &Note::None).await
}

async fn list(console: &Console, visit: &Visit, note: &Note) -> Answer {
    let now = Timestamp::now();
    let read = console
        .store
        .read(move |sql| Ok::<_, StoreError>((operators::list(sql)?, operators::list_sessions(sql, now)?)));
    let (operators, sessions) = read.await?;
    let language = visit.guest.language;
    let manages = visit.may(Act::ManageOperators);
    let content = html! {
        @match note {
            Note::None => {}
            Note::Fault(words) => { p.note.stop role="alert" { (words.in_(language)) } }
            Note::FirstPassword(id, password) => {
                div.note.good role="status" {
                    p { b { (id) } " " code #first-password { (password.expose()) } }
                    p { (words::FIRST_PASSWORD.in_(language)) }
                }
            }
        }
        @if manages { (form(visit)) }
        div.sheet {
            table {
                thead { tr {
                    @for words in [words::OPERATOR, words::ROLE, words::STANDING, words::SINCE] { th { (words.in_(language)) } }
                    @if manages { th { (words::ACTS.in_(language)) } }
                } }
                tbody { @for operator in &operators { (operator_row(visit, operator, manages, now)) } }
            }
        }
        h2 { (words::SESSIONS.in_(language)) }
        div.sheet {
            table {
                thead { tr {
                    @for words in [words::OPERATOR, words::ADDRESS, words::LOGGED_IN_AT, words::LAST_SEEN] { th { (words.in_(language)) } }
                    th { (words::ACTS.in_(language)) }
                } }
                tbody { @for session in &sessions { (session_row(visit, session, manages)) } }
            }
        }
    };
    Ok(page(visit, words::OPERATORS, HERE, &content))
}

fn form(visit: &Visit) -> Markup {
    let language = visit.guest.language;
    let roles = [
        ("city", words::ROLE_CITY),
        ("district", words::ROLE_DISTRICT),
        ("technician", words::ROLE_TECHNICIAN),
        ("auditor", words::ROLE_AUDITOR),
    ];
    html! {
        form.bar method="post" action="/operators" {
            (form_token(visit))
            label { (words::NAME.in_(language))
                input name="name" required maxlength="40" pattern="[a-z0-9_\\-]{1,40}" title=(words::NAME_RULE.in_(language)) autocomplete="off"; }
            label { (words::ROLE.in_(language))
                select name="role" { @for (value, words) in roles { option value=(value) { (words.in_(language)) } } } }
            label { (words::DISTRICT.in_(language))
                input.short name="district" required pattern="[a-z0-9_\\-]{1,40}" maxlength="40" title=(words::NAME_RULE.in_(language)) value="futian"; }
            button { (words::ADD_OPERATOR.in_(language)) }
        }
    }
}

fn operator_row(visit: &Visit, operator: &Operator, manages: bool, now: Timestamp) -> Markup {
    let language = visit.guest.language;
    let (mark, word) = match operator.standing {
        _ if operator.locked_until > now => (Mark::Warn, words::WAITING),
        Standing::Active => (Mark::Good, words::ACTIVE),
        Standing::Invited => (Mark::Quiet, words::INVITED),
        Standing::Locked => (Mark::Stop, words::LOCKED),
    };
    html! {
        tr {
            td { (operator.id) }
            td { (words::role(language, &operator.role)) }
            td { (state(mark, word.in_(language))) }
            td.time { (words::moment(operator.made_at)) }
            @if manages {
                td.acts {
                    // Nobody locks themselves out by a slip.
                    @if operator.id != visit.session.operator.id {
                        (act(visit, &format!("/operators/{}/reset", operator.id), words::RESET))
                        @if operator.standing != Standing::Locked {
                            (act(visit, &format!("/operators/{}/lock", operator.id), words::LOCK))
                        }
                    }
                }
            }
        }
    }
}

fn session_row(visit: &Visit, session: &Session, manages: bool) -> Markup {
    let language = visit.guest.language;
    html! {
        tr {
            td { (session.operator.id) @if session.stage == Stage::Password { " " span.soft { (words::HALF_WAY.in_(language)) } } }
            td { (session.address) }
            td.time { (words::moment(session.made_at)) }
            td.time { (words::moment(session.seen_at)) }
            td.acts {
                @if session.key == visit.session.key { span.soft { (words::THIS_SESSION.in_(language)) } }
                @else if manages { (act(visit, &format!("/sessions/{}/end", session.key), words::END_SESSION)) }
            }
        }
    }
}

fn act(visit: &Visit, path: &str, words: Words) -> Markup {
    html! { form method="post" action=(path) { (form_token(visit)) button.second { (words.in_(visit.guest.language)) } } }
}

/// A new operator.
#[derive(Deserialize)]
pub(super) struct New {
    name: String,
    role: String,
    district: String,
}

impl New {
    fn read(&self) -> Option<(OperatorId, Role)> {
        let role = match self.role.as_str() {
            "district" | "technician" => format!("{}:{}", self.role, self.district),
            _ => self.role.clone(),
        };
        Some((self.name.parse().ok()?, role.parse().ok()?))
    }
}

/// Adds an operator, and shows the first password.
pub(super) async fn add(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(new): Form<New>,
) -> Answer {
    let Some((id, role)) = new.read() else {
        let page = list(&console, &visit, &Note::Fault(words::BAD_OPERATOR)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let (password, kept) = console.first_password().await?;
    let (act, now, added) = (visit.act(Deed::OperatorAdd, &id, &role), Timestamp::now(), id.clone());
    let result = console.store.change(move |sql| {
        operators::add(sql, &added, &role, &kept, now)?;
        Ok::<_, OperatorFault>(audit::append(sql, &act, now)?)
    });
    match result.await {
        Ok(_) => list(&console, &visit, &Note::FirstPassword(id, password)).await,
        Err(OperatorFault::Exists) => {
            let page = list(&console, &visit, &Note::Fault(words::OPERATOR_EXISTS)).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

impl Console {
    /// A first password, and what is kept of it.
    async fn first_password(&self) -> Result<(Password, String), OperatorFault> {
        let made = self.hash(|| {
            let password = Password::initial()?;
            let kept = password.hash()?;
            Ok::<_, OperatorFault>((password, kept))
        });
        made.await?
    }
}

/// Somebody else than the operator who acts: by a slip nobody shuts the door behind themselves.
fn somebody_else(visit: &Visit, id: &str) -> Result<OperatorId, Trouble> {
    let id: OperatorId = id.parse().map_err(|_| Trouble::NotThere)?;
    if id == visit.session.operator.id { Err(Trouble::Forbidden) } else { Ok(id) }
}

/// Begins an account anew.
pub(super) async fn reset(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    let id = somebody_else(&visit, &id)?;
    let (password, kept) = console.first_password().await?;
    let (act, now, whose) = (visit.act(Deed::OperatorReset, &id, ""), Timestamp::now(), id.clone());
    let result = console.store.change(move |sql| {
        operators::reset(sql, &whose, &kept, now)?;
        Ok::<_, OperatorFault>(audit::append(sql, &act, now)?)
    });
    result.await?;
    list(&console, &visit, &Note::FirstPassword(id, password)).await
}

/// Closes an account.
pub(super) async fn lock(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    let id = somebody_else(&visit, &id)?;
    let (act, now) = (visit.act(Deed::OperatorLock, &id, ""), Timestamp::now());
    let result = console.store.change(move |sql| {
        operators::lock(sql, &id)?;
        Ok::<_, OperatorFault>(audit::append(sql, &act, now)?)
    });
    result.await?;
    Ok(Redirect::to(HERE).into_response())
}

/// Sends somebody away.
pub(super) async fn end_session(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(key): Path<String>,
) -> Answer {
    let key: SessionKey = key.parse().map_err(|_| Trouble::NotThere)?;
    let now = Timestamp::now();
    let result = console.store.change(move |sql| {
        if let Some(whose) = operators::end_session(sql, key)? {
            audit::append(sql, &visit.act(Deed::SessionEnd, &whose, ""), now)?;
        }
        Ok::<_, StoreError>(())
    });
    result.await?;
    Ok(Redirect::to(HERE).into_response())
}
