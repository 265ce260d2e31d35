//! Brings what residents confirmed to central: drains the outbox whenever central can be reached, and says how that
//! stands.
//!
//! `schedule` and `lanes` decide, purely; `line` carries requests (`https` over mutual TLS), `client` knows what they mean;
//! `desk` is where a visit waits for its receipt; `drain` is the task, `standing` its part before anything is sent,
//! `news` how desired states come in. Knows
//! nothing of screens, devices or what an entry is about: it is sealed.
//!
//! ```no_run
//! # async fn visit(store: offline_cache::StoreHandle, papers: &kiosk::sync::Papers) -> Result<(), kiosk::sync::SyncError> {
//! use kiosk::sync::{CentralClient, HttpsLine, Outside, SyncHandle};
//! let line = HttpsLine::new("https://central.example:8443", papers)?;
//! let sync = SyncHandle::start(store, CentralClient::new(line), Outside::real());
//! # Ok(()) }
//! ```

mod client;
mod desk;
mod drain;
mod handle;
mod https;
mod lanes;
pub mod line;
mod news;
mod outside;
mod schedule;
mod standing;
mod status;

pub use client::{CentralClient, Failure};
pub use desk::NoReceipt;
pub use handle::SyncHandle;
pub use https::{HttpsLine, Papers, SyncError};
pub use news::DesiredNews;
pub use outside::Outside;
pub use status::{Connection, SyncStatus};
