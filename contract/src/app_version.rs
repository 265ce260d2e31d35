//! The version of a program of this house, as settings and reports compare it: three numbers, nothing behind them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `1.4.0`; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct AppVersion([u16; 3]);

/// A text that is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no version: three numbers with dots between them, as 1.4.0")]
pub struct NoVersion;

impl AppVersion {
    /// Of three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self([major, minor, patch])
    }

    /// The version of this build: all parts of the house carry the same.
    pub fn of_this_build() -> Self {
        env!("CARGO_PKG_VERSION").parse().unwrap_or(Self::new(0, 0, 0))
    }
}

impl FromStr for AppVersion {
    type Err = NoVersion;
    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut parts = text.splitn(3, '.').map(|part| part.parse().map_err(|_| NoVersion));
        let mut next = || parts.next().unwrap_or(Err(NoVersion));
        Ok(Self([next()?, next()?, next()?]))
    }
}

impl TryFrom<String> for AppVersion {
    type Error = NoVersion;
    fn try_from(text: String) -> Result<Self, NoVersion> {
        text.parse()
    }
}

impl From<AppVersion> for String {
    fn from(version: AppVersion) -> Self {
        version.to_string()
    }
}

impl fmt::Display for AppVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_is_greater() {
        let version = |text: &str| text.parse::<AppVersion>().unwrap();
        assert!(version("0.10.0") > version("0.9.12"));
        assert_eq!(version("1.2.3").to_string(), "1.2.3");
        assert_eq!(AppVersion::of_this_build().to_string(), env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for bad in ["", "1", "1.2", "1.2.x", "1.2.3-rc1", "1.2.99999"] {
            assert_eq!(bad.parse::<AppVersion>(), Err(NoVersion), "{bad}");
        }
    }
}
