//! The local store of a kiosk: one SQLite file that loses nothing a resident confirmed.
//!
//! Its heart is the **outbox**, an append-only series: every confirmed entry gets the next `seq` and a UUIDv7 key
//! that is its idempotency key for ever. What [`Store::append`] returned is on the disk; it leaves only when
//! central's receipt is on the disk instead. An entry that central refuses is set aside, never dropped.
//!
//! Knows nothing of devices, screens, HTTP or the way entries travel. It does not own a clock: `now` is always a
//! parameter, and nothing is ordered by it.
//!
//! ```text
//! append ──> waiting ──acknowledge──> receipt kept, payload overwritten
//!               │  ▲
//!       set_aside  put_back (an operator)
//!               ▼  │
//!            set aside, with central's problem document
//! ```
//!
//! Current limitations: payloads are clear text (`seal` = 0) until sealing to central's key arrives; receipts of
//! the last 20,000 entries are kept.

#[cfg(test)]
mod bad_disks;
mod durability;
mod error;
mod handle;
mod lane;
mod open;
mod outbox;
mod receipts;
mod store;

pub use durability::Durability;
pub use error::StoreError;
pub use handle::StoreHandle;
pub use lane::{KioskSecret, Lane};
pub use outbox::{Acknowledged, Appended, Filling, OutboxCounts, OutboxEntry, SetAside};
pub use store::{Limits, MAX_WAIT, Store};
