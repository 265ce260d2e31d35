//! The code scanner: a serial one that says a line for each bar or QR code that is held before it.
//!
//! It is a keyboard of sorts: it says what it read and nothing of itself, so that its port is all that is known of it.

mod driver;
mod protocol;

pub use driver::{CodeScanner, Listener, ScannerConfig, ScannerStatus};
pub use protocol::{Code, Garbled, LONGEST_CODE, Lines};
