//! Keys as one line of text, which is how they lie in files and travel in documents.

use crate::Secret;
use crate::base64::Base64;
use crate::suite::Suite;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroize;

/// A public key with its suite: `international:BASE64`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    /// The suite that it belongs to.
    pub suite: Suite,
    /// Its bytes, as the suite writes them.
    pub bytes: Vec<u8>,
}

/// A private key with its suite, as it stands in a key file.
#[derive(Clone, Debug)]
pub struct PrivateKey {
    /// The suite that it belongs to.
    pub suite: Suite,
    /// Its bytes, as the suite writes them.
    pub bytes: Secret<Vec<u8>>,
}

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no key: it must be 'international:' or 'sm:' and base64, on one line")]
pub struct NoKey;

fn parse_key(text: &str) -> Result<(Suite, Vec<u8>), NoKey> {
    let (suite, bytes) = text.trim().split_once(':').ok_or(NoKey)?;
    Ok((suite.parse().map_err(|_| NoKey)?, bytes.parse::<Base64>().map_err(|_| NoKey)?.0))
}

impl FromStr for PublicKey {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_key(text).map(|(suite, bytes)| Self { suite, bytes })
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NoKey;
    fn try_from(text: String) -> Result<Self, NoKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.suite, Base64(self.bytes.clone()))
    }
}

impl FromStr for PrivateKey {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_key(text).map(|(suite, bytes)| Self { suite, bytes: Secret::new(bytes) })
    }
}

impl PrivateKey {
    /// The text of a key file.
    pub fn to_text(&self) -> Secret<String> {
        let mut bytes = Base64(self.bytes.expose().clone());
        let text = format!("{}:{bytes}\n", self.suite);
        bytes.0.zeroize();
        Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_one_line_of_text() {
        let key: PublicKey = "international:AQID\n".parse().unwrap();
        assert_eq!(key.to_string(), "international:AQID");
        for bad in ["", "AQID", "rot13:AQID", "sm:***"] {
            assert_eq!(bad.parse::<PublicKey>(), Err(NoKey), "{bad}");
        }
        let private: PrivateKey = "sm:AQID".parse().unwrap();
        assert_eq!(private.to_text().expose(), "sm:AQID\n");
        assert!(format!("{private:?}").contains("***"));
    }
}
