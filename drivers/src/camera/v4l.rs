//! A real camera by Video4Linux.
//!
//! Reading a frame has no time-out and can hang for ever, so it has a thread of its own with a watchdog before it:
//! a reader that hangs is left behind and ends when the kernel lets it go. Limitation: the copy that the capture
//! library makes of a raw frame is freed without being wiped.

use super::driver::{CameraName, Scene, device_path};
use super::frame::{CameraFault, Frame, FrameSource};
use image::ImageFormat;
use nokhwa::pixel_format::RgbFormat;
use nokhwa::utils::{
    CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};
use nokhwa::{Buffer, Camera, NokhwaError};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::time::Duration;

/// The longest that a camera may take for its first frame, and for any other.
const FRAME_TIME: Duration = Duration::from_secs(4);
/// What is asked for: width, height, pictures a second. The camera gives the closest it has.
const fn wish(scene: Scene) -> (u32, u32, u32) {
    match scene {
        Scene::Person => (640, 480, 30),
        // A sheet of A4 in it has 150 dots to the inch at least.
        Scene::Paper => (2592, 1944, 10),
    }
}

/// Pictures from a device node.
#[derive(Debug)]
pub struct V4lSource {
    frames: mpsc::Receiver<Result<Frame, CameraFault>>,
}

impl V4lSource {
    /// Opens a camera. That it gives pictures is known with the first frame only.
    pub fn open(name: &CameraName, scene: Scene) -> Result<Self, CameraFault> {
        let index = node_index(name)?;
        // One frame waits at most: an old picture is of no use.
        let (sender, frames) = mpsc::sync_channel(1);
        std::thread::Builder::new()
            .name("camera-read".into())
            .spawn(move || {
                if let Err(fault) = contract::washed(|| read_frames(index, scene, &sender)) {
                    let _ = sender.send(Err(fault));
                }
            })
            .map_err(|error| CameraFault::Refused(error.kind().to_string()))?;
        Ok(Self { frames })
    }
}

impl FrameSource for V4lSource {
    fn next_frame(&mut self) -> Result<Frame, CameraFault> {
        match self.frames.recv_timeout(FRAME_TIME) {
            Ok(frame) => frame,
            Err(RecvTimeoutError::Timeout) => Err(CameraFault::Stalled),
            Err(RecvTimeoutError::Disconnected) => Err(CameraFault::NoDevice),
        }
    }
}

/// The n of the `/dev/videoN` that a name leads to.
fn node_index(name: &CameraName) -> Result<u32, CameraFault> {
    let node = std::fs::canonicalize(device_path(name)).map_err(|_| CameraFault::NoDevice)?;
    let number = node.file_name().and_then(|file| file.to_str()).and_then(|file| file.strip_prefix("video"));
    number.and_then(|number| number.parse().ok()).ok_or(CameraFault::NoDevice)
}

/// Reads until nobody takes the frames any more.
fn read_frames(
    index: u32,
    scene: Scene,
    frames: &SyncSender<Result<Frame, CameraFault>>,
) -> Result<(), CameraFault> {
    let (width, height, rate) = wish(scene);
    let wish = CameraFormat::new(Resolution::new(width, height), FrameFormat::MJPEG, rate);
    let readable = [FrameFormat::MJPEG, FrameFormat::YUYV];
    let requested = RequestedFormat::with_formats(RequestedFormatType::Closest(wish), &readable);
    let mut camera = Camera::new(CameraIndex::Index(index), requested)
        .or_else(|_| {
            // Cameras without any format near the wish: the largest they have.
            let any = RequestedFormat::new::<RgbFormat>(RequestedFormatType::AbsoluteHighestFrameRate);
            Camera::new(CameraIndex::Index(index), any)
        })
        .map_err(|error| refused(&error))?;
    camera.open_stream().map_err(|error| refused(&error))?;
    loop {
        let raw = camera.frame().map_err(|_| CameraFault::NoDevice)?;
        if frames.send(Ok(decode(&raw)?)).is_err() {
            return Ok(());
        }
    }
}

fn refused(error: &NokhwaError) -> CameraFault {
    CameraFault::Refused(error.to_string())
}

fn decode(raw: &Buffer) -> Result<Frame, CameraFault> {
    let (width, height) = (raw.resolution().width(), raw.resolution().height());
    match raw.source_frame_format() {
        FrameFormat::MJPEG => image::load_from_memory_with_format(raw.buffer(), ImageFormat::Jpeg)
            .map(|picture| picture.into_rgb8().into())
            .map_err(|_| CameraFault::Unreadable("broken MJPEG".into())),
        FrameFormat::YUYV => from_yuyv(raw.buffer(), width, height),
        other => Err(CameraFault::Unreadable(other.to_string())),
    }
}

/// Two pixels in four bytes: luma, blue difference, luma, red difference (ITU-R BT.601, studio range).
fn from_yuyv(raw: &[u8], width: u32, height: u32) -> Result<Frame, CameraFault> {
    let size = usize::try_from(u64::from(width) * u64::from(height) * 2).unwrap_or(usize::MAX);
    let raw = raw.get(..size).ok_or(CameraFault::Unreadable("short YUYV".into()))?;
    let mut rgb = Vec::with_capacity(size / 2 * 3);
    let (pairs, _) = raw.as_chunks::<4>();
    for [first, blue, second, red] in pairs {
        rgb.extend(rgb_of(*first, *blue, *red));
        rgb.extend(rgb_of(*second, *blue, *red));
    }
    Ok(Frame { width, height, rgb: contract::Secret::new(rgb) })
}

fn rgb_of(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (y, u, v) = (298 * (i32::from(luma) - 16), i32::from(blue) - 128, i32::from(red) - 128);
    let byte = |value: i32| u8::try_from((value >> 8).clamp(0, 255)).unwrap_or_default();
    [byte(y + 409 * v + 128), byte(y - 100 * u - 208 * v + 128), byte(y + 516 * u + 128)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_node_is_no_camera() {
        for name in [CameraName::Index(250), CameraName::Path("/run/kiosk/no-camera".into())] {
            assert_eq!(V4lSource::open(&name, Scene::Paper).unwrap_err(), CameraFault::NoDevice);
        }
    }

    #[test]
    fn yuyv_becomes_rgb() {
        let frame = from_yuyv(&[16, 128, 235, 128, 81, 90, 81, 240], 2, 2).unwrap();
        let rgb = frame.rgb.expose();
        assert_eq!(rgb[..6], [0, 0, 0, 255, 255, 255]);
        assert!(rgb[6] > 250 && rgb[7] < 5 && rgb[8] < 5, "{rgb:?}");
        assert!(from_yuyv(&[0; 7], 2, 2).is_err());
    }
}
