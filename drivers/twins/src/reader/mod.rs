//! A virtual ID-card reader: the security module's side of the wire, and the cards that are laid on it.

pub mod card_file;
pub mod emulator;
pub mod faults;
pub mod text;
