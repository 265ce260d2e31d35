//! Quiet hours (静默时段): while nobody uses it, a terminal in a street where people sleep is dim.

use super::kind::{Kind, Setting, Wrong};
use jiff::civil::{DateTime, Time};
use serde_json::Value;

/// What says that there are none, also over a wider layer that has some.
const NONE: &str = "none";

/// From when until when, each day; over midnight where the end comes before the beginning. None where nothing is quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuietHours(Option<(Time, Time)>);

impl QuietHours {
    /// Whether a moment, in local time, is within them.
    pub fn cover(self, now: DateTime) -> bool {
        let now = now.time();
        self.0.is_some_and(|(from, until)| {
            if from < until { (from..until).contains(&now) } else { now >= from || now < until }
        })
    }
}

impl Setting for QuietHours {
    const KIND: Kind = Kind::Hours;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or(Wrong::Kind(Self::KIND))?;
        if text == NONE {
            return Ok(Self(None));
        }
        let (from, until) = text.split_once('-').ok_or(Wrong::Kind(Self::KIND))?;
        let (from, until) = (time(from)?, time(until)?);
        // The same moment twice would be all day or never.
        if from == until { Err(Wrong::Kind(Self::KIND)) } else { Ok(Self(Some((from, until)))) }
    }
}

/// `22:00`
fn time(text: &str) -> Result<Time, Wrong> {
    let part = |digits: &str| {
        let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| digits.parse::<i8>().ok()).flatten()
    };
    let (hour, minute) = text.split_once(':').ok_or(Wrong::Kind(Kind::Hours))?;
    let parts = part(hour).zip(part(minute));
    parts.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok()).ok_or(Wrong::Kind(Kind::Hours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn a_night_is_quiet_over_midnight_and_a_rest_at_noon_within_the_day() {
        let quiet = |text: &str| QuietHours::parse(&json!(text)).unwrap();
        let at = |hour, minute| date(2026, 12, 1).at(hour, minute, 0, 0);
        let night = quiet("22:30-06:00");
        for (hour, minute, is_quiet) in
            [(22, 29, false), (22, 30, true), (0, 0, true), (5, 59, true), (6, 0, false), (12, 0, false)]
        {
            assert_eq!(night.cover(at(hour, minute)), is_quiet, "{hour}:{minute}");
        }
        assert!(quiet("12:00-14:00").cover(at(13, 0)) && !quiet("12:00-14:00").cover(at(14, 0)));
        assert!(!quiet("none").cover(at(3, 0)));
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for text in [
            "",
            "22",
            "22:00",
            "22:00-22:00",
            "24:00-06:00",
            "22:60-06:00",
            "2:00-6:00",
            "22:00 - 06:00",
            "+2:00-06:00",
        ] {
            assert!(QuietHours::parse(&json!(text)).is_err(), "{text}");
        }
        assert!(QuietHours::parse(&json!(22)).is_err());
    }
}
