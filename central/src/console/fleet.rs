//! The fleet as a list: what is looked for, how many are how, one row a terminal. A row that is typed for is found as one
//! types.

use super::Console;
use super::door::Visit;
use super::frame::{page, state};
use super::terminals::{self, Health, Terminal};
use super::trouble::Trouble;
use super::words::{self, Words};
use crate::alarms::Kind;
use crate::operators::{Act, may};
use crate::sites::Street;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use contract::ScopeName;
use contract::language::Language;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const HERE: &str = "/fleet";

/// Rows on a page; who looks for more, narrows the search.
const MOST: usize = 300;

type Answer = Result<Response, Trouble>;

/// What is looked for; what is empty is not asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    problem: String,
    district: String,
    group: String,
    street: String,
    version: String,
}

impl Asked {
    fn finds(&self, terminal: &Terminal) -> bool {
        let is = |asked: &str, found: Option<&str>| asked.is_empty() || found == Some(asked);
        let words = self.q.trim().to_lowercase();
        let is_named =
            terminal.kiosk.as_str().contains(&words) || terminal.name().to_lowercase().contains(&words);
        is_named
            && is(&self.state, Some(terminal.health().as_str()))
            && (self.problem.is_empty() || terminal.alarms.iter().any(|kind| kind.as_str() == self.problem))
            && is(&self.district, terminal.district.as_ref().map(ScopeName::as_str))
            && is(&self.group, terminal.group.as_ref().map(ScopeName::as_str))
            && is(&self.street, terminal.street().map(Street::as_str))
            && is(&self.version, terminal.version().as_deref())
    }
}

impl Console {
    /// The terminals that an operator may see.
    pub(super) async fn terminals(&self, visit: &Visit) -> Result<Vec<Terminal>, Trouble> {
        let mut all = self.store.read(terminals::all).await?;
        all.retain(|terminal| may(visit.role(), Act::LookAtFleet, &terminal.place()));
        Ok(all)
    }
}

/// The list.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Query(asked): Query<Asked>,
) -> Answer {
    let all = console.terminals(&visit).await?;
    let found: Vec<&Terminal> = all.iter().filter(|terminal| asked.finds(terminal)).collect();
    let (language, now) = (visit.guest.language, Timestamp::now());
    let content = html! {
        (filter(language, &asked, &all))
        div #rows {
            (counts(language, &found))
            div.sheet {
                @if found.is_empty() { p.soft { (words::NOTHING_FOUND.in_(language)) } }
                @else { (rows(language, &found, now)) }
            }
            @if found.len() > MOST { p.soft { (words::only_the_first(language, MOST, found.len())) } }
        }
    };
    Ok(page(&visit, words::FLEET, HERE, &content))
}

/// How many are how.
pub(super) fn counts(language: Language, terminals: &[&Terminal]) -> Markup {
    html! {
        p.counts {
            (words::terminals(language, terminals.len()))
            @for health in Health::ALL {
                @let count = terminals.iter().filter(|terminal| terminal.health() == health).count();
                @if count > 0 { " " (state(health.mark(), health.words().in_(language))) " " b { (count) } }
            }
        }
    }
}

fn rows(language: Language, found: &[&Terminal], now: Timestamp) -> Markup {
    let columns = [
        words::TERMINAL,
        words::SITE,
        words::STATE,
        words::PROBLEMS,
        words::LAST_REPORT,
        words::VERSION,
        words::GROUP,
        words::QUEUE,
    ];
    html! {
        table {
            thead { tr { @for words in columns { th { (words.in_(language)) } } } }
            tbody {
                @for terminal in found.iter().take(MOST) {
                    tr {
                        td { a href={ "/kiosks/" (terminal.kiosk) } { (terminal.kiosk) } }
                        td { (terminal.name()) @if let Some(street) = terminal.street() { " " span.soft { (words::street(language, street)) } } }
                        td { (state(terminal.health().mark(), terminal.health().words().in_(language))) }
                        td { (problems(language, &terminal.alarms)) }
                        td.time { @if let Some(seen) = &terminal.seen { (words::ago(language, now.duration_since(seen.at))) } }
                        td { (terminal.version().unwrap_or_default()) }
                        td { @if let Some(group) = &terminal.group { (group) } }
                        td.number { @if let Some(seen) = &terminal.seen { (seen.report.queue.waiting) } }
                    }
                }
            }
        }
    }
}

/// What is wrong, in words.
pub(super) fn problems(language: Language, alarms: &[Kind]) -> Markup {
    html! {
        @for (at, kind) in alarms.iter().enumerate() {
            @if at > 0 { (words::COMMA.in_(language)) }
            (words::alarm(*kind).in_(language))
        }
    }
}

fn filter(language: Language, asked: &Asked, all: &[Terminal]) -> Markup {
    let districts: BTreeSet<&str> =
        all.iter().filter_map(|terminal| terminal.district.as_ref().map(ScopeName::as_str)).collect();
    let groups: BTreeSet<&str> =
        all.iter().filter_map(|terminal| terminal.group.as_ref().map(ScopeName::as_str)).collect();
    let versions: BTreeSet<String> = all.iter().filter_map(Terminal::version).collect();
    let named = |name: &str| (name.to_owned(), name.to_owned());
    let of = |words: Words, value: &str| (value.to_owned(), words.in_(language).to_owned());
    html! {
        form.bar method="get" action=(HERE) hx-get=(HERE) hx-target="#rows" hx-select="#rows" hx-swap="outerHTML"
            hx-push-url="true" hx-trigger="input changed delay:300ms from:find input, change, submit" {
            label { (words::SEARCH.in_(language))
                input name="q" maxlength="40" value=(asked.q) placeholder=(words::SEARCH_HINT.in_(language)) autocomplete="off"; }
            (choice(language, words::STATE, ("state", &asked.state),
                Health::ALL.map(|health| of(health.words(), health.as_str()))))
            (choice(language, words::PROBLEMS, ("problem", &asked.problem),
                Kind::ALL.map(|kind| of(words::alarm(kind), kind.as_str()))))
            (choice(language, words::STREET, ("street", &asked.street),
                Street::ALL.iter().map(|street| (street.as_str().to_owned(), words::street(language, *street).to_owned()))))
            (choice(language, words::DISTRICT, ("district", &asked.district), districts.into_iter().map(named)))
            (choice(language, words::GROUP, ("group", &asked.group), groups.into_iter().map(named)))
            (choice(language, words::VERSION, ("version", &asked.version), versions.iter().map(|name| named(name))))
            button { (words::FILTER.in_(language)) }
        }
    }
}

fn choice(
    language: Language,
    words: Words,
    (name, chosen): (&str, &str),
    options: impl IntoIterator<Item = (String, String)>,
) -> Markup {
    html! {
        label { (words.in_(language))
            select name=(name) {
                option value="" { (words::ALL.in_(language)) }
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}
