//! The kinds of values that a key may take. The range of a number is part of its type, so that a value out of it can't be
//! held.

use super::closed::NotCloseable;
use super::notice::NoNotice;
use crate::app_version::AppVersion;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// Why a value is none of its key, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is of another kind, or out of its range.
    #[error("it must be {0}")]
    Kind(Kind),
    /// One of several codes is none.
    #[error(transparent)]
    Code(#[from] NotCloseable),
    /// One of several notices, counted from 1.
    #[error("notice {place}: {why}")]
    Notice {
        /// Which.
        place: usize,
        /// Why it is none.
        why: NoNotice,
    },
}

/// What a key takes, for editors and documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A whole number from `least` to `most`, both included.
    Whole {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
        /// Of what.
        unit: &'static str,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A line of text of 1 to so many characters.
    Text {
        /// Characters.
        most: usize,
    },
    /// Codes of services and departments.
    Services {
        /// How many.
        most: usize,
    },
    /// From when until when, each day.
    Hours,
    /// A version of the terminal's software.
    Version,
    /// Notices with their times.
    Notices {
        /// How many.
        most: usize,
    },
}

impl Kind {
    /// What holds where nobody sets a key that has no default.
    pub const fn unset(self) -> &'static str {
        match self {
            Self::Version => "what is installed",
            _ => "the terminal's own file",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("true or false"),
            Self::Whole { least, most, unit } => write!(f, "{least} to {most} {unit}"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
            Self::Text { most } => write!(f, "1 to {most} characters on one line"),
            Self::Services { most } => write!(f, "at most {most} codes of services or departments"),
            Self::Hours => f.write_str("hours as 22:00-06:00, or none"),
            Self::Version => f.write_str("a version, three numbers as 0.2.0"),
            Self::Notices { most } => write!(f, "at most {most} notices"),
        }
    }
}

/// A type that a key's value is parsed to.
pub trait Setting: Sized {
    /// What it takes.
    const KIND: Kind;

    /// Parses a value; what does not fit is told with what would.
    fn parse(value: &Value) -> Result<Self, Wrong>;

    /// What is in force when a wider layer said this and a narrower one says `narrower`.
    #[must_use]
    fn under(self, narrower: Self) -> Self {
        drop(self);
        narrower
    }

    /// Whether what several layers say stands together; else the narrowest layer alone is heard.
    const ADDS_UP: bool = false;
}

impl Setting for bool {
    const KIND: Kind = Kind::Flag;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        value.as_bool().ok_or(Wrong::Kind(Self::KIND))
    }
}

/// A time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Seconds<LEAST, MOST> {
    /// So many, no fewer than the least and no more than the most.
    pub const fn clamped(seconds: u32) -> Self {
        Self(clamp(seconds, LEAST, MOST))
    }

    /// As a time.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl<const LEAST: u32, const MOST: u32> Setting for Seconds<LEAST, MOST> {
    const KIND: Kind = Kind::Whole { least: LEAST, most: MOST, unit: "seconds" };

    fn parse(value: &Value) -> Result<Self, Wrong> {
        whole(value, LEAST, MOST).map(Self).ok_or(Wrong::Kind(Self::KIND))
    }
}

/// A share in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hundredths<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Hundredths<LEAST, MOST> {
    /// So many, no fewer than the least and no more than the most.
    pub const fn clamped(hundredths: u32) -> Self {
        Self(clamp(hundredths, LEAST, MOST))
    }

    /// As a share of one.
    #[expect(clippy::cast_precision_loss, reason = "two digits")]
    pub const fn share(self) -> f32 {
        self.0 as f32 / 100.0
    }
}

impl<const LEAST: u32, const MOST: u32> Setting for Hundredths<LEAST, MOST> {
    const KIND: Kind = Kind::Whole { least: LEAST, most: MOST, unit: "hundredths" };

    fn parse(value: &Value) -> Result<Self, Wrong> {
        whole(value, LEAST, MOST).map(Self).ok_or(Wrong::Kind(Self::KIND))
    }
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MOST: usize>(String);

impl<const MOST: usize> Text<MOST> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that is not empty, not too long, and one line.
    pub fn of(text: &str) -> Result<Self, Wrong> {
        let fits = (1..=MOST).contains(&text.chars().count()) && text.trim() == text;
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Wrong::Kind(Self::KIND))
        }
    }
}

impl<const MOST: usize> Setting for Text<MOST> {
    const KIND: Kind = Kind::Text { most: MOST };

    fn parse(value: &Value) -> Result<Self, Wrong> {
        value.as_str().map_or_else(|| Err(Wrong::Kind(Self::KIND)), Self::of)
    }
}

/// A [`Text`] as a field of something larger.
pub(crate) fn line<'de, const MOST: usize, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Text::<MOST>::of(&text).map_err(|wrong| serde::de::Error::custom(format!("text: {wrong}")))?;
    Ok(text)
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what may.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
}

impl LogLevel {
    const WORDS: &[&str] = &["error", "warn", "info", "debug"];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

impl Setting for LogLevel {
    const KIND: Kind = Kind::Choice(Self::WORDS);

    fn parse(value: &Value) -> Result<Self, Wrong> {
        Self::deserialize(value).map_err(|_| Wrong::Kind(Self::KIND))
    }
}

impl Setting for AppVersion {
    const KIND: Kind = Kind::Version;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or(Wrong::Kind(Self::KIND))?;
        // Written in one way only: packages are found by these very characters.
        let version = text.parse().ok().filter(|version: &Self| version.to_string() == text);
        version.ok_or(Wrong::Kind(Self::KIND))
    }
}

/// What the terminal has by itself until somebody sets it.
impl<T: Setting> Setting for Option<T> {
    const KIND: Kind = T::KIND;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        T::parse(value).map(Some)
    }
}

fn whole(value: &Value, least: u32, most: u32) -> Option<u32> {
    let number = u32::try_from(value.as_u64()?).ok()?;
    (least..=most).contains(&number).then_some(number)
}

const fn clamp(number: u32, least: u32, most: u32) -> u32 {
    if number < least {
        least
    } else if number > most {
        most
    } else {
        number
    }
}
