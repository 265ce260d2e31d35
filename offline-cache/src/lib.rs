//! The local store of a kiosk: one SQLite file that loses nothing a resident confirmed and tells nobody what it was.
//!
//! Its heart is the **outbox**, an append-only series: every confirmed entry gets the next `seq` and a UUIDv7 key
//! that is its idempotency key for ever. It is sealed to central's key before it is written; the kiosk can't open it
//! again. What [`Store::append`] returned is on the disk; it leaves only when central's receipt is on the disk
//! instead. An entry that central refuses is set aside, never dropped.
//!
//! Knows nothing of devices, screens, HTTP or the way entries travel. It does not own a clock: `now` is always a
//! parameter, and nothing is ordered by it.
//!
//! ```text
//! append ──> waiting ──acknowledge──> receipt kept, sealed content overwritten
//!               │  ▲
//!       set_aside  put_back (an operator)
//!               ▼  │
//!            set aside, with central's problem document
//! ```
//!
//! The number of the order whose code is on the screen is kept beside it (`order_note`), so that a terminal that is started
//! again asks what became of it.
//!
//! Beside it lie **drafts** that residents asked to keep, as locked bytes under names that say nothing, for 72 hours;
//! the **journal**, a hash chain of everything that happened, and how it stands with central (`standing`:
//! the head that central knows, by which a copied or set-back kiosk is noticed). The **desired states** of operators wait here,
//! are tried and kept, or given back (`desired`). Who came into the diagnostics and how often a code was wrong is kept
//! in `vendor_mode`.
//!
//! Current limitations: receipts of the last 20,000 entries are kept, and 200,000 lines of the journal.

#[cfg(test)]
mod bad_disks;
mod desired;
mod drafts;
mod durability;
mod error;
mod handle;
pub mod journal;
mod lane;
mod open;
mod options;
mod order_note;
mod outbox;
mod receipts;
mod set_aside;
mod standing;
mod store;
mod vendor_mode;

pub use desired::{Begun, DesiredStanding, Returned, Step, WantedProgram};
pub use drafts::{KeptDraft, LARGEST_DRAFT, MOST_DRAFTS};
pub use durability::Durability;
pub use error::StoreError;
pub use handle::{DiskFault, StoreHandle};
pub use journal::Act;
pub use lane::{KioskSecret, Lane, Order};
pub use open::examine;
pub use options::{Limits, Options};
pub use outbox::{Appended, Filling, OutboxCounts, OutboxEntry, Place, SealedFiling, SetAside};
pub use store::Store;
pub use vendor_mode::{Record, VendorNews, Work};
