//! The kiosk app as a library, so that its parts can be tested without a screen.

pub mod sync;
