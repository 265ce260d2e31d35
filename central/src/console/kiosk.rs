//! One terminal: how it is, what is in force and who says so, what it refused, where it stands. Looking at it is written down.

use super::Console;
use super::commands;
use super::door::Visit;
use super::fleet::HERE;
use super::frame::{Mark, form_token, page, state};
use super::terminals::{self, Terminal};
use super::trouble::Trouble;
use super::typed::shown;
use super::words;
use crate::alarms::Kind;
use crate::audit::{self, Deed};
use crate::fleet::{self, Ordered, Scope, Seen};
use crate::intake::{self, Progress, Refusal};
use crate::operators::{Act, Place};
use crate::sites::{self, Site, Street};
use crate::store::{Sql, StoreError};
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use contract::app_version::AppVersion;
use contract::language::Language;
use contract::report::{DeviceState, Door, Paper};
use contract::settings::{InForce, Key, LayerSettings, in_force};
use contract::{KioskId, ScopeName};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;

type Answer = Result<Response, Trouble>;

/// A certificate that ends so soon ought to have been renewed: a terminal does that a month before.
const SOON: SignedDuration = SignedDuration::from_hours(20 * 24);
/// Refused entries that are shown.
const REFUSALS: usize = 10;

/// All that the page tells.
struct Facts {
    terminal: Terminal,
    in_force: InForce,
    progress: Progress,
    refusals: Vec<Refusal>,
    ordered: Vec<Ordered>,
    /// The version of its program that it was told to run.
    wanted: Option<AppVersion>,
}

