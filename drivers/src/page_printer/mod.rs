//! The page printer (A4): certificates and guides, as PDF over IPP (RFC 8010, RFC 8011). One on USB speaks it through
//! ipp-usb on the loopback, one on a wire by itself. It stands inside the cabinet: a connection is not encrypted.
//!
//! `protocol` makes and reads messages, `driver` carries them. Knows nothing of what stands on a page.

mod driver;
mod protocol;

pub use driver::{NoPages, PagePrinter, PageResult};
pub use protocol::{NotAnAddress, PageFault, PageState};
