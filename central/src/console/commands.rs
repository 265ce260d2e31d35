//! What a terminal is asked to do from afar: a part of its page.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, state};
use super::terminals;
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, Deed};
use crate::fleet::{self, FleetError, Ordered};
use crate::operators::Act;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use contract::KioskId;
use contract::command::{CommandOutcome, Errand};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

type Answer = Result<Response, Trouble>;

/// What can be ordered, and what was.
pub(super) fn part(visit: &Visit, kiosk: &KioskId, ordered: &[Ordered]) -> Markup {
    let language = visit.guest.language;
    let columns = [words::NUMBER, words::WHAT, words::STATE, words::RESULT, words::ORDERED_BY, words::WHEN];
    html! {
        h2 #commands { (words::COMMANDS.in_(language)) }
        @if visit.may(Act::OrderCommand) {
            form.bar method="post" action={ "/kiosks/" (kiosk) "/commands" } {
                (form_token(visit))
                @for errand in Errand::ALL {
                    button.second name="errand" value=(errand) { (words::errand(errand).in_(language)) }
                }
                span.soft { (words::COMMANDS_HINT.in_(language)) }
            }
        }
        div.sheet {
            @if ordered.is_empty() { p.soft { (words::NO_COMMANDS.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody { @for one in ordered { (row(visit, kiosk, one)) } }
                }
            }
        }
    }
}

fn row(visit: &Visit, kiosk: &KioskId, one: &Ordered) -> Markup {
    let language = visit.guest.language;
    let Ordered { command, by, at, became, has_bundle, .. } = one;
    let (mark, word, said) = match became {
        None => (Mark::Warn, words::COMMAND_ON_ITS_WAY, ""),
        Some(CommandOutcome::Begun) => (Mark::Warn, words::COMMAND_BEGUN, ""),
        Some(CommandOutcome::Done { said }) => (Mark::Good, words::COMMAND_DONE, said.as_str()),
        Some(CommandOutcome::Failed { why }) => (Mark::Stop, words::COMMAND_FAILED, why.as_str()),
    };
    html! {
        tr {
            td.number { (command.id.0) }
            td { (words::errand(command.errand).in_(language)) }
            td { (state(mark, word.in_(language))) }
            td { (said)
                @if command.errand == Errand::Assist && became.as_ref().is_none_or(|became| !became.is_final()) && visit.may(Act::OrderCommand) {
                    a href={ "/kiosks/" (kiosk) "/screen/" (command.id.0) } { (words::SEE_SCREEN.in_(language)) }
                }
                @if *has_bundle && visit.may(Act::OrderCommand) {
                    " " a href={ "/kiosks/" (kiosk) "/bundles/" (command.id.0) } download { (words::FETCH_BUNDLE.in_(language)) }
                }
            }
            td { (by) }
            td.time { (words::moment(*at)) }
        }
    }
}

/// What is ordered.
#[derive(Deserialize)]
pub(super) struct Wanted {
    errand: String,
}

/// Orders it.
pub(super) async fn order(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Answer {
    let errand: Errand = wanted.errand.parse().map_err(|_| Trouble::Unreadable)?;
    let kiosk = theirs(&console, &visit, &kiosk).await?;
    let (noted, now) = (visit.act(Deed::CommandOrder, &kiosk, &errand), Timestamp::now());
    let (name, by) = (kiosk.clone(), visit.session.operator.id.clone());
    let ordered = console.store.change(move |sql| {
        fleet::order(sql, &name, errand, &by, now)?;
        audit::append(sql, &noted, now)?;
        Ok::<_, FleetError>(())
    });
    match ordered.await {
        Ok(()) => console.fleet.look().await?,
        // Eight are under way: the page shows them.
        Err(FleetError::TooManyCommands(_)) => {}
        Err(FleetError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(Trouble::NotThere),
    }
    Ok(Redirect::to(&format!("/kiosks/{kiosk}#commands")).into_response())
}

/// The bundle that a command brought, as a file. That it was fetched is written down.
pub(super) async fn bundle(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, id)): Path<(String, String)>,
) -> Answer {
    let id: u64 = id.parse().map_err(|_| Trouble::NotThere)?;
    let kiosk = theirs(&console, &visit, &kiosk).await?;
    let (noted, now, name) = (visit.act(Deed::BundleFetch, &kiosk, &id), Timestamp::now(), kiosk.clone());
    let found = console.store.change(move |sql| {
        let found = fleet::bundle(sql, &kiosk, id)?.ok_or(Trouble::NotThere)?;
        audit::append(sql, &noted, now)?;
        Ok::<_, Trouble>(found)
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"support-bundle-{name}-{id}.json\"")),
    ];
    Ok((headers, found.await?).into_response())
}

pub(super) async fn theirs(console: &Console, visit: &Visit, kiosk: &str) -> Result<KioskId, Trouble> {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let name = kiosk.clone();
    let terminal =
        console.store.read(move |sql| terminals::one(sql, &name)).await?.ok_or(Trouble::NotThere)?;
    visit.insist(Act::OrderCommand, &terminal.place())?;
    Ok(kiosk)
}
