//! Emergency notices: what holds, how many terminals have it on their screens by now, and what an operator can do.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::terminals::{self, Terminal};
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, Deed};
use crate::fleet::{self, Announcement, EmergencyOverview, EmergencyPhase, FleetError, LONGEST_HOLD, Scope};
use crate::operators::{Act, Place, may};
use crate::store::{Sql, StoreError};
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use contract::emergency::{LONGEST_CHINESE, LONGEST_ENGLISH, Urgency};
use contract::settings::Text;
use contract::{OperatorId, ScopeName};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const HERE: &str = "/emergencies";

type Answer = Result<Response, Trouble>;

/// A notice, and whose it is.
type Found = (EmergencyOverview, Place);

fn all(sql: &mut dyn Sql) -> Result<Vec<Found>, StoreError> {
    let all = fleet::emergencies(sql)?.into_iter();
    all.map(|one| {
        let place = terminals::place_of(sql, &one.scope)?;
        Ok((one, place))
    })
    .collect()
}

async fn theirs(console: &Console, visit: &Visit) -> Result<Vec<Found>, StoreError> {
    let mut all = console.store.read(all).await?;
    // Who runs a district sees what holds there by the city's word, too.
    all.retain(|(_, place)| *place == Place::City || may(visit.role(), Act::LookAtFleet, place));
    Ok(all)
}

/// The page.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    whole(&console, &visit, None).await
}

/// The list alone: the page asks for it anew while somebody looks.
pub(super) async fn list(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(Html(rows(&visit, &theirs(&console, &visit).await?).into_string()).into_response())
}

async fn whole(console: &Console, visit: &Visit, fault: Option<&str>) -> Answer {
    let all = theirs(console, visit).await?;
    let scopes = scopes(visit, &console.terminals(visit).await?);
    let language = visit.guest.language;
    let content = html! {
        @if let Some(fault) = fault { p.note.stop role="alert" { (fault) } }
        @if visit.may(Act::Publish) {
            details.fold open[all.is_empty() || fault.is_some()] {
                summary { (words::ANNOUNCE.in_(language)) }
                (form(visit, &scopes))
            }
        }
        div #list hx-get={ (HERE) "/list" } hx-trigger="every 2s" { (rows(visit, &all)) }
    };
    Ok(page(visit, words::EMERGENCIES, HERE, &content))
}

/// For whom the visitor may announce: offered, so that nobody has to know how a scope is written.
fn scopes(visit: &Visit, terminals: &[Terminal]) -> Vec<Scope> {
    let is_city = visit.role().home() == Place::City;
    let districts: BTreeSet<&ScopeName> = terminals.iter().filter_map(|one| one.district.as_ref()).collect();
    let groups: BTreeSet<&ScopeName> = terminals.iter().filter_map(|one| one.group.as_ref()).collect();
    let city = is_city.then_some(Scope::City).into_iter();
    city.chain(districts.into_iter().cloned().map(Scope::District))
        .chain(groups.into_iter().filter(|_| is_city).cloned().map(Scope::Group))
        .chain(terminals.iter().map(|one| Scope::Terminal(one.kiosk.clone())))
        .collect()
}

fn form(visit: &Visit, scopes: &[Scope]) -> Markup {
    let language = visit.guest.language;
    let home = match visit.role().home() {
        Place::City => Scope::City,
        Place::District(name) => Scope::District(name),
    };
    html! {
        form.card.stack.narrow method="post" action=(HERE) {
            (form_token(visit))
            label for="scope" { (words::SCOPE.in_(language)) }
            input #scope name="scope" value=(home) required list="scopes" autocomplete="off";
            datalist #scopes { @for scope in scopes { option value=(scope) {} } }
            p.soft { (words::EMERGENCY_SCOPE_HINT.in_(language)) }
            label for="urgency" { (words::URGENCY.in_(language)) }
            select #urgency name="urgency" {
                option value=(Urgency::Warning.word()) { (words::WARNING.in_(language)) }
                option value=(Urgency::Evacuate.word()) { (words::EVACUATE.in_(language)) }
            }
            label for="chinese" { (words::IN_CHINESE.in_(language)) }
            input #chinese name="chinese" required maxlength=(LONGEST_CHINESE) lang="zh-CN" autocomplete="off";
            label for="english" { (words::IN_ENGLISH.in_(language)) }
            input #english name="english" required maxlength=(LONGEST_ENGLISH) lang="en" autocomplete="off";
            label for="minutes" { (words::HOLDS_FOR.in_(language)) }
            input #minutes name="minutes" type="number" min="1" max=(LONGEST_HOLD.as_mins()) value="60" required;
            button { (words::ANNOUNCE_NOW.in_(language)) }
        }
    }
}

