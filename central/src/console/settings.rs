//! The settings of a scope: each key with what it means, what it takes and what the scope says of it. What is typed is judged
//! as one types; a change is shown before it is published, and one of the whole city waits for a second person.

use super::Console;
use super::door::Visit;
use super::frame::{form_token, page};
use super::notices;
use super::terminals;
use super::trouble::Trouble;
use super::typed;
use super::words;
use crate::audit::{self, Deed};
use crate::fleet::{self, Change, FleetError, Pace, Proposal, Scope};
use crate::operators::{Act, Place};
use crate::store::StoreError;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use contract::language::Language;
use contract::settings::{Key, Kind, Said, Text, Wrong};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const HERE: &str = "/settings";

/// The longest reason in characters.
const LONGEST_REASON: usize = 200;

type Answer = Result<Response, Trouble>;
type Settings = BTreeMap<String, Said>;

/// Which scope.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    scope: String,
}

impl Default for Asked {
    fn default() -> Self {
        Self { scope: "city".to_owned() }
    }
}

/// The settings of a scope, for whoever may do this there.
async fn settings_of(
    console: &Console,
    visit: &Visit,
    scope: &str,
    act: Act,
) -> Result<(Scope, Settings), Trouble> {
    let scope: Scope = scope.parse().map_err(|_| Trouble::NotThere)?;
    let asked = scope.clone();
    let found = console.store.read(move |sql| {
        Ok::<_, StoreError>((terminals::place_of(sql, &asked)?, fleet::settings_of(sql, &asked)?))
    });
    let (place, settings) = found.await?;
    visit.insist(act, &place)?;
    Ok((scope, settings))
}

/// The editor.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Query(asked): Query<Asked>,
) -> Answer {
    // Somebody of a district begins with their own.
    let asked = match visit.role().home() {
        Place::District(name) if asked.scope == "city" => format!("district:{name}"),
        _ => asked.scope,
    };
    let (scope, settings) = settings_of(&console, &visit, &asked, Act::LookAtFleet).await?;
    Ok(editor(&visit, &scope, &settings, &Typed::of(&settings), None))
}

fn editor(visit: &Visit, scope: &Scope, settings: &Settings, typed: &Typed, note: Option<&str>) -> Response {
    let language = visit.guest.language;
    let may_publish = visit.may(Act::Publish);
    let content = html! {
        form.bar method="get" action=(HERE) {
            label { (words::SCOPE.in_(language)) input.long name="scope" required maxlength="60" value=(scope) autocomplete="off"; }
            button { (words::SHOW.in_(language)) }
            p.soft { (words::SCOPE_HINT.in_(language)) }
        }
        @if let Some(note) = note { p.note.stop role="alert" { (note) } }
        form method="post" action="/settings/review" {
            (form_token(visit))
            input type="hidden" name="scope" value=(scope);
            div.sheet {
                table.settings {
                    thead { tr { @for words in [words::SETTING, words::VALUE, words::SAID_SINCE] { th { (words.in_(language)) } } } }
                    tbody {
                        @for key in Key::ALL.iter().filter(|key| key.layers().contains(&scope.layer())) {
                            tr {
                                td {
                                    code { (key) }
                                    p.soft { (words::meaning(language, *key)) }
                                    p.soft { (words::takes(language, key.kind())) " · " (words::BY_DEFAULT.in_(language)) " "
                                        (typed::shown(language, *key, &key.default())) }
                                }
                                td { (field(language, *key, typed, may_publish)) div.verdict id=(verdict_id(*key)) {} }
                                td.time { @if let Some(said) = settings.get(key.name()) { (words::moment(said.since)) } }
                            }
                        }
                    }
                }
            }
            @if may_publish { p.end { button { (words::REVIEW.in_(language)) } } }
        }
    };
    page(visit, words::SETTINGS, HERE, &content)
}

fn verdict_id(key: Key) -> String {
    format!("verdict-{}", key.name().replace('.', "-"))
}

