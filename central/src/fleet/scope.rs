//! Whom a setting is for.

use contract::settings::Layer;
use contract::{KioskId, ScopeName};
use std::fmt;
use std::str::FromStr;

/// Whom a setting is for: `city`, `district:futian`, `group:ports`, `terminal:ft-0001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All terminals.
    City,
    /// Those of a district (区).
    District(ScopeName),
    /// Those of a group.
    Group(ScopeName),
    /// One.
    Terminal(KioskId),
}

/// A text that names no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no scope: city, district:NAME, group:NAME or terminal:KIOSK")]
pub struct NoScope(String);

impl Scope {
    /// The layer that it belongs to.
    pub const fn layer(&self) -> Layer {
        match self {
            Self::City => Layer::City,
            Self::District(_) => Layer::District,
            Self::Group(_) => Layer::Group,
            Self::Terminal(_) => Layer::Terminal,
        }
    }

    /// Whether a change needs a second person.
    pub const fn needs_two(&self) -> bool {
        matches!(self, Self::City)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::District(name) => write!(f, "district:{name}"),
            Self::Group(name) => write!(f, "group:{name}"),
            Self::Terminal(kiosk) => write!(f, "terminal:{kiosk}"),
        }
    }
}

impl FromStr for Scope {
    type Err = NoScope;
    fn from_str(text: &str) -> Result<Self, NoScope> {
        let none = || NoScope(text.chars().take(60).collect());
        if text == "city" {
            return Ok(Self::City);
        }
        let (kind, name) = text.split_once(':').ok_or_else(none)?;
        match kind {
            "district" => name.parse().map(Self::District).map_err(|_| none()),
            "group" => name.parse().map(Self::Group).map_err(|_| none()),
            "terminal" => name.parse().map(Self::Terminal).map_err(|_| none()),
            _ => Err(none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_one_word() {
        for text in ["city", "district:futian", "group:ports", "terminal:ft-0001"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for bad in ["", "town", "district", "district:", "group:A B", "terminal:FT"] {
            assert!(bad.parse::<Scope>().is_err(), "{bad}");
        }
    }
}
