//! The cryptography that kiosk and central must agree on, as one choice of two: what the world uses, and the Chinese
//! SM algorithms that an assessment of commercial cryptography (密评, GB/T 39786) asks for.
//!
//! A suite seals to a public key, signs, hashes, derives keys and locks under a key. It knows nothing of entries,
//! drafts, settings documents or where keys are kept: a caller says with a `context` what the bytes belong to, and
//! bytes that are moved to another context do not open.
//!
//! Limit: keys and plaintexts are wiped when they are dropped, but the copies that the arithmetic crates make on the
//! stack while they work are theirs; the next calls overwrite them.

mod aead;
mod digest;
mod error;
mod international;
#[cfg(test)]
mod published_vectors;
mod sm;

pub use error::{SuiteError, UnknownSuite};

use crate::Secret;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The longest plaintext and the longest context that a suite takes: 64 MiB, many times a filing with its pictures.
/// Hostile lengths end here, before any memory is taken for them.
pub const LONGEST: usize = 64 << 20;

/// The length of every key that [`Suite::derive`] makes and [`Suite::lock`] takes.
pub const KEY_BYTES: usize = 32;

/// Which algorithms are in use. Both ends of a message must name the same one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Suite {
    /// HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305), Ed25519 (RFC 8032), SHA-256.
    #[default]
    International,
    /// SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907) in GCM.
    Sm,
}

/// A private key and the public key that belongs to it, in the suite's own raw form.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// 32 bytes: the scalar, or the Ed25519 seed.
    pub private: Secret<Vec<u8>>,
    /// 32 bytes (X25519, Ed25519), or 65 bytes (an uncompressed SM2 point: 04, x, y).
    pub public: Vec<u8>,
}

/// Closes bytes so that only the holder of the private key can read them.
pub trait Sealer: Send + Sync + fmt::Debug {
    /// Seals `plain`; it will open only with the same `context`.
    fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError>;
}

/// Opens what a [`Sealer`] closed.
pub trait Opener: Send + Sync + fmt::Debug {
    /// Opens `sealed`, or says that key, context or bytes are others.
    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SuiteError>;
}

/// Signs with a private key.
pub trait Signer: Send + Sync + fmt::Debug {
    /// The signature over `message`, 64 bytes in both suites.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SuiteError>;
}

/// Checks what a [`Signer`] signed.
pub trait Verifier: Send + Sync + fmt::Debug {
    /// Says nothing if the signature is the key holder's over exactly this message.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SuiteError>;
}

impl Suite {
    /// A new pair for sealing, from the system's randomness.
    pub fn make_sealing_pair(self) -> Result<KeyPair, SuiteError> {
        match self {
            Self::International => international::make_sealing_pair(),
            Self::Sm => sm::make_pair(),
        }
    }

    /// A new pair for signing, from the system's randomness.
    pub fn make_signing_pair(self) -> Result<KeyPair, SuiteError> {
        match self {
            Self::International => international::make_signing_pair(),
            Self::Sm => sm::make_pair(),
        }
    }

    /// Seals to this public key.
    pub fn sealer(self, public: &[u8]) -> Result<Box<dyn Sealer>, SuiteError> {
        Ok(match self {
            Self::International => Box::new(international::HpkeSealer::new(public)?),
            Self::Sm => Box::new(sm::Sm2Sealer::new(public)?),
        })
    }

    /// Opens with this private key.
    pub fn opener(self, private: &Secret<Vec<u8>>) -> Result<Box<dyn Opener>, SuiteError> {
        Ok(match self {
            Self::International => Box::new(international::HpkeOpener::new(private)?),
            Self::Sm => Box::new(sm::Sm2Opener::new(private)?),
        })
    }

    /// Signs with this private key.
    pub fn signer(self, private: &Secret<Vec<u8>>) -> Result<Box<dyn Signer>, SuiteError> {
        Ok(match self {
            Self::International => Box::new(international::Ed25519Signer::new(private)?),
            Self::Sm => Box::new(sm::Sm2Signer::new(private)?),
        })
    }

    /// Checks signatures with this public key.
    pub fn verifier(self, public: &[u8]) -> Result<Box<dyn Verifier>, SuiteError> {
        Ok(match self {
            Self::International => Box::new(international::Ed25519Verifier::new(public)?),
            Self::Sm => Box::new(sm::Sm2Verifier::new(public)?),
        })
    }

    /// The hash of the parts: SHA-256 or SM3 over each part with its length (u64, big endian) in front, so that no
    /// part can slide into the next.
    pub fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Self::International => digest::of_parts::<sha2::Sha256>(parts),
            Self::Sm => digest::of_parts::<sm3::Sm3>(parts),
        }
    }

    /// A key that can be made again only from all of `secrets`, in this order: HKDF (RFC 5869) with the suite's hash,
    /// each secret with its length in front. `label` says what the key is for; another label gives another key.
    pub fn derive(self, label: &str, secrets: &[&[u8]]) -> Result<Secret<Vec<u8>>, SuiteError> {
        match self {
            Self::International => digest::derive::<sha2::Sha256>(label, secrets),
            Self::Sm => digest::derive::<sm3::Sm3>(label, secrets),
        }
    }

    /// Locks bytes under a key from [`Suite::derive`]: ChaCha20-Poly1305, or SM4-GCM with the first half of the key.
    /// A random nonce stands in front; by its 96 bits one key is good for 2^32 lockings.
    pub fn lock(self, key: &Secret<Vec<u8>>, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError> {
        match self {
            Self::International => international::lock(key, context, plain),
            Self::Sm => sm::lock(key, context, plain),
        }
    }

    /// Unlocks what [`Suite::lock`] locked, or says that key, context or bytes are others.
    pub fn unlock(
        self,
        key: &Secret<Vec<u8>>,
        context: &[u8],
        locked: &[u8],
    ) -> Result<Secret<Vec<u8>>, SuiteError> {
        match self {
            Self::International => international::unlock(key, context, locked),
            Self::Sm => sm::unlock(key, context, locked),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::International => "international",
            Self::Sm => "sm",
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(text: &str) -> Result<Self, UnknownSuite> {
        [Self::International, Self::Sm]
            .into_iter()
            .find(|suite| suite.as_str() == text)
            .ok_or_else(|| UnknownSuite { text: text.chars().take(40).collect() })
    }
}