fn rows(visit: &Visit, all: &[Found]) -> Markup {
    let language = visit.guest.language;
    let columns = [
        words::NUMBER,
        words::STATE,
        words::SCOPE,
        words::WHAT_IT_TELLS,
        words::SHOWN_BY,
        words::GOOD_UNTIL,
        words::WHO,
        words::ACTS,
    ];
    html! {
        div.sheet {
            @if all.is_empty() { p.soft { (words::NO_EMERGENCIES.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody { @for (one, place) in all { (row(visit, one, place)) } }
                }
            }
        }
    }
}

fn row(visit: &Visit, one: &EmergencyOverview, place: &Place) -> Markup {
    let language = visit.guest.language;
    let EmergencyOverview { emergency, scope, phase, proposed_by, approved_by, shown, of, slowest, .. } = one;
    let (mark, word) = match phase {
        EmergencyPhase::Proposed => (Mark::Warn, words::PROPOSED),
        EmergencyPhase::Holds => (Mark::Stop, words::EMERGENCY_HOLDS),
        EmergencyPhase::Ended => (Mark::Quiet, words::EMERGENCY_OVER),
    };
    let urgency = match emergency.urgency {
        Urgency::Warning => words::WARNING,
        Urgency::Evacuate => words::EVACUATE,
    };
    let act = |act: &str, words: words::Words| {
        html! {
            form method="post" action={ (HERE) "/" (emergency.id.0) "/" (act) } {
                (form_token(visit)) button.second { (words.in_(language)) }
            }
        }
    };
    let is_theirs = may(visit.role(), Act::Publish, place);
    html! {
        tr {
            td.number { (emergency.id.0) }
            td { (state(mark, word.in_(language))) }
            td { (scope) }
            td { b lang="zh-CN" { (emergency.chinese) } br; span lang="en" { (emergency.english) } br;
                span.soft { (urgency.in_(language)) } }
            td { @if *phase != EmergencyPhase::Proposed { (words::shown_by(language, *shown, *of, *slowest)) } }
            td.time { (words::moment(emergency.until)) }
            td { (proposed_by) @if let Some(second) = approved_by { ", " (second) } }
            td.acts {
                @if is_theirs && *phase == EmergencyPhase::Proposed && visit.session.operator.id != *proposed_by {
                    (act("agree", words::APPROVE))
                }
                @if is_theirs && *phase != EmergencyPhase::Ended { (act("end", words::TAKE_BACK)) }
            }
        }
    }
}

/// What is announced.
#[derive(Deserialize)]
pub(super) struct New {
    scope: String,
    urgency: String,
    chinese: String,
    english: String,
    minutes: String,
}

impl New {
    fn announcement(&self, by: &OperatorId) -> Option<Announcement> {
        Some(Announcement {
            scope: self.scope.trim().parse().ok()?,
            urgency: self.urgency.parse().ok()?,
            chinese: Text::of(self.chinese.trim()).ok()?,
            english: Text::of(self.english.trim()).ok()?,
            holds_for: SignedDuration::from_mins(self.minutes.trim().parse::<u32>().ok()?.into()),
            by: by.clone(),
        })
    }
}

/// Announces, or proposes.
pub(super) async fn announce(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(new): Form<New>,
) -> Answer {
    let Some(new) = new.announcement(&visit.session.operator.id) else {
        let fault = words::BAD_EMERGENCY.in_(visit.guest.language);
        return Ok(
            (StatusCode::UNPROCESSABLE_ENTITY, whole(&console, &visit, Some(fault)).await?).into_response()
        );
    };
    let scope = new.scope.clone();
    let place = console.store.read(move |sql| terminals::place_of(sql, &scope)).await?;
    visit.insist(Act::Publish, &place)?;
    let (noted, now) =
        (visit.act(Deed::EmergencyAnnounce, &new.scope, &new.chinese.as_str()), Timestamp::now());
    let announced = console.store.change(move |sql| {
        fleet::announce(sql, &new, now)?;
        Ok(audit::append(sql, &noted, now)?)
    });
    after(&console, &visit, announced.await).await
}

/// The second person agrees.
pub(super) async fn agree(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    let by = visit.session.operator.id.clone();
    steer(&console, &visit, &id, Deed::EmergencyAgree, move |sql, id, now| fleet::agree(sql, id, &by, now))
        .await
}

/// It goes from the screens.
pub(super) async fn end(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Answer {
    steer(&console, &visit, &id, Deed::EmergencyEnd, fleet::end).await
}

async fn steer(
    console: &Console,
    visit: &Visit,
    id: &str,
    deed: Deed,
    act: impl Fn(&mut dyn Sql, u64, Timestamp) -> Result<(), FleetError> + Send + 'static,
) -> Answer {
    let id: u64 = id.parse().map_err(|_| Trouble::NotThere)?;
    let found = console.store.read(move |sql| {
        let found = fleet::emergency(sql, id)?;
        found.map(|one| terminals::place_of(sql, &one.scope)).transpose()
    });
    let place = found.await?.ok_or(Trouble::NotThere)?;
    visit.insist(Act::Publish, &place)?;
    let (noted, now) = (visit.act(deed, &id, ""), Timestamp::now());
    let done = console.store.change(move |sql| {
        act(sql, id, now)?;
        Ok(audit::append(sql, &noted, now)?)
    });
    after(console, visit, done.await).await
}

/// The list again; where it was not done, with the reason. Whoever is concerned is told at once.
async fn after<T>(console: &Console, visit: &Visit, done: Result<T, FleetError>) -> Answer {
    match done {
        Ok(_) => {
            console.fleet.look().await?;
            Ok(Redirect::to(HERE).into_response())
        }
        Err(FleetError::Store(error)) => Err(error.into()),
        Err(refusal) => {
            let page = whole(console, visit, Some(&words::refusal(visit.guest.language, &refusal))).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
    }
}
