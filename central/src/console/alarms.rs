//! Alarms: what is wrong now, who looks after it, what was wrong before.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::terminals;
use super::trouble::Trouble;
use super::words;
use crate::alarms::{self, Alarm, Kind, NoAlarm};
use crate::audit::{self, Deed};
use crate::operators::{Act, may};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use contract::KioskId;
use jiff::Timestamp;
use maud::{Markup, html};
use std::collections::HashSet;

const HERE: &str = "/alarms";

type Answer = Result<Response, Trouble>;

/// The list.
pub(super) async fn show(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    let theirs: HashSet<KioskId> =
        console.terminals(&visit).await?.into_iter().map(|terminal| terminal.kiosk).collect();
    let mut all = console.store.read(alarms::list).await?;
    all.retain(|alarm| theirs.contains(&alarm.kiosk));
    let language = visit.guest.language;
    let columns = [
        words::STATE,
        words::TERMINAL,
        words::PROBLEMS,
        words::BEGAN,
        words::LOOKED_AFTER_BY,
        words::ENDED,
        words::ACTS,
    ];
    let content = html! {
        div.sheet {
            @if all.is_empty() { p.soft { (words::NO_ALARMS.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody { @for alarm in &all { (row(&visit, alarm)) } }
                }
            }
        }
    };
    Ok(page(&visit, words::ALARMS, HERE, &content))
}

fn row(visit: &Visit, alarm: &Alarm) -> Markup {
    let language = visit.guest.language;
    let Alarm { kiosk, kind, began_at, taken, ended_at } = alarm;
    let (mark, word) = match (ended_at, taken) {
        (Some(_), _) => (Mark::Good, words::ALARM_ENDED),
        (None, Some(_)) => (Mark::Warn, words::ALARM_TAKEN),
        (None, None) => (Mark::Stop, words::ALARM_OPEN),
    };
    html! {
        tr id=[ended_at.is_none().then(|| format!("{kiosk}-{kind}"))] {
            td { (state(mark, word.in_(language))) }
            td { a href={ "/kiosks/" (kiosk) } { (kiosk) } }
            td { b { (words::alarm(*kind).in_(language)) } " " span.soft { (words::what_to_do(*kind).in_(language)) } }
            td.time { (words::moment(*began_at)) }
            td { @if let Some((who, at)) = taken { (who) " " span.soft { (words::moment(*at)) } } }
            td.time { @if let Some(at) = ended_at { (words::moment(*at)) } }
            td.acts {
                @if ended_at.is_none() && taken.is_none() && visit.may(Act::TendAlarm) {
                    form method="post" action={ "/alarms/" (kiosk) "/" (kind) "/take" } {
                        (form_token(visit))
                        button.second { (words::TAKE_ALARM.in_(language)) }
                    }
                }
            }
        }
    }
}

/// Takes an alarm on oneself.
pub(super) async fn take(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path((kiosk, kind)): Path<(String, String)>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let kind: Kind = kind.parse().map_err(|_| Trouble::NotThere)?;
    let now = Timestamp::now();
    let taken = console.store.change(move |sql| {
        let terminal = terminals::one(sql, &kiosk)?.ok_or(Trouble::NotThere)?;
        if !may(visit.role(), Act::TendAlarm, &terminal.place()) {
            return Err(Trouble::Forbidden);
        }
        match alarms::take(sql, &kiosk, kind, &visit.session.operator.id, now) {
            Ok(()) => audit::append(sql, &visit.act(Deed::AlarmTake, &kiosk, &kind), now).map(drop)?,
            // Somebody else was first, or it is over: the page shows it.
            Err(NoAlarm::Gone) => {}
            Err(NoAlarm::Store(error)) => return Err(error.into()),
        }
        Ok::<_, Trouble>(())
    });
    taken.await?;
    Ok(Redirect::to(HERE).into_response())
}
