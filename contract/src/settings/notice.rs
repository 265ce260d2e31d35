//! Notices (公告) on the page that nobody stands before: what they say, and when.

use super::kind::{Kind, Setting, Wrong, line, wrong};
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

impl Notice {
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
        let list = value.as_array().filter(|list| list.len() <= MOST).ok_or_else(|| wrong(Self::KIND))?;
        let one = |(place, value): (usize, &Value)| {
            let at = |what: String| Wrong(format!("notice {}: {what}", place + 1));
            let notice = Notice::deserialize(value).map_err(|error| at(error.to_string()))?;
            if notice.priority > MOST_URGENT {
                return Err(at(format!("priority must be 0 to {MOST_URGENT}")));
            }
            match (notice.start, notice.end) {
                (Some(start), Some(end)) if end <= start => Err(at("it ends before it starts".to_owned())),
                _ => Ok(notice),
            }
        };
        list.iter().enumerate().map(one).collect::<Result<_, _>>().map(Self)
    }

    fn under(mut self, mut narrower: Self) -> Self {
        self.0.append(&mut narrower.0);
        self
    }
}
