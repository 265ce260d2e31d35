//! Notices (公告) on the page that nobody stands before: what they say, and when.

use super::kind::{Kind, Setting, Text, Wrong, line};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The most of one layer.
const MOST: usize = 20;

/// The longest text in characters: two lines of the smallest panel.
const LONGEST: usize = 60;

/// How urgent the most urgent notice may be called.
const MOST_URGENT: u8 = 9;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// 周一
    Mon,
    /// 周二
    Tue,
    /// 周三
    Wed,
    /// 周四
    Thu,
    /// 周五
    Fri,
    /// 周六
    Sat,
    /// 周日
    Sun,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Mon,
            jiff::civil::Weekday::Tuesday => Self::Tue,
            jiff::civil::Weekday::Wednesday => Self::Wed,
            jiff::civil::Weekday::Thursday => Self::Thu,
            jiff::civil::Weekday::Friday => Self::Fri,
            jiff::civil::Weekday::Saturday => Self::Sat,
            jiff::civil::Weekday::Sunday => Self::Sun,
        }
    }
}

/// A notice. Its times are those of the terminal's street.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// What it says.
    #[serde(deserialize_with = "line::<LONGEST, _>")]
    pub text: String,
    /// From when on; at once, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime>,
    /// Until when, not included; until it is taken away, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DateTime>,
    /// On which days; on all, if none is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub weekdays: BTreeSet<Weekday>,
    /// 0 to 9; the higher stands before the lower.
    #[serde(default)]
    pub priority: u8,
}

/// Why something is no notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNotice {
    /// Its text.
    #[error("text: it must be 1 to {LONGEST} characters on one line")]
    Text,
    /// Its priority.
    #[error("priority must be 0 to {MOST_URGENT}")]
    Priority,
    /// Its times.
    #[error("it ends before it starts")]
    EndsFirst,
    /// Something else that is not as it must be written.
    #[error("{0}")]
    Written(String),
}

impl Notice {
    /// The longest text in characters.
    pub const LONGEST: usize = LONGEST;
    /// The highest priority.
    pub const MOST_URGENT: u8 = MOST_URGENT;

    /// Reads one as it is written.
    fn read(value: &Value) -> Result<Self, NoNotice> {
        let text = value.get("text").and_then(Value::as_str);
        if text.is_some_and(|text| Text::<LONGEST>::of(text).is_err()) {
            return Err(NoNotice::Text);
        }
        let notice = Self::deserialize(value).map_err(|error| NoNotice::Written(error.to_string()))?;
        match (notice.start, notice.end) {
            _ if notice.priority > MOST_URGENT => Err(NoNotice::Priority),
            (Some(start), Some(end)) if end <= start => Err(NoNotice::EndsFirst),
            _ => Ok(notice),
        }
    }

    /// Whether it is to be seen at this moment.
    pub fn is_shown(&self, now: DateTime) -> bool {
        self.start.is_none_or(|start| start <= now)
            && self.end.is_none_or(|end| now < end)
            && (self.weekdays.is_empty() || self.weekdays.contains(&now.weekday().into()))
    }
}

/// All notices. Those of wider and narrower layers stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Each of them, in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.0.iter()
    }

    /// Those that are to be seen at this moment, the most urgent first.
    pub fn shown(&self, now: DateTime) -> Vec<&Notice> {
        let mut shown: Vec<&Notice> = self.0.iter().filter(|notice| notice.is_shown(now)).collect();
        shown.sort_by_key(|notice| std::cmp::Reverse(notice.priority));
        shown
    }
}

impl Setting for Notices {
    const KIND: Kind = Kind::Notices { most: MOST };
    const ADDS_UP: bool = true;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        let list = value.as_array().filter(|list| list.len() <= MOST).ok_or(Wrong::Kind(Self::KIND))?;
        let one = |(place, value): (usize, &Value)| {
            Notice::read(value).map_err(|why| Wrong::Notice { place: place + 1, why })
        };
        list.iter().enumerate().map(one).collect::<Result<_, _>>().map(Self)
    }

    fn under(mut self, mut narrower: Self) -> Self {
        self.0.append(&mut narrower.0);
        self
    }
}
