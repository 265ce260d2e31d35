//! How a terminal comes by its certificate (终端注册): an operator invites it, a technician types the claim code before it,
//! it makes its own key and asks, the operator compares the key's fingerprint and approves. The certificate is good for 90
//! days and renewed over itself. A private key never travels.

use crate::{KioskId, Secret};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// How long a certificate is good, in days.
pub const GOOD_FOR_DAYS: i64 = 90;
/// From which day on it is renewed.
pub const RENEW_FROM_DAY: i64 = 60;
/// The longest certificate request, in bytes of PEM; one of a P-256 key has about 400.
pub const MAX_REQUEST_BYTES: usize = 4096;
/// The kind of problem by which central says that nobody was invited so: wrong, used and old codes are all the same.
pub const NOT_INVITED: &str = "urn:budayang:problem:not-invited";

/// Characters of a claim code: 60 bits of chance.
const CODE_LENGTH: usize = 12;
/// Crockford's base 32: no letter that is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The one-time code that a technician types (领用码), `7K2M-9QXT-41VD`. Whoever has it may ask to be that terminal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Secret<String>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct ClaimCode(Secret<String>);

/// What is no claim code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a claim code has {CODE_LENGTH} letters and digits, as 7K2M-9QXT-41VD")]
pub struct NotAClaimCode;

impl ClaimCode {
    /// Written from random bytes, of which each gives a character.
    pub fn of(random: &[u8; CODE_LENGTH]) -> Self {
        let letter =
            |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('0', |letter| char::from(*letter));
        Self(Secret::new(random.iter().map(letter).collect()))
    }

    /// Without its hyphens.
    pub const fn as_str(&self) -> &str {
        self.0.expose().as_str()
    }

    /// As people read it.
    pub fn in_groups(&self) -> String {
        let letters: Vec<char> = self.as_str().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

/// What a hand writes: small letters, hyphens and spaces anywhere, O for 0, I and L for 1.
impl FromStr for ClaimCode {
    type Err = NotAClaimCode;

    fn from_str(text: &str) -> Result<Self, NotAClaimCode> {
        let written =
            text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            });
        let code: String = written.take(CODE_LENGTH + 1).collect();
        let is_code = code.len() == CODE_LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        if is_code { Ok(Self(Secret::new(code))) } else { Err(NotAClaimCode) }
    }
}

impl TryFrom<String> for ClaimCode {
    type Error = NotAClaimCode;

    fn try_from(text: String) -> Result<Self, NotAClaimCode> {
        text.parse()
    }
}

impl From<ClaimCode> for Secret<String> {
    fn from(code: ClaimCode) -> Self {
        code.0
    }
}

impl fmt::Debug for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimCode(***)")
    }
}

/// The fingerprint of a public key, `3F2A 91C0 7B44 E210`: the technician reads it at the terminal, the operator at central.
/// Eight bytes of SHA-256 over the key as X.509 writes it (SubjectPublicKeyInfo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct KeyFingerprint([u8; 8]);

/// What is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 16 digits 0-9 A-F, as 3F2A 91C0 7B44 E210")]
pub struct NotAFingerprint;

impl KeyFingerprint {
    /// Of a public key in DER.
    pub fn of(public_key: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(public_key).into();
        Self(digest.first_chunk().copied().unwrap_or_default())
    }
}

impl fmt::Display for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let gap = if place > 0 && place % 2 == 0 { " " } else { "" };
            write!(f, "{gap}{byte:02X}")?;
        }
        Ok(())
    }
}

impl FromStr for KeyFingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits: String = text.chars().filter(|c| *c != ' ').take(17).collect();
        let is_right = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(&digits, 16).ok().filter(|_| is_right);
        number.map(|number| Self(number.to_be_bytes())).ok_or(NotAFingerprint)
    }
}

impl TryFrom<String> for KeyFingerprint {
    type Error = NotAFingerprint;

    fn try_from(text: String) -> Result<Self, NotAFingerprint> {
        text.parse()
    }
}

impl From<KeyFingerprint> for String {
    fn from(fingerprint: KeyFingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// A terminal without a certificate asks for one. It asks the same again until somebody has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// Which terminal it shall be.
    pub kiosk: KioskId,
    /// The code that the technician typed.
    pub code: ClaimCode,
    /// The certificate request (PKCS #10, PEM). Of what it says only the key counts.
    pub request: String,
}

/// What became of asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum EnrolmentAnswer {
    /// An operator has not approved yet.
    Waiting {
        /// Of the key that came, for the operator to compare.
        fingerprint: KeyFingerprint,
    },
    /// Here it is.
    Enrolled {
        /// The certificate, PEM.
        certificate: String,
    },
}

/// A terminal renews its certificate over the one that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewalRequest {
    /// The certificate request for a new key (PKCS #10, PEM). Of what it says only the key counts.
    pub request: String,
}

/// The new certificate; the old one stays good until its own end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewedCertificate {
    /// PEM.
    pub certificate: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_as_hands_write_it() {
        let code = ClaimCode::of(&[7, 19, 2, 20, 9, 22, 29, 26, 4, 1, 27, 13]);
        assert_eq!(code.in_groups(), "7K2M-9PXT-41VD");
        for written in ["7k2m-9pxt-41vd", " 7K2M 9PXT 4LVD", "7k2m9pxt4ivd"] {
            assert_eq!(written.parse(), Ok(code.clone()), "{written}");
        }
        for bad in ["", "7K2M-9PXT-41V", "7K2M-9PXT-41VDD", "7K2M-9PXT-41VU", "7K2M-9PXT-41V龙"] {
            assert_eq!(bad.parse::<ClaimCode>(), Err(NotAClaimCode), "{bad}");
        }
        assert_eq!(format!("{code:?}"), "ClaimCode(***)");
    }

    #[test]
    fn a_fingerprint_is_compared_as_it_is_shown() {
        let fingerprint = KeyFingerprint::of(b"a public key");
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        assert_eq!(fingerprint.to_string().to_lowercase().replace(' ', "").parse(), Ok(fingerprint));
        for bad in ["", "3F2A", "+F2A91C07B44E210", "3F2A 91C0 7B44 E210 1"] {
            assert_eq!(bad.parse::<KeyFingerprint>(), Err(NotAFingerprint), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(random: [u8; CODE_LENGTH]) {
            let code = ClaimCode::of(&random);
            prop_assert_eq!(code.in_groups().parse(), Ok(code));
        }

        #[test]
        fn no_text_breaks_the_reading(text in ".{0,40}") {
            let _ = text.parse::<ClaimCode>();
            let _ = text.parse::<KeyFingerprint>();
        }
    }
}
