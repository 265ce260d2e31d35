//! The reader of resident identity cards (二代身份证) and of the cards that share their chip format.
//!
//! Knows the SAM module's frames, the layouts of the chip's text and the reading cycle; knows nothing of who may
//! log in, of screens or of what a photo shows.

pub mod card_text;
pub mod commands;
pub mod cycle;
pub mod data_fault;
pub mod driver;
mod fields;
pub mod photo;
pub mod protocol;
mod session;

pub use card_text::{Card, CardHolder, Citizen, Foreigner2017, Foreigner2023, Permit, ValidTo};
pub use cycle::{CardFault, ModuleFault};
pub use data_fault::{DataFault, Field};
pub use driver::{IdCardReader, ReaderConfig, ReaderStatus};
pub use photo::{Photo, PhotoDecoder, PhotoFault};
