//! One picture, and what can give pictures.

use contract::Secret;
use image::RgbImage;
use std::fmt;

/// A picture of a person: it is wiped when the last who looks at it lets go, and `Debug` shows its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row from the top left: `3 * width * height` bytes.
    pub rgb: Secret<Vec<u8>>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

impl From<RgbImage> for Frame {
    fn from(image: RgbImage) -> Self {
        let (width, height) = image.dimensions();
        Self { width, height, rgb: Secret::new(image.into_raw()) }
    }
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraFault {
    /// Not plugged in.
    #[error("no camera: plug it in, or correct its name in the settings")]
    NoDevice,
    /// It is there and gives no picture in time.
    #[error("the camera gives no picture: unplug it and plug it in again")]
    Stalled,
    /// What it gives is no picture.
    #[error("the camera gives pictures of a kind that cannot be read ({0}): choose another camera")]
    Unreadable(String),
    /// The system refuses.
    #[error("the camera cannot be opened ({0}): check its permissions")]
    Refused(String),
}

/// What gives pictures, at its own pace: a call waits until the next is due.
pub trait FrameSource: Send {
    /// The next picture.
    fn next_frame(&mut self) -> Result<Frame, CameraFault>;
}
