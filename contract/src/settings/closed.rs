//! Services that a terminal does not do for now, named one by one or by their department.

use super::kind::{Kind, Setting, Wrong};
use crate::{DepartmentCode, ServiceCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The most that one layer may close by name.
const MOST: usize = 200;

/// What is closed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// One service.
    Service(ServiceCode),
    /// All services of a department (部门).
    Department(DepartmentCode),
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(code) => code.fmt(f),
            Self::Department(code) => code.fmt(f),
        }
    }
}

/// A text that names neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is neither a service (SZ-HZ-000078) nor a department (HZ)")]
pub struct NotCloseable(String);

impl NotCloseable {
    /// What was written, cut short.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Closed {
    type Err = NotCloseable;
    fn from_str(text: &str) -> Result<Self, NotCloseable> {
        let service = text.parse().map(Self::Service);
        service
            .or_else(|_| text.parse().map(Self::Department))
            .map_err(|_| NotCloseable(text.chars().take(40).collect()))
    }
}

/// Everything that is closed. What a wider layer closes, no narrower one opens: a law that has changed holds everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedServices(BTreeSet<Closed>);

impl ClosedServices {
    /// Whether a service is among them.
    pub fn contains(&self, service: &ServiceCode) -> bool {
        // Nearly always nothing is closed, and lists ask for each of their rows.
        !self.0.is_empty()
            && (self.0.contains(&Closed::Service(service.clone()))
                || self.0.contains(&Closed::Department(service.department())))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Closed> {
        self.0.iter()
    }
}

impl Setting for ClosedServices {
    const KIND: Kind = Kind::Services { most: MOST };
    const ADDS_UP: bool = true;

    fn parse(value: &Value) -> Result<Self, Wrong> {
        let list = value.as_array().filter(|list| list.len() <= MOST).ok_or(Wrong::Kind(Self::KIND))?;
        let one = |code: &Value| {
            let text = code.as_str().ok_or(Wrong::Kind(Self::KIND))?;
            text.parse().map_err(Wrong::Code)
        };
        list.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    fn under(mut self, mut narrower: Self) -> Self {
        self.0.append(&mut narrower.0);
        self
    }
}
