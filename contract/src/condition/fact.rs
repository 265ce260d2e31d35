//! One value as a registry or a form holds it. Values belong to persons: they never show themselves.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// What a field of a registry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Words, numbers of papers, codes.
    Text,
    /// A calendar date.
    Date,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
}

impl FactKind {
    /// The kind that a data file names.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "date" => Self::Date,
            "int" => Self::Int,
            "bool" => Self::Bool,
            _ => return None,
        })
    }

    /// The name in data files and in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "date",
            Self::Int => "int",
            Self::Bool => "bool",
        }
    }

    /// Reads a value in its canonical text.
    pub fn read(self, text: &str) -> Option<Fact> {
        match self {
            Self::Text => Some(Fact::Text(text.to_owned())),
            Self::Date => crate::validate::parse_date(text).map(|_| Fact::Text(text.to_owned())),
            Self::Int => text.parse().ok().map(Fact::Int),
            Self::Bool => text.parse().ok().map(Fact::Bool),
        }
    }
}

/// A value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, or a date as `YYYY-MM-DD`.
    Text(String),
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Drop for Fact {
    fn drop(&mut self) {
        if let Self::Text(text) = self {
            text.zeroize();
        }
    }
}
