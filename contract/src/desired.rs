//! The desired state: what an operator wants of the terminals, signed. Today it holds the keys that entries are sealed
//! to.

use crate::Secret;
use crate::base64::Base64;
use crate::series::SealingKeyId;
use crate::suite::{Signer, Suite, SuiteError, Verifier};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroize;

/// The most sealing keys of one state, and the largest document in bytes: more is not believed.
const MAX_KEYS: usize = 64;
const MAX_DOCUMENT: usize = 64 * 1024;

/// What an operator wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desired {
    /// Grows with every change; a kiosk never goes back to a lower one.
    pub version: u64,
    /// The keys that entries may be sealed to, oldest first; the last one is in force.
    pub sealing: Vec<SealingKey>,
}

/// A key that entries are sealed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealingKey {
    /// Its number.
    pub id: SealingKeyId,
    /// The public key.
    pub public: PublicKey,
}

/// A desired state as it travels: the signature is over the very bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedDesired {
    /// The JSON of a desired state: its version and the keys that entries are sealed to.
    pub document: String,
    /// The operator's signature.
    pub signature: Base64,
}

/// Why a desired state is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesiredFault {
    /// The signature.
    #[error("the desired state is not signed by this city's signer ({0}): check the kiosk's signer file")]
    Signature(SuiteError),
    /// The content.
    #[error("the desired state can't be read ({0}): the operator must publish it again")]
    Content(String),
}

impl SignedDesired {
    /// Signs a state.
    pub fn sign(desired: &Desired, signer: &dyn Signer) -> Result<Self, DesiredFault> {
        let document =
            serde_json::to_string(desired).map_err(|error| DesiredFault::Content(error.to_string()))?;
        let signature = signer.sign(&message(&document)).map_err(DesiredFault::Signature)?;
        Ok(Self { document, signature: Base64(signature) })
    }

    /// Checks the signature first, then what is signed.
    pub fn verify(&self, verifier: &dyn Verifier) -> Result<Desired, DesiredFault> {
        if self.document.len() > MAX_DOCUMENT {
            return Err(DesiredFault::Content(format!("more than {MAX_DOCUMENT} bytes")));
        }
        verifier.verify(&message(&self.document), &self.signature.0).map_err(DesiredFault::Signature)?;
        let desired: Desired =
            serde_json::from_str(&self.document).map_err(|error| DesiredFault::Content(error.to_string()))?;
        let ids = desired.sealing.iter().map(|key| key.id);
        let grows = ids.clone().zip(ids.skip(1)).all(|(before, after)| before < after);
        if desired.sealing.is_empty() || desired.sealing.len() > MAX_KEYS || !grows {
            return Err(DesiredFault::Content(format!("1 to {MAX_KEYS} sealing keys with growing numbers")));
        }
        Ok(desired)
    }
}

/// What is signed, so that a signature over one kind of document is none over another.
fn message(document: &str) -> Vec<u8> {
    [b"budayang desired state\n", document.as_bytes()].concat()
}

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

    fn pair(suite: Suite) -> (Box<dyn Signer>, Box<dyn Verifier>) {
        let pair = suite.make_signing_pair().unwrap();
        (suite.signer(&pair.private).unwrap(), suite.verifier(&pair.public).unwrap())
    }

    fn state(ids: &[u32]) -> Desired {
        let public = PublicKey { suite: Suite::International, bytes: vec![7; 32] };
        let key = |id: &u32| SealingKey { id: SealingKeyId(*id), public: public.clone() };
        Desired { version: 3, sealing: ids.iter().map(key).collect() }
    }

    #[test]
    fn a_signed_state_is_read_and_an_altered_one_is_not() {
        for suite in [Suite::International, Suite::Sm] {
            let (signer, verifier) = pair(suite);
            let signed = SignedDesired::sign(&state(&[1, 2]), signer.as_ref()).unwrap();
            assert_eq!(signed.verify(verifier.as_ref()), Ok(state(&[1, 2])));
            let altered = SignedDesired { document: signed.document.replace('3', "4"), ..signed.clone() };
            assert!(matches!(altered.verify(verifier.as_ref()), Err(DesiredFault::Signature(_))));
            let (_, stranger) = pair(suite);
            assert!(matches!(signed.verify(stranger.as_ref()), Err(DesiredFault::Signature(_))));
        }
    }

    #[test]
    fn what_is_signed_must_still_make_sense() {
        let (signer, verifier) = pair(Suite::International);
        for ids in [&[][..], &[2, 1], &[1, 1]] {
            let signed = SignedDesired::sign(&state(ids), signer.as_ref()).unwrap();
            assert!(matches!(signed.verify(verifier.as_ref()), Err(DesiredFault::Content(_))), "{ids:?}");
        }
        let document = "{\"version\":1,\"sealing\":[],\"surprise\":1}".to_owned();
        let signature = Base64(signer.sign(&message(&document)).unwrap());
        let unknown = SignedDesired { document, signature };
        assert!(matches!(unknown.verify(verifier.as_ref()), Err(DesiredFault::Content(_))));
    }

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
