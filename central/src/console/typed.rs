//! A setting's value as a person types and reads it, and as the schema takes it. The schema judges; here it is only
//! written in the form that it takes.

use super::notices;
use contract::language::Language;
use contract::settings::{Key, Kind};
use serde_json::{Value, json};

/// The value that a text means for a kind; none where nothing was typed. What can't be meant is handed on as text, for the
/// schema to say what would be right.
pub(super) fn read(kind: Kind, text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(match kind {
        Kind::Flag => match text {
            "true" => json!(true),
            "false" => json!(false),
            other => json!(other),
        },
        Kind::Whole { .. } => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        // Notices are no text: their form has rows.
        Kind::Choice(_) | Kind::Text { .. } | Kind::Hours | Kind::Version | Kind::Notices { .. } => {
            json!(text)
        }
        Kind::Services { .. } => {
            let codes = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、'));
            json!(codes.filter(|code| !code.is_empty()).collect::<Vec<_>>())
        }
    })
}

/// A value as it is read and typed again.
pub(super) fn show(language: Language, kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::Array(none)) if none.is_empty() => String::new(),
        (Kind::Services { .. }, Value::Array(codes)) => {
            codes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        (Kind::Notices { .. }, value) => notices::said(language, value),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

/// A value of a key as it is read; a stroke where it says nothing.
pub(super) fn shown(language: Language, key: Key, value: &Value) -> String {
    let text = show(language, key.kind(), value);
    if text.is_empty() { "—".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_the_schema_takes() {
        let key = |name: &str| name.parse::<Key>().unwrap();
        for (name, text, value) in [
            ("services.open", "false", json!(false)),
            ("visit.idle-seconds", " 90 ", json!(90)),
            ("log.level", "debug", json!("debug")),
            ("site.name", "福田大厅", json!("福田大厅")),
            ("update.version", " 0.2.0 ", json!("0.2.0")),
            ("services.closed", "SZ-HZ-000001，HZ\nSB", json!(["SZ-HZ-000001", "HZ", "SB"])),
        ] {
            assert_eq!(read(key(name).kind(), text), Some(value.clone()), "{name}");
            key(name).check(&value).unwrap();
            let again = show(Language::Chinese, key(name).kind(), &value);
            assert!(again.is_empty() || read(key(name).kind(), &again) == Some(value), "{name}: {again}");
        }
    }

    #[test]
    fn what_means_nothing_is_refused_by_the_schema_and_not_here() {
        for key in Key::ALL {
            assert_eq!(read(key.kind(), " \n"), None);
            let value = read(key.kind(), "\u{7f}nonsense").unwrap();
            assert!(key.check(&value).is_err(), "{key}");
        }
    }
}
