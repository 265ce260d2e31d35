//! Emergency notices (紧急通告): what everybody at a terminal has to read now, over any page. They come inside of the
//! terminal's own signed document, are shown without waiting for the end of a visit, and stay in force without a network
//! until their time is over or central takes them back.

use crate::settings::line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most that hold at one terminal at a time: the screen shows one after the other.
pub const MOST_EMERGENCIES: usize = 4;

/// The longest text in characters, by language: what the smallest panel shows in its largest type.
pub const LONGEST_CHINESE: usize = 90;
/// English takes more letters for the same.
pub const LONGEST_ENGLISH: usize = 180;

/// The number of an emergency notice: that of central's act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmergencyId(pub u64);

/// How much it asks of whoever reads it; the more urgent stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// 撤离: everybody is to leave. A visit ends at once, and the terminal does nothing else.
    Evacuate,
    /// 警示: to be read; whoever has read it goes on.
    Warning,
}

impl Urgency {
    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evacuate => "evacuate",
            Self::Warning => "warning",
        }
    }
}

impl std::str::FromStr for Urgency {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = [Self::Evacuate, Self::Warning].into_iter().find(|urgency| urgency.word() == text);
        found.ok_or("an emergency is 'warning' or 'evacuate'")
    }
}

/// An emergency notice. Both languages are shown together: nobody looks for a switch in an emergency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Which.
    pub id: EmergencyId,
    /// What it asks.
    pub urgency: Urgency,
    /// What it says.
    #[serde(deserialize_with = "line::<LONGEST_CHINESE, _>")]
    pub chinese: String,
    /// The same in English.
    #[serde(deserialize_with = "line::<LONGEST_ENGLISH, _>")]
    pub english: String,
    /// Until when it holds, without a word from central.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_that_fits_the_panel() {
        let notice = Emergency {
            id: EmergencyId(7),
            urgency: Urgency::Evacuate,
            chinese: "大厅起火，请从东门离开".to_owned(),
            english: "Fire in the hall. Leave by the east door.".to_owned(),
            until: Timestamp::UNIX_EPOCH,
        };
        let text = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Emergency>(&text).unwrap(), notice);
        for (from, to) in
            [("大厅起火", "\\n"), ("大厅起火", &"火".repeat(LONGEST_CHINESE)), ("evacuate", "panic")]
        {
            assert!(serde_json::from_str::<Emergency>(&text.replace(from, to)).is_err(), "{to}");
        }
        assert!(Urgency::Evacuate < Urgency::Warning, "the more urgent is the first");
    }
}
