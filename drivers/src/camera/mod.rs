//! The camera: pictures of whoever stands before the terminal, or of a paper, only while somebody looks.
//!
//! Frames live in memory that is wiped, never on disk. Knows nothing of faces.

pub mod driver;
pub mod folder;
pub mod frame;
#[cfg(feature = "v4l")]
pub mod v4l;

pub use driver::{Camera, CameraConfig, CameraName, CameraView, Scene};
pub use folder::FolderSource;
pub use frame::{CameraFault, Frame, FrameSource};