fn facts(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Option<Facts>, StoreError> {
    let Some(terminal) = terminals::one(sql, kiosk)? else { return Ok(None) };
    let scopes = [
        Some(Scope::City),
        terminal.district.clone().map(Scope::District),
        terminal.group.clone().map(Scope::Group),
        Some(Scope::Terminal(kiosk.clone())),
    ];
    let mut layers = Vec::new();
    for scope in scopes.into_iter().flatten() {
        layers.push(LayerSettings { layer: scope.layer(), set: fleet::settings_of(sql, &scope)? });
    }
    // What was published passed this check then.
    let in_force = in_force(&layers).map_err(|_| StoreError::Column(0))?;
    let progress = intake::progress(sql, kiosk)?;
    let mut refusals = intake::refusals(sql, kiosk)?;
    refusals.reverse();
    let ordered = fleet::commands_of(sql, kiosk)?;
    let wanted = fleet::wanted_program(sql, kiosk)?;
    Ok(Some(Facts { terminal, in_force, progress, refusals, ordered, wanted }))
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let asked = kiosk.clone();
    let found = console.store.read(move |sql| facts(sql, &asked)).await?.ok_or(Trouble::NotThere)?;
    visit.insist(Act::LookAtFleet, &found.terminal.place())?;
    let (act, now) = (visit.act(Deed::KioskLook, &kiosk, ""), Timestamp::now());
    console.store.change(move |sql| audit::append(sql, &act, now)).await?;
    let (language, terminal) = (visit.guest.language, &found.terminal);
    let content = html! {
        p.counts {
            b { (terminal.kiosk) } " " (terminal.name()) " "
            (state(terminal.health().mark(), terminal.health().words().in_(language)))
            @if let Some(seen) = &terminal.seen { " " (words::ago(language, now.duration_since(seen.at))) }
        }
        @for kind in &terminal.alarms { (alarm(&visit, terminal, *kind)) }
        div.columns {
            @match &terminal.seen {
                Some(seen) => {
                    (devices(language, seen))
                    (figures(language, seen, found.progress, found.wanted))
                    (desired(language, seen))
                }
                None => { p.note { (words::NEVER_REPORTED.in_(language)) } }
            }
        }
        (commands::part(&visit, &terminal.kiosk, &found.ordered))
        h2 { (words::IN_FORCE.in_(language)) }
        (settings(language, terminal, &found.in_force))
        h2 { (words::REFUSED_ENTRIES.in_(language)) }
        (refused(language, &found.refusals))
        @if visit.may(Act::Publish) { (placing(&visit, terminal)) }
    };
    Ok(page(&visit, words::TERMINAL, HERE, &content))
}

fn alarm(visit: &Visit, terminal: &Terminal, kind: Kind) -> Markup {
    let language = visit.guest.language;
    html! {
        div.note.stop {
            b { (words::alarm(kind).in_(language)) } " " (words::what_to_do(kind).in_(language))
            " " a href={ "/alarms#" (terminal.kiosk) "-" (kind) } { (words::ALARMS.in_(language)) }
        }
    }
}

fn devices(language: Language, seen: &Seen) -> Markup {
    let report = &seen.report;
    html! {
        section.card {
            h2 { (words::DEVICES.in_(language)) }
            dl {
                @for (device, of_it) in &report.devices {
                    dt { (words::device(*device).in_(language)) }
                    dd {
                        @match of_it {
                            DeviceState::Online => { (state(Mark::Good, words::WORKS.in_(language))) }
                            DeviceState::Offline => { (state(Mark::Stop, words::BROKEN_DEVICE.in_(language))) }
                        }
                        @if let Some(counters) = report.counters.get(device) {
                            " " span.soft { (words::counted(language, *counters)) }
                        }
                    }
                }
                dt { (words::PAPER.in_(language)) }
                dd { @match report.paper {
                    None => { (state(Mark::Quiet, words::NOT_KNOWN.in_(language))) }
                    Some(Paper::Full) => { (state(Mark::Good, words::PAPER_ENOUGH.in_(language))) }
                    Some(Paper::Low) => { (state(Mark::Warn, words::PAPER_LOW.in_(language))) }
                    Some(Paper::Out) => { (state(Mark::Stop, words::PAPER_OUT.in_(language))) }
                    Some(Paper::Jammed) => { (state(Mark::Stop, words::PAPER_JAMMED.in_(language))) }
                } }
                @if let Some(door) = report.door {
                    dt { (words::CABINET.in_(language)) }
                    dd { @match door {
                        Door::Closed => { (state(Mark::Good, words::DOOR_CLOSED.in_(language))) }
                        Door::Open => { (state(Mark::Stop, words::DOOR_OPEN.in_(language))) }
                    } }
                }
                dt { (words::STORE.in_(language)) }
                dd { @match &report.store_trouble {
                    None => { (state(Mark::Good, words::WORKS.in_(language))) }
                    Some(code) => { (state(Mark::Stop, code.as_str())) }
                } }
            }
        }
    }
}

fn figures(language: Language, seen: &Seen, progress: Progress, wanted: Option<AppVersion>) -> Markup {
    let report = &seen.report;
    html! {
        section.card {
            h2 { (words::FIGURES.in_(language)) }
            dl {
                dt { (words::LAST_REPORT.in_(language)) } dd { (words::moment(seen.at)) }
                dt { (words::UPTIME.in_(language)) } dd { (words::length(language, report.uptime_seconds)) }
                dt { (words::CLOCK_SKEW.in_(language)) }
                dd { (words::skew(language, report.at.duration_since(seen.at))) }
                dt { (words::VERSION.in_(language)) } dd { (report.app) }
                dt { (words::VERSION_WANTED.in_(language)) }
                dd { @match wanted {
                    None => { (words::AS_INSTALLED.in_(language)) }
                    Some(wanted) if wanted == report.app => { (wanted) }
                    Some(wanted) => { (state(Mark::Warn, &wanted.to_string())) }
                } }
                dt { (words::CERTIFICATE_UNTIL.in_(language)) }
                dd { @match report.certificate_until {
                    None => { "—" }
                    Some(until) if until.duration_since(seen.at) < SOON => {
                        (state(Mark::Warn, &words::moment(until)))
                    }
                    Some(until) => { (words::moment(until)) }
                } }
                dt { (words::QUEUE_WAITING.in_(language)) } dd { (report.queue.waiting) }
                dt { (words::QUEUE_SET_ASIDE.in_(language)) } dd { (report.queue.set_aside) }
                dt { (words::SERIES.in_(language)) } dd { (progress.contiguous) " / " (progress.highest) }
            }
        }
    }
}

fn desired(language: Language, seen: &Seen) -> Markup {
    let desired = &seen.report.desired;
    let version =
        |version: Option<u64>| version.map_or_else(|| "—".to_owned(), |version| version.to_string());
    html! {
        section.card {
            h2 { (words::DESIRED_STATE.in_(language)) }
            dl {
                dt { (words::VERSION_IN_FORCE.in_(language)) } dd { (version(desired.in_force)) }
                dt { (words::ON_ITS_WAY.in_(language)) } dd { (version(desired.on_its_way)) }
                dt { (words::FLOOR.in_(language)) } dd { (desired.floor) }
                @if let Some(returned) = &desired.returned {
                    dt { (words::GIVEN_BACK.in_(language)) } dd { (returned.version) " · " (returned.reason) }
                }
                @if let Some(refused) = &desired.refused {
                    dt { (words::REFUSED_STATE.in_(language)) } dd { (version(refused.version)) " · " (refused.why) }
                }
            }
        }
    }
}

fn settings(language: Language, terminal: &Terminal, in_force: &InForce) -> Markup {
    let columns = [words::SETTING, words::VALUE, words::SAID_BY, words::SAID_SINCE];
    html! {
        div.sheet {
            table {
                thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                tbody {
                    @for key in Key::ALL {
                        @let said = in_force.said(*key);
                        @if said.is_empty() {
                            tr {
                                td { code { (key) } }
                                td { (shown(language, *key, &key.default())) }
                                td { span.soft { (words::BY_DEFAULT.in_(language)) } }
                                td {}
                            }
                        }
                        @for (origin, value) in said {
                            tr {
                                td { code { (key) } }
                                td { (shown(language, *key, value)) }
                                td { (words::layer(origin.layer).in_(language)) }
                                td.time { (words::moment(origin.since)) }
                            }
                        }
                    }
                }
            }
        }
        p { a href={ "/settings?scope=terminal:" (terminal.kiosk) } { (words::SET_FOR_TERMINAL.in_(language)) } }
    }
}

fn refused(language: Language, refusals: &[Refusal]) -> Markup {
    html! {
        div.sheet {
            @if refusals.is_empty() { p.soft { (words::NO_REFUSALS.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in [words::NUMBER, words::WHEN, words::DETAIL] { th { (words.in_(language)) } } } }
                    tbody {
                        @for refusal in refusals.iter().take(REFUSALS) {
                            tr { td.number { (refusal.seq) } td.time { (words::moment(refusal.at)) } td { (refusal.problem) } }
                        }
                    }
                }
            }
        }
    }
}

