//! Which terminals are ours: whom to invite, whose key to compare and approve, whose certificates to end.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::trouble::Trouble;
use super::words::{self, Words};
use crate::audit::{self, Deed};
use crate::enrolment::{self, EnrolmentFault, Invitation, Listed};
use crate::store::{Sql, StoreError};
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use contract::KioskId;
use contract::enrolment::{ClaimCode, KeyFingerprint};
use contract::language::Language;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const HERE: &str = "/enrolment";

type Answer = Result<Response, Trouble>;

/// What is said above the lists.
enum Note {
    None,
    Fault(Words),
    /// The claim code of a terminal, shown this once.
    Code(KioskId, ClaimCode),
}

/// Who waits, and who has a certificate.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    lists(&console, &visit, &Note::None).await
}

async fn lists(console: &Console, visit: &Visit, note: &Note) -> Answer {
    let now = Timestamp::now();
    let read = move |sql: &mut dyn Sql| {
        Ok::<_, StoreError>((enrolment::invitations(sql, now)?, enrolment::listed(sql, now)?))
    };
    let (invitations, listed) = console.store.read(read).await?;
    let language = visit.guest.language;
    let content = html! {
        @match note {
            Note::None => {}
            Note::Fault(words) => { p.note.stop role="alert" { (words.in_(language)) } }
            Note::Code(kiosk, code) => {
                div.note.good role="status" {
                    p { b { (kiosk) } " " code #claim-code { (code.in_groups()) } }
                    p { (words::CLAIM_CODE.in_(language)) }
                }
            }
        }
        form.bar method="post" action=(HERE) {
            (form_token(visit))
            label { (words::TERMINAL.in_(language))
                input name="kiosk" required maxlength="40" pattern="[a-z0-9_\\-]{1,40}" title=(words::NAME_RULE.in_(language)) autocomplete="off"; }
            button { (words::INVITE.in_(language)) }
        }
        div.sheet {
            table {
                thead { tr {
                    @for words in [words::TERMINAL, words::FINGERPRINT, words::INVITED_BY, words::GOOD_UNTIL, words::ACTS] { th { (words.in_(language)) } }
                } }
                tbody {
                    @for invitation in &invitations { (waiting(visit, invitation)) }
                    @if invitations.is_empty() { tr { td.soft colspan="5" { (words::NOBODY_WAITS.in_(language)) } } }
                }
            }
        }
        h2 { (words::CERTIFICATES.in_(language)) }
        div.sheet {
            table {
                thead { tr {
                    @for words in [words::TERMINAL, words::STATE, words::GOOD_UNTIL, words::ACTS] { th { (words.in_(language)) } }
                } }
                tbody { @for terminal in &listed { (certificate(visit, terminal)) } }
            }
        }
    };
    Ok(page(visit, words::ENROLMENT, HERE, &content))
}

fn waiting(visit: &Visit, invitation: &Invitation) -> Markup {
    let (language, kiosk) = (visit.guest.language, &invitation.kiosk);
    html! {
        tr {
            td { (kiosk) }
            td {
                @match invitation.waits {
                    Some(fingerprint) => { code { (fingerprint) } }
                    None => { span.soft { (words::HAS_NOT_ASKED.in_(language)) } }
                }
                @if invitation.others > 0 { " " (state(Mark::Stop, words::OTHER_KEY.in_(language))) }
            }
            td { (invitation.invited_by) }
            td.time { (words::moment(invitation.ends_at)) }
            td.acts {
                @if let Some(fingerprint) = invitation.waits {
                    form method="post" action={ (HERE) "/" (kiosk) "/approve" } {
                        (form_token(visit))
                        input type="hidden" name="fingerprint" value=(fingerprint);
                        button { (words::APPROVE_KEY.in_(language)) }
                    }
                }
                form method="post" action={ (HERE) "/" (kiosk) "/refuse" } {
                    (form_token(visit)) button.second { (words::REFUSE.in_(language)) }
                }
            }
        }
    }
}

fn certificate(visit: &Visit, terminal: &Listed) -> Markup {
    let language = visit.guest.language;
    html! {
        tr {
            td { (terminal.kiosk) }
            td { (standing(language, terminal)) }
            td.time { @if terminal.good > 0 { (words::moment(terminal.ends_at)) } }
            td.acts {
                @if terminal.good > 0 {
                    // Two touches: its next request is turned away.
                    details {
                        summary { (words::REVOKE.in_(language)) }
                        form method="post" action={ (HERE) "/" (terminal.kiosk) "/revoke" } {
                            (form_token(visit)) button.second { (words::REVOKE_NOW.in_(language)) }
                        }
                    }
                }
            }
        }
    }
}

fn standing(language: Language, terminal: &Listed) -> Markup {
    match &terminal.revoked {
        Some((at, by)) if terminal.good == 0 => html! {
            (state(Mark::Stop, words::REVOKED.in_(language))) " " span.soft { (words::moment(*at)) " " (by) }
        },
        _ if terminal.good == 0 => state(Mark::Warn, words::CERTIFICATE_ENDED.in_(language)),
        _ => state(Mark::Good, words::LET_IN.in_(language)),
    }
}

/// Who is invited.
#[derive(Deserialize)]
pub(super) struct New {
    kiosk: String,
}

/// Invites a terminal, and shows its code.
pub(super) async fn invite(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(new): Form<New>,
) -> Answer {
    let Ok(kiosk) = new.kiosk.parse::<KioskId>() else {
        let page = lists(&console, &visit, &Note::Fault(words::BAD_TERMINAL)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|_| Trouble::Store(StoreError::Stopped))?;
    let (code, by, now) = (ClaimCode::of(&random), visit.session.operator.id.clone(), Timestamp::now());
    let (act, name, kept) = (visit.act(Deed::KioskInvite, &kiosk, ""), kiosk.clone(), code.clone());
    let invite = move |sql: &mut dyn Sql| {
        enrolment::invite(sql, &name, &kept, &by, now)?;
        audit::append(sql, &act, now)
    };
    console.store.change::<_, StoreError, _>(invite).await?;
    lists(&console, &visit, &Note::Code(kiosk, code)).await
}

/// Which key was compared.
#[derive(Deserialize)]
pub(super) struct Compared {
    fingerprint: String,
}

/// Gives a terminal its certificate.
pub(super) async fn approve(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
    Form(compared): Form<Compared>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let fingerprint: KeyFingerprint = compared.fingerprint.parse().map_err(|_| Trouble::Unreadable)?;
    let Some(authority) = console.authority.as_ref().map(Arc::clone) else {
        let page = lists(&console, &visit, &Note::Fault(words::NO_AUTHORITY)).await?;
        return Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response());
    };
    let (by, now) = (visit.session.operator.id.clone(), Timestamp::now());
    let act = visit.act(Deed::KioskApprove, &kiosk, &fingerprint);
    let approve = move |sql: &mut dyn Sql| {
        enrolment::approve(sql, &authority, &kiosk, fingerprint, &by, now)?;
        Ok(audit::append(sql, &act, now)?)
    };
    after(&console, &visit, console.store.change(approve).await).await
}

/// Lets nothing come of an invitation.
pub(super) async fn refuse(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let (act, now) = (visit.act(Deed::KioskRefuse, &kiosk, ""), Timestamp::now());
    let refuse = move |sql: &mut dyn Sql| {
        enrolment::refuse(sql, &kiosk)?;
        Ok(audit::append(sql, &act, now)?)
    };
    after(&console, &visit, console.store.change(refuse).await).await
}

/// Ends a terminal's certificates.
pub(super) async fn revoke(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let (by, now) = (visit.session.operator.id.clone(), Timestamp::now());
    let act = visit.act(Deed::KioskRevoke, &kiosk, "");
    let revoke = move |sql: &mut dyn Sql| {
        enrolment::revoke(sql, &kiosk, &by, now)?;
        Ok(audit::append(sql, &act, now)?)
    };
    after(&console, &visit, console.store.change(revoke).await).await
}

/// The lists again; where it was not done, with the reason.
async fn after<T>(console: &Console, visit: &Visit, done: Result<T, EnrolmentFault>) -> Answer {
    let words = match done {
        Ok(_) => return Ok(Redirect::to(HERE).into_response()),
        Err(EnrolmentFault::Store(error)) => return Err(error.into()),
        Err(EnrolmentFault::OtherKey(_)) => words::KEY_CHANGED,
        Err(EnrolmentFault::NothingWaits | EnrolmentFault::Request(_) | EnrolmentFault::TooMany) => {
            words::NOTHING_WAITS
        }
        Err(EnrolmentFault::RevokedAlready) => words::REVOKED_ALREADY,
        Err(EnrolmentFault::Ca(error)) => {
            tracing::error!(%error, "a certificate can't be made");
            words::NO_AUTHORITY
        }
    };
    let page = lists(console, visit, &Note::Fault(words)).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}
