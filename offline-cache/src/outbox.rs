//! What goes into the outbox and what comes out of it, as values.

use crate::Lane;
use contract::message::Problem;
use contract::series::SealingKeyId;
use contract::{EntryId, LocalNumber, Seq};
use jiff::Timestamp;

/// An entry that is on the disk now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// Its key.
    pub id: EntryId,
    /// The number for the resident's receipt until central gives one.
    pub local_number: LocalNumber,
}

/// An entry that is sealed and not yet on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFiling {
    pub(crate) place: Place,
    pub(crate) id: EntryId,
    pub(crate) number: LocalNumber,
    pub(crate) kind: &'static str,
    pub(crate) made_at: Timestamp,
    pub(crate) key: SealingKeyId,
    pub(crate) sealed: Vec<u8>,
}

impl SealedFiling {
    /// What will be kept.
    pub fn sealed(&self) -> &[u8] {
        &self.sealed
    }
}

/// Where an entry stands in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its lane.
    pub lane: Lane,
    /// Its place in the kiosk's series.
    pub seq: Seq,
}

/// The first waiting entry of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Where it stands.
    pub place: Place,
    /// Its key.
    pub id: EntryId,
    /// The key that it is sealed to.
    pub key: SealingKeyId,
    /// The sealed entry. Every sending sends these same bytes, also after the kiosk's software changed.
    pub sealed: Vec<u8>,
    /// How often central has failed on it ('offline' and 'busy' do not count).
    pub attempts: u32,
}

/// An entry that central refused, for the technician.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Where it stands.
    pub place: Place,
    /// Its key.
    pub id: EntryId,
    /// `application` or `evaluation`.
    pub kind: String,
    /// Why central refused it.
    pub problem: Option<Problem>,
}

/// How full the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Entries that wait for central.
    pub waiting: u64,
    /// Entries that central refused.
    pub set_aside: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// Whether the outbox nears one of its bounds: say so and take no new filings that can wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filling {
    /// There is room.
    #[default]
    Roomy,
    /// 80 % of a bound is used.
    NearlyFull {
        /// When the oldest waiting entry was made.
        oldest: Option<Timestamp>,
    },
}