fn placing(visit: &Visit, terminal: &Terminal) -> Markup {
    let language = visit.guest.language;
    let name = |name: Option<&ScopeName>| name.map(ToString::to_string).unwrap_or_default();
    // Only the city takes a terminal from one district to another.
    let is_city = visit.role().home() == Place::City;
    html! {
        h2 { (words::WHERE_IT_STANDS.in_(language)) }
        form.bar method="post" action={ "/kiosks/" (terminal.kiosk) "/place" } {
            (form_token(visit))
            label { (words::SITE.in_(language)) input.long name="name" required maxlength="40" value=(terminal.name()); }
            label { (words::STREET.in_(language))
                select name="street" {
                    @for street in Street::ALL {
                        option value=(street.as_str()) selected[terminal.street() == Some(*street)] { (words::street(language, *street)) }
                    }
                }
            }
            label { (words::DISTRICT.in_(language))
                input.short name="district" maxlength="40" pattern="[a-z0-9_\\-]{1,40}" readonly[!is_city]
                    value=(name(terminal.district.as_ref())); }
            label { (words::GROUP.in_(language))
                input.short name="group" maxlength="40" pattern="[a-z0-9_\\-]{1,40}" value=(name(terminal.group.as_ref())); }
            button { (words::SAVE.in_(language)) }
        }
    }
}

/// Where a terminal stands, as it was typed.
#[derive(Deserialize)]
pub(super) struct Placed {
    name: String,
    street: String,
    district: String,
    group: String,
}

/// Says where a terminal stands and belongs.
pub(super) async fn place(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Path(kiosk): Path<String>,
    Form(typed): Form<Placed>,
) -> Answer {
    let kiosk: KioskId = kiosk.parse().map_err(|_| Trouble::NotThere)?;
    let site = Site::parse(&typed.name, &typed.street).map_err(|_| Trouble::Unreadable)?;
    let scope_name = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<ScopeName>().map(Some).map_err(|_| Trouble::Unreadable),
    };
    let (district, group) = (scope_name(&typed.district)?, scope_name(&typed.group)?);
    let asked = kiosk.clone();
    let before =
        console.store.read(move |sql| terminals::one(sql, &asked)).await?.ok_or(Trouble::NotThere)?;
    visit.insist(Act::Publish, &before.place())?;
    if district != before.district {
        visit.insist(Act::Publish, &Place::City)?;
    }
    let detail = format!("{} {} {} {}", site.name(), site.street().as_str(), typed.district, typed.group);
    let (act, now, to) = (visit.act(Deed::KioskPlace, &kiosk, &detail), Timestamp::now(), kiosk.clone());
    let placed = console.store.change(move |sql| {
        sites::put(sql, &to, &site)?;
        fleet::place(sql, &to, district.as_ref(), group.as_ref())?;
        Ok::<_, Trouble>(audit::append(sql, &act, now)?)
    });
    placed.await?;
    Ok(Redirect::to(&format!("/kiosks/{kiosk}")).into_response())
}
