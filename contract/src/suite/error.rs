//! What can go wrong in a suite, a variant a failing act, with what to do next.
//!
//! Refusals are silent about the reason on purpose: whether key, context or bytes were wrong helps only an attacker.

use super::{KEY_BYTES, LONGEST};

/// A name that no suite has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a cryptographic suite: write international or sm")]
pub struct UnknownSuite {
    pub(super) text: String,
}

/// Why a suite could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuiteError {
    /// The operating system gave no randomness; nothing can be sealed, locked or made without it.
    #[error(
        "the system gives no random bytes: check that getrandom is allowed to this process, then start again"
    )]
    Randomness(#[source] getrandom::Error),
    /// These bytes are no public key of this suite and use.
    #[error(
        "these {length} bytes are not a public key for {what}: check which suite is set and copy the key anew"
    )]
    PublicKey {
        /// The algorithm that the key should be for.
        what: &'static str,
        /// How many bytes were given.
        length: usize,
    },
    /// These bytes are no private key of this suite and use.
    #[error("this is not a private key for {what}: check which suite is set, or make a new pair")]
    PrivateKey {
        /// The algorithm that the key should be for.
        what: &'static str,
    },
    /// A key for locking has one length.
    #[error("a key for locking has {KEY_BYTES} bytes and this one {length}: take it from derive")]
    LockingKey {
        /// How many bytes were given.
        length: usize,
    },
    /// A key was to be derived from nothing, or from a secret that is empty.
    #[error(
        "secret {position} of the key is missing or empty: a key is derived from all of its secrets or not at all"
    )]
    MissingSecret {
        /// Which one, counted from 1.
        position: usize,
    },
    /// The bytes to close, or what they belong to, are longer than any message may be.
    #[error("{length} bytes are more than the {LONGEST} that can be closed at once: split them")]
    TooLong {
        /// How many bytes were given.
        length: usize,
    },
    /// The bytes are too short or too long to have come from this suite.
    #[error(
        "{length} bytes are no closed message of this suite: they were cut, or the other end uses another suite"
    )]
    Shape {
        /// How many bytes were given.
        length: usize,
    },
    /// The bytes did not open.
    #[error("the bytes do not open: they were altered, or belong to another key or context; do not use them")]
    Refused,
    /// Closing failed inside the algorithm, which takes a key that never fits.
    #[error("the bytes could not be closed to this key: take the public key from central anew")]
    Close,
    /// Signing failed inside the algorithm.
    #[error("the message could not be signed: try again; if it fails again, make a new signing pair")]
    Sign,
    /// The signature is not the key holder's over this message.
    #[error("the signature does not fit message and key: refuse the message")]
    Signature,
}
