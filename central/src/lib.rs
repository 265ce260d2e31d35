//! The central API of the reference implementation: takes what residents confirmed at the terminals, once each, and
//! answers with case numbers.
//!
//! A city may run it or replace it: the kiosk depends on `openapi.json` alone. Callers are terminals and clerks
//! with a certificate of our own authority; nobody else gets past the handshake. Knows nothing of devices or screens, and
//! no service by name: what a service is comes through [`Services`].
//!
//! Code map, from the outside in: `tls` lets callers in, `serve` speaks HTTP with them, `api` is what terminals and clerks ask, `public` are pages for
//! anyone, `console` are pages for `operators`, whose acts are in `audit`, `admin` is for who runs it. `office` is by what is decided (catalogue, rules, calendar, `registries`, plans);
//! `deciding`, `routing` and the orders of `accounting` are values without IO. `intake`, `cases`, `casework`, `bookings` and
//! `accounting::books` write down what happened, in the SQL of `store`, on either engine. `fleet` is what operators want of
//! the terminals, `enrolment` which terminals are ours, `alarms` what is wrong with them, `sites` where they stand. `backup`,
//! `retention` and
//! `catalogue_import` are for the whole of it; `ca` makes certificates, `keys` holds what entries are sealed to, `server`
//! puts it together.
//!
//! Current limitations: registries, bills and channels are samples and simulators that say so; answers of look-ups come from
//! [`sample_registry`]; certificates of clerks, and those of terminals that were made by hand, live until 2036; a clerk's can not be revoked.

pub mod accounting;
mod admin;
pub mod alarms;
mod api;
pub mod audit;
pub mod backup;
pub mod bookings;
pub mod ca;
mod caller;
pub mod cases;
pub mod casework;
pub mod catalogue_import;
mod console;
pub mod deciding;
mod door;
pub mod drops;
pub mod enrolment;
mod error;
pub mod fleet;
pub mod intake;
pub mod keys;
mod limits;
mod metrics;
mod office;
pub mod operators;
pub mod phone_drafts;
mod private_file;
mod public;
pub mod registries;
pub mod retention;
pub mod routing;
pub mod sample_registry;
mod serve;
mod server;
pub mod services;
pub mod sites;
pub mod store;
pub mod support_bundle;
pub mod tickets;
mod tls;
mod unread;
mod waiting;

pub use api::{Parts, openapi_document, router};
pub use caller::{Caller, CertificateFingerprint, Clerk, Terminal};
pub use door::{CallerListener, CallerStream};
pub use error::CentralError;
pub use fleet::Fleet;
pub use metrics::Metrics;
pub use office::{Office, Procedure};
pub use serve::serve;
pub use server::{Config, Running, start};
pub use services::{CatalogueServices, ServiceFacts, ServiceKind, Services};