/// One field, by the kind of its key. Empty means that the scope says nothing of it.
fn field(language: Language, key: Key, typed: &Typed, may_publish: bool) -> Markup {
    let (name, text) = (key.name(), typed.get(key));
    let check = format!("/settings/check?key={name}");
    let target = format!("#{}", verdict_id(key));
    let options: &[&str] = match key.kind() {
        Kind::Flag => &["true", "false"],
        Kind::Choice(words) => words,
        _ => &[],
    };
    html! {
        @match key.kind() {
            Kind::Flag | Kind::Choice(_) => {
                select name=(name) aria-label=(name) disabled[!may_publish] {
                    option value="" { "—" }
                    @for option in options { option value=(option) selected[*option == text] { (option) } }
                }
            }
            Kind::Notices { .. } => {
                div hx-post=(check) hx-trigger="input delay:300ms" hx-target=(target) hx-include="this" {
                    (notices::rows(language, &typed.0, may_publish))
                }
            }
            Kind::Services { .. } => {
                textarea name=(name) aria-label=(name) rows="3" maxlength="20000" readonly[!may_publish]
                    hx-post=(check) hx-trigger="input changed delay:300ms" hx-target=(target) hx-params=(name) { (text) }
            }
            Kind::Whole { .. } | Kind::Text { .. } | Kind::Hours | Kind::Version => {
                input name=(name) aria-label=(name) maxlength="80" value=(text) readonly[!may_publish] autocomplete="off"
                    hx-post=(check) hx-trigger="input changed delay:300ms" hx-target=(target) hx-params=(name);
            }
        }
    }
}

/// What was typed, by the names of keys, and beside it what goes with it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Typed(BTreeMap<String, String>);

impl Typed {
    fn of(settings: &Settings) -> Self {
        let said = Key::ALL.iter().filter_map(|key| Some((*key, &settings.get(key.name())?.value)));
        Self(said.flat_map(|(key, value)| Self::of_one(key, value).0).collect())
    }

    /// What stands in the fields of one key.
    fn of_one(key: Key, value: &Value) -> Self {
        let fields = match key.kind() {
            Kind::Notices { .. } => notices::fields_of(value),
            // Words of no language: what is typed is not translated.
            kind => vec![(key.name().to_owned(), typed::show(Language::default(), kind, value))],
        };
        Self(fields.into_iter().collect())
    }

    /// Whether the form has fields of a key.
    fn has(&self, key: Key) -> bool {
        match key.kind() {
            Kind::Notices { .. } => notices::are_in(&self.0),
            _ => self.0.contains_key(key.name()),
        }
    }

    /// The value that is typed for a key; none where the scope is to say nothing of it.
    fn value(&self, key: Key) -> Option<Value> {
        match key.kind() {
            Kind::Notices { .. } => notices::read(&self.0),
            kind => typed::read(kind, self.get(key)),
        }
    }

    /// The fields of a key, as they were typed.
    fn fields(&self, key: Key) -> Vec<(String, String)> {
        match key.kind() {
            Kind::Notices { .. } => notices::fields_in(&self.0),
            _ => vec![(key.name().to_owned(), self.get(key).to_owned())],
        }
    }

    fn get(&self, key: Key) -> &str {
        self.named(key.name())
    }

