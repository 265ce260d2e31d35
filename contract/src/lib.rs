//! What the kiosk and the central API must agree on: the messages between them, the catalogue of services, bills and
//! the orders that pay them, form templates with one validator a field type, the rules of Chinese identity numbers, what
//! operators set at terminals, and the cryptographic suites that seal and sign what goes between them.
//!
//! Knows nothing of devices, screens, stores or sockets: everything here is a value that is parsed at an edge
//! and trusted inside.

pub mod account;
pub mod app_version;
pub mod base64;
pub mod bill;
pub mod booking;
pub mod calendar;
pub mod catalogue;
pub mod code_lists;
pub mod command;
pub mod condition;
pub mod desired;
pub mod emergency;
pub mod enrolment;
pub mod fault_ticket;
pub mod fen;
pub mod form;
pub mod guide;
pub mod guide_book;
pub mod handoff;
pub mod id_number;
pub mod ids;
pub mod language;
pub mod licence;
pub mod message;
pub mod opening;
pub mod order;
pub mod phone;
#[cfg(feature = "pictures")]
pub mod picture;
pub mod project;
pub mod providers;
pub mod report;
pub mod ruling;
pub mod secret;
mod sentences;
pub mod series;
pub mod settings;
mod state_words;
pub mod suite;
pub mod support_bundle;
pub mod table;
pub mod technician;
pub mod validate;
mod wash;

pub use fen::Fen;
pub use id_number::{IdNumber, Sex};
pub use ids::{
    BillId, CaseNumber, ClerkId, DepartmentCode, EntryId, FieldId, FormId, KioskId, LocalNumber, OperatorId,
    OrderNumber, ProjectCode, ProviderId, ScopeName, Seq, ServiceCode,
};
pub use secret::Secret;
pub use suite::Suite;
pub use wash::{wash, washed};
