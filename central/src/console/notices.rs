//! Notices (公告) as rows of a form: what each says, from when until when, on which days, how urgent. Here they are only laid out
//! and put together; the schema judges them.

use super::words;
use contract::language::Language;
use contract::settings::{Key, Kind, Notice, Notices, Setting, Weekday};
use jiff::civil::DateTime;
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Rows that are offered for more.
const SPARE: usize = 2;

/// What is typed in a row, as it stands in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    text: String,
    start: String,
    end: String,
    days: Vec<Weekday>,
    priority: String,
}

/// How many a scope may have.
fn most() -> usize {
    match Key::Notices.kind() {
        Kind::Notices { most } => most,
        _ => 0,
    }
}

/// `notices.3.text`
fn name(place: usize, part: &str) -> String {
    format!("{}.{place}.{part}", Key::Notices)
}

impl Row {
    fn of(notice: &Notice) -> Self {
        let moment = |at: Option<DateTime>| {
            at.map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M").to_string())
        };
        Self {
            text: notice.text.clone(),
            start: moment(notice.start),
            end: moment(notice.end),
            days: notice.weekdays.iter().copied().collect(),
            priority: notice.priority.to_string(),
        }
    }

    fn typed(typed: &BTreeMap<String, String>, place: usize) -> Self {
        let part = |part: &str| typed.get(&name(place, part)).map_or("", |text| text.trim()).to_owned();
        let days = Weekday::ALL.into_iter().filter(|day| typed.contains_key(&name(place, day.as_str())));
        Self {
            text: part("text"),
            start: part("start"),
            end: part("end"),
            days: days.collect(),
            priority: part("priority"),
        }
    }

    /// Whether somebody has written something into it.
    fn is_used(&self) -> bool {
        !self.text.is_empty() || !self.start.is_empty() || !self.end.is_empty() || !self.days.is_empty()
    }

    /// The fields of the form, by name.
    fn fields(&self, place: usize) -> Vec<(String, String)> {
        let texts =
            [("text", &self.text), ("start", &self.start), ("end", &self.end), ("priority", &self.priority)];
        let texts = texts.into_iter().map(|(part, text)| (name(place, part), text.clone()));
        texts.chain(self.days.iter().map(|day| (name(place, day.as_str()), "on".to_owned()))).collect()
    }

    /// As the schema takes it. What can't be meant is handed on as it is, for the schema to say what would be right.
    fn value(&self) -> Value {
        let mut value = Map::from_iter([("text".to_owned(), json!(self.text))]);
        for (part, text) in [("start", &self.start), ("end", &self.end)] {
            if !text.is_empty() {
                value.insert(part.to_owned(), json!(text));
            }
        }
        if !self.days.is_empty() {
            value.insert("weekdays".to_owned(), json!(self.days));
        }
        if !self.priority.is_empty() {
            let number = self.priority.parse::<u8>();
            value.insert(
                "priority".to_owned(),
                number.map_or_else(|_| json!(self.priority), |number| json!(number)),
            );
        }
        Value::Object(value)
    }
}

fn used(typed: &BTreeMap<String, String>) -> Vec<Row> {
    (0..most()).map(|place| Row::typed(typed, place)).filter(Row::is_used).collect()
}

/// Whether a form has rows for them at all.
pub(super) fn are_in(typed: &BTreeMap<String, String>) -> bool {
    typed.contains_key(&name(0, "text"))
}

/// The fields that stand for a value.
pub(super) fn fields_of(value: &Value) -> Vec<(String, String)> {
    let Ok(notices) = Notices::parse(value) else { return Vec::new() };
    notices.iter().enumerate().flat_map(|(place, notice)| Row::of(notice).fields(place)).collect()
}

/// The fields of the rows that are used, and those of the first in any case.
pub(super) fn fields_in(typed: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let rows = used(typed);
    let rows = if rows.is_empty() { vec![Row::default()] } else { rows };
    rows.iter().enumerate().flat_map(|(place, row)| row.fields(place)).collect()
}

/// The value that rows mean; none where none is used.
pub(super) fn read(typed: &BTreeMap<String, String>) -> Option<Value> {
    let rows = used(typed);
    let value = Value::Array(rows.iter().map(Row::value).collect());
    // The same notices are written in one way only, so that what is the same is seen to be.
    let in_one_way = |value| match Notices::parse(&value) {
        Ok(notices) => json!(notices.iter().collect::<Vec<_>>()),
        Err(_) => value,
    };
    (!rows.is_empty()).then(|| in_one_way(value))
}

