//! `english.csv`: what the catalogue says, in English. A text is found by its Chinese; a name whose last words stand in
//! brackets is put together from its parts. What is not there stays Chinese: nothing is guessed.

use contract::language::Language;
use contract::table::{Row, Table, TableFault, TableFaults};
use std::borrow::Cow;
use std::collections::HashMap;

const TABLE: Table = Table { file: "english.csv", columns: &["chinese", "english"], most: 20_000 };

/// The English of texts.
#[derive(Debug, Default)]
pub(super) struct English(HashMap<String, String>);

impl English {
    /// Reads `english.csv`. Whoever writes a text twice means two things by it, and is asked which.
    pub(super) fn parse(text: &str) -> Result<Self, TableFaults> {
        let mut seen = HashMap::new();
        let texts = TABLE.read(text, |row| {
            row.unique(0, &mut seen)?;
            Ok((words(row, 0)?, words(row, 1)?))
        })?;
        Ok(Self(texts.into_iter().collect()))
    }

    /// A text in a language, as far as it is known there.
    pub(super) fn say<'a>(&'a self, language: Language, chinese: &'a str) -> Cow<'a, str> {
        match language {
            Language::Chinese => Cow::Borrowed(chinese),
            Language::English => self.find(chinese).unwrap_or(Cow::Borrowed(chinese)),
        }
    }

    /// A text in English: `居民水费（缴纳）` out of `居民水费` and `缴纳`.
    pub(super) fn find<'a>(&'a self, chinese: &str) -> Option<Cow<'a, str>> {
        if let Some(english) = self.0.get(chinese) {
            return Some(Cow::Borrowed(english));
        }
        let (name, more) = last_brackets(chinese)?;
        Some(Cow::Owned(format!("{} ({})", self.find(name)?, self.find(more)?)))
    }
}

/// Whole sentences, too: what a rule says, what a field asks for.
fn words(row: &Row<'_>, column: usize) -> Result<String, TableFault> {
    let text = row.text(column);
    let fits = text.trim() == text && (1..=160).contains(&text.chars().count());
    if fits && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(row.fault(column, "1 to 160 printable characters"))
    }
}

/// What stands before the brackets at the end, and in them.
fn last_brackets(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_suffix('）')?;
    let mut depth = 1;
    for (place, character) in inner.char_indices().rev() {
        match character {
            '）' => depth += 1,
            '（' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..place)?, inner.get(place + character.len_utf8()..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> English {
        English::parse(
            "chinese,english\n水费,Water\n缴纳,pay\n户口（集体）,Household (shared)\n首页,first page\n",
        )
        .unwrap()
    }

    #[test]
    fn a_name_is_put_together_from_its_parts() {
        let english = english();
        for (chinese, wanted) in [
            ("水费", Some("Water")),
            ("水费（缴纳）", Some("Water (pay)")),
            ("户口（集体）（首页）", Some("Household (shared) (first page)")),
            ("水费（户口（集体））", Some("Water (Household (shared))")),
            ("水费（停用）", None),
            ("（缴纳）", None),
            ("缴纳）", None),
            ("", None),
        ] {
            assert_eq!(english.find(chinese).as_deref(), wanted, "{chinese}");
        }
    }

    #[test]
    fn what_has_no_english_stays_as_it_is_and_chinese_always() {
        let english = english();
        assert_eq!(english.say(Language::English, "停用"), "停用");
        assert_eq!(english.say(Language::English, "水费"), "Water");
        assert_eq!(english.say(Language::Chinese, "水费"), "水费");
    }

    #[test]
    fn a_text_that_means_two_things_is_refused_by_its_line() {
        let fault = English::parse("chinese,english\n水费,Water\n水费,Bill\n").unwrap_err().to_string();
        assert!(fault.contains("english.csv line 3"), "{fault}");
        assert!(English::parse("chinese,english\n水费,\n").is_err());
    }
}
