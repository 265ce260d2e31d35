//! 项目代码: the national number of a construction project.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `2026-440304-47-01-123456`: year, district, trade, kind, sequence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectCode(String);

impl ProjectCode {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectCode {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lengths = text.split('-').map(str::len).collect::<Vec<_>>();
        let is_code = lengths == [4, 6, 2, 2, 6] && text.bytes().all(|b| b == b'-' || b.is_ascii_digit());
        if is_code {
            Ok(Self(text.to_owned()))
        } else {
            Err("a project code is digits in groups of 4, 6, 2, 2 and 6: 2026-440304-47-01-123456")
        }
    }
}

impl TryFrom<String> for ProjectCode {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ProjectCode> for String {
    fn from(code: ProjectCode) -> Self {
        code.0
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
