//! A virtual receipt printer: it understands ESC/POS, prints pictures of receipts and can run out of paper.

pub mod emulator;
pub mod glyphs;
pub mod page;
pub mod qr;
pub mod stream;
pub mod switches;
