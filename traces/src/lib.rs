//! Looks for what a person left behind: in bytes, and in the whole memory of the process that this is linked into. For
//! tests only; a crate of its own because it goes over hundreds of megabytes and must be optimised in every build.
//!
//! Knows neither the person nor the terminal: markers come in, finds go out.

mod markers;
mod memory;

pub use markers::{Markers, mask};
pub use memory::{Find, Report, Scanner};