    fn named(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What differs from what the scope says; what is wrong with a value is told with its key.
    fn change(&self, settings: &Settings) -> Result<Change, (Key, Wrong)> {
        let mut change = Change::default();
        for key in Key::ALL.iter().copied().filter(|key| self.has(*key)) {
            let value = self.value(key);
            if let Some(value) = &value {
                key.check(value).map_err(|wrong| (key, wrong))?;
            }
            // Against what the fields showed of it: however it was written, what nobody touched is no change.
            let said = settings.get(key.name()).and_then(|said| Self::of_one(key, &said.value).value(key));
            if value != said {
                change.0.insert(key, value);
            }
        }
        Ok(change)
    }
}

/// Which key.
#[derive(Deserialize)]
pub(super) struct Judged {
    key: String,
}

/// Judges what is being typed for one key.
pub(super) async fn check(
    Extension(visit): Extension<Visit>,
    Query(Judged { key }): Query<Judged>,
    Form(typed): Form<Typed>,
) -> Result<Html<String>, Trouble> {
    let language = visit.guest.language;
    let key: Key = key.parse().map_err(|_| Trouble::Unreadable)?;
    let verdict = match typed.value(key).map(|value| key.check(&value)) {
        Some(Err(wrong)) => html! { span.wrong { "■ " (words::wrong(language, &wrong)) } },
        Some(Ok(())) => html! { span.right { "● " (words::RIGHT_VALUE.in_(language)) } },
        None => html! { span.soft { (words::SAYS_NOTHING.in_(language)) } },
    };
    Ok(Html(verdict.into_string()))
}

/// Shows a change before it is published.
pub(super) async fn review(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(typed): Form<Typed>,
) -> Answer {
    let (scope, settings) = settings_of(&console, &visit, typed.named("scope"), Act::Publish).await?;
    let language = visit.guest.language;
    let refused = |note: &str| {
        (StatusCode::UNPROCESSABLE_ENTITY, editor(&visit, &scope, &settings, &typed, Some(note)))
            .into_response()
    };
    let change = match typed.change(&settings) {
        Err((key, wrong)) => {
            let why = words::wrong(language, &wrong);
            return Ok(refused(&format!("{key} {}: {why}", words::meaning(language, key))));
        }
        Ok(change) if change.0.is_empty() => return Ok(refused(words::NOTHING_CHANGED.in_(language))),
        Ok(change) => change,
    };
    let content = html! {
        p { (words::SCOPE.in_(language)) " " b { (scope) }
            @if scope.needs_two() { " · " span.soft { (words::NEEDS_TWO.in_(language)) } } }
        (difference(language, &settings, &change))
        form.stack.narrow method="post" action="/settings/publish" {
            (form_token(&visit))
            input type="hidden" name="scope" value=(scope);
            @for (name, text) in change.0.keys().flat_map(|key| typed.fields(*key)) {
                input type="hidden" name=(name) value=(text);
            }
            label for="reason" { (words::REASON.in_(language)) }
            input #reason name="reason" required maxlength=(LONGEST_REASON) autocomplete="off";
            label for="pace" { (words::PACE.in_(language)) }
            select #pace name="pace" {
                option value=(Pace::Staged.as_str()) { (words::STAGED.in_(language)) }
                option value=(Pace::AtOnce.as_str()) { (words::AT_ONCE.in_(language)) }
            }
            button { (words::PUBLISH.in_(language)) }
            a href={ (HERE) "?scope=" (scope) } { (words::GO_BACK.in_(language)) }
        }
    };
    Ok(page(&visit, words::REVIEW, HERE, &content))
}

/// Before and after, key by key.
fn difference(language: Language, settings: &Settings, change: &Change) -> Markup {
    let shown = |key: Key, value: Option<&Value>| value.map(|value| typed::show(language, key.kind(), value));
    html! {
        div.sheet {
            table {
                thead { tr { @for words in [words::SETTING, words::BEFORE, words::AFTER] { th { (words.in_(language)) } } } }
                tbody {
                    @for (key, after) in &change.0 {
                        tr {
                            td { code { (key) } }
                            td { (value(language, shown(*key, settings.get(key.name()).map(|said| &said.value)), "before")) }
                            td { (value(language, shown(*key, after.as_ref()), "after")) }
                        }
                    }
                }
            }
        }
    }
}

fn value(language: Language, value: Option<String>, class: &str) -> Markup {
    html! {
        @match value {
            Some(value) => { pre class=(class) { (value) } }
            None => { span.soft { (words::SAYS_NOTHING.in_(language)) } }
        }
    }
}

/// Publishes a change.
pub(super) async fn publish(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Form(typed): Form<Typed>,
) -> Answer {
    let (scope, settings) = settings_of(&console, &visit, typed.named("scope"), Act::Publish).await?;
    let change = typed.change(&settings).map_err(|_| Trouble::Unreadable)?;
    let pace: Pace = typed.named("pace").parse().map_err(|()| Trouble::Unreadable)?;
    let reason = Text::<LONGEST_REASON>::of(typed.named("reason").trim()).map_err(|_| Trouble::Unreadable)?;
    let keys = change.0.keys().map(|key| key.name()).collect::<Vec<_>>().join(" ");
    let by = visit.session.operator.id.clone();
    let proposal = Proposal { scope: scope.clone(), change, pace, reason, by };
    let (act, now) = (visit.act(Deed::Publish, &scope, &keys), Timestamp::now());
    let published = console.store.change(move |sql| {
        let id = fleet::publish(sql, &proposal, now)?;
        audit::append(sql, &act, now)?;
        Ok::<_, FleetError>(id)
    });
    match published.await {
        Ok(id) => {
            console.fleet.look().await?;
            Ok(Redirect::to(&format!("/rollouts/{id}")).into_response())
        }
        Err(FleetError::Store(error)) => Err(error.into()),
        Err(refusal) => {
            let page = editor(
                &visit,
                &scope,
                &settings,
                &typed,
                Some(&words::refusal(visit.guest.language, &refusal)),
            );
            Ok((StatusCode::CONFLICT, page).into_response())
        }
    }
}
