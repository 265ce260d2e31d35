//! In which languages people are spoken to. Chinese is the official one and always there; what is said in others stands
//! beside it, in the same place.

use crate::settings::{Kind, Setting, Wrong};
use serde_json::Value;
use std::fmt::Display;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 简体中文
    #[default]
    Chinese,
    /// English
    English,
}

impl Language {
    /// By its tag (BCP 47); whatever is none of them is Chinese.
    pub fn of(tag: &str) -> Self {
        if tag == Self::English.tag() { Self::English } else { Self::Chinese }
    }

    /// Its tag (BCP 47), as pages and cookies name it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Its name in itself, for a switch.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chinese => "中文",
            Self::English => "English",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// Out of the same words in each language.
    pub const fn say<T: Copy>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// What stands between the things of a list.
    pub const fn comma(self) -> &'static str {
        self.say("、", ", ")
    }

    /// What stands between whole clauses of one line.
    pub const fn semicolon(self) -> &'static str {
        self.say("；", "; ")
    }

    /// What stands between a name and what is said of it.
    pub const fn colon(self) -> &'static str {
        self.say("：", ": ")
    }
}

/// So many of something, in English: `1 working day`, `3 working days`.
pub fn english_count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {one}{ending}")
}

/// How a reader is spoken to: in which language, and what the catalogue's names are in it.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// In which language.
    pub language: Language,
    /// A name of the catalogue, as it is said there.
    pub names: &'a dyn Fn(&str) -> String,
}

impl Voice<'static> {
    /// The catalogue's own.
    pub const CHINESE: Self = Self { language: Language::Chinese, names: &str::to_owned };
}

/// Which languages a terminal offers (界面语言).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Languages {
    /// Chinese alone.
    Chinese,
    /// Chinese, and English for whoever asks for it.
    #[default]
    ChineseAndEnglish,
}

impl Languages {
    const WORDS: &[&str] = &["zh-CN", "zh-CN,en"];

    /// Whether somebody may be spoken to in it.
    pub const fn include(self, language: Language) -> bool {
        matches!((self, language), (_, Language::Chinese) | (Self::ChineseAndEnglish, Language::English))
    }
}

impl Setting for Languages {
    const KIND: Kind = Kind::Choice(Self::WORDS);

    fn parse(value: &Value) -> Result<Self, Wrong> {
        match value.as_str() {
            Some("zh-CN") => Ok(Self::Chinese),
            Some("zh-CN,en") => Ok(Self::ChineseAndEnglish),
            _ => Err(Wrong::Kind(Self::KIND)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn chinese_is_always_offered() {
        for word in Languages::WORDS {
            assert!(Languages::parse(&json!(word)).unwrap().include(Language::Chinese), "{word}");
        }
        assert!(!Languages::parse(&json!("zh-CN")).unwrap().include(Language::English));
        for wrong in [json!("en"), json!(""), json!(["zh-CN"]), json!(null)] {
            assert!(Languages::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tag_names_its_language() {
        for language in [Language::Chinese, Language::English] {
            assert_eq!(Language::of(language.tag()), language);
            assert_ne!(language.other(), language);
        }
        assert_eq!(Language::of("fr"), Language::Chinese);
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(english_count(1_u16, "working day"), "1 working day");
        assert_eq!(english_count(0_usize, "page"), "0 pages");
        assert_eq!(english_count(12_i64, "page"), "12 pages");
    }
}
