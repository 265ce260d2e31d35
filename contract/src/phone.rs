//! Pictures that a resident hands over from a phone (手机传图). A terminal opens a drop at central, shows the address of its
//! page as a code, and takes the pictures that come in one by one; the drop ends with the page that shows the code.

use crate::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// More pictures than one drop ever takes.
pub const MOST_PICTURES: u8 = 10;

/// As long as a drop lives, whatever happens to its terminal.
pub const LIFETIME: Duration = Duration::from_mins(8);

/// Of how many random bytes a token is made, written as twice as many digits.
pub const TOKEN_BYTES: usize = 20;

/// A drop, as its terminal names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DropId(pub Uuid);

impl fmt::Display for DropId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What opens the page of a drop: whoever knows it may put pictures in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Secret<String>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct DropToken(Secret<String>);

/// What is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token of a drop is {} digits of 0-9 a-f", TOKEN_BYTES * 2)]
pub struct NotAToken;

impl DropToken {
    /// Written from random bytes.
    pub fn of(random: &[u8; TOKEN_BYTES]) -> Self {
        use fmt::Write as _;
        let mut text = String::with_capacity(TOKEN_BYTES * 2);
        for byte in random {
            // A string takes everything.
            let _ = write!(text, "{byte:02x}");
        }
        Self(Secret::new(text))
    }

    /// As it stands in the address of the page.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for DropToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let is_digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_digits && text.len() == TOKEN_BYTES * 2 { Ok(Self(Secret::from(text))) } else { Err(NotAToken) }
    }
}

impl TryFrom<String> for DropToken {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, NotAToken> {
        text.parse()
    }
}

impl From<DropToken> for Secret<String> {
    fn from(token: DropToken) -> Self {
        token.0
    }
}

/// What a terminal opens a drop for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDrop {
    /// How many pictures it takes, 1 to [`MOST_PICTURES`].
    pub most: u8,
}

/// A drop that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedDrop {
    /// Its name for the terminal.
    pub id: DropId,
    /// What opens its page, `/drop/{token}` among central's pages for anyone.
    pub token: DropToken,
    /// How many seconds it lives.
    pub seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_bytes_and_never_shown() {
        let token = DropToken::of(&[0xa7; TOKEN_BYTES]);
        assert_eq!(token.expose(), "a7".repeat(20));
        assert_eq!(token.expose().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "DropToken(***)");
        for bad in ["", "a7", &"A7".repeat(20), &"a7".repeat(21), &"../a".repeat(10)] {
            assert_eq!(bad.parse::<DropToken>(), Err(NotAToken), "{bad}");
        }
        const { assert!(TOKEN_BYTES >= 16, "nobody guesses 128 bits") }
    }
}