/// A value as it is read, a line a notice.
pub(super) fn said(language: Language, value: &Value) -> String {
    let Ok(notices) = Notices::parse(value) else { return value.to_string() };
    notices.iter().map(|notice| line(language, notice)).collect::<Vec<_>>().join("\n")
}

fn line(language: Language, notice: &Notice) -> String {
    let moment = |at: DateTime| at.strftime("%Y-%m-%d %H:%M").to_string();
    let mut parts = vec![notice.text.clone()];
    parts.extend(notice.start.map(|at| words::from(language, &moment(at))));
    parts.extend(notice.end.map(|at| words::until(language, &moment(at))));
    if !notice.weekdays.is_empty() {
        parts.push(
            notice.weekdays.iter().map(|day| words::weekday(language, *day)).collect::<Vec<_>>().join(" "),
        );
    }
    if notice.priority > 0 {
        parts.push(format!("{} {}", words::PRIORITY.in_(language), notice.priority));
    }
    parts.join(" · ")
}

/// The rows, and some to write more into.
pub(super) fn rows(language: Language, typed: &BTreeMap<String, String>, may_publish: bool) -> Markup {
    let mut rows = used(typed);
    let offered = if may_publish { (rows.len() + SPARE).min(most()) } else { rows.len() };
    rows.resize(offered, Row::default());
    html! {
        @for (place, row) in rows.iter().enumerate() {
            fieldset.notice disabled[!may_publish] {
                legend { (words::NOTICE.in_(language)) " " (place + 1) }
                input name=(name(place, "text")) value=(row.text) maxlength=(Notice::LONGEST) autocomplete="off"
                    placeholder=(words::NOTICE_TEXT.in_(language)) aria-label=(words::NOTICE_TEXT.in_(language));
                div.times {
                    label { (words::FROM.in_(language)) input type="datetime-local" name=(name(place, "start")) value=(row.start); }
                    label { (words::UNTIL.in_(language)) input type="datetime-local" name=(name(place, "end")) value=(row.end); }
                    label { (words::PRIORITY.in_(language))
                        select name=(name(place, "priority")) {
                            @for priority in 0..=Notice::MOST_URGENT {
                                option value=(priority) selected[row.priority == priority.to_string()] { (priority) }
                            }
                        }
                    }
                }
                div.days {
                    @for day in Weekday::ALL {
                        label { input type="checkbox" name=(name(place, day.as_str())) checked[row.days.contains(&day)];
                            (words::weekday(language, day)) }
                    }
                    span.soft { (words::NO_DAY_IS_EVERY.in_(language)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn rows_mean_what_the_schema_takes_and_come_back_as_they_were() {
        let typed = form(&[
            ("notices.0.text", ""),
            ("notices.0.priority", "0"),
            ("notices.1.text", " 元旦放假 "),
            ("notices.1.start", "2026-12-31T18:00"),
            ("notices.1.end", "2027-01-04T08:00"),
            ("notices.1.thu", "on"),
            ("notices.1.fri", "on"),
            ("notices.1.priority", "3"),
        ]);
        let value = read(&typed).unwrap();
        Key::Notices.check(&value).unwrap();
        assert_eq!(
            said(Language::Chinese, &value),
            "元旦放假 · 2026-12-31 18:00 起 · 至 2027-01-04 08:00 · 周四 周五 · 优先级 3"
        );
        let again: BTreeMap<String, String> = fields_of(&value).into_iter().collect();
        assert_eq!(read(&again), Some(value), "what is shown for editing means the same");
    }

    #[test]
    fn nothing_is_nothing_and_what_was_written_by_hand_means_the_same() {
        assert_eq!(read(&form(&[("notices.0.text", " "), ("notices.0.priority", "0")])), None);
        let by_hand = json!([{ "text": "检修", "start": "2026-12-01T08:00" }]);
        let typed: BTreeMap<String, String> = fields_of(&by_hand).into_iter().collect();
        assert_eq!(read(&typed).map(|value| Notices::parse(&value)), Some(Notices::parse(&by_hand)));
    }

    #[test]
    fn what_is_no_notice_is_left_to_the_schema() {
        for (field, text) in
            [("start", "soon"), ("priority", "10"), ("end", "2020-01-01T00:00"), ("text", &"长".repeat(61))]
        {
            let mut typed = form(&[("notices.0.text", "检修"), ("notices.0.start", "2026-12-01T08:00")]);
            typed.insert(format!("notices.0.{field}"), text.to_owned());
            assert!(Key::Notices.check(&read(&typed).unwrap()).is_err(), "{field} {text}");
        }
    }
}
