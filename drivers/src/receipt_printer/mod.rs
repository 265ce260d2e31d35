//! The receipt printer: what a receipt is, how it becomes ESC/POS, and whether it was really printed.
//!
//! Knows Chinese text, paper widths and printer status; knows nothing of services, cases or residents.

pub mod document;
pub mod driver;
pub mod encoder;
pub mod layout;
pub mod profile;
pub mod status_protocol;

pub use document::{Align, Block, Document, Size, Weight};
pub use driver::{JobResult, NotPrinted, PrinterConfig, PrinterStatus, ReceiptPrinter};
pub use encoder::DocumentFault;
pub use profile::{DoorSwitch, Profile};
pub use status_protocol::Cause;
