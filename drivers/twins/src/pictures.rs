//! A folder of pictures that is a camera: it is there while the camera is plugged in. Knows nothing of what is seen.

use crate::control::{ControlLines, say};
use image::{ImageFormat, RgbImage};
use std::path::PathBuf;

/// The folder.
#[derive(Debug)]
pub struct PictureFolder {
    folder: PathBuf,
    format: ImageFormat,
}

impl PictureFolder {
    /// A camera that is not plugged in yet.
    pub const fn new(folder: PathBuf, format: ImageFormat) -> Self {
        Self { folder, format }
    }

    /// Makes the folder.
    pub fn plug(&self) -> Result<(), String> {
        std::fs::create_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))
    }

    /// Takes the folder away.
    pub fn unplug(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// Writes what is seen from now on; nothing while it is unplugged. Each picture appears whole: it is written beside its
    /// place and moved there.
    pub fn show(&self, pictures: impl Iterator<Item = RgbImage>) -> Result<(), String> {
        if !self.folder.is_dir() {
            return Ok(());
        }
        let extension = self.format.extensions_str().first().copied().unwrap_or("png");
        for (place, picture) in pictures.enumerate() {
            let name = self.folder.join(format!("frame-{place:02}.{extension}"));
            let beside = name.with_extension("new");
            picture
                .save_with_format(&beside, self.format)
                .map_err(|error| error.to_string())
                .and_then(|()| std::fs::rename(&beside, &name).map_err(|error| error.to_string()))
                .map_err(|error| format!("{}: {error}", name.display()))?;
        }
        Ok(())
    }

    /// Says `ready FOLDER` and obeys standard input until it ends.
    pub fn serve(&self) -> Serving<'_> {
        say(&format!("ready {}", self.folder.display()));
        Serving { folder: self, control: ControlLines::new() }
    }
}

/// Lines of standard input, one after the other. The folder goes away with it.
pub struct Serving<'a> {
    folder: &'a PictureFolder,
    control: ControlLines,
}

impl Serving<'_> {
    /// The next line; none when whoever controls the twin has gone.
    pub fn next_line(&mut self) -> Option<String> {
        loop {
            if let Some(line) = self.control.next_line() {
                return Some(line);
            }
            if self.control.ended() {
                return None;
            }
            self.control.read();
        }
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.folder.unplug();
    }
}

/// Says how a line went.
pub fn answer(line: &str, result: Result<(), String>) {
    match result {
        Ok(()) => say(&format!("ok {line}")),
        Err(fault) => say(&format!("error {fault}")),
    }
}

/// A little of what every sensor adds, different in each frame and the same in each run; `lighter` all of it is.
pub fn add_noise(picture: &mut RgbImage, frame: u32, lighter: i16) {
    let mut state = 0x9E37_79B9 ^ frame.wrapping_mul(0x85EB_CA6B);
    for pixel in picture.pixels_mut() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let noise = i16::try_from(state % 7).unwrap_or(3) - 3 + lighter;
        for part in &mut pixel.0 {
            *part = u8::try_from((i16::from(*part) + noise).clamp(0, 255)).unwrap_or(*part);
        }
    }
}
