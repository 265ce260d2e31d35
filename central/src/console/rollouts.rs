//! Rollouts: which there are, how far each is while it runs, and what an operator can do about it. How far it is comes by
//! server-sent events, for as long as the session lasts.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::trouble::Trouble;
use super::words::{self, Words};
use super::{terminals, typed};
use crate::audit::{self, Deed};
use crate::fleet::{self, FleetError, Overview, Phase};
use crate::operators::{self, Act, Place, may};
use crate::store::{Sql, StoreError};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use contract::OperatorId;
use contract::language::Language;
use contract::settings::Key;
use futures_util::stream;
use jiff::Timestamp;
use maud::{Markup, html};
use std::convert::Infallible;
use std::time::Duration;

const HERE: &str = "/rollouts";

/// How often it is looked whether a rollout has gone on.
const LOOK_EVERY: Duration = Duration::from_secs(1);

type Answer = Result<Response, Trouble>;

/// A rollout, and whose it is.
struct Found {
    overview: Overview,
    place: Place,
}

impl Found {
    fn of(sql: &mut dyn Sql, overview: Overview) -> Result<Self, StoreError> {
        Ok(Self { place: terminals::place_of(sql, &overview.scope)?, overview })
    }

    /// Whether somebody may look at it, or steer it.
    fn concerns(&self, visit: &Visit, act: Act) -> bool {
        may(visit.role(), act, &self.place)
    }
}

fn all(sql: &mut dyn Sql) -> Result<Vec<Found>, StoreError> {
    fleet::rollouts(sql)?.into_iter().map(|one| Found::of(sql, one)).collect()
}

