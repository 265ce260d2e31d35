//! Brings what residents confirmed to central: drains the outbox whenever central can be reached, and says how that
//! stands.
//!
//! `schedule` decides, purely; `client` speaks HTTP; `desk` is where a visit waits for its receipt; `drain` is the
//! task. Knows nothing of screens, devices or what an entry is about: a payload is bytes.
//!
//! ```no_run
//! # async fn visit(store: offline_cache::StoreHandle, papers: &kiosk::sync::Papers) -> Result<(), kiosk::sync::SyncError> {
//! use kiosk::sync::{CentralClient, SyncHandle};
//! let sync = SyncHandle::start(store, CentralClient::new("https://central.example:8443", papers)?);
//! # Ok(()) }
//! ```

mod client;
mod desk;
mod drain;
mod schedule;
mod status;

pub use client::{CentralClient, Failure, Papers, SyncError};
pub use desk::NoReceipt;
pub use drain::SyncHandle;
pub use status::{Connection, SyncStatus};
