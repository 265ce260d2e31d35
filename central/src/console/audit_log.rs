//! The audit log as a page, for the auditor: what is looked for, the newest first, and whether the chain is whole.

use super::Console;
use super::door::Visit;
use super::frame::{Mark, form_token, page, state};
use super::trouble::Trouble;
use super::words;
use crate::audit::{self, AuditFault, Deed, Entry, Head, Wanted};
use crate::store::StoreError;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use contract::language::Language;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

const HERE: &str = "/audit";

/// Entries on a page.
const PAGE: u32 = 100;

type Answer = Result<Response, Trouble>;

/// What is looked for, as a browser asks.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    actor: String,
    deed: String,
    subject: String,
    before: String,
}

impl Asked {
    fn read(&self) -> Wanted {
        Wanted {
            actor: self.actor.trim().to_owned(),
            deed: self.deed.parse().ok(),
            subject: self.subject.trim().to_owned(),
            before: self.before.parse().ok(),
        }
    }
}

/// The log.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (wanted, now) = (asked.read(), Timestamp::now());
    let looked = visit.act(Deed::AuditRead, &wanted.subject, &wanted.actor);
    let read = console.store.change(move |sql| {
        let entries = audit::list(sql, &wanted, PAGE)?;
        Ok::<_, StoreError>((entries, audit::append(sql, &looked, now)?))
    });
    let (entries, head) = read.await?;
    Ok(log(&visit, &asked, &entries, &standing(&visit, head)))
}

/// The log, with its chain computed again.
pub(super) async fn verify(State(console): State<Console>, Extension(visit): Extension<Visit>) -> Answer {
    let now = Timestamp::now();
    let read = console.store.read(|sql| {
        let verdict = match audit::verify(sql, None) {
            Err(AuditFault::Store(error)) => return Err(error),
            verdict => verdict,
        };
        Ok::<_, StoreError>((verdict, audit::list(sql, &Wanted::default(), PAGE)?))
    });
    let (verdict, entries) = read.await?;
    let language = visit.guest.language;
    let (told, said) = match &verdict {
        Ok(head) => (
            head.to_string(),
            html! { (state(Mark::Good, words::CHAIN_WHOLE.in_(language))) " " code { (head) } },
        ),
        Err(fault) => {
            (fault.to_string(), html! { (state(Mark::Stop, words::CHAIN_BROKEN.in_(language))) " " (fault) })
        }
    };
    let act = visit.act(Deed::AuditVerify, "", &told);
    console.store.change(move |sql| audit::append(sql, &act, now)).await?;
    Ok(log(&visit, &Asked::default(), &entries, &said))
}

fn standing(visit: &Visit, head: Head) -> Markup {
    html! { (words::CHAIN_HEAD.in_(visit.guest.language)) " " code { (head) } }
}

fn log(visit: &Visit, asked: &Asked, entries: &[Entry], chain: &Markup) -> Response {
    let language = visit.guest.language;
    let columns =
        [words::NUMBER, words::WHEN, words::WHO, words::WHAT, words::ON_WHAT, words::DETAIL, words::ADDRESS];
    let older = entries.last().filter(|entry| entry.n > 1 && entries.len() >= PAGE as usize);
    let content = html! {
        div.chain {
            p { (chain) }
            form method="post" action="/audit/verify" { (form_token(visit)) button.second { (words::VERIFY.in_(language)) } }
            p.soft { (words::HEAD_HINT.in_(language)) }
        }
        (filter(language, asked))
        div.sheet #rows {
            @if entries.is_empty() { p.soft { (words::NOTHING_FOUND.in_(language)) } }
            @else {
                table {
                    thead { tr { @for words in columns { th { (words.in_(language)) } } } }
                    tbody {
                        @for entry in entries {
                            tr {
                                td.number { (entry.n) }
                                td.time { (words::moment(entry.at)) }
                                td { (entry.act.actor) }
                                td { (words::deed(entry.act.deed).in_(language)) }
                                td { (entry.act.subject) }
                                td.long { (entry.act.detail) }
                                td { (entry.act.address) }
                            }
                        }
                    }
                }
            }
            @if let Some(last) = older {
                p { a href=(older_than(asked, last.n)) { (words::OLDER.in_(language)) } }
            }
        }
    };
    page(visit, words::AUDIT, HERE, &content)
}

fn filter(language: Language, asked: &Asked) -> Markup {
    html! {
        form.bar method="get" action=(HERE) {
            label { (words::WHO.in_(language)) input name="actor" maxlength="40" value=(asked.actor); }
            label { (words::WHAT.in_(language))
                select name="deed" {
                    option value="" { (words::ALL.in_(language)) }
                    @for deed in Deed::ALL {
                        option value=(deed) selected[deed.as_str() == asked.deed] { (words::deed(*deed).in_(language)) }
                    }
                }
            }
            label { (words::ON_WHAT.in_(language)) input name="subject" maxlength="40" value=(asked.subject); }
            button { (words::FILTER.in_(language)) }
        }
    }
}

fn older_than(asked: &Asked, n: i64) -> String {
    // What stands in a filter is a name or nothing; anything else finds nothing either.
    let plain = |text: &str| {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>()
    };
    format!(
        "{HERE}?actor={}&deed={}&subject={}&before={n}",
        plain(&asked.actor),
        plain(&asked.deed),
        plain(&asked.subject)
    )
}
