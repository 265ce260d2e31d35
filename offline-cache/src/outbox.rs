//! What goes into the outbox and what comes out of it, as values.

use contract::message::Problem;
use contract::{EntryId, LocalNumber, Secret, Seq};
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

/// An entry that may be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// Its key.
    pub id: EntryId,
    /// The key that `payload` is sealed to; 0 is not sealed.
    pub seal: u32,
    /// The request body. Every sending sends these same bytes, also after the kiosk's software changed.
    pub payload: Secret<Vec<u8>>,
    /// How often central has failed on it ('offline' and 'busy' do not count).
    pub attempts: u32,
}

/// An entry that central refused, for the technician.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its place in the kiosk's series.
    pub seq: Seq,
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
    /// When the oldest waiting entry was made.
    pub oldest: Option<Timestamp>,
    /// At 80 % of a bound: say so and take no new filings that can wait.
    pub filling: Filling,
}

/// Whether the outbox nears its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filling {
    /// There is room.
    #[default]
    Roomy,
    /// 80 % of a bound is used.
    NearlyFull,
}

/// Whether a receipt was news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// The entry left the outbox now.
    Now,
    /// It had left before; the first receipt stays.
    Before,
}
