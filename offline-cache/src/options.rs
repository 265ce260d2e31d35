//! What a store is opened with.

use contract::desired::PublicKey;
use jiff::SignedDuration;

/// How much the outbox takes before it refuses, and how old its oldest entry may grow before the terminal takes no
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries, waiting and set aside.
    pub entries: u64,
    /// Bytes of their sealed content.
    pub bytes: u64,
    /// The age of the oldest waiting entry.
    pub age: SignedDuration,
}

/// Two months of a busy terminal without a network.
impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, bytes: 512 * 1024 * 1024, age: SignedDuration::from_hours(60 * 24) }
    }
}

/// What a store is opened with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The bounds.
    pub limits: Limits,
    /// Whose desired states are believed. Without one there is no key to seal to, and nothing is taken. Its suite is
    /// the store's.
    pub signer: Option<PublicKey>,
}
