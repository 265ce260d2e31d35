//! Virtual twins of the devices: programs on the other end of the wire, for demos and tests.
//!
//! A twin is written from the wire specification and shares no code with the driver it meets. Everything it says of
//! itself says that it is virtual. Knows nothing of drivers, kiosks or services.

pub mod camera;
pub mod code_scanner;
pub mod control;
pub mod demo_photo;
pub mod document_camera;
pub mod drawn_face;
pub mod pictures;
pub mod printer;
pub mod reader;
pub mod wire;