/// The list.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    let mut all = console.store.read(all).await?;
    all.retain(|one| one.concerns(&visit, Act::LookAtFleet));
    let language = visit.guest.language;
    let columns = [words::NUMBER, words::SCOPE, words::STATE, words::REASON, words::WHO, words::WHEN];
    let content = html! {
        div.sheet {
            @if all.is_empty() { p.soft { (words::NO_ROLLOUTS.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody {
                        @for one in all.iter().map(|found| &found.overview) {
                            tr {
                                td.number { a href={ "/rollouts/" (one.rollout.id) } { (one.rollout.id) } }
                                td { (one.scope) }
                                td { (phase(language, one)) }
                                td.long { (one.reason) }
                                td { (one.proposed_by) @if let Some(second) = &one.approved_by { " + " (second) } }
                                td.time { (words::moment(one.at)) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(page(&visit, words::ROLLOUTS, HERE, &content))
}

fn phase(language: Language, one: &Overview) -> Markup {
    let (mark, word) = match one.rollout.phase {
        Phase::Proposed => (Mark::Quiet, words::PROPOSED),
        Phase::Running { .. } => (Mark::Warn, words::RUNNING),
        Phase::Stopped { .. } => (Mark::Stop, words::STOPPED),
        Phase::Returned { .. } => (Mark::Stop, words::RETURNED),
        Phase::Done => (Mark::Good, words::DONE),
        Phase::Aborted => (Mark::Quiet, words::ABORTED),
    };
    state(mark, word.in_(language))
}

fn find(sql: &mut dyn Sql, id: u64) -> Result<Option<Found>, StoreError> {
    let found = fleet::rollouts(sql)?.into_iter().find(|one| one.rollout.id == id);
    found.map(|one| Found::of(sql, one)).transpose()
}

impl Console {
    async fn rollout(&self, visit: &Visit, id: &str, act: Act) -> Result<Found, Trouble> {
        let id: u64 = id.parse().map_err(|_| Trouble::NotThere)?;
        let found = self.store.read(move |sql| find(sql, id)).await?.ok_or(Trouble::NotThere)?;
        if found.concerns(visit, act) { Ok(found) } else { Err(Trouble::Forbidden) }
    }
}

/// One of them.
pub(super) async fn one(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    let found = console.rollout(&visit, &id, Act::LookAtFleet).await?;
    Ok(detail(&visit, &found, None))
}

fn detail(visit: &Visit, all: &Found, note: Option<&str>) -> Response {
    let found = &all.overview;
    let language = visit.guest.language;
    let events = found.rollout.phase.is_open().then(|| format!("/rollouts/{}/events", found.rollout.id));
    let content = html! {
        @if let Some(note) = note { p.note.stop role="alert" { (note) } }
        p { b { (found.scope) } " · " (found.reason) }
        p.soft { (found.proposed_by) @if let Some(second) = &found.approved_by { " + " (second) } " · " (words::moment(found.at)) }
        div hx-ext="sse" sse-connect=[events] sse-swap="progress" sse-close="over" { (progress(visit, all)) }
        h2 { (words::WHAT_IT_SAYS.in_(language)) }
        div.sheet {
            table {
                thead { tr { @for words in [words::SETTING, words::VALUE, words::SAID_SINCE] { th { (words.in_(language)) } } } }
                tbody {
                    @for (name, said) in &found.settings {
                        tr {
                            td { code { (name) } }
                            td { pre { @match name.parse::<Key>() {
                                Ok(key) => { (typed::show(visit.guest.language, key.kind(), &said.value)) }
                                Err(_) => { (said.value) }
                            } } }
                            td.time { (words::moment(said.since)) }
                        }
                    }
                }
            }
        }
    };
    page(visit, words::ROLLOUT, HERE, &content)
}

/// How far it is, and what can be done.
fn progress(visit: &Visit, all: &Found) -> Markup {
    let found = &all.overview;
    let language = visit.guest.language;
    let (tally, id) = (found.tally, found.rollout.id);
    let bars = [
        ("kept", words::KEPT, tally.kept),
        ("busy", words::BUSY, tally.busy),
        ("silent", words::SILENT, tally.silent),
        ("failed", words::FAILED, tally.failed),
    ];
    html! {
        section.card.progress {
            p { (phase(language, found)) " " (words::wave(language, &found.rollout.phase)) }
            @if tally.all() > 0 {
                svg viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=(words::ROLLOUT.in_(language)) {
                    @for (at, (class, _, count)) in bars.iter().enumerate() {
                        @let before: usize = bars.iter().take(at).map(|(_, _, count)| count).sum();
                        rect class=(class) x=(before * 100 / tally.all()) y="0" width=((before + count) * 100 / tally.all() - before * 100 / tally.all()) height="4" {}
                    }
                }
                p.counts { @for (class, words, count) in bars { span class={ "key " (class) } { (words.in_(language)) " " b { (count) } } " " } }
            }
            @if all.concerns(visit, Act::Publish) {
                p.acts {
                    @match found.rollout.phase {
                        Phase::Proposed if found.proposed_by == visit.session.operator.id => { span.soft { (words::NEEDS_TWO.in_(language)) } " " }
                        Phase::Proposed => { (act(visit, id, "approve", words::APPROVE)) }
                        Phase::Stopped { .. } | Phase::Returned { .. } => { (act(visit, id, "resume", words::RESUME)) }
                        Phase::Running { .. } | Phase::Done | Phase::Aborted => {}
                    }
                    @if found.rollout.phase.is_open() { (act(visit, id, "abort", words::ABORT)) }
                }
            }
        }
    }
}

fn act(visit: &Visit, id: u64, act: &str, words: Words) -> Markup {
    html! {
        form method="post" action={ "/rollouts/" (id) "/" (act) } {
            (form_token(visit))
            button.second { (words.in_(visit.guest.language)) }
        }
    }
}

/// Tells how far a rollout is whenever that changes, until it is over or the session is.
pub(super) async fn events(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    let found = console.rollout(&visit, &id, Act::LookAtFleet).await?;
    let watch =
        Watch { told: progress(&visit, &found).into_string(), console, visit, id: found.overview.rollout.id };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Ok(Sse::new(Box::pin(events)).keep_alive(KeepAlive::default()).into_response())
}

struct Watch {
    console: Console,
    visit: Visit,
    id: u64,
    told: String,
}

impl Watch {
    /// What is told next; nothing when the session is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let (id, key, now) = (self.id, self.visit.session.key, Timestamp::now());
            let look = self.console.store.read(move |sql| {
                Ok::<_, StoreError>((operators::find_session(sql, key, now)?, find(sql, id)?))
            });
            // A store that is away is asked again when the browser connects again.
            let (session, found) = look.await.ok()?;
            let (Some(_), Some(found)) = (session, found) else { return None };
            let markup = progress(&self.visit, &found).into_string();
            if markup != self.told {
                self.told.clone_from(&markup);
                return Some(Event::default().event("progress").data(markup));
            }
            if !found.overview.rollout.phase.is_open() {
                // The browser closes the line then; one that only ends is opened again.
                return Some(Event::default().event("over").data("over"));
            }
        }
    }
}

/// What an operator does with a rollout.
async fn steer(
    console: &Console,
    visit: &Visit,
    id: &str,
    deed: Deed,
    act: impl Fn(&mut dyn Sql, u64, &OperatorId, Timestamp) -> Result<(), FleetError> + Send + 'static,
) -> Answer {
    let found = console.rollout(visit, id, Act::Publish).await?;
    let (id, now) = (found.overview.rollout.id, Timestamp::now());
    let (noted, by) = (visit.act(deed, &id, &found.overview.scope), visit.session.operator.id.clone());
    let done = console.store.change(move |sql| {
        act(sql, id, &by, now)?;
        audit::append(sql, &noted, now)?;
        Ok::<_, FleetError>(())
    });
    match done.await {
        Ok(()) => {
            console.fleet.look().await?;
            Ok(Redirect::to(&format!("/rollouts/{id}")).into_response())
        }
        Err(FleetError::Store(error)) => Err(error.into()),
        Err(refusal) => Ok((
            StatusCode::CONFLICT,
            detail(visit, &found, Some(&words::refusal(visit.guest.language, &refusal))),
        )
            .into_response()),
    }
}

/// The second person agrees.
pub(super) async fn approve(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    steer(&console, &visit, &id, Deed::RolloutApprove, |sql, id, by, now| fleet::approve(sql, id, by, now))
        .await
}

/// A rollout that stopped goes on.
pub(super) async fn resume(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    steer(&console, &visit, &id, Deed::RolloutResume, |sql, id, _, now| fleet::resume(sql, id, now)).await
}

/// Everybody has the old again.
pub(super) async fn abort(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    steer(&console, &visit, &id, Deed::RolloutAbort, |sql, id, _, _| fleet::abort(sql, id)).await
}
