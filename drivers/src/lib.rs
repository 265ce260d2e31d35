//! The devices of a terminal: the ID-card reader, the printers, the camera, the code scanner and the speaker.
//!
//! A device is a *handle*, which is all that others see, and a *thread* that owns the port, speaks a sans-IO
//! protocol module, connects again when the device comes back and publishes its status when it changes.
//! Knows nothing of services, screens, residents' journeys or stores.

pub mod camera;
pub mod code_scanner;
pub mod id_card_reader;
pub mod page_printer;
pub mod port;
pub mod receipt_printer;
pub mod speaker;
pub mod status;
pub mod supervise;

pub use status::{DeviceStatus, DoorStatus, PaperStatus};
